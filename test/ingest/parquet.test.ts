import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ingest } from '../../src/ingest/ingest.ts'
import { startService, type TestService } from '../support/service.ts'

const folder = mkdtempSync(join(tmpdir(), 'harrier-parquet-'))
let service: TestService
beforeAll(async () => {
  const duck = await (await DuckDBInstance.create(':memory:')).connect()
  for (const [name, codec, type] of [
    ['a', 'zstd', 'TIMESTAMP_NS'],
    ['b', 'snappy', 'TIMESTAMP'],
    ['c', 'gzip', 'TIMESTAMPTZ'],
  ]) {
    await duck.run(`COPY (SELECT ('2024-05-01 10:00:00'::TIMESTAMP + to_microseconds(123456 + i))::${type} AS "Timestamp",
      'd' || i AS "DeviceId", 9007199254740993 + i AS "ReportId", i % 2 = 0 AS "IsLocalAdmin", NULL::VARCHAR AS "AccountName",
      '{"a":' || i || '}' AS "AdditionalFields", 'x' AS "LogonType", 'y' AS "RemoteIP" FROM range(5000) t(i))
      TO '${join(folder, `${name}.parquet`)}' (FORMAT parquet, COMPRESSION ${codec}, ROW_GROUP_SIZE 2048)`)
  }
  service = await startService({ store: join(folder, 'store'), lookback: 'unlimited', queryProcesses: 1 })
}, 60_000)
afterAll(async () => {
  await service?.close()
  rmSync(folder, { recursive: true, force: true })
})

it('reads every row with its times, longs and nulls, whatever it is packed with, into the table that its columns tell', async () => {
  const summary = await ingest({ store: join(folder, 'store'), paths: [join(folder, '*.parquet')] })
  // The three hold the same records.
  expect(summary.tables).toEqual({ DeviceLogonEvents: { added: 5000, repeated: 10_000, rejected: 0 } })
  const { rows } = await service.ask(
    'DeviceLogonEvents | where DeviceId == "d4999" | project Timestamp, ReportId, IsLocalAdmin, AccountName, AdditionalFields',
  )
  expect(rows).toEqual([['2024-05-01T10:00:00.128455Z', 9007199254745992n, false, '', '{"a":4999}']])
})

it('says of a broken file that it is one, and takes nothing from a stream', async () => {
  const { writeFileSync } = await import('node:fs')
  const path = join(folder, 'broken.parquet')
  writeFileSync(path, 'PAR1 and nothing more')
  const { sources } = await ingest({ store: join(folder, 'store'), paths: [path] })
  expect(sources[0]!.error).toContain('broken.parquet cannot be read')
})
