/** Encodings of broken input: an answer, never an error. */
import { describe, expect, test } from 'vitest'
import { natives } from '../../../src/functions/index.ts'
import { callNative } from './call.ts'

const run = (name: string, ...args: unknown[]) => callNative(natives[name]!, ...args)

describe('broken input', () => {
  test.each([
    ['base64_decode_tostring', 'A===', ''],
    ['base64_decode_tostring', '!!!!', ''],
    ['base64_decode_toarray', '/w', null],
    ['base64_decode_toguid', '', null],
    ['base64_encode_fromarray', '[1.5]', ''],
    ['gzip_decompress_from_base64_string', '', ''],
    ['zlib_decompress_from_base64_string', 'eJw=', ''],
    ['punycode_to_string', 'é', ''],
    ['punycode_domain_from_string', 'xn--\u00e9.example', ''],
    ['url_decode', '%zz%e4%', '%zz\ufffd%'],
    ['parse_csv', '', '[""]'],
  ])('%s(%j)', (name, input, want) => {
    expect(run(name, input)).toBe(want)
  })
})

test('compressed texts come back whole', () => {
  for (const text of ['', 'héllo 😀\0'.repeat(1000)]) {
    for (const kind of ['gzip', 'zlib']) {
      const packed = run(`${kind}_compress_to_base64_string`, text)
      expect(run(`${kind}_decompress_from_base64_string`, packed)).toBe(text)
    }
  }
})
