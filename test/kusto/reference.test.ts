import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { canonicalName } from '../../src/functions/index.ts'
import { coverage } from '../../src/kusto/coverage.ts'
import { languageTables, listOf } from '../../src/kusto/language.ts'
import { referencePages } from '../../src/kusto/reference.ts'
import { conformanceCases } from '../support/cases.ts'

describe('the reference pages', () => {
  it.each([...referencePages(conformanceCases())])('%s says what the code does (npm run reference)', (name, text) => {
    expect(readFileSync(new URL(`../../docs/reference/${name}`, import.meta.url), 'utf8')).toBe(text)
  })
})

describe('coverage', () => {
  const rows = coverage()

  it('names everything that the parser knows, once', () => {
    const of = (kind: string) => rows.filter((r) => r.kind === kind).map((r) => r.name)
    expect(of('function').length).toBeGreaterThan(400)
    expect(of('aggregate').length).toBeGreaterThan(55)
    expect(of('operator')).toEqual(
      expect.arrayContaining(['where', 'summarize', 'mv-expand', 'parse-kv', 'top-nested']),
    )
    for (const kind of ['operator', 'function', 'aggregate', 'plug-in'])
      expect(new Set(of(kind)).size).toBe(of(kind).length)
  })

  it('gives a reason for every refusal', () => {
    expect(rows.filter((r) => r.state === 'refused' && !r.reason)).toEqual([])
    expect(rows.find((r) => r.name === 'http_request')).toMatchObject({
      state: 'refused',
      reason: expect.stringMatching(/outside/),
    })
  })
})

it('gives another name only to a function that takes its arguments in the same order', () => {
  const { functions, aggregates } = languageTables()
  const orders = new Map(
    [...functions, ...aggregates].map((f) => [
      String(f.Name),
      listOf(f.Signatures).map((s) => listOf(s.Parameters).map((p) => String(p.Name))),
    ]),
  )
  for (const [name, [order]] of orders) {
    const canonical = orders.get(canonicalName(name))
    const common = canonical?.[0]?.slice(0, order!.length)
    if (order!.length > 1 && common) expect(order, name).toEqual(common)
  }
})
