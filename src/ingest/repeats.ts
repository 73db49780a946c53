/**
 * Knows which records the store already holds. The export delivers 2.7-4 % of its records twice or more, and a blob that
 * grew is read again from its start. Equal properties lie on the same day of the same table, so only the hashes
 * of the days that turn up are loaded, from the files beside the segments.
 */
import { readFileSync } from 'node:fs'
import { hashesOf } from '../store/layout.ts'
import type { Segment } from '../store/snapshot.ts'
import { HASH_BYTES, type HashSet, hashSet } from './hash-set.ts'

export interface Repeats {
  /** True when a committed record of the table has this hash (16 bytes at `offset`). `day`: since 0001-01-01; none = any. */
  knows(table: string, day: number | undefined, bytes: Uint8Array, offset: number): boolean
  /** Tells that a segment was committed, with its records' hashes. */
  committed(table: string, segment: Segment, hashes: Uint8Array): void
}

interface Loaded {
  hashes: HashSet
  /** Paths of the segments whose hashes are in `hashes`. */
  readonly segments: Set<string>
  /** Days all of whose segments are in `hashes`. */
  readonly days: Set<number>
  used: number
}

const TICKS_PER_DAY = 864_000_000_000n

/** @param capacity hashes kept in memory (19 to 38 bytes each) before the tables used longest ago are forgotten */
export function repeats(segmentsOf: (table: string) => readonly Segment[], capacity = 20_000_000): Repeats {
  const tables = new Map<string, Loaded>()
  let clock = 0

  const load = (loaded: Loaded, table: string, day: number | undefined): void => {
    forget(tables, capacity, loaded)
    for (const segment of segmentsOf(table)) {
      if (loaded.segments.has(segment.path) || (day !== undefined && !covers(segment, day))) continue
      addAll(loaded.hashes, readFileSync(hashesOf(segment.path)))
      loaded.segments.add(segment.path)
    }
    loaded.days.add(day ?? ANY_DAY)
  }

  return {
    knows(table, day, bytes, offset) {
      let loaded = tables.get(table)
      if (!loaded) {
        loaded = { hashes: hashSet(), segments: new Set(), days: new Set(), used: 0 }
        tables.set(table, loaded)
      }
      loaded.used = ++clock
      if (!loaded.days.has(day ?? ANY_DAY) && !loaded.days.has(ANY_DAY)) load(loaded, table, day)
      return loaded.hashes.has(bytes, offset)
    },
    committed(table, segment, hashes) {
      const loaded = tables.get(table)
      if (!loaded) return
      addAll(loaded.hashes, hashes)
      loaded.segments.add(segment.path)
    },
  }
}

const ANY_DAY = -1

function covers(segment: Segment, day: number): boolean {
  if (!segment.time) return true
  return (
    Number(BigInt(segment.time.min) / TICKS_PER_DAY) <= day && day <= Number(BigInt(segment.time.max) / TICKS_PER_DAY)
  )
}

function addAll(set: HashSet, hashes: Uint8Array): void {
  for (let at = 0; at + HASH_BYTES <= hashes.length; at += HASH_BYTES) set.add(hashes, at)
}

/** Makes room before more is loaded: the tables used longest ago go first, then what this table holds of other days. */
function forget(tables: Map<string, Loaded>, capacity: number, keep: Loaded): void {
  let total = 0
  for (const t of tables.values()) total += t.hashes.size
  for (const [name, t] of [...tables].sort((a, b) => a[1].used - b[1].used)) {
    if (total <= capacity) return
    if (t === keep) continue
    total -= t.hashes.size
    tables.delete(name)
  }
  if (total <= capacity) return
  keep.hashes = hashSet()
  keep.segments.clear()
  keep.days.clear()
}
