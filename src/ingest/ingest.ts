/** The whole of an ingest: reads sources or records, checks them, and commits them to a store, each record once. */
import { randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { KqlError } from '../base/errors.ts'
import type { Table } from '../catalog/catalog.ts'
import { existingLayout, type Layout, layoutOf, makeFolders } from '../store/layout.ts'
import { waitForLock } from '../store/lock.ts'
import { wholeSnapshot } from '../store/store.ts'
import { openWriter, type StoreWriter } from '../store/writer.ts'
import { UNIX_EPOCH_TICKS } from '../types/datetime.ts'
import { isZone } from '../types/timezone.ts'
import { type BatchLimits, createBatches, type Target } from './batches.ts'
import type { DateOrder, LocalTimes } from './local-time.ts'
import { type EventLog, eventLog } from './mapping/event-log.ts'
import { type MappedRow, mapEvents } from './mapping/map-events.ts'
import { plainLines } from './plain-line.ts'
import { openQuarantine, type Quarantine } from './quarantine.ts'
import { type Repeats, repeats } from './repeats.ts'
import { startSegmentProcess } from './segment-process.ts'
import { listSources, readSource, type SourceFile } from './source.ts'
import { type Properties, type RecordSink, type SourceRecord, tableOfCategory } from './source-record.ts'
import { declareTable, schemaText, type Tables, tablesOf } from './tables.ts'
import { keepUp, type UpkeepOptions, type UpkeepSummary } from './upkeep.ts'
import { windowsEvent } from './windows-event.ts'

/** A record that was made by a program. Integers may be bigint; times are ISO text. */
export interface InputRecord {
  readonly table: string
  readonly properties: Properties
}

export interface IngestOptions {
  /** Folder of the store; made when it is not there. */
  readonly store: string
  /** Files and folders; `-` is the standard input. */
  readonly paths?: readonly string[]
  /** What comes by other ways than files. */
  readonly inputs?: readonly SourceFile[]
  readonly records?: AsyncIterable<InputRecord> | Iterable<InputRecord>
  /** The table of rows that name none. */
  readonly table?: string
  /** Declares `table` as a custom one: `Name:type, Name:type`. */
  readonly schema?: string
  /** Reads and checks everything, and writes nothing. */
  readonly dryRun?: boolean
  /** How CSV that was written for its viewer has its dates; without it a day above twelve tells. */
  readonly dates?: DateOrder
  /** IANA name: of times that are a viewer's or a writer's own, and say no zone. */
  readonly timeZone?: string
  readonly progress?: (progress: IngestProgress) => void
  /** Ends the ingest; what is committed stays. */
  readonly signal?: AbortSignal
  readonly limits?: BatchLimits
  /** As the setting `retention` has it: what is older is dropped at the end. */
  readonly retention?: string
  /** Milliseconds to wait for another writer of the store; none by default. */
  readonly patience?: number
}

export interface IngestProgress {
  readonly records: number
  readonly rejected: number
  readonly bytes: number
  /** undefined when an input does not tell its size. */
  readonly totalBytes: number | undefined
}

export interface TableSummary {
  added: number
  repeated: number
  rejected: number
}

export interface SourceSummary {
  readonly path: string
  readonly tables: readonly string[]
  readonly records: number
  /** Of the records, those that the store had before. */
  readonly repeated: number
  readonly rejected: number
  readonly firstRejected?: { readonly line: number; readonly reason: string }
  /** Why the rest of it was not read. */
  readonly error?: string
  /** Its last line was not whole yet. */
  readonly unfinished?: true
}

export interface IngestSummary extends TableSummary {
  readonly tables: Readonly<Record<string, TableSummary>>
  readonly sources: readonly SourceSummary[]
  /** Files of folders that are not named like data. */
  readonly skipped: readonly string[]
  /** Properties that are no columns, by table, with the number of records that had them. */
  readonly unknownColumns: Readonly<Record<string, Readonly<Record<string, number>>>>
  /** Where the refused records are; absent when there are none. */
  readonly quarantine?: string
  /** Windows events for which Defender has no row, by channel and id; absent when there are none. */
  readonly notMapped?: Readonly<Record<string, number>>
  readonly seconds: number
}

const DEFAULT_LIMITS: BatchLimits = { records: 200_000, bytes: 256 * 1024 * 1024 }
/** DuckDB sorts a batch in memory, and spills what does not fit. */
const SEGMENT_MEMORY_MB = 512
/** Records of a program between two moments in which anything else can happen. */
const PIECE = 1000

/** Small segments of a table after which an ingest merges them itself. */
const MANY_SEGMENTS = 32

/** @throws KqlError store_locked, store_damaged, unknown_table, bad_setting */
export async function ingest(options: IngestOptions): Promise<IngestSummary> {
  if (options.dryRun) {
    const snapshot = wholeSnapshot(options.store)
    const custom = withDeclared(snapshot.custom, options)
    const known = repeats((table) => snapshot.segments(table))
    return await run(options, { target: undefined, layout: undefined, known }, custom)
  }
  const session = await openIngest(options)
  try {
    const summary = await session.pass(options)
    await session.keepUp(options.signal)
    return summary
  } finally {
    session.close()
  }
}

/** What one pass of a session reads. */
export type PassOptions = Omit<IngestOptions, 'store' | 'dryRun' | 'retention' | 'patience'>

/** A store that is held for writing, for one pass after another. */
export interface IngestSession {
  /** Reads everything and commits it. After an error the session is of no more use. @throws KqlError unknown_table, bad_setting */
  pass(options: PassOptions): Promise<IngestSummary>
  /** @throws KqlError unknown_table */
  table(name: string): Table
  /** Merges small segments and drops old ones, where there is enough of it. */
  keepUp(signal?: AbortSignal): Promise<UpkeepSummary>
  close(): void
}

/** @throws KqlError store_locked, store_damaged */
export async function openIngest({
  store,
  retention = '',
  patience = 0,
}: Pick<IngestOptions, 'store' | 'retention' | 'patience'>): Promise<IngestSession> {
  const layout = layoutOf(resolve(store))
  mkdirSync(layout.dir, { recursive: true })
  const target = await openTarget(layout, patience)
  const { contents } = target.writer
  const known = repeats((table) => contents.snapshot().segments(table))
  return {
    async pass(options) {
      const custom = withDeclared([...contents.custom.values()], options)
      declare(target.writer, custom)
      return await run(options, { target, layout, known }, custom)
    },
    table: (name) => tablesOf([...contents.custom.values()]).named(name),
    keepUp: (signal) =>
      keepUp(target, { retention, now: nowTicks(), fewest: MANY_SEGMENTS, ...(signal && { signal }) }),
    close: target.close,
  }
}

/** Drops what is older than is kept and merges all small segments. @throws KqlError store_locked, store_damaged, bad_setting */
export async function compact(
  store: string,
  options: Pick<UpkeepOptions, 'retention' | 'signal' | 'progress'>,
): Promise<UpkeepSummary> {
  const layout = existingLayout(store)
  const target = await openTarget(layout, 0)
  try {
    return await keepUp(target, { ...options, now: nowTicks(), fewest: 2 })
  } finally {
    target.close()
  }
}

/** The store's lock, its writer and the process that writes its files; `close` gives all of them back. */
async function openTarget(layout: Layout, patience: number): Promise<Target & { close(): void }> {
  const lock = await waitForLock(layout, patience)
  let writer: StoreWriter | undefined
  try {
    makeFolders(layout)
    writer = openWriter(layout)
    const segments = startSegmentProcess(join(layout.tmp, `engine-${process.pid}`), SEGMENT_MEMORY_MB)
    const open = { layout, writer, segments }
    return {
      ...open,
      close() {
        open.segments.close()
        open.writer.close()
        lock.release()
      },
    }
  } catch (error) {
    writer?.close()
    lock.release()
    throw error
  }
}

const nowTicks = (): bigint => BigInt(Date.now()) * 10_000n + UNIX_EPOCH_TICKS

/** The custom tables with the one that is declared now. */
function withDeclared(custom: readonly Table[], { table, schema }: PassOptions): readonly Table[] {
  if (schema === undefined) return custom
  if (table === undefined) throw new KqlError('bad_setting', { name: 'schema', why: 'it needs the name of a table' })
  const declared = declareTable(table, schema)
  const known = custom.find((t) => t.name === table)
  if (!known) return [...custom, declared]
  if (schemaText(known) === schemaText(declared)) return custom
  throw new KqlError('bad_setting', {
    name: `schema of ${table}`,
    why: `the store has this table with other columns: ${schemaText(known)}`,
  })
}

function declare(writer: StoreWriter, custom: readonly Table[]): void {
  for (const t of custom) {
    if (writer.contents.custom.has(t.name)) continue
    const schema = schemaText(t)
    const answer = { added: 0, repeated: 0, rejected: 0 }
    const at = new Date().toISOString()
    writer.commit({ key: `table ${t.name}`, at, tables: { [t.name]: schema }, segments: [], answer }, new Map())
  }
}

/** Where a pass writes, and what is there already. A dry run writes nowhere. */
interface Place {
  readonly target: Target | undefined
  readonly layout: Layout | undefined
  readonly known: Repeats
}

async function run(
  options: PassOptions,
  { target, layout, known }: Place,
  custom: readonly Table[],
): Promise<IngestSummary> {
  const started = performance.now()
  const { timeZone } = options
  if (timeZone !== undefined && !isZone(timeZone))
    throw new KqlError('bad_setting', { name: 'time-zone', why: `no zone is called ${timeZone}` })
  const tables = tablesOf(custom)
  const fixed = options.table === undefined ? undefined : tables.named(options.table)
  const listing = listSources(options.paths ?? [])
  const files = [...listing.files, ...(options.inputs ?? [])]
  const now = nowTicks().toString()
  const batches = createBatches(target, known, options.limits ?? DEFAULT_LIMITS, now)
  const quarantine = openQuarantine(
    layout?.quarantine,
    `${new Date().toISOString().replaceAll(':', '')}-${process.pid}`,
  )
  const events = eventLog(join(layout?.tmp ?? tmpdir(), `harrier-events-${randomUUID()}`))
  const notMapped: Record<string, number> = {}
  const skip = (what: string): void => {
    notMapped[what] = (notMapped[what] ?? 0) + 1
  }
  const counts = createCounts(options, totalBytes(files))
  const sinkOf = (path: string, of: Table | undefined, isMessages = false): SourceSink =>
    createSink(path, tables, of, batches, quarantine, counts, events, isMessages, options)
  const sources: SourceSummary[] = listing.unreadable.map(({ path, why }) => ({
    path,
    tables: [],
    records: 0,
    repeated: 0,
    rejected: 0,
    error: new KqlError('unreadable_input', { path, why }).message,
  }))
  try {
    for (const file of files) {
      const own = file.table === undefined ? fixed : tables.named(file.table)
      const ofSource = own ?? (file.blocks ? undefined : tables.ofFile(resolve(file.path)))
      const sink = sinkOf(file.path, ofSource, file.isMessages)
      const members: SourceSink[] = []
      const memberSink = (name: string): SourceSink => {
        const of = own ?? tables.ofFile(name) ?? ofSource
        const member = sinkOf(`${file.path}/${name}`, of)
        members.push(member)
        return member
      }
      let error: string | undefined
      try {
        await readSource(file, sink, counts.read, memberSink)
      } catch (problem) {
        if (!(problem instanceof KqlError) || problem.code !== 'unreadable_input') throw problem
        error = problem.message
      }
      sources.push(sink.summary(error), ...members.map((m) => m.summary(undefined)))
    }
    if (options.records) {
      const sink = sinkOf('records', fixed)
      await readRecords(options.records, sink)
      sources.push(sink.summary(undefined))
    }
    await addEvents(mapEvents(events, skip, timeZone), tables, batches, quarantine, counts)
    await batches.finish()
    counts.show()
  } finally {
    events.close()
    quarantine.close()
  }
  return {
    ...counts.total(),
    tables: counts.tables,
    sources,
    skipped: listing.skipped,
    unknownColumns: Object.fromEntries([...batches.unknown()].map(([t, names]) => [t, Object.fromEntries(names)])),
    ...(Object.keys(notMapped).length > 0 && { notMapped }),
    ...(quarantine.path && { quarantine: quarantine.path }),
    seconds: (performance.now() - started) / 1000,
  }
}

function totalBytes(files: readonly { readonly bytes?: number }[]): number | undefined {
  let total = 0
  for (const { bytes } of files) {
    if (bytes === undefined) return undefined
    total += bytes
  }
  return total
}

interface Counts {
  readonly tables: Record<string, TableSummary>
  readonly of: (table: string) => TableSummary
  readonly read: (bytes: number) => void
  total(): TableSummary
  /** Tells how far it is. @throws the signal's reason when the ingest is to end */
  show(): void
}

/** Records whose table is not known are counted under this name. */
const NO_TABLE = ''

function createCounts(options: PassOptions, total: number | undefined): Counts {
  const tables: Record<string, TableSummary> = {}
  let bytes = 0
  const sum = (): TableSummary => {
    const all = { added: 0, repeated: 0, rejected: 0 }
    for (const t of Object.values(tables)) {
      all.added += t.added
      all.repeated += t.repeated
      all.rejected += t.rejected
    }
    return all
  }
  return {
    tables,
    of: (table) => (tables[table] ??= { added: 0, repeated: 0, rejected: 0 }),
    read: (count) => {
      bytes += count
    },
    total: sum,
    show() {
      options.signal?.throwIfAborted()
      const { added, repeated, rejected } = sum()
      options.progress?.({ records: added + repeated, rejected, bytes, totalBytes: total })
    },
  }
}

interface SourceSink extends RecordSink {
  summary(error: string | undefined): SourceSummary
}

function createSink(
  path: string,
  tables: Tables,
  ofSource: Table | undefined,
  batches: ReturnType<typeof createBatches>,
  quarantine: Quarantine,
  counts: Counts,
  events: EventLog,
  isMessages: boolean,
  { dates, timeZone }: PassOptions,
): SourceSink {
  /** Tables by the names that records give; the text says why there is none. */
  const named = new Map<string, Table | string>()
  const seen = new Set<string>()
  let records = 0
  let repeated = 0
  let rejected = 0
  let firstRejected: SourceSummary['firstRejected']
  let unfinished = false

  const tableOf = (record: SourceRecord): Table | string => {
    if (record.table === undefined) {
      // By the first row: a file has rows of one shape.
      ofSource ??= tables.ofColumns(Object.keys(record.properties))
      return ofSource ?? 'the row names no table'
    }
    return tableNamed(record.table)
  }
  const tableNamed = (name: string): Table | string => {
    let found = named.get(name)
    if (found === undefined) {
      found = lookUp(tables, name)
      named.set(name, found)
    }
    return found
  }
  const plainLine = plainLines((category) => {
    if (category === undefined) return ofSource
    const found = tableNamed(tableOfCategory(category))
    return typeof found === 'string' ? undefined : found
  })
  const withSettings = ({ order, zoneOf }: LocalTimes): LocalTimes => ({
    order: dates ?? order,
    zoneOf: (column) => zoneOf(column) ?? timeZone,
  })
  const count = (table: Table, outcome: 'added' | 'repeated'): void => {
    records++
    if (outcome === 'repeated') repeated++
    seen.add(table.name)
    counts.of(table.name)[outcome]++
  }
  const refuse = (table: string, line: number, reason: string, text: string): void => {
    rejected++
    firstRejected ??= { line, reason }
    counts.of(table).rejected++
    quarantine.put({ source: path, line, ...(table !== NO_TABLE && { table }), reason, text })
  }

  return {
    record(record) {
      const event = record.table === undefined ? windowsEvent(record.properties) : undefined
      if (event) {
        events.add({ event, source: path, line: record.line })
        records++
        return
      }
      const table = tableOf(record)
      if (typeof table === 'string') {
        if (record.table === undefined && records + rejected === 0 && !isMessages) {
          // Not one of its rows will be different.
          const why = 'neither its name nor its rows say which table they belong to; name it with --table'
          throw new KqlError('unreadable_input', { path, why })
        }
        batches.refuse()
        refuse(NO_TABLE, record.line, table, record.text)
        return
      }
      const outcome = batches.add(table, record.times ? { ...record, times: withSettings(record.times) } : record)
      if (typeof outcome === 'object') {
        refuse(table.name, record.line, outcome.refused, record.text || textOf(record.properties))
        return
      }
      count(table, outcome)
    },
    line(block, start, end, ascii) {
      const plain = plainLine(block, start, end, ascii)
      if (!plain) return false
      count(plain.row.table, batches.addPlain(plain.row, plain.received))
      return true
    },
    reject(line, reason, text) {
      batches.refuse()
      refuse(ofSource?.name ?? NO_TABLE, line, reason, text)
    },
    unfinished() {
      unfinished = true
    },
    async breathe() {
      counts.show()
      await batches.breathe()
    },
    summary: (error) => ({
      path,
      tables: [...seen],
      records,
      repeated,
      rejected,
      ...(firstRejected && { firstRejected }),
      ...(error !== undefined && { error }),
      ...(unfinished && { unfinished: true as const }),
    }),
  }
}

/** Adds the rows of the Windows events of all sources. */
async function addEvents(
  mapped: Iterable<MappedRow>,
  tables: Tables,
  batches: ReturnType<typeof createBatches>,
  quarantine: Quarantine,
  counts: Counts,
): Promise<void> {
  let rows = 0
  for (const { table: name, properties, identity, source, line } of mapped) {
    const table = tables.named(name)
    const columns = new Set(table.columns.map((c) => c.name))
    // What a table has no column for has no place in it.
    const kept = Object.fromEntries(Object.entries(properties).filter(([column]) => columns.has(column)))
    const outcome = batches.add(table, { properties: kept, exact: false, identity })
    if (typeof outcome === 'object') {
      counts.of(name).rejected++
      quarantine.put({ source, line, table: name, reason: outcome.refused, text: textOf(kept) })
    } else counts.of(name)[outcome]++
    if (++rows % PIECE === 0) {
      counts.show()
      await batches.breathe()
    }
  }
}

function lookUp(tables: Tables, name: string): Table | string {
  try {
    return tables.named(name)
  } catch (error) {
    return (error as KqlError).message
  }
}

const textOf = (properties: Properties): string =>
  JSON.stringify(properties, (_, value) => (typeof value === 'bigint' ? String(value) : value))

async function readRecords(records: NonNullable<IngestOptions['records']>, sink: RecordSink): Promise<void> {
  let line = 0
  for await (const { table, properties } of records) {
    sink.record({ table, properties, exact: false, line: ++line, text: '' })
    if (line % PIECE === 0) {
      await sink.breathe()
      // Lets the segment process's answers in, where the records come without a pause.
      await new Promise((go) => setImmediate(go))
    }
  }
}
