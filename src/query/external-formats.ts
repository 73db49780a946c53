/** The documents of externaldata as rows: delimited text, lines, JSON and Parquet (documentation of ingestion formats and data mappings). */
import { parse } from 'csv-parse/sync'
import { parquetMetadataAsync, parquetReadObjects } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import { followPath } from '../functions/native/json-path.ts'
import type { ExternalSource, Origin } from '../plan/external.ts'
import type { NamedType } from '../plan/nodes.ts'
import { printDatetime, UNIX_EPOCH_TICKS } from '../types/datetime.ts'
import { type Dynamic, isArray, parseJson, parseJsonValues, textOf } from '../types/dynamic.ts'

type Fail = (why: string) => Error

const DELIMITERS: Readonly<Record<string, string>> = { csv: ',', tsv: '\t', psv: '|', scsv: ';', sohsv: '\u0001' }

/** What the name of a document says of its format. */
const EXTENSIONS: Readonly<Record<string, string>> = {
  ...Object.fromEntries([...Object.keys(DELIMITERS), 'txt', 'raw', 'json', 'multijson', 'parquet'].map((f) => [f, f])),
  avro: 'avro',
  orc: 'orc',
  log: 'w3clogfile',
}

/** A row of values for each record; `extension` is that of the document's name, without those of its packing. */
export async function rowsOfDocument(
  bytes: Buffer,
  extension: string,
  source: ExternalSource,
  fail: Fail,
): Promise<Dynamic[][]> {
  const format = source.format ?? EXTENSIONS[extension] ?? 'csv'
  const text = () => bytes.toString('utf8').replace(/^\uFEFF/, '')
  const delimiter = DELIMITERS[format]
  if (delimiter !== undefined) return rowsOfCells(delimited(text(), delimiter, fail), source, fail)
  switch (format) {
    case 'tsve':
      return rowsOfCells(escaped(text()), source, fail)
    case 'txt':
      return rowsOfCells(
        linesOf(text()).map((line) => [line]),
        source,
        fail,
      )
    case 'raw':
      return rowsOfCells([[text()]], source, fail)
    case 'json':
      return rowsOfFields(lineRecords(text(), fail), source, fail)
    case 'multijson':
      return rowsOfFields(records(text(), fail), source, fail)
    case 'parquet':
      return rowsOfFields(await parquetRecords(bytes, fail), source, fail)
    default:
      throw fail(`the format '${format}' is not supported`)
  }
}

const linesOf = (text: string): string[] => text.split(/\r?\n/).filter((line) => line !== '')

function delimited(text: string, delimiter: string, fail: Fail): string[][] {
  try {
    return parse(text, { delimiter, relax_column_count: true, relax_quotes: true, skip_empty_lines: true })
  } catch (error) {
    throw fail(error instanceof Error ? error.message : 'it is no table')
  }
}

const ESCAPES: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r' }

/** Tab-separated values with backslashes: quotes mean nothing. */
const escaped = (text: string): string[][] =>
  linesOf(text).map((line) =>
    line.split('\t').map((cell) => cell.replace(/\\(.)/gs, (_, c: string) => ESCAPES[c] ?? c)),
  )

function rowsOfCells(cells: readonly string[][], source: ExternalSource, fail: Fail): Dynamic[][] {
  const { columns, mapping, ignoreFirstRecord } = source
  const origins = columns.map((c, i): Origin | undefined => (mapping ? mapping[c.name] : { ordinal: i }))
  if (origins.some((o) => o && 'path' in o))
    throw fail('its mapping has a Path, and it has no fields; Ordinal counts them')
  return cells
    .slice(ignoreFirstRecord ? 1 : 0)
    .map((record) =>
      columns.map((c, i) => originated(origins[i], c, (o) => ('ordinal' in o ? cellOf(record[o.ordinal], c) : null))),
    )
}

function rowsOfFields(found: readonly Dynamic[], source: ExternalSource, fail: Fail): Dynamic[][] {
  const { columns, mapping } = source
  if (source.ignoreFirstRecord) throw fail('ignoreFirstRecord is about delimited text and lines')
  const origins = columns.map((c): Origin | undefined => (mapping ? mapping[c.name] : { path: [c.name] }))
  if (origins.some((o) => o && 'ordinal' in o))
    throw fail('its mapping has an Ordinal, and its fields have names; Path says them')
  return found.map((record) =>
    columns.map((c, i) =>
      originated(origins[i], c, (o) => ('path' in o ? fieldOf(followPath(record, o.path), c) : null)),
    ),
  )
}

const originated = (origin: Origin | undefined, column: NamedType, inDocument: (origin: Origin) => Dynamic): Dynamic =>
  origin === undefined ? null : 'constant' in origin ? cellOf(origin.constant, column) : inDocument(origin)

/** The text of a cell; the plan converts it to the column's type. */
function cellOf(cell: string | undefined, { type }: NamedType): Dynamic {
  if (cell === undefined || (cell === '' && type !== 'string')) return null
  return type === 'dynamic' ? (parseJson(cell) ?? cell) : cell
}

const fieldOf = (value: Dynamic | undefined, { type }: NamedType): Dynamic =>
  value === undefined || value === null || type === 'dynamic' ? (value ?? null) : textOf(value)

/** One record a line; a whole array is taken too. */
function lineRecords(text: string, fail: Fail): readonly Dynamic[] {
  const whole = parseJson(text)
  if (whole !== undefined) return isArray(whole) ? whole : [whole]
  return text.split(/\r?\n/).flatMap((line, i) => {
    if (line.trim() === '') return []
    const record = parseJson(line)
    if (record === undefined) throw fail(`line ${i + 1} is no JSON`)
    return [record]
  })
}

/** Records one behind the other, over as many lines as they like, or an array of them. */
function records(text: string, fail: Fail): Dynamic[] {
  const found: Dynamic[] = []
  for (const value of parseJsonValues(text)) {
    if (value === undefined) throw fail(`what follows its record ${found.length} is no JSON`)
    if (isArray(value)) for (const record of value) found.push(record)
    else found.push(value)
  }
  return found
}

/** Unpacked bytes of a Parquet file that are read. */
const MAX_UNPACKED = 256 * 1024 * 1024

/** Times as text: a Date would lose their last digits. */
const parsers = {
  timestampFromMilliseconds: (value: bigint) => timeOf(value * 10_000n),
  timestampFromMicroseconds: (value: bigint) => timeOf(value * 10n),
  timestampFromNanoseconds: (value: bigint) => timeOf(value / 100n),
  dateFromDays: (days: number) => timeOf(BigInt(days) * TICKS_PER_DAY),
}

const TICKS_PER_DAY = 864_000_000_000n

const timeOf = (ticks: bigint): string => printDatetime(ticks + UNIX_EPOCH_TICKS)

async function parquetRecords(bytes: Buffer, fail: Fail): Promise<Dynamic[]> {
  const file = new Uint8Array(bytes).buffer
  try {
    const metadata = await parquetMetadataAsync(file, { parsers })
    const size = metadata.row_groups.reduce((sum, group) => sum + Number(group.total_byte_size), 0)
    if (size > MAX_UNPACKED) throw new Error(`it unpacks to more than ${MAX_UNPACKED} bytes`)
    return (await parquetReadObjects({ file, metadata, compressors, parsers })).map(asDynamic)
  } catch (error) {
    throw fail(error instanceof Error ? error.message : 'it is no Parquet file')
  }
}

/** What the reader gives, as a dynamic value; bytes that are no text as Base64. */
function asDynamic(value: unknown): Dynamic {
  if (value === null || value === undefined) return null
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (value instanceof Date) return value.toISOString()
  if (Array.isArray(value)) return value.map(asDynamic)
  if (typeof value === 'object') return new Map(Object.entries(value).map(([k, v]) => [k, asDynamic(v)]))
  return typeof value === 'number' && Number.isInteger(value) ? BigInt(value) : (value as Dynamic)
}
