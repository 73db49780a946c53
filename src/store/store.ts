/** The store as readers open it: no lock, no engine; follows the manifest as it grows. */
import { closeSync, openSync, readSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { KqlError } from '../base/errors.ts'
import { emptyContents } from './contents.ts'
import { segmentProblem } from './inspect.ts'
import { layoutOf } from './layout.ts'
import { readManifest, refuseDamage, type SegmentEntry } from './manifest.ts'
import type { Snapshot } from './snapshot.ts'

export interface Store {
  /** Absolute path of its folder. */
  readonly dir: string
  /** The newest state; one `stat` when nothing was committed since the last call. @throws KqlError store_damaged */
  snapshot(): Snapshot
  /** Why the end of the manifest is not read, when it is torn; the next writer cuts it off. */
  warning(): string | undefined
  /** What is not as it was committed, as far as it is known: it is left out of snapshots. */
  damage(): readonly string[]
  /**
   * Reads segments (all, or those of the given paths) that it has not read before, and leaves out the damaged ones.
   * @param pace as segmentProblem has it
   * @returns what it found
   */
  verify(paths?: ReadonlySet<string>, pace?: () => Promise<void>): Promise<readonly string[]>
}

/** Opens a store for reading; one that is not there yet is empty. @throws KqlError store_damaged */
export function openStore(folder: string): Store {
  const dir = resolve(folder)
  const { manifest } = layoutOf(dir)
  let damage: string[] = []
  const make = () => emptyContents(dir, (why) => damage.push(why))
  let contents = make()
  let read = 0
  /** Files that were read and found whole; and those that were not. */
  const whole = new Set<string>()
  const leftOut = new Map<string, SegmentEntry>()
  let seen = ''
  let torn: string | undefined

  const refresh = (): void => {
    const { size, stamp } = stampOf(manifest)
    if (stamp === seen) return
    if (size < read) {
      // Only a store that was put back from a copy loses commits.
      damage = []
      contents = make()
      read = 0
    }
    const part = readManifest(readFrom(manifest, read, size), dir, contents.version)
    damage.push(...part.damage)
    contents.apply(part.commits)
    read += part.end
    seen = stamp
    torn = part.torn
  }

  refresh()
  return {
    dir,
    snapshot() {
      refresh()
      return leftOut.size === 0 ? contents.snapshot() : without(contents.snapshot(), dir, leftOut)
    },
    warning: () => torn,
    damage: () => damage,
    async verify(paths, pace) {
      refresh()
      const found: string[] = []
      for (const entry of contents.entries()) {
        const { file } = entry
        if (whole.has(file) || leftOut.has(file) || paths?.has(join(dir, file)) === false) continue
        const why = await segmentProblem(dir, entry, pace)
        // Upkeep may have removed it in the meantime.
        refresh()
        if (why === undefined || !contents.has(file)) whole.add(file)
        else {
          leftOut.set(file, entry)
          found.push(`${file}: ${why}`)
        }
      }
      damage.push(...found)
      return found
    },
  }
}

function without(snapshot: Snapshot, dir: string, leftOut: ReadonlyMap<string, SegmentEntry>): Snapshot {
  const paths = new Set([...leftOut.keys()].map((file) => join(dir, file)))
  return {
    ...snapshot,
    segments: (table) => snapshot.segments(table).filter((s) => !paths.has(s.path)),
    leftOut: (table) => [...leftOut.values()].filter((e) => e.table === table).length,
  }
}

/** All of a store as it is now. @throws KqlError store_damaged also when readers would leave out what is damaged in its manifest */
export function wholeSnapshot(folder: string): Snapshot {
  const store = openStore(folder)
  refuseDamage(store.damage(), store.dir)
  return store.snapshot()
}

/** Size and time: a torn end that is cut off and written again can come to the same size. */
function stampOf(path: string): { size: number; stamp: string } {
  try {
    const { size, mtimeMs } = statSync(path)
    return { size, stamp: `${size} ${mtimeMs}` }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { size: 0, stamp: '' }
    throw new KqlError('store_damaged', { path, why: (error as Error).message })
  }
}

/** Bytes `from` … `to` of a file; fewer when a writer cut off a torn end meanwhile. */
function readFrom(path: string, from: number, to: number): Buffer {
  if (to <= from) return Buffer.alloc(0)
  const bytes = Buffer.alloc(to - from)
  const file = openSync(path, 'r')
  try {
    let filled = 0
    while (filled < bytes.length) {
      const count = readSync(file, bytes, filled, bytes.length - filled, from + filled)
      if (count === 0) break
      filled += count
    }
    return bytes.subarray(0, filled)
  } finally {
    closeSync(file)
  }
}
