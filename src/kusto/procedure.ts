/**
 * Table functions written in TypeScript: what is no algebra (clustering, funnels, graphs). A procedure is a native entry of
 * the catalogue that takes options and the rows of each input as arrays of arrays, and gives the rows of its result alike.
 * It is made of plain plan nodes, so rows still come only from scans, and the order of a sorted input is kept.
 */

import { MAX_PROCEDURE_ROWS } from '../functions/procedures/procedure.ts'
import { aggregate, limit, project } from '../plan/build.ts'
import { call, columnOf, long } from '../plan/expr.ts'
import type { Column, Expr, NamedType, Plan } from '../plan/nodes.ts'
import { coerce } from './coerce.ts'
import type { Context } from './context.ts'

export interface ProcedureInput {
  readonly plan: Plan
  /** The values of a row, in order. Times, decimals and guids arrive as texts. */
  readonly values: readonly Expr[]
}

/** The rows of a procedure; `gives` are its columns in order. `options` may hold expressions without columns. */
export function procedure(
  name: string,
  options: readonly Expr[],
  inputs: readonly ProcedureInput[],
  gives: readonly NamedType[],
  { numbering }: Context,
): Plan {
  const tables = inputs.map((input): Expr => {
    // One row more than is allowed tells the procedure that there were too many.
    const limited = limit(project(input.plan, [...assigned(input)]), long(MAX_PROCEDURE_ROWS + 1))
    const rows = numbering.column('$rows', 'dynamic')
    const row = array(limited.columns.map(columnOf))
    const all = aggregate(limited, [], [{ column: rows, name: 'make_list', args: [array([row])] }])
    return { kind: 'scalar', plan: all, type: 'dynamic' }
  })
  const one = numbering.column('$one', 'long')
  const source: Plan = { kind: 'values', rows: [[long(0)]], columns: [one] }
  const row = numbering.column('$row', 'dynamic')
  const unnested: Plan = {
    kind: 'unnest',
    input: source,
    items: [{ column: row, value: call(name, [array(options), ...tables], 'dynamic'), bags: 'bag' }],
    columns: [one, row],
  }
  return project(
    unnested,
    gives.map(({ name: named, type }, i) => ({
      column: numbering.column(named, type),
      expr: coerce(call('path', [columnOf(row), long(i)], 'dynamic'), type),
    })),
  )

  function assigned({ values }: ProcedureInput) {
    return values.map((expr): { column: Column; expr: Expr } => ({
      column: numbering.column('$value', expr.type),
      expr,
    }))
  }
}

const array = (items: readonly Expr[]): Expr =>
  call(
    'pack_array',
    items.map((i) => coerce(i, 'dynamic')),
    'dynamic',
  )
