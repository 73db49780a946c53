/** Regular expressions, by our own functions and beside the engine's answers. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { natives } from '../../../src/functions/index.ts'
import { captureGroups, compile } from '../../../src/functions/native/regex.ts'
import { startService, type TestService } from '../../support/service.ts'
import { callNative } from './call.ts'

const all = (pattern: string, text: string) => Array.from(compile(pattern)!.all(text), (m) => m[0])

describe('compile', () => {
  test('nested repeats take time in proportion to the text', () => {
    const text = `${'a'.repeat(50_000)}!`
    expect(compile('(a+)+$')!.test(text)).toBe(false)
    expect(compile('(?:a|aa|a?)*b')!.test(text)).toBe(false)
    expect(compile('^(([a-z])+.)+[A-Z]([a-z])+$')!.first(text)).toBeUndefined()
  })

  test('no empty match stands right behind another', () => {
    expect(all('a*', 'baac')).toEqual(['', 'aa', ''])
    expect(all('x?', '😀x')).toEqual(['', 'x'])
  })

  test('a group keeps what it held in an earlier round', () => {
    expect(compile('(?:(a)|b)*')!.first('ab')![1]).toBe('a')
  })

  test('places are in UTF-16 units', () => {
    expect(compile('b')!.first('😀b')!.index).toBe(2)
  })

  test.each([
    [String.raw`\bt`, 'été', false],
    [String.raw`\bé`, 'l été', true],
    [String.raw`\Bt`, 'été', true],
    [String.raw`\d\w\s`, '１é\u2003', true],
    [String.raw`[\w&&[^\d]]`, '7', false],
    ['[a-z--[aeiou]]+x', 'aeix', false],
    ['[a-z--[aeiou]]+x', 'bcx', true],
    ['(?i)[a-z&&[^k]]', 'K', false],
    ['[a&&b]', 'ab', false],
    ['[a-g~~b-h]+$', 'ah', true],
    ['[a-g~~b-h]', 'bg', false],
    ['[a-z--[c-x]&&[y-z]]', 'b', false],
    ['[a-z--[c-x]&&[y-z]]', 'y', true],
    ['[^a-z&&[b]]', 'b', false],
    ['[^a-z&&[b]]', 'c', true],
    ['(?i)[x[^k]]', 'K', false],
    ['(?i)[[:^alpha:]]', 'k', false],
    [String.raw`\p{Alphabetic}`, 'Ⓐ', true],
    [String.raw`\p{Greek}`, 'λ', true],
    [String.raw`\P{Alphabetic}`, 'aⒶ', false],
    ['a{2}{3}', 'aaaaaa', true],
    ['(?:a{500}){3}', 'a'.repeat(1500), true],
  ])('%s in %s: %s', (pattern, text, want) => {
    expect(compile(pattern)!.test(text)).toBe(want)
  })

  test.each([['(a)\\1'], ['(?=a)'], ['(a'], ['\\p{Nonsense}'], ['a**)']])('%s is none', (pattern) => {
    expect(compile(pattern)).toBeNull()
  })

  test('groups are counted, whatever their names', () => {
    expect(captureGroups('(?P<a>x)(?:y)(z)')).toBe(2)
    expect(captureGroups('(a')).toBeNull()
  })
})

const PATTERNS = [
  'a*',
  '(?:(a)|b)*',
  '(a|ab)(c|bcd)',
  '(a+?)(a*)',
  '(?U)(a+)(a*)',
  '(?i)STRASSE|k',
  '(?s)a.b',
  'a.b',
  '(?m)^(\\w*)$',
  '^$',
  '(x)?(y)?',
  '(?i)[^a-c]+',
  '\\b(\\w+)\\b',
  '\\B.',
  '[^\\w\\s]+',
  '[[:alpha:]]+',
  '[\\D]{2,3}?',
  '(\\pL+)\\W(\\p{Lu})',
  '[a-c&&[^b]]+',
  '\\x{e9}|\\u00df',
  '((a*)*)(b?)',
  '(|a)+',
  '(?i)[x[^k]]+',
  '[a-g~~b-h]+',
  '(?:a{500}){3}|é',
]
const TEXTS = [
  '',
  'a',
  'baac',
  'abab',
  'abcd',
  'aaa',
  'a\nb',
  'Straße strasse STRASSE',
  'K\u212a ſ',
  'été, l été!',
  '😀a😀b',
  'xyx\ny',
  'key=Value λόγος Ω',
]

/** The match, a backslash, and a digit. */
const REWRITE = String.raw`<\0\\1>`

describe('the engine and our own functions', () => {
  let service: TestService
  beforeAll(async () => {
    service = await startService()
  })
  afterAll(() => service.close())

  test.each(PATTERNS)('answer alike: %s', async (pattern) => {
    const p = JSON.stringify(pattern)
    const { rows } = await service.ask(`
      datatable(s: string)[${TEXTS.map((t) => JSON.stringify(t)).join(', ')}]
      | project s, m = s matches regex ${p}, whole = extract(${p}, 0, s), group = extract(${p}, 1, s),
          replaced = replace_regex(s, ${p}, ${JSON.stringify(REWRITE)}), trimmed = trim(${p}, s)`)
    const run = (name: string, ...args: unknown[]) => callNative(natives[name]!, ...args)
    const ours = TEXTS.map((s) => [
      s,
      run('_matches_regex', s, pattern),
      run('_extract', pattern, 0n, s),
      run('_extract', pattern, 1n, s),
      run('_replace_regex', s, pattern, REWRITE),
      run('_trim', pattern, s, true, true),
    ])
    expect(rows).toEqual(ours)
  })
})
