/** The folder in which an engine keeps spooled answers and what its queries spill, and the removal of those left behind. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'

// The host's name is part of it: where containers share a folder, a process id says nothing about another container's.
const prefix = `harrier-${hostname().replace(/[^A-Za-z0-9]/g, '')}-`
const own = new Set<string>()

/** Makes a folder that only this user may read, and removes those whose process has died. @param parent an existing folder */
export function createWorkFolder(parent: string): string {
  for (const name of readdirSync(parent)) {
    if (isStale(parent, name)) removeIfOurs(join(parent, name))
  }
  const folder = mkdtempSync(join(parent, `${prefix}${process.pid}-`))
  own.add(folder)
  return folder
}

export function removeWorkFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true })
  own.delete(folder)
}

function removeIfOurs(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true })
  } catch {
    // Another user's, who will remove it.
  }
}

function isStale(parent: string, name: string): boolean {
  const pid = name.startsWith(prefix) ? /^(\d+)-\w+$/.exec(name.slice(prefix.length))?.[1] : undefined
  if (pid === undefined) return false
  // In a restarted container, the process before us had our id.
  if (Number(pid) === process.pid) return !own.has(join(parent, name))
  try {
    process.kill(Number(pid), 0)
    return false
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH'
  }
}
