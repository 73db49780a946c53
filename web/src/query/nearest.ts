/** The name that was probably meant. */
import type { TableInfo } from '../api/api.ts'

/** What a message says is unknown. */
const UNKNOWN = /(?:named|name|column|table|function) ['"`]([\w$]+)['"`]/

/** @param query says which tables matter: columns of tables that it names come before those of others */
export function nearestName(
  message: string,
  query: string,
  tables: readonly TableInfo[],
): { readonly wrong: string; readonly right: string } | undefined {
  const wrong = UNKNOWN.exec(message)?.[1]
  if (wrong === undefined) return undefined
  const named = tables.filter((t) => new RegExp(`\\b${t.name}\\b`).test(query))
  const candidates = new Set([
    ...named.flatMap((t) => t.columns.map((c) => c.name)),
    ...tables.map((t) => t.name),
    ...(named.length === 0 ? tables.flatMap((t) => t.columns.map((c) => c.name)) : []),
  ])
  let best: string | undefined
  let least = Math.max(2, Math.floor(wrong.length / 3)) + 1
  for (const candidate of candidates) {
    const distance = editDistance(wrong.toLowerCase(), candidate.toLowerCase(), least)
    if (distance < least) [best, least] = [candidate, distance]
  }
  return best === undefined || best === wrong ? undefined : { wrong, right: best }
}

/** Levenshtein's; anything of at least `limit` counts as `limit`. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)))
    row = next
  }
  return Math.min(limit, row[b.length]!)
}
