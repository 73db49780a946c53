import { expect, it } from 'vitest'
import { limit, pass, project } from '../../../src/plan/build.ts'
import { call, long } from '../../../src/plan/expr.ts'
import type { Plan } from '../../../src/plan/nodes.ts'
import { limitFirst } from '../../../src/plan/rewrite/limit-first.ts'
import { column, columnOf, scanOf } from '../../support/plans.ts'

const [time, name] = [column('Timestamp', 'datetime'), column('Name')]
const scan = scanOf('T', [time, name])
const upper = { column: column('Upper'), expr: call('toupper', [columnOf(name)], 'string') }
const top = (input: Plan, by: ReturnType<typeof column>): Plan => {
  const keys = [{ expr: columnOf(by), descending: true, nullsFirst: false }]
  return limit({ kind: 'sort', columns: input.columns, input, keys }, long(3))
}

it('sorts and cuts below projections that pass the keys on', () => {
  const once = project(scan, [pass(time), upper])
  const twice = project(once, [pass(time), pass(upper.column)])
  const cut = top(scan, time)
  expect(limitFirst(top(once, time))).toEqual({ ...once, input: cut })
  expect(limitFirst(top(twice, time))).toEqual({ ...twice, input: { ...once, input: cut } })
})

it('leaves keys that a projection works out', () => {
  const plan = top(project(scan, [pass(time), upper]), upper.column)
  expect(limitFirst(plan)).toEqual(plan)
})
