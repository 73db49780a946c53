/** Functions on numeric arrays, element by element, and the single numbers that describe one. */
import { type Dynamic, isArray, isNumber } from '../../types/dynamic.ts'
import type { KqlType, KqlValue } from '../../types/kql-type.ts'
import { type Example, type NativeScalar, native } from '../define.ts'
import { centered, dot, norm, numbersOf, product, sum, variance } from './vector.ts'

/** What an element that is no number, or that one of two arrays does not have, gives: null (documentation of series_add). */
type Pair = (a: number, b: number) => Dynamic

/** Two arrays, or an array and a number that stands for as many of itself as needed. */
const pairwise = (
  doc: string,
  run: Pair,
  whole: ((a: bigint, b: bigint) => bigint) | null,
  ...examples: readonly Example[]
): NativeScalar =>
  native({
    doc,
    takes: ['dynamic', 'dynamic'],
    gives: 'dynamic',
    nulls: 'propagate',
    run: (a: Dynamic, b: Dynamic) => {
      if (!isArray(a) && !isArray(b)) return null
      return zipped(a, b, Math.max(lengthOf(a), lengthOf(b))).map(([x, y]) => {
        if (!isNumber(x) || !isNumber(y)) return null
        if (whole && typeof x === 'bigint' && typeof y === 'bigint') return BigInt.asIntN(64, whole(x, y))
        return run(Number(x), Number(y))
      })
    },
    examples,
  })

/** Each element as real. */
const each = (doc: string, run: (x: number) => Dynamic, ...examples: readonly Example[]): NativeScalar =>
  native({
    doc,
    takes: ['dynamic'],
    gives: 'dynamic',
    nulls: 'propagate',
    run: (series: Dynamic) => (isArray(series) ? series.map((x) => (isNumber(x) ? run(Number(x)) : null)) : null),
    examples,
  })

/** Each element; an array of integers alone stays one (measured: series_sign, series_abs). */
const keepingType = (
  doc: string,
  run: (x: number) => number,
  whole: (x: bigint) => bigint,
  ...examples: readonly Example[]
): NativeScalar =>
  native({
    doc,
    takes: ['dynamic'],
    gives: 'dynamic',
    nulls: 'propagate',
    run: (series: Dynamic) => {
      if (!isArray(series)) return null
      const reals = series.some((x) => typeof x === 'number')
      return series.map((x) => (!isNumber(x) ? null : typeof x === 'number' || reals ? run(Number(x)) : whole(x)))
    },
    examples,
  })

/** A number of the whole series; null when an element is no number. */
const whole = (
  doc: string,
  run: (series: readonly number[]) => number | null,
  ...examples: readonly Example[]
): NativeScalar =>
  native({
    doc,
    takes: ['dynamic'],
    gives: 'real',
    nulls: 'propagate',
    run: (d: Dynamic) => {
      const series = numbersOf(d)
      return series && run(series)
    },
    examples,
  })

/** A number of two series, cut to the shorter; elements that are no numbers are left out; null when nothing is left (documentation). */
const ofVectors = (
  doc: string,
  takes: readonly KqlType[],
  run: (a: readonly number[], b: readonly number[], ...rest: readonly (number | null | undefined)[]) => number,
  ...examples: readonly Example[]
): NativeScalar =>
  native({
    doc,
    takes: ['dynamic', 'dynamic', ...takes],
    gives: 'real',
    nulls: 'own',
    run: (x?: Dynamic, y?: Dynamic, ...rest: readonly (number | null | undefined)[]): KqlValue => {
      const [a, b] = [x ?? null, y ?? null]
      const lengths = [a, b].filter(isArray).map((s) => s.length)
      if (lengths.length === 0 || a === null || b === null) return null
      const pairs = zipped(a, b, Math.min(...lengths)).filter(([p, q]) => isNumber(p) && isNumber(q))
      return pairs.length === 0
        ? null
        : run(
            pairs.map(([p]) => Number(p)),
            pairs.map(([, q]) => Number(q)),
            ...rest,
          )
    },
    examples,
  })

/** Elements are bool. */
const comparison = (
  doc: string,
  run: (a: number, b: number) => boolean,
  ...examples: readonly Example[]
): NativeScalar => pairwise(doc, run, null, ...examples)

export const seriesNatives = {
  series_add: pairwise(
    'The sums of the elements of two series.',
    (a, b) => a + b,
    (a, b) => a + b,
    ['series_add(dynamic([1, 2.5, 3]), dynamic([10, 20]))', [11, 22.5, null]],
  ),
  series_subtract: pairwise(
    'The differences of the elements of two series.',
    (a, b) => a - b,
    (a, b) => a - b,
    ['series_subtract(dynamic([5, 7]), 2)', [3, 5]],
  ),
  series_multiply: pairwise(
    'The products of the elements of two series.',
    (a, b) => a * b,
    (a, b) => a * b,
    ["series_multiply(dynamic([2, 'x']), dynamic([3, 4]))", [6, null]],
  ),
  series_divide: pairwise('The quotients of the elements of two series, as real.', (a, b) => a / b, null, [
    'series_divide(dynamic([1, 3]), dynamic([2, 0]))',
    [0.5, 'Infinity'],
  ]),
  series_pow: pairwise(
    'The elements of the first series to the power of those of the second, as real.',
    (a, b) => a ** b,
    null,
    ['series_pow(dynamic([2, 9]), dynamic([3, 0.5]))', [8, 3]],
  ),
  series_equals: comparison('Whether the elements of two series are equal.', (a, b) => a === b, [
    'series_equals(dynamic([1, 2, 3]), dynamic([1, 5]))',
    [true, false, null],
  ]),
  series_not_equals: comparison('Whether the elements of two series differ.', (a, b) => a !== b, [
    'series_not_equals(dynamic([1, 2]), dynamic([1, 5]))',
    [false, true],
  ]),
  series_less: comparison('Whether the elements of the first series are less.', (a, b) => a < b, [
    'series_less(dynamic([1, 2]), 2)',
    [true, false],
  ]),
  series_less_equals: comparison('Whether the elements of the first series are less or equal.', (a, b) => a <= b, [
    'series_less_equals(dynamic([1, 2, 3]), 2)',
    [true, true, false],
  ]),
  series_greater: comparison('Whether the elements of the first series are greater.', (a, b) => a > b, [
    'series_greater(2, dynamic([1, 2]))',
    [true, false],
  ]),
  series_greater_equals: comparison(
    'Whether the elements of the first series are greater or equal.',
    (a, b) => a >= b,
    ['series_greater_equals(dynamic([1, 2, 3]), 2)', [false, true, true]],
  ),
  series_abs: keepingType(
    'The elements without their signs.',
    Math.abs,
    (x) => BigInt.asIntN(64, x < 0n ? -x : x),
    ['series_abs(dynamic([-1, 2]))', [1, 2]],
    ['series_abs(dynamic([-1, 2.5, null]))', [1, 2.5, null]],
  ),
  series_sign: keepingType(
    'The signs of the elements: -1, 0 or 1.',
    Math.sign,
    (x) => (x > 0n ? 1n : x < 0n ? -1n : 0n),
    ['series_sign(dynamic([-7, 0, 9]))', [-1, 0, 1]],
  ),
  series_ceiling: each('The elements rounded up, as real.', Math.ceil, ['series_ceiling(dynamic([-1.5, 2]))', [-1, 2]]),
  series_floor: each('The elements rounded down, as real.', Math.floor, [
    'series_floor(dynamic([-1.5, 2.7]))',
    [-2, 2],
  ]),
  series_exp: each('e to the power of the elements.', Math.exp, ['series_exp(dynamic([0]))', [1]]),
  series_log: each(
    'The natural logarithms of the elements; null for negative ones, as log().',
    (x) => (x < 0 ? null : Math.log(x)),
    ['series_log(dynamic([1, -1]))', [0, null]],
  ),
  series_sin: each('The sines of the elements.', Math.sin, ['series_sin(dynamic([0]))', [0]]),
  series_cos: each('The cosines of the elements.', Math.cos, ['series_cos(dynamic([0]))', [1]]),
  series_tan: each('The tangents of the elements.', Math.tan, ['series_tan(dynamic([0]))', [0]]),
  series_asin: each('The arc sines of the elements.', Math.asin, ['series_asin(dynamic([0]))', [0]]),
  series_acos: each('The arc cosines of the elements.', Math.acos, ['series_acos(dynamic([1]))', [0]]),
  series_atan: each('The arc tangents of the elements.', Math.atan, ['series_atan(dynamic([0]))', [0]]),
  series_sum: whole(
    'The sum of the elements; null when one is no number.',
    sum,
    ['series_sum(dynamic([1, 2.5]))', 3.5],
    ['series_sum(dynamic([1, null]))', null],
  ),
  series_product: whole('The product of the elements; null when one is no number.', product, [
    'series_product(dynamic([2, 3, 4]))',
    24,
  ]),
  series_magnitude: whole('The length of the series as a vector: the root of the sum of the squares.', norm, [
    'series_magnitude(dynamic([3, 4]))',
    5,
  ]),
  series_dot_product: ofVectors(
    'The dot product of two series, or of one and a number.',
    [],
    dot,
    ['series_dot_product(dynamic([1, 2]), dynamic([3, 4, 5]))', 11],
    ['series_dot_product(dynamic([1, 2]), 10)', 30],
    ['series_dot_product(dynamic([]), dynamic([1]))', null],
  ),
  series_cosine_similarity: ofVectors(
    'The cosine of the angle between two series as vectors; their magnitudes may be given, which saves computing them.',
    ['real', 'real'],
    (a, b, ...[m, n]) => dot(a, b) / ((m ?? norm(a)) * (n ?? norm(b))),
    ['series_cosine_similarity(dynamic([1, 0]), dynamic([3, 4]))', 0.6],
    ['series_cosine_similarity(dynamic([1, 0]), dynamic([3, 4]), 1, 5)', 0.6],
  ),
  series_pearson_correlation: native({
    doc: 'The Pearson correlation of two series; null when they differ in length or hold anything but numbers.',
    takes: ['dynamic', 'dynamic'],
    gives: 'real',
    nulls: 'propagate',
    run: (x: Dynamic, y: Dynamic) => {
      const [a, b] = [numbersOf(x), numbersOf(y)]
      if (!a || !b || a.length !== b.length || a.length === 0) return null
      const [p, q] = [centered(a), centered(b)]
      return dot(p, q) / (norm(p) * norm(q))
    },
    examples: [
      ['series_pearson_correlation(dynamic([1, 2, 3]), dynamic([3, 2, 1]))', -1],
      ['series_pearson_correlation(dynamic([1, 2, 3]), dynamic([3, 2]))', null],
    ],
  }),
  series_stats_dynamic: native({
    doc: 'A bag of min, min_idx, max, max_idx, avg, stdev, variance, sum and len of a series; null when it holds anything but finite numbers, unless `ignore_nonfinite`.',
    takes: ['dynamic', 'bool'],
    gives: 'dynamic',
    nulls: 'own',
    run: (series?: Dynamic, ignore?: boolean | null) => {
      const stats = statsOf(series ?? null, ignore ?? false)
      return stats && new Map<string, Dynamic>(Object.entries(stats))
    },
    examples: [
      [
        'series_stats_dynamic(dynamic([4, 2, 6]))',
        { min: 2, min_idx: 1, max: 6, max_idx: 2, avg: 4, stdev: 2, variance: 4, sum: 12, len: 3 },
      ],
      ['series_stats_dynamic(dynamic([4, null]))', null],
      ['series_stats_dynamic(dynamic([null, 4, 6]), true).min_idx', 1],
      ['series_stats_dynamic(dynamic([null, 4, 6]), true).len', 3],
    ],
  }),
  series_stats: native({
    doc: 'The min, min_idx, max, max_idx, avg, stdev and variance of a series; null when it holds anything but finite numbers, unless `ignore_nonfinite`.',
    takes: ['dynamic', 'bool'],
    gives: 'dynamic',
    nulls: 'own',
    run: (series?: Dynamic, ignore?: boolean | null) => {
      const s = statsOf(series ?? null, ignore ?? false)
      return s ? [s.min, s.min_idx, s.max, s.max_idx, s.avg, s.stdev, s.variance] : new Array<Dynamic>(7).fill(null)
    },
    examples: [['series_stats(dynamic([4, 2, 6]))', 2]],
  }),
}

const lengthOf = (d: Dynamic): number => (isArray(d) ? d.length : 0)

const zipped = (a: Dynamic, b: Dynamic, length: number): [Dynamic, Dynamic][] => {
  const at = (d: Dynamic, i: number): Dynamic => (isArray(d) ? (d[i] ?? null) : d)
  return Array.from({ length }, (_, i) => [at(a, i), at(b, i)])
}

/** Positions are those in the array, whether other elements are ignored or not. */
function statsOf(d: Dynamic, ignoreNonFinite: boolean) {
  if (!isArray(d)) return null
  const found = d.flatMap((x, i) => (isNumber(x) && Number.isFinite(Number(x)) ? [{ x: Number(x), i }] : []))
  if (found.length === 0 || (found.length < d.length && !ignoreNonFinite)) return null
  const values = found.map((f) => f.x)
  const least = found.reduce((a, b) => (b.x < a.x ? b : a))
  const greatest = found.reduce((a, b) => (b.x > a.x ? b : a))
  const total = sum(values)
  const spread = variance(values)
  return {
    min: least.x,
    min_idx: BigInt(least.i),
    max: greatest.x,
    max_idx: BigInt(greatest.i),
    avg: total / values.length,
    stdev: Math.sqrt(spread),
    variance: spread,
    sum: total,
    len: BigInt(d.length),
  }
}
