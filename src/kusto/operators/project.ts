/** `project`: exactly the listed columns. */
import { pass, project as projectNode } from '../../plan/build.ts'
import { partitionColumns, refuse } from '../context.ts'
import { elements, resultColumns } from '../language.ts'
import type { LowerOperator } from './operator.ts'
import { lowerOutputs } from './outputs.ts'
import { withWindows } from './windows.ts'

export const project: LowerOperator = (op, input, context) => {
  const { input: below, result } = withWindows(input, (scope) =>
    elements(op, 'Expressions').flatMap((e) => lowerOutputs(e, scope, context)),
  )
  const names = resultColumns(op)
  if (names.length !== result.length) throw refuse(op, "This form of 'project'")
  return projectNode(below, [
    ...result.map((o, i) => ({ column: context.numbering.column(names[i]!.name, o.expr.type), expr: o.expr })),
    ...partitionColumns(input).map(pass),
  ])
}
