/** What a file of this folder exports: a bound operator and its input as a plan. `input` is absent where the operator begins a query. */
import type { Plan } from '../../plan/nodes.ts'
import type { Context } from '../context.ts'
import type { Syntax } from '../language.ts'

export type LowerOperator = (op: Syntax, input: Plan, context: Context) => Plan
export type LowerLeading = (op: Syntax, input: Plan | undefined, context: Context) => Plan
