/** DuckDB's SQL: literals, scans of segments, unnesting, and rows as JSON. */
import { natives } from '../../functions/index.ts'
import type { Column, ColumnId, LiteralValue, Scan } from '../../plan/nodes.ts'
import { call, clause, list, nested, raw, type Sql, sql, textLiteral } from '../../sql/sql.ts'
import { overlaps, type Segment, type SegmentColumn } from '../../store/snapshot.ts'
import type { KqlType } from '../../types/kql-type.ts'
import type { AnswerDialect, RowFormat, ScanSelect } from '../backend.ts'
import { deviceFilter } from '../device-filter.ts'
import { UNIX_EPOCH_TICKS } from './prelude.ts'

/** What holds each KQL type inside a query. */
const NATIVE: Record<KqlType, string> = {
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

const columnName = (c: Column): Sql => raw(`c${c.id}`)
const identifier = (name: string): Sql => raw(`"${name.replaceAll('"', '""')}"`)

export const duckdbDialect: AnswerDialect = {
  name: 'duckdb',
  typeName: (type) => raw(NATIVE[type]),
  literal,
  scan,
  lower: (text) => call`lower(${text})`,
  assume: (_holds, value) => value,
  native: (name, args) => {
    const { takes, optional = 0 } = natives[name]!
    return raw(`${nativeName(name, optional && takes.length - args.length)}(${list(args).text})`)
  },
  unnest,
  collect: (select, value) =>
    raw(`(SELECT coalesce(to_json(list(DISTINCT ${value.text}))::VARCHAR, '[]') FROM (${select.text}))`),
  range: (column, from, to, step, source, constant) => {
    // A step of zero would never end; null gives no rows.
    const safe = call`nullif(${step}, 0)`
    if (column.type === 'real') {
      const count = sql`floor((${to} - ${from}) / ${safe} + 1e-9)`
      const places = call`unnest(range(0, coalesce(greatest(k_long(${count}) + 1, 0), 0)))`
      return clause`SELECT ${sql`${from} + i * ${step}`} AS ${columnName(column)} FROM (SELECT *, ${places} AS i FROM ${source})`
    }
    // The table function gives rows as they are asked for, where unnest() holds them all; it takes constants alone.
    if (constant)
      return clause`SELECT generate_series AS ${columnName(column)} FROM ${call`generate_series(${from}, ${to}, ${step})`}`
    return clause`SELECT unnest(generate_series(${from}, ${to}, ${safe})) AS ${columnName(column)} FROM ${source}`
  },
  values: (columns, rows) => {
    const typed = rows.map((row, r) =>
      r === 0 ? row.map((value, i) => call`CAST(${value} AS ${raw(NATIVE[columns[i]!.type])})`) : row,
    )
    const names = list(columns.map(columnName))
    return clause`SELECT * FROM (VALUES ${list(typed.map((row) => call`(${list(row)})`))}) AS v(${names})`
  },
  orderBy(value, type, descending, nullsFirst) {
    const nulls = `NULLS ${nullsFirst ? 'FIRST' : 'LAST'}`
    const key = `${value.text} ${descending ? 'DESC' : 'ASC'} ${nulls}`
    // NaN stands beside the nulls, whichever way the others go (docs: sort operator); here it is the greatest number.
    return raw(type === 'real' ? `isnan(${value.text}) ${nullsFirst ? 'DESC' : 'ASC'} ${nulls}, ${key}` : key)
  },
  limit: (count) => call`(SELECT greatest(${count}, 0))`,
  random: raw('random()'),
  halfJoins: { semi: 'SEMI JOIN', anti: 'ANTI JOIN' },
  unionByName: true,
  // With a higher LIMIT one thread reads all of the table, so that a rare row of 20 million is found in twice the time (two cores, measured).
  parallelRows: 10_000,
  rows: (input, columns, format) => {
    if (format === 'graph') {
      const members = list([raw("','"), ...columns.map(graphMember)])
      return clause`SELECT encode('{' || concat_ws(${members}) || '}') AS row FROM (${input}) UNION ALL SELECT NULL`
    }
    const pairs = columns.flatMap((c) => [textLiteral(c.name), jsonValue(c, format)])
    return clause`SELECT encode(json_object(${list(pairs)})::VARCHAR) AS row FROM (${input}) UNION ALL SELECT NULL`
  },
}

/** SQL name of the TypeScript function of a catalogue entry; `leftOut` counts the trailing arguments that are not given. */
export const nativeName = (name: string, leftOut = 0): string =>
  `k_${name.replace(/[^A-Za-z0-9_]/g, '_')}${leftOut > 0 ? `_without_${leftOut}` : ''}`

function literal(type: KqlType, value: LiteralValue): Sql {
  if (value === null) return type === 'string' ? raw("''") : raw(`CAST(NULL AS ${NATIVE[type]})`)
  switch (type) {
    case 'bool':
      return raw(value ? 'true' : 'false')
    case 'int':
      return raw(`(${value})::INTEGER`)
    case 'long':
    case 'datetime':
    case 'timespan':
      // The most negative long has no literal of its own: its digits alone do not fit.
      return String(value) === '-9223372036854775808'
        ? raw('(-9223372036854775807 - 1)')
        : raw(`${String(value).startsWith('-') ? `(${value})` : value}::BIGINT`)
    case 'real':
      return typeof value === 'number'
        ? raw(`(${Object.is(value, -0) ? '-0.0' : value.toExponential()})::DOUBLE`)
        : raw(`'${value}'::DOUBLE`)
    default:
      return textLiteral(String(value))
  }
}

/** The native functions that read values out of text, as an ingest does. */
const OF_TEXT: Partial<Record<KqlType, string>> = {
  bool: '_bool_of_text',
  int: '_int_of_text',
  long: '_long_of_text',
  real: '_real_of_text',
  decimal: '_decimal_of_text',
  datetime: '_datetime_of_text',
  timespan: '_timespan_of_text',
  guid: '_guid_of_text',
}

/** How stored columns are read: times become ticks, and what others have written becomes what KQL has. */
function stored(column: SegmentColumn | undefined, type: KqlType): Sql {
  if (!column) return type === 'string' ? raw("''") : raw(`CAST(NULL AS ${NATIVE[type]})`)
  const name = identifier(column.stored ?? column.name)
  const isTime = column.storedAs === 'time' || (column.type === 'datetime' && column.storedAs === 'native')
  if (type === 'datetime' && isTime) return raw(`(epoch_ns(${name.text}) // 100 + ${UNIX_EPOCH_TICKS})`)
  if (column.storedAs === 'nested' && type === 'dynamic') return call`to_json(${name})::VARCHAR`
  if (column.storedAs !== 'text' && column.type === type) return name
  const text = call`coalesce(CAST(${name} AS VARCHAR), '')`
  if (type === 'string') return text
  return type === 'dynamic' ? call`k_parse_json(${text})` : call`${raw(nativeName(OF_TEXT[type]!))}(${text})`
}

function scan(node: Scan, segments: readonly Segment[]): ScanSelect {
  const groups = new Map<string, FileGroup>()
  for (const s of segments.filter((x) => overlaps(x, node.range))) {
    const key = JSON.stringify([s.format, s.columns.map((c) => [c.name, c.type, c.storedAs])])
    const known = groups.get(key) ?? { columns: s.columns, format: s.format, paths: [] }
    known.paths.push(s.path)
    groups.set(key, known)
  }
  if (groups.size === 0) {
    const nulls = node.columns.map((c) => raw(`CAST(NULL AS ${NATIVE[c.type]}) AS c${c.id}`))
    return { columns: nulls, from: raw('(SELECT 1)'), where: [raw('false')] }
  }
  const [first, ...others] = [...groups.values()].map((g) => scanGroup(node, g))
  if (others.length === 0) return first!
  const selects = [first!, ...others].map(({ columns: all, from, where }) => {
    // Files in different forms may sort by different types.
    const columns = all.slice(0, node.columns.length)
    const wheres = where.length > 0 ? clause` WHERE ${list(where, ' AND ')}` : raw('')
    return clause`SELECT ${columns.length > 0 ? list(columns) : raw('1')} FROM ${from}${wheres}`
  })
  return { from: nested(list(selects, ' UNION ALL ')) }
}

/** Files that one table function reads. */
interface FileGroup {
  readonly columns: readonly SegmentColumn[]
  readonly format: Segment['format']
  readonly paths: string[]
}

function scanGroup(node: Scan, group: FileGroup): Required<ScanSelect> {
  const { columns } = group
  const byName = new Map(columns.map((c) => [c.name, c]))
  const selected = node.columns.map((c, i) => {
    const source = node.source[i]
    return raw(
      `${stored(source === null || source === undefined ? undefined : byName.get(source), c.type).text} AS c${c.id}`,
    )
  })
  const device = byName.get('DeviceId')
  const deviceId = device && call`lower(coalesce(${stored(device, 'string')}, ''))`
  const where = [...rangeFilter(node.range, byName), ...deviceFilter(node.devices, deviceId, textLiteral)]
  const order = new Map<ColumnId, Sql>()
  for (const [i, c] of node.columns.entries()) {
    const source = byName.get(node.source[i] ?? '')
    if (c.type === 'datetime' && source?.type === 'datetime' && source.storedAs === 'native') {
      const name = raw(`t${c.id}`)
      order.set(c.id, name)
      selected.push(clause`${identifier(source.stored ?? source.name)} AS ${name}`)
    }
  }
  return { columns: selected, from: filesOf(group), where, order }
}

function filesOf({ columns, format, paths }: FileGroup): Sql {
  const files = list(paths.map(textLiteral))
  if (format === undefined) return clause`read_parquet([${files}])`
  if (format === 'csv' || format === 'tsv') {
    const delimiter = textLiteral(format === 'csv' ? ',' : '\t')
    return clause`read_csv([${files}], delim = ${delimiter}, quote = '"', escape = '"', header = true, all_varchar = true, null_padding = true, strict_mode = false, ignore_errors = true)`
  }
  const types = columns.map(
    (c) => clause`${textLiteral(c.name)}: ${textLiteral(c.storedAs === 'text' ? 'VARCHAR' : NATIVE[c.type])}`,
  )
  const lines = raw(format === 'ndjson' ? 'newline_delimited' : 'auto')
  // A line that is no JSON becomes a row of nulls.
  const read = clause`read_json([${files}], format = '${lines}', ignore_errors = true, columns = {${list(types)}})`
  const some = columns.map((c) => clause`${identifier(c.name)} IS NOT NULL`)
  return clause`(SELECT * FROM ${read} WHERE ${list(some, ' OR ')})`
}

/** The range in the column's stored form, so that the engine's own statistics skip row groups. */
function rangeFilter(range: Scan['range'], columns: ReadonlyMap<string, SegmentColumn>): Sql[] {
  const column = range && columns.get(range.source)
  if (!range || !column) return []
  const isNative = column.storedAs === 'native'
  const name = isNative ? identifier(column.name) : stored(column, 'datetime')
  const bound = (ticks: string): Sql =>
    isNative ? raw(`make_timestamp_ns(${clampNanoseconds(ticks)}::BIGINT)`) : raw(`${ticks}::BIGINT`)
  const exact = [
    ...(range.from ? [sql`${name} >= ${bound(range.from)}`] : []),
    ...(range.to ? [sql`${name} <= ${bound(range.to)}`] : []),
  ]
  if (column.storedAs !== 'time') return exact
  // Statistics are of what the file holds, so it is compared too, in whole microseconds.
  const held = identifier(column.name)
  const micros = (ticks: string, up: bigint): Sql =>
    raw(`make_timestamp(${clampNanoseconds(ticks) / 1000n + up}::BIGINT)`)
  return [
    ...(range.from ? [sql`${held} >= ${micros(range.from, -1n)}`] : []),
    ...(range.to ? [sql`${held} <= ${micros(range.to, 1n)}`] : []),
    ...exact,
  ]
}

/** Ticks as nanoseconds since 1970, held inside of what a 64-bit nanosecond timestamp can say. */
function clampNanoseconds(ticks: string): bigint {
  const nanoseconds = (BigInt(ticks) - BigInt(UNIX_EPOCH_TICKS)) * 100n
  const edge = 9_223_372_036_854_775_800n
  return nanoseconds > edge ? edge : nanoseconds < -edge ? -edge : nanoseconds
}

function unnest(
  input: Sql,
  columns: readonly Column[],
  items: readonly { column: Column; value: Sql; bags: 'bag' | 'array' }[],
  index: Column | undefined,
  limit: Sql | undefined,
): Sql {
  const name = (c: Column) => columnName(c).text
  const lists = items.map((i) => {
    const whole = `k_items(${i.value.text}, '${i.bags}')`
    return `${limit ? `list_slice(${whole}, 1, ${limit.text})` : whole} AS u${i.column.id}`
  })
  const lengths = items.map((i) => `len(u${i.column.id})`)
  const positions = index
    ? [`unnest(range(0, ${lengths.length > 1 ? `greatest(${lengths.join(', ')})` : lengths[0]})) AS ${name(index)}`]
    : []
  const passed = columns.map(name)
  const inner = [...passed, ...items.map((i) => `unnest(u${i.column.id}) AS ${name(i.column)}`), ...positions]
  const outer = [
    ...passed,
    ...items.map((i) => `nullif(${name(i.column)}, 'null') AS ${name(i.column)}`),
    ...(index ? [name(index)] : []),
  ]
  return raw(
    `SELECT ${outer.join(', ')} FROM (SELECT ${inner.join(', ')} FROM (SELECT *, ${lists.join(', ')} FROM ${input.text}))`,
  )
}

/** A column as a member of Graph's row: a type stands before what is no JSON type, a null is an empty object (captured). */
function graphMember(c: Column): Sql {
  const name = JSON.stringify(c.name)
  const value = columnName(c)
  const member = (type: string | undefined, json: Sql): Sql => {
    const sidecar = type === undefined ? '' : `${JSON.stringify(`${c.name}@odata.type`)}:"#${type}",`
    return sql`CASE WHEN ${value} IS NULL THEN ${textLiteral(`${name}:{}`)} ELSE ${textLiteral(`${sidecar}${name}:`)} || ${json} END`
  }
  const json = call`to_json(${jsonValue(c, 'defender')})::VARCHAR`
  if (c.type === 'dynamic') return raw(`${nativeName('_graph_member')}(${textLiteral(c.name).text}, ${value.text})`)
  if (c.type === 'string') return sql`${textLiteral(`${name}:`)} || ${json}`
  return member(c.type === 'bool' ? 'SByte' : undefined, json)
}

/** A column as a JSON value of the answer. */
function jsonValue(c: Column, format: RowFormat): Sql {
  const name = columnName(c)
  switch (c.type) {
    case 'bool':
      return format === 'defender' ? raw(`${name.text}::INTEGER`) : name
    case 'datetime':
      return call`k_wire_datetime(${name})`
    case 'timespan':
      return raw(`CASE WHEN ${name.text} IS NOT NULL THEN ${nativeName('_timespan_text')}(${name.text}) END`)
    case 'real':
      return raw(`k_json_of_real(${name.text})::JSON`)
    case 'dynamic':
      return raw(`${name.text}::JSON`)
    case 'string':
      return call`coalesce(${name}, '')`
    default:
      return name
  }
}
