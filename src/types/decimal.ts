/** decimal: exact numbers of up to 34 significant digits, held as their plain digits ("-12.5"). */

/** The value is coefficient / 10^scale. */
interface Decimal {
  readonly coefficient: bigint
  readonly scale: number
}

const DIGITS = 34
/** Exponents of the decimal128 format; what is larger is no decimal, what is smaller is 0. */
const MAX_EXPONENT = 6144

/** Sign, digits with a point, an exponent, spaces around. @returns plain digits without an exponent, or null */
export function parseDecimal(text: string): string | null {
  const m = /^\s*([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,6}))?\s*$/.exec(text)
  const digits = m ? m[2]! + (m[3] ?? '') : ''
  if (!m || digits === '' || digits.length > 10_000) return null
  const coefficient = BigInt(digits) * (m[1] === '-' ? -1n : 1n)
  return print({ coefficient, scale: (m[3] ?? '').length - Number(m[4] ?? 0) })
}

/** The shortest digits that read back as the same real; null for NaN and infinity. */
export const decimalOfReal = (n: number): string | null => parseDecimal(String(n))

export function addDecimals(a: string, b: string): string | null {
  const [x, y, scale] = aligned(read(a), read(b))
  return print({ coefficient: x + y, scale })
}

export const subtractDecimals = (a: string, b: string): string | null => addDecimals(a, negateDecimal(b))

export function multiplyDecimals(a: string, b: string): string | null {
  const [x, y] = [read(a), read(b)]
  return print({ coefficient: x.coefficient * y.coefficient, scale: x.scale + y.scale })
}

/** Null for a zero divisor. */
export function divideDecimals(a: string, b: string): string | null {
  const [x, y] = [read(a), read(b)]
  if (y.coefficient === 0n) return null
  // Two digits more than are kept, and a last digit that tells "exactly half" from "a little more".
  const extra = Math.max(0, DIGITS + 2 + length(y.coefficient) - length(x.coefficient))
  const scaled = x.coefficient * 10n ** BigInt(extra)
  const [quotient, rest] = [scaled / y.coefficient, scaled % y.coefficient]
  const sticky = quotient * 10n + (rest === 0n ? 0n : scaled < 0n === y.coefficient < 0n ? 1n : -1n)
  return print({ coefficient: sticky, scale: x.scale - y.scale + extra + 1 })
}

/** Never negative, as `%` of the other numbers (rule measured for long and real). Null for a zero divisor. */
export function remainderOfDecimals(a: string, b: string): string | null {
  const [x, y, scale] = aligned(read(a), read(b))
  if (y === 0n) return null
  const rest = x % y
  return print({ coefficient: rest < 0n ? rest + (y < 0n ? -y : y) : rest, scale })
}

/** Rounded down to a multiple of `step`, also below zero; null unless `step` is positive. */
export function binDecimal(a: string, step: string): string | null {
  if (compareDecimals(step, '0') <= 0) return null
  const rest = remainderOfDecimals(a, step)
  return rest === null ? null : subtractDecimals(a, rest)
}

/** A text by which decimals compare as texts do: the sign, how many digits stand before the point, the digits. */
export function decimalKey(a: string): string {
  const [whole, fraction = ''] = (a.startsWith('-') ? a.slice(1) : a).split('.')
  const key = whole!.length.toString().padStart(5, '0') + whole + fraction
  if (!a.startsWith('-')) return `p${key}`
  // Of two negative numbers the one with the larger digits comes first, and so does the longer one.
  return `n${key.replace(/\d/g, (d) => String(9 - Number(d)))}~`
}

/** -1, 0 or 1. */
export function compareDecimals(a: string, b: string): number {
  const [x, y] = aligned(read(a), read(b))
  return x < y ? -1 : x > y ? 1 : 0
}

export const negateDecimal = (a: string): string => (a.startsWith('-') ? a.slice(1) : /^[0.]*$/.test(a) ? a : `-${a}`)

/** Half away from zero, as round() of reals; a negative number of digits rounds tens, hundreds … */
export function roundDecimal(a: string, digits: number): string | null {
  const { coefficient, scale } = read(a)
  if (!(digits < scale)) return a
  if (digits < -MAX_EXPONENT) return '0'
  return print({ coefficient: roundedOff(coefficient, scale - digits, 'away'), scale: digits })
}

/** The part before the point. */
export function truncateDecimal(a: string): bigint {
  const { coefficient, scale } = read(a)
  return scale > 0 ? coefficient / 10n ** BigInt(scale) : coefficient
}

/** Our own values are in normal form; a foreign text that is none counts as 0. */
function read(text: string): Decimal {
  const m = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text)
  if (!m) return { coefficient: 0n, scale: 0 }
  const fraction = m[3] ?? ''
  return { coefficient: BigInt(m[1]! + m[2]! + fraction), scale: fraction.length }
}

function print(d: Decimal): string | null {
  const excess = length(d.coefficient) - DIGITS
  let coefficient = excess > 0 ? roundedOff(d.coefficient, excess, 'even') : d.coefficient
  let scale = excess > 0 ? d.scale - excess : d.scale
  if (coefficient === 0n) return '0'
  if (length(coefficient) - scale > MAX_EXPONENT) return null
  if (scale > MAX_EXPONENT + DIGITS) return '0'
  if (scale < 0) {
    coefficient *= 10n ** BigInt(-scale)
    scale = 0
  }
  const digits = (coefficient < 0n ? -coefficient : coefficient).toString().padStart(scale + 1, '0')
  const fraction = digits.slice(digits.length - scale).replace(/0+$/, '')
  const text = digits.slice(0, digits.length - scale) + (scale > 0 && fraction ? `.${fraction}` : '')
  return coefficient < 0n ? `-${text}` : text
}

function aligned(a: Decimal, b: Decimal): [bigint, bigint, number] {
  const scale = Math.max(a.scale, b.scale)
  return [a.coefficient * 10n ** BigInt(scale - a.scale), b.coefficient * 10n ** BigInt(scale - b.scale), scale]
}

function roundedOff(coefficient: bigint, digits: number, half: 'even' | 'away'): bigint {
  const unit = 10n ** BigInt(digits)
  const size = coefficient < 0n ? -coefficient : coefficient
  const [kept, twice] = [size / unit, (size % unit) * 2n]
  const up = twice > unit || (twice === unit && (half === 'away' || kept % 2n === 1n))
  const rounded = up ? kept + 1n : kept
  return coefficient < 0n ? -rounded : rounded
}

const length = (n: bigint): number => (n < 0n ? -n : n).toString().length
