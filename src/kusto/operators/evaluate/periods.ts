/** Plug-ins on ids that come and go over periods of time, worked out by procedures over the rows: times go there as whole numbers. */
import { project } from '../../../plan/build.ts'
import { call, columnOf, literal, nullOf, text } from '../../../plan/expr.ts'
import type { Column, Expr, NamedType, Plan } from '../../../plan/nodes.ts'
import type { KqlType } from '../../../types/kql-type.ts'
import { argumentsOf } from '../../calls.ts'
import { coerce } from '../../coerce.ts'
import { type Context, quoted, refuse, semantic } from '../../context.ts'
import { isTabular, resultColumns, type Syntax } from '../../language.ts'
import { procedure } from '../../procedure.ts'
import { lowerTable } from '../../tables.ts'
import { columnNamed, constantOf, type LowerPlugin, type PluginCall } from './plugin.ts'
import { binSize, calendarPeriod } from './windows.ts'

/** A moment or a length as a whole number: ticks, where it is no number. */
export function numberFrom(value: Expr, node: Syntax): Expr {
  if (value.type === 'datetime' || value.type === 'timespan') return call('tolong', [value], 'long')
  if (value.type === 'long' || value.type === 'int') return coerce(value, 'long')
  throw refuse(node, `A timeline of type ${value.type}`)
}

const timespan = (ticks: Expr): Expr => call('*', [literal('timespan', '1'), ticks], 'timespan')

/** The moment, or the length, that a whole number stands for. */
export function fromNumber(number: Expr, type: KqlType): Expr {
  if (type === 'datetime') return call('+', [literal('datetime', '0'), timespan(number)], 'datetime')
  return type === 'timespan' ? timespan(number) : coerce(number, type)
}

/** What a procedure gives, under the names that the parser says; `types` are the columns' own, times as numbers. */
export function timed(
  { op }: PluginCall,
  plan: (gives: readonly NamedType[]) => Plan,
  types: readonly KqlType[],
  context: Context,
): Plan {
  const names = resultColumns(op)
  if (names.length !== types.length) throw refuse(op, quoted(op))
  const isTime = (type: KqlType) => type === 'datetime' || type === 'timespan'
  const found = plan(names.map(({ name }, i) => ({ name, type: isTime(types[i]!) ? 'long' : types[i]! })))
  return project(
    found,
    found.columns.map((c, i) => ({
      column: context.numbering.column(c.name, types[i]!),
      expr: isTime(types[i]!) ? fromNumber(columnOf(c), types[i]!) : columnOf(c),
    })),
  )
}

interface Rows {
  readonly time: Column
  readonly dimensions: readonly Column[]
  readonly input: { readonly plan: Plan; readonly values: readonly Expr[] }
  readonly at: (node: Syntax) => Expr
}

/** Rows of id, time and dimensions. */
function rowsOf(id: Syntax, time: Syntax, dimensions: readonly Syntax[], input: Plan, context: Context): Rows {
  const timeColumn = columnNamed(time, input)
  const by = dimensions.map((d) => columnNamed(d, input))
  return {
    time: timeColumn,
    dimensions: by,
    input: {
      plan: input,
      values: [columnOf(columnNamed(id, input)), numberFrom(columnOf(timeColumn), time), ...by.map(columnOf)],
    },
    at: (node) => numberFrom(constantOf(node, timeColumn.type, context), node),
  }
}

const lengthOf = (node: Syntax, of: Column, context: Context): Expr => numberFrom(binSize(node, of, context), node)

/** A length, or the name of a period of the calendar. */
function periodOf(node: Syntax, of: Column, context: Context): Expr {
  const name = calendarPeriod(node, of, context)
  return name ? text(name) : lengthOf(node, of, context)
}

export const activityMetrics: LowerPlugin = (called, input, context) => {
  const [id, time, start, end, step, ...dimensions] = argumentsOf(called.node)
  if (!step) throw refuse(called.node, 'activity_metrics without Start and End')
  const rows = rowsOf(id!, time!, dimensions, input, context)
  const options = [rows.at(start!), rows.at(end!), periodOf(step, rows.time, context)]
  const types = [rows.time.type, ...rows.dimensions.map((d) => d.type), 'long', 'long', 'real', 'real'] as const
  return timed(called, (gives) => procedure('_activity_metrics', options, [rows.input], gives, context), types, context)
}

export const newActivityMetrics: LowerPlugin = (called, input, context) => {
  const [id, time, start, end, window, ...rest] = argumentsOf(called.node)
  const lookback = rest.find(isTabular)
  const columns = rest.filter((n) => n !== lookback)
  const isColumn = (n: Syntax) => input.columns.some((c) => c.name === String(n.SimpleName))
  const cohort = columns[0] && !isColumn(columns[0]) ? columns.shift() : undefined
  const rows = rowsOf(id!, time!, columns, input, context)
  const options = [
    rows.at(start!),
    rows.at(end!),
    periodOf(window!, rows.time, context),
    cohort ? rows.at(cohort) : nullOf('long'),
  ]
  const types = [
    rows.time.type,
    rows.time.type,
    ...rows.dimensions.map((d) => d.type),
    ...(['long', 'long', 'long', 'real', 'real'] as const),
  ]
  const idName = columnNamed(id!, input).name
  return timed(
    called,
    (gives) =>
      procedure('_new_activity_metrics', options, [rows.input, seenBefore(lookback, idName, context)], gives, context),
    types,
    context,
  )
}

/** The ids of the lookback table: its column of the same name, or its only one. */
function seenBefore(node: Syntax | undefined, idName: string, context: Context) {
  if (!node) {
    const none = context.numbering.column(idName, 'string')
    return { plan: { kind: 'values', rows: [], columns: [none] } satisfies Plan, values: [columnOf(none)] }
  }
  const plan = lowerTable(node, context)
  const ids = plan.columns.find((c) => c.name === idName) ?? (plan.columns.length === 1 ? plan.columns[0] : undefined)
  if (!ids) throw semantic(node, `evaluate new_activity_metrics(): ${quoted(node)} has no column '${idName}'`)
  return { plan, values: [columnOf(ids)] }
}

export const activityEngagement: LowerPlugin = (called, input, context) => {
  const [id, time, start, end, inner, outer, ...dimensions] = argumentsOf(called.node)
  if (!inner || !outer) throw refuse(called.node, 'activity_engagement without Start and End')
  const rows = rowsOf(id!, time!, dimensions, input, context)
  const lengths = [lengthOf(inner, rows.time, context), lengthOf(outer, rows.time, context)]
  const types = [rows.time.type, ...rows.dimensions.map((d) => d.type), 'long', 'long', 'real'] as const
  return timed(
    called,
    (gives) =>
      procedure('_activity_engagement', [rows.at(start!), rows.at(end!), ...lengths], [rows.input], gives, context),
    types,
    context,
  )
}

/** Bins are those of bin(), whatever Start is, and a row exactly as long after another one as the lookback begins a session (measured). */
export const sessionCount: LowerPlugin = (called, input, context) => {
  const [id, time, start, end, bin, lookback, ...dimensions] = argumentsOf(called.node)
  const rows = rowsOf(id!, time!, dimensions, input, context)
  const options = [
    rows.at(start!),
    rows.at(end!),
    lengthOf(bin!, rows.time, context),
    lengthOf(lookback!, rows.time, context),
  ]
  const types = [rows.time.type, ...rows.dimensions.map((d) => d.type), 'long'] as const
  return timed(called, (gives) => procedure('_session_count', options, [rows.input], gives, context), types, context)
}
