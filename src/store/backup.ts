/** A copy of a store that is a store itself: made while others read and write, and brought back into an empty place. */
import {
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { KqlError } from '../base/errors.ts'
import { existingLayout, hashesOf, layoutOf } from './layout.ts'
import { liveSegments, readWholeManifest } from './manifest.ts'

export interface BackupSummary {
  readonly segments: number
  /** Files that were not in the copy before. */
  readonly copied: number
  readonly bytes: number
}

/** What belongs to the store besides its rows: who may sign in, what was used and asked. */
const REST = ['tenant.json', 'clients.json', 'users.json', 'quotas.jsonl', 'keys', 'query-log']

/**
 * Copies what is not there yet; segments never change, so a second backup into the same folder copies the new ones only.
 * @param progress told of each file, with how many there are
 * @throws KqlError bad_setting when there is no store, store_damaged
 */
export function backupStore(
  from: string,
  to: string,
  progress: (done: number, total: number) => void = () => {},
): BackupSummary {
  const [source, target] = [existingLayout(from), layoutOf(resolve(to))]
  // The manifest as it is now says which files the copy is of.
  const manifest = readFileSync(source.manifest)
  const { commits, end } = readWholeManifest(manifest, source.dir)
  const live = liveSegments(commits)
  const files = live.flatMap((s) => [s.file, hashesOf(s.file)])
  let [copied, bytes] = [0, 0]
  const copy = (file: string, mode?: number): void => {
    const [a, b] = [join(source.dir, file), join(target.dir, file)]
    const { size } = statSync(a)
    if (mode === undefined && existsSync(b) && statSync(b).size === size) return
    mkdirSync(dirname(b), { recursive: true })
    copyFileSync(a, `${b}.new`, constants.COPYFILE_FICLONE)
    renameSync(`${b}.new`, b)
    copied++
    bytes += size
  }
  for (const [i, file] of files.entries()) {
    copy(file)
    progress(i + 1, files.length)
  }
  for (const name of REST) for (const file of filesOf(source.dir, name)) copy(file, 0o600)
  // Last: until it is there the copy is the one before.
  mkdirSync(target.dir, { recursive: true })
  writeFileSync(`${target.manifest}.new`, manifest.subarray(0, end))
  renameSync(`${target.manifest}.new`, target.manifest)
  return { segments: live.length, copied, bytes }
}

/** @throws KqlError bad_setting when the place is taken */
export function restoreStore(
  backup: string,
  store: string,
  progress: (done: number, total: number) => void = () => {},
): BackupSummary {
  const { dir } = layoutOf(resolve(store))
  if (existsSync(dir) && readdirSync(dir).length > 0)
    throw new KqlError('bad_setting', { name: 'store', why: `${dir} is not empty; restore into a new folder` })
  return backupStore(backup, store, progress)
}

/** Relative to the store. */
function filesOf(dir: string, name: string): string[] {
  const path = join(dir, name)
  if (!existsSync(path)) return []
  if (statSync(path).isFile()) return [name]
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((e) => e.isFile())
    .map((e) => relative(dir, join(e.parentPath, e.name)))
}
