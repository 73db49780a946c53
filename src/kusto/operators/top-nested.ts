/** `top-nested`: the top values of a first key, within each of them the top values of a second, and so on. */
import { aggregate, filter, join, keep, limit, pass, project, sort } from '../../plan/build.ts'
import { bool, call, columnOf, not, nullOf } from '../../plan/expr.ts'
import type { Column, Expr, Measure, Plan } from '../../plan/nodes.ts'
import { coerce } from '../coerce.ts'
import { wider } from '../comparable.ts'
import { type Context, partitionColumns, refuse, type Scope, semantic } from '../context.ts'
import { lowerScalar } from '../expressions.ts'
import { child, elements, mustChild, type ResultColumn, resultColumns, type Syntax } from '../language.ts'
import { alias } from '../statements.ts'
import type { LowerOperator } from './operator.ts'
import { lowerSortKey } from './sort.ts'
import { lowerKey, refuseBareColumns } from './summarize.ts'

/** The rows so far: the columns of the input, the key and the value of each level done, and whether a row is in the top of all. */
interface Level {
  readonly rows: Plan
  readonly path: readonly Column[]
  readonly inTop: Column
  /** A level before gave the rows outside of its top a name, so they stay. */
  readonly others: boolean
}

export const topNested: LowerOperator = (op, input, context) => {
  const clauses = elements(op, 'Clauses')
  const names = outputNames(op, clauses.length, context)
  const inTop = context.numbering.column('$top', 'bool')
  const start = project(input, [...input.columns.map(pass), { column: inTop, expr: bool(true) }])
  const hasOthers = (c: Syntax) => child(c, 'WithOthersClause') !== undefined
  let level: Level = { rows: start, path: partitionColumns(input), inTop, others: false }
  for (const [i, clause] of clauses.entries())
    level = descend(clause, names.slice(i * 2, i * 2 + 2), clauses.slice(i).some(hasOthers), level, context)
  const results = aggregate(level.rows, [...level.path, level.inTop].map(pass), [])
  const partitions = level.path.slice(0, partitionColumns(input).length)
  return keep(results, [...level.path.slice(partitions.length), ...partitions])
}

/** Where a key has no name of its own, the parser's would be empty. */
function outputNames(op: Syntax, levels: number, context: Context): string[] {
  const said: readonly ResultColumn[] = resultColumns(op)
  if (said.length !== levels * 2) throw refuse(op, "This form of 'top-nested'")
  return said.map((c, i) => {
    if (c.name !== '' && !/^aggregated_\d*$/.test(c.name)) return c.name
    context.engineNames.differ = true
    return i % 2 === 0
      ? `Column${i / 2 + 1}`
      : c.name === '' || said[i - 1]!.name !== ''
        ? c.name
        : `aggregated_Column${(i + 1) / 2}`
  })
}

/**
 * One level. Rows outside of the top of their group stay while this level or a later one says `with others`: there they
 * count under its name, and at the levels between their key is empty (docs: top-nested operator, "Use with others").
 */
function descend(clause: Syntax, names: readonly string[], awaited: boolean, above: Level, context: Context): Level {
  const { first, second, translate } = twice(above.rows, context)
  const path = above.path.map(translate.first)
  const wasInTop = translate.first(above.inTop)
  const by = mustChild(clause, 'ByExpression')
  const keyNode = mustChild(clause, 'OfExpression')

  const key = lowerKey(keyNode, { columns: first.columns }, context)
  const keyColumn = context.numbering.column('$key', key.type)
  const value = measured(by, { columns: first.columns }, context)
  const grouped = aggregate(
    filter(first, columnOf(wasInTop)),
    [...path.map(pass), { column: keyColumn, expr: key }],
    value.measures,
  )
  const valueColumn = context.numbering.column('$value', value.expr.type)
  const valued = project(grouped, [
    ...path.map(pass),
    pass(keyColumn),
    { column: valueColumn, expr: value.expr },
    { column: wasInTop, expr: bool(true) },
  ])
  const tops = topOf(clause, valued, { ...value, column: valueColumn }, path, context)

  // The rows again, beside the top that each belongs to.
  const rows = second
  const rowPath = above.path.map(translate.second)
  const rowInTop = translate.second(above.inTop)
  const rowKey = lowerKey(keyNode, { columns: rows.columns }, context)
  const pairs = [...rowPath.map((c, i) => [columnOf(c), path[i]!] as const), [rowKey, keyColumn] as const]
  const joined = join(
    awaited || above.others ? 'leftouter' : 'inner',
    rows,
    tops,
    [
      ...pairs.map(([left, c]) => ({ left, right: columnOf(c) })),
      { left: columnOf(rowInTop), right: columnOf(wasInTop) },
    ],
    [...rows.columns, ...tops.columns.slice(path.length)],
  )
  const matched = call('isnotnull', [columnOf(wasInTop)], 'bool')
  const othersNode = child(clause, 'WithOthersClause') && mustChild(child(clause, 'WithOthersClause')!, 'Expression')
  const label = othersNode && lowerScalar(othersNode, { columns: [] }, context)
  if (label && label.type !== key.type && wider(label.type, key.type) !== key.type)
    throw semantic(
      othersNode!,
      `The name of the others must be of the type of their key: ${key.type}, not ${label.type}`,
    )
  const others = label && coerce(label, key.type)
  const outputs = {
    key: context.numbering.column(names[0]!, key.type),
    value: context.numbering.column(names[1]!, value.expr.type),
    inTop: context.numbering.column('$top', 'bool'),
  }
  const labelled = project(joined, [
    ...rows.columns.map(pass),
    { column: outputs.key, expr: choose(matched, columnOf(keyColumn), others ?? nullOf(key.type)) },
    { column: valueColumn, expr: columnOf(valueColumn) },
    { column: outputs.inTop, expr: matched },
  ])
  const known = { path: [...rowPath, outputs.key], inTop: outputs.inTop, others: above.others || others !== undefined }
  const finish = (plan: Plan, expr: Expr, columns: readonly Column[]): Level => ({
    rows: project(plan, [
      ...columns.map(pass),
      pass(outputs.key),
      { column: outputs.value, expr },
      pass(outputs.inTop),
    ]),
    path: [...known.path, outputs.value],
    inTop: outputs.inTop,
    others: known.others,
  })
  if (!others) {
    const kept = awaited ? labelled : filter(labelled, or(columnOf(outputs.inTop), not(columnOf(rowInTop))))
    return finish(kept, columnOf(valueColumn), rows.columns)
  }
  return withOthers(by, labelled, rows.columns, known, finish, context)
}

/** The value of the rows outside of the top, group by group, beside them. */
function withOthers(
  by: Syntax,
  labelled: Plan,
  columns: readonly Column[],
  known: { readonly path: readonly Column[]; readonly inTop: Column },
  finish: (plan: Plan, expr: Expr, columns: readonly Column[]) => Level,
  context: Context,
): Level {
  const { first, second, translate } = twice(labelled, context)
  const keys = [...known.path, known.inTop]
  const firstKeys = keys.map(translate.first)
  const value = measured(by, { columns: columns.map(translate.first) }, context)
  const groups = aggregate(first, firstKeys.map(pass), value.measures)
  const column = context.numbering.column('$value', value.expr.type)
  const values = project(groups, [...firstKeys.map(pass), { column, expr: value.expr }])
  const joined = join(
    'inner',
    second,
    values,
    keys.map((k, i) => ({ left: columnOf(translate.second(k)), right: columnOf(firstKeys[i]!) })),
    [...second.columns, column],
  )
  // The columns of this level keep their ids, so that the caller's names stay valid.
  const renamed = project(joined, [
    ...labelled.columns.map((c) => ({ column: c, expr: columnOf(translate.second(c)) })),
    pass(column),
  ])
  return finish(renamed, columnOf(column), columns)
}

const or = (a: Expr, b: Expr): Expr => call('or', [a, b], 'bool')
const choose = (when: Expr, then: Expr, otherwise: Expr): Expr => call('iff', [when, then, otherwise], then.type)

interface Measured {
  readonly expr: Expr
  readonly measures: readonly Measure[]
  readonly descending: boolean
}

/** `sum(x) asc`, `Name = max(x)`: an aggregate, or scalars around several. */
function measured(by: Syntax, scope: Scope, context: Context): Measured {
  const measures: Measure[] = []
  const key = lowerSortKey(by, { ...scope, measures }, context)
  refuseBareColumns(by, key.expr, scope)
  return { expr: key.expr, measures, descending: key.descending }
}

function topOf(
  clause: Syntax,
  groups: Plan,
  value: Measured & { readonly column: Column },
  path: readonly Column[],
  context: Context,
): Plan {
  const count = child(clause, 'Expression')
  if (!count) return groups
  const sorted = sort(groups, [{ expr: columnOf(value.column), descending: value.descending, nullsFirst: false }])
  return limit(sorted, coerce(lowerScalar(count, { columns: [] }, context), 'long'), path)
}

/** One plan in two places: each has columns of its own. */
function twice(plan: Plan, context: Context) {
  const id = context.numbering.shared()
  const [first, second] = [alias(id, plan, context), alias(id, plan, context)]
  const inside = (copy: Plan) => {
    const byId = new Map(plan.columns.map((c, i) => [c.id, copy.columns[i]!]))
    return (c: Column): Column => byId.get(c.id)!
  }
  return { first, second, translate: { first: inside(first), second: inside(second) } }
}
