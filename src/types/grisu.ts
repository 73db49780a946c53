/**
 * The digits that Grisu2 gives for a real. The engine prints reals with it: of the digits that read back as the same
 * number it does not always find the nearest, 0.1 + 0.2 being 0.30000000000000007 (measured). The steps, and the point
 * from which the last digit is no longer rounded, are those of RapidJSON.
 */

/** `f` times two to the power `e`. */
interface Scaled {
  readonly f: bigint
  readonly e: number
}

const HIDDEN = 1n << 52n
const HALF = 1n << 63n
/** The last digit is rounded only when fewer digits than these lie behind the first 32 bits. */
const ROUNDED = 9

/** Seventeen digits of a positive, finite `n` whose shortest form has seventeen. */
export function grisuDigits(n: number): string {
  const w = scaledOf(n)
  const upper = normalized({ f: (w.f << 1n) + 1n, e: w.e - 1 })
  const below = w.f === HIDDEN ? { f: (w.f << 2n) - 1n, e: w.e - 2 } : { f: (w.f << 1n) - 1n, e: w.e - 1 }
  const lower = { f: below.f << BigInt(below.e - upper.e), e: upper.e }
  const power = cachedPower(upper.e)
  const high = product(upper, power)
  return digits(product(normalized(w), power).f, { f: high.f - 1n, e: high.e }, high.f - product(lower, power).f - 2n)
}

const bits = new DataView(new ArrayBuffer(8))

function scaledOf(n: number): Scaled {
  bits.setFloat64(0, n)
  const word = bits.getBigUint64(0)
  const exponent = Number((word >> 52n) & 0x7ffn)
  const fraction = word & (HIDDEN - 1n)
  return exponent === 0 ? { f: fraction, e: -1074 } : { f: fraction | HIDDEN, e: exponent - 1075 }
}

function normalized({ f, e }: Scaled): Scaled {
  const shift = 64 - f.toString(2).length
  return { f: f << BigInt(shift), e: e - shift }
}

const product = (a: Scaled, b: Scaled): Scaled => ({ f: (a.f * b.f + HALF) >> 64n, e: a.e + b.e + 64 })

/** A power of ten, its exponent in steps of eight, that brings a number of exponent `e` near 2^-60 … 2^-32. */
function cachedPower(e: number): Scaled {
  const place = Math.ceil((-61 - e) * 0.30102999566398114 + 347)
  return powerOfTen(-348 + (((place >> 3) + 1) << 3))
}

/** The nearest 64 bits. */
function powerOfTen(k: number): Scaled {
  const ten = 10n ** BigInt(Math.abs(k))
  const size = ten.toString(2).length
  const shift = k >= 0 ? size - 64 : -size - 64
  const doubled =
    k >= 0 ? (shift > 0 ? ten >> BigInt(shift - 1) : ten << BigInt(1 - shift)) : (1n << BigInt(1 - shift)) / ten
  return normalized({ f: (doubled + 1n) >> 1n, e: shift })
}

function digits(w: bigint, high: Scaled, width: bigint): string {
  const point = BigInt(-high.e)
  const one = 1n << point
  const whole = (high.f >> point).toString()
  let text = ''
  for (let i = 0; i < whole.length; i++) {
    text += whole[i]
    const unit = 10n ** BigInt(whole.length - 1 - i)
    const rest = high.f - BigInt(text) * unit * one
    if (rest <= width) return rounded(text, width, rest, unit * one, high.f - w)
  }
  let rest = high.f & (one - 1n)
  let delta = width
  for (let behind = 1; ; behind++) {
    rest *= 10n
    delta *= 10n
    text += (rest >> point).toString()
    rest &= one - 1n
    if (rest < delta)
      return rounded(text, delta, rest, one, behind < ROUNDED ? (high.f - w) * 10n ** BigInt(behind) : 0n)
  }
}

function rounded(text: string, delta: bigint, start: bigint, unit: bigint, distance: bigint): string {
  let last = BigInt(text.at(-1)!)
  let rest = start
  while (
    rest < distance &&
    delta - rest >= unit &&
    (rest + unit < distance || distance - rest > rest + unit - distance)
  ) {
    last--
    rest += unit
  }
  return text.slice(0, -1) + last.toString()
}
