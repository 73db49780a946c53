/** Reader of CSV with a header line: what the portal's Export button and Log Analytics write. */
import { CsvError, parse } from 'csv-parse'
import { isZone } from '../types/timezone.ts'
import { MAX_LINE } from './lines.ts'
import { type DateOrder, isLocalTime, orderOf } from './local-time.ts'
import type { Properties, RecordSink } from './source-record.ts'

/** Rows that wait for a day above twelve; more of them are refused. */
const MOST_HELD = 10_000

export async function readCsv(blocks: AsyncIterable<Buffer>, delimiter: string, sink: RecordSink): Promise<void> {
  let header: Header | undefined
  let line = 1
  let order: DateOrder | undefined
  /** Rows with times like 03/04/2024, until another row shows which of the two is the day. */
  let held: { readonly row: readonly string[]; readonly line: number }[] = []
  const takeHeld = (of: Header): void => {
    for (const { row, line } of held) takeRow(of, row, line, order, sink)
    held = []
  }
  const take = (of: Header, row: readonly string[], first: number): void => {
    if (order === undefined) {
      const times = row.filter(isLocalTime)
      order = times.map(orderOf).find((o) => o !== undefined)
      if (times.length > 0 && order === undefined && held.length < MOST_HELD) {
        held.push({ row, line: first })
        return
      }
    }
    if (held.length > 0 && order !== undefined) takeHeld(of)
    takeRow(of, row, first, order, sink)
  }
  const parser = parse({
    delimiter,
    relax_column_count: true,
    // A quote inside of an unquoted field stands for itself.
    relax_quotes: true,
    max_record_size: MAX_LINE,
    // Rows are taken one by one as they are found: what the stream holds back is lost when an error comes.
    on_record: (row: readonly string[]) => {
      const first = line
      line += linesOf(row)
      if (row.length === 1 && row[0] === '') return null
      if (header) take(header, row, first)
      else header = headerOf(row)
      return null
    },
  })
  let failure: Error | undefined
  parser.on('error', (error) => {
    failure ??= error
  })
  const closed = new Promise<void>((done) => parser.once('close', done))
  for await (const block of blocks) {
    await Promise.race([new Promise<void>((done) => parser.write(block, () => done())), closed])
    if (failure) break
    await sink.breathe()
  }
  if (!failure) {
    parser.resume().end()
    await closed
  }
  if (header) takeHeld(header)
  if (failure instanceof CsvError) {
    sink.reject(line, `the CSV is broken, the rest is not read: ${failure.message}`, '')
  } else if (failure) throw failure
}

/** A row takes more than one line when a field holds a line break. */
function linesOf(row: readonly string[]): number {
  let count = 1
  for (const field of row) {
    for (let at = field.indexOf('\n'); at >= 0; at = field.indexOf('\n', at + 1)) count++
  }
  return count
}

function takeRow(
  { names, zones }: Header,
  values: readonly string[],
  line: number,
  order: DateOrder | undefined,
  sink: RecordSink,
): void {
  if (values.length !== names.length) {
    sink.reject(line, `the row has ${values.length} fields, the header ${names.length}`, JSON.stringify(values))
    return
  }
  const properties: Record<string, unknown> = {}
  for (let i = 0; i < names.length; i++) properties[names[i]!] = values[i]
  const { $table, ...rest } = properties
  const named = typeof $table === 'string' && $table !== ''
  sink.record({
    ...(named && { table: $table }),
    properties: (named ? rest : properties) as Properties,
    exact: false,
    line,
    text: '',
    times: { order, zoneOf: (column) => zones.get(column) },
  })
}

interface Header {
  readonly names: readonly string[]
  /** Of columns that say it. */
  readonly zones: ReadonlyMap<string, string>
}

/** Log Analytics puts the time zone behind the name: `Timestamp [UTC]`. */
function headerOf(row: readonly string[]): Header {
  const columns = row.map((text) => /^(.*?)(?: \[(.*)\])?$/s.exec(text.trim())!)
  // `[Local Time]` says as much as nothing.
  const zones = columns.flatMap(([, name, zone]): [string, string][] =>
    zone !== undefined && isZone(zone) ? [[name!, zone]] : [],
  )
  return { names: columns.map(([, name]) => name!), zones: new Map(zones) }
}

/** The character that divides the header. */
export function delimiterOf(header: string): string {
  const counts = [',', '\t', ';'].map((c) => ({ c, count: header.split(c).length }))
  return counts.reduce((a, b) => (b.count > a.count ? b : a)).c
}
