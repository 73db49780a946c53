/** The ordered passes between the lowered plan and SQL; none of the required ones can be skipped by a construct of the language. */
import { fold } from '../functions/fold.ts'
import type { Plan, Scan } from '../plan/nodes.ts'
import { capRows } from '../plan/rewrite/cap-rows.ts'
import { fixRequest, type Request } from '../plan/rewrite/fix-request.ts'
import { limitFirst } from '../plan/rewrite/limit-first.ts'
import { makeOrderExplicit } from '../plan/rewrite/order.ts'
import { pruneColumns } from '../plan/rewrite/prune-columns.ts'
import { pruneEmpty } from '../plan/rewrite/prune-empty.ts'
import { pruneTime } from '../plan/rewrite/prune-time.ts'
import { type Restriction, restrict } from '../plan/rewrite/restrict.ts'

export interface RewriteInput {
  readonly restriction: Restriction
  readonly request: Request
  /** Rows after which the answer is cut. */
  readonly rows: number
  /** The stored column that a table's segments are sorted by. */
  readonly timeColumn: (table: string) => string | undefined
  /** No stored segment can give rows to this scan. */
  readonly isEmpty: (scan: Scan) => boolean
  /** Without it only what changes the answer is done; a test holds one against the other. */
  readonly optimise: boolean
}

export function rewrite(plan: Plan, input: RewriteInput): Plan {
  const restricted = fixRequest(restrict(plan, input.restriction), input.request)
  if (!input.optimise) return makeOrderExplicit(capRows(restricted, input.rows))
  const folded = limitFirst(fold(restricted))
  const pruned = pruneEmpty(pruneTime(folded, input.timeColumn), input.isEmpty)
  return pruneColumns(makeOrderExplicit(capRows(pruned, input.rows)))
}
