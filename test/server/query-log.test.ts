/** What is kept of every query, who may read it, and that no secret is in it or in the server's own log. */
import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { withoutSecrets } from '../../src/query/query-log.ts'
import { openIdentity } from '../../src/wire/login/identity.ts'
import { DEFENDER_AUDIENCE, issueToken } from '../../src/wire/login/tokens.ts'
import { startServer, type TestServer } from '../support/server.ts'

const folder = mkdtempSync(join(tmpdir(), 'harrier-query-log-'))
const access = join(folder, 'access.json')
let server: TestServer
beforeAll(async () => {
  const members = ['boss@corp.example']
  const roles = [
    { name: 'admins', members, administrator: true },
    { name: 'hunters', members: ['ada@corp.example'] },
  ]
  writeFileSync(access, JSON.stringify({ roles }))
  server = await startServer({ auth: 'local', access, callsPerMinute: 1000 })
}, 60_000)
afterAll(async () => {
  await server?.close()
  rmSync(folder, { recursive: true, force: true })
})

const tokenOf = (caller: { user?: string; roles?: string[] }) =>
  issueToken(server.identity!, {
    audience: DEFENDER_AUDIENCE,
    application: 'b1b1b1b1-0000-4000-8000-000000000001',
    name: 'test',
    roles: caller.roles ?? ['AdvancedQuery.Read.All'],
    ...(caller.user && { user: { name: caller.user, scopes: ['AdvancedQuery.Read'] } }),
    now: Date.now(),
  })
const ADMINISTRATOR = { roles: ['AdvancedQuery.Read.All', 'Harrier.Administrator'] }
const LOG = 'HarrierQueryLog | sort by Timestamp asc'

describe('the log of queries', () => {
  it('holds what was asked, by whom, and how it went, for administrators', async () => {
    const ada = await tokenOf({ user: 'ada@corp.example' })
    await server.ask('DeviceInfo | join kind=inner DeviceEvents on DeviceId | count', { token: ada })
    await server.ask('DeviceInfo | where Nothing == 1', { token: ada })
    await server.ask('print 1', { token: 'no.such.token' })
    for (const caller of [{ user: 'boss@corp.example' }, ADMINISTRATOR]) {
      const { status, body } = await server.ask(LOG, { token: await tokenOf(caller) })
      expect(status).toBe(200)
      expect(body.Results!.slice(0, 3)).toMatchObject([
        {
          Api: 'advancedqueries',
          Region: 'global',
          CallerKind: 'user',
          CallerName: 'ada@corp.example',
          Tables: ['DeviceEvents', 'DeviceInfo'],
          Status: 200,
          Outcome: 'completed',
          Rows: 1,
          QueryText: 'DeviceInfo | join kind=inner DeviceEvents on DeviceId | count',
        },
        { Status: 400, Outcome: 'semantic', Tables: [] },
        { Status: 401, Outcome: 'unauthorized', CallerId: '' },
      ])
      const [first] = body.Results!
      expect(first!.QueryHash).toMatch(/^[0-9a-f]{64}$/)
      expect(Math.abs(Date.parse(String(first!.Timestamp)) - Date.now())).toBeLessThan(120_000)
    }
    const { body } = await server.ask(`${LOG} | where Timestamp > ago(1h) and Outcome != 'completed' | count`, {
      token: await tokenOf(ADMINISTRATOR),
    })
    expect(body.Results).toEqual([{ Count: 2 }])
  })

  it('does not exist for anybody else, and no search over all tables reads it', async () => {
    for (const caller of [{ user: 'ada@corp.example' }, {}]) {
      const { status, body } = await server.ask('HarrierQueryLog | count', { token: await tokenOf(caller) })
      expect(status).toBe(400)
      expect(body.error!.message).toContain("Failed to resolve table or column expression named 'HarrierQueryLog'")
    }
    const { body } = await server.ask('union * | count', { token: await tokenOf(ADMINISTRATOR) })
    expect(body.Results).toEqual([{ Count: 0 }])
  })

  it('passes over a line that is half written', async () => {
    const [name] = readdirSync(join(server.store, 'query-log'))
    writeFileSync(join(server.store, 'query-log', name!), '{"Timestamp":"63', { flag: 'a' })
    const { status } = await server.ask(LOG, { token: await tokenOf(ADMINISTRATOR) })
    expect(status).toBe(200)
  })

  it('keeps no obfuscated string, signature or token of a text', () => {
    const text = String.raw`externaldata(x:string)[h@"https://a/b\c?sig=1", h"k\"ey", 'https://c/d?sv=2&sig=SECRET&x=1'] | where t == "eyJhbGciOi.eyJzdWIi.c2ln"`
    const kept = withoutSecrets(text)
    for (const secret of ['b\\c', 'k\\"ey', 'SECRET', 'eyJzdWIi']) expect(kept).not.toContain(secret)
    expect(kept).toContain('https://c/d?sv=2&sig=*****&x=1')
  })
})

it('no token, secret, password or query is in what the server writes, at its most talkative', async () => {
  const store = join(folder, 'store')
  const identity = await openIdentity(store)
  const { client, secret } = await identity.addClient({ name: 'a script' })
  await identity.setUser('ada@corp.example', 'correct-horse')
  const bin = fileURLToPath(new URL('../../bin/harrier.js', import.meta.url))
  const flags = ['--store', store, '--auth', 'local', '--log-level', 'info', '--port', '0']
  const child = spawn(process.execPath, [bin, 'serve', ...flags], { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  child.stdout.on('data', (chunk) => (said += String(chunk)))
  child.stderr.on('data', (chunk) => (said += String(chunk)))
  while (!/ready at http\S+/.test(said)) await new Promise((resolve) => setTimeout(resolve, 50))
  const url = /ready at (http\S+)/.exec(said)![1]!
  const post = (path: string, body: string, headers: Record<string, string> = {}) =>
    fetch(url + path, { method: 'POST', body, headers })
  const form = (f: Record<string, string>) => new URLSearchParams(f).toString()
  const own = { grant_type: 'client_credentials', client_id: client.id, client_secret: secret! }
  const tokens = (await (await post(`/${identity.tenant}/oauth2/v2.0/token`, form(own))).json()) as {
    access_token: string
  }
  const authorization = `Bearer ${tokens.access_token}`
  expect((await post('/api/advancedqueries/run', '{"Query":"print x = \'needle\'"}', { authorization })).status).toBe(
    200,
  )
  await post('/api/advancedqueries/run', '{"Query":"broken needle"}', { authorization: `${authorization}x` })
  await post(
    `/${identity.tenant}/oauth2/v2.0/token`,
    form({ ...own, grant_type: 'password', username: 'ada@corp.example', password: 'correct-horse' }),
  )
  await fetch(`${url}/beta/security/getRunHuntingQuery(query='needle')`, { headers: { authorization } })
  await fetch(
    `${url}/${identity.tenant}/oauth2/v2.0/authorize?client_id=x&code=needle&access_token=${tokens.access_token}`,
  )
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  await ended
  expect(said).toContain('/oauth2/v2.0/token')
  const everything =
    said +
    readdirSync(join(store, 'query-log'))
      .map((n) => readFileSync(join(store, 'query-log', n), 'utf8'))
      .join()
  for (const hidden of [tokens.access_token, tokens.access_token.split('.')[2]!, secret!, 'correct-horse'])
    expect(everything).not.toContain(hidden)
  expect(said).not.toContain('needle')
}, 60_000)
