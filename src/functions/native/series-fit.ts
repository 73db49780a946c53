/** Filters over series and straight lines through them. */
import { type Dynamic, isArray, isNumber } from '../../types/dynamic.ts'
import { native } from '../define.ts'
import { centered, dot, numbersOf, sum, variance as varianceOf } from './vector.ts'

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
      [
        'bag_keys(series_fit_line_dynamic(dynamic([3, 5, 7])))',
        ['rsquare', 'slope', 'variance', 'rvariance', 'interception', 'line_fit'],
      ],
    ],
  }),
  series_fit_line: native({
    doc: 'The straight line through a series, whose first element is at 1: rsquare, slope, variance, rvariance, interception, line_fit.',
    takes: ['dynamic'],
    gives: 'dynamic',
    nulls: 'own',
    run: (series?: Dynamic) => {
      const f = fitLine(numbersOf(series ?? null))
      return f
        ? [f.rsquare, f.slope, f.variance, f.rvariance, f.interception, [...f.line_fit]]
        : new Array<Dynamic>(6).fill(null)
    },
    examples: [['series_fit_line(dynamic([3, 5, 7]))', 1]],
  }),
  series_fit_2lines_dynamic: native({
    doc: 'A bag of rsquare, split_idx, variance, rvariance and line_fit of the two straight lines that fit a series best, and bags `right` and `left` of what series_fit_line_dynamic() says of the two parts.',
    takes: ['dynamic'],
    gives: 'dynamic',
    nulls: 'propagate',
    run: (series: Dynamic) => {
      const fit = fitTwoLines(numbersOf(series))
      return fit && bagOf({ ...fit, right: bagOf(part(fit.right)), left: bagOf(part(fit.left)) })
    },
    examples: [['series_fit_2lines_dynamic(dynamic([0, 1, 2, 8, 6, 4])).split_idx', 3]],
  }),
  series_fit_2lines: native({
    doc: 'The two straight lines that fit a series best: rsquare, split_idx, variance, rvariance, line_fit, then rsquare, slope, interception, variance and rvariance of the right and of the left part.',
    takes: ['dynamic'],
    gives: 'dynamic',
    nulls: 'own',
    run: (series?: Dynamic) => {
      const fit = fitTwoLines(numbersOf(series ?? null))
      if (!fit) return new Array<Dynamic>(15).fill(null)
      return [
        fit.rsquare,
        fit.split_idx,
        fit.variance,
        fit.rvariance,
        [...fit.line_fit],
        ...Object.values(part(fit.right)),
        ...Object.values(part(fit.left)),
      ]
    },
    examples: [['series_fit_2lines(dynamic([0, 1, 2, 8, 6, 4]))', 1]],
  }),
  series_fit_poly: native({
    doc: 'The polynomial of `degree` (by default a straight line) through the points of two series, the second by default 1, 2, 3 …: rsquare, coefficients from the highest power, variance, rvariance, poly_fit.',
    takes: ['dynamic', 'dynamic', 'long'],
    gives: 'dynamic',
    nulls: 'own',
    run: (series?: Dynamic, places?: Dynamic, degree?: bigint) => {
      const y = numbersOf(series ?? null)
      const x = places === undefined ? y?.map((_, i) => i + 1) : numbersOf(places)
      const fit = y && x && fitPolynomial(y, x, Number(degree ?? 1n))
      return fit
        ? [fit.rsquare, fit.coefficients, fit.variance, fit.rvariance, fit.poly_fit]
        : new Array<Dynamic>(5).fill(null)
    },
    examples: [
      ['series_fit_poly(dynamic([1, 4, 9, 16]), dynamic([1, 2, 3, 4]), 2)', 1],
      ['series_fit_poly(dynamic([1, 4]), dynamic([1]), 1)', null],
    ],
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

/** One of two lines, with its properties as the columns of series_fit_2lines() follow one another. */
const part = ({ rsquare, slope, interception, variance, rvariance }: LineFit) => ({
  rsquare,
  slope,
  interception,
  variance,
  rvariance,
})

function fitLine(y: readonly number[] | null): LineFit | null {
  if (!y || y.length < 2) return null
  const x = centered(y.map((_, i) => i))
  const slope = dot(x, y) / dot(x, x)
  const mean = sum(y) / y.length
  const line = x.map((at) => mean + slope * at)
  const { rsquare, variance, rvariance } = quality(y, line)
  return { rsquare, slope, variance, rvariance, interception: line[0]! - slope, line_fit: line }
}

/** Both variances are those of a sample (the documentation's example). */
function quality(y: readonly number[], line: readonly number[]) {
  const [all, rest] = [varianceOf(y), varianceOf(y.map((v, i) => v - line[i]!))]
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

const MAX_DEGREE = 100

/** Least squares by Householder reflections, with the places moved and scaled to -1..1, where high powers stay apart. */
function fitPolynomial(y: readonly number[], x: readonly number[], degree: number) {
  if (x.length !== y.length || degree < 0 || degree > MAX_DEGREE || y.length <= degree) return null
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const v of x) [low, high] = [Math.min(low, v), Math.max(high, v)]
  const [middle, half] = [(low + high) / 2, (high - low) / 2 || 1]
  const rows = x.map((v) => powers((v - middle) / half, degree))
  const scaled = leastSquares(rows, y)
  if (!scaled) return null
  const line = rows.map((row) => dot(row, scaled))
  return { ...quality(y, line), coefficients: shifted(scaled, middle, half).reverse(), poly_fit: line }
}

/** 1, v, v² … */
function powers(v: number, degree: number): number[] {
  const row = [1]
  for (let k = 1; k <= degree; k++) row.push(row[k - 1]! * v)
  return row
}

/** Null when the columns depend on one another: fewer different places than coefficients. */
function leastSquares(rows: readonly (readonly number[])[], y: readonly number[]): number[] | null {
  const a = rows.map((row, i) => [...row, y[i]!])
  const n = rows[0]!.length
  for (let k = 0; k < n; k++) {
    const length = Math.sqrt(a.slice(k).reduce((total, row) => total + row[k]! ** 2, 0))
    if (!(length > 1e-12)) return null
    const head = a[k]![k]! > 0 ? -length : length
    const v = a.slice(k).map((row, i) => (i === 0 ? row[k]! - head : row[k]!))
    const square = dot(v, v)
    if (square === 0) continue
    for (let c = k; c <= n; c++) {
      const along = (2 * v.reduce((total, vi, i) => total + vi * a[k + i]![c]!, 0)) / square
      for (const [i, vi] of v.entries()) a[k + i]![c] = a[k + i]![c]! - along * vi
    }
  }
  const solution = new Array<number>(n).fill(0)
  for (let k = n - 1; k >= 0; k--) {
    let rest = a[k]![n]!
    for (let c = k + 1; c < n; c++) rest -= a[k]![c]! * solution[c]!
    solution[k] = rest / a[k]![k]!
  }
  return solution
}

/** Coefficients of the same polynomial in x, from those in (x - middle) / half; lowest power first. */
function shifted(coefficients: readonly number[], middle: number, half: number): number[] {
  let result = [0]
  for (const c of [...coefficients].reverse()) {
    const next = new Array<number>(result.length + 1).fill(0)
    for (const [k, r] of result.entries()) {
      next[k + 1] = next[k + 1]! + r / half
      next[k] = next[k]! - (r * middle) / half
    }
    next[0] = next[0]! + c
    result = next
  }
  return result.slice(0, coefficients.length)
}
