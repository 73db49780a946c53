import { isAscii, isUtf8 } from 'node:buffer'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { catalogOf, type Table, table } from '../../src/catalog/catalog.ts'
import { readJson } from '../../src/ingest/json-line.ts'
import { lineBlock } from '../../src/ingest/lines.ts'
import { plainLines } from '../../src/ingest/plain-line.ts'
import { rowEncoder } from '../../src/ingest/row-encoder.ts'
import { recordsIn, tableOfCategory } from '../../src/ingest/source-record.ts'
import { windowsEvent } from '../../src/ingest/windows-event.ts'
import { runs } from '../support/runs.ts'

const RUNS = runs(15_000, 1_000_000)
const every = table(
  'Every',
  'Timestamp:datetime, S:string, L:long, I:int, R:real, B:bool, D:dynamic, G:guid, T:timespan, C:decimal, At:datetime, ü:string',
)
const named = table('Named', 'category:string, EventID:long, Channel:string, Timestamp:datetime')
const { tables } = catalogOf([every, named])

interface Read {
  readonly line: string
  readonly time: string
  readonly unknown: readonly string[]
  readonly received: unknown
  readonly table: string
}

/** As the ingest reads a line when nothing is taken from it as it lies. */
function slowly(text: string, fallback: Table): Read | string {
  const json = readJson(text)
  if (!json) return 'not JSON'
  const [record, second] = [...recordsIn(json.value, json.exact, 1, text)]
  if (record === undefined || typeof record === 'string' || second !== undefined) return 'not one record'
  if (record.table === undefined && windowsEvent(record.properties)) return 'an event'
  const of = record.table === undefined ? fallback : tables.get(record.table)
  if (!of) return 'no table'
  const encoder = rowEncoder(of)
  const line = encoder.encode(record.properties, record.exact)
  if (line === undefined) return encoder.refusal
  const unknown = [...encoder.unknown].flatMap(([name, times]) => Array(times).fill(name)).sort()
  return { line, time: encoder.time, unknown, received: record.received, table: of.name }
}

function plainly(read: ReturnType<typeof plainLines>, bytes: Buffer): Read | undefined {
  const [before, after] = [Buffer.from('{"a":1}\n'), Buffer.from('\n{"S":"a\\u0041"}\n')]
  const block = lineBlock(Buffer.concat([before, bytes, after]))
  const plain = read(block, before.length, before.length + bytes.length, isAscii(bytes))
  if (!plain) return undefined
  const { row, received } = plain
  const line = Buffer.from(row.fields).toString()
  return { line, time: row.time, unknown: [...row.unknown].sort(), received, table: row.table.name }
}

const readerOf = (fallback: Table) =>
  plainLines((category) => (category === undefined ? fallback : tables.get(tableOfCategory(category))))

const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.constantFrom(
    'C:\\Windows\\System32\\cmd.exe',
    '"a" /b',
    'tab\there',
    'line\nfeed',
    '\u0002',
    '',
    'true',
    '0',
    '12',
    '-0',
    '{"a":[1,2.0]}',
    '{"a":"b"}',
    '[]',
    'null',
    'ü',
    '\u2028',
    '2026-11-26T10:11:12.1234567Z',
    '2026-11-26T10:11:12',
    '2026-02-29T00:00:00Z',
    '2024-02-29T23:59:59.9Z',
    '0001-01-01T00:00:00Z',
    '2026-11-26T10:11:12.12345678Z',
    '2026-11-26 10:11',
    '9999-12-31T00:00:00Z',
    'a5c0a5c0-1111-2222-3333-444455556666',
    '1.02:03:04',
    '12.5',
  ),
)
const value = fc.oneof(
  { weight: 6, arbitrary: text.map((t) => JSON.stringify(t)) },
  { weight: 3, arbitrary: fc.integer({ min: -3_000_000_000, max: 3_000_000_000 }).map(String) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      'true',
      'false',
      'null',
      '1.0',
      '1e3',
      '-0',
      '0',
      '01',
      '9007199254740993',
      '999999999999999',
      '{}',
      '{"a":1}',
      '[1]',
      '"\\u0041"',
      '"\\/"',
      'nul',
      'tru',
      '"\\x"',
    ),
  },
)
const others = ['MachineGroup', 'Other', '__proto__', 'EventID', 'Channel', 'Computer', 'winlog', 'records', 'category']
const time = fc
  .tuple(fc.date({ min: new Date('1600-01-01'), max: new Date('2300-01-01'), noInvalidDate: true }), fc.nat(7))
  .map(([at, digits]) => {
    const fraction = digits === 0 ? '' : `.${'1234567'.slice(0, digits)}`
    return JSON.stringify(at.toISOString().replace(/\.\d+/, fraction))
  })
const integer = fc.integer({ min: -2_200_000_000, max: 2_200_000_000 }).map(String)
/** Values that fit, most of the time. */
const fitting: Record<string, fc.Arbitrary<string>> = {
  datetime: time,
  string: text.map((t) => JSON.stringify(t)),
  long: fc.oneof({ weight: 3, arbitrary: fc.integer() }, fc.maxSafeInteger()).map(String),
  int: fc.oneof({ weight: 3, arbitrary: fc.integer({ min: -9999, max: 9999 }).map(String) }, integer),
  real: integer,
  bool: fc.boolean().map(String),
  dynamic: fc.json().map((json) => JSON.stringify(json)),
  guid: fc.uuid().map((id) => JSON.stringify(id)),
  timespan: fc.constant('"1.02:03:04"'),
  decimal: integer.map((number) => JSON.stringify(number)),
}
const member = fc.oneof(
  ...every.columns.map(({ name, type }) => ({
    weight: 8,
    arbitrary: fc.tuple(fc.constant(name), fc.oneof({ weight: 30, arbitrary: fitting[type]! }, value)),
  })),
  { weight: 8, arbitrary: fc.tuple(fc.constantFrom('Other', 'More', 'MachineGroup'), value) },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom(...others), value) },
)
/** Names that come twice are rare. */
const members = fc.oneof(
  { weight: 4, arbitrary: fc.uniqueArray(member, { maxLength: 8, selector: ([name]) => name }) },
  fc.array(member, { maxLength: 8 }),
)
const space = fc.constantFrom('', '', '', ' ', ' ', '\t')
const bagOf = (list: readonly (readonly [string, string])[], gap: string): string =>
  `{${list.map(([name, v]) => `${JSON.stringify(name)}:${gap}${v}`).join(`,${gap}`)}}`
const line = fc
  .tuple(
    members,
    members,
    space,
    fc.constantFrom('flat', 'flat', 'export', 'export', 'late'),
    fc.constantFrom('', '', '', '\r', ' ', 'x'),
  )
  .map(([inner, outer, gap, form, after]) => {
    const properties = bagOf(inner, gap)
    if (form === 'flat') return properties + after
    const category = ['category', '"AdvancedHunting-Every"'] as const
    const received = ['_TimeReceivedBySvc', '"2026-11-26T10:11:12.1234567Z"'] as const
    const own = outer.filter(([name]) => name !== 'category')
    const parts = [...own, category, ['properties', properties] as const, received]
    return bagOf(form === 'export' ? parts : parts.toReversed(), gap) + after
  })

it('reads what it reads as the other way does', { timeout: 60_000 + RUNS * 5 }, () => {
  const read = readerOf(every)
  let plain = 0
  fc.assert(
    fc.property(
      line,
      fc.option(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { freq: 3 }),
      (source, change) => {
        const bytes = Buffer.from(source)
        // One byte of a third of the lines is another.
        if (change && bytes.length > 0) bytes[change[0] % bytes.length] = change[1] === 10 ? 32 : change[1]
        if (!isUtf8(bytes)) return
        const found = plainly(read, bytes)
        if (!found) return
        plain++
        expect(found).toEqual(slowly(bytes.toString(), every))
      },
    ),
    { numRuns: RUNS },
  )
  expect(plain).toBeGreaterThan(RUNS / 20)
})

it('reads the lines of an export and rows of ordinary values', () => {
  const rows = [
    '{"Timestamp":"2026-11-26T10:11:12.1234567Z","S":"C:\\\\a \\"b\\" ü","L":12,"I":-5,"R":3,"B":true,"D":"{\\"a\\":1}","G":"","At":null}',
    '{ "S": "a", "Timestamp": "2026-11-26T10:11:12Z", "Other": "b" }\r',
    '{"time":"x","tenantId":"y","category":"AdvancedHunting-Every","properties":{"S":"a","MachineGroup":"g"},"_TimeReceivedBySvc":"2026-11-26T10:11:12.1Z"}',
  ]
  const read = readerOf(every)
  for (const row of rows) expect(plainly(read, Buffer.from(row))).toEqual(slowly(row, every))
  const device = tables.get('DeviceInfo')!
  const info = '{"MachineGroup":"g","DeviceName":"d","Timestamp":"2026-11-26T10:11:12Z","IsAzureADJoined":false}'
  expect(plainly(readerOf(device), Buffer.from(info))).toEqual(slowly(info, device))
})

it('leaves rows of tables whose columns mean something else to the other way', () => {
  const read = readerOf(named)
  for (const row of [
    '{"category":"x","Timestamp":"2026-11-26T10:11:12Z"}',
    '{"Timestamp":"2026-11-26T10:11:12Z","EventID":1}',
  ])
    expect(plainly(read, Buffer.from(row))).toBeUndefined()
})
