/** Functions on text, counted in code points, that SQL has not or has otherwise. */

import { call } from '../../sql/sql.ts'
import { type Dynamic, isArray, textOf } from '../../types/dynamic.ts'
import { splitText } from '../clickhouse.ts'
import { NotSaid, native } from '../define.ts'
import { matchesTerm } from '../text-match.ts'
import { captureNames, compile } from './regex.ts'

/** Longest text that one call makes: what the engine gives for more is not known, so it is cut. */
const MAX_REPEATS = 1024

/** Whether a text can begin inside of itself, as `ana` does. */
const overlapsItself = (s: string): boolean => [...s].some((_, i) => i > 0 && s.startsWith(s.slice(i)))

const isPlain = (s: string): boolean => !/[\ud800-\udfff]/.test(s)

/** Part of `s` from code point `start` to before `end`. */
const points = (s: string, start: number, end: number): string =>
  isPlain(s) ? s.slice(start, end) : [...s].slice(start, end).join('')

const lengthOf = (s: string): number => (isPlain(s) ? s.length : [...s].length)

/** Where the code point `index` begins. */
function offsetOf(s: string, index: number): number {
  return isPlain(s) ? Math.min(index, s.length) : points(s, 0, index).length
}

export const textNatives = {
  _substring: native({
    doc: 'Text from `start`, counted from the end when negative, of at most `length` code points; "" when it begins before the text.',
    takes: ['string', 'long', 'long'],
    gives: 'string',
    nulls: 'own',
    run: (text = '', start?: bigint, length?: bigint) => {
      if (start === undefined) return ''
      const size = lengthOf(text)
      const from = start < 0n ? Number(start) + size : Number(start)
      const end = length === undefined ? size : Math.min(size, from + Number(length))
      return from < 0 || end <= from ? '' : points(text, from, end)
    },
    examples: [],
  }),
  _indexof: native({
    doc: 'indexof() with a place to begin, the number of places to look at, and an occurrence.',
    takes: ['string', 'string', 'long', 'long', 'long'],
    gives: 'long',
    nulls: 'own',
    run: (text = '', lookup = '', start = 0n, length = -1n, occurrence = 1n) => {
      const size = lengthOf(text)
      const first = start < 0n ? size + Number(start) : Number(start)
      if (lookup === '' || first < 0 || length < -1n || occurrence < 1n) return null
      if (first > size) return -1n
      // It is where a find begins that must be within the length; its end may lie behind (measured).
      const end = length === -1n ? text.length : offsetOf(text, first + Number(length))
      let left = occurrence
      for (let at = text.indexOf(lookup, offsetOf(text, first)); at >= 0; at = text.indexOf(lookup, at + 1)) {
        if (at >= end) return -1n
        left -= 1n
        if (left === 0n) return BigInt(lengthOf(text.slice(0, at)))
      }
      return -1n
    },
    examples: [],
  }),
  indexof_regex: native({
    doc: 'Place of the `occurrence`-th match of `regex` in `text`, matches do not overlap; -1 when there is none, null for a negative `start`.',
    takes: ['string', 'string', 'long', 'long', 'long'],
    gives: 'long',
    nulls: 'own',
    run: (text = '', pattern = '', start = 0n, length = -1n, occurrence = 1n) => {
      const regex = compile(pattern)
      if (!regex || pattern === '' || start < 0n || length < -1n || occurrence < 1n) return null
      const from = offsetOf(text, Number(start))
      const end = length === -1n ? text.length : offsetOf(text, Number(start + length))
      let left = occurrence
      for (const match of regex.all(text.slice(from, end))) {
        left -= 1n
        if (left === 0n) return BigInt(lengthOf(text.slice(0, from + match.index)))
      }
      return -1n
    },
    examples: [
      ["indexof_regex('row7 row42', @'\\d+')", 3n],
      ["indexof_regex('row7 row42', @'\\d+', 0, -1, 2)", 8n],
      ["indexof_regex('row7', 'x')", -1n],
      ["indexof_regex('row7', 'r', -1)", null],
    ],
  }),
  has_any_index: native({
    doc: 'Place of the first value of `values` that `text` has as a term; -1 when there is none.',
    takes: ['string', 'dynamic'],
    gives: 'long',
    nulls: 'own',
    run: (text = '', values: Dynamic = null) => {
      const list = isArray(values) ? values : values === null ? [] : [values]
      return BigInt(list.findIndex((v) => matchesTerm(text, textOf(v), false, { start: true, end: true })))
    },
    examples: [
      ["has_any_index('red green blue', dynamic(['blu', 'green']))", 1n],
      ["has_any_index('red', dynamic([]))", -1n],
    ],
  }),
  reverse: native({
    doc: 'The code points of the text form of `value`, last first.',
    takes: ['string'],
    gives: 'string',
    nulls: 'propagate',
    run: (text: string) => (isPlain(text) ? text.split('') : [...text]).reverse().join(''),
    examples: [
      ["reverse('ab😀')", '😀ba'],
      ['reverse(120)', '021'],
    ],
  }),
  split: native({
    doc: 'The pieces of `source` between the `delimiter`s; with `index` an array of that piece alone, null when there is none.',
    takes: ['string', 'string', 'long'],
    gives: 'dynamic',
    nulls: 'own',
    clickhouse: splitText,
    run: (source = '', delimiter = '', index?: bigint) => {
      const pieces = delimiter === '' ? [source] : source.split(delimiter)
      if (index === undefined) return pieces
      const piece = pieces[Number(index)]
      return piece === undefined ? null : [piece]
    },
    examples: [
      ["split('a--b-c', '-')", ['a', '', 'b', 'c']],
      ["split('', '-')", ['']],
      ["split('a-b', '-', 1)", ['b']],
      ["split('a-b', '-', 2)", null],
    ],
  }),
  countof: native({
    doc: 'Number of times that `search` is in `text`; plain occurrences may overlap, matches of a regular expression (`kind` "regex") do not.',
    takes: ['string', 'string', 'string'],
    gives: 'long',
    nulls: 'own',
    clickhouse: ([text, search, kind]) => {
      const constant = search!.constant
      if (typeof constant !== 'string' || constant === '' || kind || overlapsItself(constant))
        throw new NotSaid('countof() of what overlaps itself or is not constant')
      return call`toInt64(countSubstrings(${text!.sql}, ${search!.sql}))`
    },
    run: (text = '', search = '', kind = 'normal') => {
      if (search === '') return 0n
      if (kind.toLowerCase() === 'regex') return BigInt(countMatches(text, search))
      let count = 0n
      for (let at = text.indexOf(search); at >= 0; at = text.indexOf(search, at + 1)) count++
      return count
    },
    examples: [
      ["countof('banana', 'ana')", 2n],
      ["countof('banana', 'a.', 'regex')", 2n],
    ],
  }),
  strcmp: native({
    doc: '-1, 0 or 1 as `a` sorts before, with or after `b`, by code point.',
    takes: ['string', 'string'],
    gives: 'long',
    nulls: 'propagate',
    run: (a: string, b: string) => BigInt(Buffer.compare(Buffer.from(a), Buffer.from(b))),
    examples: [
      ["strcmp('B', 'a')", -1n],
      ["strcmp('a', 'a')", 0n],
      ["strcmp('b', 'a')", 1n],
    ],
  }),
  strrep: native({
    doc: 'The text form of `value`, `times` times (at most 1024), with `delimiter` between.',
    takes: ['string', 'long', 'string'],
    gives: 'string',
    nulls: 'own',
    run: (value = '', times?: bigint, delimiter = '') =>
      times === undefined || times <= 0n
        ? ''
        : new Array<string>(times > MAX_REPEATS ? MAX_REPEATS : Number(times)).fill(value).join(delimiter),
    examples: [
      ["strrep('ab', 3, '-')", 'ab-ab-ab'],
      ["strrep('ab', 0)", ''],
    ],
  }),
  translate: native({
    doc: 'Each character of `text` that is in `from` becomes the one at its place in `to`, or the last of a shorter `to`; an empty `to` takes it away.',
    takes: ['string', 'string', 'string'],
    gives: 'string',
    nulls: 'propagate',
    run: (from: string, to: string, text: string) => {
      const targets = [...to]
      const places = new Map([...from].toReversed().map((c, i) => [c, [...from].length - 1 - i]))
      return Array.from(text, (c) => {
        const place = places.get(c)
        return place === undefined ? c : (targets[Math.min(place, targets.length - 1)] ?? '')
      }).join('')
    },
    examples: [
      ["translate('abc', 'xyz', 'cab-d')", 'zxy-d'],
      ["translate('abc', 'x', 'cab')", 'xxx'],
      ["translate('ab', '', 'cab')", 'c'],
    ],
  }),
  regex_quote: native({
    doc: 'The text with a backslash before each character that means something in a regular expression.',
    takes: ['string'],
    gives: 'string',
    nulls: 'propagate',
    run: (text: string) => text.replace(/[\\^$.|?*+()[\]{}#\-&~]/g, '\\$&'),
    examples: [["regex_quote('1.5 (a)')", '1\\.5 \\(a\\)']],
  }),
  _replace_strings: native({
    doc: 'replace_strings(), with a lookup that has no rewrite left as it is.',
    takes: ['string', 'dynamic', 'dynamic'],
    gives: 'string',
    nulls: 'own',
    run: (text = '', lookups: Dynamic = null, rewrites: Dynamic = null) => {
      const to = isArray(rewrites) ? rewrites : []
      return (isArray(lookups) ? lookups : [])
        .reduce<Pieces>((pieces, lookup, i) => replacedIn(pieces, lookup, to[i] ?? null), [text])
        .map(pieceText)
        .join('')
    },
    examples: [],
  }),
  _extract_all: native({
    doc: 'extract_all(): the capture groups `wanted` of every match of `regex`; one group gives its texts, several an array of each match.',
    takes: ['string', 'dynamic', 'string'],
    gives: 'dynamic',
    nulls: 'own',
    run: (pattern = '', wanted: Dynamic = null, text = '') => extractAll(pattern, wanted, text),
    examples: [],
  }),
  unicode_codepoints_from_string: native({
    doc: 'The code points of `text` as numbers.',
    takes: ['string'],
    gives: 'dynamic',
    nulls: 'propagate',
    run: (text: string) => Array.from(text, (c) => BigInt(c.codePointAt(0)!)),
    examples: [["unicode_codepoints_from_string('a😀')", [97, 128512]]],
  }),
  unicode_codepoints_to_string: native({
    doc: 'Text of code points, given as numbers and arrays of numbers; "" when one of them is no code point.',
    takes: [],
    rest: 'dynamic',
    gives: 'string',
    nulls: 'own',
    run: (...codes: (Dynamic | undefined)[]) => {
      const points = codes.flatMap((c) => (isArray(c ?? null) ? (c as Dynamic[]) : [c ?? null]))
      return points.every(isCodePoint) ? points.map((c) => String.fromCodePoint(Number(c))).join('') : ''
    },
    examples: [
      ['unicode_codepoints_to_string(97, dynamic([98, 128512]))', 'ab😀'],
      ['unicode_codepoints_to_string(97, -1)', ''],
    ],
  }),
  _tohex: native({
    doc: 'Hexadecimal digits of `number`, with zeros before up to `digits`.',
    takes: ['long', 'long'],
    gives: 'string',
    nulls: 'own',
    run: (number?: bigint, digits = 0n) =>
      number === undefined
        ? ''
        : BigInt.asUintN(64, number)
            .toString(16)
            .padStart(Number(digits > 16n ? 16n : digits), '0'),
    examples: [],
  }),
}

function countMatches(text: string, pattern: string): number {
  const regex = compile(pattern)
  let count = 0
  if (regex) for (const _ of regex.all(text)) count++
  return count
}

/** A text in the making: what is still looked through, and what was found already. */
type Pieces = readonly (string | { readonly found: string })[]

const pieceText = (piece: Pieces[number]): string => (typeof piece === 'string' ? piece : piece.found)

/** An earlier lookup takes its matches before a later one looks; one whose rewrite is no text keeps what it matches. */
function replacedIn(pieces: Pieces, lookup: Dynamic, rewrite: Dynamic): Pieces {
  if (typeof lookup !== 'string' || lookup === '') return pieces
  const found = { found: typeof rewrite === 'string' ? rewrite : lookup }
  return pieces.flatMap((piece): Pieces => {
    if (typeof piece !== 'string') return [piece]
    return piece.split(lookup).flatMap((between, i) => (i === 0 ? [between] : [found, between]))
  })
}

/** Groups, by number or name, that the pattern does not have are left out; when none is left, it is all of them (rule 70, measured). */
function extractAll(pattern: string, wanted: Dynamic, text: string): Dynamic {
  const names = captureNames(pattern)
  const regex = compile(pattern)
  if (!regex || !names?.length) return null
  const count = names.length
  const placeOf = (w: Dynamic): number =>
    typeof w === 'bigint' ? Number(w) : typeof w === 'string' && w !== '' ? names.indexOf(w) + 1 : 0
  const asked = isArray(wanted) ? wanted.map(placeOf).filter((w) => w >= 1 && w <= count) : []
  const groups = asked.length > 0 ? asked : Array.from({ length: count }, (_, i) => i + 1)
  const matches = Array.from(regex.all(text), (m): Dynamic => {
    const texts = groups.map((g) => m[g] ?? '')
    return texts.length === 1 ? texts[0]! : texts
  })
  return matches.length > 0 ? matches : null
}

const isCodePoint = (d: Dynamic): boolean =>
  typeof d === 'bigint' && d >= 0n && d <= 0x10ffffn && (d < 0xd800n || d > 0xdfffn)
