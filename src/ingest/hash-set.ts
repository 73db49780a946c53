/** A set of 128-bit hashes in flat memory: 19 to 38 bytes a member, where a Set of strings takes 100. */

export interface HashSet {
  readonly size: number
  /** True when the hash (16 bytes at `offset`) was not there yet. */
  add(bytes: Uint8Array, offset: number): boolean
  has(bytes: Uint8Array, offset: number): boolean
}

export const HASH_BYTES = 16

export function hashSet(): HashSet {
  let slots = 1024
  // Four words a slot; all zero is empty (a hash of all zeros is as likely as any other: 2^-128).
  let words = new Uint32Array(slots * 4)
  let size = 0

  /** Offset of the slot that holds the hash, or of the empty slot where it belongs. */
  const find = (table: Uint32Array, mask: number, a: number, b: number, c: number, d: number): number => {
    for (let slot = a & mask; ; slot = (slot + 1) & mask) {
      const at = slot * 4
      const w = table[at]
      if (w === a && table[at + 1] === b && table[at + 2] === c && table[at + 3] === d) return at
      if (w === 0 && table[at + 1] === 0 && table[at + 2] === 0 && table[at + 3] === 0) return at
    }
  }

  const put = (at: number, a: number, b: number, c: number, d: number): void => {
    words[at] = a
    words[at + 1] = b
    words[at + 2] = c
    words[at + 3] = d
  }

  const grow = (): void => {
    const old = words
    slots *= 2
    words = new Uint32Array(slots * 4)
    for (let at = 0; at < old.length; at += 4) {
      const [a, b, c, d] = [old[at]!, old[at + 1]!, old[at + 2]!, old[at + 3]!]
      if ((a | b | c | d) !== 0) put(find(words, slots - 1, a, b, c, d), a, b, c, d)
    }
  }

  return {
    get size() {
      return size
    },
    add(bytes, offset) {
      const a = word(bytes, offset)
      const b = word(bytes, offset + 4)
      const c = word(bytes, offset + 8)
      const d = word(bytes, offset + 12)
      const at = find(words, slots - 1, a, b, c, d)
      if ((words[at]! | words[at + 1]! | words[at + 2]! | words[at + 3]!) !== 0) return false
      put(at, a, b, c, d)
      if (++size > slots * 0.85) grow()
      return true
    },
    has(bytes, offset) {
      const a = word(bytes, offset)
      const b = word(bytes, offset + 4)
      const c = word(bytes, offset + 8)
      const d = word(bytes, offset + 12)
      const at = find(words, slots - 1, a, b, c, d)
      return (words[at]! | words[at + 1]! | words[at + 2]! | words[at + 3]!) !== 0
    },
  }
}

const word = (bytes: Uint8Array, at: number): number =>
  (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0
