/** Arguments that may be left out are left out of rows as they are of constants. */
import { expect, it } from 'vitest'
import { canonicalName, natives } from '../../src/functions/index.ts'
import { languageTables, listOf } from '../../src/kusto/language.ts'

it('are told by every entry that does not deal with nulls itself', () => {
  const wrong = languageTables().functions.flatMap((symbol) => {
    const entry = natives[canonicalName(symbol.Name)]
    if (!entry || entry.nulls === 'own' || entry.rest) return []
    const least = Math.min(...listOf(symbol.Signatures).map((s: { MinArgumentCount: number }) => s.MinArgumentCount))
    return entry.takes.length - least > (entry.optional ?? 0) ? [symbol.Name] : []
  })
  expect(wrong).toEqual([])
})
