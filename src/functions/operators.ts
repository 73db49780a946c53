/** The language's operators as catalogue entries: comparison, logic, arithmetic. Names are the spellings of KQL. */
import { call, infix, raw, type Sql, sql } from '../sql/sql.ts'
import type { KqlType } from '../types/kql-type.ts'
import { clickhouseLong } from './clickhouse.ts'
import { type Arg, both, NotSaid, type RenderContext, type Rendering, scalar, unsupported } from './define.ts'

/** Both sides as values that SQL compares: a dynamic becomes what stands beside it, text is compared as text. */
function sides(a: Arg, b: Arg, cx: RenderContext): { left: Arg; right: Arg; type: KqlType } {
  const target: KqlType =
    a.type === 'dynamic'
      ? b.type === 'dynamic'
        ? 'string'
        : comparableType(b.type)
      : b.type === 'dynamic'
        ? comparableType(a.type)
        : a.type
  const as = (x: Arg): Arg =>
    x.type === target || x.type !== 'dynamic'
      ? x
      : { ...x, sql: cx.convert(x, target), type: target, nonNull: target === 'string' }
  return { left: as(a), right: as(b), type: target }
}

/** A dynamic number is compared as a real: it may be one. */
const comparableType = (t: KqlType): KqlType => (t === 'int' || t === 'long' ? 'real' : t)

const isReal = (type: KqlType, a: Arg, b: Arg) => type === 'real' || a.type === 'real' || b.type === 'real'
const notNaN = (x: Arg): Sql | undefined =>
  x.type === 'real' && typeof x.constant !== 'number' ? call`isNaN(${x.sql})` : undefined

/** Decimals are text; a TypeScript comparison gives their order. */
const decimalOrder = (a: Arg, b: Arg, cx: RenderContext): Sql => cx.native('_decimal_compare', a.sql, b.sql)

/** One null side: false. Both null: null (rules 3, 4). NaN equals nothing (rule 24). */
const equal: Rendering = ([a, b], cx) => {
  const { left, right, type } = sides(a!, b!, cx)
  if (type === 'decimal') return sql`${decimalOrder(left, right, cx)} = 0`
  if (left.nonNull && right.nonNull) return exactly(left, right, type)
  if (left.nonNull || right.nonNull) return call`coalesce(${exactly(left, right, type)}, false)`
  const [x, y] = [
    { ...left, sql: cx.once(left.sql) },
    { ...right, sql: cx.once(right.sql) },
  ]
  return call`CASE WHEN ${x.sql} IS NULL AND ${y.sql} IS NULL THEN NULL ELSE coalesce(${exactly(x, y, type)}, false) END`
}

function exactly(a: Arg, b: Arg, type: KqlType): Sql {
  const plain = sql`${a.sql} = ${b.sql}`
  const nan = isReal(type, a, b) ? (typeof a.constant === 'number' ? notNaN(b) : notNaN(a)) : undefined
  return nan ? sql`${plain} AND NOT ${nan}` : plain
}

const order =
  (op: '<' | '<=' | '>' | '>='): Rendering =>
  ([a, b], cx) => {
    const { left, right, type } = sides(a!, b!, cx)
    if (type === 'decimal') return sql`${decimalOrder(left, right, cx)} ${raw(op)} 0`
    const plain = sql`${left.sql} ${raw(op)} ${right.sql}`
    // The engine below sorts NaN above every number; KQL says that no order holds with it.
    const nan = isReal(type, left, right) ? notNaN(op.startsWith('<') ? right : left) : undefined
    return nan ? sql`${plain} AND NOT ${nan}` : plain
  }

const boolean = 'bool' as const
const compared = (doc: string, render: Rendering, examples: readonly [string, unknown][]) =>
  scalar({ doc, nulls: 'own', gives: boolean, render: both(render), examples })

const isTime = (t: KqlType) => t === 'datetime' || t === 'timespan'
const wide = (a: Arg): Sql => call`CAST(${a.sql} AS HUGEINT)`
const wrapped = (value: Sql): Sql => call`k_wrap(${value})`

/** An operand as the number that the result type asks for; a dynamic is no constant any more. */
function operand(a: Arg, type: KqlType, cx: RenderContext): Arg {
  if (a.type !== 'dynamic') return a
  const to: KqlType = type === 'datetime' || type === 'timespan' ? 'timespan' : type
  return { sql: cx.convert(a, to), type: to, nonNull: false }
}

function additive(op: '+' | '-'): Rendering {
  return ([l, r], cx) => {
    const [a, b] = [operand(l!, cx.type, cx), operand(r!, cx.type, cx)]
    if (cx.type === 'decimal')
      return cx.native(
        op === '+' ? '_decimal_add' : '_decimal_subtract',
        cx.convert(a, 'decimal'),
        cx.convert(b, 'decimal'),
      )
    if (cx.type === 'real') return sql`${cx.convert(a, 'real')} ${raw(op)} ${cx.convert(b, 'real')}`
    // A number beside a time counts ticks.
    const [x, y] = [
      isTime(a.type) ? a : { ...a, sql: cx.convert(a, 'long') },
      isTime(b.type) ? b : { ...b, sql: cx.convert(b, 'long') },
    ]
    if (cx.type === 'datetime') return call`k_datetime(${sql`${wide(x)} ${raw(op)} ${wide(y)}`})`
    if (a.type === 'int' && b.type === 'int') return sql`CAST(${a.sql} AS BIGINT) ${raw(op)} CAST(${b.sql} AS BIGINT)`
    return wrapped(sql`${wide(x)} ${raw(op)} ${wide(y)}`)
  }
}

const multiply: Rendering = ([l, r], cx) => {
  const [a, b] = [operand(l!, numeric(cx.type, r!), cx), operand(r!, numeric(cx.type, l!), cx)]
  if (cx.type === 'decimal') return cx.native('_decimal_multiply', cx.convert(a, 'decimal'), cx.convert(b, 'decimal'))
  if (cx.type === 'real') return sql`${cx.convert(a, 'real')} * ${cx.convert(b, 'real')}`
  if (cx.type === 'timespan' && (a.type === 'real' || b.type === 'real'))
    return call`k_long(${sql`CAST(${a.sql} AS DOUBLE) * CAST(${b.sql} AS DOUBLE)`})`
  return wrapped(sql`${wide(a)} * ${wide(b)}`)
}

/** Beside a timespan, a dynamic operand is a number. */
const numeric = (type: KqlType, other: Arg): KqlType =>
  type === 'timespan' ? (other.type === 'timespan' ? 'real' : 'timespan') : type

const divide: Rendering = ([l, r], cx) => {
  const [a, b] = [operand(l!, cx.type, cx), operand(r!, cx.type === 'timespan' ? 'long' : cx.type, cx)]
  if (cx.type === 'decimal') return cx.native('_decimal_divide', cx.convert(a, 'decimal'), cx.convert(b, 'decimal'))
  if (cx.type === 'real') {
    const number = (x: Arg) => (isTime(x.type) ? call`CAST(${x.sql} AS DOUBLE)` : cx.convert(x, 'real'))
    return sql`${number(a)} / ${number(b)}`
  }
  if (cx.type === 'timespan' && b.type === 'real') return call`k_long(${sql`CAST(${a.sql} AS DOUBLE) / ${b.sql}`})`
  const safe = typeof b.constant === 'string' && b.constant !== '0' && b.constant !== '-1'
  // The most negative long by -1 does not fit; 128 bits hold it and it wraps.
  return safe ? sql`${a.sql} // ${b.sql}` : wrapped(sql`${wide(a)} // nullif(${wide(b)}, 0)`)
}

/** The remainder is never negative (rule 21); by zero it is null. */
const modulo: Rendering = ([l, r], cx) => {
  const [a, b] = [operand(l!, cx.type, cx), operand(r!, cx.type, cx)]
  if (cx.type === 'decimal') return cx.native('_decimal_modulo', cx.convert(a, 'decimal'), cx.convert(b, 'decimal'))
  if (cx.type === 'real') {
    const by = cx.once(cx.convert(b, 'real'))
    return sql`(((${cx.convert(a, 'real')} % ${by}) + abs(${by})) % abs(${by}))`
  }
  if (typeof b.constant === 'string' && BigInt(b.constant) > 0n) {
    // Adding first and taking the remainder again would leave 64 bits.
    const rest = cx.once(sql`${a.sql} % ${b.sql}`)
    return call`CASE WHEN ${rest} < 0 THEN ${sql`${rest} + ${b.sql}`} ELSE ${rest} END`
  }
  const by = cx.once(call`nullif(${wide(b)}, 0)`)
  return wrapped(sql`((${wide(a)} % ${by}) + abs(${by})) % abs(${by})`)
}

const arithmetic = (doc: string, render: Rendering, clickhouse: Rendering, examples: readonly [string, unknown][]) =>
  scalar({ doc, nulls: 'propagate', render: { duckdb: render, clickhouse }, examples })

/** Its 64-bit numbers wrap by themselves. */
const whole = (a: Arg): Sql => (a.type === 'int' ? call`toInt64(${a.sql})` : a.sql)
const noDecimals = (type: KqlType): void => {
  if (type === 'decimal') throw new NotSaid('arithmetic of decimals')
}

/** Out of 0001..9999 is null (rule 81); a timespan beside it can take 64 bits to their end, so 128 are looked at. */
const clickhouseDatetime = (a: Sql, op: '+' | '-', b: Sql): Sql => {
  const wide = sql`toInt128(${a}) ${raw(op)} toInt128(${b})`
  return call`if(${sql`${wide} >= 0`} AND ${sql`${wide} <= 3155378975999999999`}, ${sql`${a} ${raw(op)} ${b}`}, NULL)`
}

const clickhouseAdditive =
  (op: '+' | '-'): Rendering =>
  ([l, r], cx) => {
    noDecimals(cx.type)
    const [a, b] = [operand(l!, cx.type, cx), operand(r!, cx.type, cx)]
    if (cx.type === 'real') return sql`${cx.convert(a, 'real')} ${raw(op)} ${cx.convert(b, 'real')}`
    const [x, y] = [isTime(a.type) ? a.sql : cx.convert(a, 'long'), isTime(b.type) ? b.sql : cx.convert(b, 'long')]
    return cx.type === 'datetime' ? clickhouseDatetime(x, op, y) : sql`${x} ${raw(op)} ${y}`
  }

const clickhouseMultiply: Rendering = ([l, r], cx) => {
  noDecimals(cx.type)
  const [a, b] = [operand(l!, numeric(cx.type, r!), cx), operand(r!, numeric(cx.type, l!), cx)]
  if (cx.type === 'real') return sql`${cx.convert(a, 'real')} * ${cx.convert(b, 'real')}`
  if (cx.type === 'timespan' && (a.type === 'real' || b.type === 'real'))
    return clickhouseLong(sql`toFloat64(${a.sql}) * toFloat64(${b.sql})`)
  return sql`${whole(a)} * ${whole(b)}`
}

const clickhouseDivide: Rendering = ([l, r], cx) => {
  noDecimals(cx.type)
  const [a, b] = [operand(l!, cx.type, cx), operand(r!, cx.type === 'timespan' ? 'long' : cx.type, cx)]
  const number = (x: Arg) => (isTime(x.type) ? call`toFloat64(${x.sql})` : cx.convert(x, 'real'))
  if (cx.type === 'real') return sql`${number(a)} / ${number(b)}`
  if (cx.type === 'timespan' && b.type === 'real') return clickhouseLong(sql`toFloat64(${a.sql}) / ${b.sql}`)
  const safe = typeof b.constant === 'string' && b.constant !== '0' && b.constant !== '-1'
  // The most negative long by -1 wraps to itself, as its negation does.
  return safe
    ? call`intDiv(${whole(a)}, ${whole(b)})`
    : call`multiIf(${whole(b)} = 0, NULL, ${whole(b)} = -1, ${sql`-${whole(a)}`}, intDivOrZero(${whole(a)}, ${whole(b)}))`
}

const clickhouseModulo: Rendering = ([l, r], cx) => {
  noDecimals(cx.type)
  const [a, b] = [operand(l!, cx.type, cx), operand(r!, cx.type, cx)]
  if (cx.type === 'real' || typeof b.constant !== 'string' || BigInt(b.constant) <= 0n)
    throw new NotSaid('the remainder of what is no positive constant')
  return call`positiveModulo(${whole(a)}, ${whole(b)})`
}

const listed = (args: readonly Arg[]): Sql => raw(args.map((a) => a.sql.text).join(', '))

/** `x in (…)`: null is in no list; two-valued (rule 3). */
const member =
  (fold: boolean): Rendering =>
  ([needle, ...items], cx) => {
    if (items.length === 0) return raw('false')
    const text = needle!.type === 'string'
    const lower = (a: Arg): Sql => (fold && text ? cx.lower(a, items) : a.sql)
    if (needle!.type === 'decimal')
      return infix(
        items.map((i) => sql`${decimalOrder(needle!, i, cx)} = 0`),
        'OR',
      )
    const test = sql`${lower(needle!)} IN (${listed(items.map((i) => ({ ...i, sql: lower(i) })))})`
    return text ? test : call`coalesce(${test}, false)`
  }

const wildcardMatch = (doc: string) =>
  scalar({
    doc,
    nulls: 'own',
    gives: 'bool',
    render: { duckdb: unsupported('it is no longer part of the language') },
    examples: [],
  })

export const operators = {
  '==': compared('Equal; text by case.', equal, [
    ['5 == 5', true],
    ['int(null) == 5', false],
    ['int(null) == int(null)', null],
    ['real(nan) == real(nan)', false],
    ["'a' == 'A'", false],
  ]),
  /** == where null and false mean the same (WHERE): plain SQL, so that the engine's statistics serve. */
  _equal_or_null: scalar({
    doc: 'Equality inside a filter, where null counts as false.',
    nulls: 'own',
    gives: 'bool',
    render: both(([a, b], cx) => {
      const { left, right, type } = sides(a!, b!, cx)
      return type === 'decimal' ? equal([left, right], cx) : exactly(left, right, type)
    }),
    examples: [],
  }),
  '=~': scalar({
    doc: 'Equal text, whatever the case.',
    takes: ['string', 'string'],
    nulls: 'own',
    gives: 'bool',
    render: both(([a, b], cx) => sql`${cx.lower(a!, [b!])} = ${cx.lower(b!, [b!])}`),
    examples: [
      ["'Abc' =~ 'aBC'", true],
      ["'ÄÖ' =~ 'äö'", true],
    ],
  }),
  '<': compared('Less than.', order('<'), [
    ['1 < 2', true],
    ['int(null) < 2', null],
    ['real(nan) < 1.0', false],
  ]),
  '<=': compared('Less than or equal.', order('<='), [['2 <= 2', true]]),
  '>': compared('Greater than.', order('>'), [
    ['3 > 2', true],
    ['real(nan) > 1.0', false],
  ]),
  '>=': compared('Greater than or equal.', order('>='), [['datetime(2020-01-02) >= datetime(2020-01-01)', true]]),
  and: scalar({
    doc: 'True when both are; three-valued.',
    nulls: 'own',
    gives: 'bool',
    render: both((args) =>
      infix(
        args.map((a) => a.sql),
        'AND',
      ),
    ),
    examples: [
      ['true and false', false],
      ['bool(null) and false', false],
      ['bool(null) and true', null],
    ],
  }),
  or: scalar({
    doc: 'True when one is; three-valued.',
    nulls: 'own',
    gives: 'bool',
    render: both((args) =>
      infix(
        args.map((a) => a.sql),
        'OR',
      ),
    ),
    examples: [
      ['true or false', true],
      ['bool(null) or true', true],
    ],
  }),
  not: scalar({
    doc: 'The opposite; null stays null.',
    takes: ['bool'],
    nulls: 'propagate',
    gives: 'bool',
    render: both(([a]) => sql`NOT ${a!.sql}`),
    examples: [
      ['not(true)', false],
      ['not(bool(null))', null],
    ],
  }),
  _between: scalar({
    doc: 'The last argument, null as soon as the value or a bound is null (rule 10).',
    nulls: 'own',
    gives: 'bool',
    render: both(([value, from, to, inside]) => {
      const nullable = [value!, from!, to!].filter((a) => !a.nonNull)
      if (nullable.length === 0) return inside!.sql
      return call`CASE WHEN ${infix(
        nullable.map((a) => sql`${a.sql} IS NOT NULL`),
        'AND',
      )} THEN ${inside!.sql} END`
    }),
    examples: [],
  }),
  '+': arithmetic('Adds numbers or times; long arithmetic wraps.', additive('+'), clickhouseAdditive('+'), [
    ['1 + 2', 3n],
    ['9223372036854775807 + 1', -9223372036854775808n],
    ['datetime(2020-01-01) + 1d', '2020-01-02T00:00:00.0000000Z'],
    ['datetime(9999-12-31) + 10d', null],
  ]),
  '-': arithmetic('Subtracts; two datetimes give a timespan.', additive('-'), clickhouseAdditive('-'), [
    ['1 - 2.5', -1.5],
    ['datetime(2020-01-02) - datetime(2020-01-01)', '1.00:00:00'],
  ]),
  '*': arithmetic('Multiplies.', multiply, clickhouseMultiply, [
    ['3 * 4', 12n],
    ['1d * 2.5', '2.12:00:00'],
  ]),
  '/': arithmetic('Divides; integers towards zero, by zero null; reals as IEEE says.', divide, clickhouseDivide, [
    ['-7 / 2', -3n],
    ['1 / 0', null],
    ['7 / 2.0', 3.5],
    ['1d / 1h', 24.0],
  ]),
  '%': arithmetic('Remainder, never negative.', modulo, clickhouseModulo, [
    ['-14 % 12', 10n],
    ['14 % -12', 2n],
    ['5.5 % -3.0', 2.5],
    ['1d % 5h', '04:00:00'],
  ]),
  negate: scalar({
    doc: 'The number with its sign turned.',
    nulls: 'propagate',
    render: {
      duckdb: ([a], cx) => {
        if (cx.type === 'decimal') return cx.native('_decimal_subtract', raw("'0'"), a!.sql)
        if (cx.type === 'real') return sql`-${a!.type === 'dynamic' ? cx.convert(a!, 'real') : a!.sql}`
        return call`k_wrap(${sql`-${wide(a!.type === 'dynamic' ? { ...a!, sql: cx.convert(a!, 'long') } : a!)}`})`
      },
      clickhouse: ([a], cx) => {
        noDecimals(cx.type)
        return sql`-${a!.type === 'dynamic' ? cx.convert(a!, cx.type) : whole(a!)}`
      },
    },
    examples: [['-(2 + 3)', -5n]],
  }),
  in: compared('Equal to one of the values.', member(false), [
    ['2 in (1, 2)', true],
    ['int(null) in (1, 2)', false],
    ["'A' in ('a')", false],
  ]),
  'in~': compared('Equal to one of the texts, whatever the case.', member(true), [["'A' in~ ('b', 'a')", true]]),
  like: wildcardMatch('Wildcard match.'),
  likecs: wildcardMatch('Wildcard match, by case.'),
}
