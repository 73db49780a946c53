import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startServer, type TestServer } from '../../support/server.ts'

let server: TestServer
let client: { id: string; secret: string }
beforeAll(async () => {
  server = await startServer({ auth: 'local' })
  const added = await server.identity!.addClient({ name: 'a script' })
  client = { id: added.client.id, secret: added.secret! }
})
afterAll(() => server.close())

type Token = {
  access_token: string
  expires_in: unknown
  error?: string
  error_description?: string
  error_codes?: number[]
}

async function token(
  form: Record<string, string>,
  { path = 'oauth2/v2.0/token', tenant = server.identity!.tenant, contentType = false } = {},
) {
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: client.id,
    client_secret: client.secret,
    ...form,
  }).toString()
  const answer = await fetch(`${server.url}/${tenant}/${path}`, {
    method: 'POST',
    body: Buffer.from(body),
    ...(contentType && { headers: { 'content-type': 'application/x-www-form-urlencoded' } }),
  })
  return { status: answer.status, body: (await answer.json()) as Token }
}

describe('the token endpoint', () => {
  it('gives a client a token that the API takes', async () => {
    const { status, body } = await token({ scope: 'https://api.securitycenter.microsoft.com/.default' })
    expect(status).toBe(200)
    expect(body.expires_in).toBe(3599)
    expect(decodeJwt(body.access_token)).toMatchObject({
      aud: 'https://api.securitycenter.microsoft.com',
      iss: `https://sts.windows.net/${server.identity!.tenant}/`,
      appid: client.id,
      tid: server.identity!.tenant,
      ver: '1.0',
      roles: ['AdvancedQuery.Read.All', 'AdvancedHunting.Read.All', 'ThreatHunting.Read.All'],
    })
    expect((await server.ask('print 1', { token: body.access_token })).status).toBe(200)
  })

  it('of version 1 writes numbers as text and takes a resource', async () => {
    const { status, body } = await token(
      { resource: 'https://api.security.microsoft.com' },
      { path: 'oauth2/token', contentType: true },
    )
    expect(status).toBe(200)
    expect(body).toMatchObject({
      token_type: 'Bearer',
      expires_in: '3599',
      resource: 'https://api.security.microsoft.com',
    })
    expect(decodeJwt(body.access_token).aud).toBe('https://api.security.microsoft.com')
  })

  it('refuses a wrong secret, an unknown client, another tenant and other grants as Entra ID does', async () => {
    const wrong = await token({ client_secret: 'x' })
    expect(wrong).toMatchObject({ status: 401, body: { error: 'invalid_client', error_codes: [7000215] } })
    expect(wrong.body.error_description).toMatch(/^AADSTS7000215: Invalid client secret provided\./)
    expect(await token({ client_id: 'nobody' })).toMatchObject({ status: 400, body: { error: 'unauthorized_client' } })
    expect(await token({}, { tenant: 'other' })).toMatchObject({
      status: 400,
      body: { error: 'invalid_request', error_codes: [90002] },
    })
    expect(await token({ grant_type: 'implicit' })).toMatchObject({
      status: 400,
      body: { error: 'unsupported_grant_type' },
    })
    expect(await token({ scope: 'https://elsewhere.example/.default' })).toMatchObject({
      status: 400,
      body: { error: 'invalid_resource', error_codes: [500011] },
    })
    expect(await token({ scope: 'https://graph.microsoft.com/ThreatHunting.Read.All' })).toMatchObject({
      status: 400,
      body: { error: 'invalid_scope' },
    })
  })

  it('serves its keys by discovery', async () => {
    const discovery = await (
      await fetch(`${server.url}/${server.identity!.tenant}/v2.0/.well-known/openid-configuration`)
    ).json()
    const keys = (await (await fetch((discovery as { jwks_uri: string }).jwks_uri)).json()) as {
      keys: { kty: string; d?: string }[]
    }
    expect(keys.keys).toHaveLength(1)
    expect(keys.keys[0]).toMatchObject({ kty: 'RSA', use: 'sig', alg: 'RS256' })
    expect(keys.keys[0]!.d).toBeUndefined()
  })
})

describe('a request', () => {
  it('without a token is refused', async () => {
    const { status, body } = await server.ask('print 1')
    expect(status).toBe(401)
    expect(body.error!.code).toBe('Unauthorized')
  })

  it('with a token that was changed is refused', async () => {
    const { body } = await token({})
    const [head, payload, signature] = body.access_token.split('.')
    const claims = { ...decodeJwt(body.access_token), roles: ['AdvancedQuery.Read.All'], appid: 'someone else' }
    const forged = [head, Buffer.from(JSON.stringify(claims)).toString('base64url'), signature].join('.')
    expect(payload).not.toBe(forged.split('.')[1])
    expect((await server.ask('print 1', { token: forged })).status).toBe(401)
    const unsigned = [Buffer.from('{"alg":"none"}').toString('base64url'), forged.split('.')[1], ''].join('.')
    expect((await server.ask('print 1', { token: unsigned })).status).toBe(401)
  })

  it('without the role is told which one it needs', async () => {
    const { client: poor, secret } = await server.identity!.addClient({
      name: 'poor',
      roles: ['Alert.Read.All'],
    })
    const { body } = await token({ client_id: poor.id, client_secret: secret! })
    const answer = await server.ask('print 1', { token: body.access_token })
    expect(answer.status).toBe(403)
    expect(answer.body.error).toMatchObject({
      code: 'Forbidden',
      message:
        'Missing application roles. API required roles: AdvancedQuery.Read.All, application roles: Alert.Read.All.',
    })
  })
})
