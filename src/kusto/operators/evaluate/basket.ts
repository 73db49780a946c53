/** `basket`: frequent combinations of values, found by a procedure over the rows. */
import { columnOf, long } from '../../../plan/expr.ts'
import { refuse, semantic } from '../../context.ts'
import { resultColumns } from '../../language.ts'
import { procedure } from '../../procedure.ts'
import { type LowerPlugin, listed, literalOf, parametersOfCall } from './plugin.ts'

export const basket: LowerPlugin = (called, input, context) => {
  const given = parametersOfCall(called, ['Threshold', 'WeightColumn', 'MaxDimensions', 'CustomWildcard'])
  for (const name of ['WeightColumn', 'CustomWildcard']) {
    const node = given.get(name)
    if (node) throw refuse(node, `${name} of basket`)
  }
  const thresholdNode = given.get('Threshold')
  const threshold = thresholdNode
    ? literalOf(thresholdNode, 'real', context)
    : { kind: 'literal' as const, type: 'real' as const, value: 0.05 }
  // The documented range: below it the number of patterns explodes.
  if (!(Number(threshold.value) > 0.015 && Number(threshold.value) < 1))
    throw semantic(called.node, 'evaluate basket(): the threshold must lie between 0.015 and 1')
  const most = given.get('MaxDimensions')
  const columns = listed(input, context)
  return procedure(
    '_basket',
    [threshold, most ? literalOf(most, 'long', context) : long(5)],
    [{ plan: input, values: columns.map(columnOf) }],
    resultColumns(called.op).map(({ name, type }, i) => ({
      name,
      type: type === 'unknown' ? columns[i - 3]!.type : type,
    })),
    context,
  )
}
