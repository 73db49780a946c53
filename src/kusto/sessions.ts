/** The part of row_window_session() that no window of SQL can say: each row's answer depends on the one before. */
import { invariant } from '../base/assert-never.ts'
import { call, columnOf, nullOf } from '../plan/expr.ts'
import type { Column, Expr, Iterate, Plan, Window } from '../plan/nodes.ts'

/** Stands among window functions: of a time, the greatest distance from the first, the run, and a column for the state. */
export const SESSION_START = '_session_start'

export function sessions(input: Plan, { column, args }: Window['outputs'][number], by: readonly Column[]): Iterate {
  const [time, fromFirst, run, started] = args as [Expr, Expr, Expr, Expr]
  invariant(run.kind === 'column' && started.kind === 'column', 'the run and the state of a session are columns')
  const runColumn = input.columns.find((c) => c.id === run.id)
  invariant(runColumn, 'the run of a session is below it')
  const state: Column = { ...column, name: '$held', id: started.id }
  const isLate = call('>=', [time, call('+', [started, fromFirst], 'datetime')], 'bool')
  const isNull = (e: Expr) => call('isnull', [e], 'bool')
  // A null is in no session, and the row after it begins a new one.
  const begins = call('or', [call('or', [isNull(started), isNull(time)], 'bool'), isLate], 'bool')
  return {
    kind: 'iterate',
    input,
    by: [...by, runColumn],
    state: [{ column: state, initial: nullOf('datetime'), next: columnOf(column) }],
    layers: [[{ column, expr: call('iff', [begins, time, started], 'datetime') }]],
    columns: [...input.columns, column],
  }
}
