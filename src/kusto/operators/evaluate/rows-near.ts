/** `rows_near`: the rows around those for which a condition is true, in the order of the input. */
import { aggregate, filter, keep, window } from '../../../plan/build.ts'
import { call, columnOf, long } from '../../../plan/expr.ts'
import type { Expr, Window } from '../../../plan/nodes.ts'
import { argumentsOf } from '../../calls.ts'
import { semantic } from '../../context.ts'
import { lowerScalar } from '../../expressions.ts'
import { shared } from '../../tables.ts'
import { type LowerPlugin, literalOf } from './plugin.ts'

/**
 * A running count of the true rows tells how many there are in a stretch: the count at its last row less the count before
 * its first. A row stays when a true one is at most `after` rows before it, or `before` rows behind it.
 */
export const rowsNear: LowerPlugin = ({ node }, input, context) => {
  const { numbering } = context
  const [condition, rows, rowsAfter] = argumentsOf(node)
  const before = literalOf(rows!, 'long', context)
  const after = rowsAfter ? literalOf(rowsAfter, 'long', context) : before
  if ([before, after].some((n) => !(BigInt(n.value ?? -1) >= 0n)))
    throw semantic(node, 'evaluate rows_near(): the numbers of rows must not be negative')
  const isTrue = lowerScalar(condition!, { columns: input.columns }, context)
  const count = numbering.column('$count', 'long')
  const one = call('iff', [isTrue, long(1), long(0)], 'long')
  const counted = shared(window(input, [{ column: count, name: 'row_cumsum', args: [one] }]), undefined, context)
  const running = counted.columns.at(-1)!
  const total = numbering.column('$total', 'long')
  const again = shared(counted, counted.columns, context)
  const all: Expr = {
    kind: 'scalar',
    plan: aggregate(again, [], [{ column: total, name: 'max', args: [columnOf(again.columns.at(-1)!)] }]),
    type: 'long',
  }
  const neighbours: Window['outputs'] = [
    { column: numbering.column('$last', 'long'), name: 'next', args: [columnOf(running), before] },
    {
      column: numbering.column('$before', 'long'),
      name: 'prev',
      args: [columnOf(running), long(BigInt(String(after.value)) + 1n), long(0)],
    },
  ]
  const placed = window(counted, neighbours)
  const last = call('coalesce', [columnOf(neighbours[0]!.column), all], 'long')
  const near = filter(placed, call('>', [last, columnOf(neighbours[1]!.column)], 'bool'))
  return keep(near, counted.columns.slice(0, -1))
}
