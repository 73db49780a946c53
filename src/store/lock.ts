/** The lock of a store's one writer: a file that names its process, taken over when that process has died. */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'
import { KqlError } from '../base/errors.ts'
import type { Layout } from './layout.ts'

export interface StoreLock {
  /** Safe to call twice. */
  release(): void
}

interface Owner {
  readonly pid: number
  readonly host: string
  /** When the process began, where the system says it: ids are given again after a restart. */
  readonly began: string
}

/** Locks that this process holds: its own id in a lock file proves nothing, because a restarted container reuses ids. */
const held = new Set<string>()

/** Milliseconds between two attempts of one who waits. */
const RETRY = 100

/** @param patience milliseconds to wait while another process holds it @throws KqlError store_locked */
export async function waitForLock(layout: Layout, patience: number): Promise<StoreLock> {
  for (const end = Date.now() + patience; ; ) {
    try {
      return lockStore(layout)
    } catch (error) {
      if (!(error instanceof KqlError) || error.code !== 'store_locked' || Date.now() >= end) throw error
    }
    await pause(RETRY)
  }
}

/** The store's folder is there. @throws KqlError store_locked */
export function lockStore(layout: Layout): StoreLock {
  const owner: Owner = { pid: process.pid, host: hostname(), began: beganAt(process.pid) }
  const text = JSON.stringify(owner)
  // Twice: once to find a dead owner and clear it away, once more to take its place.
  for (let attempt = 0; attempt < 3; attempt++) {
    if (createLock(layout.lock, text)) {
      held.add(layout.lock)
      return {
        release() {
          if (held.delete(layout.lock)) rmSync(layout.lock, { force: true })
        },
      }
    }
    const found = readOwner(layout.lock)
    if (found && isAlive(found, layout.lock)) {
      throw new KqlError('store_locked', { path: layout.dir, owner: `process ${found.pid} on ${found.host}` })
    }
    clearLock(layout.lock, found)
  }
  throw new KqlError('store_locked', { path: layout.dir })
}

function createLock(path: string, text: string): boolean {
  try {
    writeFileSync(path, text, { flag: 'wx' })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/** undefined when there is none, or when its writer died before it had written its name. */
function readOwner(path: string): Owner | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Owner
  } catch {
    return undefined
  }
}

/** A process of another machine is taken to be alive: nothing here can tell. */
function isAlive(owner: Owner, path: string): boolean {
  if (owner.host !== hostname()) return true
  if (owner.pid === process.pid) return held.has(path)
  try {
    process.kill(owner.pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
  return owner.began === beganAt(owner.pid)
}

/**
 * Moves the dead lock aside before it is removed: of two processes that found it, one gets the file. If what it got is
 * not what was read, somebody was faster and holds it; it goes back to its place.
 */
function clearLock(path: string, dead: Owner | undefined): void {
  const aside = `${path}.${process.pid}`
  try {
    renameSync(path, aside)
  } catch {
    return
  }
  const got = readOwner(aside)
  if (JSON.stringify(got) === JSON.stringify(dead)) rmSync(aside, { force: true })
  else renameSync(aside, path)
}

/** The start time of a process in the kernel's ticks; empty where there is no /proc. */
function beganAt(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The name, in parentheses, may hold spaces: fields are counted from its end; the start time is the 22nd.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  } catch {
    return ''
  }
}
