/** ClickHouse's SQL: literals, scans of its tables, unnesting. Times and timespans are ticks, dynamics are JSON texts, as with DuckDB. */
import { exactJson } from '../../functions/clickhouse.ts'
import { NotSaid } from '../../functions/define.ts'
import type { Column, LiteralValue, Scan } from '../../plan/nodes.ts'
import { call, clause, list, raw, type Sql, sql } from '../../sql/sql.ts'
import type { Segment, SegmentColumn } from '../../store/snapshot.ts'
import { UNIX_EPOCH_TICKS } from '../../types/datetime.ts'
import type { KqlType } from '../../types/kql-type.ts'
import type { RemoteDialect, ScanSelect } from '../backend.ts'
import { deviceFilter } from '../device-filter.ts'

/** What holds each KQL type inside a query. Text alone is never null. */
export const TYPES: Record<KqlType, string> = {
  bool: 'Nullable(Bool)',
  int: 'Nullable(Int32)',
  long: 'Nullable(Int64)',
  real: 'Nullable(Float64)',
  decimal: 'Nullable(String)',
  string: 'String',
  datetime: 'Nullable(Int64)',
  timespan: 'Nullable(Int64)',
  guid: 'Nullable(String)',
  dynamic: 'Nullable(String)',
}

/** What a failed assumption throws; the engine tells it by the number of such errors. */
export const ASSUMPTION = 'harrier: an assumption does not hold'

/** Rows of a range that are made at once; the embedded engine gives those of longer ones as they are asked for. */
const LONGEST_RANGE = 10_000_000

const columnName = (c: Column): Sql => raw(`c${c.id}`)
export const identifier = (name: string): Sql => raw(`\`${name.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``)
export const textLiteral = (value: string): Sql =>
  raw(`'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\0', '\\0')}'`)

export interface ClickhouseDialectOptions {
  readonly database: string
  /** false: nothing is said that holds under an assumption alone. */
  readonly assuming: boolean
}

export function clickhouseDialect({ database, assuming }: ClickhouseDialectOptions): RemoteDialect {
  const assume = (holds: Sql, value: Sql): Sql => {
    if (!assuming) throw new NotSaid('a value that holds under an assumption')
    return call`arrayElement([${value}], 1 + throwIf(NOT coalesce(${holds}, true), ${textLiteral(ASSUMPTION)}))`
  }
  return {
    name: 'clickhouse',
    typeName: (type) => raw(TYPES[type]),
    literal,
    scan: (node, segments) => scan(node, segments, database),
    // Of an index's expression, and a third of the time.
    lower: (text, ascii) => (ascii ? call`lower(${text})` : call`lowerUTF8(${text})`),
    assume,
    native(name) {
      throw new NotSaid(`${name.replace(/^_/, '')}()`)
    },
    unnest: (input, columns, items, index, limit) => {
      const exact = items.map((i) => ({ ...i, value: exactJson(i.value, { assume, text: textLiteral }) }))
      return unnest(input, columns, exact, index, limit)
    },
    collect: (select, value) =>
      raw(
        `(SELECT concat('[', arrayStringConcat(groupUniqArray(toJSONString(toString(${value.text}))), ','), ']') FROM (${select.text}))`,
      ),
    range: (column, from, to, step, source) => {
      if (column.type === 'real') throw new NotSaid('range of reals')
      const onward = sql`if(${step} > 0, ${to} >= ${from}, ${to} <= ${from})`
      // Between the ends of a long lies more than a long.
      const count = sql`if(${onward}, intDiv(toInt128(${to}) - toInt128(${from}), nullIf(${step}, 0)), -1)`
      const size = call`greatest(coalesce(${count}, -1) + 1, 0)`
      const places = call`arrayJoin(range(toUInt64(${assume(sql`${size} <= ${raw(String(LONGEST_RANGE))}`, size)})))`
      return clause`SELECT CAST(${sql`${from} + i * ${step}`} AS ${raw(TYPES[column.type])}) AS ${columnName(column)} FROM (SELECT *, ${places} AS i FROM ${source})`
    },
    values(columns, rows) {
      const types = columns.map((c) => TYPES[c.type]).join(', ')
      const tuples = rows.map((row) => `tuple(${list(row).text})`).join(', ')
      const members = columns.map((c, i) => `tupleElement(v, ${i + 1}) AS c${c.id}`).join(', ')
      return raw(`SELECT ${members} FROM (SELECT arrayJoin(CAST([${tuples}], 'Array(Tuple(${types}))')) AS v)`)
    },
    // It puts NaN beside the nulls, as Kusto does; which of the two comes first is said for reals.
    orderBy(value, type, descending, nullsFirst) {
      const side = nullsFirst ? 'DESC' : 'ASC'
      const key = `${value.text} ${descending ? 'DESC' : 'ASC'} NULLS ${nullsFirst ? 'FIRST' : 'LAST'}`
      return raw(
        type === 'real' ? `isNull(${value.text}) ${side}, coalesce(isNaN(${value.text}), 0) ${side}, ${key}` : key,
      )
    },
    limit() {
      throw new NotSaid('a limit that is not constant')
    },
    random: raw('rand()'),
    halfJoins: { semi: 'LEFT SEMI JOIN', anti: 'LEFT ANTI JOIN' },
    unionByName: false,
    part(select, columns) {
      const typed = columns.map((c) => raw(`CAST(c${c.id}, '${TYPES[c.type]}') AS c${c.id}`))
      return clause`SELECT ${list(typed)} FROM (${select})`
    },
  }
}

function literal(type: KqlType, value: LiteralValue): Sql {
  if (value === null) return type === 'string' ? raw("''") : raw(`CAST(NULL, '${TYPES[type]}')`)
  switch (type) {
    case 'bool':
      return raw(value ? 'true' : 'false')
    case 'int':
      return raw(`toInt32(${value})`)
    case 'long':
    case 'datetime':
    case 'timespan':
      return raw(`toInt64(${value})`)
    case 'real':
      if (typeof value === 'number') return raw(`toFloat64(${Object.is(value, -0) ? '-0.0' : value.toExponential()})`)
      return raw(value === 'NaN' ? 'nan' : value === 'Infinity' ? 'inf' : '(-inf)')
    default:
      return textLiteral(String(value))
  }
}

/** A scan's table: a column of it may be called like one of the plan's, and ClickHouse would take that for the other. */
const TABLE = 't'
const held = (column: SegmentColumn): Sql => raw(`${TABLE}.${identifier(column.stored ?? column.name).text}`)

/** How a table's columns are read. */
function stored(column: SegmentColumn | undefined, type: KqlType): Sql {
  if (!column) return literal(type, null)
  const name = held(column)
  if (column.storedAs === 'time' && type === 'datetime')
    return raw(`(reinterpretAsInt64(toDateTime64(${name.text}, 7, 'UTC')) + ${UNIX_EPOCH_TICKS})`)
  if (column.storedAs === 'nested' && type === 'dynamic') return call`toJSONString(${name})`
  if (column.type === type && column.storedAs === 'native') return name
  if (type === 'string') return call`coalesce(toString(${name}), '')`
  if (column.type === type && column.storedAs === 'ticks') return name
  const text = call`toString(${name})`
  switch (type) {
    case 'int':
      return call`toInt32OrNull(${text})`
    case 'long':
    case 'timespan':
      return call`toInt64OrNull(${text})`
    case 'real':
      return call`toFloat64OrNull(${text})`
    case 'bool':
      return sql`${call`toInt64OrNull(${text})`} <> 0`
    case 'datetime':
      return raw(`(reinterpretAsInt64(parseDateTime64BestEffortOrNull(${text.text}, 7, 'UTC')) + ${UNIX_EPOCH_TICKS})`)
    default:
      return call`nullIf(${text}, '')`
  }
}

/** A table has at most one segment: what there is of it in the database. */
function scan(node: Scan, segments: readonly Segment[], database: string): ScanSelect {
  const [segment] = segments
  if (!segment) {
    const nulls = node.columns.map((c) => raw(`${literal(c.type, null).text} AS c${c.id}`))
    return { columns: nulls, from: raw('(SELECT 1)'), where: [raw('false')] }
  }
  const byName = new Map(segment.columns.map((c) => [c.name, c]))
  const selected = node.columns.map((c, i) => {
    const source = node.source[i]
    const value = stored(source === null || source === undefined ? undefined : byName.get(source), c.type)
    return raw(`${value.text} AS c${c.id}`)
  })
  const device = byName.get('DeviceId')
  const deviceId = device && call`lowerUTF8(${stored(device, 'string')})`
  const where = [...rangeFilter(node.range, byName), ...deviceFilter(node.devices, deviceId, textLiteral)]
  const from = raw(`${identifier(database).text}.${identifier(segment.path).text} AS ${TABLE}`)
  return { columns: selected, from, where }
}

function rangeFilter(range: Scan['range'], columns: ReadonlyMap<string, SegmentColumn>): Sql[] {
  const column = range && columns.get(range.source)
  if (!range || !column) return []
  const ticks = stored(column, 'datetime')
  const name = held(column)
  const bounds = [
    ...(range.from ? [{ op: raw('>='), at: range.from }] : []),
    ...(range.to ? [{ op: raw('<='), at: range.to }] : []),
  ]
  return bounds.flatMap(({ op, at }) => {
    const exact = sql`${ticks} ${op} ${raw(at)}`
    if (column.storedAs !== 'time') return [exact]
    // The primary key and the partitions are of what the column holds.
    const seconds = (BigInt(at) - UNIX_EPOCH_TICKS) / 10_000_000n + (op.text === '<=' ? 1n : -1n)
    const inside = seconds > -2_000_000_000n && seconds < 9_000_000_000n
    return inside ? [sql`${name} ${op} fromUnixTimestamp64Second(${raw(String(seconds))}, 'UTC')`, exact] : [exact]
  })
}

function unnest(
  input: Sql,
  columns: readonly Column[],
  items: readonly { column: Column; value: Sql; bags: 'bag' | 'array' }[],
  index: Column | undefined,
  limit: Sql | undefined,
): Sql {
  const lists = items.map(({ column, value, bags }) => {
    const pair =
      bags === 'bag' ? "concat('{', toJSONString(p.1), ':', p.2, '}')" : "concat('[', toJSONString(p.1), ',', p.2, ']')"
    const bag = `arrayMap(p -> ${pair}, JSONExtractKeysAndValuesRaw(j${column.id}))`
    const whole = `CAST(multiIf(isNull(n${column.id}), [NULL], startsWith(j${column.id}, '['), JSONExtractArrayRaw(j${column.id}), startsWith(j${column.id}, '{'), ${bag}, [j${column.id}]), 'Array(Nullable(String))')`
    return {
      value: `${value.text} AS n${column.id}, assumeNotNull(n${column.id}) AS j${column.id}`,
      whole: `${limit ? `arraySlice(${whole}, 1, ${limit.text})` : whole} AS u${column.id}`,
    }
  })
  const longest = `greatest(${items.map((i) => `length(u${i.column.id})`).join(', ')}, 0)`
  const passed = columns.map((c) => columnName(c).text)
  // An element beyond the end of the shorter list is null, as arrayElement on a list of nullables gives it.
  const outer = [
    ...passed,
    ...items.map((i) => `nullIf(arrayElement(u${i.column.id}, place), 'null') AS c${i.column.id}`),
    ...(index ? [`CAST(place - 1, 'Nullable(Int64)') AS c${index.id}`] : []),
  ]
  const values = `SELECT *, ${lists.map((l) => l.value).join(', ')} FROM ${input.text}`
  const arrays = `SELECT *, ${lists.map((l) => l.whole).join(', ')} FROM (${values})`
  return raw(
    `SELECT ${outer.join(', ')} FROM (SELECT *, arrayJoin(range(1, ${longest} + 1)) AS place FROM (${arrays}))`,
  )
}
