/** What an engine tells a debug log. */
import type { ErrorCode } from '../../base/errors.ts'

/** `detail` is the engine's own text, which can quote rows that a caller may not see. */
export type EngineEvent =
  | { readonly kind: 'process_ready'; readonly pid: number; readonly milliseconds: number }
  | {
      readonly kind: 'process_gone'
      readonly pid: number | undefined
      readonly code: number | null
      readonly signal: string | null
    }
  | {
      readonly kind: 'query_failed'
      readonly pid: number | undefined
      readonly code: ErrorCode
      readonly detail: string
    }
