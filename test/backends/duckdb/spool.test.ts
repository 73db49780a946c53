import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { createSpool, INLINE_LIMIT } from '../../../src/backends/duckdb/spool.ts'

const folder = mkdtempSync(join(tmpdir(), 'spool-'))
afterAll(() => rmSync(folder, { recursive: true }))
let files = 0
const newPath = (): string => join(folder, `answer-${++files}`)
const bytes = (length: number, fill = 'x'): Uint8Array => Buffer.alloc(length, fill)

describe('a spool', () => {
  it('keeps what fits into a message in memory', () => {
    const path = newPath()
    const spool = createSpool(path, INLINE_LIMIT)
    expect([spool.add(bytes(10)), spool.add(bytes(INLINE_LIMIT - 11))]).toEqual([true, true])
    expect(spool.finish().inline).toHaveLength(INLINE_LIMIT)
    expect(existsSync(path)).toBe(false)
  })

  it('puts one byte more into a file', () => {
    const path = newPath()
    const spool = createSpool(path, INLINE_LIMIT + 1)
    spool.add(bytes(10))
    spool.add(bytes(INLINE_LIMIT - 10, 'y'))
    expect(spool.finish()).toEqual({ bytes: INLINE_LIMIT + 1 })
    expect(readFileSync(path, 'latin1')).toBe(`${'x'.repeat(10)},${'y'.repeat(INLINE_LIMIT - 10)}`)
  })

  it('keeps rows of every size in order', () => {
    const path = newPath()
    const spool = createSpool(path, 10_000_000)
    const sizes = [0, 1, INLINE_LIMIT * 3, 5, INLINE_LIMIT - 1, INLINE_LIMIT, 0]
    for (const [i, size] of sizes.entries()) spool.add(bytes(size, String(i)))
    spool.finish()
    expect(readFileSync(path, 'latin1').split(',')).toEqual(sizes.map((size, i) => String(i).repeat(size)))
  })

  it('counts the comma of a row that does not fit', () => {
    const spool = createSpool(newPath(), 3)
    expect([spool.add(bytes(2)), spool.add(bytes(1))]).toEqual([true, false])
    expect(spool.finish().bytes).toBe(2)
  })

  it('never writes into a file that is there already', () => {
    const path = newPath()
    writeFileSync(path, 'somebody else’s')
    expect(() => createSpool(path, 1_000_000).add(bytes(INLINE_LIMIT + 1))).toThrow('EEXIST')
    expect(readFileSync(path, 'utf8')).toBe('somebody else’s')
  })

  it('leaves nothing when it is discarded', () => {
    const path = newPath()
    const spool = createSpool(path, 1_000_000)
    spool.add(bytes(INLINE_LIMIT + 1))
    spool.discard()
    expect(existsSync(path)).toBe(false)
  })
})
