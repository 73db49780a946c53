/** Every name that is answered has a page, and something that is checked of it; see docs/reference/audit.md. */
import { describe, expect, it } from 'vitest'
import { operators } from '../../src/functions/operators.ts'
import { textOperators } from '../../src/functions/text-operators.ts'
import { type Audited, audit, casesOf } from '../../src/kusto/audit.ts'
import { coverage } from '../../src/kusto/coverage.ts'
import { otherPages, pagesOf, scalarOperators, WITHOUT_PAGE } from '../../src/kusto/pages.ts'
import { conformanceCases } from '../support/cases.ts'

/** Names that no case of conformance/ is about, whatever examples their entries have: may only become fewer. */
const WITHOUT_CASE = 129

const cases = conformanceCases()
const rows = audit(cases)
const called = (r: Pick<Audited, 'kind' | 'name'>): string => `${r.kind} ${r.name}`

describe('the audit', () => {
  it('has a page of every name, or the reason why there is none', () => {
    expect(
      rows
        .filter((r) => r.pages.length === 0)
        .map(called)
        .sort(),
    ).toEqual(Object.keys(WITHOUT_PAGE).sort())
  })

  it('knows every page that a case comes from', () => {
    const refused = coverage().filter((r) => r.state === 'refused')
    const known = new Set([
      ...otherPages,
      ...rows.flatMap((r) => r.pages),
      ...refused.flatMap((r) => pagesOf(r.kind, r.name)),
    ])
    const sources = new Set(cases.map((c) => c.source).filter((source) => source.startsWith('https://')))
    expect([...sources].filter((source) => !known.has(source))).toEqual([])
  })

  it('knows every operator between values that has an entry', () => {
    const own = Object.keys({ ...operators, ...textOperators }).filter(
      (name) => !/^_|^not$|^negate$| array$|^like/.test(name),
    )
    expect(own.filter((name) => !scalarOperators.includes(name))).toEqual([])
  })

  it('has something checked of every documented name', () => {
    const unchecked = rows.filter((r) => r.pages.length > 0 && r.examples + r.cases + r.measured === 0).map(called)
    expect(unchecked).toEqual([])
    expect(rows.filter((r) => r.cases + r.measured === 0).length).toBeLessThanOrEqual(WITHOUT_CASE)
  })

  it('counts the cases of a page and the measured ones that use a name', () => {
    const made = casesOf(`
=== One
rule: 1
source: measured
query:
  T | where makelist(x) has "a"
  | order by y
columns: x:long
rows: in order

=== Two
source: https://learn.microsoft.com/en-us/kusto/query/make-list-aggregation-function
query:
  print 1
columns: x:long
rows: in order
`)
    const row = (kind: Audited['kind'], name: string) => audit(made).find((r) => r.kind === kind && r.name === name)!
    expect(row('aggregate', 'make_list')).toMatchObject({ aliases: ['makelist'], cases: 1, measured: 1 })
    expect(row('operator', 'where')).toMatchObject({ cases: 0, measured: 1 })
    expect(row('scalar operator', 'has')).toMatchObject({ cases: 0, measured: 1 })
    expect(row('scalar operator', '!has').measured).toBe(0)
  })
})
