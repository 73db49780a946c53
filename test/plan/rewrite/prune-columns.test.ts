import { describe, expect, it } from 'vitest'
import { aggregate, limit, pass, sort } from '../../../src/plan/build.ts'
import { long, text } from '../../../src/plan/expr.ts'
import { pruneColumns } from '../../../src/plan/rewrite/prune-columns.ts'
import { visitPlan } from '../../../src/plan/walk.ts'
import { column, columnOf, compare, filter, keep, type Plan, scanOf } from '../../support/plans.ts'

const [a, b, c] = [column('a'), column('b'), column('c')]
const table = scanOf('T', [a, b, c])
const read = (plan: Plan) => {
  const names: string[][] = []
  visitPlan(pruneColumns(plan), (p) => {
    if (p.kind === 'scan') names.push(p.source.map(String))
  })
  return names
}

describe('a scan', () => {
  it('reads what the answer shows and what filters, sorts and groups look at', () => {
    expect(read(keep(table, [a]))).toEqual([['a']])
    expect(read(keep(filter(table, compare(b, '==', text('x'))), [a]))).toEqual([['a', 'b']])
    expect(
      read(keep(limit(sort(table, [{ expr: columnOf(c), descending: true, nullsFirst: false }]), long(1)), [a])),
    ).toEqual([['a', 'c']])
  })

  it('reads nothing to count rows', () => {
    expect(read(aggregate(table, [], [{ column: column('n', 'long'), name: 'count', args: [] }]))).toEqual([[]])
  })

  it('of a shared plan reads what any use may need', () => {
    const use = { kind: 'shared', id: 1, plan: table, columns: [column('a'), column('b'), column('c')] } as const
    expect(read(keep(use, [use.columns[0]!]))).toEqual([['a', 'b', 'c']])
  })
})

describe('a union', () => {
  it('drops what nobody looks at from every leg', () => {
    const [x, y] = [column('x'), column('y')]
    const other = scanOf('U', [column('d'), column('e')])
    const union: Plan = {
      kind: 'union',
      columns: [x, y],
      inputs: [
        { plan: table, map: [columnOf(a), columnOf(b)] },
        { plan: other, map: other.columns.map(columnOf) },
      ],
    }
    expect(read(keep(union, [y]))).toEqual([['b'], ['e']])
  })
})

describe('an aggregate', () => {
  it('keeps its groups, and drops measures that nobody looks at', () => {
    const n = { column: column('n', 'long'), name: 'dcount', args: [columnOf(b)] }
    const grouped = aggregate(table, [pass(a)], [n])
    expect(read(keep(grouped, [n.column]))).toEqual([['a', 'b']])
    expect(read(keep(grouped, [a]))).toEqual([['a']])
  })
})
