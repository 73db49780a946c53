/** Lowers expressions that may look at neighbouring rows: what they find becomes a window node under the operator. */
import { window } from '../../plan/build.ts'
import { columnsUsed } from '../../plan/expr.ts'
import type { Plan, Window } from '../../plan/nodes.ts'
import { partitionColumns, type Scope } from '../context.ts'
import { SESSION_START, sessions } from '../sessions.ts'

type Outputs = Window['outputs'][number][]

/** Calls `lower` with a scope that collects window functions and gives the input that its expressions need. */
export function withWindows<T>(input: Plan, lower: (scope: Scope) => T): { input: Plan; result: T } {
  const windows: Outputs = []
  const result = lower({ columns: input.columns, windows, serialized: isSerialized(input) })
  return { input: stack(input, windows), result }
}

/** Window functions inside window functions need a node each: inner ones first. */
function stack(input: Plan, outputs: Outputs): Plan {
  let plan = input
  let left = outputs
  while (left.length > 0) {
    const pending = new Set(left.map((o) => o.column.id))
    const ready = left.filter((o) => !o.args.some((a) => [...columnsUsed(a)].some((id) => pending.has(id))))
    const of = (isSession: boolean) => ready.filter((o) => (o.name === SESSION_START) === isSession)
    if (of(false).length > 0) plan = window(plan, of(false), partitionColumns(input))
    for (const session of of(true)) plan = sessions(plan, session, partitionColumns(input))
    left = left.filter((o) => !ready.includes(o))
  }
  return plan
}

/** Whether the order of rows is one that the query asked for (docs: window functions, "Serialized row set"; rule 186). */
export function isSerialized(plan: Plan): boolean {
  switch (plan.kind) {
    case 'scan':
    case 'values':
    case 'aggregate':
    case 'join':
    case 'union':
    case 'sample':
      return false
    case 'filter':
    case 'project':
    case 'limit':
    case 'unnest':
      return isSerialized(plan.input)
    case 'shared':
      return isSerialized(plan.plan)
    default:
      return true
  }
}
