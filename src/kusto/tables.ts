/** Tabular expressions of the bound tree as plans: tables, pipes, `datatable`, calls that give tables. */
import { invariant } from '../base/assert-never.ts'
import type { Table } from '../catalog/catalog.ts'
import { canonicalName } from '../functions/index.ts'
import { refusalReason } from '../functions/refused.ts'
import { keep, pass, project } from '../plan/build.ts'
import { call, columnOf } from '../plan/expr.ts'
import type { Column, Plan } from '../plan/nodes.ts'
import { GROUP_COLUMN, INGESTED_COLUMN } from '../store/snapshot.ts'
import { argumentsOf, calledName, callPattern, callTableFunction } from './calls.ts'
import { coerce } from './coerce.ts'
import { type Context, partitionColumns, quoted, refuse, semantic } from './context.ts'
import { lowerScalar } from './expressions.ts'
import { lowerExternalData, lowerInlineExternalTable } from './external-data.ts'
import { graphMakers, lowerGraph, partitionedGraph } from './graphs.ts'
import { child, elements, kindOf, mustChild, resultColumns, type Syntax, textOf, typeNamed } from './language.ts'
import { graphOperators, leading, operators, refusedOperators } from './operators/index.ts'
import { alias } from './statements.ts'

export function lowerTable(node: Syntax, context: Context): Plan {
  context.numbering.spend()
  const kind = kindOf(node)
  switch (kind) {
    case 'PipeExpression': {
      const op = mustChild(node, 'Operator')
      const lower = graphOperators[kindOf(op)]
      if (lower) return checked(op, lower(op, lowerGraph(mustChild(node, 'Expression'), context), context), context)
      const partitionedBy = child(op, 'PartitionedByClause')
      if (partitionedBy)
        return lowerPartitioned(op, partitionedBy, lowerTable(mustChild(node, 'Expression'), context), context)
      if (graphMakers.has(kindOf(op))) {
        // What is wrong with the graph itself is said first.
        lowerGraph(node, context)
        throw semantic(
          op,
          `'${textOf(op).split(/\s/)[0]}' operator: its graph must be followed by an operator that gives a table`,
        )
      }
      return applyOperator(op, lowerTable(mustChild(node, 'Expression'), context), context)
    }
    case 'ParenthesizedExpression':
    case 'ToTableExpression':
    case 'SimpleNamedExpression':
      return lowerTable(mustChild(node, 'Expression'), context)
    case 'NameReference':
      return lowerTableName(node, context)
    case 'FunctionCallExpression':
    case 'PathExpression':
      return callPattern(node, context) ?? lowerTableCall(node, context)
    case 'DataTableExpression':
      return lowerDatatable(node, context)
    case 'MaterializeExpression':
      return shared(lowerTable(mustChild(node, 'Expression'), context), undefined, context)
    case 'ExternalDataExpression':
      return lowerExternalData(node, context)
    case 'InlineExternalTableExpression':
      return lowerInlineExternalTable(node, context)
  }
  const lead = leading[kind]
  if (lead) return lead(node, undefined, context)
  throw refuse(node, quoted(node))
}

/** The operator in the brackets of `partitioned-by`, over all graphs at once. */
function lowerPartitioned(op: Syntax, clause: Syntax, edges: Plan, context: Context): Plan {
  const inner = mustChild(clause, 'Subquery')
  const lower = graphOperators[kindOf(inner)]
  if (!lower) throw refuse(inner, "More than one operator in 'partitioned-by'")
  return checked(inner, lower(inner, partitionedGraph(op, clause, edges, context), context), context)
}

export function applyOperator(op: Syntax, input: Plan, context: Context): Plan {
  context.numbering.spend()
  const kind = kindOf(op)
  const lower = operators[kind] ?? leading[kind]
  if (!lower) throw refuse(op, `The operator '${textOf(op).split(/\s/)[0]}'`, refusedOperators[kind])
  const plan = lower(op, input, context)
  if (partitionColumns(plan).length < partitionColumns(input).length)
    throw refuse(op, `${quoted(op)} in a sub-query of mv-apply or partition`)
  return checked(op, plan, context)
}

function checked(op: Syntax, plan: Plan, context: Context): Plan {
  if (!context.engineNames.differ) checkNames(op, plan)
  return plan
}

/** The parser names every column; a difference means that this lowering is wrong, and a wrong answer is worse than none. */
function checkNames(op: Syntax, plan: Plan): void {
  const said = resultColumns(op)
  if (said.length === 0 || said.some((c) => c.type === 'unknown')) return
  const want = said.map((c) => c.name).join(', ')
  const got = plan.columns
    .filter((c) => !c.name.startsWith('$') || c.name === '$table')
    .map((c) => c.name)
    .join(', ')
  if (want !== got)
    throw refuse(op, quoted(op), `its columns would be named ${got.slice(0, 200)}, not ${want.slice(0, 200)}`)
}

function lowerTableName(node: Syntax, context: Context): Plan {
  const name = String(node.SimpleName)
  const binding = context.names.find(name)
  if (binding?.kind === 'table') return binding.lower()
  if (binding?.kind === 'function') return callTableFunction(node, binding, context)
  if (binding?.kind === 'graph') throw semantic(node, `'${name}' is a graph, not a table`)
  const table = context.catalog.tables.get(name)
  if (table) return scan(table, context)
  throw semantic(node, `Failed to resolve table or column expression named '${name}'`)
}

/** Reads a table; the only way into stored rows. Its hidden columns serve access and ingestion_time(). */
export function scan(table: Table, context: Context): Plan {
  const columns: Column[] = table.columns.map((c) => context.numbering.column(c.name, c.readFrom ?? c.type))
  const source: string[] = table.columns.map((c) => c.source ?? c.name)
  for (const [i, c] of table.columns.entries()) if (c.unlisted) context.numbering.unlist(columns[i]!)
  if (context.ingestionTime) {
    columns.push(context.numbering.column(INGESTED_COLUMN, 'datetime'))
    source.push(INGESTED_COLUMN)
  }
  invariant(!source.includes(GROUP_COLUMN), 'the device group is never a column of a query')
  const stored: Plan = { kind: 'scan', table: table.formerNameOf ?? table.name, columns, source }
  if (!table.columns.some((c) => c.readFrom)) return stored
  return project(
    stored,
    columns.map((column, i) => {
      const { readFrom, type } = table.columns[i] ?? {}
      if (!readFrom || !type) return pass(column)
      const read = canonicalName(type === 'dynamic' ? 'parse_json' : `to${type}`)
      return { column: context.numbering.column(column.name, type), expr: call(read, [columnOf(column)], type) }
    }),
  )
}

/** Functions that give a table and are forms of the language here. */
export const isTableForm = (name: string): boolean => name === 'table'

function lowerTableCall(node: Syntax, context: Context): Plan {
  if (kindOf(node) === 'PathExpression') throw refuse(node, quoted(node), 'queries may not reach outside of the store')
  const name = calledName(node)
  const user = context.names.find(name)
  if (user?.kind === 'function') return callTableFunction(node, user, context)
  if (name === 'table') {
    const [first] = argumentsOf(node)
    const value = first && lowerScalar(first, { columns: [] }, context)
    if (value?.kind !== 'literal') throw refuse(node, 'table() with a name that is not a constant')
    const table = context.catalog.tables.get(String(value.value))
    if (!table) throw semantic(node, `Failed to resolve table or column expression named '${value.value}'`)
    return scan(table, context)
  }
  throw refuse(node, `The function ${name}()`, refusalReason(name))
}

function lowerDatatable(node: Syntax, context: Context): Plan {
  const declared = elements(mustChild(node, 'Schema'), 'Columns')
  const columns = declared.map((d) => {
    const type = typeNamed(mustChild(d, 'Name').ReferencedSymbol?.Type as never)
    if (!type) throw refuse(d, `The type of ${quoted(d)}`)
    return context.numbering.column(String(mustChild(d, 'Name').SimpleName), type)
  })
  const values = elements(node, 'Values').map((v, i) =>
    coerce(lowerScalar(v, { columns: [] }, context), columns[i % columns.length]!.type),
  )
  const rows = Array.from({ length: values.length / columns.length }, (_, r) =>
    values.slice(r * columns.length, (r + 1) * columns.length),
  )
  return { kind: 'values', rows, columns }
}

/** One plan, computed once, under fresh ids; `only` keeps some of its columns. */
export function shared(plan: Plan, only: readonly Column[] | undefined, context: Context): Plan {
  if (plan.kind === 'shared' && !only) return plan
  const kept = only ? keep(plan, only) : plan
  return alias(context.numbering.shared(), kept, context)
}
