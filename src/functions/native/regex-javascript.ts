/** Regular expressions of KQL as JavaScript's. */
import { assertNever } from '../../base/assert-never.ts'
import type { Assertion, RegexNode, RegexSet, SetItem } from './regex-syntax.ts'
import { times, uniformFold } from './regex-tree.ts'

/**
 * The tree as a JavaScript expression with the flags `v` and `g`; `\d`, `\w`, `\s` and `\b` are Unicode's.
 * JavaScript backtracks: for a pattern such as `(a+)+$` its time is not bounded, and a group in a loop forgets what it held in
 * the round before. So it is for what RE2 cannot say. @returns null for an unknown `\p{…}`
 */
export function toJavaScript(tree: RegexNode): RegExp | null {
  const fold = uniformFold(tree)
  try {
    return new RegExp(js(tree, fold), fold ? 'giv' : 'gv')
  } catch {
    return null
  }
}

const WORD = String.raw`[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\u200c\u200d]`
export const JS_CLASSES = { d: String.raw`\p{Nd}`, w: WORD, s: String.raw`\p{White_Space}` }
const JS_ASSERTIONS: Record<Assertion, string> = {
  'text-start': '^',
  'text-end': '$',
  'line-start': String.raw`(?<![^\n])`,
  'line-end': String.raw`(?![^\n])`,
  boundary: `(?:(?<=${WORD})(?!${WORD})|(?<!${WORD})(?=${WORD}))`,
  'no-boundary': `(?:(?<=${WORD})(?=${WORD})|(?<!${WORD})(?!${WORD}))`,
  'word-start': `(?<!${WORD})(?=${WORD})`,
  'word-end': `(?<=${WORD})(?!${WORD})`,
  'no-word-before': `(?<!${WORD})`,
  'no-word-after': `(?!${WORD})`,
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

export function jsSet(set: RegexSet): string {
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
export function propertyName(name: string): string {
  try {
    new RegExp(`\\p{${name}}`, 'v')
    return name
  } catch {
    return `Script=${name}`
  }
}

const hex16 = (code: number): string => `\\u{${code.toString(16)}}`

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
