/** Functions on text at their edges: empty texts, characters beyond 16 bits, numbers out of range. */
import { describe, expect, test } from 'vitest'
import { natives } from '../../../src/functions/index.ts'
import { callNative } from './call.ts'

const run = (name: string, ...args: unknown[]) => callNative(natives[name]!, ...args)

describe('substring', () => {
  test.each([
    ['a😀cd', -3n, 2n, '😀c'],
    ['abc', 9223372036854775807n, 1n, ''],
    ['abc', -9223372036854775808n, undefined, ''],
    ['abc', -4n, 4n, ''],
    ['abc', 1n, 9223372036854775807n, 'bc'],
    ['', -1n, 1n, ''],
    ['a\0b', 1n, 1n, '\0'],
  ])('%s from %s, %s long', (text, start, length, want) => {
    expect(run('_substring', text, start, length)).toBe(want)
  })
})

describe('indexof', () => {
  test.each([
    [['a😀b😀', '😀', 2n, undefined, undefined], 3n],
    [['abc', 'abc', 0n, 2n, undefined], 0n],
    [['abc', 'abc', 0n, 0n, undefined], -1n],
    [['abc', 'c', 0n, 2n, undefined], -1n],
    [['abab', 'ab', -2n, 1n, undefined], 2n],
    [['abc', 'c', -9223372036854775808n, undefined, undefined], null],
    [['abc', 'c', 9223372036854775807n, undefined, undefined], -1n],
    [['abc', 'c', 0n, -2n, undefined], null],
    [['abc', 'c', 0n, -1n, 0n], null],
    [['', 'c', undefined, undefined, undefined], -1n],
  ])('case %#', (args, want) => {
    expect(run('_indexof', ...args)).toBe(want)
  })
})

describe('the others', () => {
  test('replace_strings does not look into what it has written', () => {
    expect(run('_replace_strings', 'abba', '["a","b"]', '["b","a"]')).toBe('baab')
    expect(run('_replace_strings', 'aXaX', '["aX","X"]', '["",""]')).toBe('')
  })

  test('replace_strings keeps what has no rewrite and what was found before', () => {
    expect(run('_replace_strings', 'abc', '["a","b"]', '["x"]')).toBe('xbc')
    expect(run('_replace_strings', 'svchost', '["host","svchost"]', '[null,"x"]')).toBe('svchost')
    expect(run('_replace_strings', 'abc', '"a"', '"x"')).toBe('abc')
  })

  test('extract_all takes groups out of their order and leaves out those that are not there', () => {
    expect(run('_extract_all', '(a)(b)?', '[2,1]', 'aba')).toBe('[["b","a"],["","a"]]')
    expect(run('_extract_all', '(a)(b)?', '[9]', 'a')).toBe('[["a",""]]')
    expect(run('_extract_all', '(?P<k>a)(b)', '["k",2,"n","",0]', 'ab')).toBe('[["a","b"]]')
    expect(run('_extract_all', '(a', 'null', 'a')).toBeNull()
  })

  test('strcmp sorts characters beyond 16 bits last', () => {
    expect(run('strcmp', '\uffff', '😀')).toBe(-1n)
  })

  test('lone surrogates and numbers out of range are no code points', () => {
    expect(run('unicode_codepoints_to_string', '[55296, 1114112, -1, 97]')).toBe('')
  })

  test('strrep has a bound', () => {
    expect(run('strrep', 'a', 9223372036854775807n, undefined)).toHaveLength(1024)
  })
})
