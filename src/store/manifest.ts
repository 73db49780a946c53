/** The manifest's text: one checksummed line a commit; reads what is whole, tells a torn end from damage. */
import { createHash } from 'node:crypto'
import { KqlError } from '../base/errors.ts'

/** Readers refuse a line of a later format by name, rather than misread it. A line that removes segments is of format 2. */
export const FORMAT = 2

export interface SegmentEntry {
  readonly table: string
  /** Relative to the store, with forward slashes. */
  readonly file: string
  readonly rows: number
  readonly bytes: number
  readonly sha256: string
  /** Id of the schema that the file was written with. */
  readonly schema: string
  /** datetime columns that hold ticks (BIGINT), because a value is outside the range of nanosecond timestamps. */
  readonly ticks?: readonly string[]
  /** Range of the table's time column in ticks. */
  readonly time?: { readonly min: string; readonly max: string }
}

/** What a batch did: the answer that a repeated batch gets again. */
export interface BatchAnswer {
  /** Rows now in the store. */
  readonly added: number
  /** Records that the store (or the batch itself) already held. */
  readonly repeated: number
  /** Records that were put into quarantine. */
  readonly rejected: number
}

export interface Commit {
  readonly format: number
  /** 1, 2, 3 … without gaps: a line that went missing is noticed. */
  readonly version: number
  /** sha256 of the batch's tables and records: the same batch is never taken twice. */
  readonly key: string
  /** ISO time of the commit, for people. */
  readonly at: string
  /** Schemas used for the first time: id → `Name:type, Name:type`. */
  readonly schemas?: Readonly<Record<string, string>>
  /** Custom tables declared: name → schema. */
  readonly tables?: Readonly<Record<string, string>>
  readonly segments: readonly SegmentEntry[]
  /** Files of segments that no longer count: merged into others of this commit, or older than what is kept. */
  readonly removes?: readonly string[]
  readonly answer: BatchAnswer
}

/** The segments that count after all of the commits. */
export function liveSegments(commits: readonly Commit[]): readonly SegmentEntry[] {
  const removed = new Set(commits.flatMap((c) => c.removes ?? []))
  return commits.flatMap((c) => c.segments).filter((s) => !removed.has(s.file))
}

export interface ManifestPart {
  readonly commits: readonly Commit[]
  /** Bytes from the start that are whole lines with right checksums. */
  readonly end: number
  /** Why the bytes after `end` are left out, when there are any. */
  readonly torn?: string
  /** What is wrong before `end`. */
  readonly damage: readonly string[]
}

export function manifestLine(commit: Commit): string {
  const json = JSON.stringify(commit)
  return `${checksum(json)} ${json}\n`
}

/** The id under which a schema is named by segments. */
export const schemaId = (schema: string): string => createHash('sha256').update(schema).digest('hex').slice(0, 12)

/**
 * Reads lines that follow version `after`. A crash can tear the last line, nothing else: what is wrong before it is damage,
 * and left out.
 * @throws KqlError store_damaged when a line is of a later format, which may change what the others mean
 */
export function readManifest(bytes: Buffer, path: string, after = 0): ManifestPart {
  const commits: Commit[] = []
  const damage: string[] = []
  let end = 0
  let before = after
  for (const { commit, isFinished, next } of linesOf(bytes)) {
    if (!commit) {
      if (!isFinished || !holdsLine(bytes, next))
        return { commits, end, damage, torn: isFinished ? 'the last line is damaged' : 'the last line is unfinished' }
      // A line is a commit, so its number is the version that it had.
      before++
      damage.push(`line ${before} of its manifest is damaged`)
    } else {
      if (commit.format > FORMAT)
        throw new KqlError('store_damaged', {
          path,
          why: `it was written by a newer version (format ${commit.format})`,
        })
      if (commit.version !== before + 1) damage.push(`its manifest goes from commit ${before} to ${commit.version}`)
      before = commit.version
      commits.push(commit)
    }
    end = next
  }
  return { commits, end, damage }
}

/**
 * The same for whoever must not leave anything out: writers, copies, exports.
 * @throws KqlError store_damaged when anything before the end is wrong
 */
export function readWholeManifest(bytes: Buffer, path: string): ManifestPart {
  const part = readManifest(bytes, path)
  refuseDamage(part.damage, path)
  return part
}

/** @throws KqlError store_damaged when there is any */
export function refuseDamage([first]: readonly string[], path: string): void {
  if (first !== undefined)
    throw new KqlError('store_damaged', { path, why: `${first}; harrier store repair keeps what is whole` })
}

export interface ManifestInspection {
  readonly commits: readonly Commit[]
  /** What is wrong, each with the number of its line, from 1. */
  readonly damage: readonly string[]
}

/** For a report: all that is wrong, the end included. */
export function inspectManifest(bytes: Buffer): ManifestInspection {
  const commits: Commit[] = []
  const damage: string[] = []
  /** Version of the line before; undefined where that line cannot be read. */
  let before: number | undefined = 0
  let line = 0
  for (const { commit, isFinished } of linesOf(bytes)) {
    line++
    if (!commit) damage.push(`line ${line} is ${isFinished ? 'damaged' : 'unfinished'}`)
    else if (commit.format > FORMAT) damage.push(`line ${line} is of a newer version (format ${commit.format})`)
    else {
      if (before !== undefined && commit.version !== before + 1)
        damage.push(`line ${line} goes from commit ${before} to ${commit.version}`)
      commits.push(commit)
    }
    before = commit?.version
  }
  return { commits, damage }
}

function parseLine(line: string): Commit | undefined {
  const json = line.slice(CHECKSUM + 1)
  if (line[CHECKSUM] !== ' ' || line.slice(0, CHECKSUM) !== checksum(json)) return undefined
  return JSON.parse(json) as Commit
}

/** True when a right line follows: then the bad one before it is damage, not a torn end. */
function holdsLine(bytes: Buffer, from: number): boolean {
  for (const { commit } of linesOf(bytes, from)) if (commit) return true
  return false
}

interface Line {
  /** undefined when it is unfinished or damaged. */
  readonly commit: Commit | undefined
  readonly isFinished: boolean
  /** Where the line after it begins. */
  readonly next: number
}

function* linesOf(bytes: Buffer, from = 0): Generator<Line> {
  for (let at = from; at < bytes.length; ) {
    const newline = bytes.indexOf(10, at)
    const isFinished = newline >= 0
    const next = isFinished ? newline + 1 : bytes.length
    yield { commit: isFinished ? parseLine(bytes.toString('utf8', at, newline)) : undefined, isFinished, next }
    at = next
  }
}

const CHECKSUM = 16
const checksum = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, CHECKSUM)
