/** What a server and its push worker say to each other. */
import type { ErrorData } from '../base/errors.ts'
import type { TableSummary } from './ingest.ts'

/** What one push became of; it is told when all of it is durable. */
export interface Pushed extends TableSummary {
  /** The first record that was refused, and why. */
  readonly firstRejected?: { readonly line: number; readonly reason: string }
  /** Why the rest of the body was not read. */
  readonly error?: string
}

export interface Push {
  /** Stands for the body in the quarantine. */
  readonly name: string
  /** Absent where the records name theirs, or their columns tell it. */
  readonly table?: string
  readonly body: Uint8Array
  /** Messages of a queue, one a line: each stands for itself, whatever the first of them is. */
  readonly isMessages?: true
}

export interface PushRequest extends Push {
  readonly id: number
}

export type PushReply =
  | { readonly id: number; readonly pushed: Pushed }
  | { readonly id: number; readonly error: ErrorData }
  | { readonly id: number; readonly failure: string }
