import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { repeats } from '../../src/ingest/repeats.ts'
import type { Segment } from '../../src/store/snapshot.ts'

const DAY = 864_000_000_000n
const hashOf = (n: number) => createHash('sha1').update(String(n)).digest().subarray(0, 16)

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'harrier-repeats-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** A segment of the days `from`…`to`, which holds the hashes of the numbers. */
function segment(name: string, days: readonly [number, number] | undefined, ...numbers: number[]): Segment {
  const path = join(folder, `${name}.parquet`)
  writeFileSync(path.replace('.parquet', '.hashes'), Buffer.concat(numbers.map(hashOf)))
  const time = days && { min: String(BigInt(days[0]) * DAY), max: String(BigInt(days[1]) * DAY + 5n) }
  return { path, rows: numbers.length, bytes: 1, columns: [], ...(time && { time }) }
}

describe('repeats', () => {
  it('finds a record on its day, in segments of one day, of many, and of none', () => {
    const all = [segment('one', [10, 10], 1), segment('many', [9, 12], 2), segment('none', undefined, 3)]
    const known = repeats((table) => (table === 'T' ? all : []))
    expect([1, 2, 3, 4].map((n) => known.knows('T', 10, hashOf(n), 0))).toEqual([true, true, true, false])
    expect(known.knows('T', 11, hashOf(2), 0)).toBe(true)
    expect(known.knows('U', 10, hashOf(1), 0)).toBe(false)
  })

  it('looks into all of them for a record without a day', () => {
    const known = repeats(() => [segment('early', [1, 1], 1), segment('late', [90, 90], 2)])
    expect(known.knows('T', undefined, hashOf(1), 0)).toBe(true)
    expect(known.knows('T', undefined, hashOf(2), 0)).toBe(true)
  })

  it('learns of segments that are committed meanwhile', () => {
    const all = [segment('first', [5, 5], 1)]
    const known = repeats(() => all)
    expect(known.knows('T', 5, hashOf(7), 0)).toBe(false)
    const later = segment('later', [5, 5], 7)
    all.push(later)
    known.committed('T', later, hashOf(7))
    expect(known.knows('T', 5, hashOf(7), 0)).toBe(true)
  })

  it('forgets what it has no room for, and reads it again', () => {
    const all = { A: [segment('a', [1, 1], 1, 2, 3)], B: [segment('b', [1, 1], 4, 5, 6)] }
    const known = repeats((table) => all[table as 'A' | 'B'], 3)
    for (let turn = 0; turn < 3; turn++) {
      expect(known.knows('A', 1, hashOf(1), 0)).toBe(true)
      expect(known.knows('B', 1, hashOf(6), 0)).toBe(true)
      expect(known.knows('B', 2, hashOf(1), 0)).toBe(false)
    }
  })
})
