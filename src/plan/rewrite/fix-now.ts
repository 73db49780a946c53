/** Fills in the moment at which the query started: now() is one value for the whole query. */
import { literal, mapExpr } from '../expr.ts'
import type { Plan } from '../nodes.ts'
import { transform } from '../walk.ts'

/** `now` in ticks. */
export function fixNow(plan: Plan, now: bigint): Plan {
  const value = literal('datetime', now.toString())
  return transform(
    plan,
    (p) => p,
    (e) => mapExpr(e, (x) => (x.kind === 'now' ? value : x)),
  )
}
