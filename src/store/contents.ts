/** What the commits of a manifest add up to. */
import { join } from 'node:path'
import { KqlError } from '../base/errors.ts'
import { type Table, table } from '../catalog/catalog.ts'
import type { BatchAnswer, Commit, SegmentEntry } from './manifest.ts'
import { type Segment, type Snapshot, segmentColumns } from './snapshot.ts'
import { compareTicks } from './ticks.ts'

export interface Contents {
  readonly version: number
  readonly custom: ReadonlyMap<string, Table>
  /** Answers of the batches committed, by batch key. */
  readonly answers: ReadonlyMap<string, BatchAnswer>
  /** Ids of the schemas that a segment may name. */
  readonly schemas: ReadonlyMap<string, string>
  /** Whether a file is one of those that count now. */
  has(file: string): boolean
  /** The segments that count now, in the order in which they were committed. */
  entries(): readonly SegmentEntry[]
  apply(commits: readonly Commit[]): void
  /** Stays as it is, whatever is applied later. */
  snapshot(): Snapshot
}

/** @param damaged told of segments that cannot be read for what is missing in the manifest; without it they are an error */
export function emptyContents(dir: string, damaged?: (why: string) => void): Contents {
  const custom = new Map<string, Table>()
  const answers = new Map<string, BatchAnswer>()
  const schemas = new Map<string, string>()
  const segments = new Map<string, readonly Segment[]>()
  const entries = new Map<string, SegmentEntry>()
  let version = 0
  let current: Snapshot | undefined
  return {
    get version() {
      return version
    },
    custom,
    answers,
    schemas,
    has: (file) => entries.has(file),
    entries: () => [...entries.values()],
    apply(commits) {
      const grown = new Map<string, Segment[]>()
      const removed = new Set<string>()
      for (const commit of commits) {
        version = commit.version
        answers.set(commit.key, commit.answer)
        for (const [id, schema] of Object.entries(commit.schemas ?? {})) schemas.set(id, schema)
        for (const [name, schema] of Object.entries(commit.tables ?? {})) custom.set(name, table(name, schema))
        for (const entry of commit.segments) {
          const schema = schemas.get(entry.schema)
          if (schema === undefined) {
            const why = `the schema of ${entry.file} is not in its manifest`
            if (!damaged) throw new KqlError('store_damaged', { path: dir, why })
            damaged(why)
            continue
          }
          const added = grown.get(entry.table) ?? []
          grown.set(entry.table, added)
          added.push(segmentOf(dir, entry, schema))
          entries.set(entry.file, entry)
        }
        for (const file of commit.removes ?? []) {
          removed.add(join(dir, file))
          entries.delete(file)
        }
      }
      for (const [name, added] of grown) segments.set(name, [...(segments.get(name) ?? []), ...added].sort(newestFirst))
      if (removed.size > 0)
        for (const [name, all] of segments)
          segments.set(
            name,
            all.filter((s) => !removed.has(s.path)),
          )
      if (commits.length > 0) current = undefined
    },
    snapshot() {
      current ??= freeze(version, [...custom.values()], new Map(segments))
      return current
    },
  }
}

const freeze = (
  version: number,
  custom: readonly Table[],
  segments: ReadonlyMap<string, readonly Segment[]>,
): Snapshot => ({
  version,
  custom,
  segments: (name) => segments.get(name) ?? [],
  leftOut: () => 0,
})

function segmentOf(dir: string, entry: SegmentEntry, schema: string): Segment {
  return {
    path: join(dir, entry.file),
    rows: entry.rows,
    bytes: entry.bytes,
    columns: segmentColumns(table(entry.table, schema).columns, entry.ticks),
    ...(entry.time && { time: entry.time }),
  }
}

/** Segments without a time range come first: they have to be read in any case. */
function newestFirst(a: Segment, b: Segment): number {
  if (!a.time || !b.time) return Number(a.time !== undefined) - Number(b.time !== undefined)
  return compareTicks(b.time.max, a.time.max)
}
