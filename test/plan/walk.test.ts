import { describe, expect, it } from 'vitest'
import { keep } from '../../src/plan/build.ts'
import type { Plan } from '../../src/plan/nodes.ts'
import { transform, visitPlan } from '../../src/plan/walk.ts'
import { column, columnOf, scanOf } from '../support/plans.ts'

/** Each level reads the one below twice: 2^levels uses of the scan. */
function doubling(levels: number): Plan {
  let plan: Plan = scanOf('T', [column('a')])
  for (let id = 1; id <= levels; id++) {
    const use = (): Plan => ({ kind: 'shared', id, plan, columns: [column('a')] })
    const uses = [use(), use()]
    plan = {
      kind: 'union',
      columns: [column('a')],
      inputs: uses.map((u) => ({ plan: u, map: [columnOf(u.columns[0]!)] })),
    }
  }
  return plan
}

describe('walks', () => {
  it('enter a shared plan once, however often it is used', () => {
    let scans = 0
    const changed = transform(doubling(40), (p) => {
      if (p.kind !== 'scan') return p
      scans++
      return { ...p, table: 'U' }
    })
    expect(scans).toBe(1)
    const tables: string[] = []
    visitPlan(changed, (p) => {
      if (p.kind === 'scan') tables.push(p.table)
    })
    expect(tables).toEqual(['U'])
  })

  it('reach plans inside expressions', () => {
    const inner = scanOf('Inner', [column('x')])
    const outer = scanOf('Outer', [column('y')])
    const plan = keep({ ...outer }, outer.columns)
    const asked: Plan = {
      kind: 'filter',
      input: plan,
      columns: plan.columns,
      when: { kind: 'member', name: 'in', needle: columnOf(outer.columns[0]!), plan: inner, type: 'bool' },
    }
    const tables: string[] = []
    visitPlan(
      transform(asked, (p) => (p.kind === 'scan' ? { ...p, table: `${p.table}!` } : p)),
      (p) => {
        if (p.kind === 'scan') tables.push(p.table)
      },
    )
    expect(tables.sort()).toEqual(['Inner!', 'Outer!'])
  })
})
