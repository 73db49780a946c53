/** What `reduce` works with: clusters of texts that share their frequent words. */
import type { Dynamic } from '../../types/dynamic.ts'
import { native } from '../define.ts'

interface Text {
  readonly source: string
  readonly times: number
  /** Words and what stands between them, in turn; words at the even places. */
  readonly parts: readonly string[]
}

export const reduceNatives = {
  /**
   * The algorithm that Kusto names (docs: reduce operator): R. Vaarandi, "A Data Clustering Algorithm for Mining Patterns
   * From Event Logs", 2003. A word at a place is frequent if enough texts have it there; texts with the same frequent words
   * are a cluster if there are enough of them.
   */
  _reduce: native({
    doc: 'For `[[text, times], …]`, `[text, pattern, times]` of each; `threshold` is the share of all texts that makes a word or a cluster frequent, `characters` part words besides white space and punctuation.',
    takes: ['dynamic', 'real', 'string'],
    gives: 'dynamic',
    nulls: 'own',
    run: (list: Dynamic, threshold: number | null, characters: string): Dynamic => {
      const texts = textsOf(list, characters)
      const total = texts.reduce((n, t) => n + t.times, 0)
      const support = Math.max(1, total * (threshold ?? 0.1))
      const words = tally(texts.flatMap((t) => wordsOf(t).map((w): [string, number] => [w, t.times])))
      const patterns = texts.map((t) => patternOf(t, (w) => words.get(w)! >= support))
      const clusters = tally(texts.map((t, i): [string, number] => [patterns[i]!, t.times]))
      return texts.map((t, i) => {
        const pattern = patterns[i]!
        return [t.source, clusters.get(pattern)! >= support ? pattern : '', BigInt(t.times)]
      })
    },
    examples: [],
  }),
}

function textsOf(list: Dynamic, characters: string): Text[] {
  const also = [...characters].map((c) => `\\u{${c.codePointAt(0)!.toString(16)}}`).join('')
  const separators = new RegExp(`((?:[^A-Za-z0-9]${also && `|[${also}]`})+)`, 'u')
  return (Array.isArray(list) ? list : []).flatMap((pair) =>
    Array.isArray(pair)
      ? [{ source: String(pair[0]), times: Number(pair[1]), parts: String(pair[0]).split(separators) }]
      : [],
  )
}

const wordsOf = (t: Text): string[] => t.parts.flatMap((p, i) => (i % 2 === 0 && p !== '' ? [`${i} ${p}`] : []))

function tally(counted: readonly [string, number][]): Map<string, number> {
  const sums = new Map<string, number>()
  for (const [key, n] of counted) sums.set(key, (sums.get(key) ?? 0) + n)
  return sums
}

/** The text with a star for each word that is not frequent at its place; stars side by side are one. */
function patternOf(t: Text, isFrequent: (word: string) => boolean): string {
  const parts = t.parts.map((p, i) => (i % 2 === 1 || p === '' || isFrequent(`${i} ${p}`) ? p : '*'))
  return parts.join('').replace(/\*(\s*\*)+/g, '*')
}
