/** `where`: rows for which the predicate is true. */
import { filter, keep } from '../../plan/build.ts'
import { coerce } from '../coerce.ts'
import { lowerScalar } from '../expressions.ts'
import { mustChild } from '../language.ts'
import type { LowerOperator } from './operator.ts'
import { withWindows } from './windows.ts'

export const where: LowerOperator = (op, input, context) => {
  const { input: below, result } = withWindows(input, (scope) =>
    lowerScalar(mustChild(op, 'Condition'), scope, context),
  )
  const filtered = filter(below, coerce(result, 'bool'))
  return below === input ? filtered : keep(filtered, input.columns)
}
