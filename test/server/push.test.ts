/** Records that are sent to a running server: kept once when they are good, explained when not, and safe once they are answered. */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ingest } from '../../src/ingest/ingest.ts'
import { layoutOf } from '../../src/store/layout.ts'
import { openStore } from '../../src/store/store.ts'
import { DEFENDER_AUDIENCE, issueToken } from '../../src/wire/login/tokens.ts'
import type { Pushed } from '../../src/wire/push/routes.ts'
import { runs } from '../support/runs.ts'
import { startServer, type TestServer } from '../support/server.ts'

const row = (n: number, more: object = {}) =>
  `${JSON.stringify({ Timestamp: '2025-03-10T00:00:00Z', FileName: `f${n}`, ReportId: n, ...more })}\n`
const rows = (first: number, count: number) => Array.from({ length: count }, (_, i) => row(first + i)).join('')

const send = async (url: string, body: string | Buffer, { path = '/api/ingest/DeviceEvents', headers = {} } = {}) => {
  const answer = await fetch(url + path, { method: 'POST', body: body as string, headers })
  return {
    status: answer.status,
    headers: answer.headers,
    body: (await answer.json()) as Pushed & { error: { message: string } },
  }
}

describe('a server that takes records', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer({ lookback: 'unlimited', pushBytes: 200_000 })
  })
  afterAll(() => server.close())

  const count = async (table = 'DeviceEvents') => (await server.ask(`${table} | count`)).body.Results?.[0]?.Count

  it('answers with what became of them, and rows are there at once', async () => {
    expect(await send(server.url, rows(0, 10))).toMatchObject({
      status: 200,
      body: { added: 10, repeated: 0, rejected: 0 },
    })
    expect(await count()).toBe(10)
    expect((await send(server.url, rows(5, 10))).body).toEqual({ added: 5, repeated: 5, rejected: 0 })
    expect(await count()).toBe(15)
  })

  it('takes gzip, with and without saying so, and what is whole of a torn one', async () => {
    const packed = gzipSync(rows(100, 1000))
    const headers = { 'content-encoding': 'gzip' }
    expect((await send(server.url, packed, { headers })).body).toMatchObject({ added: 1000 })
    expect((await send(server.url, packed)).body).toMatchObject({ repeated: 1000 })
    const torn = await send(server.url, gzipSync(rows(2000, 20_000)).subarray(0, -3000), { headers })
    expect(torn).toMatchObject({
      status: 400,
      body: { error: { code: 'BadRequest', message: expect.stringMatching(/gzip data are damaged.* records before/) } },
    })
    const kept = Number(/(\d+) records before/.exec(torn.body.error.message)?.[1])
    expect(kept).toBeGreaterThan(5000)
    expect(await server.ask('DeviceEvents | where ReportId >= 2000 | count')).toMatchObject({
      body: { Results: [{ Count: kept }] },
    })
  })

  it('keeps the good ones of a body and says what is wrong with the first bad one', async () => {
    const body = `${row(50_000)}not json\n${row(50_001, { ReportId: 'many' })}${row(50_002)}`
    const sent = await send(server.url, body)
    expect(sent.status).toBe(200)
    expect(sent.body).toMatchObject({ added: 2, rejected: 2, firstRejected: { line: 2 } })
    const cut = await send(server.url, `${row(50_003)}{"ReportId":50004,`)
    expect(cut.body.error.message).toMatch(/not finished. 1 records before that are kept/)
    expect((await send(server.url, '[1, 2]')).body).toMatchObject({ error: { code: 'BadRequest' } })
  })

  it('refuses unknown tables, bodies that are too large, and formats without names', async () => {
    const unknown = await send(server.url, row(1), { path: '/api/ingest/DeviceEvent' })
    expect(unknown).toMatchObject({ status: 400, body: { error: { message: expect.stringMatching(/DeviceEvents/) } } })
    const large = await send(server.url, Buffer.alloc(200_001, 32))
    expect(large).toMatchObject({ status: 413, body: { error: { message: expect.stringMatching(/200000 bytes/) } } })
    const path = '/v1/rest/ingest/harrier/DeviceEvents?streamFormat=Csv'
    expect((await send(server.url, 'a,b\n1,2\n', { path })).body.error.message).toMatch(/Csv is not taken/)
  })

  it("answers at the address of Kusto's streaming ingest", async () => {
    const path = '/v1/rest/ingest/harrier/DeviceEvents?streamFormat=MultiJSON&mappingName=m'
    expect(await send(server.url, rows(60_000, 3), { path })).toMatchObject({ status: 200, body: {} })
    expect(await server.ask('DeviceEvents | where ReportId >= 60000 | count')).toMatchObject({
      body: { Results: [{ Count: 3 }] },
    })
  })

  it('asks for more time when too much waits, and loses nothing of what it took', async () => {
    const bodies = Array.from({ length: 40 }, (_, n) => rows(100_000 + n * 1000, 1000))
    const sent = await Promise.all(bodies.map((body) => send(server.url, body)))
    const [taken, later] = [sent.filter((s) => s.status === 200), sent.filter((s) => s.status === 429)]
    expect(taken.length + later.length).toBe(bodies.length)
    for (const s of later) expect(Number(s.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(await server.ask('DeviceEvents | where ReportId >= 100000 | count')).toMatchObject({
      body: { Results: [{ Count: taken.length * 1000 }] },
    })
  })

  it('lets an ingest of another writer have its turn', async () => {
    await send(server.url, row(70_000))
    const records = [{ table: 'DeviceEvents', properties: { Timestamp: '2025-03-10T00:00:00Z', ReportId: 70_001 } }]
    expect(await ingest({ store: server.store, records, patience: 10_000 })).toMatchObject({ added: 1 })
    expect((await send(server.url, row(70_002))).body).toMatchObject({ added: 1 })
  })
})

it('takes records of applications with the role, and of nobody else', async () => {
  const server = await startServer({ auth: 'local' })
  const token = (roles: string[]) =>
    issueToken(server.identity!, { audience: DEFENDER_AUDIENCE, application: 'app', name: 'n', roles, now: Date.now() })
  const as = async (roles: string[]) => {
    const headers = { authorization: `Bearer ${await token(roles)}` }
    return (await send(server.url, row(1), { headers })).status
  }
  expect((await send(server.url, row(1))).status).toBe(401)
  expect(await as(['AdvancedQuery.Read.All'])).toBe(403)
  expect(await as(['Harrier.Ingest'])).toBe(200)
  await server.close()
}, 60_000)

const freePort = () =>
  new Promise<number>((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo
      probe.close(() => resolve(port))
    })
  })

const bin = fileURLToPath(new URL('../../bin/harrier.js', import.meta.url))
const KILLS = runs(5, 200)

it(
  'keeps every record that it answered for, once, whenever it is killed',
  async () => {
    const store = mkdtempSync(join(tmpdir(), 'harrier-push-'))
    const acknowledged: number[] = []
    let sent = 0
    const port = await freePort()
    const url = `http://127.0.0.1:${port}`
    /** Takes records as soon as it listens, before its parser is warm. */
    const serve = async (): Promise<ChildProcess> => {
      const flags = [
        '--store',
        store,
        '--auth',
        'off',
        '--limits',
        'off',
        '--query-processes',
        '1',
        '--port',
        String(port),
      ]
      const child = spawn(process.execPath, [bin, 'serve', ...flags], { stdio: ['ignore', 'ignore', 'inherit'] })
      for (;;) {
        if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}`)
        if ((await fetch(`${url}/healthz`).catch(() => undefined))?.ok) return child
        await pause(50)
      }
    }
    for (let kill = 0; kill < KILLS; kill++) {
      const server = await serve()
      const ended = new Promise((done) => server.once('exit', done))
      let answered = 0
      const pushing = (async () => {
        for (;;) {
          const first = sent
          sent += 20
          const { status } = await send(url, rows(first, 20)).catch(() => ({ status: 0 }))
          if (status !== 200) return
          acknowledged.push(...Array.from({ length: 20 }, (_, i) => first + i))
          if (++answered === 1) setTimeout(() => server.kill('SIGKILL'), Math.random() * 400)
        }
      })()
      await pushing
      server.kill('SIGKILL')
      await ended
      expect(answered).toBeGreaterThan(0)
    }
    const opened = Date.now()
    expect(openStore(store).snapshot().segments('DeviceEvents').length).toBeGreaterThan(0)
    expect(Date.now() - opened).toBeLessThan(5000)
    // The last ones were sent and not answered: they may be there, all of them or none.
    const summary = await ingest({ store, patience: 10_000, records: stored(0, sent) })
    expect(summary.added).toBeLessThanOrEqual(KILLS * 20)
    const server = await startServer({ store, lookback: 'unlimited' })
    const answer = await server.ask(
      'DeviceEvents | summarize Rows = count() by ReportId | summarize count(), max(Rows)',
    )
    expect(answer.body.Results).toEqual([{ count_: sent, max_Rows: 1 }])
    await server.close()
    expect(sent - summary.added).toBeGreaterThanOrEqual(acknowledged.length)
    expect(existsSync(layoutOf(store).lock)).toBe(false)
    expect(readFileSync(layoutOf(store).manifest, 'utf8')).toMatch(/\n$/)
    rmSync(store, { recursive: true })
  },
  Math.max(600_000, KILLS * 15_000),
)

const stored = (first: number, count: number) =>
  Array.from({ length: count }, (_, i) => ({
    table: 'DeviceEvents',
    properties: JSON.parse(row(first + i)) as Record<string, unknown>,
  }))
