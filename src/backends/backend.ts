/** What an engine is to the rest: a Dialect (pure text) and an Engine (effects). */
import type { Readable } from 'node:stream'
import type { DialectName } from '../functions/define.ts'
import type { Column, LiteralValue, Scan } from '../plan/nodes.ts'
import type { Sql } from '../sql/sql.ts'
import type { Segment } from '../store/snapshot.ts'
import type { KqlType } from '../types/kql-type.ts'

/** How rows are written: Defender's objects (bool as 1 / 0, non-finite reals as text), Graph's with OData's types beside values, or plain JSON objects. */
export type RowFormat = 'defender' | 'graph' | 'plain'

/** The pure half of a backend: text, no effects. Column `id` of a plan is named `c<id>` in SQL. */
export interface Dialect {
  readonly name: DialectName
  literal(type: KqlType, value: LiteralValue): Sql
  typeName(type: KqlType): Sql
  /** A SELECT of a scan's columns over its segments, with its time range and its devices applied. */
  scan(node: Scan, segments: readonly Segment[]): Sql
  /** A call of the TypeScript function of a catalogue entry. */
  native(name: string, args: readonly Sql[]): Sql
  /** A SELECT of `input`'s columns and the unnested ones. `items` are dynamic arrays or bags as JSON. */
  unnest(
    input: Sql,
    columns: readonly Column[],
    items: readonly { column: Column; value: Sql; bags: 'bag' | 'array' }[],
    index: Column | undefined,
    limit: Sql | undefined,
  ): Sql
  /** The distinct texts that `value` has over the rows of a SELECT, as one JSON array. */
  collect(select: Sql, value: Sql): Sql
  /** A SELECT of the numbers from..to, inclusive; `source` is a relation of one row that the three may name columns of. */
  range(column: Column, from: Sql, to: Sql, step: Sql, source: Sql): Sql
  /** The statement that an engine runs: one JSON text a row (column `row`), and the sentinel last. */
  rows(input: Sql, columns: readonly Column[], format: RowFormat): Sql
}

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
