/** `top-hitters`: the values that come up most often, or whose sum is the largest; counted exactly. */
import { aggregate, keep, limit, pass, sort } from '../../plan/build.ts'
import { columnOf } from '../../plan/expr.ts'
import { coerce } from '../coerce.ts'
import { partitionColumns, refuse } from '../context.ts'
import { lowerScalar } from '../expressions.ts'
import { child, mustChild, resultColumns } from '../language.ts'
import type { LowerOperator } from './operator.ts'
import { lowerKey } from './summarize.ts'

export const topHitters: LowerOperator = (op, input, context) => {
  const scope = { columns: input.columns }
  const count = coerce(lowerScalar(mustChild(op, 'Expression'), { columns: [] }, context), 'long')
  const key = lowerKey(mustChild(op, 'OfExpression'), scope, context)
  const clause = child(op, 'ByClause')
  const weight = clause && lowerScalar(mustChild(clause, 'Expression'), scope, context)
  const [keyColumn, weightColumn] = resultColumns(op)
  if (!keyColumn || !weightColumn) throw refuse(op, "This form of 'top-hitters'")
  const type = !weight || weight.type === 'int' ? 'long' : weight.type
  const value = context.numbering.column(weightColumn.name, type)
  const partitions = partitionColumns(input)
  const grouped = aggregate(
    input,
    [{ column: context.numbering.column(keyColumn.name, key.type), expr: key }, ...partitions.map(pass)],
    [{ column: value, name: weight ? 'sum' : 'count', args: weight ? [weight] : [] }],
  )
  const sorted = sort(grouped, [{ expr: columnOf(value), descending: true, nullsFirst: false }])
  return keep(limit(sorted, count, partitions), [grouped.columns[0]!, value, ...partitions])
}
