/** No answer has more rows than the service gives: a limit at the root, above everything that the query says. */
import { limit } from '../build.ts'
import { long } from '../expr.ts'
import type { Plan } from '../nodes.ts'

export const capRows = (plan: Plan, rows: number): Plan => limit(plan, long(rows))
