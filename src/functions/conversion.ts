/** Conversions between the ten types; a failed one is null, never an error (rule 30). */
import { call, raw, type Sql, sql } from '../sql/sql.ts'
import type { KqlType } from '../types/kql-type.ts'
import {
  asDynamic,
  boolOfText,
  clickhouseLong,
  datetimeOfText,
  guidOfText,
  intOfText,
  longOfText,
  realOfText,
  textAt,
  textOfBool,
  textOfDatetime,
  textOfDynamic as textOfDynamicIn,
  textOfReal,
  textOfTimespan,
  valueOfDynamic,
} from './clickhouse.ts'
import { type Arg, NotSaid, type RenderContext, type Rendering, type ScalarEntry, scalar } from './define.ts'

type Table = Partial<Record<KqlType, (s: Sql, cx: RenderContext, a: Arg) => Sql>>

/** A conversion by the type that the argument has; the target's own type passes. */
const from =
  (target: KqlType, table: Table): Rendering =>
  ([a], cx) => {
    if (a!.type === target) return a!.sql
    const rendering = table[a!.type]
    return rendering ? rendering(a!.sql, cx, a!) : raw(`CAST(NULL AS ${target === 'string' ? 'VARCHAR' : 'BIGINT'})`)
  }

/** JSON path of constant steps, in the engine's notation; -1 is the last element. */
export function jsonPath(steps: readonly (string | number)[]): string {
  return `$${steps.map((s) => (typeof s === 'number' ? `[${s < 0 ? `#${s}` : s}]` : `."${s.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`)).join('')}`
}

/** The JSON document that a path looks into: text that is no JSON has nothing inside. */
export const documentOf = (owner: Arg): Sql => (owner.jsonText ? call`k_json_or_null(${owner.jsonText})` : owner.sql)

/** Whether the engine's paths can say a step; of names they cannot say the empty one, quotes, backslashes and stars. */
export const isSaidInPath = (step: string | number): boolean =>
  typeof step === 'number' || (step !== '' && !/["\\*]/.test(step))

/** tostring() of `d.a.b` is one look into the JSON. */
const textOfDynamic = (s: Sql, _cx: RenderContext, a: Arg): Sql =>
  a.path?.steps.every(isSaidInPath)
    ? call`coalesce(json_extract_string(${documentOf(a.path.owner)}, ${raw(`'${jsonPath(a.path.steps).replaceAll("'", "''")}'`)}), '')`
    : call`k_text_of_json(${s})`

const viaNative =
  (name: string) =>
  (s: Sql, cx: RenderContext): Sql =>
    cx.native(name, s)

const cast = (type: string) => (s: Sql) => call`CAST(${s} AS ${raw(type)})`

const entry = (doc: string, target: KqlType, table: Table, examples: readonly [string, unknown][]): ScalarEntry =>
  scalar({
    doc,
    takes: ['any'],
    gives: target,
    nulls: target === 'string' ? 'empty-string' : 'propagate',
    render: { duckdb: from(target, table), clickhouse: inClickhouse(target) },
    examples,
  })

/** The same conversions as ClickHouse says them. */
const inClickhouse =
  (target: KqlType): Rendering =>
  ([a], cx) => {
    const { type, sql: value } = a!
    if (type === target) return value
    const said = IN_CLICKHOUSE[target]?.[type]
    if (said) return said(value, cx, a!)
    if (type === 'dynamic') return valueOfDynamic(target, value, cx)
    throw new NotSaid(`a ${type} as ${target}`)
  }

const wrapInt = (s: Sql): Sql => call`reinterpretAsInt32(${s})`
const asDatetime = (s: Sql): Sql => call`if(${sql`${s} >= 0`} AND ${sql`${s} <= 3155378975999999999`}, ${s}, NULL)`
const toReal = (s: Sql): Sql => call`toFloat64(${s})`
const isNotZero = (s: Sql): Sql => sql`${s} <> 0`

const IN_CLICKHOUSE: Partial<Record<KqlType, Table>> = {
  string: {
    bool: textOfBool,
    int: (s) => call`toString(${s})`,
    long: (s) => call`toString(${s})`,
    real: textOfReal,
    decimal: (s) => s,
    guid: (s) => s,
    datetime: textOfDatetime,
    timespan: textOfTimespan,
    dynamic: (s, cx, a) => (a.path ? textAt(a.path.owner, a.path.steps, cx) : textOfDynamicIn(s, cx)),
  },
  long: {
    bool: (s) => call`toInt64(${s})`,
    int: (s) => call`toInt64(${s})`,
    real: (s, cx) => clickhouseLong(cx.once(s)),
    string: longOfText,
    datetime: (s) => s,
    timespan: (s) => s,
  },
  int: {
    bool: (s) => call`toInt32(${s})`,
    long: wrapInt,
    string: intOfText,
    datetime: wrapInt,
    timespan: wrapInt,
  },
  real: { bool: toReal, int: toReal, long: toReal, string: realOfText, datetime: toReal, timespan: toReal },
  decimal: { int: (s) => call`toString(${s})`, long: (s) => call`toString(${s})` },
  bool: { int: isNotZero, long: isNotZero, real: isNotZero, timespan: isNotZero, string: boolOfText },
  datetime: { int: asDatetime, long: asDatetime, timespan: asDatetime, string: datetimeOfText },
  timespan: { int: (s) => call`toInt64(${s})`, long: (s) => s, datetime: (s) => s },
  guid: { string: guidOfText },
}

/** The entry that converts to each type. */
export const CONVERSIONS: Record<KqlType, string> = {
  bool: 'tobool',
  int: 'toint',
  long: 'tolong',
  real: 'todouble',
  decimal: 'todecimal',
  string: 'tostring',
  datetime: 'todatetime',
  timespan: 'totimespan',
  guid: 'toguid',
  dynamic: '_as_dynamic',
}

/** Types of which nothing says what the conversion to the key gives. */
export const UNDECIDED: Partial<Record<KqlType, readonly KqlType[]>> = {
  bool: ['datetime', 'guid'],
  int: ['guid'],
  long: ['guid'],
  real: ['guid'],
  decimal: ['datetime', 'timespan', 'guid'],
  datetime: ['bool', 'decimal', 'guid'],
  timespan: ['bool', 'decimal', 'guid'],
  guid: ['bool', 'int', 'long', 'real', 'decimal', 'datetime', 'timespan'],
}

/** The engine folds a constant real that does not fit to the least integer, where a row's would stop at the end (rule 29). */
const ofConstant = (target: 'long' | 'int', fits: string, convert: string) =>
  scalar({
    doc: `A constant real as ${target}, the least one where it does not fit.`,
    takes: ['real'],
    gives: target,
    nulls: 'propagate',
    render: {
      duckdb: ([a], cx) => {
        const x = cx.once(a!.sql)
        return call`CASE WHEN ${x} >= -${raw(fits)} AND ${x} < ${raw(fits)} OR isnan(${x}) THEN ${raw(convert)}(${x}) WHEN ${x} IS NOT NULL THEN ${raw(convert)}('-Infinity'::DOUBLE) END`
      },
    },
    examples: [],
  })

export const conversions = {
  _long_of_constant: ofConstant('long', '9223372036854775808.0', 'k_long'),
  _int_of_constant: ofConstant('int', '2147483648.0', 'k_int'),

  tostring: entry(
    'Text form of any value; null gives the empty text.',
    'string',
    {
      bool: (s) => call`k_text_of_bool(${s})`,
      int: cast('VARCHAR'),
      long: cast('VARCHAR'),
      real: viaNative('_real_text'),
      decimal: (s) => s,
      guid: (s) => s,
      datetime: (s) => call`k_text_of_datetime(${s})`,
      timespan: viaNative('_timespan_text'),
      dynamic: textOfDynamic,
    },
    [
      ['tostring(true)', 'True'],
      ['tostring(1.0)', '1.0'],
      ['tostring(datetime(2020-01-02 03:04:05.6))', '2020-01-02T03:04:05.6000000Z'],
      ['tostring(1d + 2h)', '1.02:00:00'],
      ["tostring(dynamic({'a': 1}))", '{"a":1}'],
      ['tostring(int(null))', ''],
    ],
  ),
  tolong: entry(
    'Whole number; reals are cut, text must be integer syntax.',
    'long',
    {
      bool: cast('BIGINT'),
      int: cast('BIGINT'),
      real: (s, cx) => call`k_long(${cx.once(s)})`,
      decimal: viaNative('_long_of_decimal'),
      string: viaNative('_long_of_text'),
      datetime: (s) => s,
      timespan: (s) => s,
      dynamic: viaNative('_long_of_dynamic'),
    },
    [
      ["tolong('12')", 12n],
      ["tolong('5.7')", null],
      ['tolong(-5.7)', -5n],
      ['tolong(1d)', 864000000000n],
      ['tolong(dynamic(7))', 7n],
    ],
  ),
  toint: entry(
    'Whole number of 32 bits; a long wraps.',
    'int',
    {
      bool: cast('INTEGER'),
      long: (s) => call`k_wrap_int(${s})`,
      real: (s, cx) => call`k_int(${cx.once(s)})`,
      decimal: (s, cx) => call`k_wrap_int(${cx.native('_long_of_decimal', s)})`,
      string: viaNative('_int_of_text'),
      datetime: (s) => call`k_wrap_int(${s})`,
      timespan: (s) => call`k_wrap_int(${s})`,
      dynamic: viaNative('_int_of_dynamic'),
    },
    [
      ["toint('12')", 12],
      ['toint(4294967296)', 0],
      ["toint('x')", null],
    ],
  ),
  todouble: entry(
    'Floating-point number.',
    'real',
    {
      bool: (s) => sql`CAST(CAST(${s} AS INTEGER) AS DOUBLE)`,
      int: cast('DOUBLE'),
      long: cast('DOUBLE'),
      decimal: viaNative('_real_of_decimal'),
      string: viaNative('_real_of_text'),
      datetime: cast('DOUBLE'),
      timespan: cast('DOUBLE'),
      dynamic: viaNative('_real_of_dynamic'),
    },
    [
      ["todouble('1e3')", 1000],
      ["todouble('')", null],
      ['todouble(3)', 3],
    ],
  ),
  todecimal: entry(
    'Exact decimal number.',
    'decimal',
    {
      bool: (s) => call`CAST(CAST(${s} AS INTEGER) AS VARCHAR)`,
      int: cast('VARCHAR'),
      long: cast('VARCHAR'),
      real: viaNative('_decimal_of_real'),
      string: viaNative('_decimal_of_text'),
      dynamic: viaNative('_decimal_of_dynamic'),
    },
    [["tostring(todecimal('0.1') + todecimal('0.2'))", '0.3']],
  ),
  tobool: entry(
    'Truth value; any number but zero is true, text must be true, false or an integer.',
    'bool',
    {
      int: (s) => sql`${s} <> 0`,
      long: (s) => sql`${s} <> 0`,
      real: (s) => sql`${s} <> 0`,
      decimal: (s, cx) => sql`${cx.native('_decimal_compare', s, raw("'0'"))} <> 0`,
      timespan: (s) => sql`${s} <> 0`,
      string: viaNative('_bool_of_text'),
      dynamic: viaNative('_bool_of_dynamic'),
    },
    [
      ["tobool('TRUE')", true],
      ["tobool('yes')", null],
      ['tobool(-5)', true],
    ],
  ),
  todatetime: entry(
    'Point in time; numbers are ticks.',
    'datetime',
    {
      int: (s) => call`k_datetime(${s})`,
      long: (s) => call`k_datetime(${s})`,
      real: (s, cx) => call`k_datetime(k_long(${cx.once(s)}))`,
      timespan: (s) => call`k_datetime(${s})`,
      string: viaNative('_datetime_of_text'),
      dynamic: viaNative('_datetime_of_dynamic'),
    },
    [
      ["todatetime('2022-12-02T13:45:56+02:00')", '2022-12-02T11:45:56.0000000Z'],
      ["todatetime('13-01-2022')", null],
    ],
  ),
  totimespan: entry(
    'Length of time; numbers are ticks.',
    'timespan',
    {
      int: cast('BIGINT'),
      long: (s) => s,
      real: (s, cx) => call`k_long(${cx.once(s)})`,
      datetime: (s) => s,
      string: viaNative('_timespan_of_text'),
      dynamic: viaNative('_timespan_of_dynamic'),
    },
    [
      ["totimespan('1.02:03:04.5')", '1.02:03:04.5000000'],
      ["totimespan('1.5')", null],
    ],
  ),
  toguid: entry(
    'Guid read from its text.',
    'guid',
    { string: viaNative('_guid_of_text'), dynamic: (s, cx) => cx.native('_guid_of_text', call`k_text_of_json(${s})`) },
    [
      ["toguid('74BE27DE-1E4E-49D9-B579-FE0B331D3642')", '74be27de-1e4e-49d9-b579-fe0b331d3642'],
      ["toguid('x')", null],
    ],
  ),
  /** A value as it stands inside a dynamic: numbers stay numbers, times become their text (rule 52). */
  _as_dynamic: scalar({
    doc: 'The value as JSON.',
    takes: ['any'],
    gives: 'dynamic',
    nulls: 'propagate',
    render: {
      duckdb: from('dynamic', {
        bool: (s) => call`to_json(${s})::VARCHAR`,
        int: cast('VARCHAR'),
        long: cast('VARCHAR'),
        real: (s, cx) => call`k_json_of_real(${cx.once(s)})`,
        decimal: (s) => call`to_json(${s})::VARCHAR`,
        string: (s) => call`to_json(${s})::VARCHAR`,
        guid: (s) => call`to_json(${s})::VARCHAR`,
        datetime: (s) => call`to_json(k_text_of_datetime(${s}))::VARCHAR`,
        timespan: (s, cx) => {
          const value = cx.once(s)
          return call`CASE WHEN ${value} IS NOT NULL THEN to_json(${cx.native('_timespan_text', value)})::VARCHAR END`
        },
      }),
      clickhouse: ([a], cx) => asDynamic(a!, cx),
    },
    examples: [],
  }),
}
