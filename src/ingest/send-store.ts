/** Sends what a store holds to a cluster, newest segments last, each once. */
import { catalogOf, type Table } from '../catalog/catalog.ts'
import type { Segment } from '../store/snapshot.ts'
import { wholeSnapshot } from '../store/store.ts'

/** What takes segments over. */
export interface SegmentSink {
  init(tables: Iterable<Table>): Promise<void>
  sent(): Promise<ReadonlySet<string>>
  send(table: Table, segment: Segment): Promise<void>
}

export interface SendSummary {
  readonly segments: number
  readonly rows: number
  /** Those that were there already. */
  readonly before: number
}

/**
 * Segments of other names than those sent before; merging makes new ones of old ones, so a store whose segments are sent is to be
 * left alone by `compact`. @throws KqlError store_damaged; Error when the sink fails
 */
export async function sendStore(
  store: string,
  sink: SegmentSink,
  progress: (sent: { readonly segments: number; readonly total: number; readonly rows: number }) => void = () => {},
  signal?: AbortSignal,
): Promise<SendSummary> {
  const snapshot = wholeSnapshot(store)
  const { tables } = catalogOf(snapshot.custom)
  await sink.init(snapshot.custom)
  const sent = await sink.sent()
  const all = [...tables.values()].flatMap((table) =>
    snapshot.segments(table.name).map((segment) => ({ table, segment })),
  )
  const open = all.filter(({ segment }) => !sent.has(nameOf(segment)))
  const sum = { segments: 0, rows: 0 }
  for (const { table, segment } of open) {
    signal?.throwIfAborted()
    await sink.send(table, segment)
    sum.segments++
    sum.rows += segment.rows
    progress({ ...sum, total: open.length })
  }
  return { ...sum, before: all.length - open.length }
}

const nameOf = ({ path }: Segment): string => path.split(/[\\/]/).at(-1) ?? path
