/** `mv-apply` and `partition`: a sub-query over each partition of the rows by itself. */
import { join as joinNode, pass, project as projectNode, window } from '../../plan/build.ts'
import { columnOf } from '../../plan/expr.ts'
import type { Plan } from '../../plan/nodes.ts'
import { type Context, isHidden, Names, partitionColumns, quoted, refuse } from '../context.ts'
import { lowerScalar } from '../expressions.ts'
import { child, kindOf, mustChild, resultColumns, type Syntax } from '../language.ts'
import { enterPartitions, perPartition } from '../partitions.ts'
import { alias } from '../statements.ts'
import { applyOperator, lowerTable } from '../tables.ts'
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
  'SerializeOperator',
  'SummarizeOperator',
  'DistinctOperator',
  'CountOperator',
  'SortOperator',
  'TopOperator',
  'TopNestedOperator',
  'TopHittersOperator',
  'TakeOperator',
  'SampleOperator',
  'SampleDistinctOperator',
  'JoinOperator',
  'LookupOperator',
  'UnionOperator',
  'MvExpandOperator',
  'MvApplyOperator',
  'PartitionOperator',
  'MakeSeriesOperator',
  'ScanOperator',
  'ParseOperator',
  'ParseWhereOperator',
  'ParseKvOperator',
  'AsOperator',
  'ConsumeOperator',
  'InvokeOperator',
  'RenderOperator',
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
  const key = result.columns.find((c) => c.name === row.name)!
  const outerKey = outer.columns.find((c) => c.name === row.name)!
  const joined = joinNode(
    'inner',
    result,
    outer,
    [{ left: columnOf(key), right: columnOf(outerKey) }],
    [...result.columns, ...outer.columns],
  )
  return projectNode(joined, [
    ...resultColumns(op).flatMap((r) => {
      const column = result.columns.find((c) => c.name === r.name) ?? outer.columns.find((c) => c.name === r.name)
      if (!column && context.engineNames.absent.has(r.name)) return []
      if (!column) throw refuse(op, `The column '${r.name}' of mv-apply`)
      return [pass(column)]
    }),
    ...partitionColumns(outer)
      .filter((c) => c !== outerKey)
      .map(pass),
  ])
}

export const partition: LowerOperator = (op, input, context) => {
  const byNode = mustChild(op, 'ByExpression')
  const by = lowerScalar(byNode, { columns: input.columns }, context)
  const key = context.numbering.column(`$partition${context.numbering.shared()}`, by.type)
  const keyed = projectNode(input, [...input.columns.map(pass), { column: key, expr: by }])
  const operand = mustChild(op, 'Operand')
  const result =
    kindOf(operand) === 'PartitionQuery'
      ? contextFree(mustChild(operand, 'Query'), keyed, String(byNode.SimpleName), key.name, context)
      : subquery(mustChild(operand, 'Subquery'), keyed, context)
  return projectNode(
    result,
    result.columns.filter((c) => c.name !== key.name && (!isHidden(c) || c.name.startsWith('$partition'))).map(pass),
  )
}

/** `partition by x ( … )`: the operators work on the rows of each partition. */
function subquery(node: Syntax, rows: Plan, context: Context): Plan {
  const { start, inside } = enterPartitions(rows, { ...context, names: new Names(context.names) })
  return applyTo(start, node, inside)
}

/** `partition by x { T | … }`: the query has tables of its own and may name the partition's value. */
function contextFree(node: Syntax, rows: Plan, name: string, column: string, context: Context): Plan {
  const { inside } = enterPartitions(rows, { ...context, names: new Names(context.names) })
  inside.names.bind(name, { kind: 'partition', column })
  let head = node
  const operators: Syntax[] = []
  for (; kindOf(head) === 'PipeExpression'; head = mustChild(head, 'Expression'))
    operators.unshift(mustChild(head, 'Operator'))
  return operators.reduce((plan, op) => apply(op, plan, inside), perPartition(lowerTable(head, inside), inside))
}

function applyTo(start: Plan, node: Syntax, context: Context): Plan {
  if (kindOf(node) !== 'PipeExpression') return apply(node, start, context)
  return apply(mustChild(node, 'Operator'), applyTo(start, mustChild(node, 'Expression'), context), context)
}

function apply(op: Syntax, input: Plan, context: Context): Plan {
  if (!KNOWS_PARTITIONS.has(kindOf(op))) throw refuse(op, `${quoted(op)} in a sub-query of mv-apply or partition`)
  return applyOperator(op, input, context)
}
