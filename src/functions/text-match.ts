/** Term matching as the engine does it: terms are runs of letters and digits; a boundary is asked only where the needle's edge is one. */

const TERM = /[\p{L}\p{N}]/u
const startsWithTerm = (s: string) => TERM.test(String.fromCodePoint(s.codePointAt(0) ?? 32))
const endsWithTerm = (s: string) => TERM.test([...s].at(-1) ?? ' ')

/** What engines that compile Unicode's classes once a query are given: exact for every text. */
const UNICODE_NO_TERM = '[^\\p{L}\\p{N}]'

/** Where a match must begin or end at a term boundary. */
export interface Edges {
  readonly start: boolean
  readonly end: boolean
}

// All classes of Unicode would cost 6 ms a pattern to compile. So the pattern takes any character beyond ASCII for a part of
// a term, and what it refuses beside one of those is looked at again by matchesTerm().
const NO_TERM = '[^0-9A-Za-z\\x80-\\x{10ffff}]'
const BEFORE = `(?:^|${NO_TERM})`
const AFTER = `(?:$|${NO_TERM})`

export const escapeRegex = (s: string): string => s.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&')

/**
 * RE2 pattern that finds one of the needles; null when a needle is empty and so matches everything. Where a character beyond
 * ASCII stands beside a needle it may miss it, unless it is to be `exact`.
 */
export function termPattern(
  needles: readonly string[],
  caseSensitive: boolean,
  edges: Edges,
  exact = false,
): string | null {
  if (needles.includes('')) return null
  const alternatives = needles.map((n) => {
    const before = edges.start && startsWithTerm(n) ? (exact ? `(?:^|${UNICODE_NO_TERM})` : BEFORE) : ''
    const after = edges.end && endsWithTerm(n) ? (exact ? `(?:$|${UNICODE_NO_TERM})` : AFTER) : ''
    return { before, after, text: escapeRegex(n) }
  })
  const groups = new Map<string, { before: string; after: string; texts: string[] }>()
  for (const a of alternatives) {
    const key = `${a.before}|${a.after}`
    const group = groups.get(key) ?? { before: a.before, after: a.after, texts: [] }
    group.texts.push(a.text)
    groups.set(key, group)
  }
  const body = [...groups.values()].map((g) => `${g.before}(?:${g.texts.join('|')})${g.after}`).join('|')
  return `${caseSensitive ? '(?s)' : '(?is)'}${body}`
}

/** The same test in TypeScript, for needles that are not constants. */
export function matchesTerm(text: string, needle: string, caseSensitive: boolean, edges: Edges): boolean {
  if (needle === '') return true
  const hay = caseSensitive ? text : text.toLowerCase()
  const want = caseSensitive ? needle : needle.toLowerCase()
  const checkStart = edges.start && startsWithTerm(want)
  const checkEnd = edges.end && endsWithTerm(want)
  for (let at = hay.indexOf(want); at >= 0; at = hay.indexOf(want, at + 1)) {
    const before = at === 0 ? '' : ([...hay.slice(Math.max(0, at - 2), at)].at(-1) ?? '')
    const end = at + want.length
    const after = end >= hay.length ? '' : String.fromCodePoint(hay.codePointAt(end)!)
    if ((!checkStart || !TERM.test(before)) && (!checkEnd || !TERM.test(after))) return true
  }
  return false
}
