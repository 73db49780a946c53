/** Makers of plan nodes that work out the columns which a node gives. */

import { columnOf } from './expr.ts'
import type {
  Aggregate,
  Assignment,
  Column,
  Expr,
  Filter,
  Join,
  JoinKind,
  Limit,
  Measure,
  Plan,
  Project,
  Sort,
  SortKey,
  Window,
} from './nodes.ts'

export const filter = (input: Plan, when: Expr): Filter => ({ kind: 'filter', input, when, columns: input.columns })

export const project = (input: Plan, assignments: readonly Assignment[]): Project => ({
  kind: 'project',
  input,
  assignments,
  columns: assignments.map((a) => a.column),
})

/** An assignment that lets a column through unchanged. */
export const pass = (column: Column): Assignment => ({ column, expr: columnOf(column) })

/** Keeps these columns, in this order. */
export const keep = (input: Plan, columns: readonly Column[]): Plan => project(input, columns.map(pass))

export const aggregate = (input: Plan, by: readonly Assignment[], measures: readonly Measure[]): Aggregate => ({
  kind: 'aggregate',
  input,
  by,
  measures,
  columns: [...by.map((a) => a.column), ...measures.map((m) => m.column)],
})

export const sort = (input: Plan, keys: readonly SortKey[]): Sort => ({
  kind: 'sort',
  input,
  keys,
  columns: input.columns,
})
export const limit = (input: Plan, count: Expr, by: readonly Column[] = []): Limit => ({
  kind: 'limit',
  input,
  count,
  columns: input.columns,
  ...(by.length > 0 && { by }),
})

/** `columns` are the join's outputs in order; semi and anti joins give one side's. */
export const join = (kind: JoinKind, left: Plan, right: Plan, on: Join['on'], columns: readonly Column[]): Join => ({
  kind: 'join',
  join: kind,
  left,
  right,
  on,
  columns,
})

export const window = (input: Plan, outputs: Window['outputs'], by: readonly Column[] = []): Window => ({
  kind: 'window',
  input,
  outputs,
  ...(by.length > 0 && { by }),
  columns: [...input.columns, ...outputs.map((o) => o.column)],
})
