/** Functions on text that the engine's SQL says exactly. */
import { KqlError } from '../base/errors.ts'
import { call, raw, type Sql, sql, textLiteral } from '../sql/sql.ts'
import { parseJson } from '../types/dynamic.ts'
import { type Arg, both, NotSaid, native, type RenderContext, type Rendering, scalar, unsupported } from './define.ts'
import { captureGroups, compile } from './native/regex.ts'
import { inClickhouse, matched } from './text-operators.ts'

/** extract() with a constant pattern and group; the engine's regular expressions run in linear time. */
const extract: Rendering = ([pattern, group, text], cx) =>
  typeof pattern!.constant === 'string' &&
  typeof group!.constant === 'string' &&
  Number(group!.constant) <= 9 &&
  Number(group!.constant) >= 0
    ? matched(
        text!,
        pattern!.constant,
        (re2) => call`coalesce(regexp_extract(${text!.sql}, ${re2}, ${raw(String(group!.constant))}), '')`,
        () => cx.native('_extract', pattern!.sql, group!.sql, text!.sql),
      )
    : cx.native('_extract', pattern!.sql, group!.sql, text!.sql)

const constantText = (a: Arg | undefined): string | undefined =>
  a?.type === 'string' && typeof a.constant === 'string' ? a.constant : undefined

/** A constant that the engine's 32-bit positions hold. */
const position = (a: Arg | undefined): number | undefined => {
  const n = typeof a?.constant === 'string' || typeof a?.constant === 'number' ? Number(a.constant) : Number.NaN
  return n >= 0 && n < 1_000_000_000 ? n : undefined
}

const optional = (a: Arg | undefined, type: string): Sql => a?.sql ?? raw(`NULL::${type}`)

/** One match of `pattern` taken away at the start, at the end, or at both. */
const trimmed =
  (start: boolean, end: boolean): Rendering =>
  ([pattern, text], cx) => {
    const constant = constantText(pattern)
    const ours = (): Sql => cx.native('_trim', pattern!.sql, text!.sql, raw(String(start)), raw(String(end)))
    if (constant === undefined) return ours()
    const inEngine = (body: Sql): Sql => {
      const once = start ? call`regexp_replace(${text!.sql}, concat('\\A(?:', ${body}, ')'), '')` : text!.sql
      return end ? call`regexp_replace(${once}, concat('(?:', ${body}, ')\\z'), '')` : once
    }
    return matched(text!, constant, inEngine, ours)
  }

const clickhouseTrimmed =
  (start: boolean, end: boolean): Rendering =>
  ([pattern, text], cx) =>
    inClickhouse(text!, pattern!, cx, (body) => {
      const once = start ? call`replaceRegexpOne(${text!.sql}, concat('\\\\A(?:', ${body}, ')'), '')` : text!.sql
      return end ? call`replaceRegexpOne(${once}, concat('(?:', ${body}, ')\\\\z'), '')` : once
    })

/** A rewrite that RE2 takes: it replaces nothing where there is a backslash before something else or the number of no group. */
const isPlainRewrite = (rewrite: Arg, pattern: string): boolean =>
  typeof rewrite.constant === 'string' &&
  (rewrite.constant.match(/\\.?/gs) ?? []).every(
    (e) => e === '\\\\' || (/\d/.test(e) && Number(e[1]) <= (captureGroups(pattern) ?? 0)),
  )

const NOT_COMBINED = unsupported('how it combines hashes is not documented')

/** The bytes of a number are its eight, so that an int hashes as the same long. */
function hashed(value: Arg, modulus: Sql | undefined, cx: RenderContext): Sql {
  const mod = modulus ?? raw('NULL::BIGINT')
  switch (value.type) {
    case 'int':
    case 'long':
    case 'datetime':
    case 'timespan':
      return cx.native('_hash_long', sql`${value.sql}::BIGINT`, mod)
    case 'bool':
    case 'real':
    case 'decimal':
    case 'guid':
      throw new KqlError('unsupported', {
        what: `The hash of a ${value.type}`,
        reason: 'which bytes are hashed is not documented; hash its text with tostring()',
      })
    default:
      return cx.native('_hash_text', cx.convert(value, 'string'), mod)
  }
}

export const strings = {
  substring: scalar({
    doc: 'The text from code point `start`, counted from the end when negative, of at most `length` code points.',
    takes: ['string', 'long', 'long'],
    gives: 'string',
    nulls: 'empty-string',
    render: {
      duckdb: ([text, start, length], cx) => {
        const [from, count] = [position(start), position(length)]
        if (from === undefined || (length && count === undefined))
          return cx.native('_substring', text!.sql, start!.sql, optional(length, 'BIGINT'))
        const first = raw(String(from + 1))
        return length
          ? call`substring(${text!.sql}, ${first}, ${raw(String(count))})`
          : call`substring(${text!.sql}, ${first})`
      },
      clickhouse: ([text, start, length]) => {
        const [from, count] = [position(start), position(length)]
        if (from === undefined || (length && count === undefined))
          throw new NotSaid('substring() of what is not constant')
        const first = raw(String(from + 1))
        return length
          ? call`substringUTF8(${text!.sql}, ${first}, ${raw(String(count))})`
          : call`substringUTF8(${text!.sql}, ${first})`
      },
    },
    examples: [
      ["substring('a😀cd', 1, 2)", '😀c'],
      ["substring('abcd', -3, 2)", 'bc'],
      ["substring('abcd', 2)", 'cd'],
      ["substring('abcd', 9)", ''],
      ["substring('abcd', 1, -1)", ''],
      ["substring('abcd', -9, 3)", ''],
    ],
  }),
  indexof: scalar({
    doc: 'Place of the `occurrence`-th `lookup` in `text` that begins at one of the `length` places from `start` (from the end when negative); -1 when there is none, null for an empty `lookup` or a `start` before the text.',
    takes: ['string', 'string', 'long', 'long', 'long'],
    gives: 'long',
    nulls: 'own',
    render: {
      duckdb: ([text, lookup, start, length, occurrence], cx) =>
        !start && constantText(lookup)
          ? sql`instr(${text!.sql}, ${lookup!.sql}) - 1`
          : cx.native(
              '_indexof',
              text!.sql,
              lookup!.sql,
              optional(start, 'BIGINT'),
              optional(length, 'BIGINT'),
              optional(occurrence, 'BIGINT'),
            ),
      clickhouse: ([text, lookup, start]) => {
        if (start || !constantText(lookup)) throw new NotSaid('indexof() from a place')
        return sql`toInt64(positionUTF8(${text!.sql}, ${lookup!.sql})) - 1`
      },
    },
    examples: [
      ["indexof('a😀b', 'b')", 2n],
      ["indexof('banana', 'an', 2)", 3n],
      ["indexof('banana', 'a', -2)", 5n],
      ["indexof('banana', 'an', 0, -1, 2)", 3n],
      ["indexof('banana', 'nan', 0, 4)", 2n],
      ["indexof('banana', 'nan', 0, 2)", -1n],
      ["indexof('banana', 'n', -9)", null],
      ["indexof('banana', 'n', 0, -2)", null],
      ["indexof('banana', '')", null],
    ],
  }),
  strcat_delim: scalar({
    doc: 'The text forms of all arguments after the first, with `delimiter` between them.',
    rest: 'string',
    gives: 'string',
    nulls: 'empty-string',
    render: {
      duckdb: (args) => raw(`concat_ws(${args.map((a) => `coalesce(${a.sql.text}, '')`).join(', ')})`),
      clickhouse: ([delimiter, ...texts]) => {
        if (constantText(delimiter) === undefined) throw new NotSaid('a delimiter that is not constant')
        return raw(`arrayStringConcat([${texts.map((a) => a.sql.text).join(', ')}], ${delimiter!.sql.text})`)
      },
    },
    examples: [
      ["strcat_delim('-', 'a', 1, true)", 'a-1-True'],
      ["strcat_delim('-', 'a', int(null), 'b')", 'a--b'],
    ],
  }),
  trim: scalar({
    doc: 'The text without one match of `regex` at its start and one at its end.',
    takes: ['string', 'string'],
    gives: 'string',
    nulls: 'empty-string',
    render: { duckdb: trimmed(true, true), clickhouse: clickhouseTrimmed(true, true) },
    examples: [
      ["trim('-', '--a--')", '-a-'],
      ["trim(@'\\s+', '  a b ')", 'a b'],
    ],
  }),
  trim_start: scalar({
    doc: 'The text without one match of `regex` at its start.',
    takes: ['string', 'string'],
    gives: 'string',
    nulls: 'empty-string',
    render: { duckdb: trimmed(true, false), clickhouse: clickhouseTrimmed(true, false) },
    examples: [["trim_start('-+', '--a--')", 'a--']],
  }),
  trim_end: scalar({
    doc: 'The text without one match of `regex` at its end.',
    takes: ['string', 'string'],
    gives: 'string',
    nulls: 'empty-string',
    render: { duckdb: trimmed(false, true), clickhouse: clickhouseTrimmed(false, true) },
    examples: [["trim_end('-+', '--a--')", '--a']],
  }),
  _trim: native({
    doc: 'trim() with a pattern that is not constant.',
    takes: ['string', 'string', 'bool', 'bool'],
    gives: 'string',
    nulls: 'propagate',
    run: (pattern: string, text: string, start: boolean, end: boolean) => {
      const atStart = start ? compile(`\\A(?:${pattern})`) : null
      const once = atStart ? text.slice(atStart.first(text)?.[0]?.length ?? 0) : text
      const atEnd = end ? compile(`(?:${pattern})\\z`) : null
      return atEnd ? once.slice(0, atEnd.first(once)?.index ?? once.length) : once
    },
    examples: [],
  }),
  extract_all: scalar({
    doc: 'The capture groups of every match of `regex` (1 to 16 groups): texts for one group, arrays for several; `groups` says which. Null when nothing matches.',
    gives: 'dynamic',
    nulls: 'own',
    render: {
      duckdb: (args, cx) => {
        const [pattern, text] = [args[0]!, args.at(-1)!]
        const groups = args.length > 2 ? cx.convert(args[1]!, 'dynamic') : raw('NULL::VARCHAR')
        const count = constantText(pattern) === undefined ? 1 : captureGroups(constantText(pattern)!)
        if (count === 0 || (count ?? 0) > 16)
          throw new KqlError('semantic', {
            message: 'extract_all() needs a regular expression with 1 to 16 capture groups',
          })
        return cx.native('_extract_all', cx.convert(pattern, 'string'), groups, cx.convert(text, 'string'))
      },
    },
    examples: [
      ["extract_all(@'(\\d+)', 'a1b22')", ['1', '22']],
      [
        "extract_all(@'([a-z])(\\d)?', 'a1b')",
        [
          ['a', '1'],
          ['b', ''],
        ],
      ],
      ["extract_all(@'([a-z])(\\d)', dynamic([2]), 'a1b2')", ['1', '2']],
      ["extract_all(@'(?P<key>\\w)=(?P<value>\\d)', dynamic(['value', 1]), 'a=1')", [['1', 'a']]],
      ["extract_all(@'(?P<key>\\w)=(?P<value>\\d)', dynamic(['value']), 'a=1 b=2')", ['1', '2']],
      ["extract_all('(x)', 'abc')", null],
    ],
  }),
  tohex: scalar({
    doc: "Hexadecimal digits of `number` in two's complement, 32 bits for an int, with zeros before up to `digits`.",
    gives: 'string',
    nulls: 'empty-string',
    render: {
      duckdb: ([n, digits], cx) => {
        const value = n!.type === 'int' ? sql`${n!.sql}::BIGINT & 4294967295` : cx.convert(n!, 'long')
        return cx.native('_tohex', value, digits ? cx.convert(digits, 'long') : raw('NULL::BIGINT'))
      },
    },
    examples: [
      ['tohex(255)', 'ff'],
      ['tohex(-1)', 'ffffffffffffffff'],
      ['tohex(toint(-1))', 'ffffffff'],
      ['tohex(255, 4)', '00ff'],
    ],
  }),
  hash: scalar({
    doc: 'xxHash64 of `value`: of the UTF-8 of a text (or the text of a dynamic), of the eight bytes of an integer, a datetime or a timespan; with `mod` the remainder.',
    gives: 'long',
    nulls: 'own',
    render: { duckdb: ([value, modulus], cx) => hashed(value!, modulus && cx.convert(modulus, 'long'), cx) },
    examples: [
      ["hash('a')", -3292477735350538661n],
      ["hash('a', 10)", 5n],
    ],
  }),
  hash_combine: scalar({
    doc: 'One hash of several; refused, since how they are combined is not documented.',
    gives: 'long',
    nulls: 'own',
    render: { duckdb: NOT_COMBINED },
    examples: [],
  }),
  hash_many: scalar({
    doc: 'One hash of several values; refused, as hash_combine() is.',
    gives: 'long',
    nulls: 'own',
    render: { duckdb: NOT_COMBINED },
    examples: [],
  }),
  strlen: scalar({
    doc: 'Length of `source` in Unicode code points.',
    takes: ['string'],
    gives: 'long',
    nulls: 'propagate',
    render: { duckdb: ([s]) => call`length(${s!.sql})`, clickhouse: ([s]) => call`toInt64(lengthUTF8(${s!.sql}))` },
    examples: [
      ["strlen('hello')", 5n],
      ["strlen('日本😀')", 3n],
    ],
  }),
  string_size: scalar({
    doc: 'Size of `source` in UTF-8 bytes.',
    takes: ['string'],
    gives: 'long',
    nulls: 'propagate',
    render: { duckdb: ([s]) => call`strlen(${s!.sql})`, clickhouse: ([s]) => call`toInt64(length(${s!.sql}))` },
    examples: [["string_size('日本')", 6n]],
  }),
  tolower: scalar({
    doc: 'The text in lower case.',
    takes: ['string'],
    gives: 'string',
    nulls: 'empty-string',
    render: both(([s], cx) => cx.lower(s!)),
    examples: [["tolower('ÄbC')", 'äbc']],
  }),
  toupper: scalar({
    doc: 'The text in upper case, character by character: `ß` has no upper case of one.',
    takes: ['string'],
    gives: 'string',
    nulls: 'empty-string',
    render: {
      // The engine's own makes a capital ẞ of it.
      duckdb: ([s], cx) =>
        sql`CASE WHEN ${call`contains(${s!.sql}, 'ß')`} THEN ${cx.native('_toupper', s!.sql)} ELSE ${call`upper(${s!.sql})`} END`,
      clickhouse: ([s], cx) => cx.assume(sql`${call`position(${s!.sql}, 'ß')`} = 0`, call`upperUTF8(${s!.sql})`),
    },
    examples: [
      ["toupper('äBc')", 'ÄBC'],
      ["toupper('Straße')", 'STRAßE'],
    ],
  }),
  _toupper: native({
    doc: 'toupper() in TypeScript.',
    takes: ['string'],
    gives: 'string',
    nulls: 'propagate',
    run: (text: string) =>
      Array.from(text, (c) => {
        const upper = c.toUpperCase()
        return [...upper].length === 1 ? upper : c
      }).join(''),
    examples: [],
  }),
  strcat: scalar({
    doc: 'The text forms of all arguments, one after the other.',
    rest: 'string',
    gives: 'string',
    nulls: 'empty-string',
    render: {
      duckdb: (args) => raw(`concat(${args.map((a) => a.sql.text).join(', ')})`),
      clickhouse: (args) => raw(`concat(${["''", ...args.map((a) => a.sql.text)].join(', ')})`),
    },
    examples: [
      ["strcat('a', 1, true)", 'a1True'],
      ["strcat('a', int(null))", 'a'],
    ],
  }),
  replace_string: scalar({
    doc: 'Every occurrence of `lookup` in `text` replaced; an empty lookup changes nothing.',
    takes: ['string', 'string', 'string'],
    gives: 'string',
    nulls: 'empty-string',
    render: {
      duckdb: ([s, from, to]) => call`replace(${s!.sql}, ${from!.sql}, ${to!.sql})`,
      clickhouse: ([s, from, to]) => call`replaceAll(${s!.sql}, ${from!.sql}, ${to!.sql})`,
    },
    examples: [
      ["replace_string('a-b-a', 'a', 'x')", 'x-b-x'],
      ["replace_string('aaa', '', 'x')", 'aaa'],
    ],
  }),
  replace_strings: scalar({
    doc: 'The occurrences in `text` of each of `lookups` replaced by the text at its place in `rewrites`: those of an earlier lookup first, and none twice. A lookup that is no text does nothing; a rewrite that is none keeps what was found.',
    gives: 'string',
    nulls: 'own',
    render: {
      duckdb: ([text, lookups, rewrites], cx) => {
        const [from, to] = [lookups, rewrites].map((a) =>
          typeof a?.constant === 'string' ? parseJson(a.constant) : undefined,
        )
        if (Array.isArray(from) && Array.isArray(to) && from.length !== to.length)
          throw new KqlError('unsupported', {
            what: 'replace_strings() with lookups and rewrites of different number',
            reason: 'what a lookup without a rewrite becomes is not documented',
          })
        const arrays = [lookups!, rewrites!].map((a) => cx.convert(a, 'dynamic'))
        return cx.native('_replace_strings', cx.convert(text!, 'string'), arrays[0]!, arrays[1]!)
      },
    },
    examples: [
      ["replace_strings('cat and dog', dynamic(['cat', 'dog']), dynamic(['dog', 'owl']))", 'dog and owl'],
      ["replace_strings('notepad', dynamic(['pad', 'note']), dynamic(['', 'desk']))", 'desk'],
      ["replace_strings('whoami', dynamic(['am', 'who']), dynamic(['-', 'x']))", 'x-i'],
      ["replace_strings('host01', dynamic(['0', 'host0']), dynamic(['-', 'x']))", 'host-1'],
      ["replace_strings('host01', dynamic(['host', 'o']), dynamic([5, '-']))", 'host01'],
      ["replace_strings('host01', dynamic([1, 'h']), dynamic(['x', 'H']))", 'Host01'],
      ["replace_strings('a', dynamic([]), dynamic([]))", 'a'],
    ],
  }),
  replace_regex: scalar({
    doc: 'Every match of `regex` in `text` replaced; `\\1` is a group.',
    takes: ['string', 'string', 'string'],
    gives: 'string',
    nulls: 'empty-string',
    render: {
      duckdb: ([text, pattern, rewrite], cx) =>
        typeof pattern!.constant === 'string' && isPlainRewrite(rewrite!, pattern!.constant)
          ? matched(
              text!,
              pattern!.constant,
              (re2) => call`regexp_replace(${text!.sql}, ${re2}, ${rewrite!.sql}, 'g')`,
              () => cx.native('_replace_regex', text!.sql, pattern!.sql, rewrite!.sql),
            )
          : cx.native('_replace_regex', text!.sql, pattern!.sql, rewrite!.sql),
      clickhouse: ([text, pattern, rewrite], cx) => {
        // An empty match is replaced in other places than here.
        if (typeof pattern!.constant !== 'string' || compile(pattern!.constant)?.test('') !== false)
          throw new NotSaid('a regular expression that matches the empty text')
        if (!isPlainRewrite(rewrite!, pattern!.constant)) throw new NotSaid('a rewrite that is not constant')
        return inClickhouse(text!, pattern!, cx, (re2) => call`replaceRegexpAll(${text!.sql}, ${re2}, ${rewrite!.sql})`)
      },
    },
    examples: [
      ["replace_regex('a1b22', @'(\\d+)', @'<\\1>')", 'a<1>b<22>'],
      ["replace_regex('a1b22', @'\\d+', @'<\\0>')", 'a<1>b<22>'],
      ["replace_regex('a1', @'(\\d)', @'[\\1\\2]')", 'a[1]'],
      ["replace_regex('ab', 'b*', '-')", '-a-'],
    ],
  }),
  extract: scalar({
    doc: 'The text of capture group `group` of the first match of `regex`; 0 is the whole match; no match gives the empty text.',
    takes: ['string', 'long', 'string'],
    gives: 'string',
    nulls: 'empty-string',
    render: {
      duckdb: extract,
      clickhouse: ([pattern, group, text], cx) => {
        const n = Number(group!.constant)
        if (typeof group!.constant !== 'string' || n < 0 || n > 9) throw new NotSaid('extract() of such a group')
        const groups = typeof pattern!.constant === 'string' ? captureGroups(pattern!.constant) : null
        return inClickhouse(text!, pattern!, cx, (re2) =>
          // The first group where there is one, else the whole match: in two thirds of the time.
          (groups === 0 ? 0 : 1) === n
            ? call`extract(${text!.sql}, ${re2})`
            : call`regexpExtract(${text!.sql}, ${re2}, ${raw(String(n))})`,
        )
      },
    },
    examples: [
      ["extract('x=(\\\\d+)', 1, 'a x=42')", '42'],
      ["extract('q', 0, 'abc')", ''],
    ],
  }),
  _extract: native({
    doc: 'extract() with a pattern that is not constant.',
    takes: ['string', 'long', 'string'],
    gives: 'string',
    nulls: 'propagate',
    run: (pattern: string, group: bigint, text: string) => compile(pattern)?.first(text)?.[Number(group)] ?? '',
    examples: [],
  }),
  _replace_regex: native({
    doc: 'replace_regex() with a pattern that is not constant.',
    takes: ['string', 'string', 'string'],
    gives: 'string',
    nulls: 'propagate',
    run: (text: string, pattern: string, rewrite: string) => {
      const pieces: string[] = []
      let at = 0
      for (const m of compile(pattern)?.all(text) ?? []) {
        pieces.push(
          text.slice(at, m.index),
          rewrite.replace(/\\([\d\\])/g, (_, n) => (n === '\\' ? n : (m[n] ?? ''))),
        )
        at = m.index + m[0]!.length
      }
      return pieces.join('') + text.slice(at)
    },
    examples: [],
  }),
  _matches_regex: native({
    doc: 'matches regex with a pattern that is not constant.',
    takes: ['string', 'string'],
    gives: 'bool',
    nulls: 'own',
    run: (text: string, pattern: string) => compile(pattern)?.test(text) ?? false,
    examples: [],
  }),
  isutf8: scalar({
    doc: 'Text is always valid UTF-8 here.',
    takes: ['string'],
    gives: 'bool',
    nulls: 'own',
    render: { duckdb: () => raw('true') },
    examples: [["isutf8('a')", true]],
  }),
  isascii: scalar({
    doc: 'The text has ASCII characters only.',
    takes: ['string'],
    gives: 'bool',
    nulls: 'own',
    render: { duckdb: ([s]) => sql`NOT regexp_matches(${s!.sql}, ${textLiteral('[^\\x00-\\x7F]')})` },
    examples: [
      ["isascii('a')", true],
      ["isascii('é')", false],
    ],
  }),
}
