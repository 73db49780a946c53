/** `make-series`: aggregates on a regular axis, as arrays; empty bins get the default. */
import { aggregate, filter, pass, project as projectNode } from '../../plan/build.ts'
import { and, bool, call, columnOf, literal, long } from '../../plan/expr.ts'
import type { Assignment, Expr, Measure } from '../../plan/nodes.ts'
import type { KqlType } from '../../types/kql-type.ts'
import { coerce } from '../coerce.ts'
import { type Context, partitionColumns, quoted, refuse, semantic } from '../context.ts'
import { lowerScalar } from '../expressions.ts'
import { child, elements, kindOf, mustChild, parametersOf, resultColumns, type Syntax, textOf } from '../language.ts'
import type { LowerOperator } from './operator.ts'

/** Results that make no series (docs: make-series, "Aggregation"). */
const NO_NUMBERS: ReadonlySet<KqlType> = new Set(['string', 'dynamic', 'guid', 'bool'])

export const makeSeries: LowerOperator = (op, input, context) => {
  const scope = { columns: input.columns }
  const axis = axisOf(op, input.columns, context)
  const byClause = child(op, 'ByClause')
  const names = resultColumns(op)
  const by = (byClause ? elements(byClause, 'Expressions') : []).map((e, i): Assignment => {
    const expr = lowerScalar(e, scope, context)
    return { column: context.numbering.column(names[i]!.name, expr.type), expr }
  })
  const series = elements(op, 'Aggregates').map((a) => {
    const measures: Measure[] = []
    const value = lowerScalar(mustChild(a, 'Expression'), { ...scope, measures }, context)
    if (NO_NUMBERS.has(value.type))
      throw semantic(
        a,
        `'make-series' operator: ${quoted(a)} is of the type ${value.type}, and only numbers make a series`,
      )
    const fallback = child(a, 'DefaultExpression')
    const missing = fallback ? lowerScalar(mustChild(fallback, 'Expression'), { columns: [] }, context) : long(0)
    return { value, measures, missing: coerce(missing, value.type) }
  })
  if (names.length !== by.length + series.length + 1) throw refuse(op, "This form of 'make-series'")

  // One value a bin, then one array a group.
  const partitions = partitionColumns(input).map(pass)
  const keys = [...by.map((a) => pass(a.column)), ...partitions]
  const bin = context.numbering.column('$bin', 'long')
  const binned = aggregate(
    filter(input, axis.inside),
    [...by, ...partitions, { column: bin, expr: axis.place }],
    series.flatMap((s) => s.measures),
  )
  const values = projectNode(binned, [
    ...keys,
    pass(bin),
    ...series.map((s) => ({
      column: context.numbering.column('$value', 'dynamic'),
      expr: call('pack_array', [coerce(columnOf(bin), 'dynamic'), coerce(s.value, 'dynamic')], 'dynamic'),
    })),
  ])
  const lists = series.map(
    (_, i): Measure => ({
      column: context.numbering.column('$pairs', 'dynamic'),
      name: 'make_list',
      args: [call('pack_array', [columnOf(values.columns[keys.length + 1 + i]!)], 'dynamic')],
    }),
  )
  const least: Measure = { column: context.numbering.column('$first', 'long'), name: 'min', args: [columnOf(bin)] }
  const most: Measure = { column: context.numbering.column('$last', 'long'), name: 'max', args: [columnOf(bin)] }
  // An aggregate without keys has a row for no rows too: wanted only with kind=nonempty.
  const nonEmpty = textOf(parametersOf(op).get('kind') ?? op) === 'nonempty'
  const all: Assignment = { column: context.numbering.column('$all', 'bool'), expr: bool(true) }
  const grouped = aggregate(values, keys.length > 0 || nonEmpty ? keys : [all], [...lists, least, most])
  const bounded = projectNode(grouped, [
    ...keys,
    ...lists.map((l) => pass(l.column)),
    { column: least.column, expr: axis.first ?? columnOf(least.column) },
    { column: most.column, expr: axis.last ?? columnOf(most.column) },
  ])
  const first = columnOf(least.column)
  const count = call('+', [call('-', [columnOf(most.column), first], 'long'), long(1)], 'long')
  const start = call('+', [axis.base, call('*', [axis.step, first], axis.step.type)], axis.base.type)
  return projectNode(bounded, [
    ...by.map((a) => pass(a.column)),
    ...series.map((s, i) => ({
      column: context.numbering.column(names[by.length + i]!.name, 'dynamic'),
      expr: call('_series_fill', [columnOf(lists[i]!.column), first, count, coerce(s.missing, 'dynamic')], 'dynamic'),
    })),
    {
      column: context.numbering.column(names.at(-1)!.name, 'dynamic'),
      expr: call('_series_axis', [coerce(start, 'dynamic'), count, coerce(axis.step, 'dynamic')], 'dynamic'),
    },
    ...partitions,
  ])
}

interface Axis {
  /** Bins are numbered from here. */
  readonly base: Expr
  readonly step: Expr
  readonly inside: Expr
  /** Number of the bin of a row. */
  readonly place: Expr
  /** Numbers of the first and last bin of every series; absent = those of the group's own rows. */
  readonly first?: Expr
  readonly last?: Expr
}

function axisOf(op: Syntax, columns: Parameters<LowerOperator>[1]['columns'], context: Context): Axis {
  const given = lowerScalar(mustChild(mustChild(op, 'OnClause'), 'Expression'), { columns }, context)
  const value = coerce(given, AXIS_TYPES[given.type] ?? given.type)
  const type = value.type
  const constant = (node: Syntax, to: KqlType) => coerce(lowerScalar(node, { columns: [] }, context), to)
  const clause = mustChild(op, 'RangeClause')
  const spanType = type === 'datetime' ? 'timespan' : type
  const zero = literal(type, type === 'real' ? 0 : '0')
  const compare = (name: string, a: Expr, b: Expr) => call(name, [a, b], 'bool')
  const binNumber = (e: Expr, base: Expr, step: Expr): Expr => {
    const distance = call('-', [e, base], spanType)
    const whole = coerce(call('bin', [distance, step], spanType), 'real')
    const quotient = call('/', [whole, coerce(step, 'real')], 'real')
    // Only rounding errors part the quotient from a whole number.
    const nearest = call('bin', [call('+', [quotient, literal('real', 0.5)], 'real'), literal('real', 1)], 'real')
    return coerce(nearest, 'long')
  }
  if (kindOf(clause) !== 'MakeSeriesFromToStepClause') {
    // in range(…): both ends belong to it, and bins are those of bin() (docs: make-series, alternate syntax).
    const [from, to, stepNode] = elements(mustChild(clause, 'Arguments'), 'Expressions')
    if (!from || !to || !stepNode) throw refuse(clause, "This form of 'in range(…)'")
    const [start, stop, step] = [constant(from, type), constant(to, type), constant(stepNode, spanType)]
    return {
      base: zero,
      step,
      inside: and(compare('>=', value, start), compare('<=', value, stop)),
      place: binNumber(value, zero, step),
      first: binNumber(start, zero, step),
      last: binNumber(stop, zero, step),
    }
  }
  const [fromClause, toClause] = [child(clause, 'MakeSeriesFromClause'), child(clause, 'MakeSeriesToClause')]
  const from = fromClause && constant(mustChild(fromClause, 'Expression'), type)
  const to = toClause && constant(mustChild(toClause, 'Expression'), type)
  const step = constant(mustChild(mustChild(clause, 'MakeSeriesStepClause'), 'Expression'), spanType)
  if (step.kind === 'literal' && !(Number(step.value) > 0))
    throw semantic(clause, "'make-series' operator: the step must be positive")
  const base = from ?? zero
  const bins =
    to &&
    call(
      '_series_length',
      [call('-', [to, base], spanType), step].map((e) => coerce(e, 'real')),
      'long',
    )
  return {
    base,
    step,
    inside: and(
      call('isnotnull', [value], 'bool'),
      ...(from ? [compare('>=', value, from)] : []),
      ...(to ? [compare('<', value, to)] : []),
    ),
    place: binNumber(value, base, step),
    ...(from && { first: long(0) }),
    ...(bins && { last: call('-', [bins, long(1)], 'long') }),
  }
}

const AXIS_TYPES: Partial<Record<KqlType, KqlType>> = { int: 'long', bool: 'long', decimal: 'real' }
