/** A plan as indented text, for `explain` and for tests: one node a line, columns numbered from 1 in order of appearance. */
import { assertNever } from '../base/assert-never.ts'
import type { Assignment, Column, ColumnId, Expr, Plan, SortKey } from './nodes.ts'

export function printPlan(plan: Plan): string {
  const numbers = new Map<ColumnId, number>()
  const printed = new Set<number>()
  const number = (id: ColumnId) => {
    if (!numbers.has(id)) numbers.set(id, numbers.size + 1)
    return `#${numbers.get(id)}`
  }
  const column = (c: Column) => `${c.name}${number(c.id)}`
  const expr = (e: Expr): string => {
    switch (e.kind) {
      case 'column':
        return number(e.id)
      case 'literal':
        return e.type === 'string' ? JSON.stringify(e.value) : `${e.type}(${e.value})`
      case 'now':
        return 'now()'
      case 'caller':
        return 'current_principal()'
      case 'call':
        return /^\w+$/.test(e.name) || e.args.length !== 2
          ? `${e.name}(${e.args.map(expr).join(', ')})`
          : `(${expr(e.args[0]!)} ${e.name} ${expr(e.args[1]!)})`
      case 'scalar':
        return `toscalar(${inline(e.plan)})`
      case 'member':
        return `(${expr(e.needle)} ${e.name} ${inline(e.plan)})`
      default:
        return assertNever(e)
    }
  }
  const assigned = (a: Assignment) =>
    a.expr.kind === 'column' && a.expr.id === a.column.id ? column(a.column) : `${column(a.column)} = ${expr(a.expr)}`
  const keys = (list: readonly SortKey[]) =>
    list.map((k) => `${expr(k.expr)} ${k.descending ? 'desc' : 'asc'}`).join(', ')
  const inline = (p: Plan) =>
    `{ ${lines(p, 0)
      .map((l) => l.trim())
      .reverse()
      .join(' | ')} }`

  const lines = (p: Plan, depth: number): string[] => {
    const pad = '  '.repeat(depth)
    const below = (input: Plan) => lines(input, depth + 1)
    switch (p.kind) {
      case 'scan':
        return [
          `${pad}scan ${p.table}${p.range ? ` ${p.range.source} in ${p.range.from ?? ''}..${p.range.to ?? ''}` : ''}${p.devices ? ` ${p.devices.seen ? 'only' : 'without'} ${p.devices.ids.length} devices` : ''}`,
        ]
      case 'values':
        return [`${pad}values ${p.rows.length} rows (${p.columns.map(column).join(', ')})`]
      case 'range':
        return [
          `${pad}range ${p.columns.map(column).join('')} from ${expr(p.from)} to ${expr(p.to)} step ${expr(p.step)}`,
        ]
      case 'filter':
        return [`${pad}filter ${expr(p.when)}`, ...below(p.input)]
      case 'project':
        return [`${pad}project ${p.assignments.map(assigned).join(', ')}`, ...below(p.input)]
      case 'aggregate':
        return [
          `${pad}aggregate ${p.measures.map((m) => `${column(m.column)} = ${m.name}(${m.args.map(expr).join(', ')})`).join(', ')} by ${p.by.map(assigned).join(', ')}${p.order ? ` in order ${keys(p.order)}` : ''}`,
          ...below(p.input),
        ]
      case 'join':
        return [
          `${pad}join ${p.join} on ${p.on.map((o) => `${expr(o.left)} == ${expr(o.right)}`).join(', ')}`,
          ...below(p.left),
          ...below(p.right),
        ]
      case 'union':
        return [`${pad}union (${p.columns.map(column).join(', ')})`, ...p.inputs.flatMap((i) => below(i.plan))]
      case 'sort':
        return [`${pad}sort ${keys(p.keys)}`, ...below(p.input)]
      case 'limit':
        return [`${pad}limit ${expr(p.count)}`, ...below(p.input)]
      case 'sample':
        return [`${pad}sample ${expr(p.count)}`, ...below(p.input)]
      case 'unnest':
        return [
          `${pad}unnest ${p.items.map((i) => `${column(i.column)} = ${expr(i.value)}`).join(', ')}`,
          ...below(p.input),
        ]
      case 'window':
        return [
          `${pad}window ${p.outputs.map((o) => `${column(o.column)} = ${o.name}(${o.args.map(expr).join(', ')})`).join(', ')}${p.order ? ` in order ${keys(p.order)}` : ''}`,
          ...below(p.input),
        ]
      case 'iterate':
        return [
          `${pad}iterate ${p.state.map((s) => `${column(s.column)} = ${expr(s.initial)} then ${expr(s.next)}`).join(', ')}; ${p.layers.flat().map(assigned).join(', ')}${p.order ? ` in order ${keys(p.order)}` : ''}`,
          ...below(p.input),
        ]
      case 'shared':
        if (printed.has(p.id)) return [`${pad}shared ${p.id} (above)`]
        printed.add(p.id)
        return [`${pad}shared ${p.id}`, ...below(p.plan)]
      default:
        return assertNever(p)
    }
  }
  return lines(plan, 0).join('\n')
}
