/** `graph-to-table`: the nodes or the edges of a graph. Of both, the API has room for the first. */
import { keep } from '../../../plan/build.ts'
import { refuse } from '../../context.ts'
import { propertiesOf } from '../../graphs.ts'
import { elements, mustChild, parametersOf, textOf } from '../../language.ts'
import type { LowerGraphOperator } from './match.ts'

export const graphToTable: LowerGraphOperator = (op, graph) => {
  const [first] = elements(op, 'OutputClause')
  if (!first) throw refuse(op, "This form of 'graph-to-table'")
  for (const [name, node] of parametersOf(first))
    throw refuse(node, `'${name}' of graph-to-table`, 'the hashes that it gives are not known')
  const plan = textOf(mustChild(first, 'EntityKeyword')) === 'nodes' ? graph.nodes() : graph.edges()
  return keep(plan, propertiesOf(plan))
}
