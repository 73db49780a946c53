/**
 * Reads folders again and again: what is new, and what has grown, until it is told to stop. Each pass reads a file that
 * changed from its start; records that the store has already are left out by their hashes, so nothing depends on where
 * a reader stood when it ended.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { type IngestOptions, type IngestSummary, ingest } from './ingest.ts'
import { listSources } from './source.ts'

export interface FollowOptions extends Omit<IngestOptions, 'records' | 'inputs' | 'dryRun' | 'progress'> {
  readonly paths: readonly string[]
  readonly signal: AbortSignal
  /** Milliseconds between two looks; a pass that took long is followed by a longer pause. */
  readonly every?: number
  /** Told of each pass that read something. */
  readonly passed: (summary: IngestSummary) => void
}

const EVERY = 2000
/** A pass may take a tenth of the time, so that a large file that grows all the time is not read all the time. */
const SHARE = 10

/** Resolves when the signal is given. @throws KqlError store_locked, store_damaged, unknown_table, bad_setting */
export async function follow({ paths, every = EVERY, passed, ...options }: FollowOptions): Promise<void> {
  const { signal } = options
  const seen = new Map<string, string>()
  while (!signal.aborted) {
    const began = performance.now()
    const changed = listSources(paths).files.filter(({ path, bytes, changed }) => {
      const state = `${bytes} ${changed}`
      if (seen.get(path) === state) return false
      seen.set(path, state)
      return true
    })
    if (changed.length > 0) {
      const summary = await ingest({ ...options, paths: changed.map((f) => f.path) }).catch((error: unknown) => {
        if (!signal.aborted) throw error
      })
      if (summary) passed(summary)
    }
    const took = performance.now() - began
    await pause(Math.max(every, took * SHARE), undefined, { signal }).catch(() => {})
  }
}
