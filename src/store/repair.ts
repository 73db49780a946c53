/** Makes a damaged store one that can be written to again: what is whole stays, the rest is put aside and named. */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { segmentProblem } from './inspect.ts'
import { existingLayout, hashesOf, type Layout, makeFolders, syncFile, syncFolder } from './layout.ts'
import { lockStore } from './lock.ts'
import { type Commit, manifestLine, readManifest } from './manifest.ts'

export interface Repair {
  /** What was wrong. */
  readonly damage: readonly string[]
  /** Where the manifest from before and the damaged segments are; absent when nothing was wrong. */
  readonly aside?: string
}

/** Records of damaged segments are forgotten, so that they are taken when they come again. @throws KqlError store_locked, bad_setting */
export async function repairStore(folder: string): Promise<Repair> {
  const layout = existingLayout(folder)
  const lock = lockStore(layout)
  try {
    makeFolders(layout)
    const { commits, damage, torn } = readManifest(readFileSync(layout.manifest), layout.dir)
    const lost = new Map<string, string>()
    const schemas = new Set<string>()
    const removed = new Set(commits.flatMap((c) => c.removes ?? []))
    for (const commit of commits) {
      for (const id of Object.keys(commit.schemas ?? {})) schemas.add(id)
      for (const entry of commit.segments.filter((s) => !removed.has(s.file))) {
        const why = schemas.has(entry.schema)
          ? await segmentProblem(layout.dir, entry)
          : 'its schema is not in the manifest'
        if (why !== undefined) lost.set(entry.file, why)
      }
    }
    const found = [...damage, ...(torn ? [torn] : []), ...[...lost].map(([file, why]) => `${file}: ${why}`)]
    if (found.length === 0) return { damage: found }
    for (const file of lost.keys())
      for (const name of [file, hashesOf(file)])
        if (existsSync(join(layout.dir, name)))
          renameSync(join(layout.dir, name), join(layout.quarantine, basename(name)))
    rewrite(layout, commits, lost)
    return { damage: found, aside: layout.quarantine }
  } finally {
    lock.release()
  }
}

/** The whole commits, numbered anew; the manifest from before is kept beside the damaged segments. */
function rewrite(layout: Layout, commits: readonly Commit[], lost: ReadonlyMap<string, string>): void {
  const lines = commits.map((commit, i) =>
    manifestLine({ ...commit, version: i + 1, segments: commit.segments.filter((s) => !lost.has(s.file)) }),
  )
  const next = join(layout.tmp, 'manifest.jsonl')
  writeFileSync(next, lines.join(''))
  syncFile(next)
  writeFileSync(join(layout.quarantine, `manifest-${Date.now()}.damaged`), readFileSync(layout.manifest))
  renameSync(next, layout.manifest)
  syncFolder(layout.dir)
}
