/** People sign in: by password, on the login page with PKCE, on another device; what they get is theirs and ends when it should. */
import { createHash, randomBytes } from 'node:crypto'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Client } from '../../../src/wire/login/identity.ts'
import { startServer, type TestServer } from '../../support/server.ts'

const NAME = 'ada@corp.example'
const PASSWORD = 'correct horse battery'
const SCOPE = 'https://api.securitycenter.microsoft.com/AdvancedQuery.Read openid offline_access'
const REDIRECT = 'http://localhost/callback'

let server: TestServer
let base: string
let app: Client
beforeAll(async () => {
  server = await startServer({ auth: 'local' })
  base = `${server.url}/${server.identity!.tenant}/oauth2/v2.0`
  await server.identity!.setUser(NAME, PASSWORD)
  app = (await server.identity!.addClient({ name: 'a tool', isPublic: true, redirects: [REDIRECT] })).client
})
afterAll(() => server.close())

type Answer = Record<string, string> & { error_codes?: number[] }
async function post(url: string, form: Record<string, string>): Promise<{ status: number; body: Answer }> {
  const answer = await fetch(url, { method: 'POST', body: new URLSearchParams(form) })
  return { status: answer.status, body: (await answer.json()) as Answer }
}
const token = (form: Record<string, string>) => post(`${base}/token`, { client_id: app.id, ...form })
const byPassword = (form: Record<string, string> = {}) =>
  token({ grant_type: 'password', username: NAME, password: PASSWORD, scope: SCOPE, ...form })

describe('a password', () => {
  it("gives a user's token with the scopes asked for, an id token and a refresh token", async () => {
    const { status, body } = await byPassword()
    expect(status).toBe(200)
    expect(decodeJwt(body.access_token!)).toMatchObject({ scp: 'AdvancedQuery.Read', upn: NAME, appid: app.id })
    expect(decodeJwt(body.access_token!)).not.toHaveProperty('roles')
    expect(decodeJwt(body.id_token!)).toMatchObject({ aud: app.id, preferred_username: NAME })
    expect((await server.ask('print 1', { token: body.access_token! })).status).toBe(200)
    const other = await server.ask('print 1', { token: body.access_token!, path: '/api/advancedhunting/run' })
    expect(other.body.error).toMatchObject({ code: 'Forbidden' })
  })

  it('as the documentation has it for version 1, with a resource and no scope', async () => {
    const { status, body } = await post(`${server.url}/${server.identity!.tenant}/oauth2/token`, {
      resource: 'https://api.securitycenter.microsoft.com',
      client_id: app.id,
      grant_type: 'password',
      username: NAME.toUpperCase(),
      password: PASSWORD,
    })
    expect(status).toBe(200)
    expect(body).toMatchObject({ expires_in: '3599', scope: expect.stringContaining('AdvancedQuery.Read') })
  })

  it('that is wrong is refused like a user that is not there, and too many are not even looked at', async () => {
    const wrong = await byPassword({ password: 'x' })
    const nobody = await byPassword({ username: 'nobody@corp.example', password: 'x' })
    expect(wrong).toMatchObject({ status: 400, body: { error: 'invalid_grant', error_codes: [50126] } })
    expect(nobody.body.error_codes).toEqual([50126])
    await server.identity!.setUser('eve@corp.example', PASSWORD)
    const eve = (password: string) => byPassword({ username: 'eve@corp.example', password })
    for (let i = 0; i < 10; i++) expect((await eve('x')).body.error_codes).toEqual([50126])
    expect((await eve(PASSWORD)).body.error_codes).toEqual([50053])
    expect((await byPassword()).status).toBe(200)
  })
})

describe('a refresh token', () => {
  it('gives new tokens of the same scopes at most, until the password changes', async () => {
    await server.identity!.setUser('carl@corp.example', 'first')
    const { body } = await byPassword({ username: 'carl@corp.example', password: 'first' })
    const refresh = (form: Record<string, string> = {}) =>
      token({ grant_type: 'refresh_token', refresh_token: body.refresh_token!, ...form })
    expect(decodeJwt((await refresh()).body.access_token!)).toMatchObject({ scp: 'AdvancedQuery.Read' })
    const more = await refresh({ scope: 'https://api.securitycenter.microsoft.com/.default' })
    expect(decodeJwt(more.body.access_token!)).toMatchObject({ scp: 'AdvancedQuery.Read' })
    await server.identity!.setUser('carl@corp.example', 'second')
    expect((await refresh()).body).toMatchObject({ error: 'invalid_grant' })
  })

  it('is no access token, and no other application has it', async () => {
    const { body } = await byPassword()
    expect((await server.ask('print 1', { token: body.refresh_token! })).status).toBe(401)
    expect((await server.ask('print 1', { token: body.id_token! })).status).toBe(401)
    const { client } = await server.identity!.addClient({ name: 'another', isPublic: true })
    const form = { grant_type: 'refresh_token', refresh_token: body.refresh_token!, client_id: client.id }
    expect((await token(form)).body).toMatchObject({ error: 'invalid_grant' })
  })
})

describe('the login page', () => {
  const verifier = randomBytes(32).toString('base64url')
  const challenge = createHash('sha256').update(verifier).digest('base64url')
  const urlFor = (other: Record<string, string> = {}) =>
    `${base}/authorize?${new URLSearchParams({
      client_id: app.id,
      response_type: 'code',
      redirect_uri: REDIRECT,
      scope: SCOPE,
      state: '<s>&"',
      nonce: 'n1',
      code_challenge: challenge,
      code_challenge_method: 'S256',
      ...other,
    })}`
  const signIn = (url: string, password = PASSWORD) =>
    fetch(url, { method: 'POST', redirect: 'manual', body: new URLSearchParams({ username: NAME, password }) })
  const codeFrom = async (url = urlFor()) => {
    const answer = await signIn(url)
    expect(answer.status).toBe(303)
    return new URL(answer.headers.get('location')!)
  }
  const redeem = (code: string, other: Record<string, string> = {}) =>
    token({ grant_type: 'authorization_code', code, redirect_uri: REDIRECT, code_verifier: verifier, ...other })

  it('is a page without script that names the application and takes what was typed back escaped', async () => {
    const answer = await fetch(urlFor({ login_hint: '"><script>' }))
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'")
    const html = await answer.text()
    expect(html).toContain('a tool')
    expect(html).not.toContain('<script')
    const wrong = await signIn(urlFor(), 'x')
    expect(wrong.status).toBe(200)
    expect(await wrong.text()).toContain('invalid username or password')
  })

  it('sends back with a code that gives tokens once, to the one who began', async () => {
    const back = await codeFrom()
    expect(back.href.startsWith(REDIRECT)).toBe(true)
    expect(back.searchParams.get('state')).toBe('<s>&"')
    const code = back.searchParams.get('code')!
    expect((await redeem(code, { code_verifier: 'x' })).body.error_codes).toEqual([501481])
    expect((await redeem(code, { redirect_uri: 'http://localhost/other' })).body.error_codes).toEqual([50011])
    const { body } = await redeem(code)
    expect(decodeJwt(body.id_token!)).toMatchObject({ nonce: 'n1', preferred_username: NAME })
    expect((await server.ask('print 1', { token: body.access_token! })).status).toBe(200)
    expect((await redeem(code)).body.error_codes).toEqual([54005])
  })

  it('sends nobody to an address that is not the application’s', async () => {
    for (const redirect_uri of ['https://evil.example/', 'http://localhost.evil.example/callback', `${REDIRECT}/x`]) {
      const answer = await fetch(urlFor({ redirect_uri }), { redirect: 'manual' })
      expect(answer.status).toBe(400)
      expect(answer.headers.get('location')).toBeNull()
    }
    expect((await fetch(urlFor({ redirect_uri: 'http://localhost:4711/callback' }))).status).toBe(200)
    expect((await fetch(urlFor({ client_id: 'nobody' }), { redirect: 'manual' })).status).toBe(400)
  })

  it('demands PKCE', async () => {
    const answer = await fetch(urlFor({ code_challenge_method: 'plain' }), { redirect: 'manual' })
    expect(new URL(answer.headers.get('location')!).searchParams.get('error')).toBe('invalid_request')
  })

  it("sends the server's own page back to this server only", async () => {
    const own = { client_id: 'harrier-web', redirect_uri: `${server.url}/` }
    const code = (await codeFrom(urlFor(own))).searchParams.get('code')!
    expect((await redeem(code, own)).status).toBe(200)
    expect((await fetch(urlFor({ client_id: 'harrier-web' }), { redirect: 'manual' })).status).toBe(400)
  })
})

describe('another device', () => {
  it('waits until its code was entered with a password', async () => {
    const { body } = await post(`${base}/devicecode`, { client_id: app.id, scope: SCOPE })
    const poll = () =>
      token({ grant_type: 'urn:ietf:params:oauth:grant-type:device_code', device_code: body.device_code! })
    expect((await poll()).body).toMatchObject({ error: 'authorization_pending' })
    const enter = (user_code: string, password: string) =>
      fetch(body.verification_uri!, {
        method: 'POST',
        body: new URLSearchParams({ user_code, username: NAME, password }),
      }).then((r) => r.text())
    expect(await enter('WRONGCODE', PASSWORD)).toContain('No program waits')
    expect(await enter(body.user_code!, 'x')).toContain('invalid username or password')
    expect((await poll()).body).toMatchObject({ error: 'authorization_pending' })
    expect(await enter(body.user_code!.toLowerCase(), PASSWORD)).toContain('You are signed in')
    const { body: tokens } = await poll()
    expect(decodeJwt(tokens.access_token!)).toMatchObject({ upn: NAME, scp: 'AdvancedQuery.Read' })
    expect((await poll()).body).toMatchObject({ error: 'expired_token' })
  })
})

describe('signing keys', () => {
  it('rotate under a running server: old tokens hold, new ones are signed with the new key', async () => {
    const old = (await byPassword()).body.access_token!
    const { openIdentity } = await import('../../../src/wire/login/identity.ts')
    const elsewhere = await openIdentity(server.store)
    await elsewhere.keys.rotate(Date.now())
    const fresh = (await byPassword()).body.access_token!
    const kid = (jwt: string) =>
      (JSON.parse(Buffer.from(jwt.split('.')[0]!, 'base64url').toString()) as { kid: string }).kid
    expect(kid(fresh)).not.toBe(kid(old))
    for (const each of [old, fresh]) expect((await server.ask('print 1', { token: each })).status).toBe(200)
    await elsewhere.keys.rotate(Date.now() + 200 * 24 * 3600 * 1000)
    await elsewhere.keys.rotate(Date.now() + 400 * 24 * 3600 * 1000)
    expect((await server.ask('print 1', { token: old })).status).toBe(401)
  })
})
