/** `fork` and `facet` give several tables in Kusto; the API has room for one, which is the first. */
import { aggregate } from '../../plan/build.ts'
import type { Plan } from '../../plan/nodes.ts'
import { type Context, Names, refuse } from '../context.ts'
import { lowerScalar } from '../expressions.ts'
import { automaticName, elements, kindOf, mustChild, type Syntax } from '../language.ts'
import { applyOperator } from '../tables.ts'
import type { LowerOperator } from './operator.ts'

export const fork: LowerOperator = (op, input, context) => {
  const first = elements(op, 'Expressions')[0]
  if (!first) throw refuse(op, "This form of 'fork'")
  return applyTo(input, mustChild(first, 'Expression'), { ...context, names: new Names(context.names) })
}

function applyTo(input: Plan, node: Syntax, context: Context): Plan {
  if (kindOf(node) !== 'PipeExpression') return applyOperator(node, input, context)
  const below = applyTo(input, mustChild(node, 'Expression'), context)
  return applyOperator(mustChild(node, 'Operator'), below, context)
}

/** The first table of facet: the values of the first column, and how many rows have each. */
export const facet: LowerOperator = (op, input, context) => {
  const first = elements(op, 'Expressions')[0]
  const name = first && automaticName(first)
  if (!first || !name) throw refuse(op, "This form of 'facet'")
  const expr = lowerScalar(first, { columns: input.columns }, context)
  const count = context.numbering.column(`count_${name}`, 'long')
  return aggregate(
    input,
    [{ column: context.numbering.column(name, expr.type), expr }],
    [{ column: count, name: 'count', args: [] }],
  )
}
