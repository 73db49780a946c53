/** `extend` and `serialize`: new columns last; a name that exists is replaced in its place. */
import { pass, project as projectNode, window } from '../../plan/build.ts'
import type { Assignment, Plan } from '../../plan/nodes.ts'
import { type Context, isHidden } from '../context.ts'
import { elements, resultColumns, type Syntax } from '../language.ts'
import type { LowerOperator } from './operator.ts'
import { lowerOutputs, type Output, onlyParserHas } from './outputs.ts'
import { isSerialized, withWindows } from './windows.ts'

export const extend: LowerOperator = (op, input, context) => {
  const { input: below, result } = withWindows(input, (scope) =>
    elements(op, 'Expressions').flatMap((e) => lowerOutputs(e, scope, context)),
  )
  return assign(op, input, below, result, context)
}

/** From here on the rows keep the order that they have now. */
export const serialize: LowerOperator = (op, input, context) => {
  const ordered = isSerialized(input) ? input : window(input, [])
  return elements(op, 'Expressions').length === 0 ? ordered : extend(op, ordered, context)
}

/** Merges outputs into the columns of `input`; names of unnamed ones are the parser's. */
function assign(op: Syntax, input: Plan, below: Plan, outputs: readonly Output[], context: Context): Plan {
  const assignments: Assignment[] = input.columns.map(pass)
  const place = new Map(input.columns.map((c, i) => [c.name, i]))
  const fresh = resultColumns(op)
    .map((c) => c.name)
    .filter((name) => !place.has(name))
  const skipped = new Set<string>()
  for (const output of outputs) {
    if (output.beyond) {
      const phantom = fresh.find((f) => !place.has(f) && !skipped.has(f))
      if (phantom !== undefined) {
        skipped.add(phantom)
        onlyParserHas(phantom, context)
      }
      continue
    }
    const said = output.given ?? output.automatic
    const known = said === undefined ? undefined : place.get(said)
    const name =
      known !== undefined ? said! : (output.given ?? fresh.find((f) => !place.has(f) && !skipped.has(f)) ?? said ?? '')
    const assignment = { column: context.numbering.column(name, output.expr.type), expr: output.expr }
    if (known !== undefined) assignments[known] = assignment
    else {
      place.set(name, assignments.length)
      assignments.push(assignment)
    }
  }
  const hidden = assignments.filter((a) => isHidden(a.column))
  return projectNode(below, [...assignments.filter((a) => !hidden.includes(a)), ...hidden])
}
