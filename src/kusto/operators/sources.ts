/** Operators that begin a query: `print`, `range`. */
import { project as projectNode } from '../../plan/build.ts'
import type { Plan } from '../../plan/nodes.ts'
import { rangeKind } from '../calls.ts'
import { coerce } from '../coerce.ts'
import { refuse } from '../context.ts'
import { lowerScalar } from '../expressions.ts'
import { elements, mustChild, resultColumns } from '../language.ts'
import type { LowerLeading } from './operator.ts'
import { lowerOutputs, withNames } from './outputs.ts'

const ONE_ROW: Plan = { kind: 'values', rows: [[]], columns: [] }

export const print: LowerLeading = (op, _input, context) => {
  const outputs = elements(op, 'Expressions').flatMap((e) => lowerOutputs(e, { columns: [] }, context))
  const named = withNames(outputs, resultColumns(op), context)
  if (!named) throw refuse(op, "This form of 'print'")
  return projectNode(
    ONE_ROW,
    named.map(({ expr, name }) => ({ column: context.numbering.column(name, expr.type), expr })),
  )
}

export const range: LowerLeading = (op, _input, context) => {
  const [from, to, step] = ['From', 'To', 'Step'].map((p) => lowerScalar(mustChild(op, p), { columns: [] }, context))
  const type = resultColumns(op)[0]?.type
  if (!type || type === 'unknown') throw refuse(op, "This form of 'range'")
  const wide = type === 'int' ? 'long' : type
  const kind = rangeKind([from!.type, to!.type, step!.type])
  if (!kind) throw refuse(op, `A range from ${from!.type} to ${to!.type} in steps of ${step!.type}`)
  const name = String(mustChild(op, 'Name').SimpleName)
  return {
    kind: 'range',
    from: coerce(from!, wide),
    to: coerce(to!, wide),
    step: coerce(step!, wide === 'datetime' ? 'timespan' : wide),
    columns: [context.numbering.column(name, wide)],
  }
}
