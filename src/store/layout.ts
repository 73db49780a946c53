/** Where things lie in a store's folder, and how a file or folder is made to survive a power cut. */
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { KqlError } from '../base/errors.ts'

export interface Layout {
  readonly dir: string
  /** One line a commit: what the store holds. */
  readonly manifest: string
  /** `<Table>/<id>.parquet`, and beside each the hashes of its records, `<id>.hashes`. */
  readonly segments: string
  /** Held by the one writer. */
  readonly lock: string
  /** Files that no commit names yet; emptied when a writer opens the store. */
  readonly tmp: string
  /** Records that were refused, and what was cut off a torn manifest. */
  readonly quarantine: string
}

export function layoutOf(dir: string): Layout {
  return {
    dir,
    manifest: join(dir, 'manifest.jsonl'),
    segments: join(dir, 'segments'),
    lock: join(dir, 'lock'),
    tmp: join(dir, 'tmp'),
    quarantine: join(dir, 'quarantine'),
  }
}

/** Of a store that is there already. @throws KqlError bad_setting */
export function existingLayout(folder: string): Layout {
  const layout = layoutOf(resolve(folder))
  if (existsSync(layout.manifest)) return layout
  throw new KqlError('bad_setting', { name: 'store', why: `there is no store in ${layout.dir}` })
}

export function makeFolders(layout: Layout): void {
  for (const folder of [layout.segments, layout.tmp, layout.quarantine]) mkdirSync(folder, { recursive: true })
}

/** The sidecar of a segment: 16 bytes a record, in the order of arrival. */
export const hashesOf = (segment: string): string => segment.replace(/\.parquet$/, '.hashes')

/** Waits until the bytes of a file are on the disk. */
export function syncFile(path: string): void {
  const file = openSync(path, 'r+')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** Waits until the names in a folder are on the disk. Windows cannot do this to a folder, and does not need it. */
export function syncFolder(path: string): void {
  if (process.platform === 'win32') return
  const folder = openSync(path, 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}
