/** Upkeep of a store: small segments are merged, old ones dropped. Each step is one commit, so that a crash leaves the store as it was or as it shall be. */
import { createHash, randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { KqlError } from '../base/errors.ts'
import { catalogOf } from '../catalog/catalog.ts'
import { hashesOf } from '../store/layout.ts'
import type { SegmentEntry } from '../store/manifest.ts'
import { spanOf } from '../store/snapshot.ts'
import { compareTicks } from '../store/ticks.ts'
import { parseTimespan } from '../types/timespan.ts'
import type { Target } from './batches.ts'

/** A segment of at least this many rows or bytes is left alone; merged ones come to about as much. */
const FULL_ROWS = 2_000_000
const FULL_BYTES = 256 * 1024 * 1024

/** Ticks that a merged segment may span: 31 days. */
const FAR = 31n * 864_000_000_000n

export interface UpkeepOptions {
  /** As the setting `retention` has it; empty = everything is kept. */
  readonly retention: string
  /** Ticks. */
  readonly now: bigint
  /** Tables with fewer small segments are left alone. */
  readonly fewest: number
  readonly signal?: AbortSignal
  /** Told of each commit. */
  readonly progress?: (done: UpkeepSummary) => void
}

export interface UpkeepSummary {
  /** Segments that were merged, and those that came of it. */
  readonly merged: number
  readonly into: number
  readonly dropped: number
  readonly droppedRows: number
}

/** @throws KqlError bad_setting */
export async function keepUp(target: Target, options: UpkeepOptions): Promise<UpkeepSummary> {
  const kept = readRetention(options.retention)
  const sum = { merged: 0, into: 0, dropped: 0, droppedRows: 0 }
  const entries = target.writer.contents.entries()
  const old = entries.filter((e) => isOld(e, kept, options.now))
  if (old.length > 0) {
    remove(target, old)
    sum.dropped = old.length
    sum.droppedRows = old.reduce((rows, e) => rows + e.rows, 0)
    options.progress?.({ ...sum })
  }
  const left = entries.filter((e) => !old.includes(e))
  for (const group of groupsOf(left, options.fewest)) {
    if (options.signal?.aborted) break
    await merge(target, group)
    sum.merged += group.length
    sum.into++
    options.progress?.({ ...sum })
  }
  return sum
}

type Retention = ReadonlyMap<string, bigint>
const EVERY = '*'

/** `90d`, `90d,DeviceNetworkEvents=30d`: ticks by table, `*` for the others. @throws KqlError bad_setting */
export function readRetention(text: string): Retention {
  const parts = text
    .split(',')
    .map((p) => p.trim())
    .filter((p) => p !== '')
  return new Map(
    parts.map((part) => {
      const [, table = EVERY, span = ''] = /^(?:(\w+)=)?(.+)$/.exec(part) ?? []
      const ticks = parseTimespan(span)
      if (ticks === null || ticks <= 0n)
        throw new KqlError('bad_setting', { name: 'retention', why: `'${part}' is no time such as 90d or TABLE=90d` })
      return [table, ticks]
    }),
  )
}

/** Ticks that rows of a table are kept; undefined = for ever. */
export const keptOf = (kept: Retention, table: string): bigint | undefined => kept.get(table) ?? kept.get(EVERY)

function isOld(entry: SegmentEntry, kept: Retention, now: bigint): boolean {
  const span = keptOf(kept, entry.table)
  return span !== undefined && entry.time !== undefined && BigInt(entry.time.max) < now - span
}

const EMPTY_ANSWER = { added: 0, repeated: 0, rejected: 0 }

function remove({ writer }: Target, entries: readonly SegmentEntry[]): void {
  const removes = entries.map((e) => e.file)
  const key = createHash('sha256').update(`remove ${removes.join()}`).digest('hex')
  writer.commit({ key, at: new Date().toISOString(), segments: [], removes, answer: EMPTY_ANSWER }, new Map())
}

/** What lies far apart would be kept, and read, for the sake of the other. */
function isFar(first: SegmentEntry | undefined, e: SegmentEntry): boolean {
  if (!first) return false
  if (!first.time || !e.time) return first.time !== e.time
  return BigInt(e.time.max) - BigInt(first.time.min) > FAR
}

/** Small segments of one table and one form that lie beside each other in time. */
function* groupsOf(entries: readonly SegmentEntry[], fewest: number): Generator<readonly SegmentEntry[]> {
  const alike = new Map<string, SegmentEntry[]>()
  for (const e of entries) {
    if (e.rows >= FULL_ROWS || e.bytes >= FULL_BYTES) continue
    const key = JSON.stringify([e.table, e.schema, e.ticks ?? []])
    alike.set(key, [...(alike.get(key) ?? []), e])
  }
  for (const small of alike.values()) {
    if (small.length < fewest) continue
    small.sort((a, b) => compareTicks(a.time?.min ?? '0', b.time?.min ?? '0'))
    let group: SegmentEntry[] = []
    let [rows, bytes] = [0, 0]
    for (const e of small) {
      const isFull = rows + e.rows > FULL_ROWS || bytes + e.bytes > FULL_BYTES || isFar(group[0], e)
      if (isFull && group.length > 1) yield group
      if (isFull) [group, rows, bytes] = [[], 0, 0]
      group.push(e)
      rows += e.rows
      bytes += e.bytes
    }
    if (group.length > 1) yield group
  }
}

/** In the order of their times, and none begins before the one before it ends: one after the other they are sorted already. */
const areApart = (group: readonly SegmentEntry[]): boolean =>
  group.every((e, i) => {
    const before = group[i - 1]
    return before === undefined || (e.time && before.time && compareTicks(before.time.max, e.time.min) <= 0)
  })

/** One segment in place of several; the hashes of their records stay beside it, so that repeats are still known. */
async function merge({ layout, writer, segments }: Target, group: readonly SegmentEntry[]): Promise<void> {
  const [first] = group as readonly [SegmentEntry]
  const id = `${Date.now().toString(36).padStart(9, '0')}-${randomBytes(6).toString('hex')}`
  const output = join(layout.tmp, `${id}.parquet`)
  const inputs = group.map((e) => join(layout.dir, e.file))
  const rows = group.reduce((sum, e) => sum + e.rows, 0)
  const time = catalogOf([...writer.contents.custom.values()]).tables.get(first.table)?.time
  const written = await segments.write({
    kind: 'merge',
    inputs,
    output,
    rows,
    ...(time && !areApart(group) && { sortBy: time }),
  })
  const hashes = Buffer.concat(group.map((e) => readFileSync(join(layout.dir, hashesOf(e.file)))))
  writeFileSync(hashesOf(output), hashes)
  const file = `segments/${first.table}/${id}.parquet`
  const span = spanOf(group)
  const entry: SegmentEntry = {
    table: first.table,
    file,
    rows,
    ...written,
    schema: first.schema,
    ...(first.ticks && { ticks: first.ticks }),
    ...(span && { time: span }),
  }
  writer.commit(
    {
      key: createHash('sha256').update(`${first.table}\n`).update(hashes).digest('hex'),
      at: new Date().toISOString(),
      segments: [entry],
      removes: group.map((e) => e.file),
      answer: EMPTY_ANSWER,
    },
    new Map([
      [output, file],
      [hashesOf(output), hashesOf(file)],
    ]),
  )
}
