/** Encodings of text and bytes: Base64, URLs, gzip and zlib, Punycode, CSV. */

import { deflateSync, gunzipSync, gzipSync, inflateSync } from 'node:zlib'
import { parse as parseCsv } from 'csv-parse/sync'
import { type Dynamic, isArray } from '../../types/dynamic.ts'
import type { KqlType, KqlValue } from '../../types/kql-type.ts'
import { native } from '../define.ts'
import { fromPunycode, toPunycode } from './punycode.ts'

const ofText = (
  doc: string,
  gives: KqlType,
  run: (text: string) => KqlValue,
  examples: readonly (readonly [string, unknown])[],
) => native({ doc, takes: ['string'], gives, nulls: 'propagate', run, examples })

/** What a compressed text may grow to; more than a value may hold (1 MB) is refused as broken is. */
const MAX_INFLATED = 64 * 1_048_576

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Text of bytes, or undefined for what is no UTF-8. */
function utf8(bytes: Uint8Array): string | undefined {
  try {
    return strict.decode(bytes)
  } catch {
    return undefined
  }
}

/** Bytes of Base64 in its exact form, padding and all; undefined for anything else. */
function base64Bytes(text: string): Buffer | undefined {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined
  return Buffer.from(text, 'base64')
}

function base64Text(text: string): string {
  const bytes = base64Bytes(text)
  return (bytes && utf8(bytes)) ?? ''
}

const byteArray = (bytes: Uint8Array): Dynamic => Array.from(bytes, BigInt)

function bytesOf(array: Dynamic): Buffer | undefined {
  if (!isArray(array)) return undefined
  return array.every((b) => typeof b === 'bigint' && b >= 0n && b <= 255n) ? Buffer.from(array.map(Number)) : undefined
}

/** The bytes of a GUID in .NET's order: its first three groups are little-endian. The order is its own inverse. */
function guidOrder(bytes: Buffer): Buffer {
  return Buffer.from([3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15].map((i) => bytes[i]!))
}

function base64Guid(text: string): string | null {
  const bytes = base64Bytes(text)
  if (bytes?.length !== 16) return null
  return guidOrder(bytes)
    .toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}

/** `isRead`: whether the header is one that the function reads. */
const inflated = (inflate: typeof gunzipSync, isRead: (bytes: Buffer) => boolean) => (text: string) => {
  const bytes = base64Bytes(text)
  if (!bytes || bytes.length === 0 || !isRead(bytes)) return ''
  try {
    return utf8(inflate(bytes, { maxOutputLength: MAX_INFLATED })) ?? ''
  } catch {
    return ''
  }
}

/** gzip without a field that is not mandatory, and zlib with a window of 15 bits: their pages say that there is no more. */
const isPlainGzip = (b: Buffer): boolean => b[0] === 0x1f && b[1] === 0x8b && b[2] === 8 && b[3] === 0
const isWideZlib = (b: Buffer): boolean => b[0] === 0x78

/** What the service keeps as it is: the tables of its compressor alone take more (examples of the pages). */
const MOST_STORED = 100

const GZIP_HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff])

/** Base64 of the compressed text. */
function deflated(text: string, deflate: typeof gzipSync): string {
  const bytes = Buffer.from(text)
  const compressed = deflate(bytes, bytes.length > MOST_STORED ? {} : { level: 0 })
  if (deflate === gzipSync) GZIP_HEADER.copy(compressed)
  return compressed.toString('base64')
}

/** Percent-encoding of all but letters, digits and `kept`, in lower-case hexadecimal. */
const urlEncoder = (kept: RegExp, space: string) => (text: string) =>
  Array.from(text, (c) => {
    if (/^[A-Za-z0-9]$/.test(c) || kept.test(c)) return c
    if (c === ' ') return space
    return Array.from(Buffer.from(c), (b) => `%${b.toString(16).padStart(2, '0')}`).join('')
  }).join('')

/** Escapes that are none stay as they are; bytes that are no UTF-8 become U+FFFD. */
function urlDecode(text: string): string {
  return text
    .replaceAll('+', ' ')
    .replace(/(?:%[0-9A-Fa-f]{2})+/g, (escapes) => Buffer.from(escapes.replaceAll('%', ''), 'hex').toString('utf8'))
}

/** The first record. Text that is not well-formed CSV is read as leniently as can be. */
function csvRecord(text: string): Dynamic {
  try {
    const [record] = parseCsv(text, { to: 1, relax_quotes: true, relax_column_count: true }) as string[][]
    return record ?? ['']
  } catch {
    return (text.split(/\r?\n/)[0] ?? '').split(',')
  }
}

const DOTS = /[.\u3002\uff0e\uff61]/

/** The labels of a domain name, each exchanged; "" when one of them cannot be. */
function domain(labels: readonly string[], exchanged: (label: string) => string | null): string {
  const all = labels.map(exchanged)
  return all.includes(null) ? '' : all.join('.')
}

export const encodingNatives = {
  base64_encode_tostring: ofText('Base64 of the UTF-8 of `text`.', 'string', (s) => Buffer.from(s).toString('base64'), [
    ["base64_encode_tostring('hé')", 'aMOp'],
    ["base64_encode_tostring('')", ''],
  ]),
  base64_decode_tostring: ofText('Text that `base64` encodes; "" when that is no UTF-8.', 'string', base64Text, [
    ["base64_decode_tostring('aMOp')", 'hé'],
    ["base64_decode_tostring('/w==')", ''],
    ["base64_decode_tostring('aMO')", ''],
  ]),
  base64_decode_toarray: ofText(
    'The bytes that `base64` encodes, as numbers; null when it is no Base64.',
    'dynamic',
    (s) => {
      const bytes = base64Bytes(s)
      return bytes ? byteArray(bytes) : null
    },
    [
      ["base64_decode_toarray('AP8=')", [0, 255]],
      ["base64_decode_toarray('A')", null],
    ],
  ),
  base64_encode_fromarray: native({
    doc: 'Base64 of an array of bytes; "" when there is a value in it that is no byte.',
    takes: ['dynamic'],
    gives: 'string',
    nulls: 'empty-string',
    run: (array: Dynamic) => bytesOf(array)?.toString('base64') ?? '',
    examples: [
      ['base64_encode_fromarray(dynamic([0, 255]))', 'AP8='],
      ['base64_encode_fromarray(dynamic([256]))', ''],
    ],
  }),
  base64_decode_toguid: ofText(
    'The GUID whose 16 bytes `base64` encodes; null when there are not 16.',
    'guid',
    base64Guid,
    [
      ["base64_decode_toguid('MyIRAFVEd2aImaq7zN3u/w==')", '00112233-4455-6677-8899-aabbccddeeff'],
      ["base64_decode_toguid('AP8=')", null],
    ],
  ),
  base64_encode_fromguid: native({
    doc: 'Base64 of the 16 bytes of `guid`.',
    takes: ['guid'],
    gives: 'string',
    nulls: 'empty-string',
    run: (guid: string) => guidOrder(Buffer.from(guid.replaceAll('-', ''), 'hex')).toString('base64'),
    examples: [['base64_encode_fromguid(guid(00112233-4455-6677-8899-aabbccddeeff))', 'MyIRAFVEd2aImaq7zN3u/w==']],
  }),
  to_utf8: ofText(
    'The code points of `text` as numbers.',
    'dynamic',
    (s) => Array.from(s, (c) => BigInt(c.codePointAt(0)!)),
    [["to_utf8('aé')", [97, 233]]],
  ),
  gzip_compress_to_base64_string: ofText(
    'Base64 of `text` compressed as gzip. Of more than 100 bytes, the compressed bytes may be others than those of the service; the text that they hold is the same.',
    'string',
    (s) => deflated(s, gzipSync),
    [
      ["gzip_compress_to_base64_string('whoami /all')", 'H4sIAAAAAAAA/wELAPT/d2hvYW1pIC9hbGxcF2bZCwAAAA=='],
      ["gzip_decompress_from_base64_string(gzip_compress_to_base64_string('aaaa'))", 'aaaa'],
    ],
  ),
  gzip_decompress_from_base64_string: ofText(
    'Text that gzip compressed to `base64`, without optional fields in its header; "" when it is none.',
    'string',
    inflated(gunzipSync, isPlainGzip),
    [
      ["gzip_decompress_from_base64_string('H4sIAAAAAAACAyvPyE/MzVTQT8zJAQBcF2bZCwAAAA==')", 'whoami /all'],
      ["gzip_decompress_from_base64_string('AAAA')", ''],
    ],
  ),
  zlib_compress_to_base64_string: ofText(
    'Base64 of `text` compressed as zlib. Of more than 100 bytes, the compressed bytes may be others than those of the service; the text that they hold is the same.',
    'string',
    (s) => deflated(s, deflateSync),
    [
      ["zlib_compress_to_base64_string('whoami /all')", 'eAEBCwD0/3dob2FtaSAvYWxsGVsEDg=='],
      ["zlib_decompress_from_base64_string(zlib_compress_to_base64_string('aaaa'))", 'aaaa'],
    ],
  ),
  zlib_decompress_from_base64_string: ofText(
    'Text that zlib compressed to `base64` with the widest window; "" when it is none.',
    'string',
    inflated(inflateSync, isWideZlib),
    [
      ["zlib_decompress_from_base64_string('eJwrz8hPzM1U0E/MyQEAGVsEDg==')", 'whoami /all'],
      ["zlib_decompress_from_base64_string('AAAA')", ''],
    ],
  ),
  url_encode: ofText(
    'The text for a URL: a space is `+`, escapes are lower-case.',
    'string',
    urlEncoder(/^[-_.!*()]$/, '+'),
    [["url_encode('a b/ü')", 'a+b%2f%c3%bc']],
  ),
  url_encode_component: ofText('The text for a URL: a space is `%20`.', 'string', urlEncoder(/^[-_.!*()]$/, '%20'), [
    ["url_encode_component('a b/')", 'a%20b%2f'],
  ]),
  url_decode: ofText('Text that a URL has in escapes.', 'string', urlDecode, [
    ["url_decode('a%20b%2F%C3%BC+c')", 'a b/ü c'],
    ["url_decode('100%')", '100%'],
  ]),
  punycode_from_string: ofText('Punycode of `text`.', 'string', (s) => toPunycode(s) ?? '', [
    ["punycode_from_string('bücher')", 'bcher-kva'],
  ]),
  punycode_to_string: ofText('Text of Punycode; "" when it is none.', 'string', (s) => fromPunycode(s) ?? '', [
    ["punycode_to_string('bcher-kva')", 'bücher'],
  ]),
  punycode_domain_to_string: ofText(
    'The domain name with Punycode (`xn--…`) for each label that is not ASCII; "" when one has none.',
    'string',
    (s) =>
      domain(s.split(DOTS), (label) => {
        if (/^[\0-\x7f]*$/.test(label)) return label
        const code = toPunycode(label)
        return code && `xn--${code}`
      }),
    [["punycode_domain_to_string('www.bücher.example')", 'www.xn--bcher-kva.example']],
  ),
  punycode_domain_from_string: ofText(
    'The domain name with the text of each label that is Punycode (`xn--…`); "" when one is none.',
    'string',
    (s) => domain(s.split('.'), (label) => (/^xn--/i.test(label) ? fromPunycode(label.slice(4)) : label)),
    [
      ["punycode_domain_from_string('www.xn--bcher-kva.example')", 'www.bücher.example'],
      ["punycode_domain_from_string('www.xn--a-é.example')", ''],
    ],
  ),
  parse_csv: ofText('The fields of the first record of CSV text.', 'dynamic', csvRecord, [
    ['parse_csv(\'a,"b, ""c""",\')', ['a', 'b, "c"', '']],
    ["parse_csv('a,b\\nc')", ['a', 'b']],
  ]),
}
