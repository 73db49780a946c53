/** What an engine is to the rest: a Dialect (pure text) and an Engine (effects). */
import type { Readable } from 'node:stream'
import type { Column } from '../plan/nodes.ts'

/** One SELECT, whose rows are each one JSON text (column `row`), followed by a last row that is NULL: the sentinel. */
export interface Statement {
  readonly sql: string
  /** The columns inside each row's JSON, in order. */
  readonly columns: readonly Column[]
}

export interface ExecuteOptions {
  /** Aborted when the caller goes away or the query is cancelled. */
  readonly signal: AbortSignal
  /** Milliseconds from the start of execution until the query is interrupted. */
  readonly timeoutMs: number
  /** Bytes of all rows together (JSON, with separators) beyond which the answer is refused. */
  readonly byteLimit: number
}

export interface ExecutionStats {
  /** Wall-clock seconds in the engine. */
  readonly seconds: number
  /** CPU seconds, user and kernel, of the process that ran the query. */
  readonly cpuUser: number
  readonly cpuKernel: number
  /** Peak resident bytes of that process while it ran. */
  readonly peakMemory: number
}

/** A whole answer: the sentinel was seen and the size is known before anybody gets this. */
export interface Answer {
  readonly rows: number
  /** Bytes of `stream()`. */
  readonly bytes: number
  readonly stats: ExecutionStats
  /** The rows' JSON texts, separated by commas, without brackets; with back-pressure; may be read once. */
  stream(): Readable
  /** Frees the spool; safe to call twice, and called by the end of `stream()`. */
  dispose(): Promise<void>
}

export interface Engine {
  /** Resolves when a query would start at once. */
  ready(): Promise<void>
  /**
   * Runs one statement to its end.
   * @throws KqlError result_too_large, query_timeout, preempted, client_gone, busy, execution_failed
   */
  execute(statement: Statement, options: ExecuteOptions): Promise<Answer>
  close(): Promise<void>
}
