/**
 * Sketches as dynamic values. Kusto's are approximate and opaque; these hold the values themselves, so that what is asked of
 * them is exact: a digest is [[value, weight], …] sorted by value, a set for dcount is the texts of its members.
 */
import type { Dynamic } from '../../types/dynamic.ts'
import { native } from '../define.ts'

/** [sort key, weight, value as it is shown]. */
type Weighted = readonly [key: number, weight: number, value: Dynamic]

const list = (d: Dynamic | undefined): readonly Dynamic[] => (Array.isArray(d) ? d : [])
const numberOf = (d: Dynamic | undefined): number =>
  typeof d === 'number' || typeof d === 'bigint' ? Number(d) : Number.NaN

function weighted(d: Dynamic | undefined): Weighted[] {
  const all = list(d).flatMap((pair): Weighted[] => {
    const [key, weight, value] = list(pair)
    const w = weight === undefined ? 1 : numberOf(weight)
    return Number.isNaN(numberOf(key)) || !(w > 0) ? [] : [[numberOf(key), w, value ?? key ?? null]]
  })
  return all.sort((a, b) => a[0] - b[0])
}

/** The least value that with all below it has the given percentage of the weight: nearest rank. */
function percentile(sorted: readonly Weighted[], percent: number): Dynamic {
  const total = sorted.reduce((sum, [, weight]) => sum + weight, 0)
  const wanted = (Math.min(Math.max(percent, 0), 100) / 100) * total
  let sum = 0
  for (const [, weight, value] of sorted) {
    sum += weight
    if (sum >= wanted - 1e-9 * total) return value
  }
  return sorted.at(-1)?.[2] ?? null
}

const digest = (sorted: readonly Weighted[]): Dynamic => {
  const merged: [Dynamic, number][] = []
  for (const [, weight, value] of sorted) {
    const last = merged.at(-1)
    if (last && numberOf(last[0]) === numberOf(value)) last[1] += weight
    else merged.push([value, weight])
  }
  return merged.length > 0 ? merged : null
}

const mergedSets = (...sets: readonly (Dynamic | undefined)[]): Dynamic => {
  const present = sets.filter(Array.isArray)
  return present.length === 0 ? null : [...new Set(present.flat() as Dynamic[])]
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
    takes: ['dynamic', 'real'],
    gives: 'real',
    nulls: 'propagate',
    run: (t: Dynamic, value: number) =>
      weighted(t).reduce((sum, [key, weight]) => sum + (key <= value ? weight : 0), 0),
    examples: [['rank_tdigest(dynamic([[1, 1], [2, 2]]), 2)', 3]],
  }),
  percentrank_tdigest: native({
    doc: 'The percentage of a digest that is not above `value`.',
    takes: ['dynamic', 'real'],
    gives: 'real',
    nulls: 'propagate',
    run: (t: Dynamic, value: number) => {
      const sorted = weighted(t)
      const total = sorted.reduce((sum, [, weight]) => sum + weight, 0)
      return (100 * sorted.reduce((sum, [key, weight]) => sum + (key <= value ? weight : 0), 0)) / total
    },
    examples: [['percentrank_tdigest(dynamic([[1, 1], [2, 3]]), 1)', 25]],
  }),
  dcount_hll: native({
    doc: 'Number of members of a set that hll() made.',
    takes: ['dynamic'],
    gives: 'long',
    nulls: 'own',
    run: (set?: Dynamic) => BigInt(list(set).length),
    examples: [['dcount_hll(dynamic(["a", "b"]))', 2n]],
  }),
}
