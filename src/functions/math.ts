/** Mathematics that the engine's SQL says exactly, and bin(). */
import { call, raw, type Sql, sql } from '../sql/sql.ts'
import type { KqlType } from '../types/kql-type.ts'
import { type Arg, NotSaid, type RenderContext, type Rendering, scalar } from './define.ts'

const real = (doc: string, render: (x: Sql, cx: RenderContext) => Sql, examples: readonly [string, unknown][]) =>
  scalar({
    doc,
    takes: ['real'],
    gives: 'real',
    nulls: 'propagate',
    render: { duckdb: ([x], cx) => render(x!.sql, cx) },
    examples,
  })

/** int → long, as the engine widens; times and reals keep their type. */
const widened = (t: KqlType): KqlType => (t === 'int' ? 'long' : t)

/**
 * Rounds down to a multiple, also below zero (rule 37). A zero or negative step gives null.
 * Datetimes count from 0001-01-01, so that 7-day bins begin on Mondays (rule 90).
 */
const bin: Rendering = ([value, step], cx) => {
  if (cx.type === 'real') {
    const by = cx.once(cx.convert(step!, 'real'))
    return call`CASE WHEN ${by} > 0 THEN floor(${sql`${cx.convert(value!, 'real')} / ${by}`}) * ${by} END`
  }
  if (cx.type === 'decimal')
    return cx.native('_decimal_bin', cx.convert(value!, 'decimal'), cx.convert(step!, 'decimal'))
  const whole = (a: Arg): Sql =>
    a.type === 'real' ? call`k_long(${cx.once(a.sql)})` : a.type === 'dynamic' ? cx.convert(a, 'long') : a.sql
  if (typeof step!.constant === 'string' && step!.type !== 'real') {
    if (BigInt(step!.constant) <= 0n) return raw('CAST(NULL AS BIGINT)')
    const x = cx.once(whole(value!))
    if (cx.type === 'datetime') return sql`${x} - ${x} % ${step!.sql}`
    return below(x, step!.sql, cx)
  }
  const by = cx.once(call`nullif(greatest(${whole(step!)}, 0), 0)`)
  return below(cx.once(whole(value!)), by, cx)
}

/** Of whole numbers, times and reals in constant steps. */
const clickhouseBin: Rendering = ([value, step], cx) => {
  if (cx.type === 'real') {
    const by = cx.once(cx.convert(step!, 'real'))
    return call`if(${by} > 0, floor(${sql`${cx.convert(value!, 'real')} / ${by}`}) * ${by}, NULL)`
  }
  if (typeof step!.constant !== 'string' || step!.type === 'real' || cx.type === 'decimal')
    throw new NotSaid('bin() in steps that are not constant')
  if (BigInt(step!.constant) <= 0n) return raw("CAST(NULL, 'Nullable(Int64)')")
  const x = cx.once(
    value!.type === 'dynamic' || value!.type === 'real' ? cx.convert(value!, 'long') : call`toInt64(${value!.sql})`,
  )
  const by = raw(`toInt64(${step!.constant})`)
  // A datetime is never below zero.
  return cx.type === 'datetime' ? sql`intDiv(${x}, ${by}) * ${by}` : sql`${x} - positiveModulo(${x}, ${by})`
}

/** The multiple that is not above: near the least long it wraps, as all long arithmetic does. */
function below(x: Sql, by: Sql, cx: RenderContext): Sql {
  const rest = cx.once(sql`${x} % ${by}`)
  return call`k_wrap(${sql`CAST(${x} AS HUGEINT) - ${call`CASE WHEN ${rest} < 0 THEN ${sql`${rest} + ${by}`} ELSE ${rest} END`}`})`
}

/** Times keep their type, a real makes reals; nothing tells what a decimal size makes of other numbers. */
function binned([value, size, point = value]: readonly KqlType[]): KqlType | undefined {
  const isTime = (t: KqlType | undefined) => t === 'datetime' || t === 'timespan'
  if (isTime(value)) return isTime(size) && point === value ? value : undefined
  if (isTime(size) || isTime(point) || (point === 'decimal' && value !== 'decimal')) return undefined
  if (size === 'decimal' && value !== 'decimal') return undefined
  return size === 'real' || value === 'real' ? 'real' : widened(value!)
}

const binEntry = (doc: string, examples: readonly [string, unknown][]) =>
  scalar({
    doc,
    nulls: 'propagate',
    gives: binned,
    render: { duckdb: bin, clickhouse: clickhouseBin },
    examples,
  })

const binary = (doc: string, render: (a: Sql, b: Sql) => Sql, examples: readonly [string, unknown][]) =>
  scalar({
    doc,
    takes: ['long', 'long'],
    gives: 'long',
    nulls: 'propagate',
    render: { duckdb: ([a, b]) => render(a!.sql, b!.sql) },
    examples,
  })

/** The count is taken modulo 64, and a negative one gives null (documentation of binary_shift_left). */
const shift = (doc: string, render: (x: Sql, by: Sql) => Sql, examples: readonly [string, unknown][]) =>
  scalar({
    doc,
    takes: ['long', 'long'],
    gives: 'long',
    nulls: 'propagate',
    render: {
      duckdb: ([x, n], cx) => {
        const count = cx.once(call`CASE WHEN ${n!.sql} >= 0 THEN ${sql`CAST(${n!.sql} & 63 AS INTEGER)`} END`)
        return call`k_wrap(${render(x!.sql, count)})`
      },
    },
    examples,
  })

export const maths = {
  abs: scalar({
    doc: 'Absolute value.',
    nulls: 'propagate',
    gives: ([t]) => widened(t!),
    render: {
      duckdb: ([x], cx) =>
        cx.type === 'decimal'
          ? cx.native('_decimal_abs', x!.sql)
          : cx.type === 'real'
            ? call`abs(${x!.sql})`
            : call`k_wrap(abs(${call`CAST(${x!.sql} AS HUGEINT)`}))`,
      clickhouse: ([x], cx) => {
        if (cx.type === 'decimal') throw new NotSaid('abs() of decimals')
        if (cx.type === 'real') return call`abs(${x!.sql})`
        const value = x!.type === 'int' ? call`toInt64(${x!.sql})` : x!.sql
        return call`if(${value} < 0, ${sql`-${value}`}, ${value})`
      },
    },
    examples: [
      ['abs(-5)', 5n],
      ['abs(-2.5)', 2.5],
    ],
  }),
  bin: binEntry('Rounds `value` down to a multiple of `roundTo`.', [
    ['bin(-5, 2)', -6n],
    ['bin(5.5, 2.0)', 4],
    ['bin(datetime(1955-11-05 06:15:00), 7d)', '1955-10-31T00:00:00.0000000Z'],
  ]),
  round: scalar({
    doc: 'The nearest number with so many digits after the point, halves away from zero; a negative count rounds tens, hundreds ….',
    nulls: 'propagate',
    gives: ([t]) => (t === 'decimal' ? 'decimal' : 'real'),
    render: {
      duckdb: ([x, digits], cx) => {
        const by = digits ? cx.convert(digits, 'long') : raw('0::BIGINT')
        if (cx.type === 'decimal') return cx.native('_decimal_round', x!.sql, by)
        return call`round(${cx.convert(x!, 'real')}, CAST(greatest(least(${by}, 300), -300) AS INTEGER))`
      },
    },
    examples: [
      ['round(2.5)', 3],
      ['round(-2.5)', -3],
      ['round(3.75, 1)', 3.8],
      ['round(1234.5, -2)', 1200],
    ],
  }),
  bin_at: scalar({
    doc: 'Rounds `value` down to a multiple of `binSize` counted from `fixedPoint`.',
    nulls: 'propagate',
    gives: binned,
    render: {
      duckdb: ([value, size, point], cx) => {
        if (cx.type === 'real') {
          const [by, at] = [cx.once(cx.convert(size!, 'real')), cx.once(cx.convert(point!, 'real'))]
          return call`CASE WHEN ${by} > 0 THEN ${at} + floor((${cx.convert(value!, 'real')} - ${at}) / ${by}) * ${by} END`
        }
        if (cx.type === 'decimal') {
          const [of, by, at] = [value!, size!, point!].map((a) => cx.convert(a, 'decimal'))
          return cx.native(
            '_decimal_add',
            at!,
            cx.native('_decimal_bin', cx.native('_decimal_subtract', of!, at!), by!),
          )
        }
        const whole = (a: Arg): Sql => (a.type === 'real' || a.type === 'dynamic' ? cx.convert(a, 'long') : a.sql)
        const [by, at] = [cx.once(call`nullif(greatest(${whole(size!)}, 0), 0)`), cx.once(whole(point!))]
        const distance = cx.once(sql`CAST(${whole(value!)} AS HUGEINT) - ${at}`)
        const rest = cx.once(sql`${distance} % ${by}`)
        const result = sql`${at} + ${distance} - ${call`CASE WHEN ${rest} < 0 THEN ${sql`${rest} + ${by}`} ELSE ${rest} END`}`
        return cx.type === 'datetime' ? call`k_datetime(${result})` : call`k_wrap(${result})`
      },
    },
    examples: [
      ['bin_at(6.5, 2.5, 7.0)', 4.5],
      ['bin_at(1h, 1d, 12h)', '-12:00:00'],
      ['bin_at(datetime(2024-05-15 10:20), 1d, datetime(2024-05-01 12:00))', '2024-05-14T12:00:00.0000000Z'],
      ['bin_at(-7, 5, 1)', -9n],
      ['bin_at(decimal(6.5), decimal(2.5), decimal(7))', '4.5'],
    ],
  }),
  cot: real('Cotangent.', (x, cx) => call`1.0::DOUBLE / ${trigonometric('tan', x, cx)}`, [
    ['round(cot(1), 6)', 0.642093],
  ]),
  binary_shift_left: shift(
    'Shifts bits left; the count is taken modulo 64.',
    (x, by) => sql`CAST(${x} AS HUGEINT) * (1::HUGEINT << ${by})`,
    [
      ['binary_shift_left(1, 4)', 16n],
      ['binary_shift_left(1, 63)', -9223372036854775808n],
      ['binary_shift_left(1, 65)', 2n],
      ['binary_shift_left(1, -1)', null],
    ],
  ),
  binary_shift_right: shift(
    'Shifts bits right, keeping the sign; the count is taken modulo 64.',
    (x, by) => sql`${x} >> CAST(${by} AS BIGINT)`,
    [
      ['binary_shift_right(16, 4)', 1n],
      ['binary_shift_right(-16, 2)', -4n],
      ['binary_shift_right(16, 66)', 4n],
      ['binary_shift_right(16, -2)', null],
    ],
  ),
  bitset_count_ones: scalar({
    doc: 'Number of bits that are set.',
    takes: ['long'],
    gives: 'long',
    nulls: 'propagate',
    render: { duckdb: ([x]) => call`CAST(bit_count(${x!.sql}) AS BIGINT)` },
    examples: [
      ['bitset_count_ones(42)', 3n],
      ['bitset_count_ones(-1)', 64n],
    ],
  }),
  ceiling: real('The least whole number that is not less.', (x) => call`ceil(${x})`, [['ceiling(-1.1)', -1]]),
  sqrt: real(
    'Square root; NaN below zero.',
    (x, cx) => ((v) => call`CASE WHEN ${v} < 0 THEN 'NaN'::DOUBLE ELSE sqrt(${v}) END`)(cx.once(x)),
    [['sqrt(9)', 3]],
  ),
  exp: real('e to the power of x.', (x) => call`exp(${x})`, [['exp(0)', 1]]),
  exp2: real('2 to the power of x.', (x) => call`pow(2.0::DOUBLE, ${x})`, [['exp2(3)', 8]]),
  exp10: real('10 to the power of x.', (x) => call`pow(10.0::DOUBLE, ${x})`, [['exp10(2)', 100]]),
  log: real(
    'Natural logarithm; null below zero, -Infinity at zero (rule 25).',
    (x, cx) => logarithm('ln', cx.once(x)),
    [
      ['log(1)', 0],
      ['log(-1)', null],
    ],
  ),
  log2: real('Logarithm to base 2.', (x, cx) => logarithm('log2', cx.once(x)), [['log2(8)', 3]]),
  log10: real('Logarithm to base 10.', (x, cx) => logarithm('log10', cx.once(x)), [['log10(1000)', 3]]),
  sin: real('Sine; NaN of what is not finite.', (x, cx) => trigonometric('sin', x, cx), [
    ['sin(0)', 0],
    ['sin(real(+inf))', Number.NaN],
  ]),
  cos: real('Cosine; NaN of what is not finite.', (x, cx) => trigonometric('cos', x, cx), [
    ['cos(0)', 1],
    ['cos(real(nan))', Number.NaN],
  ]),
  tan: real('Tangent; NaN of what is not finite.', (x, cx) => trigonometric('tan', x, cx), [
    ['tan(0)', 0],
    ['tan(real(-inf))', Number.NaN],
  ]),
  asin: real('Arc sine; null outside of -1..1.', (x, cx) => arc('asin', cx.once(x)), [
    ['asin(0)', 0],
    ['asin(1.5)', null],
    ['asin(real(nan))', Number.NaN],
  ]),
  acos: real('Arc cosine; null outside of -1..1.', (x, cx) => arc('acos', cx.once(x)), [
    ['acos(1)', 0],
    ['acos(-2)', null],
  ]),
  atan: real('Arc tangent.', (x) => call`atan(${x})`, [['atan(0)', 0]]),
  atan2: scalar({
    doc: 'Angle of the point (`x`, `y`).',
    takes: ['real', 'real'],
    gives: 'real',
    nulls: 'propagate',
    render: { duckdb: ([y, x]) => call`atan2(${y!.sql}, ${x!.sql})` },
    examples: [['atan2(0, 1)', 0]],
  }),
  pow: scalar({
    doc: '`base` to the power of `exponent`.',
    takes: ['real', 'real'],
    gives: 'real',
    nulls: 'propagate',
    render: { duckdb: ([a, b]) => call`pow(${a!.sql}, ${b!.sql})` },
    examples: [['pow(2, 10)', 1024]],
  }),
  pi: scalar({
    doc: 'The number pi.',
    nulls: 'own',
    gives: 'real',
    render: { duckdb: () => raw('pi()') },
    examples: [['pi()', Math.PI]],
  }),
  gamma: real(
    'The gamma function; infinite at 0, NaN at the negative whole numbers.',
    (x, cx) => atPole('gamma', cx.once(x)),
    [
      ['gamma(5)', 24],
      ['gamma(0)', Number.POSITIVE_INFINITY],
      ['isnan(gamma(-1))', true],
    ],
  ),
  loggamma: real('Logarithm of the absolute gamma function.', (x, cx) => atPole('lgamma', cx.once(x)), [
    ['loggamma(5)', 3.178053830347946],
    ['round(loggamma(-0.5), 6)', 1.265512],
    ['loggamma(0)', Number.POSITIVE_INFINITY],
  ]),
  degrees: real('Radians as degrees.', (x) => sql`(180.0::DOUBLE / pi()) * ${x}`, [['degrees(pi())', 180]]),
  radians: real('Degrees as radians.', (x) => sql`(pi() / 180.0::DOUBLE) * ${x}`, [['radians(180)', Math.PI]]),
  sign: real('-1, 0 or 1.', (x) => call`CAST(sign(${x}) AS DOUBLE)`, [['sign(-42)', -1]]),
  isnan: scalar({
    doc: 'Not a number; null of null.',
    takes: ['real'],
    gives: 'bool',
    nulls: 'propagate',
    render: { duckdb: ([x]) => call`isnan(${x!.sql})` },
    examples: [['isnan(real(nan))', true]],
  }),
  isinf: scalar({
    doc: 'Infinite.',
    takes: ['real'],
    gives: 'bool',
    nulls: 'propagate',
    render: { duckdb: ([x]) => call`isinf(${x!.sql})` },
    examples: [['isinf(1.0 / 0.0)', true]],
  }),
  isfinite: scalar({
    doc: 'Neither infinite nor NaN.',
    takes: ['real'],
    gives: 'bool',
    nulls: 'propagate',
    render: { duckdb: ([x]) => call`isfinite(${x!.sql})` },
    examples: [['isfinite(1.0)', true]],
  }),
  binary_and: binary('Bitwise and.', (a, b) => sql`${a} & ${b}`, [['binary_and(6, 3)', 2n]]),
  binary_or: binary('Bitwise or.', (a, b) => sql`${a} | ${b}`, [['binary_or(6, 3)', 7n]]),
  binary_xor: binary('Bitwise exclusive or.', (a, b) => call`xor(${a}, ${b})`, [['binary_xor(6, 3)', 5n]]),
  binary_not: scalar({
    doc: 'Bitwise complement.',
    takes: ['long'],
    gives: 'long',
    nulls: 'propagate',
    render: { duckdb: ([a]) => sql`-1 - ${a!.sql}` },
    examples: [['binary_not(0)', -1n]],
  }),
}

const logarithm = (name: string, x: Sql): Sql =>
  call`CASE WHEN ${x} > 0 THEN ${raw(name)}(${x}) WHEN ${x} = 0 THEN '-Infinity'::DOUBLE END`
/** At 0 the engine below raises an error. */
const atPole = (name: string, x: Sql): Sql =>
  call`CASE WHEN ${x} = 0 THEN 'Infinity'::DOUBLE ELSE ${raw(name)}(${x}) END`
/** Outside of the domain, where the engine below raises an error, it is null (documentation of asin and acos). */
const arc = (name: string, x: Sql): Sql =>
  call`CASE WHEN ${x} BETWEEN -1 AND 1 THEN ${raw(name)}(${x}) WHEN isnan(${x}) THEN ${x} END`
/** The engine below raises an error for what is not finite. */
function trigonometric(name: string, value: Sql, cx: RenderContext): Sql {
  const x = cx.once(value)
  return call`CASE WHEN isfinite(${x}) THEN ${raw(name)}(${x}) WHEN ${x} IS NOT NULL THEN 'NaN'::DOUBLE END`
}
