import { describe, expect, it } from 'vitest'
import { MAX_DEPTH, NULL, QUOTE, REFUSED, toField } from '../../src/ingest/field.ts'
import { parseJson } from '../../src/types/dynamic.ts'
import type { KqlType } from '../../src/types/kql-type.ts'

const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)])

describe('toField', () => {
  it.each<[KqlType, unknown, string]>([
    ['string', 'x "y", \t', 'x "y", \t'],
    ['string', 'a\nb', `${QUOTE}a\nb${QUOTE}`],
    ['string', `\x00${QUOTE}`, `${QUOTE}\x00${QUOTE}${QUOTE}${QUOTE}`],
    ['string', null, ''],
    ['string', 5, '5'],
    ['string', { a: 1 }, '{"a":1}'],
    ['string', { a: 2n ** 60n }, '{"a":1152921504606846976}'],
    ['long', 9223372036854775807n, '9223372036854775807'],
    ['long', '-9223372036854775808', '-9223372036854775808'],
    ['long', ' +7 ', '7'],
    ['long', '', NULL],
    ['long', '9223372036854775808', REFUSED],
    ['long', 1.5, REFUSED],
    ['long', 2 ** 53, REFUSED],
    ['long', 'x', REFUSED],
    ['int', 2147483647, '2147483647'],
    ['int', 2147483648, REFUSED],
    ['bool', 'True', 'true'],
    ['bool', 0, 'false'],
    ['bool', '', NULL],
    ['bool', 'yes', REFUSED],
    ['real', '1.5e300', '1.5e+300'],
    ['real', 0.1, '0.1'],
    ['real', '1,5', REFUSED],
    ['datetime', '0001-01-01T00:00:00.0000001Z', '1'],
    ['datetime', '2025-02-03T04:05:06.1234567Z', '638741523061234567'],
    ['datetime', '2025-02-03T04:05:06Z', '638741523060000000'],
    ['datetime', '2025-02-30T00:00:00Z', REFUSED],
    ['datetime', 'yesterday', REFUSED],
    ['datetime', null, NULL],
    ['timespan', '1.02:03:04.5', '937845000000'],
    ['guid', '{5F1B0C5E-7F0A-4C0E-9D52-3B6A1E0C7A11}', '5f1b0c5e-7f0a-4c0e-9d52-3b6a1e0c7a11'],
    ['guid', 'x', REFUSED],
    ['decimal', '1.10', '1.1'],
    ['dynamic', '{"a": 1}', '{"a":1}'],
    ['dynamic', '{"id":12345678901234567890123, "x":1.0}', '{"id":1.2345678901234568e+22,"x":1.0}'],
    ['dynamic', '{"id":639199803770463703}', '{"id":639199803770463703}'],
    ['dynamic', 'plain text', '"plain text"'],
    ['dynamic', '{broken', '"{broken"'],
    ['dynamic', 'null', NULL],
    ['dynamic', nested(MAX_DEPTH), JSON.stringify(nested(MAX_DEPTH))],
    ['dynamic', nested(MAX_DEPTH + 1), REFUSED],
    ['dynamic', JSON.stringify(nested(MAX_DEPTH + 1)), REFUSED],
  ])('%s %# is exact or refused', (type, value, field) => {
    expect(toField[type](value, false)).toBe(field)
  })

  it('writes exact values as they were', () => {
    const value = parseJson('{"b":639199803770463703,"a":[1.0,2]}')
    expect(toField.dynamic(value, true)).toBe('{"b":639199803770463703,"a":[1.0,2]}')
    expect(toField.string(value, true)).toBe('{"b":639199803770463703,"a":[1.0,2]}')
  })
})
