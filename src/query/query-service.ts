/** What the protocols ask of the middle: run a query for a principal, or explain it. */
import type { Principal } from '../access/principal.ts'
import type { Answer, ExecutionStats, RowFormat } from '../backends/backend.ts'
import type { KqlError } from '../base/errors.ts'
import type { Column } from '../plan/nodes.ts'
import type { KqlType } from '../types/kql-type.ts'

export interface QueryRequest {
  readonly text: string
  readonly principal: Principal
  readonly format: RowFormat
  readonly signal: AbortSignal
  /** In place of the look-back that the settings state. */
  readonly window?: TimeWindow
  /** In place of those that the settings state for all queries. */
  readonly limits?: QueryLimits
}

export interface QueryLimits {
  /** Bytes of rows beyond which an answer is refused. */
  readonly bytes: number
  readonly timeoutMs: number
}

/** Ticks. Without an end it lasts until now; without a start it begins `length` before its end. */
export interface TimeWindow {
  readonly start?: bigint
  readonly end?: bigint
  readonly length?: bigint
}

export interface QueryAnswer {
  readonly columns: readonly Column[]
  readonly answer: Answer
  readonly visualization?: Readonly<Record<string, string | readonly string[]>>
  /** Tables that the query reads. */
  readonly tables: readonly string[]
  /** For the person who asks: present names of what the query calls by a former one. */
  readonly hints?: readonly string[]
  /** Tables of which damaged files are left out. */
  readonly leftOut?: readonly string[]
  /** Seconds from the request's arrival in the service to the end of execution. */
  readonly seconds: number
}

/** What one scan of a table reads: all but what lies outside of its time range. */
export interface ScanAnalysis {
  readonly table: string
  readonly segments: { readonly read: number; readonly total: number }
  readonly rowGroups: { readonly read: number; readonly total: number }
  /** Rows of the table, and of the row groups that are read. */
  readonly rows: { readonly read: number; readonly total: number }
}

export interface Analysis {
  readonly scans: readonly ScanAnalysis[]
  /** Of the answer. */
  readonly rows: number
  readonly bytes: number
  readonly seconds: number
  readonly stats: ExecutionStats
}

export interface TableInfo {
  readonly name: string
  readonly columns: readonly { readonly name: string; readonly type: KqlType }[]
  /** Declared by the store, not one of Defender's. */
  readonly custom: boolean
  /** Absent for callers who do not see all rows. */
  readonly rows?: number
  /** Ticks. */
  readonly time?: { readonly min: string; readonly max: string }
}

export interface QueryService {
  /** Resolves when the parser is warm and the engine can take a query. */
  ready(): Promise<void>
  /** @throws KqlError of every kind in `base/errors.ts` that concerns a query */
  run(request: QueryRequest): Promise<QueryAnswer>
  /** The plan and the SQL of a query, as text. */
  explain(request: Omit<QueryRequest, 'signal' | 'format'>): Promise<{ readonly plan: string; readonly sql: string }>
  /** Runs it, and says what each scan of a table has to read. @throws as `run` */
  analyze(request: Omit<QueryRequest, 'signal' | 'format'>): Promise<Analysis>
  /** What may stand at an offset of a text: where the word at it begins, and what it could become. */
  complete(
    request: Omit<QueryRequest, 'signal' | 'format'> & { readonly position: number },
  ): Promise<{ readonly start: number; readonly items: readonly string[] }>
  /** The tables that a caller may name, by name. */
  tables(principal: Principal): Promise<readonly TableInfo[]>
  /** What is wrong with a text, as far as it can be said without running it. */
  check(request: Omit<QueryRequest, 'signal' | 'format'>): Promise<KqlError | undefined>
  /** Since the start: plans that were taken from the cache, and that were made. */
  planCache(): { readonly hits: number; readonly misses: number }
  close(): Promise<void>
}
