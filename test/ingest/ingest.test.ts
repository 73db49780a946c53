/** Whole ingests, looked at through queries. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type IngestOptions, type InputRecord, ingest } from '../../src/ingest/ingest.ts'
import { layoutOf } from '../../src/store/layout.ts'
import { lockStore } from '../../src/store/lock.ts'
import { openStore } from '../../src/store/store.ts'
import { startService, type TestService } from '../support/service.ts'

let folder: string
let store: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'harrier-ingest-'))
  store = join(folder, 'store')
})
afterEach(async () => {
  await service?.close()
  service = undefined
  rmSync(folder, { recursive: true })
})

const load = (options: Omit<IngestOptions, 'store'>) => ingest({ store, ...options })

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name)
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(path, content)
  return path
}

let service: TestService | undefined
/** One service a test: it follows the store. */
async function ask(kql: string) {
  service ??= await startService({ store, lookback: 'unlimited', queryProcesses: 1 })
  return (await service.ask(kql)).rows
}

const exported = (table: string, properties: object, time = '2025-03-01T00:00:09.0000000Z') =>
  JSON.stringify({ time, operationName: 'Publish', category: `AdvancedHunting-${table}`, properties })

const event = (n: number) => ({ Timestamp: '2025-03-01T00:00:00Z', DeviceId: 'd', FileName: `f${n}`, ReportId: n })

describe('ingest', () => {
  it('loads a blob tree, keeps the good part of damaged files, and tells what was refused, and where', async () => {
    const blob = (hour: number) => `tree/insights-logs-advancedhunting-deviceevents/y=2025/h=0${hour}/m=00/PT1H.json`
    const lines = [
      exported('DeviceEvents', { ...event(1), MachineGroup: 'Servers', Surprise: 1 }),
      'broken',
      exported('DeviceEvents', { ...event(2), ReportId: 'many' }),
      exported('DeviceEvent', event(3)),
      exported('DeviceEvents', event(4)),
    ]
    file(blob(0), `${lines.join('\r\n')}\r\n`)
    const long = Array.from({ length: 5000 }, (_, n) => exported('DeviceFileEvents', event(n))).join('\r\n')
    file(`${blob(1)}.gz`, gzipSync(long).subarray(0, -100))
    const summary = await load({ paths: [join(folder, 'tree')] })

    expect(summary.tables.DeviceEvents).toEqual({ added: 2, repeated: 0, rejected: 1 })
    expect(summary.unknownColumns).toEqual({ DeviceEvents: { Surprise: 1 } })
    const kept = summary.tables.DeviceFileEvents!.added
    expect(kept).toBeGreaterThan(1000)
    expect(summary.sources.map((s) => s.error ?? '').join()).toContain('unexpected end of file')
    const refused = readFileSync(summary.quarantine!, 'utf8')
      .trim()
      .split('\n')
      .map((l) => JSON.parse(l))
    expect(refused.map((r) => [r.line, r.reason])).toEqual([
      [2, 'the line is not JSON'],
      [3, 'ReportId is no long: "many"'],
      [4, "There is no table named 'DeviceEvent'. Closest: DeviceEvents."],
    ])
    expect(refused[1].text).toContain('"ReportId":"many"')
    expect(await ask('DeviceEvents | project ReportId, FileName | sort by ReportId asc')).toEqual([
      [1n, 'f1'],
      [4n, 'f4'],
    ])
    expect(await ask('DeviceFileEvents | count')).toEqual([[BigInt(kept)]])
  })

  it('takes each record once: in a batch, between batches, from another envelope, and again', async () => {
    const twice = [exported('DeviceEvents', event(1)), exported('DeviceEvents', event(1), '2025-03-02T00:00:00Z')]
    const first = file('first.json', `${twice.join('\n')}\n${exported('DeviceEvents', event(2))}\n`)
    const limits = { records: 1, bytes: 1000 }
    expect(await load({ paths: [first, first], limits })).toMatchObject({ added: 2, repeated: 4 })
    const version = openStore(store).snapshot().version
    const csv = file('DeviceEvents.csv', 'ReportId,FileName,DeviceId,Timestamp\n1,f1,d,2025-03-01T00:00:00.000Z\n')
    const message = file('message.json', `{"records":[${exported('DeviceEvents', { Extra: null, ...event(2) })}]}`)
    expect(await load({ paths: [csv, message, first] })).toMatchObject({ added: 0, repeated: 5 })
    expect(openStore(store).snapshot().version).toBe(version)
    expect(await ask('DeviceEvents | count')).toEqual([[2n]])
  })

  it('brings every value back unchanged', async () => {
    const texts = [
      '',
      ' ',
      'a"b\'c',
      '\u0000\u0001\u0002\u0003',
      '\r\n',
      '\n',
      '\u001e\u001e"\u001f',
      '\u0002',
      '\\N',
      'NULL',
      'ü€😀',
      '\u001e',
    ]
    const long = `${'é"\u001e\n'.repeat(400_000)}.`
    const schema =
      'Id:long, S:string, L:long, I:int, R:real, T:datetime, D:dynamic, B:bool, Span:timespan, G:guid, N:decimal'
    const row = (n: number, s: string) => ({ Id: n, S: s, T: '2025-03-01T00:00:00.1234567Z' })
    const extreme = [
      { Id: 100, L: 9223372036854775807n, I: 2147483647, R: 1e300, T: '9999-12-31T23:59:59.9999999Z', B: true },
      { Id: 101, L: -9223372036854775808n, I: -2147483648, R: 5e-324, T: '0001-01-01T00:00:00Z', B: false },
      {
        Id: 102,
        R: 0.1,
        D: '{"a":[1,2.50,"x\\ny"],"z":null}',
        Span: '-10675199.02:48:05.4775808',
        N: '12345678901234567890.5',
      },
      { Id: 103, D: { big: 2n ** 60n }, G: '5F1B0C5E-7F0A-4C0E-9D52-3B6A1E0C7A11', S: null },
    ]
    const records: InputRecord[] = [...[...texts, long].map((s, n) => row(n, s)), ...extreme].map((properties) => ({
      table: 'Mine',
      properties,
    }))
    expect(await load({ records, table: 'Mine', schema })).toMatchObject({ added: records.length, rejected: 0 })

    const back = await ask('Mine | where Id < 100 | sort by Id asc | project S')
    expect(back.map((r) => r[0])).toEqual([...texts, long])
    expect(
      await ask('Mine | where Id >= 100 | sort by Id asc | project Id, L, I, R, T, D, B, Span, G, N = tostring(N)'),
    ).toEqual([
      [100n, 9223372036854775807n, 2147483647n, 1e300, '9999-12-31T23:59:59.9999999Z', null, true, null, null, ''],
      [101n, -9223372036854775808n, -2147483648n, 5e-324, '0001-01-01T00:00:00Z', null, false, null, null, ''],
      [
        102n,
        null,
        null,
        0.1,
        null,
        new Map<string, unknown>([
          ['a', [1n, 2.5, 'x\ny']],
          ['z', null],
        ]),
        null,
        '-10675199.02:48:05.4775808',
        null,
        '12345678901234567890.5',
      ],
      [
        103n,
        null,
        null,
        null,
        null,
        new Map([['big', 2n ** 60n]]),
        null,
        null,
        '5f1b0c5e-7f0a-4c0e-9d52-3b6a1e0c7a11',
        '',
      ],
    ])
    expect(await ask('Mine | where isnotempty(S) and Id == 103 | count')).toEqual([[0n]])
  })

  it('keeps the two columns apart whose names differ in case alone', async () => {
    const records = [{ table: 'T', properties: { LogonId: 1, LogonID: 2 } }]
    await load({ records, table: 'T', schema: 'LogonId:long, LogonID:long' })
    expect(await ask('T | project LogonId, LogonID')).toEqual([[1n, 2n]])
  })

  it('remembers when a record was received and which devices it is about', async () => {
    const record = `{"category":"AdvancedHunting-DeviceEvents","_TimeReceivedBySvc":"2025-03-01T00:00:05.5000000","properties":${JSON.stringify({ ...event(1), MachineGroup: 'Servers' })}}\n`
    await load({ paths: [file('x.json', record)] })
    expect(await ask('DeviceEvents | project Received = ingestion_time()')).toEqual([['2025-03-01T00:00:05.5Z']])
    const [segment] = openStore(store).snapshot().segments('DeviceEvents')
    expect(segment!.columns.map((c) => c.name).slice(-2)).toEqual(['$MachineGroup', '$IngestionTime'])
    expect(segment!.time).toEqual({ min: '638763840000000000', max: '638763840000000000' })
  })

  it('keeps the schema of a custom table, and refuses names and tables that cannot be', async () => {
    const path = file('Mine.csv', 'A,B\n1,x\n')
    await load({ paths: [path], table: 'Mine', schema: 'A:long, B:string' })
    expect(await load({ paths: [path] })).toMatchObject({ repeated: 1 })
    await expect(load({ paths: [path], table: 'Mine', schema: 'A:long' })).rejects.toThrow('A:long, B:string')
    await expect(load({ paths: [path], table: 'DeviceInfo', schema: 'A:long' })).rejects.toThrow('Defender has a table')
    await expect(load({ paths: [path], table: 'DeviceInf' })).rejects.toThrow('Closest: DeviceInfo')
    const { sources } = await load({ paths: [file('rows.csv', 'A,B\n1,x\n'), join(folder, 'none.csv')] })
    expect(sources.map((s) => s.error)).toEqual([
      `${join(folder, 'none.csv')} cannot be read: it is not there.`,
      expect.stringContaining('which table they belong to'),
    ])
    expect(await load({ paths: [file('DeviceInfo.csv', 'A,B\n1,x\n')] })).toMatchObject({ added: 0, rejected: 1 })
  })

  it('writes nothing in a dry run, and tells the same', async () => {
    const path = file('DeviceEvents.ndjson', `${JSON.stringify(event(1))}\n${JSON.stringify({ ReportId: 'x' })}\n`)
    const dry = await load({ paths: [path], dryRun: true })
    expect(dry).toMatchObject({ added: 1, rejected: 1, sources: [{ tables: ['DeviceEvents'] }] })
    expect(readdirSync(folder)).toEqual(['DeviceEvents.ndjson'])
    await load({ paths: [path] })
    expect(await load({ paths: [path], dryRun: true })).toMatchObject({ added: 0, repeated: 1, rejected: 1 })
  })

  it('does not write while another does', async () => {
    await load({ records: [] })
    const lock = lockStore(layoutOf(store))
    await expect(load({ records: [] })).rejects.toThrow('is being written by another process')
    lock.release()
    await load({ records: [] })
  })

  it('stops when it is told to; what is committed stays', async () => {
    const stop = new AbortController()
    async function* endless(): AsyncGenerator<InputRecord> {
      for (let n = 0; ; n++) {
        if (n === 20_000) stop.abort(new Error('enough'))
        yield { table: 'DeviceEvents', properties: event(n) }
      }
    }
    const limits = { records: 5000, bytes: 1e9 }
    await expect(load({ records: endless(), signal: stop.signal, limits })).rejects.toThrow('enough')
    const [[count]] = (await ask('DeviceEvents | count')) as [[bigint]]
    expect(Number(count) % 5000).toBe(0)
    expect(Number(count)).toBeGreaterThan(0)
    expect(
      await load({
        records: Array.from({ length: 20_000 }, (_, n) => ({ table: 'DeviceEvents', properties: event(n) })),
      }),
    ).toMatchObject({ repeated: Number(count) })
  })

  it('reads times of the portal as their viewer saw them, and asks where nothing tells the day or the zone', async () => {
    const csv = (name: string, head: string, ...times: string[]) =>
      file(name, `${head},DeviceId,FileName\r\n${times.map((t, i) => `"${t}",d,f${i}\r\n`).join('')}`)
    const early = ['03/04/2024, 3:40:13.988 pm', '13/04/2024, 12:00:01 am']
    const local = csv('DeviceEvents-1.csv', 'Timestamp [Local Time]', ...early)
    const zoned = csv('DeviceEvents-2.csv', 'Timestamp [UTC]', '4/3/2024, 1:00:00.000 PM', '4/20/2024, 1:00:00.000 PM')
    const open = csv('DeviceEvents-3.csv', 'Timestamp [UTC]', '5/6/2024, 1:00:00.000 PM')
    const table = 'DeviceEvents'

    const asked = await load({ paths: [local, zoned, open], table })
    expect(asked).toMatchObject({ added: 2, rejected: 3 })
    expect(asked.sources[2]!.firstRejected!.reason).toBe(
      'Timestamp is no datetime: "5/6/2024, 1:00:00.000 PM" (a time as its viewer saw it: give --dates day-first or month-first, and --time-zone)',
    )
    expect(await load({ paths: [local], table, timeZone: 'Europe/London' })).toMatchObject({ added: 2, rejected: 0 })
    expect(await load({ paths: [open], table, dates: 'day-first' })).toMatchObject({ added: 1, rejected: 0 })
    expect(await ask('DeviceEvents | project tostring(Timestamp), FileName | order by Timestamp asc')).toEqual([
      ['2024-04-03T13:00:00.0000000Z', 'f0'],
      ['2024-04-03T14:40:13.9880000Z', 'f0'],
      ['2024-04-12T23:00:01.0000000Z', 'f1'],
      ['2024-04-20T13:00:00.0000000Z', 'f1'],
      ['2024-06-05T13:00:00.0000000Z', 'f0'],
    ])
    await expect(load({ paths: [open], table, timeZone: 'Nowhere/Land' })).rejects.toThrow('no zone is called')
  })

  it('puts Windows events with a local clock on UTC by the zone that is given', async () => {
    const logon = {
      Channel: 'Security',
      EventID: 4624,
      Hostname: 'pc',
      EventTime: '2020-07-04 06:00:02',
      LogonType: '3',
    }
    const path = file('events.json', `${JSON.stringify(logon)}\n`)
    await load({ paths: [path], timeZone: 'America/New_York' })
    expect(await ask('DeviceLogonEvents | project tostring(Timestamp)')).toEqual([['2020-07-04T10:00:02.0000000Z']])
  })
})
