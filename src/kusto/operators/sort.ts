/** `sort`, `order`, `top`: descending unless said; null is the smallest value. */
import { keep, limit, sort as sortNode } from '../../plan/build.ts'
import { columnOf } from '../../plan/expr.ts'
import type { Column, Plan, SortKey } from '../../plan/nodes.ts'
import { coerce } from '../coerce.ts'
import { type Context, partitionColumns, type Scope, semantic } from '../context.ts'
import { lowerScalar } from '../expressions.ts'
import { child, elements, kindOf, mustChild, type Syntax, textOf } from '../language.ts'
import type { LowerOperator } from './operator.ts'
import { withWindows } from './windows.ts'

export const sort: LowerOperator = (op, input, context) => {
  const { input: below, result } = withWindows(input, (scope) =>
    elements(op, 'Expressions').map((e) => lowerSortKey(e, scope, context)),
  )
  return narrow(sortNode(below, [...result, ...tieBreakers(below)]), input)
}

export const top: LowerOperator = (op, input, context) => {
  const count = coerce(lowerScalar(mustChild(op, 'Expression'), { columns: [] }, context), 'long')
  const { input: below, result } = withWindows(input, (scope) => [
    lowerSortKey(mustChild(op, 'ByExpression'), scope, context),
  ])
  return narrow(limit(sortNode(below, [...result, ...tieBreakers(below)]), count, partitionColumns(input)), input)
}

/** Groups come in no order of their own: their keys decide between equals, so that the same query gives the same rows. */
const tieBreakers = (input: Plan): SortKey[] =>
  groupKeys(input).map((c) => ({ expr: columnOf(c), descending: false, nullsFirst: true }))

function groupKeys(plan: Plan): readonly Column[] {
  switch (plan.kind) {
    case 'aggregate':
      return plan.by.map((a) => a.column)
    case 'filter':
      return groupKeys(plan.input)
    case 'project': {
      const keys = new Set(groupKeys(plan.input).map((c) => c.id))
      return plan.assignments.flatMap(({ column, expr }) =>
        expr.kind === 'column' && keys.has(expr.id) ? [column] : [],
      )
    }
    case 'shared': {
      const keys = new Set(groupKeys(plan.plan).map((c) => c.id))
      return plan.columns.filter((_, i) => keys.has(plan.plan.columns[i]!.id))
    }
    default:
      return []
  }
}

const narrow = (plan: Plan, input: Plan): Plan =>
  plan.columns.length === input.columns.length ? plan : keep(plan, input.columns)

export function lowerSortKey(node: Syntax, scope: Scope, context: Context): SortKey {
  const expr = lowerScalar(node, scope, context)
  if (expr.type === 'dynamic') throw semantic(node, "The value of type 'dynamic' is not allowed in this context")
  const ordering = kindOf(node) === 'OrderedExpression' ? child(node, 'Ordering') : undefined
  const direction = ordering && child(ordering, 'AscOrDescKeyword')
  const descending = !(direction && /asc/.test(textOf(direction)))
  const nulls = ordering && child(ordering, 'NullsClause')
  const nullsFirst = nulls ? /first/.test(textOf(nulls)) : !descending
  return { expr, descending, nullsFirst }
}
