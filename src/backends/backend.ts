/** What an engine is to the rest: a Dialect (pure text) and an Engine (effects). */
import type { Readable } from 'node:stream'
import type { DialectName } from '../functions/define.ts'
import type { Column, ColumnId, LiteralValue, Scan } from '../plan/nodes.ts'
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
  /** The rows of a scan's segments, with its time range and its devices applied. */
  scan(node: Scan, segments: readonly Segment[]): ScanSelect
  /** `ascii`: it is compared with texts of ASCII alone. */
  lower(text: Sql, ascii: boolean): Sql
  /** As in RenderContext. */
  assume(holds: Sql, value: Sql): Sql
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
  /**
   * A SELECT of the numbers from..to, inclusive; `source` is a relation of one row that the three may name columns of.
   * `constant`: they are literals, and the step is not zero.
   */
  range(column: Column, from: Sql, to: Sql, step: Sql, source: Sql, constant: boolean): Sql
  /** A SELECT of constant rows; there is at least one of each. */
  values(columns: readonly Column[], rows: readonly (readonly Sql[])[]): Sql
  /** A key of ORDER BY; NaN counts as greater than any number. */
  orderBy(value: Sql, type: KqlType, descending: boolean, nullsFirst: boolean): Sql
  /** A count of rows that is not constant, for LIMIT. */
  limit(count: Sql): Sql
  /** ORDER BY of a sample. */
  readonly random: Sql
  /** Joins that give the rows of one side alone. */
  readonly halfJoins: Readonly<Record<'semi' | 'anti', string>>
  /** The legs of a union may leave columns out. */
  readonly unionByName: boolean
}

/** The dialect of the engine that writes answers. */
export interface AnswerDialect extends Dialect {
  /** The statement that an engine runs: one JSON text a row (column `row`), and the sentinel last. */
  rows(input: Sql, columns: readonly Column[], format: RowFormat): Sql
  /** Most rows of a LIMIT that the engine still applies on all of its threads. */
  readonly parallelRows: number
}

/** The dialect of an engine that runs parts of a plan elsewhere. */
export interface RemoteDialect extends Dialect {
  /** The statement of a part: its columns in the physical types of a store's segments, datetimes as ticks. */
  part(select: Sql, columns: readonly Column[]): Sql
}

/** Thrown by `fetch` when a row was met for which a rendering's assumption does not hold. */
export class AssumptionFailed extends Error {}

/** Thrown by `fetch` when the engine does not take a statement: a defect of a rendering, after which less is asked of it. */
export class StatementRefused extends Error {}

export interface FetchOptions {
  readonly signal: AbortSignal
  readonly timeoutMs: number
  /** Beyond these a part is refused. */
  readonly rows: number
  readonly bytes: number
  /** What is worked out here on these rows; absent when they are the answer. */
  readonly because?: string
}

export interface RemoteEngine {
  /** Resolves when it answers. */
  ready(): Promise<void>
  /**
   * Runs a SELECT and writes its rows, in their order, into a new Parquet file.
   * @throws AssumptionFailed, StatementRefused; KqlError query_timeout, preempted, client_gone, busy, execution_failed, part_too_large
   */
  fetch(sql: string, path: string, options: FetchOptions): Promise<void>
  close(): Promise<void>
}

/** One SELECT, whose rows are each one JSON text (column `row`), followed by a last row that is NULL: the sentinel. */
export interface Statement {
  readonly sql: string
  /** The columns inside each row's JSON, in order. */
  readonly columns: readonly Column[]
}

/** A SELECT of a scan's columns, in its clauses. */
export interface ScanSelect {
  /** Each named after its column; absent when `from` has them under these names. */
  readonly columns?: readonly Sql[]
  readonly from: Sql
  readonly where?: readonly Sql[]
  /** Of times, the names of further columns that sort as they do, and by which the engine skips what cannot be among the first. */
  readonly order?: ReadonlyMap<ColumnId, Sql>
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
