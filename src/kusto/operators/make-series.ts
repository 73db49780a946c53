/** `make-series`: aggregates on a regular axis, as arrays; empty bins get the default. */
import { aggregate, filter, pass, project as projectNode } from '../../plan/build.ts'
import { and, call, columnOf, literal } from '../../plan/expr.ts'
import type { Assignment, Expr, Measure } from '../../plan/nodes.ts'
import { coerce } from '../coerce.ts'
import { refuse } from '../context.ts'
import { comparable, lowerScalar } from '../expressions.ts'
import { child, elements, kindOf, mustChild, resultColumns } from '../language.ts'
import type { LowerOperator } from './operator.ts'

export const makeSeries: LowerOperator = (op, input, context) => {
  const scope = { columns: input.columns }
  const none = { columns: [] }
  const clause = mustChild(op, 'RangeClause')
  if (kindOf(clause) !== 'MakeSeriesFromToStepClause') throw refuse(clause, "'in range(…)' of make-series")
  const axis = lowerScalar(mustChild(mustChild(op, 'OnClause'), 'Expression'), scope, context)
  const [fromClause, toClause] = [child(clause, 'MakeSeriesFromClause'), child(clause, 'MakeSeriesToClause')]
  if (!fromClause || !toClause) throw refuse(op, 'make-series without from and to')
  const from = comparable(lowerScalar(mustChild(fromClause, 'Expression'), none, context), axis, '<')[0]
  const to = comparable(lowerScalar(mustChild(toClause, 'Expression'), none, context), axis, '<')[0]
  const stepType = axis.type === 'datetime' ? 'timespan' : axis.type
  const step = coerce(
    lowerScalar(mustChild(mustChild(clause, 'MakeSeriesStepClause'), 'Expression'), none, context),
    stepType,
  )

  const byClause = child(op, 'ByClause')
  const names = resultColumns(op)
  const by = (byClause ? elements(byClause, 'Expressions') : []).map((e, i): Assignment => {
    const expr = lowerScalar(e, scope, context)
    return { column: context.numbering.column(names[i]!.name, expr.type), expr }
  })
  const series = elements(op, 'Aggregates').map((a) => {
    const measures: Measure[] = []
    const value = lowerScalar(mustChild(a, 'Expression'), { ...scope, measures }, context)
    const fallback = child(a, 'DefaultExpression')
    const missing = fallback ? lowerScalar(mustChild(fallback, 'Expression'), none, context) : literal('long', '0')
    return { value, measures, missing: coerce(missing, value.type) }
  })
  if (names.length !== by.length + series.length + 1) throw refuse(op, "This form of 'make-series'")

  // Rows inside the axis, each with the number of its bin; then one value a bin, then one array a group.
  const inside = filter(input, and(call('>=', [axis, from], 'bool'), call('<', [axis, to], 'bool')))
  const bin = context.numbering.column('$bin', 'long')
  const distance = call('-', [axis, from], axis.type === 'datetime' ? 'timespan' : axis.type)
  const place = coerce(
    call('bin', [call('/', [coerce(distance, 'real'), coerce(step, 'real')], 'real'), literal('real', 1)], 'real'),
    'long',
  )
  const binned = aggregate(
    inside,
    [...by, { column: bin, expr: place }],
    series.flatMap((s) => s.measures),
  )
  const values = projectNode(binned, [
    ...by.map((a) => pass(a.column)),
    pass(bin),
    ...series.map((s) => ({
      column: context.numbering.column('$value', 'dynamic'),
      expr: call('pack_array', [coerce(columnOf(bin), 'dynamic'), coerce(s.value, 'dynamic')], 'dynamic'),
    })),
  ])
  const pairs = series.map((_, i) => values.columns[by.length + 1 + i]!)
  const lists: Measure[] = pairs.map((p) => ({
    column: context.numbering.column('$pairs', 'dynamic'),
    name: 'make_list',
    args: [call('pack_array', [columnOf(p)], 'dynamic')],
  }))
  const keys: Assignment[] =
    by.length > 0
      ? by.map((a) => pass(a.column))
      : [{ column: context.numbering.column('$all', 'bool'), expr: literal('bool', true) }]
  const grouped = aggregate(values, keys, lists)
  const count = call(
    '_series_length',
    [from, to, step].map((e) => coerce(e, 'real')),
    'long',
  )
  const axisArray: Expr = call('_series_axis', [coerce(from, 'dynamic'), count, coerce(step, 'dynamic')], 'dynamic')
  return projectNode(grouped, [
    ...by.map((a) => pass(a.column)),
    ...series.map((s, i) => ({
      column: context.numbering.column(names[by.length + i]!.name, 'dynamic'),
      expr: call('_series_fill', [columnOf(lists[i]!.column), count, coerce(s.missing, 'dynamic')], 'dynamic'),
    })),
    { column: context.numbering.column(names.at(-1)!.name, 'dynamic'), expr: axisArray },
  ])
}
