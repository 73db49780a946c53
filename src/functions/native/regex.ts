/** Regular expressions of KQL as JavaScript's, and as those of the engine's RE2. */
import { assertNever } from '../../base/assert-never.ts'
import { type Assertion, parseRegex, type RegexNode, type RegexSet, type SetItem } from './regex-syntax.ts'

/**
 * The pattern as a JavaScript expression with the flags `v` and `g`, cached. `\d`, `\w`, `\s` and `\b` are Unicode's.
 * JavaScript backtracks: for a pattern such as `(a+)+$` its time is not bounded, so prefer RE2 (`toRe2`) where SQL has the function.
 * @returns null for what KQL does not have (lookaround, backreferences) and for malformed patterns
 */
export function compile(pattern: string): RegExp | null {
  let compiled = cache.get(pattern)
  if (compiled === undefined) {
    if (cache.size >= MAX_CACHED) cache.delete(cache.keys().next().value!)
    compiled = toJavaScript(pattern)
    cache.set(pattern, compiled)
  }
  if (compiled) compiled.lastIndex = 0
  return compiled
}

/**
 * The pattern for RE2 without its flag for Unicode classes: `\d`, `\w`, `\s` become classes of Unicode.
 * `\b` stays RE2's, which sees ASCII words only. @returns null for what KQL or RE2 does not have
 */
export function toRe2(pattern: string): string | null {
  const tree = parseRegex(pattern)
  if (!tree) return null
  const fold = uniformFold(tree)
  const text = re2(tree, fold)
  return text === null ? null : `${fold ? '(?i)' : ''}${text}`
}

/** Number of capture groups, or null for a pattern that KQL refuses. extract_all needs 1..16. */
export function captureGroups(pattern: string): number | null {
  const tree = parseRegex(pattern)
  if (!tree) return null
  let count = 0
  visit(tree, (node) => {
    if (node.kind === 'group' && node.name !== null) count++
  })
  return count
}

const MAX_CACHED = 256
const cache = new Map<string, RegExp | null>()

function toJavaScript(pattern: string): RegExp | null {
  const tree = parseRegex(pattern)
  if (!tree) return null
  const fold = uniformFold(tree)
  try {
    return new RegExp(js(tree, fold), fold ? 'giv' : 'gv')
  } catch {
    return null // An unknown \p{…}.
  }
}

/** True when letter case is to be ignored everywhere, so that one flag says it. */
function uniformFold(tree: RegexNode): boolean {
  let every = true
  let some = false
  visit(tree, (node) => {
    if (node.kind !== 'char' && node.kind !== 'set') return
    if (node.fold) some = true
    else every = false
  })
  return some && every
}

function visit(node: RegexNode, f: (node: RegexNode) => void): void {
  f(node)
  if (node.kind === 'group' || node.kind === 'repeat') visit(node.body, f)
  if (node.kind === 'sequence' || node.kind === 'either') for (const part of node.parts) visit(part, f)
}

// ——— JavaScript

const WORD = String.raw`[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\u200c\u200d]`
const JS_CLASSES = { d: String.raw`\p{Nd}`, w: WORD, s: String.raw`\p{White_Space}` }
const JS_ASSERTIONS: Record<Assertion, string> = {
  'text-start': '^',
  'text-end': '$',
  'line-start': String.raw`(?<![^\n])`,
  'line-end': String.raw`(?![^\n])`,
  boundary: `(?:(?<=${WORD})(?!${WORD})|(?<!${WORD})(?=${WORD}))`,
  'no-boundary': `(?:(?<=${WORD})(?=${WORD})|(?<!${WORD})(?!${WORD}))`,
}

function js(node: RegexNode, flag: boolean): string {
  switch (node.kind) {
    case 'char': {
      const variants = node.fold && !flag ? caseVariants(node.code) : [node.code]
      return variants.length === 1 ? hex16(variants[0]!) : `[${variants.map(hex16).join('')}]`
    }
    case 'any':
      return node.newline ? '[^]' : String.raw`[^\n]`
    case 'set':
      return jsSet(node.fold && !flag ? withVariants(node.set) : node.set)
    case 'assert':
      return JS_ASSERTIONS[node.what]
    case 'group':
      return `(${node.name === null ? '?:' : ''}${js(node.body, flag)})`
    case 'sequence':
      return node.parts.map((part) => (part.kind === 'either' ? `(?:${js(part, flag)})` : js(part, flag))).join('')
    case 'either':
      return node.parts.map((part) => js(part, flag)).join('|')
    case 'repeat':
      return `(?:${js(node.body, flag)})${times(node)}`
    default:
      return assertNever(node)
  }
}

function jsSet(set: RegexSet): string {
  const items = set.items.map(jsItem).join('')
  // In the `v` mode an operator stands between single operands.
  const body = set.also ? `[${items}]${set.also.operator}${jsSet(set.also.set)}` : items
  return `[${set.negated ? '^' : ''}${body}]`
}

function jsItem(item: SetItem): string {
  switch (item.kind) {
    case 'range':
      return item.from === item.to ? hex16(item.from) : `${hex16(item.from)}-${hex16(item.to)}`
    case 'class':
      return item.negated ? `[^${JS_CLASSES[item.name]}]` : JS_CLASSES[item.name]
    case 'property':
      return `\\${item.negated ? 'P' : 'p'}{${propertyName(item.name)}}`
    case 'set':
      return jsSet(item.set)
    default:
      return assertNever(item)
  }
}

/** JavaScript wants `Script=Greek` where RE2 and Rust say `Greek`. */
function propertyName(name: string): string {
  try {
    new RegExp(`\\p{${name}}`, 'v')
    return name
  } catch {
    return `Script=${name}`
  }
}

const hex16 = (code: number): string => `\\u{${code.toString(16)}}`

// ——— RE2

const RE2_CLASSES = {
  d: String.raw`\p{Nd}`,
  // Alphabetic: letters, letter numbers, and the enclosed letters among the symbols; then marks, digits, connectors, joiners.
  w: String.raw`\p{L}\p{Nl}\x{24b6}-\x{24e9}\x{1f130}-\x{1f149}\x{1f150}-\x{1f169}\x{1f170}-\x{1f189}\p{M}\p{Nd}\p{Pc}\x{200c}\x{200d}`,
  s: String.raw`\t-\r\x{85}\p{Z}`,
}
const RE2_ASSERTIONS: Record<Assertion, string> = {
  'text-start': String.raw`\A`,
  'text-end': String.raw`\z`,
  'line-start': '(?m:^)',
  'line-end': '(?m:$)',
  boundary: String.raw`\b`,
  'no-boundary': String.raw`\B`,
}

function re2(node: RegexNode, flag: boolean): string | null {
  switch (node.kind) {
    case 'char':
      return folded(re2Char(node.code), node.fold && !flag)
    case 'any':
      return node.newline ? '(?s:.)' : String.raw`[^\n]`
    case 'set': {
      const set = re2Set(node.set)
      return set && folded(set, node.fold && !flag)
    }
    case 'assert':
      return RE2_ASSERTIONS[node.what]
    case 'group': {
      const body = re2(node.body, flag)
      return body === null ? null : `(${node.name === null ? '?:' : ''}${body})`
    }
    case 'sequence':
      return joined(node.parts, (part) => (part.kind === 'either' ? wrapped(re2(part, flag)) : re2(part, flag)), '')
    case 'either':
      return joined(node.parts, (part) => re2(part, flag), '|')
    case 'repeat': {
      const body = re2(node.body, flag)
      return body === null ? null : `(?:${body})${times(node)}`
    }
    default:
      return assertNever(node)
  }
}

function re2Set(set: RegexSet): string | null {
  if (set.also) return null
  const items = joined(set.items, re2Item, '')
  return items === null ? null : `[${set.negated ? '^' : ''}${items}]`
}

/** What stands between the brackets; a class cannot be nested there, so a negated one is spelt out as its ranges. */
function re2Item(item: SetItem): string | null {
  switch (item.kind) {
    case 'range':
      return item.from === item.to ? re2Char(item.from) : `${re2Char(item.from)}-${re2Char(item.to)}`
    case 'class':
      if (!item.negated) return RE2_CLASSES[item.name]
      return item.name === 'd' ? String.raw`\P{Nd}` : outside(item.name)
    case 'property':
      return isRe2Property(item.name) ? `\\${item.negated ? 'P' : 'p'}{${item.name}}` : null
    case 'set':
      if (!item.set.negated && !item.set.also) return joined(item.set.items, re2Item, '')
      return rangesOf(jsSet(item.set))
    default:
      return assertNever(item)
  }
}

const isRe2Property = (name: string): boolean =>
  /^(?:C[cfos]?|L[lmotu]?|M[cen]?|N[dlo]?|P[cdefios]?|S[ckmo]?|Z[lps]?)$/.test(name) ||
  (/^[A-Z][A-Za-z_]+$/.test(name) && propertyName(name).startsWith('Script='))

const spelt = new Map<string, string | null>()
function outside(name: 'w' | 's'): string | null {
  const known = spelt.get(name)
  if (known !== undefined) return known
  const ranges = rangesOf(`[^${JS_CLASSES[name]}]`)
  spelt.set(name, ranges)
  return ranges
}

/** The members of a JavaScript set as ranges for RE2. */
function rangesOf(set: string): string | null {
  const found: string[] = []
  try {
    for (const m of allCodePoints().matchAll(new RegExp(`${set}+`, 'gv'))) {
      const [from, to] = [m[0].codePointAt(0)!, lastCodePoint(m[0])]
      found.push(`${re2Char(from)}-${re2Char(to)}`)
    }
  } catch {
    return null
  }
  return found.join('')
}

/** Every code point but the surrogates, in order: a run of matches is a range. */
function allCodePoints(): string {
  const blocks: string[] = []
  for (let start = 0; start < 0x110000; start += 0x1000) {
    const codes = Array.from({ length: 0x1000 }, (_, i) => start + i).filter((c) => c < 0xd800 || c > 0xdfff)
    blocks.push(String.fromCodePoint(...codes))
  }
  return blocks.join('')
}

function lastCodePoint(text: string): number {
  const last = text.codePointAt(text.length - 2) ?? 0
  return last > 0xffff ? last : text.charCodeAt(text.length - 1)
}

const re2Char = (code: number): string =>
  /[A-Za-z0-9_ ]/.test(String.fromCodePoint(code)) ? String.fromCodePoint(code) : `\\x{${code.toString(16)}}`
const folded = (text: string, fold: boolean): string => (fold ? `(?i:${text})` : text)
const wrapped = (text: string | null): string | null => (text === null ? null : `(?:${text})`)

function joined<T>(parts: readonly T[], show: (part: T) => string | null, separator: string): string | null {
  const shown = parts.map(show)
  return shown.includes(null) ? null : shown.join(separator)
}

// ——— both

function times(node: { readonly min: number; readonly max: number; readonly lazy: boolean }): string {
  const lazy = node.lazy ? '?' : ''
  if (node.min === node.max) return `{${node.min}}${lazy}`
  if (node.max !== Infinity) return `{${node.min},${node.max}}${lazy}`
  return `${node.min === 0 ? '*' : node.min === 1 ? '+' : `{${node.min},}`}${lazy}`
}

/** A character and those that differ from it in case only. */
function caseVariants(code: number): number[] {
  const c = String.fromCodePoint(code)
  const forms = [c, c.toLowerCase(), c.toUpperCase(), c.toUpperCase().toLowerCase()]
  // The Kelvin sign and the long s are the two that fold into ASCII.
  if (/^[kK]$/.test(c)) forms.push('\u212a')
  if (/^[sS]$/.test(c)) forms.push('\u017f')
  return [...new Set(forms.filter((f) => [...f].length === 1).map((f) => f.codePointAt(0)!))]
}

/** Ranges larger than this are blocks of scripts, which hold both cases of their letters. */
const MAX_FOLDED_RANGE = 1000

function withVariants(set: RegexSet): RegexSet {
  const items = set.items.flatMap((item): SetItem[] => {
    if (item.kind === 'set') return [{ kind: 'set', set: withVariants(item.set) }]
    if (item.kind !== 'range' || item.to - item.from > MAX_FOLDED_RANGE) return [item]
    const codes = Array.from({ length: item.to - item.from + 1 }, (_, i) => item.from + i)
    return [item, ...codes.flatMap(caseVariants).map((c): SetItem => ({ kind: 'range', from: c, to: c }))]
  })
  return { ...set, items, ...(set.also && { also: { ...set.also, set: withVariants(set.also.set) } }) }
}
