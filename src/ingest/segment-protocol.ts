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
  readonly columns: readonly SegmentColumn[]
  /** Records in the batch file; another number written is a failure. */
  readonly rows: number
}

export type Request = StartRequest | SegmentRequest

export type Report =
  | { readonly kind: 'written'; readonly id: number; readonly bytes: number; readonly sha256: string }
  | { readonly kind: 'failed'; readonly id: number; readonly why: string }
