/** The one writer's side of the store: cleans up after a crash, then adds commits that are whole or not there at all. */
import {
  closeSync,
  existsSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { type Contents, emptyContents } from './contents.ts'
import { hashesOf, type Layout, syncFile, syncFolder } from './layout.ts'
import { type Commit, FORMAT, liveSegments, manifestLine, readWholeManifest } from './manifest.ts'

export interface StoreWriter {
  readonly contents: Contents
  /** What was cut off the end of the manifest when it was opened, if anything. */
  readonly warning: string | undefined
  /**
   * Moves files into place and writes the line that names them; when it returns, all of it survives a power cut.
   * `files` maps each file to its place relative to the store. After an error nothing of it counts.
   */
  commit(draft: Omit<Commit, 'format' | 'version'>, files: ReadonlyMap<string, string>): Commit
  close(): void
}

/** The steps that can fail; a test replaces them to fail at each in turn. */
export interface WriterSteps {
  syncFile(path: string): void
  syncFolder(path: string): void
  rename(from: string, to: string): void
  append(file: number, bytes: Buffer): void
  sync(file: number): void
}

const realSteps: WriterSteps = {
  syncFile,
  syncFolder,
  rename: renameSync,
  append: (file, bytes) => {
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at)
  },
  sync: fsyncSync,
}

/** The caller holds the store's lock and has made its folders. @throws KqlError store_damaged */
export function openWriter(layout: Layout, steps: WriterSteps = realSteps): StoreWriter {
  const bytes = existsSync(layout.manifest) ? readFileSync(layout.manifest) : Buffer.alloc(0)
  // With damage its leftovers may be what the damage names: nothing is cleaned up or added before somebody has looked.
  const part = readWholeManifest(bytes, layout.dir)
  const contents = emptyContents(layout.dir)
  contents.apply(part.commits)

  const manifest = openSync(layout.manifest, 'a')
  let end = part.end
  if (part.torn) cutTail(layout, manifest, bytes.subarray(end), end)
  removeLeftovers(layout, part.commits, part.torn !== undefined)
  syncFolder(layout.dir)

  return {
    contents,
    warning: part.torn,
    commit(draft, files) {
      const format = draft.removes ? FORMAT : 1
      const commit: Commit = { format, version: contents.version + 1, ...draft }
      for (const from of files.keys()) steps.syncFile(from)
      const folders = new Set<string>()
      for (const [from, to] of files) {
        const target = join(layout.dir, to)
        folders.add(dirname(target))
        mkdirSync(dirname(target), { recursive: true })
        steps.rename(from, target)
      }
      for (const folder of folders) steps.syncFolder(folder)
      if (folders.size > 0) steps.syncFolder(layout.segments)
      const line = Buffer.from(manifestLine(commit))
      try {
        steps.append(manifest, line)
        steps.sync(manifest)
      } catch (error) {
        ftruncateSync(manifest, end)
        throw error
      }
      end += line.length
      contents.apply([commit])
      return commit
    },
    close: () => closeSync(manifest),
  }
}

/** Keeps a copy of what it cuts: a line that was once committed and then damaged can be looked at. */
function cutTail(layout: Layout, manifest: number, tail: Buffer, end: number): void {
  writeFileSync(join(layout.quarantine, `manifest-${end}.torn`), tail)
  ftruncateSync(manifest, end)
  fsyncSync(manifest)
}

/** Milliseconds that a removed segment stays, for queries that began before: longer than any query may take. */
const GRACE = 15 * 60 * 1000

/** Files that no commit names were left by a crash. With a torn manifest they may be a damaged commit's: kept aside. */
function removeLeftovers(layout: Layout, commits: readonly Commit[], keep: boolean): void {
  for (const name of readdirSync(layout.tmp)) rmSync(join(layout.tmp, name), { recursive: true, force: true })
  const lately = commits.filter((c) => Date.now() - Date.parse(c.at) < GRACE).flatMap((c) => c.removes ?? [])
  const files = [...liveSegments(commits).map((s) => s.file), ...lately]
  const named = new Set(files.flatMap((file) => [file, hashesOf(file)]))
  for (const entry of readdirSync(layout.segments, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (!entry.isFile() || named.has(relative(layout.dir, path).replaceAll('\\', '/'))) continue
    if (keep) renameSync(path, join(layout.quarantine, entry.name))
    else rmSync(path)
  }
}
