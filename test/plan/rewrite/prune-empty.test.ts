import { describe, expect, it } from 'vitest'
import { aggregate, join, pass } from '../../../src/plan/build.ts'
import { text } from '../../../src/plan/expr.ts'
import type { JoinKind } from '../../../src/plan/nodes.ts'
import { pruneEmpty } from '../../../src/plan/rewrite/prune-empty.ts'
import { column, columnOf, compare, filter, type Plan, scanOf } from '../../support/plans.ts'

const full = scanOf('Full', [column('a')])
const empty = scanOf('Empty', [column('b')])
const prune = (plan: Plan) => pruneEmpty(plan, (scan) => scan.table === 'Empty')
const isNothing = (plan: Plan) => plan.kind === 'values' && plan.rows.length === 0

describe('a table without rows', () => {
  it('takes what only reads it with it, and keeps the columns', () => {
    const plan = filter(empty, compare(empty.columns[0]!, '==', text('x')))
    expect(prune(plan)).toEqual({ kind: 'values', rows: [], columns: empty.columns })
  })

  it('leaves a union', () => {
    const out = column('x')
    const legs = [full, empty].map((plan) => ({ plan, map: [columnOf(plan.columns[0]!)] }))
    const pruned = prune({ kind: 'union', columns: [out], inputs: legs })
    expect(pruned).toMatchObject({ kind: 'union', inputs: [{ plan: full }] })
    expect(isNothing(prune({ kind: 'union', columns: [out], inputs: legs.slice(1) }))).toBe(true)
  })

  it('still counts as nothing, once', () => {
    const count = { column: column('n', 'long'), name: 'count', args: [] }
    expect(prune(aggregate(empty, [], [count])).kind).toBe('aggregate')
    expect(isNothing(prune(aggregate(empty, [pass(empty.columns[0]!)], [count])))).toBe(true)
  })

  it.each<[JoinKind, boolean, boolean]>([
    ['inner', true, true],
    ['innerunique', true, true],
    ['leftsemi', true, true],
    ['leftouter', false, true],
    ['leftanti', false, true],
    ['rightouter', true, false],
    ['rightanti', true, false],
    ['fullouter', false, false],
  ])('joins as %s to nothing: right side empty %s, left side empty %s', (kind, rightEmpty, leftEmpty) => {
    const joined = (left: Plan, right: Plan) => join(kind, left, right, [], [...left.columns, ...right.columns])
    expect(isNothing(prune(joined(full, empty)))).toBe(rightEmpty)
    expect(isNothing(prune(joined(empty, full)))).toBe(leftEmpty)
  })
})
