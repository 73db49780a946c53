/** `project`: exactly the listed columns. */
import { pass, project as projectNode } from '../../plan/build.ts'
import { partitionColumns, refuse } from '../context.ts'
import { elements, resultColumns } from '../language.ts'
import type { LowerOperator } from './operator.ts'
import { lowerOutputs, withNames } from './outputs.ts'
import { withWindows } from './windows.ts'

export const project: LowerOperator = (op, input, context) => {
  const { input: below, result } = withWindows(input, (scope) =>
    elements(op, 'Expressions').flatMap((e) => lowerOutputs(e, scope, context)),
  )
  const named = withNames(result, resultColumns(op), context)
  if (!named) throw refuse(op, "This form of 'project'")
  return projectNode(below, [
    ...named.map(({ expr, name }) => ({ column: context.numbering.column(name, expr.type), expr })),
    ...partitionColumns(input).map(pass),
  ])
}
