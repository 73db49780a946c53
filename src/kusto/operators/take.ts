/** `take`, `limit`, `sample`, `sample-distinct`, `count`, `distinct`. */
import { aggregate, limit, pass } from '../../plan/build.ts'
import { columnOf } from '../../plan/expr.ts'
import type { Expr, Plan } from '../../plan/nodes.ts'
import { coerce } from '../coerce.ts'
import { type Context, isHidden, partitionColumns, semantic } from '../context.ts'
import { lowerScalar } from '../expressions.ts'
import { elements, kindOf, mustChild, resultColumns, type Syntax } from '../language.ts'
import { aggregatePartitions } from '../partitions.ts'
import type { LowerOperator } from './operator.ts'

const countOf = (op: Syntax, context: Context): Expr =>
  coerce(lowerScalar(mustChild(op, 'Expression'), { columns: [] }, context), 'long')

export const take: LowerOperator = (op, input, context) => limit(input, countOf(op, context), partitionColumns(input))

export const sample: LowerOperator = (op, input, context): Plan => ({
  kind: 'sample',
  input,
  count: countOf(op, context),
  columns: input.columns,
  ...(partitionColumns(input).length > 0 && { by: partitionColumns(input) }),
})

export const sampleDistinct: LowerOperator = (op, input, context) => {
  const expr = lowerScalar(mustChild(op, 'OfExpression'), { columns: input.columns }, context)
  const column = context.numbering.column(resultColumns(op)[0]?.name ?? 'Column1', expr.type)
  const partitions = partitionColumns(input)
  return limit(aggregate(input, [{ column, expr }, ...partitions.map(pass)], []), countOf(op, context), partitions)
}

export const count: LowerOperator = (op, input, context) => {
  const name = resultColumns(op)[0]?.name ?? 'Count'
  const column = context.numbering.column(name, 'long')
  return aggregatePartitions(input, [{ column, name: 'count', args: [] }], context)
}

export const distinct: LowerOperator = (op, input, context) => {
  const expressions = elements(op, 'Expressions')
  const names = resultColumns(op)
  const star = kindOf(expressions[0]!) === 'StarExpression'
  const values = star
    ? input.columns.filter((c) => !isHidden(c)).map(columnOf)
    : expressions.map((e) => lowerScalar(e, { columns: input.columns }, context))
  for (const [i, v] of values.entries()) {
    if (v.type === 'dynamic')
      throw semantic(expressions[i] ?? op, "The value of type 'dynamic' is not allowed in this context")
  }
  const keys = values.map((expr, i) => {
    const column = context.numbering.column(names[i]?.name ?? `Column${i + 1}`, expr.type)
    if (star && expr.kind === 'column' && context.numbering.isUnlisted(expr.id)) context.numbering.unlist(column)
    return { column, expr }
  })
  return aggregate(input, [...keys, ...partitionColumns(input).map(pass)], [])
}
