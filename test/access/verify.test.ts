/** Forged, stale and misdirected tokens against real servers: one with its own issuer, one that trusts an issuer elsewhere. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  type CryptoKey,
  exportJWK,
  exportSPKI,
  generateKeyPair,
  importJWK,
  type JWTHeaderParameters,
  type JWTPayload,
  SignJWT,
} from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { startServer, type TestServer } from '../support/server.ts'

const AUDIENCE = 'https://api.securitycenter.microsoft.com'
const ROLES = ['AdvancedQuery.Read.All']

let server: TestServer
let tenant: string
let kid: string
let signing: CryptoKey
let attacker: Awaited<ReturnType<typeof generateKeyPair>>
/** Serves the attacker's keys, and notes whether anyone came for them. */
let trap: Server
let trapUrl: string
let visits = 0

beforeAll(async () => {
  server = await startServer({ auth: 'local' })
  tenant = server.identity!.tenant
  const current = await server.identity!.keys.current()
  kid = current.kid
  signing = current.key
  attacker = await generateKeyPair('RS256', { extractable: true })
  const jwk = { ...(await exportJWK(attacker.publicKey)), kid: 'attacker', alg: 'RS256', use: 'sig' }
  trap = createServer((_request, response) => {
    visits++
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [jwk] }))
  })
  await new Promise<void>((resolve) => trap.listen(0, '127.0.0.1', resolve))
  trapUrl = `http://127.0.0.1:${(trap.address() as AddressInfo).port}/keys`
})
afterAll(async () => {
  await server.close()
  trap.close()
})

const now = () => Math.floor(Date.now() / 1000)
const claims = (other: Record<string, unknown> = {}): JWTPayload => ({
  aud: AUDIENCE,
  iss: `https://sts.windows.net/${tenant}/`,
  iat: now(),
  nbf: now(),
  exp: now() + 3600,
  tid: tenant,
  appid: 'b1b1b1b1-0000-4000-8000-000000000001',
  roles: ROLES,
  ...other,
})
const sign = (
  payload: JWTPayload,
  { key = signing as CryptoKey | Uint8Array, header = {} as Partial<JWTHeaderParameters> } = {},
) => new SignJWT(payload).setProtectedHeader({ typ: 'JWT', alg: 'RS256', kid, ...header }).sign(key)
const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

async function refusal(token: string, of = server): Promise<string> {
  const { status, body } = await of.ask('print 1', { token })
  expect(status).toBe(401)
  expect(body.error!.code).toBe('Unauthorized')
  expect(body.Results).toBeUndefined()
  return body.error!.message
}

describe('a token', () => {
  it('that is right is taken, so that the refusals below have one reason each', async () => {
    expect((await server.ask('print 1', { token: await sign(claims()) })).status).toBe(200)
  })

  it('without a signature is refused, however its algorithm is spelt', async () => {
    for (const alg of ['none', 'None', 'NONE', 'nOnE']) {
      await refusal(`${part({ alg, typ: 'JWT' })}.${part(claims())}.`)
      await refusal(`${part({ alg, typ: 'JWT', kid })}.${part(claims())}.`)
    }
  })

  it('signed with the public key as a shared secret is refused', async () => {
    const jwk = (await server.identity!.keys.jwks()).keys[0]!
    const pem = await exportSPKI((await importJWK(jwk, 'RS256', { extractable: true })) as CryptoKey)
    for (const secret of [pem, pem.trimEnd(), JSON.stringify(jwk), jwk.n!]) {
      await refusal(await sign(claims(), { key: new TextEncoder().encode(secret), header: { alg: 'HS256' } }))
    }
  })

  it('for another API is refused', async () => {
    for (const aud of ['https://management.azure.com', `${AUDIENCE}.evil.example`, `${AUDIENCE}//`, '', []]) {
      expect(await refusal(await sign(claims({ aud })))).toMatch(/audience|'aud'/)
    }
  })

  it('of another issuer is refused', async () => {
    for (const iss of ['https://evil.example/', `https://sts.windows.net/${tenant}`, '']) {
      expect(await refusal(await sign(claims({ iss })))).toContain("claim 'iss'")
    }
  })

  it("of another tenant is refused, in its issuer's name or its claim", async () => {
    const other = 'c2c2c2c2-0000-4000-8000-000000000002'
    expect(await refusal(await sign(claims({ tid: other })))).toContain("another tenant's")
    expect(await refusal(await sign(claims({ tid: undefined })))).toContain("another tenant's")
    await refusal(await sign(claims({ iss: `https://sts.windows.net/${other}/`, tid: other })))
  })

  it('that has expired, never expires or is not valid yet is refused beyond the five minutes that clocks may differ', async () => {
    expect(await refusal(await sign(claims({ exp: now() - 320 })))).toContain('The token has expired')
    expect(await refusal(await sign(claims({ exp: undefined })))).toContain("claim 'exp'")
    expect(await refusal(await sign(claims({ nbf: now() + 320 })))).toContain("claim 'nbf'")
    const late = claims({ exp: now() - 200 })
    expect((await server.ask('print 1', { token: await sign(late) })).status).toBe(200)
  })

  it('signed with an unknown key is refused, under its own key id or the right one', async () => {
    await refusal(await sign(claims(), { key: attacker.privateKey, header: { kid: 'attacker' } }))
    await refusal(await sign(claims(), { key: attacker.privateKey }))
  })

  it('that brings its key, or says where it lies, is refused, and nobody goes there', async () => {
    const jwk = { ...(await exportJWK(attacker.publicKey)), kid: 'attacker', alg: 'RS256' }
    for (const header of [{ jwk }, { jku: trapUrl }, { x5u: trapUrl }, { x5c: ['MIIB'] }]) {
      for (const id of [kid, 'attacker']) {
        await refusal(await sign(claims(), { key: attacker.privateKey, header: { ...header, kid: id } }))
      }
    }
    expect(visits).toBe(0)
  })

  it('that is too long is refused before it is looked at', async () => {
    const token = await sign(claims({ filler: 'x'.repeat(9500) }))
    expect(token.length).toBeGreaterThan(12 * 1024)
    expect(await refusal(token)).toContain('too long')
  })
})

describe('auth entra', () => {
  let guest: TestServer
  beforeAll(async () => {
    guest = await startServer({ auth: 'entra', entraTenant: tenant.toUpperCase(), entraAuthority: server.url })
  })
  afterAll(() => guest.close())

  it('takes tokens of both versions that are signed with the keys it discovers', async () => {
    const two = claims({ iss: `${server.url}/${tenant}/v2.0`, appid: undefined, azp: 'b1b1', ver: '2.0' })
    for (const token of [await sign(claims()), await sign(two)]) {
      expect((await guest.ask('print 1', { token })).status).toBe(200)
    }
  })

  it('refuses unknown keys and brought keys, and issues no tokens itself', async () => {
    await refusal(await sign(claims(), { key: attacker.privateKey }), guest)
    await refusal(await sign(claims(), { key: attacker.privateKey, header: { jku: trapUrl, kid: 'attacker' } }), guest)
    expect(visits).toBe(0)
    expect((await fetch(`${guest.url}/${tenant}/oauth2/v2.0/token`, { method: 'POST' })).status).toBe(404)
  })

  it('says so when the issuer cannot be reached, and lets nobody in', async () => {
    const lost = await startServer({ auth: 'entra', entraTenant: tenant, entraAuthority: 'http://127.0.0.1:9' })
    try {
      const { status, body } = await lost.ask('print 1', { token: await sign(claims()) })
      expect(status).toBe(503)
      expect(body.error).toMatchObject({ code: 'ServiceUnavailable' })
      expect(body.Results).toBeUndefined()
    } finally {
      await lost.close()
    }
  })

  it('demands a tenant', async () => {
    await expect(startServer({ auth: 'entra' })).rejects.toThrow(/Setting entraTenant: auth entra needs/)
  })
})

describe('auth oidc', () => {
  let issuer: Server
  let address: string
  let guest: TestServer
  let key: CryptoKey
  beforeAll(async () => {
    const pair = await generateKeyPair('ES256')
    key = pair.privateKey
    const jwk = { ...(await exportJWK(pair.publicKey)), kid: 'e1', alg: 'ES256', use: 'sig' }
    issuer = createServer((request, response) => {
      const body = request.url!.endsWith('/keys') ? { keys: [jwk] } : { issuer: address, jwks_uri: `${address}/keys` }
      response.setHeader('content-type', 'application/json').end(JSON.stringify(body))
    })
    await new Promise<void>((resolve) => issuer.listen(0, '127.0.0.1', resolve))
    address = `http://127.0.0.1:${(issuer.address() as AddressInfo).port}/realms/corp`
    guest = await startServer({ auth: 'oidc', oidcIssuer: address, oidcAudience: 'harrier, other' })
  })
  afterAll(async () => {
    await guest?.close()
    issuer.close()
  })
  const foreign = (other: JWTPayload = {}) =>
    sign(
      {
        aud: 'harrier',
        iss: address,
        exp: now() + 600,
        sub: 's1',
        azp: 'tool',
        scope: 'profile AdvancedQuery.Read',
        ...other,
      },
      { key, header: { alg: 'ES256', kid: 'e1' } },
    )

  it('takes users with a scope and applications with a role', async () => {
    const user = await foreign({ preferred_username: 'ada' })
    const application = await foreign({ scope: undefined, roles: ROLES })
    for (const token of [user, application]) expect((await guest.ask('print 1', { token })).status).toBe(200)
  })

  it("takes a person with an application's role for a person", async () => {
    const token = await foreign({ preferred_username: 'ada', roles: ROLES, scope: 'profile' })
    const { status, body } = await guest.ask('print 1', { token })
    expect(status).toBe(403)
    expect(body.error!.message).toMatch(/^Missing user scopes/)
  })

  it('refuses other audiences, issuers and algorithms', async () => {
    expect(await refusal(await foreign({ aud: AUDIENCE }), guest)).toContain('audience')
    expect(await refusal(await foreign({ iss: 'http://127.0.0.1/realms/other' }), guest)).toContain("claim 'iss'")
    const secret = new TextEncoder().encode('x'.repeat(32))
    await refusal(
      await sign(
        { aud: 'harrier', iss: address, exp: now() + 9 },
        { key: secret, header: { alg: 'HS256', kid: 'e1' } },
      ),
      guest,
    )
  })
})

describe('nothing is open by default', () => {
  it('without settings the server listens on loopback and demands tokens; without tokens it listens nowhere else', async () => {
    expect(readConfig({}, {})).toMatchObject({ host: '127.0.0.1', auth: 'local' })
    expect(new URL(server.url).hostname).toBe('127.0.0.1')
    expect((await server.ask('print 1')).status).toBe(401)
    for (const host of ['0.0.0.0', '::', '192.0.2.1']) {
      await expect(startServer({ auth: 'off', host })).rejects.toThrow(/Setting auth: off is for loopback addresses/)
    }
  })
})
