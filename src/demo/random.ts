/** The random source of the demo data: sfc32 by Chris Doty-Humphrey, small, fast and the same everywhere for the same seed. */

export interface Random {
  /** From 0 up to, but not including, 1. */
  next(): number
  /** A whole number from `from` to `to`, both included. */
  int(from: number, to: number): number
  chance(probability: number): boolean
  pick<T>(items: readonly T[]): T
  /** That many hexadecimal digits. */
  hex(digits: number): string
  guid(): string
}

export function randomFrom(seed: number): Random {
  // The state is filled from the seed by splitmix32, as a seed of few bits would need hundreds of rounds to spread.
  let mix = seed | 0
  const word = () => {
    mix = (mix + 0x9e3779b9) | 0
    let z = mix
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b)
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35)
    return (z ^ (z >>> 16)) | 0
  }
  let [a, b, c, counter] = [word(), word(), word(), 1]
  const bits = (): number => {
    const t = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + t) | 0
    return t >>> 0
  }
  const next = () => bits() / 0x1_0000_0000
  const hex = (digits: number): string => {
    let text = ''
    while (text.length < digits) text += bits().toString(16).padStart(8, '0')
    return text.slice(0, digits)
  }
  return {
    next,
    int: (from, to) => from + Math.floor(next() * (to - from + 1)),
    chance: (probability) => next() < probability,
    pick: (items) => items[Math.floor(next() * items.length)]!,
    hex,
    guid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`,
  }
}

/** Items with weights, drawn in proportion. */
export interface Weighted<T> {
  draw(random: Random): T
}

export function weighted<T>(items: Iterable<readonly [T, number]>): Weighted<T> {
  const values: T[] = []
  const ends: number[] = []
  let total = 0
  for (const [value, weight] of items) {
    if (weight <= 0) continue
    total += weight
    values.push(value)
    ends.push(total)
  }
  return {
    draw(random) {
      const at = random.next() * total
      let [low, high] = [0, ends.length - 1]
      while (low < high) {
        const middle = (low + high) >> 1
        if (ends[middle]! <= at) low = middle + 1
        else high = middle
      }
      return values[low]!
    },
  }
}
