/** Merging and retention change no answer, lose nothing in a crash, and queries that run meanwhile go on. */
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compact, ingest } from '../../src/ingest/ingest.ts'
import { readRetention } from '../../src/ingest/upkeep.ts'
import { storeStatus, verifyStore } from '../../src/store/inspect.ts'
import { openStore } from '../../src/store/store.ts'
import { startService, type TestService } from '../support/service.ts'

const folder = mkdtempSync(join(tmpdir(), 'harrier-upkeep-'))
const store = join(folder, 'store')
const DAY = 24 * 60 * 60 * 1000
const row = (n: number, days = n % 20) => ({
  table: n % 3 === 0 ? 'DeviceEvents' : 'DeviceProcessEvents',
  properties: {
    Timestamp: new Date(Date.now() - days * DAY - n * 1000).toISOString(),
    DeviceId: `d${n % 7}`,
    ReportId: n,
  },
})
const rows = Array.from({ length: 1000 }, (_, n) => row(n))
const QUESTIONS = [
  'DeviceProcessEvents | summarize count(), sum(ReportId), min(Timestamp), max(Timestamp) by DeviceId | sort by DeviceId asc',
  'union withsource=t DeviceEvents, DeviceProcessEvents | where Timestamp > ago(3d) | summarize count() by t | sort by t asc',
  'DeviceEvents | top 5 by Timestamp | project ReportId',
]

let service: TestService
beforeAll(async () => {
  for (let i = 0; i < 10; i++) await ingest({ store, records: rows.slice(i * 100, i * 100 + 100) })
  service = await startService({ store, lookback: 'unlimited', queryProcesses: 1 })
}, 120_000)
afterAll(async () => {
  await service?.close()
  rmSync(folder, { recursive: true, force: true })
})

const answers = () => Promise.all(QUESTIONS.map((q) => service.ask(q)))
const segments = () => Object.fromEntries(storeStatus(store).map((t) => [t.table, t.segments]))

describe('compact', () => {
  it('makes one segment of many and changes no answer, also for a reader that is open', async () => {
    const before = await answers()
    expect(segments()).toEqual({ DeviceEvents: 10, DeviceProcessEvents: 10 })
    const old = openStore(store).snapshot()
    expect(await compact(store, { retention: '' })).toEqual({ merged: 20, into: 2, dropped: 0, droppedRows: 0 })
    expect(segments()).toEqual({ DeviceEvents: 1, DeviceProcessEvents: 1 })
    expect(await answers()).toEqual(before)
    // A query that began before still finds its files.
    expect(old.segments('DeviceEvents').every((s) => existsSync(s.path))).toBe(true)
    expect(await verifyStore(store)).toMatchObject({ segments: 2, problems: [] })
    expect(await compact(store, { retention: '' })).toMatchObject({ merged: 0, dropped: 0 })
  })

  it('still knows every record, so that the same file adds nothing', async () => {
    expect(await ingest({ store, records: rows })).toMatchObject({ added: 0, repeated: 1000 })
  })

  it('drops segments that are wholly older than is kept, of the tables that are named', async () => {
    const aged = Array.from({ length: 50 }, (_, n) => row(n + 5000, 400 + (n % 5)))
    await ingest({ store, records: aged })
    const before = await answers()
    expect(await compact(store, { retention: 'DeviceEvents=365d' })).toMatchObject({ dropped: 1, droppedRows: 17 })
    expect((await service.ask('DeviceEvents | summarize min(Timestamp) > ago(30d), count()')).rows[0]).toEqual([
      true,
      334n,
    ])
    await compact(store, { retention: '365d' })
    expect((await service.ask('DeviceProcessEvents | count')).rows).toEqual([[666n]])
    expect((await answers())[1]).toEqual(before[1])
  })

  it('runs by itself when an ingest leaves many small segments', async () => {
    const own = join(folder, 'own')
    const limits = { records: 10, bytes: 1e9 }
    const many = Array.from({ length: 800 }, (_, n) => ({ ...row(n), table: 'DeviceEvents' }))
    for (let i = 0; i < 40; i++) await ingest({ store: own, records: many.slice(i * 20, i * 20 + 20), limits })
    const [status] = storeStatus(own)
    expect(status!.rows).toBe(800)
    expect(status!.segments).toBeLessThan(40)
  }, 120_000)

  it('refuses a retention that is none', () => {
    expect(readRetention(' 30d, DeviceEvents=12h ')).toEqual(
      new Map([
        ['*', 25_920_000_000_000n],
        ['DeviceEvents', 432_000_000_000n],
      ]),
    )
    for (const text of ['never', 'DeviceEvents=', '-3d']) expect(() => readRetention(text)).toThrow('Setting retention')
  })
})

it('the files of removed segments go when no query can need them any more', async () => {
  const { openWriter } = await import('../../src/store/writer.ts')
  const { layoutOf } = await import('../../src/store/layout.ts')
  const layout = layoutOf(store)
  const files = () => readdirSync(join(layout.segments, 'DeviceEvents')).filter((f) => f.endsWith('.parquet')).length
  expect(files()).toBeGreaterThan(1)
  const real = Date.now
  Date.now = () => real() + 3_600_000
  try {
    openWriter(layout).close()
  } finally {
    Date.now = real
  }
  expect(files()).toBe(1)
  expect((await service.ask('DeviceEvents | count')).rows).toEqual([[334n]])
})
