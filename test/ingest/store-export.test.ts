/** What `store export` writes is read by another engine with the values and types that a person expects; a backup is the store again. */
import { mkdtempSync, rmSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { exportStore } from '../../src/ingest/export.ts'
import { ingest } from '../../src/ingest/ingest.ts'
import { backupStore, restoreStore } from '../../src/store/backup.ts'
import { verifyStore } from '../../src/store/inspect.ts'
import { openStore } from '../../src/store/store.ts'
import { openIdentity } from '../../src/wire/login/identity.ts'

const folder = mkdtempSync(join(tmpdir(), 'harrier-store-export-'))
const store = join(folder, 'store')
beforeAll(async () => {
  await ingest({
    store,
    records: Array.from({ length: 30 }, (_, n) => ({
      table: 'DeviceLogonEvents',
      properties: {
        Timestamp: `2024-05-01T10:00:${10 + n}.1234567Z`,
        ReportId: 2n ** 60n + BigInt(n),
        IsLocalAdmin: n % 2 === 0,
      },
    })),
  })
  const schema = 'At:datetime, Span:timespan, Bag:dynamic, Who:guid'
  const record = {
    At: '0001-01-01T00:00:00Z',
    Span: '1.00:00:00',
    Bag: { a: 1 },
    Who: '74be27de-1e4e-49d9-b579-fe0b331d3642',
  }
  await ingest({
    store,
    table: 'Own',
    schema,
    records: [
      { table: 'Own', properties: record },
      { table: 'Own', properties: { ...record, At: '2024-05-01T10:00:00.1234567Z' } },
    ],
  })
}, 60_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function duck(sql: string) {
  const connection = await (await DuckDBInstance.create(':memory:')).connect()
  return (await connection.runAndReadAll(sql)).getRowsJson()
}

it('writes real timestamps, longs and booleans, and only a table’s own columns', async () => {
  const files = await exportStore(store, join(folder, 'out'), [])
  expect(files.map((f) => [f.table, f.rows])).toEqual([
    ['DeviceLogonEvents', 30],
    ['Own', 2],
  ])
  const path = join(folder, 'out', 'DeviceLogonEvents.parquet')
  expect(
    await duck(
      `SELECT typeof("Timestamp"), "Timestamp"::VARCHAR, "ReportId", "IsLocalAdmin" FROM '${path}' ORDER BY 2 LIMIT 1`,
    ),
  ).toEqual([['TIMESTAMP_NS', '2024-05-01 10:00:10.1234567', '1152921504606846976', true]])
  expect(await duck(`SELECT count(*) FROM (DESCRIBE FROM '${path}') WHERE column_name LIKE '$%'`)).toEqual([['0']])
  const own = await duck(
    `SELECT typeof("At"), "At"::VARCHAR, "Span", "Bag", "Who" FROM '${join(folder, 'out', 'Own.parquet')}' ORDER BY 2`,
  )
  expect(own).toEqual([
    ['TIMESTAMP', '0001-01-01 00:00:00', '864000000000', '{"a":1}', '74be27de-1e4e-49d9-b579-fe0b331d3642'],
    ['TIMESTAMP', '2024-05-01 10:00:00.123456', '864000000000', '{"a":1}', '74be27de-1e4e-49d9-b579-fe0b331d3642'],
  ])
  await expect(exportStore(store, join(folder, 'out'), ['Nothing'])).rejects.toThrow("no table named 'Nothing'")
})

it('a copy is a store with the same rows and clients; a second copy takes what is new', async () => {
  const copy = join(folder, 'copy')
  const { client } = await (await openIdentity(store)).addClient({ name: 'a script' })
  expect(backupStore(store, copy)).toMatchObject({ segments: 2 })
  await ingest({
    store,
    records: [{ table: 'DeviceInfo', properties: { Timestamp: '2024-05-02T00:00:00Z', DeviceName: 'x' } }],
  })
  const second = backupStore(store, copy)
  expect(second.segments).toBe(3)
  const back = join(folder, 'back')
  restoreStore(copy, back)
  expect((await verifyStore(back)).problems).toEqual([])
  expect(openStore(back).snapshot().segments('DeviceInfo')).toHaveLength(1)
  expect((await openIdentity(back)).client(client.id)?.name).toBe('a script')
  expect(
    await ingest({
      store: back,
      records: [{ table: 'DeviceInfo', properties: { Timestamp: '2024-05-02T00:00:00Z', DeviceName: 'x' } }],
    }),
  ).toMatchObject({ added: 0, repeated: 1 })
  expect(() => restoreStore(copy, back)).toThrow('is not empty')
  expect(() => backupStore(join(folder, 'none'), copy)).toThrow('there is no store')
})

it('names a file of a copy that is not what was written', async () => {
  const copy = join(folder, 'damaged')
  backupStore(store, copy)
  truncateSync(openStore(copy).snapshot().segments('DeviceInfo')[0]!.path, 20)
  expect((await verifyStore(copy)).problems).toMatchObject([
    { table: 'DeviceInfo', why: expect.stringContaining('20 bytes instead of') },
  ])
})
