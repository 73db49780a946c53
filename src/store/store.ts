/** The store as readers open it: no lock, no engine; follows the manifest as it grows. */
import { closeSync, openSync, readSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { KqlError } from '../base/errors.ts'
import { emptyContents } from './contents.ts'
import { layoutOf } from './layout.ts'
import { readManifest } from './manifest.ts'
import type { Snapshot } from './snapshot.ts'

export interface Store {
  /** Absolute path of its folder. */
  readonly dir: string
  /** The newest state; one `stat` when nothing was committed since the last call. @throws KqlError store_damaged */
  snapshot(): Snapshot
  /** Why the end of the manifest is not read, when it is torn; the next writer cuts it off. */
  warning(): string | undefined
}

/** Opens a store for reading; one that is not there yet is empty. @throws KqlError store_damaged */
export function openStore(folder: string): Store {
  const dir = resolve(folder)
  const { manifest } = layoutOf(dir)
  let contents = emptyContents(dir)
  let read = 0
  let seen = ''
  let torn: string | undefined

  const refresh = (): void => {
    const { size, stamp } = stampOf(manifest)
    if (stamp === seen) return
    if (size < read) {
      // Only a store that was put back from a copy loses commits.
      contents = emptyContents(dir)
      read = 0
    }
    const part = readManifest(readFrom(manifest, read, size), dir, contents.version)
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
      return contents.snapshot()
    },
    warning: () => torn,
  }
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
