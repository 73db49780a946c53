import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { HASH_BYTES, hashSet } from '../../src/ingest/hash-set.ts'

const hashOf = (n: number) => createHash('sha1').update(String(n)).digest()

describe('hashSet', () => {
  it('knows exactly what was added, across many growths', () => {
    const set = hashSet()
    for (let i = 0; i < 20_000; i++) expect(set.add(hashOf(i), 0)).toBe(true)
    for (let i = 0; i < 20_000; i++) expect(set.add(hashOf(i), 0)).toBe(false)
    expect(set.size).toBe(20_000)
    for (let i = 0; i < 30_000; i++) expect(set.has(hashOf(i), 0)).toBe(i < 20_000)
  })

  it('tells apart what differs in any byte', () => {
    const set = hashSet()
    const base = Buffer.alloc(HASH_BYTES, 7)
    set.add(base, 0)
    for (let at = 0; at < HASH_BYTES; at++) {
      const other = Buffer.from(base)
      other[at] = 8
      expect(set.has(other, 0)).toBe(false)
    }
  })

  it('reads at an offset', () => {
    const set = hashSet()
    const two = Buffer.concat([hashOf(1), hashOf(2)])
    set.add(two, 20)
    expect(set.has(hashOf(2), 0)).toBe(true)
    expect(set.has(two, 0)).toBe(false)
  })
})
