/** IP addresses with an optional prefix (`10.1.2.3/8`): reading, masking, writing. */

/** `bits` holds 32 or 128 bits, with everything after the first `prefix` of them zero. */
export interface Address {
  readonly bits: bigint
  readonly prefix: number
}

const IPV4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/

/** The 32 bits of `a.b.c.d`, or null. */
export function parseOctets(text: string): bigint | null {
  const m = IPV4.exec(text)
  if (!m) return null
  let bits = 0
  for (let i = 1; i <= 4; i++) {
    const octet = Number(m[i])
    if (octet > 255) return null
    bits = bits * 256 + octet
  }
  return BigInt(bits)
}

/** `a.b.c.d` or `a.b.c.d/0..32`; null for anything else. */
export function parseIpv4(text: string): Address | null {
  const [address, prefix] = splitPrefix(text, 32)
  const bits = prefix === null ? null : parseOctets(address)
  return bits === null || prefix === null ? null : { bits: mask(bits, prefix, 32), prefix }
}

/**
 * An IPv6 address or an IPv4 one, which becomes ::ffff:a.b.c.d; null for anything else. A prefix after dots counts the
 * bits of the IPv4 address, and `::a.b.c.d` is the same as a.b.c.d (documentation of parse_ipv6_mask).
 */
export function parseIpv6(text: string): Address | null {
  const dots = text.includes('.')
  const [address, given] = splitPrefix(text, 128)
  if (given === null) return null
  const bits = dots ? mappedBits(address) : groupBits(address)
  if (bits === null) return null
  const prefix = dots && text.includes('/') && given <= 32 ? given + 96 : given
  return { bits: mask(bits, prefix, 128), prefix }
}

/** The first `prefix` of `width` bits, the rest zero. */
export const mask = (bits: bigint, prefix: number, width: number): bigint => {
  const cleared = BigInt(width - prefix)
  return (bits >> cleared) << cleared
}

/** Both addresses under the shortest of their prefixes and `prefix`. @returns -1, 0 or 1 */
export function compareAddresses(a: Address, b: Address, prefix: number, width: number): bigint {
  const shortest = Math.min(a.prefix, b.prefix, prefix)
  const [x, y] = [mask(a.bits, shortest, width), mask(b.bits, shortest, width)]
  return x < y ? -1n : x > y ? 1n : 0n
}

export const printIpv4 = (bits: bigint): string => {
  const n = Number(bits)
  return [n / 2 ** 24, n / 2 ** 16, n / 2 ** 8, n].map((x) => Math.floor(x) % 256).join('.')
}

/** Eight groups of four digits, nothing left out. */
export const printIpv6 = (bits: bigint): string => bits.toString(16).padStart(32, '0').match(/..../g)!.join(':')

/** The address and its prefix: `most` when there is none, null when it is no number up to `most`. */
function splitPrefix(text: string, most: number): [address: string, prefix: number | null] {
  const slash = text.indexOf('/')
  if (slash < 0) return [text, most]
  const digits = text.slice(slash + 1)
  const prefix = /^\d{1,3}$/.test(digits) ? Number(digits) : Number.NaN
  return [text.slice(0, slash), prefix <= most ? prefix : null]
}

const MAPPED = 0xffffn << 32n

/** An address that ends with an IPv4 one. */
function mappedBits(address: string): bigint | null {
  const lastColon = address.lastIndexOf(':')
  const low = parseOctets(address.slice(lastColon + 1))
  if (low === null) return null
  if (lastColon < 0) return MAPPED | low
  const high = groupBits(`${address.slice(0, lastColon + 1)}0:0`)
  return high === null ? null : high === 0n ? MAPPED | low : high | low
}

function groupBits(address: string): bigint | null {
  const halves = address.split('::')
  if (halves.length > 2) return null
  const [head, tail] = halves.map((half) => (half === '' ? [] : half.split(':')))
  const missing = 8 - head!.length - (tail?.length ?? 0)
  if (tail === undefined ? missing !== 0 : missing < 1) return null
  const groups = [...head!, ...new Array<string>(missing).fill('0'), ...(tail ?? [])]
  if (!groups.every((g) => /^[0-9a-fA-F]{1,4}$/.test(g))) return null
  return BigInt(`0x${groups.map((g) => g.padStart(4, '0')).join('')}`)
}
