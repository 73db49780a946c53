/** Special functions of mathematics and what statistics makes of them, by the library jstat. */
import jstat from 'jstat'
import { native } from '../define.ts'

const { jStat } = jstat

const real = (doc: string, run: (x: number) => number, example: readonly [string, unknown]) =>
  native({ doc, takes: ['real'], gives: 'real', nulls: 'propagate', run, examples: [example] })

/** `x` must be within its domain, which is looked at first, and both shapes positive; `shapeless` is what comes of an alpha that is not. */
const beta = (
  doc: string,
  run: (x: number, alpha: number, beta: number) => number,
  isInside: (x: number) => boolean,
  outside: number | null,
  shapeless: number,
  examples: readonly (readonly [string, unknown])[],
) =>
  native({
    doc,
    takes: ['real', 'real', 'real'],
    gives: 'real',
    nulls: 'propagate',
    run: (x: number, a: number, b: number) => {
      if (!isInside(x)) return outside
      if (!(b > 0)) return Number.NaN
      return a > 0 ? run(x, a, b) : shapeless
    },
    examples,
  })

/** Larger shapes are outside of the domain of beta_cdf() (its documentation). */
const MAX_SHAPE = 10_000

export const specialFunctionNatives = {
  erf: real('The error function.', (x) => jStat.erf(x), ['round(erf(1), 6)', 0.842701]),
  erfc: real('One less the error function.', (x) => jStat.erfc(x), ['round(erfc(1), 6)', 0.157299]),
  beta_cdf: beta(
    'Cumulative beta distribution; NaN outside of its domain, 1 for an alpha that is not positive (measured).',
    (x, a, b) => (Math.max(a, b) > MAX_SHAPE ? Number.NaN : betaShare(x, a, b)),
    (x) => x >= 0 && x <= 1,
    Number.NaN,
    1,
    [
      ['round(beta_cdf(0.2, 10.0, 50.0), 6)', 0.76842],
      ['beta_cdf(1.0, 10.0, 50.0)', 1],
      ['beta_cdf(0.5, 10001.0, 50.0)', Number.NaN],
      ['beta_cdf(-0.5, 10.0, 50.0)', Number.NaN],
    ],
  ),
  beta_pdf: beta(
    'Density of the beta distribution; NaN outside of its domain.',
    (x, a, b) => jStat.beta.pdf(x, a, b),
    (x) => x > 0 && x < 1,
    Number.NaN,
    Number.NaN,
    [
      ['round(beta_pdf(0.5, 2.0, 2.0), 6)', 1.5],
      ['beta_pdf(0.0, 2.0, 2.0)', Number.NaN],
      ['beta_pdf(0.5, 2.0, -2.0)', Number.NaN],
    ],
  ),
  beta_inv: beta(
    'Inverse of the cumulative beta distribution; null for a probability that is 0 or outside of 0..1.',
    inverseBeta,
    // The notes of the page say NaN here and null for the shapes; its example, and the engine, have it the other way round.
    (p) => p > 0 && p <= 1,
    null,
    Number.NaN,
    [
      ['round(beta_inv(0.5, 2.0, 2.0), 6)', 0.5],
      ['beta_inv(0.0, 2.0, 2.0)', null],
      ['beta_inv(0.5, -2.0, 2.0)', Number.NaN],
    ],
  ),
  welch_test: native({
    doc: 'Probability that two samples, each given by mean, variance and count, have the same mean (two-sided).',
    takes: ['real', 'real', 'real', 'real', 'real', 'real'],
    gives: 'real',
    nulls: 'propagate',
    run: (mean1: number, variance1: number, count1: number, mean2: number, variance2: number, count2: number) => {
      const [a, b] = [variance1 / count1, variance2 / count2]
      const squared = (mean1 - mean2) ** 2 / (a + b)
      const freedom = (a + b) ** 2 / (a ** 2 / (count1 - 1) + b ** 2 / (count2 - 1))
      // Both tails of Student's distribution.
      return betaShare(freedom / (freedom + squared), freedom / 2, 0.5)
    },
    examples: [
      ['welch_test(10.0, 4.0, 20, 10.0, 4.0, 20)', 1],
      ['round(welch_test(10.0, 4.0, 20, 12.0, 5.0, 30), 12)', 0.001909306645],
    ],
  }),
}

/** Lanczos' approximation, to 15 digits where the library's has 10. */
const LANCZOS = [
  676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406, 12.507343278686905,
  -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7,
]

function logGamma(x: number): number {
  const sum = LANCZOS.reduce((total, c, i) => total + c / (x + i), 0.9999999999998099)
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(x + 6.5) - (x + 6.5) + Math.log(sum)
}

/** The regularized incomplete beta function, by its continued fraction (Lentz). */
function betaShare(x: number, a: number, b: number): number {
  if (!(x > 0 && x < 1)) return x
  if (x > (a + 1) / (a + b + 2)) return 1 - betaShare(1 - x, b, a)
  const TINY = 1e-300
  const off0 = (v: number) => (Math.abs(v) < TINY ? TINY : v)
  let [c, d] = [1, 1 / off0(1 - ((a + b) * x) / (a + 1))]
  let value = d
  for (let m = 1; m < 10_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    for (const step of [even, odd]) {
      d = 1 / off0(1 + step * d)
      c = off0(1 + step / c)
      value *= d * c
    }
    if (Math.abs(d * c - 1) < 1e-16) break
  }
  return (Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x)) * value) / a
}

/** The library's inverse is good to about 8 digits; halving from there gives the rest. */
function inverseBeta(p: number, a: number, b: number): number {
  if (p === 1) return p
  const near: number = jStat.beta.inv(p, a, b)
  let [low, high] = [Math.max(0, near - 1e-6), Math.min(1, near + 1e-6)]
  for (let i = 0; i < 60 && high > low; i++) {
    const middle = (low + high) / 2
    if (middle === low || middle === high) break
    if (betaShare(middle, a, b) < p) low = middle
    else high = middle
  }
  return (low + high) / 2
}
