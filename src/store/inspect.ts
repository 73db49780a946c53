/** What a store holds, table by table, and whether its files are still what was written: reads only, needs no engine. */
import { createHash } from 'node:crypto'
import { createReadStream, readFileSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { KqlError } from '../base/errors.ts'
import { existingLayout, hashesOf, layoutOf } from './layout.ts'
import { type Commit, inspectManifest, liveSegments, type ManifestInspection, type SegmentEntry } from './manifest.ts'
import { spanOf } from './snapshot.ts'

export interface TableStatus {
  readonly table: string
  segments: number
  rows: number
  /** Of the Parquet files. */
  bytes: number
  /** Range of the table's time column in ticks; absent when no segment has one. */
  time?: { readonly min: string; readonly max: string }
}

export interface Problem {
  /** Relative to the store, with forward slashes. */
  readonly file: string
  readonly why: string
  /** The table whose rows or records it concerns; absent for the manifest. */
  readonly table?: string
}

export interface Verification {
  readonly segments: number
  /** Bytes of the segments that were read. */
  readonly bytes: number
  readonly problems: readonly Problem[]
}

const MANIFEST = basename(layoutOf('').manifest)
/** Bytes of one record in a segment's sidecar. */
const RECORD_BYTES = 16

/** Tables by name. @throws KqlError store_damaged when a line of the manifest cannot be read, bad_setting when there is no store */
export function storeStatus(folder: string): readonly TableStatus[] {
  const { commits, damage } = read(folder)
  // Totals that leave something out would be taken for the whole.
  if (damage.length > 0)
    throw new KqlError('store_damaged', { path: resolve(folder), why: `${MANIFEST}: ${damage[0]}` })
  const tables = new Map<string, TableStatus>()
  for (const entry of liveSegments(commits)) {
    const { table, rows, bytes } = entry
    const status = tables.get(table) ?? { table, segments: 0, rows: 0, bytes: 0 }
    tables.set(table, status)
    status.segments++
    status.rows += rows
    status.bytes += bytes
    const span = spanOf([status, entry])
    if (span) status.time = span
  }
  return [...tables.values()].sort((a, b) => (a.table < b.table ? -1 : 1))
}

/** Reads every file of the store and names each that is not what was committed. @throws KqlError bad_setting when there is no store */
export async function verifyStore(folder: string): Promise<Verification> {
  const dir = resolve(folder)
  const { commits, damage } = read(dir)
  const problems: Problem[] = damage.map((why) => ({ file: MANIFEST, why }))
  let segments = 0
  let bytes = 0
  const live = new Set(liveSegments(commits))
  for (const commit of commits) {
    const kept = commit.segments.filter((s) => live.has(s))
    for (const entry of kept) {
      const why = await segmentProblem(dir, entry)
      if (why !== undefined) problems.push({ file: entry.file, why, table: entry.table })
      segments++
      bytes += entry.bytes
    }
    problems.push(...(await sidecarProblems(dir, commit, kept)))
  }
  return { segments, bytes, problems }
}

function read(folder: string): ManifestInspection {
  const { dir, manifest } = existingLayout(folder)
  try {
    return inspectManifest(readFileSync(manifest))
  } catch (error) {
    throw new KqlError('store_damaged', { path: dir, why: (error as Error).message })
  }
}

/** What is wrong with a segment's file. @param pace waited for after each block of a megabyte */
export async function segmentProblem(
  dir: string,
  { file, bytes, sha256 }: SegmentEntry,
  pace: () => Promise<void> = async () => {},
): Promise<string | undefined> {
  try {
    const path = join(dir, file)
    const { size } = await stat(path)
    if (size !== bytes) return `it has ${size} bytes instead of ${bytes}`
    const hash = createHash('sha256')
    for await (const block of createReadStream(path, { highWaterMark: 1 << 20 })) {
      hash.update(block as Buffer)
      await pace()
    }
    return hash.digest('hex') === sha256 ? undefined : 'its checksum is wrong'
  } catch (error) {
    // Who looks was told to stop, which says nothing of the file.
    if ((error as Error).name === 'AbortError') throw error
    return unreadable(error)
  }
}

/** A commit's key is the checksum of its sidecars, one after the other: of a wrong one, all of the commit are suspects. */
async function sidecarProblems(
  dir: string,
  { key, segments }: Commit,
  kept: readonly SegmentEntry[],
): Promise<Problem[]> {
  const problems: Problem[] = []
  const hash = createHash('sha256')
  for (const { table, file, rows } of kept) {
    const sidecar = hashesOf(file)
    try {
      const { size } = await stat(join(dir, sidecar))
      if (size !== rows * RECORD_BYTES)
        problems.push({ file: sidecar, why: `it has ${size} bytes instead of ${rows * RECORD_BYTES}`, table })
      hash.update(`${table}\n`)
      for await (const chunk of createReadStream(join(dir, sidecar))) hash.update(chunk as Buffer)
    } catch (error) {
      problems.push({ file: sidecar, why: unreadable(error), table })
    }
  }
  // Without those that were removed the checksum of all cannot be had.
  if (problems.length > 0 || kept.length === 0 || kept.length < segments.length) return problems
  if (hash.digest('hex') === key) return problems
  const why =
    segments.length === 1 ? 'its checksum is wrong' : 'its checksum, or that of another of its commit, is wrong'
  return segments.map(({ table, file }) => ({ file: hashesOf(file), why, table }))
}

const unreadable = (error: unknown): string =>
  (error as NodeJS.ErrnoException).code === 'ENOENT'
    ? 'it is missing'
    : `it cannot be read: ${(error as Error).message}`
