/**
 * Seasons, trends and outliers of series. What the documentation leaves open is said at its place: how a period is scored,
 * and what a score is when most values are equal.
 */
import { type Dynamic, isArray, isNumber } from '../../types/dynamic.ts'
import { native } from '../define.ts'
import { centered, dot, numbersOf, sum } from './vector.ts'

/** The documentation of series_periods_detect: a period has four points at least, and is in the series twice. */
const MIN_PERIOD = 4
const DEFAULT_PERIOD_SCORE = 0.6
const SEASONAL_PERIOD_SCORE = 0.7

export const seriesDecomposeNatives = {
  series_outliers: native({
    doc: "How far each element is an outlier by Tukey's fences, 0 within them: beyond 1.5 or -1.5 it is an anomaly. `kind` is ctukey (from the 10th to the 90th percentile) or tukey (25th to 75th); nulls and `ignore_val` score 0.",
    takes: ['dynamic', 'string', 'real', 'real', 'real'],
    rest: 'long',
    gives: 'dynamic',
    nulls: 'own',
    run: (series?: Dynamic, kind?: string, ignored?: number) => {
      if (!isArray(series ?? null)) return null
      const values = (series as readonly Dynamic[]).map((x) =>
        isNumber(x) && Number(x) !== ignored ? Number(x) : null,
      )
      return outliers(values, kind || 'ctukey')
    },
    examples: [
      ['series_outliers(dynamic([1, 2, 3, 4, 5, 6, 7, 8, 19]), "tukey")', [-0.5, -0.25, 0, 0, 0, 0, 0, 0.25, 3]],
      ['series_outliers(dynamic([0, 0, 0, null, 0, 0, 5]), "tukey")', [0, 0, 0, 0, 0, 0, 'Infinity']],
    ],
  }),
  series_periods_detect: native({
    doc: 'The most significant periods of a series that are `min_period` to `max_period` elements long, and their scores, best first; 0 where no more are found.',
    takes: ['dynamic', 'real', 'real', 'long'],
    gives: 'dynamic',
    nulls: 'own',
    run: (series?: Dynamic, min?: number, max?: number, count?: bigint) => {
      const y = numbersOf(series ?? null)
      const length = Math.min(Math.max(Number(count ?? 0n), 0), MAX_PERIODS)
      if (!y) return [null, null]
      const found = detectPeriods(y, min ?? 0, max ?? 0).slice(0, length)
      const padded = (values: readonly number[]): Dynamic => Array.from({ length }, (_, i) => values[i] ?? 0)
      return [padded(found.map((p) => p.length)), padded(found.map((p) => p.score))]
    },
    examples: [
      ['series_periods_detect(dynamic([1, 2, 3, 2, 1, 2, 3, 2, 1, 2, 3, 2, 1, 2, 3, 2, 1, 2, 3, 2]), 0, 9, 2)', [4, 0]],
    ],
  }),
  series_periods_validate: native({
    doc: 'The given periods, and the score of each; 0 for one that the series does not have.',
    takes: ['dynamic'],
    rest: 'real',
    gives: 'dynamic',
    nulls: 'own',
    run: (series?: Dynamic, ...periods: (number | undefined)[]) => {
      const y = numbersOf(series ?? null)
      return [periods.map((p) => p ?? null), periods.map((p) => (y && p !== undefined ? scoreOf(Period.of(y), p) : 0))]
    },
    examples: [
      ['series_periods_validate(dynamic([1, 2, 3, 2, 1, 2, 3, 2, 1, 2, 3, 2, 1, 2, 3, 2]), 4.0, 5.0)', [4, 5]],
    ],
  }),
  series_seasonal: native({
    doc: 'The seasonal part of a series: for each element the median of those at the same place of the period, which is detected unless it is given; zeros when there is none.',
    takes: ['dynamic', 'long', 'long'],
    gives: 'dynamic',
    nulls: 'own',
    run: (series?: Dynamic, period?: bigint, tests?: bigint) => {
      const y = numbersOf(series ?? null)
      return y && seasonal(y, learning(y, tests), Number(period ?? -1n), SEASONAL_PERIOD_SCORE)
    },
    examples: [
      [
        'series_seasonal(dynamic([1, 2, 3, 2, 1, 2, 9, 2, 1, 2, 3, 2, 1, 2, 3, 2]), 4)',
        [1, 2, 3, 2, 1, 2, 3, 2, 1, 2, 3, 2, 1, 2, 3, 2],
      ],
      ['series_seasonal(dynamic([1, 2, 3]))', [0, 0, 0]],
    ],
  }),
  series_decompose: native({
    doc: 'A series as baseline (season and trend together), season, trend (`avg`, `linefit` or `none`) and residual.',
    takes: ['dynamic', 'long', 'string', 'long', 'real'],
    gives: 'dynamic',
    nulls: 'own',
    run: (series?: Dynamic, period?: bigint, trend?: string, tests?: bigint, threshold?: number) =>
      columnsOf(decompose(numbersOf(series ?? null), period, trend, tests, threshold)),
    examples: [['series_decompose(dynamic([1, 3, 5, 7]), 0, "linefit")', [1, 3, 5, 7]]],
  }),
  series_decompose_forecast: native({
    doc: 'As series_decompose(), learned without the last `points` elements: the baseline is what is to be expected there.',
    takes: ['dynamic', 'long', 'long', 'string', 'real'],
    gives: 'dynamic',
    nulls: 'own',
    run: (series?: Dynamic, points?: bigint, period?: bigint, trend?: string, threshold?: number) =>
      columnsOf(decompose(numbersOf(series ?? null), period, trend, points, threshold)),
    examples: [['series_decompose_forecast(dynamic([1, 3, 5, 0, 0]), 2, 0, "linefit")', [1, 3, 5, 7, 9]]],
  }),
  series_decompose_anomalies: native({
    doc: 'For each element of a series whether it is an anomaly (1 up, -1 down, 0 none: its score is beyond `threshold`), its score by series_outliers() of the residual, and the baseline.',
    takes: ['dynamic', 'real', 'long', 'string', 'long', 'string', 'real'],
    gives: 'dynamic',
    nulls: 'own',
    run: (
      series?: Dynamic,
      threshold?: number,
      period?: bigint,
      trend?: string,
      tests?: bigint,
      kind?: string,
      seasonality?: number,
    ) => {
      const parts = decompose(numbersOf(series ?? null), period, trend, tests, seasonality)
      if (!parts) return [null, null, null]
      const scores = outliers(parts.residual, kind || 'ctukey')
      const limit = threshold ?? 1.5
      return [scores?.map((s) => (s > limit ? 1n : s < -limit ? -1n : 0n)) ?? null, scores, parts.baseline]
    },
    examples: [
      [
        'series_decompose_anomalies(dynamic([1, 2, 1, 2, 1, 2, 50, 2, 1, 2, 1, 2, -40, 2]), 1.5, 0)',
        [0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, -1, 0],
      ],
    ],
  }),
}

/**
 * What turns a score of the range from the 10th to the 90th percentile into one of Tukey's own range, when values are
 * spread normally: the value that the engine uses (measured; 2.714 would follow from the exact percentiles).
 */
const CTUKEY_FACTOR = 2.772605605507915

/** Null for a kind that there is not. */
function outliers(values: readonly (number | null)[], kind: string): number[] | null {
  const [share, factor] = kind === 'ctukey' ? [0.1, CTUKEY_FACTOR] : kind === 'tukey' ? [0.25, 1] : []
  if (share === undefined || factor === undefined) return null
  const sorted = values.filter((x) => x !== null).sort((a, b) => a - b)
  if (sorted.length === 0) return values.map(() => 0)
  const [low, high] = [quantile(sorted, share), quantile(sorted, 1 - share)]
  // Where nearly all values are equal the range is empty, and whatever lies beyond is infinitely far.
  const score = (distance: number) => (distance / (high - low)) * factor
  return values.map((x) => (x === null ? 0 : x > high ? score(x - high) : x < low ? score(x - low) : 0))
}

/** Between the two nearest values. */
function quantile(sorted: readonly number[], share: number): number {
  const at = share * (sorted.length - 1)
  const below = Math.floor(at)
  const value = sorted[below]!
  return value + (at - below) * ((sorted[below + 1] ?? value) - value)
}

const MAX_PERIODS = 1_000

/** A series in the form in which its periods are looked for. */
class Period {
  readonly length: number
  readonly #values: readonly number[]
  readonly #power: number

  private constructor(values: readonly number[]) {
    this.#values = values
    this.length = values.length
    this.#power = dot(values, values) / values.length
  }

  /** A trend that explains much of a series hides its seasons: it is taken away. */
  static of(y: readonly number[]): Period {
    const line = lineThrough(y, y.length)
    const rest = centered(y)
    const flat = y.map((v, i) => v - line[i]!)
    return new Period(dot(flat, flat) < 0.75 * dot(rest, rest) ? flat : rest)
  }

  /** Mean product of the elements that are `lag` apart, where that of an element with itself is 1. */
  correlation(lag: number): number {
    const pairs = this.length - lag
    if (pairs <= 0 || !(this.#power > 0)) return 0
    let total = 0
    for (let i = 0; i < pairs; i++) total += this.#values[i]! * this.#values[i + lag]!
    return total / pairs / this.#power
  }
}

/**
 * How alike the elements one period apart are, and those two apart, whichever is less, from 0 to 1, for a period after which
 * they are more alike than just before and after it. The documentation does not say how the engine scores; this gives the
 * periods and scores of its examples.
 */
function scoreOf(series: Period, period: number): number {
  const lag = Math.round(period)
  if (!(lag >= MIN_PERIOD && lag <= series.length / 2)) return 0
  const here = series.correlation(lag)
  if (series.correlation(lag - 1) >= here || series.correlation(lag + 1) > here) return 0
  const score = Math.min(here, series.correlation(2 * lag), 1)
  // What chance gives is no period.
  return score > 2 / Math.sqrt(series.length) ? score : 0
}

interface FoundPeriod {
  readonly length: number
  readonly score: number
}

/** Best first; a multiple of a better one says nothing new. */
function detectPeriods(y: readonly number[], min: number, max: number): FoundPeriod[] {
  const series = Period.of(y)
  const last = Math.floor(Math.min(max, y.length / 2, MAX_SEARCHED))
  const found: FoundPeriod[] = []
  for (let length = Math.max(Math.ceil(min), MIN_PERIOD); length <= last; length++) {
    const score = scoreOf(series, length)
    if (score > 0) found.push({ length, score })
  }
  found.sort((a, b) => b.score - a.score || a.length - b.length)
  const kept: FoundPeriod[] = []
  for (const p of found) {
    const known = kept.some((k) => Math.abs(p.length / k.length - Math.round(p.length / k.length)) * k.length <= 1)
    if (!known || kept.every((k) => k.length > p.length)) kept.push(p)
  }
  return kept
}

/** Longer periods are not looked for: the work grows with the square of the length. */
const MAX_SEARCHED = 10_000

/** How many elements are learned from. */
const learning = (y: readonly number[], tests: bigint | undefined): number =>
  Math.max(0, y.length - Math.max(0, Number(tests ?? 0n)))

function seasonal(y: readonly number[], learned: number, period: number, threshold: number): number[] {
  const length = period === -1 ? bestPeriod(y.slice(0, learned), threshold) : period
  if (!(length > 0)) return y.map(() => 0)
  const medians = Array.from({ length: Math.min(length, y.length) }, (_, phase) => {
    const same: number[] = []
    for (let i = phase; i < learned; i += length) same.push(y[i]!)
    return same.length > 0
      ? quantile(
          same.sort((a, b) => a - b),
          0.5,
        )
      : 0
  })
  return y.map((_, i) => medians[i % length]!)
}

function bestPeriod(y: readonly number[], threshold: number): number {
  const best = detectPeriods(y, MIN_PERIOD, y.length / 2)[0]
  return best && best.score > threshold ? best.length : 0
}

/** The order of the steps is the documentation's. Null for a trend that there is not. */
function decompose(
  y: readonly number[] | null,
  period: bigint | undefined,
  trendKind: string | undefined,
  tests: bigint | undefined,
  threshold: number | undefined,
) {
  if (!y) return null
  const learned = learning(y, tests)
  const season = seasonal(y, learned, Number(period ?? -1n), threshold ?? DEFAULT_PERIOD_SCORE)
  const trend = trendOf(
    y.map((v, i) => v - season[i]!),
    learned,
    trendKind || 'avg',
  )
  if (!trend) return null
  const baseline = season.map((s, i) => s + trend[i]!)
  return { baseline, season, trend, residual: y.map((v, i) => v - baseline[i]!) }
}

const columnsOf = (parts: ReturnType<typeof decompose>): Dynamic =>
  parts ? [parts.baseline, parts.season, parts.trend, parts.residual] : [null, null, null, null]

function trendOf(y: readonly number[], learned: number, kind: string): number[] | null {
  switch (kind) {
    case 'none':
      return y.map(() => 0)
    case 'avg': {
      const mean = learned > 0 ? sum(y.slice(0, learned)) / learned : 0
      return y.map(() => mean)
    }
    case 'linefit':
      return lineThrough(y, learned)
    default:
      return null
  }
}

/** The line through the first `learned` elements, over all of them. */
function lineThrough(y: readonly number[], learned: number): number[] {
  const part = y.slice(0, learned)
  const middle = (learned - 1) / 2
  const x = part.map((_, i) => i - middle)
  const mean = learned > 0 ? sum(part) / learned : 0
  const slope = learned > 1 ? dot(x, part) / dot(x, x) : 0
  return y.map((_, i) => mean + slope * (i - middle))
}
