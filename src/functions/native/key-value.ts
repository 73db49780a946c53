/** Texts of key and value pairs, as `parse-kv` reads them: by delimiters, without any, or by a regular expression. */
import { type Dynamic, isBag } from '../../types/dynamic.ts'
import { native } from '../define.ts'
import { compile } from './regex.ts'

interface Quote {
  readonly open: string
  readonly close: string
  /** Where the text has its last closing one: a quote that opens there or later is none. */
  readonly last: number
}

interface Marks {
  readonly quotes: readonly Quote[]
  readonly escapes: string
}

/** Calls `found` for each pair in the order of the text. */
type Found = (key: string, value: string) => void

export const keyValueNatives = {
  _parse_kv: native({
    doc: 'The values of the wanted `keys` in a text of pairs, as a bag; of a repeated key the first (rule 185).',
    takes: ['string', 'dynamic', 'dynamic'],
    gives: 'dynamic',
    nulls: 'own',
    run: (source: string, keys: Dynamic, options: Dynamic): Dynamic => {
      const wanted = new Set(Array.isArray(keys) ? keys.map(String) : [])
      const pairs = new Map<string, Dynamic>()
      const found: Found = (key, value) => {
        if (wanted.has(key) && !pairs.has(key)) pairs.set(key, value)
      }
      const option = (name: string) => (isBag(options) ? (options.get(name) ?? null) : null)
      const quotes = option('quotes')
      const escapes = option('escapes')
      const marks: Marks = {
        quotes: (Array.isArray(quotes) ? quotes : []).map((q) => {
          const [open, close] = [...String(q)]
          return { open: open!, close: close ?? open!, last: source.lastIndexOf(close ?? open!) }
        }),
        escapes: Array.isArray(escapes) ? escapes.join('') : '',
      }
      const regex = option('regex')
      const pair = option('pair_delimiter')
      if (regex !== null) byRegex(source, String(regex), found)
      else if (pair === null) byWords(source, wanted, marks, found)
      else byDelimiters(source, String(pair), String(option('kv_delimiter')), option('greedy') === true, marks, found)
      return pairs
    },
    examples: [],
  }),
}

function byRegex(source: string, pattern: string, found: Found): void {
  const regex = compile(pattern)
  if (!regex) return
  for (const m of regex.all(source)) found((m[1] ?? '').trim(), (m[2] ?? '').trim())
}

const skipSpace = (source: string, at: number): number => {
  let i = at
  while (i < source.length && /\s/.test(source[i]!)) i++
  return i
}

/** A quoted text that begins at `at`, and where it ends; undefined when none begins there or it is never closed. */
function quotedAt(source: string, at: number, marks: Marks): { text: string; end: number } | undefined {
  const quote = marks.quotes.find((q) => q.open === source[at] && at < q.last)
  if (!quote) return undefined
  let text = ''
  for (let i = at + 1; i < source.length; i++) {
    const c = source[i]!
    if (marks.escapes.includes(c) && i + 1 < source.length) text += source[++i]
    else if (c === quote.close) return { text, end: i + 1 }
    else text += c
  }
  return undefined
}

function byDelimiters(source: string, pair: string, kv: string, greedy: boolean, marks: Marks, found: Found): void {
  /** The key that begins at `at` and where its value begins; undefined when a pair ends before any key delimiter. */
  const keyAt = (at: number): { key: string; value: number } | undefined => {
    const start = skipSpace(source, at)
    const inQuotes = quotedAt(source, start, marks)
    let i = inQuotes?.end ?? start
    while (i < source.length && !source.startsWith(kv, i) && !source.startsWith(pair, i)) i++
    const key = inQuotes?.text ?? source.slice(start, i).trim()
    // The delimiter of pairs may be a space, and spaces around the key do not count.
    const delimiter = source.startsWith(kv, i) ? i : skipSpace(source, i)
    return source.startsWith(kv, delimiter) ? { key, value: delimiter + kv.length } : undefined
  }
  const nextPair = (at: number): number => {
    const i = source.indexOf(pair, at)
    return i < 0 ? source.length : i
  }
  let at = 0
  while (at < source.length) {
    const head = keyAt(at)
    if (!head) {
      at = nextPair(skipSpace(source, at)) + pair.length
      continue
    }
    const start = skipSpace(source, head.value)
    const inQuotes = quotedAt(source, start, marks)
    let end = nextPair(inQuotes?.end ?? start)
    // Greedy: the value goes on through delimiters that no key follows.
    if (greedy && !inQuotes)
      while (end < source.length && !keyAt(end + pair.length)) end = nextPair(skipSpace(source, end + pair.length))
    found(head.key, inQuotes?.text ?? source.slice(start, end).trim())
    at = end + pair.length
  }
}

/** Without delimiters everything but letters and digits is one: the word after a wanted key is its value. */
function byWords(source: string, wanted: ReadonlySet<string>, marks: Marks, found: Found): void {
  let key: string | undefined
  for (let at = 0; at < source.length; ) {
    const word = quotedAt(source, at, marks) ?? wordAt(source, at)
    if (!word) at++
    else {
      if (key !== undefined) {
        found(key, word.text)
        key = undefined
      } else if (wanted.has(word.text)) key = word.text
      at = word.end
    }
  }
}

function wordAt(source: string, at: number): { text: string; end: number } | undefined {
  const word = /[\p{L}\p{N}]+/uy
  word.lastIndex = at
  const text = word.exec(source)?.[0]
  return text === undefined ? undefined : { text, end: at + text.length }
}
