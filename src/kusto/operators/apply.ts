/** `mv-apply` and `partition`: a sub-query over each partition of the rows by itself. */
import { join as joinNode, pass, project as projectNode, window } from '../../plan/build.ts'
import { columnOf } from '../../plan/expr.ts'
import type { Plan } from '../../plan/nodes.ts'
import { type Context, isHidden, Names, partitionColumns, quoted, refuse } from '../context.ts'
import { lowerScalar } from '../expressions.ts'
import { child, kindOf, mustChild, resultColumns, type Syntax } from '../language.ts'
import { alias } from '../statements.ts'
import { lowerTable } from '../tables.ts'
import { expandItems } from './mv-expand.ts'
import type { LowerOperator } from './operator.ts'

/** Operators that know partitions; in a sub-query any other would mix the rows of several. */
const KNOWS_PARTITIONS: ReadonlySet<string> = new Set([
  'FilterOperator',
  'ProjectOperator',
  'ProjectAwayOperator',
  'ProjectKeepOperator',
  'ProjectReorderOperator',
  'ProjectRenameOperator',
  'ExtendOperator',
  'SummarizeOperator',
  'DistinctOperator',
  'CountOperator',
  'SortOperator',
  'TopOperator',
  'TakeOperator',
  'MvExpandOperator',
  'ParseOperator',
  'ParseWhereOperator',
  'AsOperator',
])

export const mvApply: LowerOperator = (op, input, context) => {
  const id = child(op, 'ContextIdClause')
  if (id) throw refuse(id, quoted(id))
  const row = context.numbering.column(`$partition${context.numbering.shared()}`, 'long')
  const numbered = window(input, [{ column: row, name: 'row_number', args: [] }])
  const shared = context.numbering.shared()
  const rows = alias(shared, numbered, context)
  const expanded = expandItems(op, rows, context)
  const start = projectNode(expanded.plan, expanded.assignments)
  const result = subquery(mustChild(mustChild(op, 'Subquery'), 'Expression'), start, context)
  // Columns that the sub-query dropped are repeated from the row that it ran for.
  const outer = alias(shared, numbered, context)
  const key = partitionColumns(result).at(-1)!
  const outerKey = outer.columns.find((c) => c.name === row.name)!
  const joined = joinNode(
    'inner',
    result,
    outer,
    [{ left: columnOf(key), right: columnOf(outerKey) }],
    [...result.columns, ...outer.columns],
  )
  return projectNode(joined, [
    ...resultColumns(op).map((r) => {
      const column = result.columns.find((c) => c.name === r.name) ?? outer.columns.find((c) => c.name === r.name)
      if (!column) throw refuse(op, `The column '${r.name}' of mv-apply`)
      return pass(column)
    }),
    ...partitionColumns(outer)
      .filter((c) => c !== outerKey)
      .map(pass),
  ])
}

export const partition: LowerOperator = (op, input, context) => {
  const by = lowerScalar(mustChild(op, 'ByExpression'), { columns: input.columns }, context)
  const operand = mustChild(op, 'Operand')
  if (kindOf(operand) !== 'PartitionSubquery') throw refuse(operand, `The partition body ${quoted(operand)}`)
  const key = context.numbering.column(`$partition${context.numbering.shared()}`, by.type)
  const start = projectNode(input, [...input.columns.map(pass), { column: key, expr: by }])
  const result = subquery(mustChild(operand, 'Subquery'), start, context)
  return projectNode(
    result,
    result.columns.filter((c) => c.name !== key.name && (!isHidden(c) || c.name.startsWith('$partition'))).map(pass),
  )
}

function subquery(node: Syntax, start: Plan, context: Context): Plan {
  checkOperators(node)
  return lowerTable(node, { ...context, names: new Names(context.names), implicit: start })
}

function checkOperators(node: Syntax): void {
  const kind = kindOf(node)
  if (kind === 'PipeExpression') {
    checkOperators(mustChild(node, 'Expression'))
    checkOperators(mustChild(node, 'Operator'))
  } else if (!KNOWS_PARTITIONS.has(kind)) throw refuse(node, `${quoted(node)} in a sub-query of mv-apply or partition`)
}
