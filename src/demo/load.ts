/** Puts the demo data into a store. */
import { type IngestSummary, ingest } from '../ingest/ingest.ts'
import { DEMO_EVENTS, type DemoOptions, demoRecords } from './records.ts'

export interface LoadOptions extends DemoOptions {
  readonly onProgress?: (progress: LoadProgress) => void
  readonly signal?: AbortSignal
}

export interface LoadProgress {
  readonly records: number
  /** About how many there will be. */
  readonly total: number
}

/** The same month a second time adds nothing: an ingest takes each record once. @throws KqlError store_locked, store_damaged */
export function loadDemo(store: string, { onProgress, signal, ...options }: LoadOptions): Promise<IngestSummary> {
  const total = options.events ?? DEMO_EVENTS
  return ingest({
    store,
    records: demoRecords(options),
    ...(signal && { signal }),
    ...(onProgress && { progress: ({ records }) => onProgress({ records, total: Math.max(total, records) }) }),
  })
}
