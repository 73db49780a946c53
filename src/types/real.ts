/** The text of int, long, real and bool: how it is read, and how a real is written. */
import { grisuDigits } from './grisu.ts'

/**
 * Digits that read back as the same number, always with a fraction or an exponent: `1.0`, `1e+21`, `-0.0`,
 * `inf`, `-inf`, `NaN` (measured; where the exponent begins is that of JavaScript).
 */
export function printReal(n: number): string {
  if (Number.isNaN(n)) return 'NaN'
  if (!Number.isFinite(n)) return n > 0 ? 'inf' : '-inf'
  if (Object.is(n, -0)) return '-0.0'
  const text = withGrisuDigits(n, String(n))
  return /[.e]/.test(text) ? text : `${text}.0`
}

/** Only where seventeen digits are needed is there a choice between digits. */
function withGrisuDigits(n: number, text: string): string {
  if (text.length < 17) return text
  const shortest = text.replace(/e.*$/, '').replace(/[-.]/g, '').replace(/^0+/, '')
  if (shortest.length !== 17) return text
  const digits = grisuDigits(Math.abs(n))
  if (digits.length !== 17) return text
  let at = 0
  const [, sign, zeros, mantissa, exponent] = /^(-?)([0.]*)([^e]*)(.*)$/.exec(text)!
  return `${sign}${zeros}${mantissa!.replace(/\d/g, () => digits[at++]!)}${exponent}`
}

const NAMED_REALS: ReadonlyMap<string, number> = new Map([
  ...['nan', 'NaN'].map((name) => [name, Number.NaN] as const),
  ...['inf', 'Inf', 'Infinity'].flatMap((name) => [
    [name, Number.POSITIVE_INFINITY] as const,
    [`+${name}`, Number.POSITIVE_INFINITY] as const,
    [`-${name}`, Number.NEGATIVE_INFINITY] as const,
  ]),
])

/** Digits with a point and an exponent, spaces around, or the names of NaN and infinity, but not `INF` (measured). 1e400 is infinity. */
export function parseReal(text: string): number | null {
  const trimmed = text.trim()
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(trimmed)) return Number(trimmed)
  return NAMED_REALS.get(trimmed) ?? null
}

/**
 * Sign and digits, or `0x` and hexadecimal digits without a sign, spaces around; null for a fraction, an exponent, and what
 * does not fit 64 bits. Hexadecimal digits are the bits themselves: 0xFFFFFFFFFFFFFFFF is -1 (measured).
 */
export const parseLong = (text: string): bigint | null => parseInteger(text, 64)

/** As parseLong, with 32 bits (measured). */
export function parseInt32(text: string): number | null {
  const value = parseInteger(text, 32)
  return value === null ? null : Number(value)
}

function parseInteger(text: string, bits: number): bigint | null {
  const m = /^(?:([+-]?)(\d{1,40})|(0[xX][0-9a-fA-F]{1,40}))$/.exec(text.trim())
  if (!m) return null
  if (m[3] !== undefined) {
    const value = BigInt(m[3])
    return BigInt.asUintN(bits, value) === value ? BigInt.asIntN(bits, value) : null
  }
  const value = m[1] === '-' ? -BigInt(m[2]!) : BigInt(m[2]!)
  return BigInt.asIntN(bits, value) === value ? value : null
}

/** `true` and `false` in any letter case, without spaces around, or what is a long, of which all but 0 are true (measured). */
export function parseBool(text: string): boolean | null {
  if (/^true$/i.test(text)) return true
  if (/^false$/i.test(text)) return false
  const value = parseLong(text)
  return value === null ? null : value !== 0n
}
