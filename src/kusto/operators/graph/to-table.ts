/** `graph-to-table`: the nodes or the edges of a graph. Of both, the API has room for the first. */
import { project } from '../../../plan/build.ts'
import { call, columnOf } from '../../../plan/expr.ts'
import type { Assignment, Column } from '../../../plan/nodes.ts'
import { type Context, refuse } from '../../context.ts'
import { type Graph, propertiesOf } from '../../graphs.ts'
import { elements, mustChild, parametersOf, type Syntax, textOf } from '../../language.ts'
import type { LowerGraphOperator } from './match.ts'

export const graphToTable: LowerGraphOperator = (op, graph, context) => {
  const [first] = elements(op, 'OutputClause')
  if (!first) throw refuse(op, "This form of 'graph-to-table'")
  const isNodes = textOf(mustChild(first, 'EntityKeyword')) === 'nodes'
  const plan = isNodes ? graph.nodes() : graph.edges()
  const [key, other] = plan.columns
  const hashes = isNodes ? { with_node_id: key! } : { with_source_id: key!, with_target_id: other! }
  return project(plan, [
    ...hashColumns(first, hashes, graph, context),
    ...propertiesOf(plan).map((column): Assignment => ({ column, expr: columnOf(column) })),
  ])
}

/** The hash of an identity is that of hash(): the documentation prints both. What it is of other types than texts is printed nowhere. */
function hashColumns(
  clause: Syntax,
  hashes: Readonly<Record<string, Column>>,
  graph: Graph,
  { numbering }: Context,
): Assignment[] {
  const given = parametersOf(clause)
  for (const [name, node] of given) if (!(name in hashes)) throw refuse(node, `'${name}' of graph-to-table`)
  return Object.entries(hashes).flatMap(([name, key]) => {
    const node = given.get(name)
    if (!node) return []
    if (graph.key !== 'string') throw refuse(node, `'${name}' of a graph whose nodes go by ${graph.key}`)
    const expr = call('hash', [graph.textOf(columnOf(key))], 'long')
    return [{ column: numbering.column(textOf(node), 'long'), expr }]
  })
}
