/** The operators on text: has and its kin match terms, contains and its kin match anywhere. */
import { KqlError } from '../base/errors.ts'
import { call, infix, list, raw, type Sql, sql, textLiteral } from '../sql/sql.ts'
import type { Dynamic } from '../types/dynamic.ts'
import { parseJson, printJson, textOf } from '../types/dynamic.ts'
import { amongMembers } from './clickhouse.ts'
import { type Arg, NotSaid, native, type RenderContext, type Rendering, scalar } from './define.ts'
import { engineRegex } from './native/regex.ts'
import { type Edges, escapeRegex, matchesTerm, termPattern } from './text-match.ts'

const WHOLE: Edges = { start: true, end: true }
const PREFIX: Edges = { start: true, end: false }
const SUFFIX: Edges = { start: false, end: true }

const isText = (a: Arg): a is Arg & { constant: string } => typeof a.constant === 'string'

/**
 * A term test: the plain substring test first, because it is three times as fast as the pattern and refuses nearly all rows;
 * the pattern then looks at the boundaries.
 */
function term(name: string, edges: Edges, caseSensitive: boolean): Rendering {
  return ([hay, needle], cx) => {
    if (!isText(needle!)) return cx.native(`_${name}`, hay!.sql, needle!.sql)
    const pattern = termPattern([needle.constant], caseSensitive, edges)
    if (pattern === null) return raw('true')
    const found = orBeyondAscii(hay!.sql, pattern, cx.native(`_${name}`, hay!.sql, needle.sql))
    return sql`${contains(hay!.sql, needle.constant, caseSensitive)} AND ${found}`
  }
}

/** The pattern of termPattern(), and the exact test for texts in which it may miss something. */
const orBeyondAscii = (hay: Sql, pattern: string, exact: Sql): Sql =>
  sql`(regexp_matches(${hay}, ${textLiteral(pattern)}) OR (strlen(${hay}) <> length(${hay}) AND ${exact}))`

const contains = (hay: Sql, needle: string, caseSensitive: boolean): Sql =>
  caseSensitive
    ? call`contains(${hay}, ${textLiteral(needle)})`
    : call`contains(lower(${hay}), lower(${textLiteral(needle)}))`

/**
 * A term test in ClickHouse: texts of ASCII, which most are, by whole tokens or a plain pattern; others by Unicode's classes. Both
 * halves say what the indexes of `harrier clickhouse init` are of.
 */
function clickhouseTerm(edges: Edges, caseSensitive: boolean): Rendering {
  return ([hay, needle], cx) => {
    if (!isText(needle!)) throw new NotSaid('a term that is not constant')
    return clickhouseTerms(hay!, [needle], edges, caseSensitive, cx)
  }
}

type Text = Arg & { constant: string }

function clickhouseTerms(
  hay: Arg,
  needles: readonly Text[],
  edges: Edges,
  caseSensitive: boolean,
  cx: RenderContext,
): Sql {
  const texts = needles.map((n) => n.constant)
  const exact = termPattern(texts, caseSensitive, edges, true)
  if (exact === null) return raw('true')
  const matches = (pattern: string): Sql => call`match(${hay.sql}, ${cx.text(pattern)})`
  if (!texts.every(isAscii)) return matches(exact)
  const ascii = (is: 0 | 1): Sql => sql`${call`isValidASCII(${hay.sql})`} = ${raw(String(is))}`
  const { found, whole } = foundInAscii(hay, needles, edges, caseSensitive, cx)
  const rest = whole
    ? sql`${ascii(1)} OR ${matches(exact)}`
    : sql`(${ascii(1)} AND ${matches(termPattern(texts, caseSensitive, edges) ?? '')}) OR (${ascii(0)} AND ${matches(exact)})`
  // In this form the indexes leave out what has neither.
  return sql`(${found} OR ${ascii(0)}) AND (${rest})`
}

/** Needles that are looked for one by one; more of them in one search. */
const MOST_SINGLE = 8

/** What a text of ASCII has that has one of the needles; `whole`: that is all there is to say. */
function foundInAscii(
  hay: Arg,
  needles: readonly Text[],
  edges: Edges,
  caseSensitive: boolean,
  cx: RenderContext,
): { found: Sql; whole: boolean } {
  if (needles.length > 255) return { found: raw('true'), whole: false }
  if (needles.length > MOST_SINGLE) {
    const all = raw(`[${needles.map((n) => n.sql.text).join(', ')}]`)
    return { found: call`multiSearchAnyCaseInsensitive(${hay.sql}, ${all})`, whole: false }
  }
  const inside = edges.start && edges.end
  const token = (t: string): Sql => call`hasToken(${cx.lower(hay, needles)}, ${cx.text(t.toLowerCase())})`
  const isToken = (n: Text) => /^[0-9A-Za-z]+$/.test(n.constant)
  const single = needles.map((n) => {
    const tokens = inside ? (n.constant.match(/[0-9A-Za-z]+/g) ?? []) : []
    const [longest] = tokens.sort((a, b) => b.length - a.length)
    if (isToken(n) && longest) return token(longest)
    const contained = clickhouseContains(hay, n, cx)
    return longest === undefined ? contained : sql`(${token(longest)} AND ${contained})`
  })
  return { found: raw(`(${infix(single, 'OR').text})`), whole: inside && !caseSensitive && needles.every(isToken) }
}

/** Needles of ASCII are found without folding every character of the text. */
const clickhouseContains = (hay: Arg, needle: Text, cx: RenderContext): Sql =>
  isAscii(needle.constant)
    ? sql`${call`positionCaseInsensitive(${hay.sql}, ${needle.sql})`} > 0`
    : sql`${call`position(${cx.lower(hay)}, ${cx.lower(needle)})`} > 0`

const isAscii = (s: string): boolean => Buffer.byteLength(s) === s.length

const clickhouseAnyTerm: Rendering = ([hay, ...needles], cx) => {
  if (needles.length === 0) return raw('false')
  if (!needles.every(isText)) throw new NotSaid('a term that is not constant')
  return clickhouseTerms(hay!, needles, WHOLE, false, cx)
}

const clickhouseAllTerms: Rendering = ([hay, ...needles], cx) =>
  needles.length === 0
    ? raw('true')
    : infix(
        needles.map((n) => clickhouseTerm(WHOLE, false)([hay!, n], cx)),
        'AND',
      )

/** has_any and has_all of constants: one alternation, or a test for each. */
const anyTerm: Rendering = ([hay, ...needles], cx) => {
  if (needles.length === 0) return raw('false')
  if (!needles.every(isText))
    return infix(
      needles.map((n) => cx.native('_has', hay!.sql, n.sql)),
      'OR',
    )
  const texts = needles.map((n) => n.constant)
  const pattern = termPattern(texts, false, WHOLE)
  if (pattern === null) return raw('true')
  const exact = cx.native('has_any array', hay!.sql, textLiteral(printJson(texts)))
  const terms = orBeyondAscii(hay!.sql, pattern, exact)
  if (!texts.every(isAscii)) return terms
  // Nearly all rows have none of them, and substrings say so sooner: one by itself, several in one pattern.
  const some =
    texts.length === 1
      ? contains(hay!.sql, texts[0]!, false)
      : call`regexp_matches(${hay!.sql}, ${textLiteral(anyOf(texts))})`
  return sql`${some} AND ${terms}`
}

/** Finds every text of ASCII that has a needle as a part, and every other one in which matchesTerm() may find it: İ begins with an i. */
const anyOf = (needles: readonly string[]): string =>
  `(?i)${needles.map((n) => escapeRegex(n).replace(/i/gi, '[iİ]')).join('|')}`

const allTerms: Rendering = ([hay, ...needles], cx) =>
  needles.length === 0
    ? raw('true')
    : infix(
        needles.map((n) => term('has', WHOLE, false)([hay!, n], cx)),
        'AND',
      )

type Pair = (hay: Sql, needle: Sql) => Sql

/** A test of two texts as an engine says it, whatever the case or by case. */
const compared =
  (test: Pair, caseSensitive: boolean): Rendering =>
  ([h, n], cx) =>
    caseSensitive ? test(h!.sql, n!.sql) : test(cx.lower(h!, [n!]), cx.lower(n!, [n!]))

const text = (
  doc: string,
  [duckdb, clickhouse]: readonly [Rendering, Rendering],
  examples: readonly [string, unknown][],
) => scalar({ doc, takes: ['string', 'string'], nulls: 'own', gives: 'bool', render: { duckdb, clickhouse }, examples })

const positionIn: Pair = (h, n) => sql`${call`position(${h}, ${n})`} > 0`

const containing = (caseSensitive: boolean): readonly [Rendering, Rendering] => {
  const plain = compared(positionIn, caseSensitive)
  return [
    compared((h, n) => call`contains(${h}, ${n})`, caseSensitive),
    ([h, n], cx) => (isText(n!) && !caseSensitive ? clickhouseContains(h!, n, cx) : plain([h!, n!], cx)),
  ]
}

const starting = (caseSensitive: boolean): readonly [Rendering, Rendering] => [
  compared((h, n) => call`starts_with(${h}, ${n})`, caseSensitive),
  compared((h, n) => call`startsWith(${h}, ${n})`, caseSensitive),
]

const ending = (caseSensitive: boolean): readonly [Rendering, Rendering] => [
  compared((h, n) => call`ends_with(${h}, ${n})`, caseSensitive),
  compared((h, n) => call`endsWith(${h}, ${n})`, caseSensitive),
]

const terms = (
  doc: string,
  name: string,
  edges: Edges,
  caseSensitive: boolean,
  examples: readonly [string, unknown][],
) =>
  scalar({
    doc,
    takes: ['string', 'string'],
    nulls: 'own',
    gives: 'bool',
    render: { duckdb: term(name, edges, caseSensitive), clickhouse: clickhouseTerm(edges, caseSensitive) },
    examples,
  })

const termNative = (edges: Edges, caseSensitive: boolean) =>
  native({
    doc: 'The term test for a needle that is not a constant.',
    takes: ['string', 'string'],
    gives: 'bool',
    nulls: 'own',
    run: (hay = '', needle = '') => matchesTerm(hay, needle, caseSensitive, edges),
    examples: [],
  })

/** What a list of an `in` or `has_any` holds: members of arrays in it count too (documentation of `in`: nested arrays are flattened). */
export const flatMembers = (value: Dynamic): readonly Dynamic[] =>
  Array.isArray(value) ? value.flatMap(flatMembers) : value === null ? [] : [value]

/** The members of a constant array as texts. */
function constantTexts(array: Arg, cx: RenderContext): Arg[] {
  if (typeof array.constant !== 'string') throw new NotSaid('an array that is not constant')
  return flatMembers(parseJson(array.constant) ?? null).map((m) => {
    const constant = textOf(m)
    return { sql: cx.text(constant), type: 'string', nonNull: true, constant }
  })
}

const among = (needle: Sql, items: readonly Arg[], said: (a: Arg) => Sql): Sql =>
  items.length === 0 ? raw('false') : sql`${needle} IN (${list(items.map(said))})`

export const textOperators = {
  has: terms('The text has the whole term, whatever the case.', 'has', WHOLE, false, [
    ["'a-b c' has 'B'", true],
    ["'ab' has 'a'", false],
    ["'x a-b y' has 'a-b'", true],
  ]),
  has_cs: terms('The text has the whole term.', 'has_cs', WHOLE, true, [["'Abc def' has_cs 'abc'", false]]),
  hasprefix: terms('A term of the text begins so.', 'hasprefix', PREFIX, false, [["'x-error' hasprefix 'ERR'", true]]),
  hasprefix_cs: terms('A term of the text begins so, by case.', 'hasprefix_cs', PREFIX, true, [
    ["'x-error' hasprefix_cs 'ERR'", false],
  ]),
  hassuffix: terms('A term of the text ends so.', 'hassuffix', SUFFIX, false, [["'error-x' hassuffix 'ROR'", true]]),
  hassuffix_cs: terms('A term of the text ends so, by case.', 'hassuffix_cs', SUFFIX, true, [
    ["'error-x' hassuffix_cs 'ror'", true],
  ]),
  _row_text: scalar({
    doc: 'All texts of a row as one, with a control character between them that is no part of a term.',
    rest: 'string',
    gives: 'string',
    nulls: 'own',
    render: {
      duckdb: (texts) => call`concat_ws(chr(31), ${list(texts.map((t) => t.sql))})`,
      clickhouse: (texts) => call`arrayStringConcat([${list(texts.map((t) => t.sql))}], char(31))`,
    },
    examples: [],
  }),
  _has: termNative(WHOLE, false),
  _has_cs: termNative(WHOLE, true),
  _hasprefix: termNative(PREFIX, false),
  _hasprefix_cs: termNative(PREFIX, true),
  _hassuffix: termNative(SUFFIX, false),
  _hassuffix_cs: termNative(SUFFIX, true),
  has_any: scalar({
    doc: 'The text has one of the terms.',
    takes: ['string'],
    rest: 'string',
    nulls: 'own',
    gives: 'bool',
    render: { duckdb: anyTerm, clickhouse: clickhouseAnyTerm },
    examples: [["'alpha beta' has_any ('x', 'BETA')", true]],
  }),
  has_all: scalar({
    doc: 'The text has every one of the terms.',
    takes: ['string'],
    rest: 'string',
    nulls: 'own',
    gives: 'bool',
    render: {
      duckdb: allTerms,
      clickhouse: clickhouseAllTerms,
    },
    examples: [["'alpha beta' has_all ('alpha', 'gamma')", false]],
  }),
  'has_any array': native({
    doc: 'The text has one of the terms of an array.',
    takes: ['string', 'dynamic'],
    gives: 'bool',
    nulls: 'own',
    clickhouse: ([hay, array], cx) => clickhouseAnyTerm([hay!, ...constantTexts(array!, cx)], cx),
    run: (hay = '', array: Dynamic = null) => flatMembers(array).some((n) => matchesTerm(hay, textOf(n), false, WHOLE)),
    examples: [],
  }),
  'has_all array': native({
    doc: 'The text has every one of the terms of an array.',
    takes: ['string', 'dynamic'],
    gives: 'bool',
    nulls: 'own',
    clickhouse: ([hay, array], cx) => clickhouseAllTerms([hay!, ...constantTexts(array!, cx)], cx),
    run: (hay = '', array: Dynamic = null) =>
      flatMembers(array).every((n) => matchesTerm(hay, textOf(n), false, WHOLE)),
    examples: [],
  }),
  _flat_members: native({
    doc: 'What a list holds, the members of arrays in it included, as one array.',
    takes: ['dynamic'],
    gives: 'dynamic',
    nulls: 'propagate',
    run: (value: Dynamic) => [...flatMembers(value)],
    examples: [],
  }),
  'in array': native({
    doc: 'The value, as text, is in the array.',
    takes: ['string', 'dynamic'],
    gives: 'bool',
    nulls: 'own',
    clickhouse: ([needle, array], cx) =>
      typeof array!.constant === 'string'
        ? among(needle!.sql, constantTexts(array!, cx), (a) => a.sql)
        : amongMembers(needle!.sql, array!.sql, (t) => t, cx),
    run: (needle = '', array: Dynamic = null) => flatMembers(array).some((n) => textOf(n) === needle),
    examples: [],
  }),
  'in~ array': native({
    doc: 'The value, as text, is in the array, whatever the case.',
    takes: ['string', 'dynamic'],
    gives: 'bool',
    nulls: 'own',
    clickhouse: ([needle, array], cx) =>
      typeof array!.constant === 'string'
        ? among(cx.lower(needle!), constantTexts(array!, cx), (a) => cx.lower(a))
        : amongMembers(cx.lower(needle!), array!.sql, (sql) => cx.lower({ sql, type: 'string', nonNull: true }), cx),
    run: (needle = '', array: Dynamic = null) => {
      const folded = needle.toLowerCase()
      return flatMembers(array).some((n) => textOf(n).toLowerCase() === folded)
    },
    examples: [],
  }),
  contains: text('The text contains the needle, whatever the case.', containing(false), [
    ["'PowerShell' contains 'shell'", true],
    ["'100%' contains '0%'", true],
    ["'x' contains ''", true],
  ]),
  contains_cs: text('The text contains the needle.', containing(true), [["'PowerShell' contains_cs 'shell'", false]]),
  startswith: text('The text begins with the needle, whatever the case.', starting(false), [
    ["'Abc' startswith 'aB'", true],
  ]),
  startswith_cs: text('The text begins with the needle.', starting(true), [["'Abc' startswith_cs 'aB'", false]]),
  endswith: text('The text ends with the needle, whatever the case.', ending(false), [["'Abc' endswith 'BC'", true]]),
  endswith_cs: text('The text ends with the needle.', ending(true), [["'Abc' endswith_cs 'BC'", false]]),
  'matches regex': scalar({
    doc: 'The pattern is found in the text.',
    takes: ['string', 'string'],
    nulls: 'own',
    gives: 'bool',
    render: {
      duckdb: ([s, p], cx) =>
        isText(p!)
          ? matched(
              s!,
              p.constant,
              (re2) => call`regexp_matches(${s!.sql}, ${re2})`,
              () => cx.native('_matches_regex', s!.sql, p.sql),
            )
          : cx.native('_matches_regex', s!.sql, p!.sql),
      clickhouse: ([s, p], cx) => inClickhouse(s!, p!, cx, (re2) => call`match(${s!.sql}, ${re2})`),
    },
    examples: [
      ["'abc123' matches regex @'\\d+$'", true],
      ["'abc' matches regex 'B'", false],
    ],
  }),
}

/**
 * What a constant pattern does to `text`: by the engine's RE2, or by our own function where RE2 cannot say it or its `\b` would
 * err, which is about texts that are not ASCII.
 */
export function matched(text: Arg, pattern: string, inEngine: (re2: Sql) => Sql, ours: () => Sql): Sql {
  const regex = engineRegex(pattern)
  if (regex === null)
    throw new KqlError('semantic', { message: `'${pattern}' is not a regular expression of the language` })
  if (regex.re2 === null) return ours()
  const re2 = inEngine(textLiteral(regex.re2))
  if (!regex.asciiOnly) return re2
  return sql`CASE WHEN strlen(${text.sql}) = length(${text.sql}) THEN ${re2} ELSE ${ours()} END`
}

/** The same for ClickHouse, which has no function of ours: what RE2 cannot say, or only of ASCII, is left or assumed. */
export function inClickhouse(text: Arg, pattern: Arg, cx: RenderContext, inEngine: (re2: Sql) => Sql): Sql {
  if (!isText(pattern)) throw new NotSaid('a regular expression that is not constant')
  const regex = engineRegex(pattern.constant)
  if (regex === null)
    throw new KqlError('semantic', { message: `'${pattern.constant}' is not a regular expression of the language` })
  if (regex.re2 === null) throw new NotSaid('a regular expression beyond RE2')
  const value = inEngine(cx.text(regex.re2))
  return regex.asciiOnly ? cx.assume(call`isValidASCII(${text.sql})`, value) : value
}
