/** Reading, writing and comparing dynamic values. */
import { describe, expect, it } from 'vitest'
import {
  compareDynamic,
  type Dynamic,
  equalDynamic,
  keyOf,
  parseJson,
  printJson,
  textOf,
  typeName,
} from '../../src/types/dynamic.ts'

const roundTrip = (text: string): string | undefined => {
  const value = parseJson(text)
  return value === undefined ? undefined : printJson(value)
}

describe('parseJson', () => {
  it('keeps integers exact up to 64 bits and gives reals beyond', () => {
    expect(parseJson('9223372036854775807')).toBe(9223372036854775807n)
    expect(parseJson('-9223372036854775808')).toBe(-9223372036854775808n)
    expect(parseJson('9223372036854775808')).toBe(Number('9223372036854775808'))
    expect(parseJson('-0')).toBe(0n)
    expect(parseJson('123456789012345')).toBe(123456789012345n)
    expect(parseJson('-1234567890123456')).toBe(-1234567890123456n)
  })
  it('tells 1 from 1.0', () => {
    expect(parseJson('1')).toBe(1n)
    expect(parseJson('1.0')).toBe(1)
    expect(parseJson('1e3')).toBe(1000)
    expect(parseJson('-2.5E-1')).toBe(-0.25)
  })
  it('keeps the order of properties, numbers as names included', () => {
    expect(roundTrip('{"b": 1, "10": 2, "a": 3, "2": 4}')).toBe('{"b":1,"10":2,"a":3,"2":4}')
  })
  it('keeps the last value of a repeated property', () => {
    expect(roundTrip('{"a":1,"b":2,"a":3}')).toBe('{"a":3,"b":2}')
  })
  it('reads escapes', () => {
    expect(parseJson('"a\\n\\u00e9\\"\\\\"')).toBe('a\né"\\')
    expect(parseJson('{"\\u0061":1}')).toEqual(new Map([['a', 1n]]))
  })
  it.each([
    '',
    ' ',
    'not json',
    '{',
    '[1,]',
    '[1 2]',
    '{"a"}',
    '{"a":}',
    '{a:1}',
    "{'a':1}",
    '{"a":1,}',
    '01',
    '1.',
    '.5',
    '+1',
    '-',
    '1e',
    'NaN',
    'tru',
    'nulls',
    '"a',
    '"a\\x"',
    '"a\\u12"',
    '"a\tb"',
    '1 2',
    '\u00a01',
  ])('refuses %j', (text) => {
    expect(parseJson(text)).toBeUndefined()
  })
  it('allows JSON white space around', () => {
    expect(roundTrip(' \t\r\n[ 1 , 2 ] ')).toBe('[1,2]')
  })
  it('stops at 512 levels', () => {
    const nested = (n: number) => '['.repeat(n) + ']'.repeat(n)
    expect(parseJson(nested(512))).toBeDefined()
    expect(parseJson(nested(513))).toBeUndefined()
    expect(parseJson('['.repeat(1_000_000))).toBeUndefined()
  })
})

describe('printJson', () => {
  it('prints reals with a fraction', () => {
    expect(printJson([1, 1.5, 1n, -0.25])).toBe('[1.0,1.5,1,-0.25]')
  })
  it('prints what JSON has no number for as text', () => {
    expect(printJson([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])).toBe(
      '["NaN","Infinity","-Infinity"]',
    )
  })
  it('escapes only what must be', () => {
    expect(printJson('é"\\\u0001/')).toBe('"é\\"\\\\\\u0001/"')
  })
})

it('textOf gives text bare, null empty, the rest as JSON', () => {
  const cases: [Dynamic, string][] = [
    ['x', 'x'],
    [null, ''],
    [true, 'true'],
    [1, '1.0'],
    [1n, '1'],
    [Number.NaN, 'NaN'],
    [['x', null], '["x",null]'],
    [new Map([['a', 1n]]), '{"a":1}'],
  ]
  for (const [value, text] of cases) expect(textOf(value)).toBe(text)
})

it('typeName names types as gettype() does', () => {
  expect([[1n], new Map(), null, 1n, 's', 1.5, true].map(typeName)).toEqual([
    'array',
    'dictionary',
    'null',
    'long',
    'string',
    'double',
    'bool',
  ])
})

it('sorts numbers before texts before the rest, and nulls last', () => {
  const mixed: Dynamic[] = [null, true, 'b', 2n, 'B', 1.5, 10n, Number.NaN]
  expect(mixed.sort(compareDynamic)).toEqual([Number.NaN, 1.5, 2n, 10n, 'B', 'b', true, null])
})

it('compares deeply, whatever the order of properties, and does not mix types', () => {
  const bag = (...pairs: [string, Dynamic][]) => new Map(pairs)
  expect(equalDynamic(bag(['a', 1n], ['b', [1n]]), bag(['b', [1]], ['a', 1n]))).toBe(true)
  expect(equalDynamic(1n, '1')).toBe(false)
  expect(equalDynamic([1n], [1n, 2n])).toBe(false)
  expect(equalDynamic(bag(['a', null]), bag(['b', null]))).toBe(false)
})

it('gives equal values equal keys', () => {
  expect(keyOf(1)).toBe(keyOf(1n))
  expect(keyOf([1, 'x'])).toBe(keyOf([1n, 'x']))
  expect(keyOf('[1]')).not.toBe(keyOf([1n]))
  expect(keyOf('1')).not.toBe(keyOf(1n))
})
