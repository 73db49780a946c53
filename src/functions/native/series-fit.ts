/** Filters over series and straight lines through them. */
import { type Dynamic, isArray, isNumber } from '../../types/dynamic.ts'
import { native } from '../define.ts'
import { centered, dot, numbersOf, sum, variance } from './vector.ts'

export const seriesFitNatives = {
  series_fir: native({
    doc: 'The `series` under a finite filter: each element is the sum of `filter` times the elements up to it, where those before the start count as 0. `normalize` divides by the sum of the filter (the default unless it has negative numbers), `center` looks to both sides.',
    takes: ['dynamic', 'dynamic', 'bool', 'bool'],
    gives: 'dynamic',
    nulls: 'own',
    run: fir,
    examples: [
      ['series_fir(dynamic([2, 4, 6]), dynamic([1, 1]))', [1, 3, 5]],
      ['series_fir(dynamic([2, 4, 7]), dynamic([1, -1]))', [2, 2, 3]],
      ['series_fir(dynamic([3, 0, 0, 3]), dynamic([1, 1, 1]), true, true)', [1, 1, 1, 1]],
      ['series_fir(dynamic([1]), dynamic([1, -1]), true)', null],
    ],
  }),
  series_iir: native({
    doc: 'The `series` under a recursive filter with these numerators and denominators; null when the first denominator is 0.',
    takes: ['dynamic', 'dynamic', 'dynamic'],
    gives: 'dynamic',
    nulls: 'propagate',
    run: iir,
    examples: [['series_iir(dynamic([1, 2, 3]), dynamic([1]), dynamic([1, -1]))', [1, 3, 6]]],
  }),
  series_fit_line_dynamic: native({
    doc: 'A bag of rsquare, slope, variance, rvariance, interception and line_fit of the straight line through a series, whose first element is at 1.',
    takes: ['dynamic'],
    gives: 'dynamic',
    nulls: 'propagate',
    run: (series: Dynamic) => {
      const fit = fitLine(numbersOf(series))
      return fit && bagOf(fit)
    },
    examples: [
      [
        'series_fit_line_dynamic(dynamic([3, 5, 7]))',
        { rsquare: 1, slope: 2, variance: 4, rvariance: 0, interception: 1, line_fit: [3, 5, 7] },
      ],
    ],
  }),
  _series_fit_line: native({
    doc: 'The columns of series_fit_line() as an array: rsquare, slope, variance, rvariance, interception, line_fit.',
    takes: ['dynamic'],
    gives: 'dynamic',
    nulls: 'own',
    run: (series?: Dynamic) => {
      const f = fitLine(numbersOf(series ?? null))
      return f
        ? [f.rsquare, f.slope, f.variance, f.rvariance, f.interception, [...f.line_fit]]
        : new Array<Dynamic>(6).fill(null)
    },
    examples: [],
  }),
  series_fit_2lines_dynamic: native({
    doc: 'A bag of rsquare, split_idx, variance, rvariance and line_fit of the two straight lines that fit a series best, and bags `right` and `left` of what series_fit_line_dynamic() says of the two parts.',
    takes: ['dynamic'],
    gives: 'dynamic',
    nulls: 'propagate',
    run: (series: Dynamic) => {
      const fit = fitTwoLines(numbersOf(series))
      return fit && bagOf({ ...fit, right: withoutLine(fit.right), left: withoutLine(fit.left) })
    },
    examples: [['series_fit_2lines_dynamic(dynamic([0, 1, 2, 8, 6, 4])).split_idx', 3]],
  }),
  _series_fit_2lines: native({
    doc: 'The columns of series_fit_2lines() as an array: rsquare, split_idx, variance, rvariance, line_fit, then rsquare, slope, interception, variance and rvariance of the right and of the left part.',
    takes: ['dynamic'],
    gives: 'dynamic',
    nulls: 'own',
    run: (series?: Dynamic) => {
      const fit = fitTwoLines(numbersOf(series ?? null))
      if (!fit) return new Array<Dynamic>(15).fill(null)
      const part = (f: LineFit) => [f.rsquare, f.slope, f.interception, f.variance, f.rvariance]
      return [
        fit.rsquare,
        fit.split_idx,
        fit.variance,
        fit.rvariance,
        [...fit.line_fit],
        ...part(fit.right),
        ...part(fit.left),
      ]
    },
    examples: [],
  }),
}

const bagOf = (fields: object): Dynamic => new Map(Object.entries(fields) as [string, Dynamic][])

function fir(d?: Dynamic, coefficients?: Dynamic, normalize?: boolean | null, center?: boolean | null): Dynamic {
  const filter = numbersOf(coefficients ?? null)
  if (!isArray(d ?? null) || !filter || filter.length === 0) return null
  const series = d as readonly Dynamic[]
  const negative = filter.some((c) => c < 0)
  const normalized = normalize ?? !negative
  if (normalized && negative) return null
  const scale = normalized ? sum(filter) : 1
  const ahead = (center ?? false) ? filter.length >> 1 : 0
  const integers =
    !normalized && [...series, ...(coefficients as readonly Dynamic[])].every((x) => typeof x === 'bigint')
  return series.map((_, i) => {
    let total = 0
    for (let k = 0; k < filter.length; k++) {
      const at = i + ahead - k
      if (at < 0 || at >= series.length) continue
      const x = series[at]!
      if (!isNumber(x)) return null
      total += filter[k]! * Number(x)
    }
    return integers ? BigInt(total) : total / scale
  })
}

function iir(d: Dynamic, numerators: Dynamic, denominators: Dynamic): Dynamic {
  const [x, b, a] = [numbersOf(d), numbersOf(numerators), numbersOf(denominators)]
  if (!x || !b || !a || (a[0] ?? 0) === 0) return null
  const y: number[] = []
  for (let i = 0; i < x.length; i++) {
    let total = 0
    for (let k = 0; k < b.length && k <= i; k++) total += b[k]! * x[i - k]!
    for (let k = 1; k < a.length && k <= i; k++) total -= a[k]! * y[i - k]!
    y.push(total / a[0]!)
  }
  return y
}

interface LineFit {
  readonly rsquare: number
  readonly slope: number
  readonly variance: number
  readonly rvariance: number
  /** Where the first element is at 1 (the documentation's example). */
  readonly interception: number
  readonly line_fit: readonly number[]
}

const withoutLine = ({ line_fit: _, ...fit }: LineFit): Dynamic => bagOf(fit)

function fitLine(y: readonly number[] | null): LineFit | null {
  if (!y || y.length < 2) return null
  const x = centered(y.map((_, i) => i))
  const slope = dot(x, y) / dot(x, x)
  const mean = sum(y) / y.length
  const line = x.map((at) => mean + slope * at)
  return { ...quality(y, line), slope, interception: line[0]! - slope, line_fit: line }
}

/** Both variances are those of a sample (the documentation's example). */
function quality(y: readonly number[], line: readonly number[]) {
  const [all, rest] = [variance(y), variance(y.map((v, i) => v - line[i]!))]
  return { rsquare: all === 0 ? 0 : 1 - rest / all, variance: all, rvariance: rest }
}

/** Parts have two elements at least; of splits that are equally good, the first. */
function fitTwoLines(y: readonly number[] | null) {
  if (!y || y.length < 4) return null
  const left = residualsOfPrefixes(y)
  const right = residualsOfPrefixes(y.toReversed())
  let split = 2
  const errorAt = (s: number) => left[s]! + right[y.length - s]!
  for (let s = 3; s <= y.length - 2; s++) if (errorAt(s) < errorAt(split) - 1e-12 * Math.abs(errorAt(split))) split = s
  const [first, second] = [fitLine(y.slice(0, split))!, fitLine(y.slice(split))!]
  const line = [...first.line_fit, ...second.line_fit]
  const { rsquare, ...variances } = quality(y, line)
  return { rsquare, split_idx: BigInt(split), ...variances, line_fit: line, right: second, left: first }
}

/** For each n, the sum of the squared distances between the first n elements and the line through them. */
function residualsOfPrefixes(series: readonly number[]): number[] {
  const y = centered(series)
  const residuals = [0]
  let [sy, sxy, syy] = [0, 0, 0]
  for (const [i, v] of y.entries()) {
    sy += v
    sxy += i * v
    syy += v * v
    const n = i + 1
    const sxx = (n * (n * n - 1)) / 12
    const slope = n < 2 ? 0 : (sxy - ((n - 1) / 2) * sy) / sxx
    residuals.push(Math.max(0, syy - (sy * sy) / n - slope * slope * sxx))
  }
  return residuals
}
