/** Tables read in place: what the files hold, as KQL has it, with the same window and the same rights as a store's own. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { attachTables } from '../../src/ingest/attached.ts'
import { nobody, startService, type TestService } from '../support/service.ts'

const folder = mkdtempSync(join(tmpdir(), 'harrier-attached-'))
const inside = (...names: string[]) => join(folder, ...names)
const HASH = 'a'.repeat(64)
let service: TestService

beforeAll(async () => {
  for (const name of ['proxy', 'lists', 'hosts', 'own', 'process']) mkdirSync(inside(name))
  const duckdb = await (await DuckDBInstance.create(':memory:')).connect()
  await duckdb.run(`COPY (SELECT TIMESTAMP '2024-05-01 10:00:00.123456' AS Timestamp, 'pc-1' AS DeviceId, 443 AS Port, 1.5::DOUBLE AS Seconds,
    true AS Allowed, [1, 2] AS Parts, {'a': 'x'} AS Info, NULL::VARCHAR AS Note, 12.30::DECIMAL(8,2) AS Price, DATE '2024-05-01' AS Day
    UNION ALL SELECT TIMESTAMP '2024-05-03 10:00:00', 'pc-2', NULL, NULL, false, NULL, NULL, 'n', NULL, NULL) TO '${inside('proxy', 'one.parquet')}'`)
  await duckdb.run(
    `COPY (SELECT '2024-05-01T00:00:00.1234567Z' AS Timestamp, 'calc.exe' AS FileName, 7 AS ProcessId, '${HASH}' AS SHA256) TO '${inside('process', 'p.parquet')}'`,
  )
  writeFileSync(
    inside('lists', 'bad.csv'),
    '\ufeffName,Score,Seen,Tags\r\n"evil, ""inc""",9007199254740993,2024-01-02T03:04:05.1234567Z,"[1,2]"\r\nplain,,,\r\n"two\nlines",4,,\r\n',
  )
  writeFileSync(inside('lists', 'more.csv.gz'), gzipSync('Name,Score,Reason\nzip,5,because\n'))
  writeFileSync(inside('lists', 'notes.txt'), 'not data')
  writeFileSync(
    inside('hosts', 'a.ndjson'),
    '{"Host":"a","Cores":8,"Tags":{"x":[1]},"Load":0.5}\n{broken\n{"Host":"b","Load":2}\n',
  )
  service = await startService({
    store: inside('store'),
    now: '2024-05-04',
    attach: ['Proxy=proxy', 'Lists=lists', 'Hosts=hosts/*.ndjson', 'DeviceProcessEvents=process']
      .map((part) => part.replace('=', `=${folder}/`))
      .join(', '),
  })
}, 60_000)
afterAll(async () => {
  await service?.close()
  rmSync(folder, { recursive: true, force: true })
})

describe('Parquet', () => {
  it('keeps its types; nested values are dynamic, and what KQL has no type for is text', async () => {
    const { columns, rows } = await service.ask('Proxy | order by DeviceId asc')
    expect(columns).toEqual([
      'Timestamp:datetime',
      'DeviceId:string',
      'Port:long',
      'Seconds:real',
      'Allowed:bool',
      'Parts:dynamic',
      'Info:dynamic',
      'Note:string',
      'Price:string',
      'Day:datetime',
    ])
    expect(rows).toEqual([
      [
        '2024-05-01T10:00:00.123456Z',
        'pc-1',
        443n,
        1.5,
        true,
        [1n, 2n],
        new Map([['a', 'x']]),
        '',
        '12.30',
        '2024-05-01T00:00:00Z',
      ],
      ['2024-05-03T10:00:00Z', 'pc-2', null, null, false, null, null, 'n', '', null],
    ])
  })

  it('obeys the time of the query and the devices that the caller may see', async () => {
    expect((await service.ask('Proxy | where Timestamp > ago(2d) | project DeviceId')).rows).toEqual([['pc-2']])
    expect((await service.ask('Proxy | where Timestamp <= datetime(2024-05-01 10:00:00.123456) | count')).rows).toEqual(
      [[1n]],
    )
    expect((await service.ask('Proxy | where Timestamp < datetime(2024-05-01 10:00:00.123456) | count')).rows).toEqual([
      [0n],
    ])
    const analysis = await service.services.query.analyze({
      text: 'Proxy | where Timestamp > datetime(2024-05-03 11:00)',
      principal: nobody,
    })
    expect(analysis.scans[0]?.rowGroups).toEqual({ read: 0, total: 1 })
  })

  it('adds rows to a Defender table, whose columns and types stay', async () => {
    const { rows } = await service.ask(
      'DeviceProcessEvents | project Timestamp, FileName, ProcessId, SHA256, AccountName, gettype(ProcessId)',
    )
    expect(rows).toEqual([['2024-05-01T00:00:00.1234567Z', 'calc.exe', 7n, HASH, '', 'long']])
  })
})

describe('text', () => {
  it('is read from CSV with quotes, marks and line breaks, packed or not, each file with its own columns', async () => {
    const { columns, rows } = await service.ask('Lists | order by Score asc')
    expect(columns).toEqual(['Name:string', 'Score:long', 'Seen:datetime', 'Tags:string', 'Reason:string'])
    expect(rows).toEqual([
      ['plain', null, null, '', ''],
      ['two\nlines', 4n, null, '', ''],
      ['zip', 5n, null, '', 'because'],
      ['evil, "inc"', 9007199254740993n, '2024-01-02T03:04:05.1234567Z', '[1,2]', ''],
    ])
  })

  it('is read from NDJSON, whose broken lines are left out', async () => {
    expect(
      (await service.ask('Hosts | project Host, Cores, tostring(Tags.x[0]), Load | order by Host asc')).rows,
    ).toEqual([
      ['a', 8n, '1', 0.5],
      ['b', null, '', 2],
    ])
  })

  it('is seen as it grows, and gone with its file', async () => {
    writeFileSync(inside('hosts', 'b.ndjson'), '{"Host":"c","Model":"x"}\n')
    await expect.poll(async () => (await service.ask('Hosts | count')).rows, { timeout: 10_000 }).toEqual([[3n]])
    expect((await service.ask('Hosts | where Model == "x" | project Host')).rows).toEqual([['c']])
    rmSync(inside('hosts', 'b.ndjson'))
    await expect.poll(async () => (await service.ask('Hosts | count')).rows, { timeout: 10_000 }).toEqual([[2n]])
  })
})

it('writes nothing, and says of a file that cannot be read which it is', async () => {
  expect(existsSync(inside('store', 'manifest.jsonl'))).toBe(false)
  writeFileSync(inside('own', 'good.csv'), 'a\n1\n')
  writeFileSync(inside('own', 'bad.parquet'), 'PAR1 this is none PAR1')
  const said: string[] = []
  const attached = attachTables(`Own=${inside('own')}`, (what) => said.push(what))
  const nothing = { version: 1, custom: [], segments: () => [], leftOut: () => 0 }
  expect((await attached.over(nothing)).segments('Own').map((s) => s.path)).toEqual([inside('own', 'good.csv')])
  expect(said).toEqual([expect.stringContaining('bad.parquet')])
})

it('refuses settings that name nothing', () => {
  const attach = (setting: string) => () => attachTables(setting, () => {})
  expect(attach('Proxy')).toThrow("'Proxy' is not TABLE=FOLDER")
  expect(attach(`Proxy=${inside('nowhere')}`)).toThrow('cannot be read')
  mkdirSync(inside('empty'))
  expect(attach(`Proxy=${inside('empty')}`)).toThrow('holds no file of data')
})
