/** `basket`: combinations of values that many rows share. */
import { type Dynamic, keyOf } from '../../types/dynamic.ts'
import { procedure, type Row } from './procedure.ts'

interface Pattern {
  /** Column and value of each part, by column. */
  readonly parts: readonly (readonly [column: number, value: Dynamic])[]
  readonly rows: readonly number[]
}

/** Patterns grow by one column at a time, from frequent ones only: no pattern is more frequent than a part of it. */
export const basket = procedure(
  'Patterns that at least the share `threshold` of the rows has, of `most` values at most: number, rows, percent, and a value or null for each column.',
  1,
  ([threshold, most], rows) => {
    const width = rows[0]?.length ?? 0
    const least = Math.max(1, Number(threshold ?? 0.05) * rows.length)
    const found: Pattern[] = []
    let level: Pattern[] = [{ parts: [], rows: rows.map((_, i) => i) }]
    for (let depth = 0; depth < Math.min(Number(most ?? 5), width); depth++) {
      level = level.flatMap((p) => grown(p, rows, width, least))
      found.push(...level)
    }
    return found
      .toSorted((a, b) => b.rows.length - a.rows.length || b.parts.length - a.parts.length)
      .map(({ parts, rows: matching }, i): Row => {
        const values = new Map(parts)
        const cells = Array.from({ length: width }, (_, c) => values.get(c) ?? null)
        return [BigInt(i), BigInt(matching.length), (100 * matching.length) / rows.length, ...cells]
      })
  },
  [],
)

/** The frequent patterns with one more value, in a column after those that the pattern has. */
function grown({ parts, rows }: Pattern, table: readonly Row[], width: number, least: number): Pattern[] {
  const patterns: Pattern[] = []
  for (let column = (parts.at(-1)?.[0] ?? -1) + 1; column < width; column++) {
    const groups = new Map<unknown, { value: Dynamic; rows: number[] }>()
    for (const row of rows) {
      const value = table[row]![column] ?? null
      if (value === null || value === '') continue
      const key = keyOf(value)
      const group = groups.get(key) ?? { value, rows: [] }
      group.rows.push(row)
      groups.set(key, group)
    }
    for (const { value, rows: matching } of groups.values())
      if (matching.length >= least) patterns.push({ parts: [...parts, [column, value]], rows: matching })
  }
  return patterns
}
