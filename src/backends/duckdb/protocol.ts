/** What the API process and a query process say to each other. */
import type { ErrorCode } from '../../base/errors.ts'
import type { UndecidedCase } from '../../functions/procedures/procedure.ts'
import type { ExecutionStats } from '../backend.ts'

export interface StartRequest {
  readonly kind: 'start'
  /** Megabytes that the database may use; the process dies at one and a half times as much. */
  readonly memoryMb: number
  /** Folders that queries may read. */
  readonly readable: readonly string[]
  /** A folder of this process's own, for what does not fit into memory. */
  readonly temporary: string
}

export interface RunRequest {
  readonly kind: 'run'
  readonly query: number
  readonly sql: string
  readonly byteLimit: number
  /** Where an answer too large for a message is put. */
  readonly spool: string
}

export interface InterruptRequest {
  readonly kind: 'interrupt'
  readonly query: number
}

export type Request = StartRequest | RunRequest | InterruptRequest

export interface AnswerReport {
  readonly kind: 'answer'
  readonly query: number
  readonly rows: number
  readonly bytes: number
  readonly stats: ExecutionStats
  /** The answer itself; absent when it is in the spool file. */
  readonly inline?: Uint8Array
}

export interface FailureReport {
  readonly kind: 'failure'
  readonly query: number
  readonly code: Extract<ErrorCode, 'result_too_large' | 'preempted' | 'execution_failed'>
  /** Set where the rows are such that the query is not supported. */
  readonly undecided?: UndecidedCase
  /** The engine's words, which can quote rows: for the debug log only. */
  readonly detail: string
}

export type Report =
  | { readonly kind: 'ready' }
  /** The process could not open its database, or the database would let a query out. */
  | { readonly kind: 'unfit'; readonly why: string }
  | AnswerReport
  | FailureReport
  /** The query holds nothing any more and the next may come; always follows an answer or a failure. */
  | { readonly kind: 'idle'; readonly query: number }
