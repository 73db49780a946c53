/** `dcount_intersect`: how many members sets that hll() made have in common, in columns behind those of the input. */
import { pass, project } from '../../../plan/build.ts'
import { call, columnOf, long } from '../../../plan/expr.ts'
import { argumentsOf } from '../../calls.ts'
import { coerce } from '../../coerce.ts'
import { quoted, refuse, semantic } from '../../context.ts'
import { lowerScalar } from '../../expressions.ts'
import { resultColumns } from '../../language.ts'
import { type LowerPlugin, listed } from './plugin.ts'

/** The documented range. */
const MAX_SETS = 16

export const dcountIntersect: LowerPlugin = ({ op, node }, input, context) => {
  const { numbering } = context
  const sets = argumentsOf(node)
  if (sets.length > MAX_SETS) throw semantic(node, `evaluate dcount_intersect(): it takes from 2 to ${MAX_SETS} sets`)
  const values = sets.map((s) => coerce(lowerScalar(s, { columns: input.columns }, context), 'dynamic'))
  const counts = numbering.column('$counts', 'dynamic')
  const counted = project(input, [
    ...input.columns.map(pass),
    { column: counts, expr: call('_hll_intersect', [call('pack_array', values, 'dynamic')], 'dynamic') },
  ])
  const names = resultColumns(op).slice(-sets.length)
  const kept = listed(input, context)
  if (names.length !== sets.length) throw refuse(op, quoted(op))
  return project(counted, [
    ...kept.map(pass),
    ...names.map(({ name }, i) => ({
      column: numbering.column(name, 'long'),
      expr: coerce(call('path', [columnOf(counts), long(i)], 'dynamic'), 'long'),
    })),
  ])
}
