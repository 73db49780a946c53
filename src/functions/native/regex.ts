/** Regular expressions of KQL at run time: RE2's automata, which take time in proportion to the text whatever the pattern. */
import { RE2JS } from 're2js'
import { toJavaScript } from './regex-javascript.ts'
import { toRe2 } from './regex-re2.ts'
import { parseRegex, type RegexNode } from './regex-syntax.ts'
import { visit } from './regex-tree.ts'

/** The whole match at 0, then the groups: undefined for one that took no part. */
export interface RegexMatch {
  readonly [group: number]: string | undefined
  /** In UTF-16 units. */
  readonly index: number
}

export interface Regex {
  test(text: string): boolean
  first(text: string): RegexMatch | undefined
  /** Matches that do not overlap, from left to right; an empty one right behind another is none. */
  all(text: string): Iterable<RegexMatch>
}

/**
 * The pattern, compiled and cached. `\d`, `\w`, `\s` and `\b` are Unicode's: RE2's `\b` knows ASCII words alone, so a pattern with
 * one asks JavaScript, which backtracks, about a text that is not ASCII; so do sets with exclusions in `(?i)`, and large repeats.
 * @returns null for what KQL does not have (lookaround, backreferences) and for malformed or oversized patterns
 */
export function compile(pattern: string): Regex | null {
  let compiled = cache.get(pattern)
  if (compiled === undefined) {
    if (cache.size >= MAX_CACHED) cache.delete(cache.keys().next().value!)
    compiled = compiledAnew(pattern)
    cache.set(pattern, compiled)
  }
  return compiled
}

/**
 * A constant pattern for the engine's RE2: its text, null where only our own functions can take it, and whether it holds for
 * texts of ASCII alone. @returns null where `compile` does
 */
export function engineRegex(pattern: string): { readonly re2: string | null; readonly asciiOnly: boolean } | null {
  const tree = compile(pattern) && parseRegex(pattern)
  if (!tree) return null
  const text = toRe2(tree)
  return { re2: text !== null && automaton(text) ? text : null, asciiOnly: hasBoundary(tree) }
}

/** The name of each capture group, '' for one without, or null for a pattern that KQL refuses. extract_all needs 1..16. */
export function captureNames(pattern: string): readonly string[] | null {
  const tree = parseRegex(pattern)
  if (!tree) return null
  const names: string[] = []
  visit(tree, (node) => {
    if (node.kind === 'group' && node.name !== null) names.push(node.name)
  })
  return names
}

export const captureGroups = (pattern: string): number | null => captureNames(pattern)?.length ?? null

const MAX_CACHED = 256
const cache = new Map<string, Regex | null>()

function compiledAnew(pattern: string): Regex | null {
  const tree = parseRegex(pattern)
  if (!tree) return null
  const text = toRe2(tree)
  const linear = text === null ? null : automaton(text)
  if (linear === null) return backtracking(tree)
  if (!hasBoundary(tree)) return linear
  const exact = backtracking(tree)
  if (!exact) return null
  const of = (s: string): Regex => (isAscii(s) ? linear : exact)
  return { test: (s) => of(s).test(s), first: (s) => of(s).first(s), all: (s) => of(s).all(s) }
}

function automaton(text: string): Regex | null {
  let re2: RE2JS
  try {
    re2 = RE2JS.compile(text)
  } catch {
    return null // More repeats or nesting than RE2 takes.
  }
  return {
    test: (s) => re2.test(s),
    first: (s) => (re2.exec(s) as RegexMatch | null) ?? undefined,
    all: (s) => apart(re2.matchAll(s)),
  }
}

function backtracking(tree: RegexNode): Regex | null {
  const regex = toJavaScript(tree)
  if (!regex) return null
  const from = (): RegExp => {
    regex.lastIndex = 0
    return regex
  }
  return {
    test: (s) => from().test(s),
    first: (s) => from().exec(s) ?? undefined,
    all: (s) => apart(s.matchAll(from())),
  }
}

/** Both libraries give an empty match where another ends; RE2 and Rust do not. */
function* apart(matches: Iterable<RegExpMatchArray>): Iterable<RegexMatch> {
  let end = -1
  for (const m of matches) {
    const index = m.index!
    if (m[0] === '' && index === end) continue
    end = index + m[0].length
    yield m as unknown as RegexMatch
  }
}

const isAscii = (s: string): boolean => /^\p{ASCII}*$/u.test(s)

function hasBoundary(tree: RegexNode): boolean {
  let found = false
  visit(tree, (node) => {
    if (node.kind === 'assert' && (node.what === 'boundary' || node.what === 'no-boundary')) found = true
  })
  return found
}
