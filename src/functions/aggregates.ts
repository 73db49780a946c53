/** Aggregates of `summarize`: what each gives for a group, and for a group without values (rule 147). */
import { call, raw, type Sql, sql, textLiteral } from '../sql/sql.ts'
import type { KqlType } from '../types/kql-type.ts'
import { exactJson } from './clickhouse.ts'
import { type AggregateContext, type AggregateEntry, type Arg, aggregate, NotSaid } from './define.ts'
import { MAX_HASHES } from './native/sketch.ts'

type Render = (args: readonly Arg[], cx: AggregateContext) => Sql

/** Lists and sets hold at most this many elements, as in Kusto. */
const MAX_ELEMENTS = 1_048_576

const widened = ([t]: readonly KqlType[]): KqlType => (t === 'int' ? 'long' : t!)
const same = ([t]: readonly KqlType[]): KqlType => t!

/** `f(…) FILTER (WHERE p)`; a null predicate does not count (rule 155). */
const when = (value: Sql, predicate: Arg | undefined): Sql =>
  predicate ? raw(`${value.text} FILTER (WHERE ${predicate.sql.text})`) : value

/** Entries for `f(x)` and `fif(x, predicate)`: the predicate is the argument after `arity`. */
function pair(
  doc: string,
  gives: AggregateEntry['gives'],
  arity: number,
  render: (args: readonly Arg[], cx: AggregateContext, only: Arg | undefined) => Sql,
  clickhouse?: (args: readonly Arg[], cx: AggregateContext, only: Arg | undefined) => Sql,
) {
  const entry = (conditional: boolean, example: readonly [string, unknown]): AggregateEntry =>
    aggregate({
      doc: conditional ? `${doc.replace(/\.$/, '')}, over rows for which the predicate is true.` : doc,
      ...(gives && { gives }),
      render: {
        duckdb: (args, cx) => render(args, cx, conditional ? args[arity] : undefined),
        ...(clickhouse && { clickhouse: (args, cx) => clickhouse(args, cx, conditional ? args[arity] : undefined) }),
      },
      examples: [example],
    })
  return entry
}

const ROWS = 'datatable(g: string, x: long)["a", 1, "a", 3, "b", long(null)]'

const number = (a: Arg, cx: AggregateContext): Arg =>
  a.type === 'dynamic' ? { ...a, sql: cx.convert(a, 'real'), type: 'real' } : a

/** The decimals of a group as a JSON array of texts: the engine has no arithmetic for 34 digits. */
const decimals = (a: Arg, only: Arg | undefined): Sql => {
  const all = when(call`list('"' || ${a.sql} || '"')`, only)
  return raw(`('[' || coalesce(array_to_string(${all.text}, ','), '') || ']')`)
}

const sum = (a: Arg, cx: AggregateContext, only: Arg | undefined): Sql => {
  const x = number(a, cx)
  if (x.type === 'decimal') return cx.native('_decimal_sum', decimals(x, only))
  const total = when(call`sum(${x.sql})`, only)
  return x.type === 'real' ? call`coalesce(${total}, 0.0::DOUBLE)` : call`coalesce(k_wrap(${total}), 0::BIGINT)`
}

const average = (a: Arg, cx: AggregateContext, only: Arg | undefined): Sql => {
  const x = number(a, cx)
  if (x.type === 'decimal') return cx.native('_decimal_average', decimals(x, only))
  const total = when(call`sum(${x.sql})`, only)
  const rows = when(call`count(${x.sql})`, only)
  if (x.type === 'timespan' || x.type === 'datetime') return call`CAST(${total} // ${rows} AS BIGINT)`
  if (x.type === 'real') return call`coalesce(${when(call`avg(${x.sql})`, only)}, 'NaN'::DOUBLE)`
  // The engine divides its sum of whole numbers, which wraps (measured).
  return call`coalesce(CAST(k_wrap(${total}) AS DOUBLE) / ${rows}, 'NaN'::DOUBLE)`
}

/** Of rows that are equally good the first is taken where that costs nothing; the engine takes any. */
const firstOf = (cx: AggregateContext): string => (cx.few && cx.order.text ? ` ${cx.order.text}` : '')

/** How many elements a result has at most. */
const mostOf = (size: Arg | undefined): Sql =>
  raw(size && size.type !== 'bool' ? `least(${size.sql.text}, ${MAX_ELEMENTS})` : String(MAX_ELEMENTS))

interface ListOptions {
  readonly distinct?: boolean
  readonly nulls?: boolean
  readonly size?: Arg
}

/** Values of a group as a JSON array; `distinct` drops repeats. Elements of arrays are spread one level (rule 151). */
const list = (a: Arg, cx: AggregateContext, only?: Arg, options: ListOptions = {}): Sql => {
  const json = a.type === 'dynamic' ? a.sql : cx.convert(a, 'dynamic')
  // Nulls of a dynamic column stay; those of a typed one do not (measured).
  const keepsNulls = options.nulls || (a.type === 'dynamic' && !options.distinct)
  const present = keepsNulls ? undefined : sql`${json} IS NOT NULL`
  const filter = [present, only?.sql]
    .filter((f): f is Sql => !!f)
    .map((f) => `(${f.text})`)
    .join(' AND ')
  const element = keepsNulls ? call`coalesce(${json}, 'null')` : json
  const size = mostOf(options.size)
  // The engine's own distinct values come in no order: only where rows have one is the first of each looked for.
  const inOrder = cx.few || cx.order.text !== ''
  const values =
    options.distinct && !inOrder
      ? `DISTINCT ${element.text}`
      : `${element.text}${cx.order.text ? ` ${cx.order.text}` : ''}`
  const all = `list(${values})${filter ? ` FILTER (WHERE ${filter})` : ''}`
  const joined = (elements: string): Sql => raw(`('[' || coalesce(array_to_string(${elements}, ','), '') || ']')`)
  if (a.type === 'dynamic' || (options.distinct && inOrder))
    return call`${raw(options.distinct ? 'k__list_to_set' : 'k__list_flatten')}(${joined(all)}, ${size})`
  return joined(`list_slice(${all}, 1, ${size.text})`)
}

/** ClickHouse: sums of whole numbers wrap by themselves. */
const clickhouseSum = (a: Arg, cx: AggregateContext, only: Arg | undefined): Sql => {
  const x = number(a, cx)
  if (x.type === 'decimal') throw new NotSaid('the sum of decimals')
  const total = when(call`sum(${x.sql})`, only)
  return call`coalesce(${total}, ${raw(x.type === 'real' ? 'toFloat64(0)' : 'toInt64(0)')})`
}

const clickhouseAverage = (a: Arg, cx: AggregateContext, only: Arg | undefined): Sql => {
  const x = number(a, cx)
  if (x.type === 'decimal') throw new NotSaid('the mean of decimals')
  if (x.type === 'real') return call`coalesce(${when(call`avg(${x.sql})`, only)}, nan)`
  const rows = call`nullIf(${when(call`count(${x.sql})`, only)}, 0)`
  if (x.type === 'timespan' || x.type === 'datetime')
    return call`toInt64(intDiv(${when(call`sum(toInt128(${x.sql}))`, only)}, toInt128(${rows})))`
  return call`coalesce(toFloat64(${when(call`sum(${x.sql})`, only)}) / ${rows}, nan)`
}

const clickhouseDistinct = (a: Arg, only: Arg | undefined): Sql =>
  call`toInt64(${when(call`uniqExact(${a.sql})`, only)})`

/** NaN wins both ways (rule 24); ClickHouse leaves it out. */
const clickhouseExtreme =
  (name: 'max' | 'min') =>
  (a: Arg, cx: AggregateContext, only: Arg | undefined): Sql => {
    if (a.type === 'decimal') throw new NotSaid('the order of decimals')
    const x = a.type === 'dynamic' ? cx.convert(a, 'string') : a.sql
    const value = when(call`${raw(name)}(${x})`, only)
    if (a.type === 'string') return call`coalesce(${value}, '')`
    if (a.type !== 'real') return value
    return call`if(${when(call`max(isNaN(${x}))`, only)} = 1, nan, ${value})`
  }

const clickhouseAny = (x: Arg, cx: AggregateContext, only: Arg | undefined): Sql => {
  if (firstOf(cx) !== '') throw new NotSaid('the first of some rows')
  const value = when(call`any(${x.type === 'string' ? call`nullIf(${x.sql}, '')` : x.sql})`, only)
  return x.type === 'string' ? call`coalesce(${value}, '')` : value
}

/** The engine rounds a variance to ten decimals, and a deviation is the root of what that gives (measured). */
const tenDecimals = (variance: Sql): Sql =>
  call`CASE WHEN abs(${variance}) < 900000 THEN round(${variance}, 10) ELSE ${variance} END`

const spreadOf = (variance: Sql, deviation: boolean | undefined): Sql =>
  deviation ? call`sqrt(${tenDecimals(variance)})` : tenDecimals(variance)

const clickhouseSpread = (
  { deviation, population }: Spread,
  x: Arg,
  cx: AggregateContext,
  only: Arg | undefined,
): Sql => {
  const value = cx.convert(x, 'real')
  const name = raw(`var${population ? 'Pop' : 'Samp'}Stable`)
  const finite = when(call`${name}(if(abs(${value}) <= ${MAX_SQUARED}, ${value}, NULL))`, only)
  const beyond = when(call`max(NOT abs(${value}) <= ${MAX_SQUARED})`, only)
  return call`multiIf(${beyond} = 1, nan, isFinite(coalesce(${finite}, nan)), ${spreadOf(finite, deviation)}, toFloat64(0))`
}

/** A number or text that sorts as the value does, nulls behind all others. */
function plainKey(type: KqlType, value: Sql, name: 'argMax' | 'argMin'): Sql | undefined {
  const last = raw(`toInt64(${name === 'argMax' ? '-9223372036854775808' : '9223372036854775807'})`)
  switch (type) {
    case 'string':
      return value
    case 'bool':
    case 'int':
    case 'long':
    case 'datetime':
    case 'timespan':
      return call`coalesce(toInt64(${value}), ${last})`
    default:
      return undefined
  }
}

/** A tuple keeps the chosen row's null; the first of the key says that there is a value to go by, or any row is the one (rule 154). */
const clickhouseArgExtreme =
  (name: 'argMax' | 'argMin'): Render =>
  ([extremum, wanted], cx) => {
    const { type, sql: value } = extremum!
    if (type === 'decimal') throw new NotSaid('the order of decimals')
    if (firstOf(cx) !== '') throw new NotSaid('the first of equal rows')
    const bare = wanted!.type === 'string' ? wanted!.sql : call`tuple(${wanted!.sql})`
    const key = plainKey(type, value, name)
    if (key) {
      const chosen = call`${raw(name)}(${bare}, ${key})`
      return wanted!.type === 'string' ? chosen : call`tupleElement(${chosen}, 1)`
    }
    const isNan = type === 'real' ? call`isNaN(coalesce(${value}, 0))` : raw('0')
    const order = name === 'argMax' ? isNan : call`NOT ${isNan}`
    const present = name === 'argMax' ? call`isNotNull(${value})` : call`isNull(${value})`
    return call`tupleElement(${raw(name)}(tuple(${wanted!.sql}), tuple(${present}, ${order}, coalesce(${value}, ${type === 'real' ? raw('0') : raw("''")}))), 1)`
  }

/** By nearest rank, as the other engine counts it. */
const clickhousePercentile: Render = ([given, rank], cx) => {
  const x = number(given!, cx)
  if (rank!.constant === undefined || rank!.constant === null || x.type === 'decimal')
    throw new NotSaid('a percentile that is not constant')
  const share = raw(String(Math.min(1, Math.max(0, Number(rank!.constant) / 100))))
  const all = call`arraySort(groupArray(${x.type === 'int' ? call`toInt64(${x.sql})` : x.sql}))`
  const n = call`length(${all})`
  const place = sql`${n} - toUInt64(floor(${n} - ${share} * ${n}))`
  return call`if(${n} = 0, NULL, arrayElement(${all}, greatest(${place}, 1)))`
}

/** Elements in the order of arrival, which nobody can tell apart from another unless the input is sorted. */
const clickhouseList = (a: Arg, cx: AggregateContext, only: Arg | undefined, options: ListOptions): Sql => {
  if (cx.order.text !== '' || (cx.few && options.distinct)) throw new NotSaid('a list in the order of sorted rows')
  const json = a.type === 'dynamic' ? exactJson(a.sql, cx) : cx.convert(a, 'dynamic')
  const keepsNulls = options.nulls || (a.type === 'dynamic' && !options.distinct)
  const element = keepsNulls ? call`coalesce(${json}, 'null')` : json
  const gather = raw(options.distinct ? 'groupUniqArray' : 'groupArray')
  const all =
    a.type === 'dynamic'
      ? // Arrays are spread one level.
        call`arrayFlatten(${when(call`${gather}(if(startsWith(coalesce(${element}, ''), '['), JSONExtractArrayRaw(coalesce(${element}, '')), arrayFilter(e -> e <> '', [coalesce(${element}, '')])))`, only)})`
      : when(call`${gather}(${element})`, only)
  const distinct =
    options.distinct && a.type === 'dynamic' ? call`arrayDistinct(arrayFilter(e -> e <> 'null', ${all}))` : all
  const size = mostOf(options.size)
  return call`concat('[', arrayStringConcat(arraySlice(${distinct}, 1, ${size}), ','), ']')`
}

const lists = (
  doc: string,
  options: { distinct?: boolean; nulls?: boolean },
  conditional: boolean,
  example: readonly [string, unknown],
): AggregateEntry =>
  aggregate({
    doc,
    gives: 'dynamic',
    render: {
      duckdb: (args, cx) => {
        const [x, second, third] = args
        const only = conditional ? second : undefined
        const size = conditional ? third : second
        return list(x!, cx, only, { ...options, ...(size && { size }) })
      },
      clickhouse: (args, cx) => {
        const [x, second, third] = args
        const only = conditional ? second : undefined
        const size = conditional ? third : second
        return clickhouseList(x!, cx, only, { ...options, ...(size && { size }) })
      },
    },
    examples: [example],
  })

const distinctCount = (a: Arg, only: Arg | undefined): Sql => when(call`count(DISTINCT ${a.sql})`, only)

const extreme =
  (name: 'max' | 'min'): ((a: Arg, cx: AggregateContext, only: Arg | undefined) => Sql) =>
  (a, cx, only) => {
    if (a.type === 'decimal')
      return when(call`${raw(`arg_${name}`)}(${a.sql}, ${cx.native('_decimal_key', a.sql)})`, only)
    const x = a.type === 'dynamic' ? cx.convert(a, 'string') : a.sql
    const value = when(call`${raw(name)}(${x})`, only)
    if (a.type === 'string') return call`coalesce(${value}, '')`
    // NaN wins both ways (rule 24); the engine below has it greatest.
    if (a.type === 'real' && name === 'min')
      return call`CASE WHEN ${when(call`bool_or(isnan(${x}))`, only)} THEN 'NaN'::DOUBLE ELSE ${value} END`
    return value
  }

interface Spread {
  readonly deviation?: boolean
  readonly population?: boolean
}

/** The square of what is greater is beyond a real, and so is the variance. */
const MAX_SQUARED = raw('1e150')

const spread = ({ deviation, population }: Spread, a: Arg, cx: AggregateContext, only: Arg | undefined): Sql => {
  const x = cx.convert(a, 'real')
  const name = raw(population ? 'var_pop' : 'var_samp')
  const finite = when(call`${name}(CASE WHEN abs(${x}) <= ${MAX_SQUARED} THEN ${x} END)`, only)
  const beyond = when(call`bool_or(NOT abs(${x}) <= ${MAX_SQUARED})`, only)
  return call`CASE WHEN ${beyond} THEN 'NaN'::DOUBLE ELSE coalesce(${spreadOf(finite, deviation)}, 0.0::DOUBLE) END`
}

const spreads = (doc: string, kind: Spread) =>
  pair(
    doc,
    'real',
    1,
    ([x], cx, only) => spread(kind, x!, cx, only),
    ([x], cx, only) => clickhouseSpread(kind, x!, cx, only),
  )

/** NaN wins both ways (rule 24); the engine below has it greatest. */
const nanLeast = (x: Sql): Sql => call`CASE WHEN ${x} IS NOT NULL THEN {'number': NOT isnan(${x}), 'x': ${x}} END`

/** The row that has the extreme; when all are null, the first row (rule 154). */
const argExtreme =
  (name: 'arg_max' | 'arg_min'): Render =>
  ([extremum, wanted], cx) => {
    const { type, sql: value } = extremum!
    const by =
      type === 'decimal'
        ? cx.native('_decimal_key', value)
        : type === 'real' && name === 'arg_min'
          ? nanLeast(value)
          : value
    // A struct keeps the chosen row's null: the bare aggregate would look for a row where the value is not null.
    const row = `{'v': ${wanted!.sql.text}}`
    return raw(`coalesce(${name}(${row}, ${by.text}${firstOf(cx)}), first(${row}${firstOf(cx)})).v`)
  }

const percentile: Render = ([given, rank], cx) => {
  const x = number(given!, cx)
  // The engine's own function takes constants alone, and it would compare decimals as texts.
  if (rank!.constant === undefined || x.type === 'decimal') return weightedPercentile([x, undefined, rank!], cx)
  const share = sql`greatest(least(${cx.convert(rank!, 'real')} / 100.0, 1.0), 0.0)`
  const value = x.type === 'int' ? call`CAST(${x.sql} AS BIGINT)` : x.sql
  return call`quantile_disc(${value}, ${share})`
}

const binaryAll = (doc: string, name: string, example: readonly [string, unknown]): AggregateEntry =>
  aggregate({
    doc,
    takes: ['long'],
    gives: 'long',
    render: { duckdb: ([x]) => call`${raw(name)}(${x!.sql})` },
    examples: [example],
  })

const count = pair(
  'Number of rows.',
  'long',
  0,
  (_args, _cx, only) => when(raw('count(*)'), only),
  (_args, _cx, only) => call`toInt64(${when(raw('count(*)'), only)})`,
)
const countValues = aggregate({
  doc: 'Number of rows of the group; with an argument too, nulls count (rule 148).',
  gives: 'long',
  render: { duckdb: () => raw('count(*)'), clickhouse: () => raw('toInt64(count())') },
  examples: [[`${ROWS} | summarize count()`, 3n]],
})
const sums = pair(
  'Sum; 0 for no values.',
  ([t]) => (t === 'dynamic' ? 'real' : widened([t!])),
  1,
  ([x], cx, only) => sum(x!, cx, only),
  ([x], cx, only) => clickhouseSum(x!, cx, only),
)
const averages = pair(
  'Mean of the values that are not null; NaN for none.',
  ([t]) => (t === 'timespan' || t === 'datetime' || t === 'decimal' ? t : 'real'),
  1,
  ([x], cx, only) => average(x!, cx, only),
  ([x], cx, only) => clickhouseAverage(x!, cx, only),
)
const distinctCounts = pair(
  'Number of distinct values; nulls do not count.',
  'long',
  1,
  ([x], _cx, only) => distinctCount(x!, only),
  ([x], _cx, only) => clickhouseDistinct(x!, only),
)
/** dcount(x, accuracy): the counts here are exact, so the accuracy does not matter. */
const maxima = pair(
  'Greatest value.',
  same,
  1,
  ([x], cx, only) => extreme('max')(x!, cx, only),
  ([x], cx, only) => clickhouseExtreme('max')(x!, cx, only),
)
const minima = pair(
  'Least value.',
  same,
  1,
  ([x], cx, only) => extreme('min')(x!, cx, only),
  ([x], cx, only) => clickhouseExtreme('min')(x!, cx, only),
)
const any = pair(
  'A value of the group, from any row where it is neither null nor empty.',
  same,
  1,
  ([x], cx, only) => {
    const present = x!.type === 'string' ? `nullif(${x!.sql.text}, '')` : x!.sql.text
    const value = when(raw(`any_value(${present}${firstOf(cx)})`), only)
    return x!.type === 'string' ? call`coalesce(${value}, '')` : value
  },
  ([x], cx, only) => clickhouseAny(x!, cx, only),
)
const deviations = spreads('Standard deviation of a sample; 0 for fewer than two values.', { deviation: true })
const deviationsP = spreads('Standard deviation of a whole population.', { deviation: true, population: true })
const variances = spreads('Variance of a sample, to ten decimals; 0 for fewer than two values.', {})
const variancesP = spreads('Variance of a whole population, to ten decimals.', { population: true })

/** What a value is sorted by among its like: a number. */
const sortKey = (a: Arg, cx: AggregateContext): Sql =>
  a.type === 'real'
    ? call`k_json_of_real(${a.sql})`
    : a.type === 'dynamic'
      ? call`k_json_of_real(${cx.convert(a, 'real')})`
      : call`CAST(${a.sql} AS VARCHAR)`

/** `[[key, weight, value], …]` of the values that are not null, for the functions of sketches. */
function weightedList(value: Arg, weight: Arg | undefined, cx: AggregateContext, only?: Arg): Sql {
  const shown = value.type === 'dynamic' ? value.sql : cx.convert(value, 'dynamic')
  const by = weight ? sortKey(weight, cx) : raw("'1'")
  const row = `'[' || ${sortKey(value, cx).text} || ',' || ${by.text} || ',' || ${shown.text} || ']'`
  const conditions = [value, weight, only].flatMap((a) =>
    a ? [a === only ? `(${a.sql.text})` : `(${a.sql.text}) IS NOT NULL`] : [],
  )
  return raw(
    `('[' || coalesce(array_to_string(list(${row}) FILTER (WHERE ${conditions.join(' AND ')}), ','), '') || ']')`,
  )
}

/** Percentages as one dynamic array. */
function percentList(percents: readonly Arg[], cx: AggregateContext): Sql {
  // What is not constant is the same in every row of a group, and stands beside aggregates only inside of one.
  const item = (p: Arg): Sql => {
    if (p.constant === undefined) return call`coalesce(any_value(${cx.convert(p, 'dynamic')}), 'null')`
    if (p.constant === null) return raw("'null'")
    // NaN and the infinities become null, as JSON has them.
    return textLiteral(p.type === 'dynamic' ? String(p.constant) : JSON.stringify(Number(p.constant)))
  }
  return raw(`('[' || ${percents.map((p) => item(p).text).join(" || ',' || ")} || ']')`)
}

/** The least hashes of the texts of the values, as they stand in a set for dcount: 53 bits, which JSON holds exactly. */
const memberHashes = (a: Arg, cx: AggregateContext, only?: Arg): Sql => {
  const text = a.type === 'string' ? a.sql : cx.convert(a, 'string')
  const conditions = [`(${a.sql.text}) IS NOT NULL`, ...(only ? [`(${only.sql.text})`] : [])].join(' AND ')
  return raw(
    `CAST(to_json(list_slice(list_sort(list(DISTINCT hash(${text.text}) >> 11) FILTER (WHERE ${conditions})), 1, ${MAX_HASHES})) AS VARCHAR)`,
  )
}

/** Pairs of which one is null do not count. */
const covariance = (population: boolean) =>
  pair(
    `Covariance of ${population ? 'a whole population' : 'a sample'}; null for too few pairs.`,
    'real',
    2,
    ([x, y], cx, only) =>
      when(
        call`${raw(population ? 'covar_pop' : 'covar_samp')}(${cx.convert(x!, 'real')}, ${cx.convert(y!, 'real')})`,
        only,
      ),
  )
const covariances = covariance(false)
const covariancesP = covariance(true)
const PAIRS = 'datatable(x: real, y: real)[1.0, 2.0, 2.0, 4.0, 3.0, 6.0]'

const weightedPercentile = (
  [value, weight, percent]: readonly [Arg, Arg | undefined, Arg],
  cx: AggregateContext,
): Sql => {
  const found = call`k__percentiles_weighted(${weightedList(value!, weight, cx)}, ${percentList([percent!], cx)})`
  const element = call`nullif(json_extract(${found}, '$[0]')::VARCHAR, 'null')`
  return value!.type === 'dynamic' ? element : cx.convert({ sql: element, type: 'dynamic', nonNull: false }, cx.type)
}

export const aggregates = {
  percentilew: aggregate({
    doc: 'The value that the given percentage of the weight does not exceed, by nearest rank.',
    gives: ([t]) => (t === 'int' ? 'long' : t!),
    render: { duckdb: ([value, weight, percent], cx) => weightedPercentile([value!, weight!, percent!], cx) },
    examples: [['datatable(v: long, w: long)[10, 3, 20, 1] | summarize percentilew(v, w, 80)', 20n]],
  }),
  percentiles_array: aggregate({
    doc: 'The values at several percentages, as an array.',
    gives: 'dynamic',
    render: {
      duckdb: ([value, ...percents], cx) =>
        call`k__percentiles_weighted(${weightedList(value!, undefined, cx)}, ${percentList(percents, cx)})`,
    },
    examples: [['datatable(v: long)[10, 20, 30] | summarize percentiles_array(v, 10, 90)', [10, 30]]],
  }),
  percentilesw_array: aggregate({
    doc: 'The values at several percentages of the weight, as an array.',
    gives: 'dynamic',
    render: {
      duckdb: ([value, weight, ...percents], cx) =>
        call`k__percentiles_weighted(${weightedList(value!, weight, cx)}, ${percentList(percents, cx)})`,
    },
    examples: [
      ['datatable(v: long, w: long)[10, 3, 20, 1] | summarize percentilesw_array(v, w, dynamic([50, 90]))', [10, 20]],
    ],
  }),
  tdigest: aggregate({
    doc: 'The values, with their weights, as a digest for percentile_tdigest() and its kin: exact for some thousands, an estimate beyond.',
    gives: 'dynamic',
    render: { duckdb: ([value, weight], cx) => call`k__tdigest(${weightedList(value!, weight, cx)})` },
    examples: [
      [
        'datatable(v: long)[2, 1, 1] | summarize tdigest(v)',
        [
          [1, 2],
          [2, 1],
        ],
      ],
    ],
  }),
  tdigest_merge: aggregate({
    doc: 'One digest of several.',
    takes: ['dynamic'],
    gives: 'dynamic',
    render: { duckdb: ([t], cx) => call`k__tdigests_merge(${raw(bagList(t!, cx))})` },
    examples: [
      [
        'datatable(v: long)[2, 1] | summarize t = tdigest(v) by v | summarize tdigest_merge(t)',
        [
          [1, 1],
          [2, 1],
        ],
      ],
    ],
  }),
  hll: aggregate({
    doc: 'The distinct values, as a set for dcount_hll() and hll_merge(): exact for some thousands, an estimate beyond.',
    gives: 'dynamic',
    render: { duckdb: ([value], cx) => memberHashes(value!, cx) },
    examples: [['datatable(v: long)[2, 1, 1] | summarize h = hll(v) | project dcount_hll(h)', 2n]],
  }),
  hll_if: aggregate({
    doc: 'The distinct values of rows for which the predicate is true, as a set.',
    gives: 'dynamic',
    render: { duckdb: ([value, only], cx) => memberHashes(value!, cx, only) },
    examples: [['datatable(v: long)[2, 1, 1] | summarize h = hll_if(v, v > 1) | project dcount_hll(h)', 1n]],
  }),
  hll_merge: aggregate({
    doc: 'One set of several that hll() made.',
    takes: ['dynamic'],
    gives: 'dynamic',
    render: { duckdb: ([set], cx) => call`k__hlls_merge(${raw(bagList(set!, cx))})` },
    examples: [
      [
        'datatable(v: long)[2, 1, 1] | summarize h = hll(v) by v | summarize h = hll_merge(h) | project dcount_hll(h)',
        2n,
      ],
    ],
  }),
  covariance: covariances(false, [`${PAIRS} | summarize covariance(x, y)`, 2]),
  covarianceif: covariances(true, [`${PAIRS} | summarize covarianceif(x, y, x < 3)`, 1]),
  covariancep: covariancesP(false, [`${PAIRS} | summarize round(covariancep(x, y), 6)`, 1.333333]),
  covariancepif: covariancesP(true, [`${PAIRS} | summarize covariancepif(x, y, x < 3)`, 0.5]),
  count: countValues,
  countif: count(true, [`${ROWS} | summarize countif(x > 1)`, 1n]),
  sum: sums(false, [`${ROWS} | summarize sum(x)`, 4n]),
  sumif: sums(true, [`${ROWS} | summarize sumif(x, g == "b")`, 0n]),
  avg: averages(false, [`${ROWS} | summarize avg(x)`, 2]),
  avgif: averages(true, [`${ROWS} | summarize avgif(x, x > 1)`, 3]),
  dcount: distinctCounts(false, [`${ROWS} | summarize dcount(g)`, 2n]),
  dcountif: aggregate({
    doc: 'Number of distinct values in rows for which the predicate is true.',
    gives: 'long',
    render: {
      duckdb: ([x, predicate]) => distinctCount(x!, predicate),
      clickhouse: ([x, predicate]) => clickhouseDistinct(x!, predicate),
    },
    examples: [[`${ROWS} | summarize dcountif(g, x > 0)`, 1n]],
  }),
  count_distinct: aggregate({
    doc: 'Exact number of distinct values.',
    gives: 'long',
    render: { duckdb: ([x]) => distinctCount(x!, undefined), clickhouse: ([x]) => clickhouseDistinct(x!, undefined) },
    examples: [[`${ROWS} | summarize count_distinct(g)`, 2n]],
  }),
  count_distinctif: distinctCounts(true, [`${ROWS} | summarize count_distinctif(g, x > 0)`, 1n]),
  max: maxima(false, [`${ROWS} | summarize max(x)`, 3n]),
  maxif: maxima(true, [`${ROWS} | summarize maxif(x, x < 3)`, 1n]),
  min: minima(false, [`${ROWS} | summarize min(x)`, 1n]),
  minif: minima(true, [`${ROWS} | summarize minif(x, x > 1)`, 3n]),
  _any_row: aggregate({
    doc: 'The value in a row of the group: the same row for all the values that take_any() is asked for at once.',
    gives: same,
    render: {
      duckdb: ([x], cx) => {
        const value = `first(${x!.sql.text}${firstOf(cx)})`
        return raw(x!.type === 'string' ? `coalesce(${value}, '')` : value)
      },
      clickhouse: ([x], cx) => {
        if (firstOf(cx) !== '') throw new NotSaid('the first of some rows')
        const value = call`tupleElement(any(tuple(${x!.sql})), 1)`
        return x!.type === 'string' ? call`coalesce(${value}, '')` : value
      },
    },
    examples: [
      [
        'datatable(x: long, y: long)[long(null), 1, 2, long(null)] | summarize take_any(x, y) | project coalesce(x, 0) + y',
        1n,
      ],
    ],
  }),
  take_any: any(false, [`${ROWS} | where g == "b" | summarize take_any(g)`, 'b']),
  take_anyif: any(true, [`${ROWS} | summarize take_anyif(g, x == 3)`, 'a']),
  stdev: deviations(false, ['datatable(x: long)[1, 2, 3, 4] | summarize stdev(x)', Math.sqrt(1.6666666667)]),
  stdevif: deviations(true, ['datatable(x: long)[1, 3] | summarize stdevif(x, x > 1)', 0]),
  stdevp: deviationsP(false, ['datatable(x: long)[1, 3] | summarize stdevp(x)', 1]),
  variance: variances(false, ['datatable(x: long)[1, 2, 3, 4] | summarize variance(x)', 1.6666666667]),
  varianceif: variances(true, ['datatable(x: long)[1, 3] | summarize varianceif(x, x > 1)', 0]),
  variancep: variancesP(false, ['datatable(x: long)[1, 3] | summarize variancep(x)', 1]),
  variancepif: variancesP(true, ['datatable(x: long)[1, 3] | summarize variancepif(x, x > 1)', 0]),
  arg_max: aggregate({
    doc: 'The value in the row that has the greatest.',
    gives: (types) => types[1] ?? types[0]!,
    render: { duckdb: argExtreme('arg_max'), clickhouse: clickhouseArgExtreme('argMax') },
    examples: [[`${ROWS} | summarize arg_max(x, g) | project g`, 'a']],
  }),
  arg_min: aggregate({
    doc: 'The value in the row that has the least.',
    gives: (types) => types[1] ?? types[0]!,
    render: { duckdb: argExtreme('arg_min'), clickhouse: clickhouseArgExtreme('argMin') },
    examples: [[`${ROWS} | summarize arg_min(x, g) | project x`, 1n]],
  }),
  percentile: aggregate({
    doc: 'The value that the given percentage of values does not exceed: one of the values, by nearest rank.',
    gives: ([t]) => (t === 'int' ? 'long' : t === 'dynamic' ? 'real' : t!),
    render: { duckdb: percentile, clickhouse: clickhousePercentile },
    examples: [['datatable(x: long)[10, 20] | summarize percentile(x, 50)', 10n]],
  }),
  make_list: lists('All values as an array, without nulls.', {}, false, [`${ROWS} | summarize make_list(x)`, [1, 3]]),
  make_list_if: lists('Values of rows for which the predicate is true, as an array.', {}, true, [
    `${ROWS} | summarize make_list_if(x, x > 1)`,
    [3],
  ]),
  make_list_with_nulls: lists('All values as an array, nulls too.', { nulls: true }, false, [
    `${ROWS} | summarize make_list_with_nulls(x)`,
    [1, 3, null],
  ]),
  make_set: lists(
    'Distinct values as an array, without nulls, in the order of their first rows.',
    { distinct: true },
    false,
    ['datatable(x: long)[3, 1, 3, 2, 1] | summarize make_set(x)', [3, 1, 2]],
  ),
  make_set_if: lists('Distinct values of rows for which the predicate is true.', { distinct: true }, true, [
    'datatable(x: long)[1, 1, 2] | summarize make_set_if(x, x < 2)',
    [1],
  ]),
  make_bag: aggregate({
    doc: 'One bag of all properties; the first value of a property stays.',
    takes: ['dynamic'],
    gives: 'dynamic',
    render: { duckdb: ([x, size], cx) => call`k__bags_merge(${raw(bagList(x!, cx))}, ${mostOf(size)})` },
    examples: [
      ['datatable(d: dynamic)[dynamic({"a": 1}), dynamic({"a": 2, "b": 3})] | summarize make_bag(d)', { a: 1, b: 3 }],
    ],
  }),
  make_bag_if: aggregate({
    doc: 'One bag of the properties in rows for which the predicate is true.',
    takes: ['dynamic'],
    gives: 'dynamic',
    render: { duckdb: ([x, only, size], cx) => call`k__bags_merge(${raw(bagList(x!, cx, only))}, ${mostOf(size)})` },
    examples: [
      [
        'datatable(d: dynamic)[dynamic({"a": 1}), dynamic({"b": 3})] | summarize make_bag_if(d, isnotnull(d.b))',
        { b: 3 },
      ],
    ],
  }),
  buildschema: aggregate({
    doc: 'The shape that covers all values.',
    takes: ['dynamic'],
    gives: 'dynamic',
    render: { duckdb: ([x], cx) => call`k__schema_of(${raw(bagList(x!, cx))})` },
    examples: [['datatable(d: dynamic)[dynamic({"a": 1})] | summarize buildschema(d)', { a: 'long' }]],
  }),
  binary_all_and: binaryAll('Bitwise and of all values.', 'bit_and', [
    'datatable(x: long)[6, 3] | summarize binary_all_and(x)',
    2n,
  ]),
  binary_all_or: binaryAll('Bitwise or of all values.', 'bit_or', [
    'datatable(x: long)[6, 3] | summarize binary_all_or(x)',
    7n,
  ]),
  binary_all_xor: binaryAll('Bitwise exclusive or of all values.', 'bit_xor', [
    'datatable(x: long)[6, 3] | summarize binary_all_xor(x)',
    5n,
  ]),
}

/** Elements as they are, arrays not spread. */
function bagList(x: Arg, cx: AggregateContext, only?: Arg): string {
  const filter = [`${x.sql.text} IS NOT NULL`, ...(only ? [only.sql.text] : [])].map((f) => `(${f})`).join(' AND ')
  return `'[' || coalesce(array_to_string(list(${x.sql.text} ${cx.order.text}) FILTER (WHERE ${filter}), ','), '') || ']'`
}
