/** `join` and `lookup`: rows of two tables whose keys are equal. */
import { join as joinNode, keep, pass, project as projectNode } from '../../plan/build.ts'
import { call, columnOf } from '../../plan/expr.ts'
import type { Assignment, Column, Expr, Join, JoinKind, Plan } from '../../plan/nodes.ts'
import { type Context, isHidden, partitionColumns, quoted, refuse, type Scope, semantic } from '../context.ts'
import { lowerScalar } from '../expressions.ts'
import { child, elements, kindOf, mustChild, parametersOf, resultColumns, type Syntax, textOf } from '../language.ts'
import { perPartition, samePartition } from '../partitions.ts'
import { lowerTable } from '../tables.ts'
import type { LowerOperator } from './operator.ts'

const KINDS: Readonly<Record<string, JoinKind>> = {
  inner: 'inner',
  innerunique: 'innerunique',
  leftouter: 'leftouter',
  rightouter: 'rightouter',
  fullouter: 'fullouter',
  leftsemi: 'leftsemi',
  rightsemi: 'rightsemi',
  leftanti: 'leftanti',
  rightanti: 'rightanti',
  anti: 'leftanti',
  leftantisemi: 'leftanti',
  rightantisemi: 'rightanti',
}

export const join: LowerOperator = (op, input, context) => {
  const kind = kindNamed(op, 'innerunique')
  const left = withoutHidden(input)
  const leftPartitions = partitionColumns(left)
  const other = withoutHidden(lowerTable(mustChild(op, 'Expression'), context))
  const right = leftPartitions.length > 0 && !KEEPS_LEFT.has(kind) ? perPartition(other, context) : other
  const rightPartitions = partitionColumns(right)
  const on = [
    ...conditions(child(op, 'ConditionClause'), left, right, context),
    ...samePartition(leftPartitions, rightPartitions),
  ]
  if (kind === 'leftsemi' || kind === 'leftanti') return joinNode(kind, left, right, on, left.columns)
  if (kind === 'rightsemi' || kind === 'rightanti') return joinNode(kind, left, right, on, right.columns)
  const joined = joinNode(kind, left, right, on, [...left.columns, ...right.columns])
  // In an outer join either side may lack its row, and with it the partition.
  const partitions = leftPartitions.map((l, i): Assignment => {
    const r = rightPartitions[i]
    if (!r) return pass(l)
    return {
      column: context.numbering.column(l.name, l.type),
      expr: call('coalesce', [columnOf(l), columnOf(r)], l.type),
    }
  })
  return renamed(op, joined, joined.columns, context, partitions)
}

/** Joins that only keep or drop rows of the left side by themselves: the partitions of the right do not matter. */
const KEEPS_LEFT: ReadonlySet<JoinKind> = new Set(['inner', 'leftouter', 'leftsemi', 'leftanti'])

/** Like join, but the right side's keys are not repeated. */
export const lookup: LowerOperator = (op, input, context) => {
  const kind = kindNamed(op, 'leftouter')
  const left = withoutHidden(input)
  const right = withoutHidden(lowerTable(mustChild(op, 'Expression'), context))
  const partitions = samePartition(partitionColumns(left), partitionColumns(right))
  const on = [...conditions(child(op, 'LookupClause'), left, right, context), ...partitions]
  const joined = joinNode(kind, left, right, on, [...left.columns, ...right.columns])
  const keys = new Set(on.flatMap((o) => (o.right.kind === 'column' ? [o.right.id] : [])))
  const columns = [...left.columns, ...right.columns.filter((c) => !keys.has(c.id))]
  return renamed(op, joined, columns, context, partitionColumns(left).map(pass))
}

function kindNamed(op: Syntax, fallback: JoinKind): JoinKind {
  const said = parametersOf(op).get('kind')
  if (!said) return fallback
  const kind = KINDS[textOf(said)]
  if (!kind) throw refuse(said, `The join kind '${textOf(said)}'`)
  return kind
}

const withoutHidden = (plan: Plan): Plan => {
  const visible = [...plan.columns.filter((c) => !isHidden(c)), ...partitionColumns(plan)]
  return visible.length === plan.columns.length ? plan : keep(plan, visible)
}

/** A right-hand column whose name is taken gets the first free number: the parser's result has the names. */
function renamed(
  op: Syntax,
  plan: Plan,
  columns: readonly Column[],
  context: Context,
  partitions: readonly Assignment[],
): Plan {
  const names = resultColumns(op)
  const visible = columns.filter((c) => !isHidden(c))
  if (names.length !== visible.length) throw refuse(op, quoted(op))
  return projectNode(plan, [
    ...visible.map((c, i) => ({ column: context.numbering.copy(c, names[i]!.name), expr: columnOf(c) })),
    ...partitions,
  ])
}

function conditions(clause: Syntax | undefined, left: Plan, right: Plan, context: Context): Join['on'] {
  if (!clause) throw new Error('join without a condition')
  if (kindOf(clause) !== 'JoinOnClause') throw refuse(clause, 'join … where')
  return elements(clause, 'Expressions').flatMap((e) => condition(e, left, right, context))
}

function condition(node: Syntax, left: Plan, right: Plan, context: Context): Join['on'][number][] {
  const kind = kindOf(node)
  if (kind === 'ParenthesizedExpression') return condition(mustChild(node, 'Expression'), left, right, context)
  if (kind === 'NameReference') {
    const name = String(node.SimpleName)
    const l = left.columns.find((c) => c.name === name)
    const r = right.columns.find((c) => c.name === name)
    if (!l || !r)
      throw semantic(node, `Failed to resolve column or scalar expression named '${name}' on both sides of the join`)
    return [keyPair(columnOf(l), columnOf(r), node)]
  }
  if (kind !== 'BinaryExpression') throw refuse(node, `The join condition ${quoted(node)}`)
  const operator = textOf(mustChild(node, 'Operator'))
  const sides = [mustChild(node, 'Left'), mustChild(node, 'Right')] as const
  if (operator === 'and') return sides.flatMap((s) => condition(s, left, right, context))
  if (operator !== '==') throw refuse(node, `The join condition ${quoted(node)}`, 'only equality joins')
  const scope: Scope = { columns: left.columns, right: right.columns }
  const [a, b] = sides.map((s) => lowerScalar(s, scope, context)) as [Expr, Expr]
  const isLeft = (e: Expr) => e.kind === 'column' && left.columns.some((c) => c.id === e.id)
  const isRight = (e: Expr) => e.kind === 'column' && right.columns.some((c) => c.id === e.id)
  if (isLeft(a) && isRight(b)) return [keyPair(a, b, node)]
  if (isRight(a) && isLeft(b)) return [keyPair(b, a, node)]
  throw refuse(node, `The join condition ${quoted(node)}`, 'each side must be a column of one table')
}

/** Keys are of one type, and of one that has equality. */
function keyPair(left: Expr, right: Expr, node: Syntax): Join['on'][number] {
  if (left.type === 'dynamic' || right.type === 'dynamic')
    throw semantic(node, `join key ${quoted(node)} is of a 'dynamic' type. Please use an explicit cast`)
  if (left.type !== right.type)
    throw semantic(node, `The keys of ${quoted(node)} are of different types: ${left.type} and ${right.type}`)
  return { left, right }
}
