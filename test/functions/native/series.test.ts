/** Decomposition, outliers, periods, Fourier transform and polynomials of series, where examples do not reach. */
import { describe, expect, test } from 'vitest'
import { natives } from '../../../src/functions/index.ts'
import type { Dynamic } from '../../../src/types/dynamic.ts'

const call = (name: string, ...args: unknown[]) => natives[name]!.run(...args) as Dynamic
const parts = (name: string, ...args: unknown[]) => call(name, ...args) as readonly Dynamic[]
const real = (d: Dynamic | undefined) => d as readonly number[]

/** Four weeks of hours: quiet nights, busy days, and quieter at the end of the week. */
const WEEKS = Array.from(
  { length: 4 * 168 },
  (_, i) => 10 + 5 * Math.sin((2 * Math.PI * i) / 24) - (i % 168 >= 120 ? 6 : 0),
)

describe('series_outliers', () => {
  test('scores by the distance from the 10th and 90th percentile', () => {
    const scores = real(call('series_outliers', [...Array.from({ length: 21 }, (_, i) => i), 40]))
    // Percentiles of 22 values: 2.1 and 18.9.
    expect(scores[21]).toBeCloseTo(((40 - 18.9) / 16.8) * 2.7726056, 6)
    expect(scores[0]).toBeCloseTo((-2.1 / 16.8) * 2.7726056, 6)
    expect(scores[10]).toBe(0)
  })

  test.each([
    ['no values', [], []],
    ['one value', [5], [0]],
    ['equal values', [5, 5, 5], [0, 0, 0]],
    ['nothing but nulls', [null, null], [0, 0]],
  ])('of %s', (_, series, scores) => expect(call('series_outliers', series)).toEqual(scores))

  test('leaves out the value that stands for a missing one', () => {
    expect(real(call('series_outliers', [-1, 1, 2, 3, 4, 5], 'tukey', -1))[0]).toBe(0)
  })

  test('is null for what is no array, and for a kind that there is not', () => {
    expect(call('series_outliers', 'x')).toBeNull()
    expect(call('series_outliers', [1, 2], 'other')).toBeNull()
  })
})

describe('periods', () => {
  test('finds the week among the days', () => {
    const [periods, scores] = parts('series_periods_detect', WEEKS, 4, 300, 1n)
    expect(periods).toEqual([168])
    expect(real(scores)[0]).toBeCloseTo(1, 6)
  })

  test('finds it in a rising series too', () => {
    const rising = WEEKS.map((x, i) => x + i / 20)
    expect(parts('series_periods_detect', rising, 4, 300, 1n)[0]).toEqual([168])
  })

  test('finds none where there is none', () => {
    expect(parts('series_periods_detect', [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 0, 5, 2n)).toEqual([
      [0, 0],
      [0, 0],
    ])
    expect(parts('series_periods_detect', [3, 3, 3, 3, 3, 3, 3, 3, 3, 3], 0, 5, 1n)).toEqual([[0], [0]])
    expect(parts('series_periods_detect', [], 0, 5, 1n)).toEqual([[0], [0]])
  })

  test('gives 0 for periods beyond the bounds', () => {
    expect(parts('series_periods_validate', WEEKS, 3, 400, 168)[1]).toEqual([0, 0, expect.closeTo(1, 6)])
  })
})

describe('series_decompose', () => {
  test('splits a series into season, trend and the rest', () => {
    const spiked = WEEKS.map((x, i) => x + i / 50 + (i === 500 ? 30 : 0))
    const [baseline, , , residual] = parts('series_decompose', spiked, -1n, 'linefit')
    expect(real(baseline)).toHaveLength(spiked.length)
    expect(real(residual).reduce((best, r, i, all) => (r > all[best]! ? i : best), 0)).toBe(500)
    for (const [i, b] of real(baseline).entries()) expect(b + real(residual)[i]!).toBeCloseTo(spiked[i]!, 9)
  })

  test('flags what is far from the baseline, and nothing else', () => {
    const spiked = WEEKS.map((x, i) => x + ((i * 7919) % 13) / 13 + (i === 300 ? 40 : i === 400 ? -40 : 0))
    const [flags] = parts('series_decompose_anomalies', spiked, 10)
    expect((flags as readonly bigint[]).flatMap((f, i) => (f === 0n ? [] : [[i, Number(f)]]))).toEqual([
      [300, 1],
      [400, -1],
    ])
  })

  test('foretells from what comes before the test points', () => {
    const cut = WEEKS.map((x, i) => (i < 3 * 168 ? x : 0))
    const [baseline] = parts('series_decompose_forecast', cut, 168n)
    for (const [i, x] of WEEKS.entries()) expect(real(baseline)[i]).toBeCloseTo(x, 6)
  })

  test.each([
    ['no array', null],
    ['an element that is no number', [1, null, 3]],
  ])('is null for %s', (_, series) => {
    expect(parts('series_decompose', series)).toEqual([null, null, null, null])
    expect(parts('series_decompose_anomalies', series)).toEqual([null, null, null])
  })

  test('takes empty and tiny series', () => {
    expect(parts('series_decompose', [])).toEqual([[], [], [], []])
    expect(parts('series_decompose_anomalies', [7])).toEqual([[0n], [0], [7]])
    expect(parts('series_decompose', [1, 2], 0n, 'linefit', 5n)[0]).toEqual([0, 0])
  })
})

describe('series_fft', () => {
  test.each([1, 2, 3, 7, 8, 30, 97])('and back again, for %i elements', (n) => {
    const re = Array.from({ length: n }, (_, i) => ((i * 37) % 11) - 3)
    const im = Array.from({ length: n }, (_, i) => ((i * 23) % 7) / 2)
    const [a, b] = parts('series_ifft', ...parts('series_fft', re, im))
    for (let i = 0; i < n; i++) {
      expect(real(a)[i]).toBeCloseTo(re[i]!, 9)
      expect(real(b)[i]).toBeCloseTo(im[i]!, 9)
    }
  })

  test('has the frequencies of a wave, whatever the length', () => {
    const wave = Array.from({ length: 30 }, (_, i) => Math.cos((2 * Math.PI * 5 * i) / 30))
    const [re] = parts('series_fft', wave)
    for (const [k, x] of real(re).entries()) expect(x).toBeCloseTo(k === 5 || k === 25 ? 15 : 0, 9)
  })

  test('is null for parts of different lengths', () => expect(parts('series_fft', [1, 2], [1])).toEqual([null, null]))
})

describe('series_fit_poly', () => {
  test('finds the coefficients, from the highest power', () => {
    const x = [0, 1, 2, 5, 9, 12]
    const y = x.map((v) => 2 * v ** 3 - v + 4)
    const [rsquare, coefficients, , rvariance, fit] = parts('series_fit_poly', y, x, 3n)
    expect(rsquare).toBeCloseTo(1, 9)
    expect(rvariance).toBeCloseTo(0, 6)
    for (const [i, c] of [2, 0, -1, 4].entries()) expect(real(coefficients)[i]).toBeCloseTo(c, 6)
    for (const [i, v] of y.entries()) expect(real(fit)[i]).toBeCloseTo(v, 6)
  })

  test('keeps high powers apart', () => {
    const x = Array.from({ length: 200 }, (_, i) => i + 1000)
    const y = x.map((v) => ((v - 1100) / 100) ** 8)
    expect(parts('series_fit_poly', y, x, 8n)[0]).toBeCloseTo(1, 9)
  })

  test('is null where too few points are different', () => {
    expect(parts('series_fit_poly', [1, 2, 3], [1, 1, 1], 1n)).toEqual(new Array(5).fill(null))
    expect(parts('series_fit_poly', [1, 2], undefined, 2n)).toEqual(new Array(5).fill(null))
  })
})
