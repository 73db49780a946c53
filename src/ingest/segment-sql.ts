/** The statement that turns a batch file into a Parquet file. */
import { textLiteral } from '../sql/sql.ts'
import type { SegmentColumn } from '../store/snapshot.ts'
import { UNIX_EPOCH_TICKS } from '../types/datetime.ts'
import type { KqlType } from '../types/kql-type.ts'
import { DELIMITER, NULL, QUOTE } from './field.ts'
import type { ExportRequest, MergeRequest, SegmentRequest } from './segment-protocol.ts'

/** How a field is read: times are ticks in the batch file. */
const READ_AS: Record<KqlType, string> = {
  bool: 'BOOLEAN',
  int: 'INTEGER',
  long: 'BIGINT',
  real: 'DOUBLE',
  decimal: 'VARCHAR',
  string: 'VARCHAR',
  datetime: 'BIGINT',
  timespan: 'BIGINT',
  guid: 'VARCHAR',
  dynamic: 'VARCHAR',
}

/** Rows between two entries of a file's statistics: a query skips those outside of its time range. */
const ROW_GROUP = 100_000
/** Bytes read at once, at least: larger buffers are new memory each time, which costs more than what it saves (measured). */
const BUFFER = 4 * 1024 * 1024

/**
 * Read by one thread: several, each of which begins somewhere in the middle, take a quoted text that looks like rows
 * for rows, or give up (measured). lz4_raw: zstd makes files a third smaller, and every search of text a third slower.
 */
export function segmentSql({
  input,
  output,
  columns,
  absent,
  longest,
}: Omit<SegmentRequest, 'kind' | 'id' | 'rows'>): string {
  const read = columns.map((c, i) => `'f${i}': '${READ_AS[c.type]}'`)
  const missing = new Set(absent)
  const field = (c: SegmentColumn, i: number): string => {
    if (!missing.has(i)) return `f${i}`
    return c.type === 'string' ? "''" : `NULL::${READ_AS[c.type]}`
  }
  const selected = columns.map((c, i) => `${stored(c, field(c, i))} AS "${(c.stored ?? c.name).replaceAll('"', '""')}"`)
  return `COPY (SELECT ${selected.join(', ')} FROM read_csv(${textLiteral(input).text}, columns = {${read.join(', ')}},
    auto_detect = false, header = false, delim = '${DELIMITER}', quote = '${QUOTE}', escape = '${QUOTE}',
    nullstr = '${NULL}', allow_quoted_nulls = false, new_line = '\\n', max_line_size = ${longest + 1},
    buffer_size = ${Math.max(BUFFER, 2 * longest)}, strict_mode = true, parallel = false))
    TO ${textLiteral(output).text} ${FORMAT}`
}

const FORMAT = `(FORMAT parquet, COMPRESSION lz4_raw, ROW_GROUP_SIZE ${ROW_GROUP})`
const fileList = (paths: readonly string[]): string => `[${paths.map((p) => textLiteral(p).text).join(', ')}]`
const inOrder = (column: string | undefined): string => (column === undefined ? '' : ` ORDER BY ${quotedName(column)}`)
const quotedName = (name: string): string => `"${name.replaceAll('"', '""')}"`

export const mergeSql = ({ inputs, output, sortBy }: Omit<MergeRequest, 'kind' | 'id' | 'rows'>): string =>
  `COPY (SELECT * FROM read_parquet(${fileList(inputs)})${inOrder(sortBy)}) TO ${textLiteral(output).text} ${FORMAT}`

/** Times outside of what nanoseconds can say are written in microseconds; a table has them in one form. zstd: for keeping. */
export function exportSql({ groups, output, sortBy }: Omit<ExportRequest, 'kind' | 'id' | 'rows'>): string {
  const wide = new Set(groups.flatMap((g) => g.columns.filter((c) => c.storedAs === 'ticks').map((c) => c.name)))
  const time = (c: SegmentColumn): string => {
    const name = quotedName(c.stored ?? c.name)
    if (c.storedAs === 'ticks') return `make_timestamp((${name} - ${UNIX_EPOCH_TICKS}) // 10)`
    return wide.has(c.name) ? `${name}::TIMESTAMP` : name
  }
  const selects = groups.map(({ inputs, columns }) => {
    const own = columns.filter((c) => !c.name.startsWith('$'))
    const selected = own.map((c) => {
      const value = c.type === 'datetime' ? time(c) : quotedName(c.stored ?? c.name)
      return `${value} AS ${quotedName(c.stored ?? c.name)}`
    })
    return `SELECT ${selected.join(', ')} FROM read_parquet(${fileList(inputs)})`
  })
  return `COPY (SELECT * FROM (${selects.join(' UNION ALL BY NAME ')})${inOrder(sortBy)})
    TO ${textLiteral(output).text} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${ROW_GROUP})`
}

const stored = (column: SegmentColumn, field: string): string =>
  column.type === 'datetime' && column.storedAs === 'native'
    ? `make_timestamp_ns((${field} - ${UNIX_EPOCH_TICKS}) * 100)`
    : field
