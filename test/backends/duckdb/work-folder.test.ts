import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { createWorkFolder, removeWorkFolder } from '../../../src/backends/duckdb/work-folder.ts'

const parent = mkdtempSync(join(tmpdir(), 'work-folder-'))
afterAll(() => rmSync(parent, { recursive: true }))
const host = hostname().replace(/[^A-Za-z0-9]/g, '')
const folderOf = (pid: number | undefined): string => {
  const folder = join(parent, `harrier-${host}-${pid}-abc123`)
  mkdirSync(folder)
  writeFileSync(join(folder, 'answer-1-1'), 'rows')
  return folder
}

describe('a work folder', () => {
  it('is for this user only', () => {
    expect(statSync(createWorkFolder(parent)).mode & 0o077).toBe(0)
  })

  it('of a process that has died is removed by the next', () => {
    const dead = folderOf(spawnSync(process.execPath, ['-e', '']).pid)
    createWorkFolder(parent)
    expect(existsSync(dead)).toBe(false)
  })

  it('of an earlier process with our own id is removed', () => {
    const earlier = folderOf(process.pid)
    createWorkFolder(parent)
    expect(existsSync(earlier)).toBe(false)
  })

  it('of a living process stays, and so do our own', () => {
    const living = folderOf(process.ppid)
    const ours = createWorkFolder(parent)
    const second = createWorkFolder(parent)
    expect([living, ours, second].map((f) => existsSync(f))).toEqual([true, true, true])
    removeWorkFolder(second)
    expect(existsSync(second)).toBe(false)
  })

  it('is never mistaken for somebody else’s', () => {
    const others = [`harrier-otherhost-1-abc`, 'something-1-abc', `harrier-${host}-notes`].map((name) =>
      join(parent, name),
    )
    for (const other of others) mkdirSync(other)
    createWorkFolder(parent)
    expect(others.map((f) => existsSync(f))).toEqual([true, true, true])
  })
})
