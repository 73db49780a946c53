/** What a reader sees of the store: the tables and segments of one moment, which no later write changes. */
import type { Table } from '../catalog/catalog.ts'
import type { KqlType } from '../types/kql-type.ts'
import { compareTicks } from './ticks.ts'

/**
 * How a column lies in a file. A store's own: native, of a datetime TIMESTAMP_NS, or ticks when a value does not fit into it.
 * In files of others: time (a timestamp or date of any unit), nested (a list or struct), text (of any type, read as its text).
 */
export type StoredAs = 'native' | 'ticks' | 'time' | 'nested' | 'text'

/** Files that are no Parquet; json is one document or one a line. table is no file: a table of the engine's database. */
export type SegmentFormat = 'ndjson' | 'json' | 'csv' | 'tsv' | 'table'

/**
 * Physical types: bool BOOLEAN, int INTEGER, long BIGINT, real DOUBLE, string VARCHAR (never NULL, as in KQL), datetime
 * TIMESTAMP_NS or BIGINT ticks, timespan BIGINT ticks, dynamic VARCHAR (compact JSON), guid and decimal VARCHAR.
 */
export interface SegmentColumn {
  readonly name: string
  readonly type: KqlType
  readonly storedAs: StoredAs
  /** Its name in the file, where that differs: of two names that differ in case alone, the engine can address one. */
  readonly stored?: string
}

/** One file of rows; but for logs and what is attached, an immutable Parquet file. */
export interface Segment {
  /** Absolute path; of a table its name. */
  readonly path: string
  /** Absent = Parquet. NDJSON may still grow, and its last line may be half written. */
  readonly format?: SegmentFormat
  /** 0 where only reading the file would tell. */
  readonly rows: number
  readonly bytes: number
  /** All of the file's columns; of a store's own, GROUP_COLUMN and INGESTED_COLUMN at the end. */
  readonly columns: readonly SegmentColumn[]
  /** Range of the table's time column in ticks (decimal text); absent when the table has none or all are null. */
  readonly time?: { readonly min: string; readonly max: string }
}

type Timed = Pick<Segment, 'time'>

/** From the first to the last tick of all of them; undefined when none has a time. */
export function spanOf(segments: readonly Timed[]): Timed['time'] {
  let span: Timed['time']
  for (const { time } of segments) {
    if (!time) continue
    span = {
      min: span && compareTicks(span.min, time.min) < 0 ? span.min : time.min,
      max: span && compareTicks(span.max, time.max) > 0 ? span.max : time.max,
    }
  }
  return span
}

/** Whether a segment can hold rows of a range of ticks, both ends inclusive. */
export const overlaps = (s: Segment, range: { readonly from?: string; readonly to?: string } | undefined): boolean =>
  !range ||
  !s.time ||
  ((!range.from || BigInt(s.time.max) >= BigInt(range.from)) && (!range.to || BigInt(s.time.min) <= BigInt(range.to)))

export interface Snapshot {
  /** Grows with every commit. */
  readonly version: number
  /** Custom tables that the store declares. */
  readonly custom: readonly Table[]
  /** Newest first, by the end of their time range. */
  segments(table: string): readonly Segment[]
  /** How many of its segments are left out, because their files are damaged. */
  leftOut(table: string): number
}

/** Stored beside a table's own columns: the record's device group (string) and when it was ingested (datetime). */
export const GROUP_COLUMN = '$MachineGroup'
export const INGESTED_COLUMN = '$IngestionTime'

/** The columns of a segment file for a table's columns: its own, then the two that the store adds. */
export function segmentColumns(
  columns: readonly { readonly name: string; readonly type: KqlType }[],
  ticks: readonly string[] = [],
): readonly SegmentColumn[] {
  const taken = new Set<string>()
  const own = columns.map((c): SegmentColumn => {
    let stored = c.name
    // The name that DuckDB itself gives to such a twin when it reads a file: LogonId and LogonID become LogonId and LogonID_1.
    for (let n = 1; taken.has(stored.toLowerCase()); n++) stored = `${c.name}_${n}`
    taken.add(stored.toLowerCase())
    const storedAs = ticks.includes(c.name) ? 'ticks' : 'native'
    return { name: c.name, type: c.type, storedAs, ...(stored !== c.name && { stored }) }
  })
  return [
    ...own,
    { name: GROUP_COLUMN, type: 'string', storedAs: 'native' },
    { name: INGESTED_COLUMN, type: 'datetime', storedAs: 'native' },
  ]
}
