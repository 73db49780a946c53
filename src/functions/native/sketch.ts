/**
 * Sketches as dynamic values. Kusto's are approximate and opaque; these are exact for as many values as they hold, and an
 * estimate beyond: a digest is [[value, weight], …] sorted by value, a set for dcount the least hashes of its members.
 */
import { parseDatetime } from '../../types/datetime.ts'
import type { Dynamic } from '../../types/dynamic.ts'
import { parseTimespan } from '../../types/timespan.ts'
import { native } from '../define.ts'

type Key = number | bigint
/** [sort key, weight, value as it is shown]. */
type Weighted = readonly [key: Key, weight: number, value: Dynamic]

/** A digest holds about as many values; neighbours of more are put together. */
const MAX_CENTROIDS = 8192
/** Of more different hashes the least are kept; what is estimated from so many is right to about one in a hundred. */
export const MAX_HASHES = 16_384
/** Hashes are below this, so that JSON holds them exactly. */
const HASH_RANGE = 2 ** 53

const list = (d: Dynamic | undefined): readonly Dynamic[] => (Array.isArray(d) ? d : [])
const numberOf = (d: Dynamic | undefined): number =>
  typeof d === 'number' || typeof d === 'bigint' ? Number(d) : Number.NaN

/** What a value is sorted by; times stand as texts in a dynamic. */
function keyOf(d: Dynamic | undefined): Key | null {
  if (typeof d === 'bigint') return d
  if (typeof d === 'number') return Number.isNaN(d) ? null : d
  if (typeof d !== 'string') return null
  if (/^-?Infinity$/.test(d)) return Number(d)
  return d.includes('T') ? parseDatetime(d) : parseTimespan(d)
}

const compare = (a: Key, b: Key): number => (a < b ? -1 : a > b ? 1 : 0)

function weighted(d: Dynamic | undefined): Weighted[] {
  const all = list(d).flatMap((pair): Weighted[] => {
    const [key, weight, value] = list(pair)
    const w = weight === undefined ? 1 : numberOf(weight)
    const by = keyOf(key)
    return by === null || !(w > 0) ? [] : [[by, w, value ?? key ?? null]]
  })
  return all.sort((a, b) => compare(a[0], b[0]))
}

/** The least value that with all below it has the given percentage of the weight: nearest rank. */
function percentile(sorted: readonly Weighted[], percent: number): Dynamic {
  if (Number.isNaN(percent)) return null
  const total = weightOf(sorted)
  const wanted = (Math.min(Math.max(percent, 0), 100) / 100) * total
  let sum = 0
  for (const [, weight, value] of sorted) {
    sum += weight
    if (sum >= wanted - 1e-9 * total) return value
  }
  return sorted.at(-1)?.[2] ?? null
}

const digest = (sorted: readonly Weighted[]): Dynamic => {
  const distinct = merged(sorted, (_, last, next) => compare(last[0], next[0]) === 0)
  if (distinct.length === 0) return null
  const most = (2 * weightOf(distinct)) / MAX_CENTROIDS
  // The least value stays as it is; of values put together the greatest stays, so that a percentile is one of the values.
  const kept =
    distinct.length > MAX_CENTROIDS
      ? merged(distinct, (at, last, next) => at > 0 && last[1] + next[1] <= most)
      : distinct
  return kept.map(([, weight, value]) => [value, Number.isSafeInteger(weight) ? BigInt(weight) : weight])
}

/** Neighbours put together where `same` says so; `at` is the place of the one before. */
function merged(
  sorted: readonly Weighted[],
  same: (at: number, last: Weighted, next: Weighted) => boolean,
): Weighted[] {
  const kept: Weighted[] = []
  for (const next of sorted) {
    const last = kept.at(-1)
    if (last && same(kept.length - 1, last, next)) kept[kept.length - 1] = [next[0], last[1] + next[1], next[2]]
    else kept.push(next)
  }
  return kept
}

const weightOf = (sorted: readonly Weighted[], upTo?: Key | null): number =>
  sorted.reduce((sum, [key, weight]) => sum + (upTo === undefined || (upTo !== null && key <= upTo) ? weight : 0), 0)

const mergedSets = (...sets: readonly (Dynamic | undefined)[]): Dynamic => {
  const present = sets.filter(Array.isArray)
  if (present.length === 0) return null
  const hashes = new Set(present.flat().map(numberOf))
  return [...hashes]
    .filter((h) => Number.isInteger(h) && h >= 0 && h < HASH_RANGE)
    .sort((a, b) => a - b)
    .slice(0, MAX_HASHES)
    .map(BigInt)
}

/** Examples of scalars are expressions; a digest stands in them as [[value, weight], …]. */
export const sketchNatives = {
  _percentiles_weighted: native({
    doc: 'The values at some percentages of the weight, from [[key, weight, value], …].',
    takes: ['dynamic', 'dynamic'],
    gives: 'dynamic',
    nulls: 'own',
    run: (rows?: Dynamic, percents?: Dynamic) => {
      const sorted = weighted(rows)
      if (sorted.length === 0) return null
      return list(percents)
        .flatMap((p) => (Array.isArray(p) ? p : [p]))
        .map((p) => percentile(sorted, numberOf(p)))
    },
    examples: [],
  }),
  _tdigest: native({
    doc: 'The digest of [[key, weight, value], …].',
    takes: ['dynamic'],
    gives: 'dynamic',
    nulls: 'own',
    run: (rows?: Dynamic) => digest(weighted(rows)),
    examples: [],
  }),
  _tdigests_merge: native({
    doc: 'One digest of a list of digests.',
    takes: ['dynamic'],
    gives: 'dynamic',
    nulls: 'own',
    run: (digests?: Dynamic) => digest(weighted(list(digests).flatMap((d) => [...list(d)]))),
    examples: [],
  }),
  _hlls_merge: native({
    doc: 'One set of a list of sets.',
    takes: ['dynamic'],
    gives: 'dynamic',
    nulls: 'own',
    run: (sets?: Dynamic) => mergedSets(...list(sets)),
    examples: [],
  }),
  percentile_tdigest: native({
    doc: 'The value of a digest at a percentage of its weight.',
    takes: ['dynamic', 'real'],
    gives: 'dynamic',
    nulls: 'propagate',
    run: (t: Dynamic, percent: number) => percentile(weighted(t), percent),
    examples: [['percentile_tdigest(dynamic([[1, 1], [2, 2]]), 50)', 2]],
  }),
  percentiles_array_tdigest: native({
    doc: 'The values of a digest at several percentages.',
    takes: ['dynamic', 'dynamic'],
    rest: 'dynamic',
    gives: 'dynamic',
    nulls: 'own',
    run: (t?: Dynamic, ...percents: (Dynamic | undefined)[]) => {
      const sorted = weighted(t)
      return sorted.length === 0
        ? null
        : percents.flatMap((p) => (Array.isArray(p) ? p : [p ?? null])).map((p) => percentile(sorted, numberOf(p)))
    },
    examples: [['percentiles_array_tdigest(dynamic([[1, 1], [2, 2]]), dynamic([10, 90]))', [1, 2]]],
  }),
  rank_tdigest: native({
    doc: 'How many values of a digest are not above `value`.',
    takes: ['dynamic', 'dynamic'],
    gives: 'real',
    nulls: 'propagate',
    run: (t: Dynamic, value: Dynamic) => weightOf(weighted(t), keyOf(value)),
    examples: [['rank_tdigest(dynamic([[1, 1], [2, 2]]), 2)', 3]],
  }),
  percentrank_tdigest: native({
    doc: 'The percentage of a digest that is not above `value`.',
    takes: ['dynamic', 'dynamic'],
    gives: 'real',
    nulls: 'propagate',
    run: (t: Dynamic, value: Dynamic) => {
      const sorted = weighted(t)
      return (100 * weightOf(sorted, keyOf(value))) / weightOf(sorted)
    },
    examples: [['percentrank_tdigest(dynamic([[1, 1], [2, 3]]), 1)', 25]],
  }),
  dcount_hll: native({
    doc: 'Number of members of a set that hll() made.',
    takes: ['dynamic'],
    gives: 'long',
    nulls: 'own',
    run: (set?: Dynamic) => {
      const hashes = list(set)
      if (hashes.length < MAX_HASHES) return BigInt(hashes.length)
      // The k least of n evenly spread hashes reach up to about k / n of their range.
      return BigInt(Math.round(((hashes.length - 1) * HASH_RANGE) / numberOf(hashes.at(-1))) || 0)
    },
    examples: [['dcount_hll(dynamic([17, 4711]))', 2n]],
  }),
  _hll_intersect: native({
    doc: 'Of sets that hll() made: how many members the first has, how many it shares with the second, with the second and the third, and so on.',
    takes: ['dynamic'],
    gives: 'dynamic',
    nulls: 'own',
    run: (sets?: Dynamic) => {
      let common: ReadonlySet<number> | undefined
      let reach = HASH_RANGE
      return list(sets).map((set) => {
        const hashes = list(set).map(numberOf)
        // A full set says nothing of what lies beyond its greatest hash.
        if (hashes.length === MAX_HASHES) reach = Math.min(reach, hashes.at(-1)!)
        const known: ReadonlySet<number> = new Set(hashes.filter((h) => h < reach && (!common || common.has(h))))
        common = known
        const within = [...known].filter((h) => h < reach).length
        return BigInt(Math.round((within * HASH_RANGE) / reach))
      })
    },
    examples: [],
  }),
}
