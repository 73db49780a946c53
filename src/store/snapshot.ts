/** What a reader sees of the store: the tables and segments of one moment, which no later write changes. */
import type { Table } from '../catalog/catalog.ts'
import type { KqlType } from '../types/kql-type.ts'

/** How a column lies in a Parquet file: a datetime is TIMESTAMP_NS, or ticks when a value does not fit into it. */
export type StoredAs = 'native' | 'ticks'

export interface SegmentColumn {
  readonly name: string
  readonly type: KqlType
  readonly storedAs: StoredAs
}

/** One immutable Parquet file. */
export interface Segment {
  /** Absolute path. */
  readonly path: string
  readonly rows: number
  readonly bytes: number
  readonly columns: readonly SegmentColumn[]
  /** Range of the table's time column in ticks (decimal text); absent when the table has none or all are null. */
  readonly time?: { readonly min: string; readonly max: string }
}

export interface Snapshot {
  /** Grows with every commit. */
  readonly version: number
  /** Custom tables that the store declares. */
  readonly custom: readonly Table[]
  /** Newest first, by the end of their time range. */
  segments(table: string): readonly Segment[]
}

/** Stored beside a table's own columns: the record's device group (string) and when it was ingested (datetime). */
export const GROUP_COLUMN = '$MachineGroup'
export const INGESTED_COLUMN = '$IngestionTime'
