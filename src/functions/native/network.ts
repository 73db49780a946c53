/** Functions on IP addresses, and IPv4 addresses inside text. Rules: the functions' documentation pages; those of prefixes are measured. */
import { type Dynamic, isArray } from '../../types/dynamic.ts'
import type { KqlValue } from '../../types/kql-type.ts'
import { ipv4Within } from '../clickhouse.ts'
import { native } from '../define.ts'
import {
  type Address,
  compareAddresses,
  mask,
  parseIpv4,
  parseIpv6,
  parseOctets,
  printIpv4,
  printIpv6,
} from './ip-address.ts'

type Parse = (text: string) => Address | null

/** A function of two addresses and an optional prefix; null when one of them is none. */
const comparing =
  (parse: Parse, width: number, answer: (order: bigint) => KqlValue) =>
  (a?: string | null, b?: string | null, prefix?: bigint | null): KqlValue => {
    const [x, y, bits] = [parse(a ?? ''), parse(b ?? ''), Number(prefix ?? width)]
    if (!x || !y || bits < 0 || bits > width) return null
    return answer(compareAddresses(x, y, bits, width))
  }

const isSame = (order: bigint): boolean => order === 0n

/** The address, under its own prefix, lies in the range; null when one of the two is none. */
const inRange = (parse: Parse, width: number) => (address: string, range: string) => {
  const [a, r] = [parse(address), parse(range)]
  return a && r ? mask(a.bits, r.prefix, width) === r.bits && a.prefix >= r.prefix : null
}

/** In one of the ranges, given one by one or as an array; null when it is in none and something is no address. */
const inAnyRange =
  (test: (address: string, range: string) => boolean | null) =>
  (address?: string | null, ...ranges: readonly Dynamic[]): boolean | null => {
    const answers = texts(ranges).map((range) => test(address ?? '', range))
    return answers.includes(true) ? true : answers.includes(null) ? null : false
  }

/** Texts given one by one or as an array. */
const texts = (values: readonly Dynamic[]): string[] =>
  values
    .flatMap((v) => (isArray(v ?? null) ? (v as readonly Dynamic[]) : [v]))
    .map((v) => (typeof v === 'string' ? v : ''))

export const networkNatives = {
  parse_ipv4: native({
    doc: 'The number of the IPv4 address `ip` under its prefix, null for what is none.',
    takes: ['string'],
    gives: 'long',
    nulls: 'propagate',
    run: (ip: string) => parseIpv4(ip)?.bits ?? null,
    examples: [
      ["parse_ipv4('10.0.0.1')", 167772161n],
      ["parse_ipv4('10.1.2.3/8')", 167772160n],
      ["parse_ipv4('10.0.0')", null],
    ],
  }),
  parse_ipv4_mask: native({
    doc: 'The number of the IPv4 address `ip` under `prefix` (0 to 32) and its own, null for what is none.',
    takes: ['string', 'long'],
    gives: 'long',
    nulls: 'propagate',
    run: (ip: string, prefix: bigint) => {
      const address = parseIpv4(ip)
      return address && prefix >= 0n && prefix <= 32n ? mask(address.bits, Number(prefix), 32) : null
    },
    examples: [
      ["parse_ipv4_mask('10.1.2.3', 16)", 167837696n],
      ["parse_ipv4_mask('10.1.2.3', 33)", null],
    ],
  }),
  parse_ipv6: native({
    doc: 'The IPv6 or IPv4 address `ip` under its prefix as eight groups of four digits, "" for what is none.',
    takes: ['string'],
    gives: 'string',
    nulls: 'empty-string',
    run: (ip: string) => {
      const address = parseIpv6(ip)
      return address ? printIpv6(address.bits) : ''
    },
    examples: [
      ["parse_ipv6('FE80::1')", 'fe80:0000:0000:0000:0000:0000:0000:0001'],
      ["parse_ipv6('10.0.0.1/8')", '0000:0000:0000:0000:0000:ffff:0a00:0000'],
      ["parse_ipv6('fe80::1::2')", ''],
    ],
  }),
  parse_ipv6_mask: native({
    doc: 'As parse_ipv6, under `prefix` (0 to 128) too.',
    takes: ['string', 'long'],
    gives: 'string',
    nulls: 'empty-string',
    run: (ip: string, prefix: bigint) => {
      const address = parseIpv6(ip)
      return address && prefix >= 0n && prefix <= 128n ? printIpv6(mask(address.bits, Number(prefix), 128)) : ''
    },
    examples: [
      ["parse_ipv6_mask('10.1.2.3', 112)", '0000:0000:0000:0000:0000:ffff:0a01:0000'],
      ["parse_ipv6_mask('fe80::1', 129)", ''],
    ],
  }),
  format_ipv4: native({
    doc: 'The IPv4 address `ip`, a text or a number, under `prefix` and its own; "" for what is none.',
    takes: ['dynamic', 'long'],
    gives: 'string',
    nulls: 'own',
    run: (ip?: Dynamic, prefix?: bigint | null) => {
      const address = maskedIpv4(ip ?? null, prefix ?? 32n)
      return address ? printIpv4(address.bits) : ''
    },
    examples: [
      ["format_ipv4('10.1.2.3', 8)", '10.0.0.0'],
      ['format_ipv4(167772161)', '10.0.0.1'],
      ["format_ipv4('10.1.2.3', -1)", ''],
    ],
  }),
  format_ipv4_mask: native({
    doc: 'As format_ipv4, with the shorter of the prefixes behind it.',
    takes: ['dynamic', 'long'],
    gives: 'string',
    nulls: 'own',
    run: (ip?: Dynamic, prefix?: bigint | null) => {
      const address = maskedIpv4(ip ?? null, prefix ?? 32n)
      return address ? `${printIpv4(address.bits)}/${address.prefix}` : ''
    },
    examples: [
      ["format_ipv4_mask('10.1.2.3/16', 24)", '10.1.0.0/16'],
      ["format_ipv4_mask('10.1.2.3', 32)", '10.1.2.3/32'],
    ],
  }),
  ipv4_compare: native({
    doc: '0, 1 or -1 as the IPv4 address `ip1` is equal to, greater or less than `ip2`, under the shortest of their prefixes and `prefix`.',
    takes: ['string', 'string', 'long'],
    gives: 'long',
    nulls: 'own',
    run: comparing(parseIpv4, 32, (order) => order),
    examples: [
      ["ipv4_compare('10.0.0.1', '10.0.0.2')", -1n],
      ["ipv4_compare('10.0.0.9/24', '10.0.0.2')", 0n],
      ["ipv4_compare('10.0.1.0', '10.0.0.0', 16)", 0n],
      ["ipv4_compare('10.0.1', '10.0.0.0')", null],
    ],
  }),
  ipv4_is_match: native({
    doc: 'Whether two IPv4 addresses are equal under the shortest of their prefixes and `prefix`.',
    takes: ['string', 'string', 'long'],
    gives: 'bool',
    nulls: 'own',
    run: comparing(parseIpv4, 32, isSame),
    examples: [
      ["ipv4_is_match('10.0.0.9', '10.0.0.0/24')", true],
      ["ipv4_is_match('10.0.0.9', '10.0.1.0', 24)", false],
      ["ipv4_is_match('', '10.0.1.0')", null],
    ],
  }),
  _ipv4_networks: native({
    doc: 'Every network that may hold `ip`, as `_ipv4_network` writes it: for lookups by equality.',
    takes: ['string'],
    gives: 'dynamic',
    nulls: 'propagate',
    run: (ip: string) => networksOf(parseIpv4(ip), 32),
    examples: [],
  }),
  _ipv4_network: native({
    doc: 'A network in its one form; a text that no network has, for what is no address.',
    takes: ['string'],
    gives: 'string',
    nulls: 'empty-string',
    run: (network: string) => networkText(parseIpv4(network)),
    examples: [],
  }),
  _ipv6_networks: native({
    doc: 'Every network that may hold `ip`, as `_ipv6_network` writes it.',
    takes: ['string'],
    gives: 'dynamic',
    nulls: 'propagate',
    run: (ip: string) => networksOf(parseIpv6(ip), 128),
    examples: [],
  }),
  _ipv6_network: native({
    doc: 'As `_ipv4_network`, for IPv6 networks and IPv4 ones.',
    takes: ['string'],
    gives: 'string',
    nulls: 'empty-string',
    run: (network: string) => networkText(parseIpv6(network)),
    examples: [],
  }),
  ipv4_is_in_range: native({
    doc: 'Whether the IPv4 address `ip` lies in `range`, written with a prefix.',
    takes: ['string', 'string'],
    gives: 'bool',
    nulls: 'propagate',
    run: inRange(parseIpv4, 32),
    examples: [
      ["ipv4_is_in_range('10.1.2.3', '10.0.0.0/8')", true],
      ["ipv4_is_in_range('11.1.2.3', '10.0.0.0/8')", false],
      ["ipv4_is_in_range('fe80::1', '10.0.0.0/8')", null],
    ],
  }),
  ipv4_is_in_any_range: native({
    doc: 'Whether the IPv4 address `ip` lies in one of the ranges, given one by one or as an array.',
    takes: ['string'],
    rest: 'dynamic',
    gives: 'bool',
    nulls: 'own',
    run: inAnyRange(inRange(parseIpv4, 32)),
    examples: [
      ["ipv4_is_in_any_range('10.1.2.3', '192.168.0.0/16', '10.0.0.0/8')", true],
      ["ipv4_is_in_any_range('9.9.9.9', dynamic(['192.168.0.0/16', '10.0.0.0/8']))", false],
      ["ipv4_is_in_any_range('', '10.0.0.0/8')", null],
    ],
  }),
  ipv4_is_private: native({
    doc: 'Whether the IPv4 address `ip` belongs to 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16.',
    takes: ['string'],
    gives: 'bool',
    nulls: 'propagate',
    clickhouse: ([ip], cx) =>
      ipv4Within(
        ip!,
        [
          [0x0a000000, 8],
          [0xac100000, 12],
          [0xc0a80000, 16],
        ],
        cx,
      ),
    run: (ip: string) => inAnyRange(inRange(parseIpv4, 32))(ip, ...PRIVATE),
    examples: [
      ["ipv4_is_private('172.31.255.1')", true],
      ["ipv4_is_private('172.32.0.1')", false],
      ["ipv4_is_private('10.1.2.3/24')", true],
      ["ipv4_is_private('fe80::1')", null],
    ],
  }),
  ipv4_netmask_suffix: native({
    doc: 'The prefix of the IPv4 address `ip`, 32 when there is none.',
    takes: ['string'],
    gives: 'long',
    nulls: 'propagate',
    run: (ip: string) => {
      const address = parseIpv4(ip)
      return address && BigInt(address.prefix)
    },
    examples: [
      ["ipv4_netmask_suffix('10.1.2.3/8')", 8n],
      ["ipv4_netmask_suffix('10.1.2.3')", 32n],
      ["ipv4_netmask_suffix('ten')", null],
    ],
  }),
  ipv4_range_to_cidr_list: native({
    doc: 'The fewest ranges with a prefix that cover the IPv4 addresses from `start` to `end`.',
    takes: ['string', 'string'],
    gives: 'dynamic',
    nulls: 'propagate',
    run: (start: string, end: string) => {
      const [from, to] = [parseOctets(start), parseOctets(end)]
      return from === null || to === null || from > to ? null : cidrs(from, to)
    },
    examples: [
      ["ipv4_range_to_cidr_list('10.0.0.0', '10.0.0.9')", ['10.0.0.0/29', '10.0.0.8/31']],
      ["ipv4_range_to_cidr_list('10.0.0.7', '10.0.0.7')", ['10.0.0.7/32']],
      ["ipv4_range_to_cidr_list('0.0.0.0', '255.255.255.255')", ['0.0.0.0/0']],
    ],
  }),
  ipv6_compare: native({
    doc: '0, 1 or -1 as the address `ip1`, IPv6 or IPv4, is equal to, greater or less than `ip2`, under the shortest of their prefixes and `prefix`.',
    takes: ['string', 'string', 'long'],
    gives: 'long',
    nulls: 'own',
    run: comparing(parseIpv6, 128, (order) => order),
    examples: [
      ["ipv6_compare('fe80::1', 'fe80::2')", -1n],
      ["ipv6_compare('fe80::1', 'fe80::2', 120)", 0n],
      ["ipv6_compare('10.0.0.1', '::ffff:a00:1')", 0n],
    ],
  }),
  ipv6_is_match: native({
    doc: 'Whether two addresses, IPv6 or IPv4, are equal under the shortest of their prefixes and `prefix`.',
    takes: ['string', 'string', 'long'],
    gives: 'bool',
    nulls: 'own',
    run: comparing(parseIpv6, 128, isSame),
    examples: [
      ["ipv6_is_match('fe80::1/64', 'fe80::2')", true],
      ["ipv6_is_match('fe80::1', 'x')", null],
    ],
  }),
  ipv6_is_in_range: native({
    doc: 'Whether the address `ip`, IPv6 or IPv4, lies in `range`, written with a prefix.',
    takes: ['string', 'string'],
    gives: 'bool',
    nulls: 'propagate',
    run: inRange(parseIpv6, 128),
    examples: [
      ["ipv6_is_in_range('2001:db8::5', '2001:db8::/32')", true],
      ["ipv6_is_in_range('2001:db9::5', '2001:db8::/32')", false],
    ],
  }),
  ipv6_is_in_any_range: native({
    doc: 'Whether the address `ip`, IPv6 or IPv4, lies in one of the ranges, given one by one or as an array.',
    takes: ['string'],
    rest: 'dynamic',
    gives: 'bool',
    nulls: 'own',
    run: inAnyRange(inRange(parseIpv6, 128)),
    examples: [["ipv6_is_in_any_range('2001:db8::5', dynamic(['fe80::/10', '2001:db8::/32']))", true]],
  }),
  has_ipv4: native({
    doc: 'Whether the IPv4 address `ip` stands in `text` with no letter or digit next to it.',
    takes: ['string', 'string'],
    gives: 'bool',
    nulls: 'propagate',
    run: (text: string, ip: string) => hasAnyIpv4(text, [ip]),
    examples: [
      ["has_ipv4('from 10.0.0.1, port 22', '10.0.0.1')", true],
      ["has_ipv4('from 10.0.0.12', '10.0.0.1')", false],
      ["has_ipv4('from 10.0.0.300', '10.0.0.300')", false],
    ],
  }),
  has_any_ipv4: native({
    doc: 'As has_ipv4, for one of several addresses, given one by one or as an array.',
    takes: ['string'],
    rest: 'dynamic',
    gives: 'bool',
    nulls: 'own',
    run: (text?: string | null, ...ips: readonly Dynamic[]) => hasAnyIpv4(text ?? '', texts(ips)),
    examples: [
      ["has_any_ipv4('to 10.0.0.1', '1.1.1.1', '10.0.0.1')", true],
      ["has_any_ipv4('to 10.0.0.1', dynamic(['1.1.1.1']))", false],
    ],
  }),
  has_ipv4_prefix: native({
    doc: 'Whether an IPv4 address that begins with `prefix`, a whole address or octets with a dot at the end, stands in `text`.',
    takes: ['string', 'string'],
    gives: 'bool',
    nulls: 'propagate',
    run: (text: string, prefix: string) => hasAnyPrefix(text, [prefix]),
    examples: [
      ["has_ipv4_prefix('from 10.7.0.1', '10.7.')", true],
      ["has_ipv4_prefix('from 10.7.0.1', '10.7')", false],
      ["has_ipv4_prefix('from 10.7.0.999', '10.7.')", false],
    ],
  }),
  has_any_ipv4_prefix: native({
    doc: 'As has_ipv4_prefix, for one of several prefixes, given one by one or as an array.',
    takes: ['string'],
    rest: 'dynamic',
    gives: 'bool',
    nulls: 'own',
    run: (text?: string | null, ...prefixes: readonly Dynamic[]) => hasAnyPrefix(text ?? '', texts(prefixes)),
    examples: [
      ["has_any_ipv4_prefix('from 10.7.0.1', '192.168.', '10.')", true],
      ["has_any_ipv4_prefix('from 10.7.0.1', dynamic(['11.']))", false],
    ],
  }),
}

const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16']

function maskedIpv4(ip: Dynamic, prefix: bigint): Address | null {
  const address =
    typeof ip === 'string'
      ? parseIpv4(ip)
      : typeof ip === 'bigint' && ip >= 0n && ip < 2n ** 32n
        ? { bits: ip, prefix: 32 }
        : null
  if (!address || prefix < 0n || prefix > 32n) return null
  const shortest = Math.min(address.prefix, Number(prefix))
  return { bits: mask(address.bits, shortest, 32), prefix: shortest }
}

/** From the left, always the widest range that begins there and does not go too far. */
function cidrs(start: bigint, end: bigint): string[] {
  const found: string[] = []
  for (let [from, to] = [Number(start), Number(end)]; from <= to; ) {
    let size = 1
    let prefix = 32
    while (prefix > 0 && from % (size * 2) === 0 && from + size * 2 - 1 <= to) {
      size *= 2
      prefix--
    }
    found.push(`${printIpv4(BigInt(from))}/${prefix}`)
    from += size
  }
  return found
}

function hasAnyIpv4(text: string, ips: readonly string[]): boolean {
  const wanted = new Set(ips.filter((ip) => parseOctets(ip) !== null))
  return wanted.size > 0 && addressesIn(text).some((address) => wanted.has(address))
}

function hasAnyPrefix(text: string, prefixes: readonly string[]): boolean {
  const [whole, partial] = [prefixes.filter((p) => parseOctets(p) !== null), prefixes.filter((p) => PREFIX.test(p))]
  if (whole.length + partial.length === 0) return false
  return addressesIn(text).some((address) => whole.includes(address) || partial.some((p) => address.startsWith(p)))
}

const PREFIX = /^(?:\d{1,3}\.){1,3}$/

/** All IPv4 addresses in the text, overlapping ones too, that have no letter or digit next to them. */
const addressesIn = (text: string): string[] =>
  Array.from(text.matchAll(DELIMITED), (m) => m[1]!).filter((address) => parseOctets(address) !== null)

const DELIMITED = /(?<![\p{L}\p{N}])(?=((?:\d{1,3}\.){3}\d{1,3})(?![\p{L}\p{N}]))/gu

const networkText = (a: Address | null): string => (a ? `${a.bits.toString(16)}/${a.prefix}` : 'none')

const networksOf = (a: Address | null, width: number): string[] =>
  a
    ? Array.from({ length: a.prefix + 1 }, (_, prefix) => networkText({ bits: mask(a.bits, prefix, width), prefix }))
    : []
