/** Regular expressions of KQL as RE2's. */
import { assertNever } from '../../base/assert-never.ts'
import { JS_CLASSES, jsSet, propertyName } from './regex-javascript.ts'
import type { Assertion, RegexNode, RegexSet, SetItem } from './regex-syntax.ts'
import { times, uniformFold } from './regex-tree.ts'

/**
 * The tree for RE2 without its flag for Unicode classes: `\d`, `\w`, `\s` become classes of Unicode.
 * `\b` stays RE2's, which sees ASCII words only: where a text has others, ask JavaScript. @returns null for what RE2 cannot say
 */
export function toRe2(tree: RegexNode): string | null {
  const fold = uniformFold(tree)
  const text = re2(tree, fold)
  return text === null ? null : `${fold ? '(?i)' : ''}${text}`
}

const RE2_CLASSES = {
  d: String.raw`\p{Nd}`,
  // Alphabetic: letters, letter numbers, and the enclosed letters among the symbols; then marks, digits, connectors, joiners.
  w: String.raw`\p{L}\p{Nl}\x{24b6}-\x{24e9}\x{1f130}-\x{1f149}\x{1f150}-\x{1f169}\x{1f170}-\x{1f189}\p{M}\p{Nd}\p{Pc}\x{200c}\x{200d}`,
  s: String.raw`\t-\r\x{85}\p{Z}`,
}
const RE2_ASSERTIONS: Partial<Record<Assertion, string>> = {
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
      const set = re2Set(node.set, node.fold)
      return set && folded(set, node.fold && !flag)
    }
    case 'assert':
      return RE2_ASSERTIONS[node.what] ?? null
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
      // One character or a group is repeated as it is: engines have ways of their own for it, and a group more hides that.
      return body === null ? null : `${isAtom(node.body) ? body : `(?:${body})`}${times(node)}`
    }
    default:
      return assertNever(node)
  }
}

const isAtom = ({ kind }: RegexNode): boolean => kind === 'char' || kind === 'any' || kind === 'set' || kind === 'group'

function re2Set(set: RegexSet, fold: boolean): string | null {
  if (set.also) return fold ? null : bracketed(rangesOf(jsSet(set)))
  const items = joined(set.items, (item) => re2Item(item, fold), '')
  return items === null ? null : `[${set.negated ? '^' : ''}${items}]`
}

const bracketed = (ranges: string | null): string | null =>
  ranges === null ? null : ranges === '' ? String.raw`[^\x{0}-\x{10ffff}]` : `[${ranges}]`

/** What stands between the brackets; a class cannot be nested there, so a negated one is spelt out as its ranges. */
function re2Item(item: SetItem, fold: boolean): string | null {
  switch (item.kind) {
    case 'range':
      return item.from === item.to ? re2Char(item.from) : `${re2Char(item.from)}-${re2Char(item.to)}`
    case 'class':
      if (!item.negated) return RE2_CLASSES[item.name]
      return item.name === 'd' ? String.raw`\P{Nd}` : outside(item.name)
    case 'property':
      if (!isRe2Property(item.name)) return rangesOf(jsSet({ negated: false, items: [item] }))
      return `\\${item.negated ? 'P' : 'p'}{${item.name}}`
    case 'set':
      if (!item.set.negated && !item.set.also) return joined(item.set.items, (i) => re2Item(i, fold), '')
      // RE2 would add the other case to what is left after the exclusion.
      return fold ? null : rangesOf(jsSet(item.set))
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

const re2Char = (code: number): string =>
  // What has no meaning of its own stands for itself: engines look for the plain part of a pattern first.
  /[A-Za-z0-9_ =:;,@#%"'<>/!~`]/.test(String.fromCodePoint(code))
    ? String.fromCodePoint(code)
    : `\\x{${code.toString(16)}}`
const folded = (text: string, fold: boolean): string => (fold ? `(?i:${text})` : text)
const wrapped = (text: string | null): string | null => (text === null ? null : `(?:${text})`)

function joined<T>(parts: readonly T[], show: (part: T) => string | null, separator: string): string | null {
  const shown = parts.map(show)
  return shown.includes(null) ? null : shown.join(separator)
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
