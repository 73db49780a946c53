/** Reader of CSV with a header line: what the portal's Export button and Log Analytics write. */
import { CsvError, parse } from 'csv-parse'
import { MAX_LINE } from './lines.ts'
import type { Properties, RecordSink } from './source-record.ts'

export async function readCsv(blocks: AsyncIterable<Buffer>, delimiter: string, sink: RecordSink): Promise<void> {
  let header: readonly string[] | undefined
  let line = 1
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
      if (header) takeRow(header, row, first, sink)
      else header = row.map(columnName)
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
