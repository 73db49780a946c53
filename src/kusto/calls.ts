/** Calls: catalogue functions, aggregates and window functions, the forms that need the query around them, and users' own functions. */
import { CONVERSIONS } from '../functions/conversion.ts'
import type { Entry, Takes } from '../functions/define.ts'
import { canonicalName, entryNamed } from '../functions/index.ts'
import { compile } from '../functions/native/regex.ts'
import { knowsUnit } from '../functions/native/units.ts'
import { refusalReason } from '../functions/refused.ts'
import { and, call, columnOf, columnsUsed, literal, long, nullOf, text } from '../plan/expr.ts'
import type { Expr, Plan } from '../plan/nodes.ts'
import { INGESTED_COLUMN } from '../store/snapshot.ts'
import { printJson } from '../types/dynamic.ts'
import { isNumeric, type KqlType } from '../types/kql-type.ts'
import { coerce, convertConstant, isConvertible, NOWHERE, readAs } from './coerce.ts'
import { wider } from './comparable.ts'
import { constantValue } from './constant-value.ts'
import { type Binding, type Context, isHidden, Names, quoted, refuse, type Scope, semantic, within } from './context.ts'
import { errorInBody } from './diagnostics.ts'
import { lowerScalar } from './expressions.ts'
import { graphCall } from './graph-scope.ts'
import { type Graph, lowerGraph } from './graphs.ts'
import {
  automaticName,
  type CalledBody,
  calledBody,
  child,
  elements,
  isTabular,
  kindOf,
  mustChild,
  type Syntax,
  scalarTypeOf,
  spanOf,
  typeNamed,
} from './language.ts'
import { SESSION_START } from './sessions.ts'
import { bindLet } from './statements.ts'
import { lowerTable } from './tables.ts'

/** Name of the function that a call node calls; a view may be called without parentheses. */
export const calledName = (node: Syntax): string =>
  String(kindOf(node) === 'FunctionCallExpression' ? mustChild(node, 'Name').SimpleName : node.SimpleName)

export const argumentsOf = (node: Syntax): Syntax[] => {
  const list = child(node, 'ArgumentList')
  return list ? elements(list, 'Expressions') : []
}

export function lowerCall(node: Syntax, scope: Scope, context: Context): Expr {
  const name = calledName(node)
  const user = context.names.find(name)
  if (user?.kind === 'function') return callScalarFunction(node, user, scope, context)
  const { graph } = scope
  const inPattern = graph && graphCall(name, node, { ...scope, graph }, context)
  if (inPattern) return inPattern
  const special = SPECIAL[name]
  if (special) return special(node, argumentsOf(node), scope, context)
  const canonical = canonicalName(name)
  const entry = entryNamed(canonical)
  if (!entry) throw refuse(node, `The function ${name}()`, refusalReason(name))
  return lowerEntry(node, canonical, entry, scope, context)
}

function lowerEntry(node: Syntax, name: string, entry: Entry, scope: Scope, context: Context): Expr {
  const args = argumentsOf(node)
  switch (entry.kind) {
    case 'aggregate': {
      const merge = MERGES[name]
      if (!scope.measures && merge) {
        const sketches = args.map((a) => coerce(lowerScalar(a, scope, context), 'dynamic'))
        return call(merge, [call('pack_array', sketches, 'dynamic')], 'dynamic', spanOf(node))
      }
      if (!scope.measures) throw refuse(node, `The aggregate ${name}() outside of summarize`)
      const { measures, ...plain } = scope
      const given = lowerArguments(name, args, entry, plain, context)
      const lowered = given.length === 1 && LEGACY_LISTS.has(calledName(node)) ? [...given, long(LEGACY_SIZE)] : given
      checkConstants(node, name, lowered)
      const column = context.numbering.column(name, typeOfCall(node, entry, lowered))
      measures.push({ column, name, args: lowered })
      return columnOf(column)
    }
    case 'window': {
      if (!scope.windows) throw refuse(node, `The function ${name}() in this place`)
      checkSerialized(node, name, scope)
      const lowered = lowerArguments(name, args, entry, scope, context)
      checkConstants(node, name, lowered)
      checkDefault(node, name, lowered)
      const column = context.numbering.column(name, typeOfCall(node, entry, lowered))
      scope.windows.push({ column, name, args: lowered })
      return columnOf(column)
    }
    case 'scalar':
    case 'native': {
      const typed = args.findIndex((a) => kindOf(a) === 'TypeOfLiteralExpression')
      const lowered = lowerArguments(name, typed < 0 ? args : args.filter((_, i) => i !== typed), entry, scope, context)
      checkConstants(node, name, lowered)
      const [only] = lowered
      const target = lowered.length === 1 ? CONVERTS_TO.get(name) : undefined
      if (target && !isConvertible(only!, target)) throw refuse(node, `${name}() of a ${only!.type}`, NOWHERE)
      // A conversion to the type that a value has is the value: also for `arg_max(t, *) by tostring(text)`, whose star leaves the key out.
      if (target && only!.type === target && target !== 'dynamic') return only!
      if (only?.type === 'real' && (target === 'long' || target === 'int') && only.kind === 'call' && isFolded(only))
        return call(`_${target}_of_constant`, [only], target, spanOf(node))
      const constant = target && only!.kind === 'literal' && convertConstant(only!, target)
      if (constant) return constant
      const type = typeOfCall(node, entry, lowered)
      const value = call(
        name,
        lowered,
        typed < 0 ? type : entry.kind === 'native' ? entry.gives : 'string',
        spanOf(node),
      )
      return typed < 0 ? value : readAs(value, typeOfLiteral(args[typed]!))
    }
  }
}

function checkSerialized(node: Syntax, name: string, scope: Scope): void {
  if (!scope.serialized)
    throw semantic(node, `The function '${name}' needs serialized rows: put 'serialize' or 'sort by' before it`)
}

/** What prev() and next() give where there is no row has to be of the column's type; a number stands for ticks beside times, as published hunts have it. */
function checkDefault(node: Syntax, name: string, [value, , missing]: readonly Expr[]): void {
  if (name !== 'prev' && name !== 'next') return
  const takesNumbers = isNumeric(value!.type) || value!.type === 'datetime' || value!.type === 'timespan'
  if (!missing || missing.type === value!.type || (isNumeric(missing.type) && takesNumbers)) return
  throw semantic(node, `The default value of '${name}' must be of the type ${value!.type}`)
}

/** What the engine works out before there are rows: calls of pure functions on constants. */
const isFolded = (e: Expr): boolean =>
  e.kind === 'literal' || (e.kind === 'call' && !isVolatile(e.name) && e.args.every(isFolded))
const isVolatile = (name: string): boolean => {
  const entry = entryNamed(name)
  return entry?.kind === 'native' && entry.volatile === true
}

/** The catalogue's conversions, by name. */
const CONVERTS_TO: ReadonlyMap<string, KqlType> = new Map(
  Object.entries(CONVERSIONS).map(([type, name]) => [name, type as KqlType]),
)

const PERCENTAGE = /^(?:\d{1,2}(?:\.\d+)?|\d(?:\.\d+)?e-\d+|100(?:\.0+)?)$/
const ACCURACY = /^[0-4]$/
const SIZE = /^\d/
/** Of paths into bags, the ones with a place in an array are not supported (documentation of bag_set_key and its kin). */
const NO_PLACE = /^(?!\$(?=[.[]).*\[\d)/
const NO_PLACES = /^(?!.*"\$(?=[.[])[^"]*\[\d)/

/** Constants that the engine refuses before it runs, and the binder does not know of: the argument's place and its form. */
const CONSTANTS: Readonly<
  Record<string, { readonly at: number; readonly form: { test(text: string): boolean }; readonly must: string }>
> = {
  format_datetime: {
    at: 1,
    form: /^(?:[yMdHhmsfF]|tt|[ /:,._[\]-])*$/,
    must: 'be made of y M d H h m s f F tt and delimiters',
  },
  format_timespan: { at: 1, form: /^(?:[dHhmsfF]|[ /:,._[\]-])*$/, must: 'be made of d H h m s f F and delimiters' },
  format_bytes: { at: 2, form: /^(?:bytes|[kmgtpe]b)?$/i, must: 'be Bytes, KB, MB, GB, TB, PB or EB' },
  parse_command_line: { at: 1, form: /^windows$/i, must: "be 'windows'" },
  bag_has_key: { at: 1, form: NO_PLACE, must: 'have no place in an array' },
  bag_set_key: { at: 1, form: /^(?!\$$)(?!\$(?=[.[]).*\[\d)/, must: 'have no place in an array and not be the root' },
  bag_remove_keys: { at: 1, form: NO_PLACES, must: 'have no place in an array' },
  prev: { at: 1, form: /^[1-9]/, must: 'be a positive number' },
  next: { at: 1, form: /^[1-9]/, must: 'be a positive number' },
  percentile: { at: 1, form: PERCENTAGE, must: 'be a percentage from 0 to 100' },
  percentilew: { at: 2, form: PERCENTAGE, must: 'be a percentage from 0 to 100' },
  dcount: { at: 1, form: ACCURACY, must: 'be an accuracy from 0 to 4' },
  dcountif: { at: 2, form: ACCURACY, must: 'be an accuracy from 0 to 4' },
  hll: { at: 1, form: ACCURACY, must: 'be an accuracy from 0 to 4' },
  hll_if: { at: 2, form: ACCURACY, must: 'be an accuracy from 0 to 4' },
  make_list: { at: 1, form: SIZE, must: 'not be negative' },
  make_list_if: { at: 2, form: SIZE, must: 'not be negative' },
  make_set: { at: 1, form: SIZE, must: 'not be negative' },
  make_set_if: { at: 2, form: SIZE, must: 'not be negative' },
  make_bag: { at: 1, form: SIZE, must: 'not be negative' },
  make_bag_if: { at: 2, form: SIZE, must: 'not be negative' },
}

/** Which argument is a regular expression, of the functions that do not hand it to the engine. */
const REGEXES: Readonly<Record<string, (args: readonly Expr[]) => Expr | undefined>> = {
  extract_all: ([regex]) => regex,
  indexof_regex: ([, regex]) => regex,
  countof: ([, search, kind]) => (kind?.kind === 'literal' && /^regex$/i.test(String(kind.value)) ? search : undefined),
}

export function checkConstants(node: Syntax, name: string, args: readonly Expr[]): void {
  const fixed = args.findIndex((e, i) => i >= (FIXED_ARGUMENTS[name] ?? args.length) && columnsUsed(e).size > 0)
  if (fixed >= 0)
    throw semantic(argumentsOf(node)[fixed] ?? node, `${name}() takes a constant as its argument ${fixed + 1}`)
  const regex = REGEXES[name]?.(args)
  if (regex?.kind === 'literal' && regex.value !== null && !compile(String(regex.value)))
    throw semantic(node, `'${regex.value}' is not a regular expression of the language`)
  const unknown = args.slice(1).find((a) => a.kind === 'literal' && knowsUnit(name, String(a.value)) === false)
  if (unknown?.kind === 'literal') throw semantic(node, `'${unknown.value}' is no unit of ${name}()`)
  const rule = CONSTANTS[name]
  const value = rule && args[rule.at]
  if (value && (name === 'prev' || name === 'next') && columnsUsed(value).size > 0)
    throw semantic(node, `The offset of '${name}' is a constant`)
  const mayBeNull = name !== 'prev' && name !== 'next'
  if (value?.kind === 'literal' && !(mayBeNull && value.value === null) && !rule!.form.test(String(value.value)))
    throw semantic(node, `The argument of '${name}' must ${rule!.must}: '${value.value}'`)
}

/** Legacy forms that keep this many values unless they are told another number (notes on the pages of make_list(), make_set() and make_bag()). */
const LEGACY_LISTS: ReadonlySet<string> = new Set(['makelist', 'makeset', 'make_dictionary'])
const LEGACY_SIZE = 128

/** From this argument on an aggregate takes one value for the whole query. */
const FIXED_ARGUMENTS: Readonly<Record<string, number>> = {
  make_list: 1,
  make_list_if: 2,
  make_list_with_nulls: 1,
  make_set: 1,
  make_set_if: 2,
  make_bag: 1,
  make_bag_if: 2,
  percentile: 1,
  percentiles_array: 1,
  percentilew: 2,
  percentilesw_array: 2,
  dcount: 1,
  dcountif: 2,
}

/** Aggregates of sketches that outside of summarize merge their arguments. */
const MERGES: Readonly<Record<string, string>> = { hll_merge: '_hlls_merge', tdigest_merge: '_tdigests_merge' }

/** `typeof(long)` → long. */
export function typeOfLiteral(node: Syntax): KqlType {
  const type = typeNamed(node.ReferencedSymbol)
  if (!type) throw refuse(node, `The type ${quoted(node)}`)
  return type
}

/** Whether the first argument must be a dynamic or cannot be one, of the functions whose binder lets both pass and whose engine does not. */
const DYNAMIC_FIRST: Readonly<Record<string, boolean>> = {
  array_length: true,
  bag_keys: true,
  bag_set_key: true,
  bag_zip: true,
  dynamic_to_json: true,
  dcount: false,
  dcountif: false,
  repeat: false,
}

function lowerArguments(
  name: string,
  args: readonly Syntax[],
  { takes, rest }: Takes,
  scope: Scope,
  context: Context,
): Expr[] {
  const values = argumentValues(args, scope, context)
  const dynamic = DYNAMIC_FIRST[name]
  if (dynamic !== undefined && values[0] && (values[0].type === 'dynamic') !== dynamic)
    throw semantic(args[0]!, `${name}(): argument #1 ${dynamic ? 'must be a' : 'cannot be'} dynamic`)
  return values.map((value, i) => {
    const wanted = takes?.[i] ?? rest ?? 'any'
    if (wanted === 'any') return value
    if (!isTaken(value.type, wanted))
      throw semantic(
        args[i] ?? args.at(-1)!,
        `${name}(): argument #${i + 1} must be of type ${wanted}, not ${value.type}`,
      )
    return coerce(value, wanted)
  })
}

/**
 * What the language makes of an argument by itself: a number into a wider one, any value into a text or a dynamic, a dynamic into
 * what it holds. The binder lets more pass here and there, as numbers with fractions where whole ones are documented.
 */
const isTaken = (given: KqlType, wanted: KqlType): boolean =>
  given === wanted ||
  given === 'dynamic' ||
  wanted === 'dynamic' ||
  wanted === 'string' ||
  wider(given, wanted) === wanted ||
  (isWhole(given) && isWhole(wanted)) ||
  (wanted === 'bool' && isNumeric(given)) ||
  (wanted === 'decimal' && given === 'real')
const isWhole = (t: KqlType): boolean => t === 'int' || t === 'long'

/** `*` among the arguments stands for all columns. */
const argumentValues = (args: readonly Syntax[], scope: Scope, context: Context): Expr[] =>
  args.flatMap((a) =>
    kindOf(a) === 'StarExpression' ? visible(scope, context).map(columnOf) : [lowerScalar(a, scope, context)],
  )

function typeOfCall(node: Syntax, entry: Entry, args: readonly Expr[]): KqlType {
  if (typeof entry.gives === 'function') {
    const types = args.map((a) => a.type)
    const type = entry.gives(types)
    if (!type) throw semantic(node, mismatch(calledName(node), types))
    return type
  }
  const type = entry.gives ?? scalarTypeOf(node)
  if (!type) throw refuse(node, `The result type of ${quoted(node)}`)
  return type
}

/** Types that do not go together, in the engine's words where they are known. */
function mismatch(name: string, types: readonly KqlType[]): string {
  switch (name) {
    case 'iff':
    case 'iif':
      return `Call to ${name}(): @then data type (${types[1]}) must match the @else data type (${types[2]})`
    case 'case': {
      const results = types.filter((_, i) => i % 2 === 1 || i === types.length - 1)
      return `Call to case(): return types are not compatible (${[...new Set(results)].join(', ')})`
    }
    default:
      return `Call to ${name}(): the data types of its arguments do not go together (${types.join(', ')})`
  }
}

/** What a range of these starts, stops and steps is made of; undefined where they do not go together, and of decimals. */
export function rangeKind([start, stop, step = start === 'datetime' ? 'timespan' : start]: readonly KqlType[]) {
  const kinds = [start, stop, step].map((t) => (t === 'int' || t === 'long' || t === 'real' ? 'number' : t)).join()
  return RANGES.has(kinds) ? start : undefined
}
const RANGES: ReadonlySet<string> = new Set([
  'number,number,number',
  'timespan,timespan,timespan',
  'datetime,datetime,timespan',
])

type SpecialForm = (node: Syntax, args: readonly Syntax[], scope: Scope, context: Context) => Expr

const now: Expr = { kind: 'now', type: 'datetime' }

/** Bytes of a value of a type with one size, as estimate_data_size() counts them; other values count by their text. */
const BYTES: Partial<Record<KqlType, number>> = {
  bool: 1,
  int: 4,
  long: 8,
  real: 8,
  datetime: 8,
  timespan: 8,
  guid: 16,
  decimal: 16,
}

/** An estimate by its name: a dynamic takes more than its text, by how much nothing tells. */
const bytesOf = (value: Expr): Expr => {
  const bytes = BYTES[value.type]
  return bytes ? long(bytes) : call('string_size', [coerce(value, 'string')], 'long')
}

/** Functions whose meaning depends on the query around them, not only on the values of their arguments. */
const SPECIAL: Readonly<Record<string, SpecialForm>> = {
  now: (_, [offset], scope, context) =>
    offset ? call('+', [now, coerce(lowerScalar(offset, scope, context), 'timespan')], 'datetime') : now,
  ago: (_, [span], scope, context) =>
    call('-', [now, coerce(lowerScalar(span!, scope, context), 'timespan')], 'datetime'),
  ingestion_time: (node, _, scope) => {
    const column = scope.columns.find((c) => c.name === INGESTED_COLUMN)
    if (!column) throw refuse(node, 'ingestion_time()', 'it is known only for rows that come straight from a table')
    return columnOf(column)
  },
  /** The old name of replace_regex(), whose text comes last. */
  replace: (node, [regex, rewrite, source], scope, context) =>
    call(
      'replace_regex',
      [source!, regex!, rewrite!].map((a) => coerce(lowerScalar(a, scope, context), 'string')),
      'string',
      spanOf(node),
    ),
  range: (node, args, scope, context) => {
    const types = args.map((a) => lowerScalar(a, scope, context).type)
    if (!rangeKind(types)) throw refuse(node, `range() of ${types.join(', ')}`)
    return lowerEntry(node, 'range', entryNamed('range')!, scope, context)
  },
  /** Percentiles are for ctukey alone, whose own are 10 and 90 (documentation); how others change the scale of the scores is not said. */
  series_outliers: (node, args, scope, context) => {
    const constant = (at: number) => {
      const value = args[at] && lowerScalar(args[at], scope, context)
      return value?.kind === 'literal' ? value.value : undefined
    }
    const own = [10, 90].some((share, i) => args[3 + i] && Number(constant(3 + i)) !== share)
    if (own && constant(1) !== 'tukey') throw refuse(args[3]!, 'series_outliers() with percentiles of its own')
    return lowerEntry(node, 'series_outliers', entryNamed('series_outliers')!, scope, context)
  },
  /** Weeks come as real, every other unit as long (measured). */
  datetime_diff: (node, args, scope, context) => {
    const types = ['string', 'datetime', 'datetime'] as const
    const lowered = args.map((a, i) => coerce(lowerScalar(a, scope, context), types[i]!))
    const days = call('datetime_diff', lowered, 'long', spanOf(node))
    const [unit] = lowered
    return unit?.kind === 'literal' && String(unit.value).toLowerCase() === 'week' ? coerce(days, 'real') : days
  },
  around: (node, args, scope, context) => {
    const [value, center, delta] = args.map((a) => lowerScalar(a, scope, context))
    const kinds = [value!, center!, delta!].map((e) => (isNumeric(e.type) ? 'number' : e.type)).join()
    if (!['number,number,number', 'datetime,datetime,timespan', 'timespan,timespan,timespan'].includes(kinds))
      throw semantic(node, 'around() takes three numbers, three timespans, or two datetimes and a timespan')
    const type = isNumeric(center!.type)
      ? [value!, center!, delta!].map((e) => e.type).reduce((a, b) => wider(a, b)!, 'long')
      : center!.type
    const [x, middle] = [coerce(value!, type), coerce(center!, type)]
    const reach = isNumeric(type) ? coerce(delta!, type) : delta!
    return and(
      call('>=', [x, call('-', [middle, reach], type)], 'bool'),
      call('<=', [x, call('+', [middle, reach], type)], 'bool'),
    )
  },
  assert: assertion,
  bin_auto: (node, [value], scope, context) => {
    const [size, at] = ['query_bin_auto_size', 'query_bin_auto_at'].map((name) => context.options.get(name))
    if (!size) throw semantic(node, "bin_auto() takes its bins from 'set query_bin_auto_size = …', which is missing")
    const lowered = [lowerScalar(value!, scope, context), size, ...(at ? [at] : [])]
    const name = at ? 'bin_at' : 'bin'
    return call(name, lowered, typeOfCall(node, entryNamed(name)!, lowered), spanOf(node))
  },
  column_names_of: (_, [table], __, context) => {
    const columns = visible({ columns: lowerTable(table!, context).columns }, context)
    return literal('dynamic', printJson(columns.map((c) => c.name)))
  },
  current_principal: () => ({ kind: 'caller', type: 'string' }),
  estimate_data_size: (_, args, scope, context) =>
    argumentValues(args, scope, context)
      .map(bytesOf)
      .reduce((a, b) => call('+', [a, b], 'long')),
  column_ifexists: columnIfExists,
  columnifexists: columnIfExists,
  pack_all: (_, [ignoreEmpty], scope, context) => {
    const ignore = ignoreEmpty ? lowerScalar(ignoreEmpty, scope, context) : literal('bool', false)
    if (ignore.type !== 'bool') throw semantic(ignoreEmpty!, 'A value of type bool expected')
    return packed(
      visible(scope, context).map((c) => [c.name, columnOf(c)] as const),
      ignore,
    )
  },
  bag_pack_columns: (node, args, scope, context) =>
    packed(
      args.map((a) => {
        const name = automaticName(a)
        if (!name) throw refuse(a, `The column ${quoted(node)}`)
        return [name, lowerScalar(a, scope, context)] as const
      }),
      literal('bool', false),
    ),
  gettype: (node, [value], scope, context) => {
    const e = lowerScalar(value!, scope, context)
    return e.type === 'dynamic' ? call('_gettype_dynamic', [e], 'string', spanOf(node)) : text(e.type)
  },
  todynamic: parseJsonCall,
  parse_json: parseJsonCall,
  parsejson: parseJsonCall,
  row_window_session: rowWindowSession,
  array_sort_asc: arraySort,
  array_sort_desc: arraySort,
}

/** Functions that are forms of the language here, not entries of the catalogue. */
export const isSpecialForm = (name: string): boolean => name in SPECIAL

const visible = (scope: Scope, { numbering }: Context) =>
  scope.columns.filter((c) => !c.name.startsWith('$') && !numbering.isUnlisted(c.id))

function packed(pairs: readonly (readonly [string, Expr])[], ignoreEmpty: Expr): Expr {
  return call(
    '_pack',
    [ignoreEmpty, ...pairs.flatMap(([name, value]) => [coerce(text(name), 'dynamic'), coerce(value, 'dynamic')])],
    'dynamic',
  )
}

function columnIfExists(node: Syntax, [name, fallback]: readonly Syntax[], scope: Scope, context: Context): Expr {
  const wanted = lowerScalar(name!, scope, context)
  if (wanted.kind !== 'literal') throw refuse(node, 'column_ifexists() with a name that is not a constant')
  const column = scope.columns.find((c) => !isHidden(c) && c.name === wanted.value)
  return column ? columnOf(column) : fallback ? lowerScalar(fallback, scope, context) : nullOf('string')
}

/** True, or the end of the query, which is known before it runs (documentation of assert). */
function assertion(node: Syntax, [condition, message]: readonly Syntax[], scope: Scope, context: Context): Expr {
  const [holds, words] = [condition!, message!].map((a) => constantValue(lowerScalar(a, scope, context)))
  if (holds === undefined || words === undefined)
    throw semantic(node, 'assert() takes a condition and a message that are constant')
  if (holds !== true) throw semantic(node, `assert() has failed with message: '${words}'`)
  return literal('bool', true)
}

/** On a dynamic it changes nothing; on anything else it reads the text. */
function parseJsonCall(node: Syntax, [value]: readonly Syntax[], scope: Scope, context: Context): Expr {
  const e = lowerScalar(value!, scope, context)
  if (e.type === 'dynamic') return e
  return e.type === 'string' ? call('parse_json', [e], 'dynamic', spanOf(node)) : coerce(e, 'dynamic')
}

/**
 * The time at which the session of the row began. A gap begins a new one whatever came before, so the rows between gaps
 * are runs of their own; within a run only the distance from the first row is left to be followed from row to row.
 */
function rowWindowSession(node: Syntax, args: readonly Syntax[], scope: Scope, context: Context): Expr {
  if (!scope.windows) throw refuse(node, 'The function row_window_session() in this place')
  checkSerialized(node, 'row_window_session', scope)
  const types = ['datetime', 'timespan', 'timespan', 'bool'] as const
  const [time, fromFirst, between, restart] = args.map((a, i) => coerce(lowerScalar(a, scope, context), types[i]!))
  const beside = (name: string, input: Expr, type: KqlType): Expr => {
    const column = context.numbering.column(name, type)
    scope.windows!.push({ column, name, args: [input] })
    return columnOf(column)
  }
  const before = beside('prev', time!, 'datetime')
  const farOff = call('>=', [time!, call('+', [before, between!], 'datetime')], 'bool')
  const apart = call('or', [call('isnull', [before], 'bool'), farOff], 'bool')
  const begins = restart ? call('or', [apart, restart], 'bool') : apart
  const run = beside('row_cumsum', call('iff', [begins, long(1), long(0)], 'long'), 'long')
  const held = columnOf(context.numbering.column('$held', 'datetime'))
  const column = context.numbering.column('row_window_session', 'datetime')
  scope.windows.push({ column, name: SESSION_START, args: [time!, fromFirst!, run, held] })
  return columnOf(column)
}

/** One array sorts itself; several are sorted alike by the first, and a last bool says where nulls go. */
function arraySort(node: Syntax, args: readonly Syntax[], scope: Scope, context: Context): Expr {
  const name = calledName(node)
  const lowered = args.map((a) => lowerScalar(a, scope, context))
  const arrays = lowered.filter((e) => e.type === 'dynamic')
  if (arrays.length === 0) throw semantic(node, `${name}() takes a dynamic array`)
  const nullsLast = lowered.find((e) => e.type === 'bool') ?? literal('bool', true)
  if (arrays.length === 1) return call(name, [arrays[0]!, nullsLast], 'dynamic', spanOf(node))
  const order = literal('bool', name.endsWith('asc'))
  return call('_array_sort_multi', [order, nullsLast, ...arrays], 'dynamic', spanOf(node))
}

// Users' functions

type UserFunction = Extract<Binding, { kind: 'function' }>

function callScalarFunction(node: Syntax, user: UserFunction, scope: Scope, context: Context): Expr {
  const { body, inside } = enter(node, user, scope, context)
  const result = mustChild(body, 'Expression')
  const { columns: _, ...collectors } = scope
  return lowerScalar(result, { columns: [], ...collectors }, inside)
}

/** A user's function that gives a table; `input` is what `invoke` pipes into its first parameter. */
export function callTableFunction(node: Syntax, user: UserFunction, context: Context, input?: Plan): Plan {
  const { body, inside } = enter(node, user, { columns: [] }, context, input)
  return lowerTable(mustChild(body, 'Expression'), inside)
}

/** A user's function that gives a graph. */
export function callGraphFunction(node: Syntax, user: UserFunction, context: Context): Graph {
  const { body, inside } = enter(node, user, { columns: [] }, context)
  return lowerGraph(mustChild(body, 'Expression'), inside)
}

function enter(node: Syntax, user: UserFunction, scope: Scope, context: Context, input?: Plan) {
  const called = calledBody(node) ?? viewBody(node, user)
  if (!called) throw refuse(node, `The call ${quoted(node)}`)
  // The binder cannot know which column a bare name means, and complains inside the body; its types do not depend on that.
  const broken = user.namesColumns ? undefined : errorInBody(called.diagnostics)
  if (broken) throw semantic(node, broken)
  const names = new Names(user.names)
  bindArguments(node, user, names, scope, context, input)
  const inside = { ...within(context, names), insideFunction: true, ...(user.catalog && { catalog: user.catalog }) }
  for (const statement of elements(called.body, 'Statements')) bindLet(statement, inside)
  return { body: called.body, inside }
}

/** `App("x").Events`: the body whose values are those of the call, with the parameters bound to them. */
export function callPattern(node: Syntax, context: Context): Plan | undefined {
  const called = kindOf(node) === 'PathExpression' ? mustChild(node, 'Expression') : node
  if (kindOf(called) !== 'FunctionCallExpression') return undefined
  const pattern = context.names.find(calledName(called))
  if (pattern?.kind !== 'pattern') return undefined
  const constant = (n: Syntax): string => {
    const value = kindOf(n) === 'NameReference' ? text(String(n.SimpleName)) : lowerScalar(n, { columns: [] }, context)
    if (value.kind !== 'literal') throw semantic(n, 'A pattern is called with constants')
    return String(value.value)
  }
  const selector = node === called ? undefined : mustChild(node, 'Selector')
  const path = selector && (kindOf(selector) === 'BracketedExpression' ? mustChild(selector, 'Expression') : selector)
  const given = [...argumentsOf(called), ...(path ? [path] : [])].map(constant)
  const match = elements(pattern.declaration, 'Patterns').find((m) => {
    const pathValue = child(m, 'PathValue')
    const values = [
      ...elements(mustChild(m, 'ParameterValues'), 'Expressions'),
      ...(pathValue ? [mustChild(pathValue, 'Value')] : []),
    ]
    return values.length === given.length && values.every((v, i) => constant(v) === given[i])
  })
  if (!match) throw semantic(node, 'No pattern matches the specified arguments')
  const pathParameter = child(pattern.declaration, 'PathParameter')
  const parameters = [
    ...elements(pattern.declaration, 'Parameters'),
    ...(pathParameter ? [mustChild(pathParameter, 'Parameter')] : []),
  ]
  const names = new Names(pattern.names)
  for (const [i, p] of parameters.entries())
    names.bind(String(mustChild(p, 'Name').SimpleName), { kind: 'scalar', expr: text(given[i]!) })
  const inside = within(context, names)
  const body = mustChild(match, 'Body')
  for (const statement of elements(body, 'Statements')) bindLet(statement, inside)
  return lowerTable(mustChild(body, 'Expression'), inside)
}

/** A view that a wildcard or `search` finds is called by no node of its own; without parameters its own body is bound. */
function viewBody(node: Syntax, user: UserFunction): CalledBody | undefined {
  const isCall = kindOf(node) === 'FunctionCallExpression'
  const parameters = elements(mustChild(user.declaration, 'Parameters'), 'Parameters')
  return isCall || parameters.length > 0 ? undefined : { body: mustChild(user.declaration, 'Body'), diagnostics: [] }
}

function bindArguments(
  node: Syntax,
  user: UserFunction,
  names: Names,
  scope: Scope,
  context: Context,
  input?: Plan,
): void {
  const given = argumentsOf(node)
  const positional = given.filter((a) => kindOf(a) !== 'SimpleNamedExpression')
  const named = new Map(
    given
      .filter((a) => kindOf(a) === 'SimpleNamedExpression')
      .map((a) => [String(mustChild(a, 'Name').SimpleName), mustChild(a, 'Expression')]),
  )
  const parameters = elements(mustChild(user.declaration, 'Parameters'), 'Parameters')
  const bindScalar = (name: string, expr: Expr, place: Syntax) => {
    if (user.namesColumns && input) checkColumn(expr, input, place)
    names.bind(name, { kind: 'scalar', expr })
  }
  let piped = input
  for (const parameter of parameters) {
    const declared = mustChild(parameter, 'NameAndType')
    const name = String(mustChild(declared, 'Name').SimpleName)
    const type = typeNamed(mustChild(declared, 'Type').ReferencedSymbol)
    if (!type && piped) {
      const table = piped
      piped = undefined
      let uses = 0
      // The piped table may be named several times in the body: every use after the first needs its own ids.
      names.bind(name, { kind: 'table', lower: () => (uses++ === 0 ? table : reuse(table, context)) })
      continue
    }
    const argument = named.get(name) ?? positional.shift()
    if (!argument) {
      const fallback = child(parameter, 'DefaultValue')
      if (!fallback || !type) throw semantic(node, `The function '${calledName(node)}' misses its argument '${name}'`)
      bindScalar(name, coerce(lowerScalar(mustChild(fallback, 'Value'), { columns: [] }, context), type), node)
    } else if (namesColumn(argument, user, context)) {
      bindScalar(name, text(String(argument.SimpleName)), argument)
    } else if (isTabular(argument)) {
      names.bind(name, { kind: 'table', lower: () => lowerTable(argument, context) })
    } else {
      const value = lowerScalar(argument, scope, context)
      bindScalar(name, type ? coerce(value, type) : value, argument)
    }
  }
}

/** A text among the arguments of `invoke FileProfile(…)` names a column of the piped rows, which must be there. */
function checkColumn(expr: Expr, input: Plan, place: Syntax): void {
  if (expr.kind !== 'literal' || expr.type !== 'string') return
  if (!input.columns.some((c) => !isHidden(c) && c.name === expr.value))
    throw semantic(place, `'invoke' operator: Failed to resolve scalar expression named '${expr.value}'`)
}

/** `invoke FileProfile(SHA1)`: a bare name that stands for a column of the piped rows, not for a value. */
const namesColumn = (argument: Syntax, user: UserFunction, context: Context): boolean =>
  user.namesColumns === true && kindOf(argument) === 'NameReference' && !context.names.find(String(argument.SimpleName))

/** The same plan under fresh ids, computed once for all its uses. */
function reuse(plan: Plan, context: Context): Plan {
  return {
    kind: 'shared',
    id: sharedId(plan, context),
    plan,
    columns: plan.columns.map((c) => context.numbering.copy(c)),
  }
}

const ids = new WeakMap<Plan, number>()
function sharedId(plan: Plan, context: Context): number {
  const known = ids.get(plan)
  if (known) return known
  const id = context.numbering.shared()
  ids.set(plan, id)
  return id
}
