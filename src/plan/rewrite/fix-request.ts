/** Fills in what only the request knows, so that plans can be cached: now() is one moment for the whole query, current_principal() its caller. */
import { literal, mapExpr } from '../expr.ts'
import type { Expr, Plan } from '../nodes.ts'
import { transform } from '../walk.ts'

export interface Request {
  /** The moment that the query started, in ticks. */
  readonly now: bigint
  /** Who asks, as current_principal() writes it. */
  readonly caller: string
}

export function fixRequest(plan: Plan, { now, caller }: Request): Plan {
  const moment = literal('datetime', now.toString())
  const name = literal('string', caller)
  const fixed = (e: Expr) => (e.kind === 'now' ? moment : e.kind === 'caller' ? name : e)
  return transform(
    plan,
    (p) => p,
    (e) => mapExpr(e, fixed),
  )
}
