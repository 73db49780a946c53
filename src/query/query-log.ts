/** Who asked what, and how it went: a file of JSON lines a day in the store, which administrators read as the table HarrierQueryLog. */
import { createHash } from 'node:crypto'
import { appendFileSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type Table, table } from '../catalog/catalog.ts'
import type { Segment, Snapshot } from '../store/snapshot.ts'
import { UNIX_EPOCH_TICKS } from '../types/datetime.ts'

export const QUERY_LOG: Table = table(
  'HarrierQueryLog',
  `Timestamp:datetime, RequestId:string, Api:string, Region:string, CallerKind:string, CallerId:string, CallerName:string,
   ApplicationId:string, TenantId:string, QueryHash:string, QueryText:string, Tables:dynamic, Status:int, Outcome:string,
   Rows:long, Bytes:long, DurationSeconds:real, CpuSeconds:real, PeakMemoryBytes:long`,
)

export interface LoggedQuery {
  /** Milliseconds since 1970. */
  readonly at: number
  readonly requestId: string
  readonly api: string
  readonly region: string
  /** Absent for a caller whose token was refused. */
  readonly caller?: {
    readonly kind: string
    readonly id: string
    readonly name?: string
    readonly application: string
    readonly tenant: string
  }
  readonly text: string
  readonly tables: readonly string[]
  readonly status: number
  /** `completed`, or the code of the error. */
  readonly outcome: string
  readonly rows: number
  readonly bytes: number
  readonly seconds: number
  readonly cpuSeconds: number
  readonly peakMemory: number
}

export interface QueryLog {
  /** Absolute path. */
  readonly folder: string
  record(query: LoggedQuery): void
  /** A snapshot in which the log is a table. */
  over(snapshot: Snapshot): Snapshot
}

export type Detail = 'off' | 'hash' | 'text'

const DAY = 24 * 60 * 60 * 1000
const COLUMNS: Segment['columns'] = QUERY_LOG.columns.map(({ name, type }) => ({ name, type, storedAs: 'ticks' }))

/** @param detail what is kept of a query's text. @param days after which a day's file is removed. */
export function openQueryLog(folder: string, { detail, days }: { detail: Detail; days: number }): QueryLog {
  let today = ''
  const fileOf = (at: number): string => {
    const day = new Date(at).toISOString().slice(0, 10)
    if (day !== today) {
      today = day
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      const oldest = new Date(at - days * DAY).toISOString().slice(0, 10)
      for (const name of files(folder)) if (name.slice(0, 10) < oldest) rmSync(join(folder, name), { force: true })
    }
    return join(folder, `${day}.jsonl`)
  }
  return {
    folder,
    record(query) {
      if (detail === 'off') return
      const path = fileOf(query.at)
      // One write a line, so that lines of several processes do not run into each other.
      appendFileSync(path, `${JSON.stringify(lineOf(query, detail))}\n`, { mode: 0o600 })
    },
    over(snapshot) {
      const segments = files(folder)
        .reverse()
        .map((name): Segment => ({ path: join(folder, name), rows: 0, bytes: 0, columns: COLUMNS, format: 'ndjson' }))
      return {
        version: snapshot.version,
        custom: [...snapshot.custom, QUERY_LOG],
        segments: (name) => (name === QUERY_LOG.name ? segments : snapshot.segments(name)),
        leftOut: snapshot.leftOut,
      }
    },
  }
}

function files(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => /^\d{4}-\d\d-\d\d\.jsonl$/.test(name))
      .sort()
  } catch {
    return []
  }
}

function lineOf(q: LoggedQuery, detail: Detail) {
  return {
    Timestamp: String(BigInt(q.at) * 10_000n + UNIX_EPOCH_TICKS),
    RequestId: q.requestId,
    Api: q.api,
    Region: q.region,
    CallerKind: q.caller?.kind ?? '',
    CallerId: q.caller?.id ?? '',
    CallerName: q.caller?.name ?? '',
    ApplicationId: q.caller?.application ?? '',
    TenantId: q.caller?.tenant ?? '',
    QueryHash: q.text === '' ? '' : createHash('sha256').update(q.text).digest('hex'),
    QueryText: detail === 'text' ? withoutSecrets(q.text) : '',
    Tables: JSON.stringify(q.tables),
    Status: q.status,
    Outcome: q.outcome,
    Rows: q.rows,
    Bytes: q.bytes,
    DurationSeconds: q.seconds,
    CpuSeconds: q.cpuSeconds,
    PeakMemoryBytes: q.peakMemory,
  }
}

/** Obfuscated strings (h"…") are never written down, as in Kusto; nor are the signatures of signed addresses, and tokens. */
export const withoutSecrets = (text: string): string =>
  text
    .replace(/\b[hH](?:@"[^"]*"|@'[^']*'|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|```[\s\S]*?```)/g, "h'*****'")
    .replace(/\b(sig=)[^&"'\s;]+/gi, '$1*****')
    .replace(/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, '*****')
