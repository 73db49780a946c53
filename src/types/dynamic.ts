/** KQL's dynamic: a JSON value whose integers stay exact and whose bags keep their order; read, written, compared. */
import { printReal } from './real.ts'

export type Dynamic = null | boolean | bigint | number | string | readonly Dynamic[] | ReadonlyMap<string, Dynamic>

export type DynamicArray = readonly Dynamic[]
export type DynamicBag = ReadonlyMap<string, Dynamic>

export const isArray = (d: Dynamic): d is DynamicArray => Array.isArray(d)
export const isBag = (d: Dynamic): d is DynamicBag => d instanceof Map
export const isNumber = (d: Dynamic): d is number | bigint => typeof d === 'number' || typeof d === 'bigint'

/** Deeper JSON is not read: no real document nests so, and nothing that walks a value may run out of stack. */
const MAX_DEPTH = 512

/**
 * Strict JSON (a raw control character inside a string makes it invalid, measured). Integers are bigint, beyond 64 bits
 * number; `1.0` and `1e3` are number. Of a repeated property the last value stays, in the place of the first.
 * @returns undefined for text that is not JSON or nests deeper than 512.
 */
export function parseJson(text: string): Dynamic | undefined {
  const reader = new Reader(text)
  const value = reader.value(0)
  return value === undefined || !reader.atEnd() ? undefined : value
}

/** As parseJson(), of several values in a row with white space between; undefined, once, in place of the first that is none. */
export function* parseJsonValues(text: string): Generator<Dynamic | undefined> {
  const reader = new Reader(text)
  while (!reader.atEnd()) {
    const value = reader.value(0)
    yield value
    if (value === undefined) return
  }
}

const TAB = 9
const LINE_FEED = 10
const RETURN = 13
const SPACE = 32
const QUOTE = 34
const COMMA = 44
const MINUS = 45
const DOT = 46
const ZERO = 48
const COLON = 58
const OPEN_ARRAY = 91
const BACKSLASH = 92
const CLOSE_ARRAY = 93
const OPEN_BAG = 123
const CLOSE_BAG = 125

/** One pass over the text by character codes: it runs once a row, so it makes no tokens and no copies. */
class Reader {
  private readonly text: string
  private at = 0

  constructor(text: string) {
    this.text = text
  }

  atEnd(): boolean {
    this.skipSpace()
    return this.at === this.text.length
  }

  value(depth: number): Dynamic | undefined {
    switch (this.skipSpace()) {
      case QUOTE:
        return this.string()
      case OPEN_BAG:
        return depth < MAX_DEPTH ? this.bag(depth + 1) : undefined
      case OPEN_ARRAY:
        return depth < MAX_DEPTH ? this.array(depth + 1) : undefined
      case 116:
        return this.word('true', true)
      case 102:
        return this.word('false', false)
      case 110:
        return this.word('null', null)
      default:
        return this.number()
    }
  }

  /** Code of the next character that is no white space; NaN at the end. */
  private skipSpace(): number {
    let code = this.text.charCodeAt(this.at)
    while (code === SPACE || code === LINE_FEED || code === RETURN || code === TAB) {
      code = this.text.charCodeAt(++this.at)
    }
    return code
  }

  private bag(depth: number): Dynamic | undefined {
    const bag = new Map<string, Dynamic>()
    this.at++
    if (this.skipSpace() === CLOSE_BAG) {
      this.at++
      return bag
    }
    for (;;) {
      if (this.skipSpace() !== QUOTE) return undefined
      const key = this.string()
      if (key === undefined || this.skipSpace() !== COLON) return undefined
      this.at++
      const value = this.value(depth)
      if (value === undefined) return undefined
      bag.set(key, value)
      const next = this.skipSpace()
      this.at++
      if (next === CLOSE_BAG) return bag
      if (next !== COMMA) return undefined
    }
  }

  private array(depth: number): Dynamic | undefined {
    const items: Dynamic[] = []
    this.at++
    if (this.skipSpace() === CLOSE_ARRAY) {
      this.at++
      return items
    }
    for (;;) {
      const value = this.value(depth)
      if (value === undefined) return undefined
      items.push(value)
      const next = this.skipSpace()
      this.at++
      if (next === CLOSE_ARRAY) return items
      if (next !== COMMA) return undefined
    }
  }

  private string(): string | undefined {
    const { text } = this
    const start = this.at + 1
    for (let i = start; i < text.length; i++) {
      const code = text.charCodeAt(i)
      if (code === QUOTE) {
        this.at = i + 1
        return text.slice(start, i)
      }
      if (code === BACKSLASH) return this.escapedString(start, i)
      if (code < SPACE) return undefined
    }
    return undefined
  }

  /** A string with a backslash: its end is found here, its escapes are the platform's to read and to refuse. */
  private escapedString(start: number, firstEscape: number): string | undefined {
    const { text } = this
    for (let i = firstEscape; i < text.length; i++) {
      const code = text.charCodeAt(i)
      if (code === BACKSLASH) i++
      else if (code === QUOTE) {
        this.at = i + 1
        try {
          return JSON.parse(text.slice(start - 1, i + 1)) as string
        } catch {
          return undefined
        }
      }
    }
    return undefined
  }

  private word(word: string, value: boolean | null): Dynamic | undefined {
    if (!this.text.startsWith(word, this.at)) return undefined
    this.at += word.length
    return value
  }

  private number(): Dynamic | undefined {
    const { text } = this
    const start = this.at
    let i = text.charCodeAt(start) === MINUS ? start + 1 : start
    const digits = i
    let whole = 0
    for (let c = text.charCodeAt(i) - ZERO; c >= 0 && c <= 9; c = text.charCodeAt(++i) - ZERO) whole = whole * 10 + c
    const length = i - digits
    if (length === 0 || (length > 1 && text.charCodeAt(digits) === ZERO)) return undefined
    const next = text.charCodeAt(i)
    if (next === DOT || next === 101 || next === 69) return this.real(start)
    this.at = i
    if (length <= 15) return BigInt(digits > start ? -whole : whole)
    const exact = BigInt(text.slice(start, i))
    return BigInt.asIntN(64, exact) === exact ? exact : Number(exact)
  }

  private real(start: number): Dynamic | undefined {
    REAL.lastIndex = start
    const match = REAL.exec(this.text)
    if (!match) return undefined
    this.at = REAL.lastIndex
    return Number(match[0])
  }
}

const REAL = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y

/** Compact JSON as the engine prints it: reals with a fraction (`1.0`), NaN and infinities as texts, properties in their order. */
export function printJson(d: Dynamic): string {
  switch (typeof d) {
    case 'string':
      return JSON.stringify(d)
    case 'bigint':
      return d.toString()
    case 'number':
      return Number.isFinite(d) ? printReal(d) : `"${String(d)}"`
    case 'boolean':
      return d ? 'true' : 'false'
    default:
      if (d === null) return 'null'
      return isArray(d) ? `[${d.map(printJson).join(',')}]` : `{${properties(d).join(',')}}`
  }
}

const properties = (bag: DynamicBag): string[] => Array.from(bag, ([k, v]) => `${JSON.stringify(k)}:${printJson(v)}`)

/** The text that tostring() gives: text bare, null empty, everything else as JSON (measured; `true`, not `True`). */
export function textOf(d: Dynamic): string {
  if (typeof d === 'string') return d
  if (d === null) return ''
  return typeof d === 'number' && !Number.isFinite(d) ? String(d) : printJson(d)
}

/** What gettype() answers for a dynamic: a real inside it is a `double` (measured). */
export function typeName(d: Dynamic): string {
  switch (typeof d) {
    case 'string':
      return 'string'
    case 'bigint':
      return 'long'
    case 'number':
      return 'double'
    case 'boolean':
      return 'bool'
    default:
      return d === null ? 'null' : isArray(d) ? 'array' : 'dictionary'
  }
}

/**
 * Order for sorting: numbers, then texts by code unit, then everything else by its JSON; nulls last. (The documentation
 * of array_sort_asc names this order of types.)
 */
export function compareDynamic(a: Dynamic, b: Dynamic): number {
  const rank = rankOf(a) - rankOf(b)
  if (rank !== 0) return rank
  if (isNumber(a) && isNumber(b)) return compareNumbers(a, b)
  if (a === null || b === null) return 0
  return compareText(textOf(a), textOf(b))
}

const rankOf = (d: Dynamic): number => (isNumber(d) ? 0 : typeof d === 'string' ? 1 : d === null ? 3 : 2)

/** NaN sorts before all other numbers, so that the order is total. */
function compareNumbers(a: number | bigint, b: number | bigint): number {
  if (a < b) return -1
  if (a > b) return 1
  return Number(Number.isNaN(b)) - Number(Number.isNaN(a))
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Deep equality: bags whatever the order of their properties, 1 and 1.0 are equal, no other types mix. */
export function equalDynamic(a: Dynamic, b: Dynamic): boolean {
  if (isNumber(a) && isNumber(b)) return compareNumbers(a, b) === 0
  if (isArray(a)) return isArray(b) && a.length === b.length && a.every((x, i) => equalDynamic(x, b[i] ?? null))
  if (isBag(a)) return isBag(b) && a.size === b.size && [...a].every(([k, v]) => b.has(k) && equalDynamic(v, b.get(k)!))
  return a === b
}

/** Equal values have equal keys: for sets of dynamics. */
export function keyOf(d: Dynamic): string | number | bigint | boolean | null {
  if (typeof d === 'string') return `"${d}`
  if (typeof d === 'number') return Number.isSafeInteger(d) ? BigInt(d) : d
  return typeof d === 'object' && d !== null ? printJson(normal(d)) : d
}

/** Bags sorted by property name, whole reals as integers. */
function normal(d: Dynamic): Dynamic {
  if (typeof d === 'number') return Number.isSafeInteger(d) ? BigInt(d) : d
  if (isArray(d)) return d.map(normal)
  return isBag(d) ? sortedBag(d, normal) : d
}

/** The bag with its properties in the order of their names, each value changed by `change`. */
export const sortedBag = (bag: DynamicBag, change: (d: Dynamic) => Dynamic): DynamicBag =>
  new Map(
    Array.from(bag)
      .sort(([a], [b]) => compareText(a, b))
      .map(([k, v]) => [k, change(v)]),
  )
