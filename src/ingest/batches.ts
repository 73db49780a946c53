/** Gathers records into batches of bounded size, drops repeats, and commits each batch while the next is gathered. */
import { createHash, randomBytes } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Table } from '../catalog/catalog.ts'
import { hashesOf, type Layout } from '../store/layout.ts'
import { type SegmentEntry, schemaId } from '../store/manifest.ts'
import { segmentColumns } from '../store/snapshot.ts'
import { dayOfTicks } from '../store/ticks.ts'
import type { StoreWriter } from '../store/writer.ts'
import { type BatchFile, batchFile, bytesLine, type Line, textLine } from './batch-file.ts'
import { NULL } from './field.ts'
import { type HashSet, hashSet } from './hash-set.ts'
import type { PlainRow } from './plain-line.ts'
import type { Repeats } from './repeats.ts'
import { type RowEncoder, receivedTicks, rowEncoder, widen } from './row-encoder.ts'
import type { SegmentProcess } from './segment-process.ts'
import type { SourceRecord } from './source-record.ts'
import { schemaText } from './tables.ts'

export interface BatchLimits {
  readonly records: number
  /** Bytes of their lines, which are in memory. */
  readonly bytes: number
}

/** Where batches go; absent for a dry run. */
export interface Target {
  readonly layout: Layout
  readonly writer: StoreWriter
  readonly segments: SegmentProcess
}

export type Outcome = 'added' | 'repeated' | { readonly refused: string }

export interface AddedRecord extends Pick<SourceRecord, 'properties' | 'exact' | 'received' | 'times'> {
  /** As BatchFile has it. */
  readonly identity?: string
}

export interface Batches {
  add(table: Table, record: AddedRecord): Outcome
  /** Takes a row that is encoded already. */
  addPlain(row: PlainRow, received: unknown): 'added' | 'repeated'
  /** Tells of a record that was refused elsewhere. */
  refuse(): void
  /** Begins to write the batch when it is full, and waits while the one before it is still being written. */
  breathe(): Promise<void>
  /** Everything is committed. */
  finish(): Promise<void>
  /** Properties that were no columns, by table. */
  unknown(): ReadonlyMap<string, ReadonlyMap<string, number>>
}

interface TableBatch {
  readonly table: Table
  readonly id: string
  readonly file: BatchFile
  /** Hashes of the batch, as a set. */
  readonly seen: HashSet
  time?: { readonly min: string; readonly max: string }
  /** Columns that hold ticks, and those in which something is, by their places; known when the batch is closed. */
  ticks: readonly string[]
  present: Uint8Array
}

interface Batch {
  readonly tables: Map<string, TableBatch>
  records: number
  repeated: number
  rejected: number
}

const emptyBatch = (): Batch => ({ tables: new Map(), records: 0, repeated: 0, rejected: 0 })

/** @param now ticks: when records without a time of their own were ingested */
export function createBatches(target: Target | undefined, repeats: Repeats, limits: BatchLimits, now: string): Batches {
  const encoders = new Map<string, RowEncoder>()
  let batch = emptyBatch()
  let before: Batch = batch
  let writing: Promise<void> = Promise.resolve()

  const encoderOf = (table: Table): RowEncoder => {
    const known = encoders.get(table.name)
    if (known) return known
    const encoder = rowEncoder(table)
    encoders.set(table.name, encoder)
    return encoder
  }
  const batchOf = (table: Table): TableBatch => {
    const known = batch.tables.get(table.name)
    if (known) return known
    const id = `${Date.now().toString(36).padStart(9, '0')}-${randomBytes(6).toString('hex')}`
    const begun: TableBatch = { table, id, file: batchFile(), seen: hashSet(), ticks: [], present: new Uint8Array() }
    batch.tables.set(table.name, begun)
    return begun
  }
  const put = (table: Table, line: Line, time: string, received: unknown, identity?: string): 'added' | 'repeated' => {
    const t = batchOf(table)
    const day = time === NULL ? undefined : dayOfTicks(time)
    const written = before.tables.get(table.name)?.seen
    const added = t.file.add(
      line,
      receivedTicks(received) ?? now,
      time,
      (bytes, at) => !written?.has(bytes, at) && t.seen.add(bytes, at) && !repeats.knows(table.name, day, bytes, at),
      identity,
    )
    if (!added) {
      batch.repeated++
      return 'repeated'
    }
    batch.records++
    if (time !== NULL) t.time = widen(t.time, time)
    return 'added'
  }
  const isFull = (): boolean => {
    if (batch.records >= limits.records) return true
    let bytes = 0
    for (const t of batch.tables.values()) bytes += t.file.bytes
    return bytes >= limits.bytes
  }
  const close = async (): Promise<void> => {
    await writing
    const closed = batch
    for (const t of closed.tables.values()) {
      const encoder = encoderOf(t.table)
      t.ticks = [...encoder.wide]
      t.present = encoder.present.slice()
      encoder.reset()
    }
    before = closed
    batch = emptyBatch()
    if (target) {
      writing = writeBatch(target, closed, repeats)
      // Whoever closes the next batch hears of it.
      writing.catch(() => {})
    }
  }

  return {
    add(table, { properties, exact, received, times, identity }) {
      const encoder = encoderOf(table)
      const line = encoder.encode(properties, exact, times)
      if (line === undefined) {
        batch.rejected++
        return { refused: encoder.refusal }
      }
      return put(table, textLine(line), encoder.time, received, identity)
    },
    addPlain(row, received) {
      const { present, countUnknown } = encoderOf(row.table)
      for (const name of row.unknown) countUnknown(name)
      row.mark(present)
      return put(row.table, bytesLine(row.fields), row.time, received)
    },
    refuse() {
      batch.rejected++
    },
    async breathe() {
      if (isFull()) await close()
    },
    async finish() {
      await close()
      await writing
    },
    unknown: () => new Map([...encoders].filter(([, e]) => e.unknown.size > 0).map(([name, e]) => [name, e.unknown])),
  }
}

/** A batch that adds nothing leaves no trace in the store. */
async function writeBatch(target: Target, batch: Batch, repeats: Repeats): Promise<void> {
  const { layout, writer } = target
  const filled = [...batch.tables.values()].filter((t) => t.file.rows > 0)
  const files = new Map<string, string>()
  const schemas: Record<string, string> = {}
  const segments: SegmentEntry[] = []
  const key = createHash('sha256')
  for (const t of filled) {
    const { entry, schema } = await writeSegment(target, t, files)
    if (!writer.contents.schemas.has(entry.schema)) schemas[entry.schema] = schema
    segments.push(entry)
    key.update(`${t.table.name}\n`).update(t.file.hashes())
  }
  if (filled.length > 0) {
    const answer = { added: batch.records, repeated: batch.repeated, rejected: batch.rejected }
    const at = new Date().toISOString()
    writer.commit({ key: key.digest('hex'), at, schemas, segments, answer }, files)
    const snapshot = writer.contents.snapshot()
    for (const [i, t] of filled.entries()) {
      const path = join(layout.dir, segments[i]!.file)
      const segment = snapshot.segments(t.table.name).find((s) => s.path === path)!
      repeats.committed(t.table.name, segment, t.file.hashes())
    }
  }
}

/**
 * One file a table and batch, sorted by time. It is not divided by days: the file's range prunes it as a whole, and
 * the statistics of its row groups, each a narrow slice of a sorted file, prune inside of it. Days of their own would
 * be many small files, each of which costs a query more than what it saves.
 */
async function writeSegment(
  { layout, segments }: Target,
  { table, id, file, time, ticks, present }: TableBatch,
  files: Map<string, string>,
): Promise<{ entry: SegmentEntry; schema: string }> {
  const schema = schemaText(table)
  const input = join(layout.tmp, `${id}.batch`)
  const output = join(layout.tmp, `${id}.parquet`)
  file.write(input)
  const columns = segmentColumns(table.columns, ticks)
  const { bytes, sha256 } = await segments.write({
    kind: 'segment',
    input,
    output,
    columns,
    absent: Array.from(columns.keys()).filter((i) => present[i] === 0),
    rows: file.rows,
    longest: file.longest,
  })
  rmSync(input)
  writeFileSync(hashesOf(output), file.hashes())
  const place = `segments/${table.name}/${id}.parquet`
  files.set(output, place)
  files.set(hashesOf(output), hashesOf(place))
  const entry: SegmentEntry = {
    table: table.name,
    file: place,
    rows: file.rows,
    bytes,
    sha256,
    schema: schemaId(schema),
    ...(ticks.length > 0 && { ticks }),
    ...(time && { time }),
  }
  return { entry, schema }
}
