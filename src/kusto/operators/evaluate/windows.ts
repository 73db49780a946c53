/** Plug-ins over bins of time: each row is repeated for the bins whose window it lies in, then rows are aggregated. */
import { aggregate, filter, join, pass, project } from '../../../plan/build.ts'
import { and, call, columnOf, literal } from '../../../plan/expr.ts'
import type { Column, Expr, Measure, Plan } from '../../../plan/nodes.ts'
import { argumentsOf } from '../../calls.ts'
import { coerce } from '../../coerce.ts'
import { type Context, quoted, refuse, semantic } from '../../context.ts'
import { arithmeticType } from '../../expressions.ts'
import { resultColumns, type Syntax, scalarTypeOf } from '../../language.ts'
import { shared } from '../../tables.ts'
import { columnNamed, constantOf, type LowerPlugin, literalOf, type PluginCall } from './plugin.ts'

/** A row is repeated this often at most. */
const MAX_WINDOWS = 10_000

/** Rows and distinct ids of the `lookback` up to the end of each bin; rows before `start` count for the first bins. */
export const slidingWindowCounts: LowerPlugin = (called, input, context) => {
  const { numbering } = context
  const [id, time, start, end, lookback, bin, ...dimensions] = argumentsOf(called.node)
  const idColumn = columnNamed(id!, input)
  const timeColumn = columnNamed(time!, input)
  const size = binSize(bin!, timeColumn, context)
  const back = literalOf(lookback!, size.type, context)
  const from = constantOf(start!, timeColumn.type, context)
  const to = constantOf(end!, timeColumn.type, context)
  const times = windowsOf(Number(back.value) / Number(size.value), lookback!)
  const own = binOf(columnOf(timeColumn), size, from)
  const { plan, bin: at } = repeated(input, own, size, times, context)
  const until = plus(columnOf(at), size)
  const inside = filter(
    plan,
    and(
      call('>=', [columnOf(at), from], 'bool'),
      call('<=', [columnOf(at), to], 'bool'),
      call('>=', [columnOf(timeColumn), call('-', [until, back], timeColumn.type)], 'bool'),
    ),
  )
  const by = dimensions.map((d) => columnNamed(d, input))
  const measures: Measure[] = [
    { column: numbering.column('Count', 'long'), name: 'count', args: [] },
    { column: numbering.column('Dcount', 'long'), name: 'dcount', args: [columnOf(idColumn)] },
  ]
  return named(called, aggregate(inside, [pass(at), ...by.map(pass)], measures), context)
}

/** A percentile of the values in each bin and the bins before it; only bins that have rows of their own are given (measured). */
export const rollingPercentile: LowerPlugin = (called, input, context) => {
  const { numbering } = context
  const [value, rank, index, bin, count, ...dimensions] = argumentsOf(called.node)
  const valueColumn = columnNamed(value!, input)
  const indexColumn = columnNamed(index!, input)
  const size = binSize(bin!, indexColumn, context)
  const times = windowsOf(Number(literalOf(count!, 'long', context).value), count!)
  const own = call('bin', [columnOf(indexColumn), size], indexColumn.type)
  const rows = shared(input, undefined, context)
  const renamed = new Map(input.columns.map((c, i) => [c.id, rows.columns[i]!]))
  const at = (c: Column) => renamed.get(c.id) ?? c
  const { plan, bin: window } = repeated(rows, rebased(own, renamed), size, times, context)
  const by = dimensions.map((d) => columnNamed(d, input))
  const result = aggregate(
    plan,
    [pass(window), ...by.map((c) => pass(at(c)))],
    [
      {
        column: numbering.column('percentile', valueColumn.type === 'int' ? 'long' : valueColumn.type),
        name: 'percentile',
        args: [columnOf(at(valueColumn)), constantOf(rank!, 'real', context)],
      },
    ],
  )
  const again = shared(rows, rows.columns, context)
  const present = new Map(rows.columns.map((c, i) => [c.id, again.columns[i]!]))
  const key = numbering.column('$bin', indexColumn.type)
  const bins = aggregate(again, [{ column: key, expr: rebased(rebased(own, renamed), present) }], [])
  const kept = join('leftsemi', result, bins, [{ left: columnOf(window), right: columnOf(key) }], result.columns)
  return named(called, kept, context)
}

const rebased = (e: Expr, by: ReadonlyMap<number, Column>): Expr =>
  e.kind === 'column'
    ? columnOf(by.get(e.id)!)
    : e.kind === 'call'
      ? { ...e, args: e.args.map((a) => (a.kind === 'column' ? columnOf(by.get(a.id)!) : a)) }
      : e

/** The input once for each of `times` bins, from a row's own on; `bin` says which. */
export function repeated(input: Plan, own: Expr, size: Expr, times: number, { numbering }: Context) {
  const step = numbering.column('$step', 'dynamic')
  const steps = literal('dynamic', `[${Array.from({ length: times }, (_, i) => i).join(',')}]`)
  const first = numbering.column('$first', own.type)
  const based = project(input, [...input.columns.map(pass), { column: first, expr: own }])
  const unnested: Plan = {
    kind: 'unnest',
    input: based,
    items: [{ column: step, value: steps, bags: 'bag' }],
    columns: [...based.columns, step],
  }
  const bin = numbering.column('$at', own.type)
  const offset = call('*', [size, coerce(columnOf(step), 'long')], size.type)
  const plan = project(unnested, [
    ...input.columns.map(pass),
    { column: bin, expr: call('+', [columnOf(first), offset], own.type) },
  ])
  return { plan, bin }
}

const plus = (a: Expr, b: Expr): Expr => call('+', [a, b], a.type)

/** The bin of a value, counted from `from`. */
export function binOf(value: Expr, size: Expr, from: Expr): Expr {
  const type = arithmeticType('-', value.type, from.type) ?? value.type
  return plus(from, call('bin', [call('-', [value, from], type), size], type))
}

/** The bin of a time: of a length, counted from `from`, or a period of the calendar by its name. */
export function periodOf(node: Syntax, time: Column, from: Expr, context: Context): Expr {
  const name = calendarPeriod(node, time, context)
  return name
    ? call(`startof${name}`, [columnOf(time)], 'datetime')
    : binOf(columnOf(time), binSize(node, time, context), from)
}

/** 'week', 'month' or 'year' where a length could stand. */
export function calendarPeriod(node: Syntax, time: Column, context: Context): string | undefined {
  if (scalarTypeOf(node) !== 'string') return undefined
  const name = String(literalOf(node, 'string', context).value)
  if (time.type !== 'datetime' || !['week', 'month', 'year'].includes(name))
    throw semantic(node, `A period is a length, or 'week', 'month' or 'year' along datetimes, not ${quoted(node)}`)
  return name
}

export function binSize(node: Syntax, of: Column, context: Context): Extract<Expr, { kind: 'literal' }> {
  const size = literalOf(node, of.type === 'datetime' ? 'timespan' : of.type, context)
  if (!(Number(size.value) > 0)) throw semantic(node, `The size of a bin must be positive, not ${quoted(node)}`)
  return size
}

export function windowsOf(count: number, node: Syntax): number {
  const windows = Math.ceil(count)
  if (!(windows > 0)) throw semantic(node, `A window must be positive, not ${quoted(node)}`)
  if (windows > MAX_WINDOWS) throw refuse(node, `A window of more than ${MAX_WINDOWS} bins`)
  return windows
}

export function named({ op }: PluginCall, plan: Plan, { numbering }: Context): Plan {
  const names = resultColumns(op)
  if (names.length !== plan.columns.length) throw refuse(op, quoted(op))
  return project(
    plan,
    plan.columns.map((c, i) => ({ column: numbering.copy(c, names[i]!.name), expr: columnOf(c) })),
  )
}
