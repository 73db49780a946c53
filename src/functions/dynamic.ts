/** Looking into dynamic values, and reading them from text. */
import { call, raw, sql } from '../sql/sql.ts'
import { isDatetime, parseDatetime } from '../types/datetime.ts'
import { parseDecimal } from '../types/decimal.ts'
import type { Dynamic } from '../types/dynamic.ts'
import { parseBool, parseLong, parseReal } from '../types/real.ts'
import { parseTimespan } from '../types/timespan.ts'
import { jsonAt, parseJson } from './clickhouse.ts'
import { documentOf, isSaidInPath, jsonPath } from './conversion.ts'
import { both, NotSaid, native, type Rendering, scalar } from './define.ts'

/** Navigation never fails: what is not there is null (rule 102). Constant steps are one look into the JSON. */
const path: Rendering = ([owner, ...steps], cx) => {
  const constant = steps.flatMap(({ constant, type }) => {
    if (typeof constant !== 'string' || (type !== 'string' && type !== 'long')) return []
    return type === 'string' ? constant : Number(constant)
  })
  if (constant.length === steps.length && constant.every(isSaidInPath)) {
    const text = jsonPath(constant)
    return call`nullif(json_extract(${documentOf(owner!)}, ${raw(`'${text.replaceAll("'", "''")}'`)})::VARCHAR, 'null')`
  }
  return steps.reduce(
    (value, s) => cx.native('_dynamic_get', value, s.type === 'dynamic' ? s.sql : cx.convert(s, 'dynamic')),
    owner!.sql,
  )
}

/** A dynamic as a number: text inside it is read as text would be (rule 118). */
const numberIn = (d: Dynamic): bigint | number | null => {
  if (typeof d === 'bigint' || typeof d === 'number') return d
  if (typeof d === 'boolean') return d ? 1n : 0n
  return null
}
/** Reals stop at the ends of the range, whole numbers wrap. */
const whole = (d: Dynamic, bits: number): bigint | null => {
  const n = typeof d === 'string' ? parseLong(d) : numberIn(d)
  if (typeof n !== 'number') return n === null ? null : BigInt.asIntN(bits, n)
  if (Number.isNaN(n)) return null
  const most = 2 ** (bits - 1)
  if (n >= most) return 2n ** BigInt(bits - 1) - 1n
  return n <= -most ? -(2n ** BigInt(bits - 1)) : BigInt(Math.trunc(n))
}

const read = <T>(
  gives: 'int' | 'long' | 'real' | 'bool' | 'datetime' | 'timespan' | 'decimal',
  run: (d: Dynamic) => T,
) =>
  native({
    doc: `A dynamic as ${gives}.`,
    takes: ['dynamic'],
    gives,
    nulls: 'propagate',
    run: run as never,
    examples: [],
  })

export const dynamics = {
  path: scalar({
    doc: 'A property or element inside a dynamic.',
    nulls: 'propagate',
    gives: 'dynamic',
    render: {
      duckdb: path,
      clickhouse: ([owner, ...steps], cx) => {
        const said = steps.map((s) => {
          if (typeof s.constant !== 'string' || (s.type !== 'string' && s.type !== 'long'))
            throw new NotSaid('a step into a dynamic that is not constant')
          return s.type === 'string' ? s.constant : Number(s.constant)
        })
        return jsonAt(owner!, said, cx)
      },
    },
    examples: [
      ["dynamic({'a': [1, {'b': 'x'}]}).a[1].b", 'x'],
      ['dynamic([1, 2, 3])[-1]', 3],
      ["dynamic({'a': 1}).zzz", null],
    ],
  }),
  parse_json: scalar({
    doc: 'The text read as JSON; text that is not JSON is a dynamic text.',
    takes: ['string'],
    nulls: 'propagate',
    gives: 'dynamic',
    render: {
      duckdb: ([s], cx) => call`k_parse_json(${cx.once(s!.sql)})`,
      clickhouse: ([s], cx) => parseJson(s!.sql, cx),
    },
    examples: [
      ['parse_json(\'{"a": [1, 2]}\')', { a: [1, 2] }],
      ["parse_json('not json')", 'not json'],
      ["parse_json('')", null],
    ],
  }),
  _cast_number: scalar({
    doc: 'The dynamic `d`, or null where it is a text other than those that stand for NaN and the infinities: `to typeof()` casts, it does not parse (documentation of mv-expand).',
    takes: ['dynamic'],
    nulls: 'propagate',
    gives: 'dynamic',
    render: both(([d], cx) => {
      const x = cx.once(d!.sql)
      return sql`CASE WHEN ${x} NOT LIKE '"%' OR ${x} IN ('"NaN"', '"Infinity"', '"-Infinity"') THEN ${x} END`
    }),
    examples: [],
  }),
  _long_of_dynamic: read('long', (d) => whole(d, 64)),
  _int_of_dynamic: read('int', (d) => {
    const n = whole(d, 32)
    return n === null ? null : Number(n)
  }),
  _real_of_dynamic: read('real', (d) => {
    const n = typeof d === 'string' ? parseReal(d) : numberIn(d)
    return n === null ? null : Number(n)
  }),
  _decimal_of_dynamic: read('decimal', (d) => {
    const n = typeof d === 'string' ? d : numberIn(d)
    return n === null ? null : parseDecimal(String(n))
  }),
  _bool_of_dynamic: read('bool', (d) => {
    if (typeof d === 'boolean') return d
    if (typeof d === 'string') return parseBool(d)
    const n = numberIn(d)
    return n === null ? null : Number(n) !== 0
  }),
  _datetime_of_dynamic: read('datetime', (d) =>
    typeof d === 'string' ? parseDatetime(d) : typeof d === 'bigint' && isDatetime(d) ? d : null,
  ),
  _timespan_of_dynamic: read('timespan', (d) =>
    typeof d === 'string' ? parseTimespan(d) : typeof d === 'bigint' ? d : null,
  ),
  array_length: scalar({
    doc: 'Number of elements; null for what is no array.',
    takes: ['dynamic'],
    gives: 'long',
    nulls: 'propagate',
    render: {
      duckdb: ([a], cx) =>
        ((x) => call`CASE WHEN json_type(${x}) = 'ARRAY' THEN CAST(json_array_length(${x}) AS BIGINT) END`)(
          cx.once(a!.sql),
        ),
      clickhouse: ([a], cx) => {
        const x = cx.once(call`coalesce(${a!.sql}, '')`)
        return call`if(startsWith(${x}, '['), toInt64(JSONLength(${x})), NULL)`
      },
    },
    examples: [
      ['array_length(dynamic([1, 2]))', 2n],
      ['array_length(dynamic({}))', null],
    ],
  }),
}
