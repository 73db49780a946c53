/** Functions on text that the engine's SQL says exactly. */
import { call, raw, sql, textLiteral } from '../sql/sql.ts'
import { native, type Rendering, scalar } from './define.ts'
import { compile } from './native/regex.ts'
import { re2 } from './text-operators.ts'

/** extract() with a constant pattern and group; the engine's regular expressions run in linear time. */
const extract: Rendering = ([pattern, group, text], cx) =>
  typeof pattern!.constant === 'string' &&
  typeof group!.constant === 'string' &&
  Number(group!.constant) <= 9 &&
  Number(group!.constant) >= 0
    ? call`coalesce(regexp_extract(${text!.sql}, ${re2(pattern!.constant)}, ${raw(group!.constant)}), '')`
    : cx.native('_extract', pattern!.sql, group!.sql, text!.sql)

export const strings = {
  strlen: scalar({
    doc: 'Length of `source` in Unicode code points.',
    takes: ['string'],
    gives: 'long',
    nulls: 'propagate',
    render: { duckdb: ([s]) => call`length(${s!.sql})` },
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
    render: { duckdb: ([s]) => call`strlen(${s!.sql})` },
    examples: [["string_size('日本')", 6n]],
  }),
  tolower: scalar({
    doc: 'The text in lower case.',
    takes: ['string'],
    gives: 'string',
    nulls: 'empty-string',
    render: { duckdb: ([s]) => call`lower(${s!.sql})` },
    examples: [["tolower('ÄbC')", 'äbc']],
  }),
  toupper: scalar({
    doc: 'The text in upper case.',
    takes: ['string'],
    gives: 'string',
    nulls: 'empty-string',
    render: { duckdb: ([s]) => call`upper(${s!.sql})` },
    examples: [["toupper('äBc')", 'ÄBC']],
  }),
  strcat: scalar({
    doc: 'The text forms of all arguments, one after the other.',
    rest: 'string',
    gives: 'string',
    nulls: 'empty-string',
    render: { duckdb: (args) => raw(`concat(${args.map((a) => a.sql.text).join(', ')})`) },
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
    render: { duckdb: ([s, from, to]) => call`replace(${s!.sql}, ${from!.sql}, ${to!.sql})` },
    examples: [
      ["replace_string('a-b-a', 'a', 'x')", 'x-b-x'],
      ["replace_string('aaa', '', 'x')", 'aaa'],
    ],
  }),
  replace_regex: scalar({
    doc: 'Every match of `regex` in `text` replaced; `\\1` is a group.',
    takes: ['string', 'string', 'string'],
    gives: 'string',
    nulls: 'empty-string',
    render: {
      duckdb: ([text, pattern, rewrite], cx) =>
        typeof pattern!.constant === 'string'
          ? call`regexp_replace(${text!.sql}, ${re2(pattern!.constant)}, ${rewrite!.sql}, 'g')`
          : cx.native('_replace_regex', text!.sql, pattern!.sql, rewrite!.sql),
    },
    examples: [["replace_regex('a1b22', @'(\\d+)', @'<\\1>')", 'a<1>b<22>']],
  }),
  extract: scalar({
    doc: 'The text of capture group `group` of the first match of `regex`; 0 is the whole match; no match gives the empty text.',
    takes: ['string', 'long', 'string'],
    gives: 'string',
    nulls: 'empty-string',
    render: { duckdb: extract },
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
    run: (pattern: string, group: bigint, text: string) => compile(pattern)?.exec(text)?.[Number(group)] ?? '',
    examples: [],
  }),
  _replace_regex: native({
    doc: 'replace_regex() with a pattern that is not constant.',
    takes: ['string', 'string', 'string'],
    gives: 'string',
    nulls: 'propagate',
    run: (text: string, pattern: string, rewrite: string) => {
      const regex = compile(pattern)
      if (!regex) return text
      return text.replace(new RegExp(regex.source, [...new Set(`${regex.flags}g`)].join('')), (...m) =>
        rewrite.replace(/\\(\d)/g, (_, n: string) => String(m[Number(n)] ?? '')),
      )
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
