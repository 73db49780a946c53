import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Layout, layoutOf } from '../../src/store/layout.ts'
import { lockStore } from '../../src/store/lock.ts'

let layout: Layout
beforeEach(() => {
  layout = layoutOf(mkdtempSync(join(tmpdir(), 'harrier-lock-')))
})
afterEach(() => rmSync(layout.dir, { recursive: true }))

/** The id of a process that has ended. */
const deadPid = () => spawnSync(process.execPath, ['-e', '']).pid

const hold = (owner: object) => writeFileSync(layout.lock, JSON.stringify(owner))

describe('lockStore', () => {
  it('lets one writer in, names it to the next, and lets that one in after it', () => {
    const first = lockStore(layout)
    expect(() => lockStore(layout)).toThrow(`process ${process.pid} on ${hostname()}`)
    first.release()
    expect(existsSync(layout.lock)).toBe(false)
    lockStore(layout).release()
  })

  it('does not remove the lock of a later writer when it is released twice', () => {
    const first = lockStore(layout)
    first.release()
    const second = lockStore(layout)
    second.release()
    hold({ pid: 1, host: 'elsewhere', began: '' })
    first.release()
    expect(existsSync(layout.lock)).toBe(true)
  })

  it('takes over from a process that has died', () => {
    hold({ pid: deadPid(), host: hostname(), began: '1' })
    const lock = lockStore(layout)
    expect(JSON.parse(readFileSync(layout.lock, 'utf8')).pid).toBe(process.pid)
    lock.release()
  })

  it('takes over when the id now belongs to another process, or to this one after a restart', () => {
    hold({ pid: process.ppid, host: hostname(), began: 'long ago' })
    lockStore(layout).release()
    hold({ pid: process.pid, host: hostname(), began: '' })
    lockStore(layout).release()
  })

  it('takes over a lock whose writer died before it wrote its name', () => {
    writeFileSync(layout.lock, '')
    lockStore(layout).release()
  })

  it('trusts a lock of another machine', () => {
    hold({ pid: deadPid(), host: 'elsewhere', began: '' })
    expect(() => lockStore(layout)).toThrow('on elsewhere')
  })
})
