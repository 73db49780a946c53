/** What an ingest and its segment process say to each other. */
import type { SegmentColumn } from '../store/snapshot.ts'

export interface StartRequest {
  readonly kind: 'start'
  readonly memoryMb: number
  /** A folder of this process's own, for what does not fit into memory. */
  readonly temporary: string
}

export interface SegmentRequest {
  readonly kind: 'segment'
  readonly id: number
  /** A batch file, see field.ts. */
  readonly input: string
  readonly output: string
  /** Bytes of its longest record. */
  readonly longest: number
  readonly columns: readonly SegmentColumn[]
  /** Places of the columns in which no record has anything: most tables have many, and the engine need not read them. */
  readonly absent: readonly number[]
  /** Records in the batch file; another number written is a failure. */
  readonly rows: number
}

/** Several segments of one schema into one, in the order of a column. */
export interface MergeRequest {
  readonly kind: 'merge'
  readonly id: number
  readonly inputs: readonly string[]
  readonly output: string
  /** Its name in the files; absent = in the order of the inputs. */
  readonly sortBy?: string
  readonly rows: number
}

/** Segments into one file for other programs: a table's own columns, times as timestamps. */
export interface ExportRequest {
  readonly kind: 'export'
  readonly id: number
  /** Files of equal columns together. */
  readonly groups: readonly { readonly inputs: readonly string[]; readonly columns: readonly SegmentColumn[] }[]
  readonly output: string
  readonly sortBy?: string
  readonly rows: number
}

export type FileRequest = SegmentRequest | MergeRequest | ExportRequest
export type Request = StartRequest | FileRequest

export type Report =
  | { readonly kind: 'written'; readonly id: number; readonly bytes: number; readonly sha256: string }
  | { readonly kind: 'failed'; readonly id: number; readonly why: string }
