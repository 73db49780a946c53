/** Small plans for tests of the rewrites. */
import { filter, keep, project } from '../../src/plan/build.ts'
import { call, columnOf, literal } from '../../src/plan/expr.ts'
import type { Column, Expr, Plan, Scan } from '../../src/plan/nodes.ts'

let ids = 0
export const column = (name: string, type: Column['type'] = 'string'): Column => ({ id: ++ids, name, type })

export const scanOf = (table: string, columns: readonly Column[]): Scan => ({
  kind: 'scan',
  table,
  columns,
  source: columns.map((c) => c.name),
})
export const datetime = (ticks: bigint): Expr => literal('datetime', ticks.toString())
export const compare = (c: Column, op: string, e: Expr): Expr => call(op, [columnOf(c), e], 'bool')

export type { Plan }
export { columnOf, filter, keep, project }
