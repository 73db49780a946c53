/** The Fourier transform of series of any length. */
import { type Dynamic, isArray, isNumber } from '../../types/dynamic.ts'
import { native } from '../define.ts'

/** Longer series are not transformed. */
const MAX_LENGTH = 1_048_576

const transform = (doc: string, sign: 1 | -1, examples: readonly [string, unknown][]) =>
  native({
    doc,
    takes: ['dynamic', 'dynamic'],
    gives: 'dynamic',
    nulls: 'own',
    run: (real?: Dynamic, imaginary?: Dynamic) => {
      const re = numbers(real)
      if (!re || re.length > MAX_LENGTH) return [null, null]
      const im = imaginary === undefined ? new Float64Array(re.length) : numbers(imaginary)
      if (!im || im.length !== re.length) return [null, null]
      const result = fourier(re, im, sign)
      const scale = sign === 1 ? re.length : 1
      return [result.re, result.im].map((part) => Array.from(part, (x) => x / scale))
    },
    examples,
  })

export const seriesFourierNatives = {
  series_fft: transform(
    'The Fourier transform of a series of complex numbers, as its real and its imaginary part.',
    -1,
    [['series_fft(dynamic([3, 0, 0, 0]))', [3, 3, 3, 3]]],
  ),
  series_ifft: transform('The inverse of series_fft(), as its real and its imaginary part.', 1, [
    ['series_ifft(dynamic([4, 0, 0, 0]))', [1, 1, 1, 1]],
  ]),
}

function numbers(d: Dynamic | undefined): Float64Array | null {
  return d !== undefined && isArray(d) && d.every(isNumber) ? Float64Array.from(d, Number) : null
}

interface Complex {
  readonly re: Float64Array
  readonly im: Float64Array
}

/** Lengths that are no power of two become a convolution that is one (Bluestein). */
function fourier(re: Float64Array, im: Float64Array, sign: 1 | -1): Complex {
  const n = re.length
  if (n < 2) return { re, im }
  if ((n & (n - 1)) === 0) return powerOfTwo({ re: re.slice(), im: im.slice() }, sign)
  // The square is taken modulo 2n, which changes nothing but keeps the angle small.
  const angle = (i: number) => (sign * Math.PI * ((i * i) % (2 * n))) / n
  const length = 2 ** Math.ceil(Math.log2(2 * n - 1))
  const a = zeros(length)
  const b = zeros(length)
  for (let i = 0; i < n; i++) {
    const [cos, sin] = [Math.cos(angle(i)), Math.sin(angle(i))]
    a.re[i] = re[i]! * cos - im[i]! * sin
    a.im[i] = re[i]! * sin + im[i]! * cos
    b.re[i] = cos
    b.im[i] = -sin
    if (i > 0) {
      b.re[length - i] = cos
      b.im[length - i] = -sin
    }
  }
  powerOfTwo(a, -1)
  powerOfTwo(b, -1)
  for (let i = 0; i < length; i++) {
    const [x, y] = [a.re[i]!, a.im[i]!]
    a.re[i] = x * b.re[i]! - y * b.im[i]!
    a.im[i] = x * b.im[i]! + y * b.re[i]!
  }
  powerOfTwo(a, 1)
  const result = zeros(n)
  for (let i = 0; i < n; i++) {
    const [cos, sin] = [Math.cos(angle(i)) / length, Math.sin(angle(i)) / length]
    result.re[i] = a.re[i]! * cos - a.im[i]! * sin
    result.im[i] = a.re[i]! * sin + a.im[i]! * cos
  }
  return result
}

const zeros = (length: number): Complex => ({ re: new Float64Array(length), im: new Float64Array(length) })

/** In place. */
function powerOfTwo(values: Complex, sign: 1 | -1): Complex {
  const { re, im } = values
  const n = re.length
  for (let i = 1, j = 0; i < n; i++) {
    let bit = n >> 1
    for (; j & bit; bit >>= 1) j ^= bit
    j ^= bit
    if (i < j) {
      const [x, y] = [re[i]!, im[i]!]
      re[i] = re[j]!
      im[i] = im[j]!
      re[j] = x
      im[j] = y
    }
  }
  for (let size = 2; size <= n; size *= 2) {
    const half = size / 2
    for (let k = 0; k < half; k++) {
      const angle = (sign * 2 * Math.PI * k) / size
      const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
      for (let i = k; i < n; i += size) {
        const j = i + half
        const x = re[j]! * cos - im[j]! * sin
        const y = re[j]! * sin + im[j]! * cos
        re[j] = re[i]! - x
        im[j] = im[i]! - y
        re[i] = re[i]! + x
        im[i] = im[i]! + y
      }
    }
  }
  return values
}
