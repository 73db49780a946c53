/** Statements before the query: `let`, `declare` and `restrict access` change what names mean. */
import type { Plan } from '../plan/nodes.ts'
import { coerce } from './coerce.ts'
import { type Context, Names, quoted, refuse, semantic } from './context.ts'
import { lowerScalar } from './expressions.ts'
import { type Graph, isGraph, lowerGraph } from './graphs.ts'
import { child, elements, isTabular, kindOf, mustChild, type Syntax, textOf, typeNamed, wildcard } from './language.ts'
import { lowerTable } from './tables.ts'

/** Binds the name of a `let`. Scalars are lowered at once, tables at each use. */
export function bindLet(statement: Syntax, context: Context): void {
  if (kindOf(statement) !== 'LetStatement') throw refuse(statement, `The statement ${quoted(statement)}`)
  const name = String(mustChild(statement, 'Name').SimpleName)
  const value = mustChild(statement, 'Expression')
  if (kindOf(value) === 'FunctionDeclaration') {
    context.names.bind(name, { kind: 'function', names: context.names, declaration: value })
  } else if (isGraph(value)) {
    let known: Graph | undefined
    context.names.bind(name, { kind: 'graph', lower: () => (known ??= lowerGraph(value, context)) })
  } else if (isTabular(value)) {
    context.names.bind(name, { kind: 'table', lower: onDemand(value, context) })
  } else {
    context.names.bind(name, { kind: 'scalar', expr: lowerScalar(value, { columns: [] }, context) })
  }
}

/** `declare query_parameters`: the API has no place for values, so every parameter needs a default. */
export function bindQueryParameters(statement: Syntax, context: Context): void {
  for (const parameter of elements(statement, 'Parameters')) {
    const name = String(mustChild(mustChild(parameter, 'NameAndType'), 'Name').SimpleName)
    const type = typeNamed(mustChild(mustChild(parameter, 'NameAndType'), 'Name').ReferencedSymbol?.Type as never)
    const fallback = child(parameter, 'DefaultValue')
    if (!fallback || !type) throw semantic(parameter, `The query parameter '${name}' has neither a value nor a default`)
    const value = lowerScalar(mustChild(fallback, 'Value'), { columns: [] }, context)
    context.names.bind(name, { kind: 'scalar', expr: coerce(value, type) })
  }
}

/** `declare pattern`: a declaration without bodies only says that the name will be one. */
export function bindPattern(statement: Syntax, context: Context): void {
  const declaration = child(statement, 'Pattern')
  if (!declaration) throw semantic(statement, `The pattern ${quoted(statement)} has no definition`)
  const name = String(mustChild(statement, 'Name').SimpleName)
  context.names.bind(name, { kind: 'pattern', names: context.names, declaration })
}

/**
 * `restrict access to (…)`: from here on the query reaches only the tables and views that are listed. What a listed view
 * reads stays in reach of the view itself.
 */
export function restrictAccess(statement: Syntax, context: Context): Context {
  const listed = elements(statement, 'Expressions').map((e) => {
    if (!/^[\w*]+$|^\['[^']*'\]$/.test(textOf(e))) throw refuse(e, `${quoted(e)} in 'restrict access to'`)
    return wildcard(textOf(e).replace(/^\['|'\]$/g, ''))
  })
  const isListed = (name: string) => listed.some((l) => l.test(name))
  const names = new Names()
  for (const [name, binding] of context.names.all()) {
    const isTable = binding.kind === 'table' || binding.kind === 'function' || binding.kind === 'pattern'
    if (isTable && !isListed(name)) continue
    names.bind(name, binding.kind === 'function' ? { catalog: context.catalog, ...binding } : binding)
  }
  const tables = new Map([...context.catalog.tables].filter(([name]) => isListed(name)))
  return { ...context, names, catalog: { ...context.catalog, tables } }
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
