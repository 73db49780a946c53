/** Statements before the query: `let` and its kin bind names; `set` and `declare` are read or refused by name. */
import type { Plan } from '../plan/nodes.ts'
import { type Context, quoted, refuse } from './context.ts'
import { lowerScalar } from './expressions.ts'
import { isTabular, kindOf, mustChild, type Syntax } from './language.ts'
import { lowerTable } from './tables.ts'

/** Binds the name of a `let`. Scalars are lowered at once, tables at each use. */
export function bindLet(statement: Syntax, context: Context): void {
  if (kindOf(statement) !== 'LetStatement') throw refuse(statement, `The statement ${quoted(statement)}`)
  const name = String(mustChild(statement, 'Name').SimpleName)
  const value = mustChild(statement, 'Expression')
  if (kindOf(value) === 'FunctionDeclaration') {
    context.names.bind(name, { kind: 'function', names: context.names, declaration: value })
  } else if (isTabular(value)) {
    context.names.bind(name, { kind: 'table', lower: onDemand(value, context) })
  } else {
    context.names.bind(name, { kind: 'scalar', expr: lowerScalar(value, { columns: [] }, context) })
  }
}

/**
 * A tabular name. Short pipelines over a table are lowered anew at every use, so that each use filters and prunes for
 * itself; anything that works more (joins, aggregates, materialize) is one shared plan.
 */
export function onDemand(node: Syntax, context: Context): () => Plan {
  let known: { readonly id: number; readonly plan: Plan } | undefined
  return () => {
    if (known) return alias(known.id, known.plan, context)
    const plan = lowerTable(node, context)
    if (plan.kind === 'shared') {
      known = { id: plan.id, plan: plan.plan }
      return alias(plan.id, plan.plan, context)
    }
    if (isCheap(plan)) return plan
    known = { id: context.numbering.shared(), plan }
    return alias(known.id, plan, context)
  }
}

export const alias = (id: number, plan: Plan, context: Pick<Context, 'numbering'>): Plan => ({
  kind: 'shared',
  id,
  plan,
  columns: plan.columns.map((c) => context.numbering.copy(c)),
})

function isCheap(plan: Plan): boolean {
  switch (plan.kind) {
    case 'scan':
      return true
    case 'values':
      return plan.rows.length <= 10
    case 'filter':
    case 'project':
      return isCheap(plan.input)
    default:
      return false
  }
}
