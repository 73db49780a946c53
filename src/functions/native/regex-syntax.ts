/** Reads a regular expression of KQL (the syntax of RE2 and of Rust's regex) into a tree. */
import { POSIX } from './posix-classes.ts'

export type RegexNode =
  | { readonly kind: 'char'; readonly code: number; readonly fold: boolean }
  /** `.`; `newline`: matches line feeds too. */
  | { readonly kind: 'any'; readonly newline: boolean }
  | { readonly kind: 'set'; readonly set: RegexSet; readonly fold: boolean }
  | { readonly kind: 'assert'; readonly what: Assertion }
  /** `name` is '' for a group that only has a number; null for one that captures nothing. */
  | { readonly kind: 'group'; readonly name: string | null; readonly body: RegexNode }
  | { readonly kind: 'sequence'; readonly parts: readonly RegexNode[] }
  | { readonly kind: 'either'; readonly parts: readonly RegexNode[] }
  | {
      readonly kind: 'repeat'
      readonly body: RegexNode
      readonly min: number
      readonly max: number
      readonly lazy: boolean
    }

export type Assertion =
  | 'text-start'
  | 'text-end'
  | 'line-start'
  | 'line-end'
  | 'boundary'
  | 'no-boundary'
  | 'word-start'
  | 'word-end'
  | 'no-word-before'
  | 'no-word-after'

export type SetItem =
  | { readonly kind: 'range'; readonly from: number; readonly to: number }
  /** Digit, word character, white space: Unicode's. */
  | { readonly kind: 'class'; readonly name: 'd' | 'w' | 's'; readonly negated: boolean }
  | { readonly kind: 'property'; readonly name: string; readonly negated: boolean }
  | { readonly kind: 'set'; readonly set: RegexSet }

export interface RegexSet {
  readonly negated: boolean
  readonly items: readonly SetItem[]
  /** `[a&&b]` and `[a--b]`. */
  readonly also?: { readonly operator: '&&' | '--'; readonly set: RegexSet }
}

/** Largest number in `{n,m}`, as RE2 has it. */
const MAX_REPEAT = 1000
const MAX_DEPTH = 200

/** @returns the tree, or null for what the language does not have: lookaround, backreferences, `\C`, unclosed groups … */
export function parseRegex(pattern: string): RegexNode | null {
  const reader: Reader = { text: pattern, at: 0, depth: 0, names: new Set() }
  try {
    const tree = alternatives(reader, { i: false, m: false, s: false, U: false, x: false })
    return reader.at === pattern.length ? tree : null
  } catch (e) {
    if (e instanceof Refused) return null
    throw e
  }
}

interface Reader {
  readonly text: string
  at: number
  depth: number
  readonly names: Set<string>
}

/** Case-insensitive, multi-line, dot matches line feeds, swapped greed, verbose. */
type Flags = Record<'i' | 'm' | 's' | 'U' | 'x', boolean>

class Refused extends Error {}
const refuse = (): never => {
  throw new Refused()
}

function alternatives(r: Reader, outer: Flags): RegexNode {
  if (++r.depth > MAX_DEPTH) refuse()
  // `(?i)` holds to the end of its group, across `|`.
  const flags = { ...outer }
  const parts = [sequence(r, flags)]
  while (take(r, '|')) parts.push(sequence(r, flags))
  r.depth--
  return parts.length === 1 ? parts[0]! : { kind: 'either', parts }
}

function sequence(r: Reader, flags: Flags): RegexNode {
  const parts: RegexNode[] = []
  while (r.at < r.text.length && r.text[r.at] !== '|' && r.text[r.at] !== ')') {
    if (flags.x && skippedBlank(r)) continue
    const node = atom(r, flags)
    if (node) parts.push(repeated(r, node, flags))
  }
  return parts.length === 1 ? parts[0]! : { kind: 'sequence', parts }
}

function skippedBlank(r: Reader): boolean {
  const m = /^(?:\s+|#[^\n]*)/.exec(r.text.slice(r.at))
  if (m) r.at += m[0].length
  return m !== null
}

function atom(r: Reader, flags: Flags): RegexNode | null {
  const c = next(r)
  switch (c) {
    case '(':
      return group(r, flags)
    case '[': {
      const start = r.at
      const set = bracket(r)
      // Verbose: white space and remarks do not count there either, which the reader does not know.
      if (flags.x && /(?<!\\)[\s#]/.test(r.text.slice(start, r.at))) refuse()
      return { kind: 'set', set, fold: flags.i }
    }
    case '.':
      return { kind: 'any', newline: flags.s }
    case '^':
      return { kind: 'assert', what: flags.m ? 'line-start' : 'text-start' }
    case '$':
      return { kind: 'assert', what: flags.m ? 'line-end' : 'text-end' }
    case '*':
    case '+':
    case '?':
      return refuse()
    case '\\':
      return escaped(r, flags)
    default:
      return { kind: 'char', code: c.codePointAt(0)!, fold: flags.i }
  }
}

/** After `(`. Null for a mere change of flags. */
function group(r: Reader, flags: Flags): RegexNode | null {
  if (!take(r, '?')) return closed(r, '', flags)
  const name = /^P?<([_\p{Alphabetic}][\p{Alphabetic}\p{N}._[\]]*)>/u.exec(r.text.slice(r.at))
  if (name) {
    if (r.names.has(name[1]!)) refuse()
    r.names.add(name[1]!)
    r.at += name[0].length
    return closed(r, name[1]!, flags)
  }
  const m = /^([imsUxu]*)(?:-([imsUx]+))?([:)])/.exec(r.text.slice(r.at))
  if (!m) return refuse()
  r.at += m[0].length
  const changed = { ...flags }
  for (const f of m[1]!.replace('u', '')) changed[f as keyof Flags] = true
  for (const f of m[2] ?? '') changed[f as keyof Flags] = false
  if (m[3] === ':') return closed(r, null, changed)
  Object.assign(flags, changed)
  return null
}

function closed(r: Reader, name: string | null, flags: Flags): RegexNode {
  const body = alternatives(r, flags)
  if (!take(r, ')')) refuse()
  return { kind: 'group', name, body }
}

function repeated(r: Reader, body: RegexNode, flags: Flags): RegexNode {
  const bounds = quantifier(r)
  if (!bounds) return body
  if (bounds.max < bounds.min || bounds.min > MAX_REPEAT || (bounds.max > MAX_REPEAT && bounds.max !== Infinity))
    refuse()
  const lazy = take(r, '?') !== flags.U
  return repeated(r, { kind: 'repeat', body, ...bounds, lazy }, flags)
}

function quantifier(r: Reader): { min: number; max: number } | null {
  if (take(r, '*')) return { min: 0, max: Infinity }
  if (take(r, '+')) return { min: 1, max: Infinity }
  if (take(r, '?')) return { min: 0, max: 1 }
  const m = /^\{(\d+)(?:(,)(\d*))?\}/.exec(r.text.slice(r.at, r.at + 32))
  if (!m) return null // A brace that counts nothing stands for itself.
  r.at += m[0].length
  const min = Number(m[1])
  return { min, max: m[2] === undefined ? min : m[3] ? Number(m[3]) : Infinity }
}

const CONTROLS: Readonly<Record<string, number>> = { a: 7, f: 12, t: 9, n: 10, r: 13, v: 11 }
const ASSERTIONS: Readonly<Record<string, Assertion>> = {
  A: 'text-start',
  z: 'text-end',
  b: 'boundary',
  B: 'no-boundary',
  '<': 'word-start',
  '>': 'word-end',
}
/** What may stand in braces behind `\b`. */
const BOUNDARIES: Readonly<Record<string, Assertion>> = {
  start: 'word-start',
  end: 'word-end',
  'start-half': 'no-word-before',
  'end-half': 'no-word-after',
}

function escaped(r: Reader, flags: Flags): RegexNode {
  const c = r.text[r.at] ?? refuse()
  if (c === 'Q') return quoted(r, flags)
  const what = ASSERTIONS[c]
  if (what) {
    r.at++
    if (c !== 'b' || r.text[r.at] !== '{') return { kind: 'assert', what }
    const braces = /^\{([a-z-]*)\}/.exec(r.text.slice(r.at, r.at + 16)) ?? refuse()
    r.at += braces[0].length
    return { kind: 'assert', what: BOUNDARIES[braces[1]!] ?? refuse() }
  }
  const item = classEscape(r)
  if (item) return { kind: 'set', set: { negated: false, items: [item] }, fold: flags.i }
  return { kind: 'char', code: charEscape(r), fold: flags.i }
}

/** `\Q…\E` */
function quoted(r: Reader, flags: Flags): RegexNode {
  const end = r.text.indexOf('\\E', r.at + 1)
  const text = r.text.slice(r.at + 1, end < 0 ? undefined : end)
  r.at = end < 0 ? r.text.length : end + 2
  return {
    kind: 'sequence',
    parts: Array.from(text, (c) => ({ kind: 'char', code: c.codePointAt(0)!, fold: flags.i })),
  }
}

/** `\d \W \pL \p{Greek} \P{^Lu}`, after the backslash. */
function classEscape(r: Reader): SetItem | null {
  const m = /^(?:[dDwWsS]|([pP])(?:([A-Z])|\{(\^?)([A-Za-z0-9_ =&]+)\}))/.exec(r.text.slice(r.at, r.at + 64))
  if (!m) return null
  r.at += m[0].length
  if (!m[1]) return { kind: 'class', name: m[0].toLowerCase() as 'd' | 'w' | 's', negated: m[0] < 'a' }
  return { kind: 'property', name: m[2] ?? m[4]!, negated: (m[1] === 'P') !== (m[3] === '^') }
}

/** One character, after the backslash. */
function charEscape(r: Reader): number {
  const hex = /^(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|[xuU]\{([0-9a-fA-F]{1,8})\})/.exec(
    r.text.slice(r.at),
  )
  if (hex) {
    r.at += hex[0].length
    const code = Number.parseInt(hex[1] ?? hex[2] ?? hex[3] ?? hex[4]!, 16)
    return code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff) ? refuse() : code
  }
  const octal = /^(?:0[0-7]{0,2}|[1-7][0-7]{2})/.exec(r.text.slice(r.at))
  if (octal) {
    r.at += octal[0].length
    return Number.parseInt(octal[0], 8)
  }
  const c = next(r)
  const control = CONTROLS[c]
  if (control !== undefined) return control
  // \1 would be a backreference; \< and \> are no characters.
  return /[A-Za-z0-9<>]/.test(c) ? refuse() : c.codePointAt(0)!
}

/** After `[`. */
function bracket(r: Reader): RegexSet {
  if (++r.depth > MAX_DEPTH) refuse()
  const negated = take(r, '^')
  const items: SetItem[] = []
  if (take(r, ']')) items.push(one(0x5d)) // A bracket that comes first stands for itself.
  const set = setBody(r, negated, items)
  r.depth--
  return set
}

/** The operators bind less than the items around them, and from left to right. */
function setBody(r: Reader, negated: boolean, first: SetItem[]): RegexSet {
  let left = operand(r, first)
  while (!take(r, ']')) {
    const operator = OPERATORS.find((o) => r.text.startsWith(o, r.at)) ?? refuse()
    r.at += 2
    left = combined(left, operator, operand(r, []))
  }
  return { ...left, negated }
}

const OPERATORS = ['&&', '--', '~~'] as const

const combined = (left: RegexSet, operator: (typeof OPERATORS)[number], right: RegexSet): RegexSet =>
  operator === '~~'
    ? union(combined(left, '--', right), combined(right, '--', left))
    : { ...union(left), also: { operator, set: right } }

const union = (...sets: RegexSet[]): RegexSet => ({
  negated: false,
  items: sets.map((set) => ({ kind: 'set', set })),
})

/** The items up to the next operator or the end. */
function operand(r: Reader, items: SetItem[]): RegexSet {
  for (;;) {
    if (r.at >= r.text.length) refuse()
    const isOperator = OPERATORS.some((o) => r.text.startsWith(o, r.at)) && r.text[r.at + 2] !== ']'
    if (r.text[r.at] === ']' || (isOperator && items.length > 0)) return { negated: false, items }
    const posix = /^\[:(\^?)([a-z]+):\]/.exec(r.text.slice(r.at, r.at + 16))
    if (posix) {
      const ranges = POSIX[posix[2]!] ?? refuse()
      r.at += posix[0].length
      items.push({
        kind: 'set',
        set: { negated: posix[1] === '^', items: ranges.map(([from, to]) => ({ kind: 'range', from, to })) },
      })
    } else if (r.text[r.at] === '[' && closesNested(r)) {
      r.at++
      items.push({ kind: 'set', set: bracket(r) })
    } else items.push(setItem(r))
  }
}

/** RE2 takes a `[` inside a class for itself; Rust for a nested class. It is one where a bracket closes it and another follows,
 * with nothing nested between but behind an operator. */
function closesNested(r: Reader): boolean {
  const rest = r.text.slice(r.at + 1)
  const inner = rest.replace(/\\./gs, 'xx').indexOf(']')
  return inner > 0 && /^(?:(?:&&|--|~~)\[(?:[^[\]\\]|\\.)*\]|[^[\]\\]|\\.)*\]/s.test(rest.slice(inner + 1))
}

function setItem(r: Reader): SetItem {
  const from = setChar(r)
  if (typeof from !== 'number') return from
  const isRange = r.text[r.at] === '-' && r.text[r.at + 1] !== ']' && r.text[r.at + 1] !== undefined
  if (!isRange || r.text[r.at + 1] === '-') return one(from)
  r.at++
  const to = setChar(r)
  return typeof to !== 'number' || to < from ? refuse() : { kind: 'range', from, to }
}

function setChar(r: Reader): SetItem | number {
  const c = next(r)
  if (c !== '\\') return c.codePointAt(0)!
  return classEscape(r) ?? charEscape(r)
}

const one = (code: number): SetItem => ({ kind: 'range', from: code, to: code })

function next(r: Reader): string {
  const code = r.text.codePointAt(r.at)
  if (code === undefined) return refuse()
  const c = String.fromCodePoint(code)
  r.at += c.length
  return c
}

function take(r: Reader, c: string): boolean {
  if (r.text[r.at] !== c) return false
  r.at++
  return true
}
