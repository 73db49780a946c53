/** Plug-ins on the activity of ids over bins of time: who is new, who is active. */
import { aggregate, filter, join, keep, pass, project, sort, window } from '../../../plan/build.ts'
import { and, call, columnOf, long } from '../../../plan/expr.ts'
import type { Assignment, Column, Expr, Plan, Shared } from '../../../plan/nodes.ts'
import { argumentsOf } from '../../calls.ts'
import type { Context } from '../../context.ts'
import type { Syntax } from '../../language.ts'
import { alias } from '../../statements.ts'
import { columnNamed, constantOf, type LowerPlugin, literalOf } from './plugin.ts'
import { binOf, binSize, named, periodOf, repeated, windowsOf } from './windows.ts'

/** In each bin: rows, distinct ids, ids that no bin before had, and distinct ids up to it (measured). */
export const activityCountsMetrics: LowerPlugin = (called, input, context) => {
  const { numbering } = context
  const [id, time, start, end, step, ...dimensions] = argumentsOf(called.node)
  const timeColumn = columnNamed(time!, input)
  const from = constantOf(start!, timeColumn.type, context)
  const to = constantOf(end!, timeColumn.type, context)
  const bin = periodOf(step!, timeColumn, from, context)
  const rows = activity(input, id!, bin, between(columnOf(timeColumn), from, to), dimensions, context)

  const counts = use(rows, context)
  const count = numbering.column('count', 'long')
  const dcount = numbering.column('dcount', 'long')
  const perBin = aggregate(
    counts.plan,
    [pass(counts.bin), ...counts.by.map(pass)],
    [
      { column: count, name: 'count', args: [] },
      { column: dcount, name: 'dcount', args: [columnOf(counts.id)] },
    ],
  )
  const news = use(rows, context)
  const first = numbering.column('$first', news.bin.type)
  const firsts = aggregate(
    news.plan,
    [pass(news.id), ...news.by.map(pass)],
    [{ column: first, name: 'min', args: [columnOf(news.bin)] }],
  )
  const fresh = numbering.column('$new', 'long')
  const freshPerBin = aggregate(
    firsts,
    [pass(first), ...news.by.map(pass)],
    [{ column: fresh, name: 'count', args: [] }],
  )
  const joined = join(
    'leftouter',
    perBin,
    freshPerBin,
    [counts.bin, ...counts.by].map((left, i) => ({
      left: columnOf(left),
      right: columnOf([first, ...news.by][i]!),
    })),
    [...perBin.columns, ...freshPerBin.columns],
  )
  const added = numbering.column('new_dcount', 'long')
  const known = project(joined, [
    ...perBin.columns.map(pass),
    { column: added, expr: call('coalesce', [columnOf(fresh), long(0)], 'long') },
  ])
  const inOrder = sort(known, [{ expr: columnOf(counts.bin), descending: false, nullsFirst: true }])
  const total = numbering.column('aggregated_dcount', 'long')
  const summed = window(inOrder, [{ column: total, name: 'row_cumsum', args: [columnOf(added)] }], counts.by)
  return named(called, keep(summed, [counts.bin, ...counts.by, count, dcount, added, total]), context)
}

/**
 * In each bin, the ids that were active in at least so many periods of the look-back window that ends with a period of the bin
 * in which they were active themselves (measured).
 */
export const activeUsersCount: LowerPlugin = (called, input, context) => {
  const { numbering } = context
  const [id, time, start, end, lookback, period, least, step, ...dimensions] = argumentsOf(called.node)
  const timeColumn = columnNamed(time!, input)
  const from = constantOf(start!, timeColumn.type, context)
  const to = constantOf(end!, timeColumn.type, context)
  const size = binSize(period!, timeColumn, context)
  const times = windowsOf(Number(literalOf(lookback!, size.type, context).value) / Number(size.value), lookback!)
  const own = binOf(columnOf(timeColumn), size, from)
  const rows = activity(input, id!, own, undefined, dimensions, context)

  const past = use(rows, context)
  const distinct = aggregate(past.plan, [past.id, past.bin, ...past.by].map(pass), [])
  const { plan, bin: until } = repeated(distinct, columnOf(past.bin), size, times, context)
  const periods = numbering.column('$periods', 'long')
  const counted = aggregate(plan, [past.id, until, ...past.by].map(pass), [
    { column: periods, name: 'count', args: [] },
  ])
  const enough = call('>=', [columnOf(periods), constantOf(least!, 'long', context)], 'bool')
  const active = filter(counted, and(enough, between(columnOf(until), from, to)))

  const present = use(rows, context)
  const seen = join(
    'leftsemi',
    active,
    present.plan,
    [past.id, until, ...past.by].map((left, i) => ({
      left: columnOf(left),
      right: columnOf([present.id, present.bin, ...present.by][i]!),
    })),
    active.columns,
  )
  const bin = numbering.column('$bin', timeColumn.type)
  const result = aggregate(
    seen,
    [{ column: bin, expr: periodOf(step!, until, from, context) }, ...past.by.map(pass)],
    [{ column: numbering.column('dcount', 'long'), name: 'dcount', args: [columnOf(past.id)] }],
  )
  return named(called, result, context)
}

const between = (value: Expr, from: Expr, to: Expr): Expr =>
  and(call('>=', [value, from], 'bool'), call('<=', [value, to], 'bool'))

/** Id, bin and dimensions of each row, in this order; used several times. */
function activity(
  input: Plan,
  id: Syntax,
  bin: Expr,
  when: Expr | undefined,
  dimensions: readonly Syntax[],
  context: Context,
): Shared {
  const copied = (c: Column): Assignment => ({ column: context.numbering.copy(c), expr: columnOf(c) })
  const plan = project(when ? filter(input, when) : input, [
    copied(columnNamed(id, input)),
    { column: context.numbering.column('$bin', bin.type), expr: bin },
    ...dimensions.map((d) => copied(columnNamed(d, input))),
  ])
  return { kind: 'shared', id: context.numbering.shared(), plan, columns: plan.columns }
}

/** The rows under ids of their own. */
function use(rows: Shared, context: Context) {
  const plan = alias(rows.id, rows.plan, context)
  const [id, bin, ...by] = plan.columns
  return { plan, id: id!, bin: bin!, by }
}
