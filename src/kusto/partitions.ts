/** Sub-queries of mv-apply and partition run for all partitions at once: hidden columns say which one a row is of. */
import { aggregate, join, keep, pass, project } from '../plan/build.ts'
import { bool, call, columnOf } from '../plan/expr.ts'
import type { Column, Expr, Measure, Plan } from '../plan/nodes.ts'
import { type Context, partitionColumns } from './context.ts'
import { alias } from './statements.ts'

/** The rows that a sub-query starts from, and its context: there every partition is known, those that lose all rows too. */
export function enterPartitions(start: Plan, context: Context): { start: Plan; inside: Context } {
  const id = context.numbering.shared()
  const partitions = () => {
    const rows = alias(id, start, context)
    return aggregate(rows, partitionColumns(rows).map(pass), [])
  }
  return { start: alias(id, start, context), inside: { ...context, partitions } }
}

/** A table of its own inside of a sub-query: each partition has all of its rows. */
export function perPartition(plan: Plan, context: Context): Plan {
  if (!context.partitions || partitionColumns(plan).length > 0) return plan
  const partitions = context.partitions()
  const always = [{ left: bool(true), right: bool(true) }]
  return join('inner', plan, partitions, always, [...plan.columns, ...partitions.columns])
}

/** Equality of the partitions of two plans, by name. */
export function samePartition(left: readonly Column[], right: readonly Column[]): { left: Expr; right: Expr }[] {
  return left.flatMap((l) => {
    const r = right.find((c) => c.name === l.name)
    return r ? [{ left: columnOf(l), right: columnOf(r) }] : []
  })
}

/**
 * An aggregate without group keys gives a row for every partition: those whose rows are all gone get the values of an empty
 * table. `input` is what the measures look at; the result has the measures' columns and the partitions.
 */
export function aggregatePartitions(input: Plan, measures: readonly Measure[], context: Context): Plan {
  const by = partitionColumns(input)
  if (by.length === 0 || !context.partitions) return aggregate(input, by.map(pass), measures)
  const present = context.numbering.column('$present', 'long')
  const grouped = aggregate(input, by.map(pass), [...measures, { column: present, name: 'count', args: [] }])
  const partitions = context.partitions()
  const on = samePartition(partitions.columns, by)
  const joined = join('leftouter', partitions, grouped, on, [
    ...partitions.columns,
    ...measures.map((m) => m.column),
    present,
  ])
  const isEmpty = call('isnull', [columnOf(present)], 'bool')
  return project(joined, [
    ...partitions.columns.map(pass),
    ...measures.map((m) => ({
      column: m.column,
      expr: call('iff', [isEmpty, ofNothing(m, input, context), columnOf(m.column)], m.column.type),
    })),
  ])
}

/** The value of an aggregate over no rows. */
function ofNothing(measure: Measure, input: Plan, context: Context): Expr {
  const nothing: Plan = { kind: 'values', rows: [], columns: input.columns }
  const column = context.numbering.column('$empty', measure.column.type)
  return { kind: 'scalar', plan: keep(aggregate(nothing, [], [{ ...measure, column }]), [column]), type: column.type }
}
