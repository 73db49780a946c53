import { describe, expect, it } from 'vitest'
import { join, pass } from '../../../src/plan/build.ts'
import { and } from '../../../src/plan/expr.ts'
import { pruneTime } from '../../../src/plan/rewrite/prune-time.ts'
import { visitPlan } from '../../../src/plan/walk.ts'
import { column, columnOf, compare, datetime, filter, type Plan, project, scanOf } from '../../support/plans.ts'

const time = column('Timestamp', 'datetime')
const name = column('Name')
const events = scanOf('Events', [time, name])
const prune = (plan: Plan) => pruneTime(plan, () => 'Timestamp')
const rangesOf = (plan: Plan) => {
  const ranges: unknown[] = []
  visitPlan(plan, (p) => {
    if (p.kind === 'scan') ranges.push(p.range)
  })
  return ranges
}

describe('comparisons of the time column', () => {
  it('become the range of the scan, and stay as filters', () => {
    const plan = filter(events, and(compare(time, '>', datetime(10n)), compare(time, '<=', datetime(20n))))
    const pruned = prune(plan)
    expect(rangesOf(pruned)).toEqual([{ source: 'Timestamp', from: '10', to: '20' }])
    expect(pruned).toMatchObject({ kind: 'filter', when: plan.when })
  })

  it('narrow each other and the window that is there already', () => {
    const windowed = { ...events, range: { source: 'Timestamp', from: '15' } }
    const plan = filter(filter(windowed, compare(time, '>=', datetime(12n))), compare(time, '>=', datetime(17n)))
    expect(rangesOf(prune(plan))).toEqual([{ source: 'Timestamp', from: '17' }])
  })

  it('are seen through projections that rename the column', () => {
    const at = column('At', 'datetime')
    const renamed = project(events, [{ column: at, expr: columnOf(time) }, pass(name)])
    expect(rangesOf(prune(filter(renamed, compare(at, '==', datetime(7n)))))).toEqual([
      { source: 'Timestamp', from: '7', to: '7' },
    ])
  })

  it('of another column, or of a computed one, change nothing', () => {
    const other = column('At', 'datetime')
    const plan = filter(scanOf('Events', [time, other]), compare(other, '>', datetime(10n)))
    expect(rangesOf(prune(plan))).toEqual([undefined])
  })

  it('above a join do not reach the scans below it', () => {
    const right = scanOf('Events', [column('Timestamp', 'datetime')])
    const joined = join('leftouter', events, right, [], [...events.columns, ...right.columns])
    expect(rangesOf(prune(filter(joined, compare(time, '>', datetime(10n)))))).toEqual([undefined, undefined])
  })
})
