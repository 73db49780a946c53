/** Reader of CSV with a header line: what the portal's Export button and Log Analytics write. */
import { parse } from 'csv-parse'
import { MAX_LINE } from './lines.ts'
import type { Properties, RecordSink } from './source-record.ts'

interface Row {
  readonly info: { readonly lines: number }
  readonly record: readonly string[]
}

/** Rows are given to the sink in pieces of this many. */
const PIECE = 1000

export async function readCsv(blocks: AsyncIterable<Buffer>, delimiter: string, sink: RecordSink): Promise<void> {
  const parser = parse({
    delimiter,
    info: true,
    relax_column_count: true,
    // A quote inside of an unquoted field stands for itself.
    relax_quotes: true,
    skip_empty_lines: true,
    max_record_size: MAX_LINE,
  })
  let failure: Error | undefined
  const feeding = feed(blocks, parser).catch((error: Error) => {
    failure = error
    parser.end()
  })
  let header: readonly string[] | undefined
  let line = 1
  let count = 0
  try {
    for await (const { info, record } of parser as AsyncIterable<Row>) {
      // A row is counted by its last line; one over several lines is found by its first.
      if (!header) header = record.map(columnName)
      else takeRow(header, record, line, sink)
      line = info.lines + 1
      if (++count % PIECE === 0) await sink.breathe()
    }
  } catch (error) {
    sink.reject(line, `the CSV is broken, the rest is not read: ${(error as Error).message}`, '')
  }
  parser.destroy()
  await feeding
  if (failure) throw failure
}

async function feed(blocks: AsyncIterable<Buffer>, parser: ReturnType<typeof parse>): Promise<void> {
  for await (const block of blocks) {
    if (parser.destroyed) return
    if (!parser.write(block)) await new Promise<void>((go) => parser.once('drain', go).once('close', go))
  }
  parser.end()
}

function takeRow(header: readonly string[], values: readonly string[], line: number, sink: RecordSink): void {
  if (values.length !== header.length) {
    sink.reject(line, `the row has ${values.length} fields, the header ${header.length}`, JSON.stringify(values))
    return
  }
  const properties: Record<string, unknown> = {}
  for (let i = 0; i < header.length; i++) properties[header[i]!] = values[i]
  const { $table, ...rest } = properties
  const named = typeof $table === 'string' && $table !== ''
  sink.record({
    ...(named && { table: $table }),
    properties: (named ? rest : properties) as Properties,
    exact: false,
    line,
    text: '',
  })
}

/** Log Analytics puts the time zone behind the name: `Timestamp [UTC]`. */
const columnName = (text: string): string => text.trim().replace(/ \[.*\]$/, '')

/** The character that divides the header. */
export function delimiterOf(header: string): string {
  const counts = [',', '\t', ';'].map((c) => ({ c, count: header.split(c).length }))
  return counts.reduce((a, b) => (b.count > a.count ? b : a)).c
}
