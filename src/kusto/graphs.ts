/** Graphs: `make-graph` and the operators that give a graph again. A graph is two plans, and never part of a plan itself. */
import { refusalReason } from '../functions/refused.ts'
import { aggregate, join, keep, pass, project, sort, window } from '../plan/build.ts'
import { call, columnOf, long, not, nullOf, text } from '../plan/expr.ts'
import type { Column, Expr, Measure, Plan } from '../plan/nodes.ts'
import type { KqlType } from '../types/kql-type.ts'
import { calledName, callGraphFunction } from './calls.ts'
import { coerce } from './coerce.ts'
import { type Context, isHidden, partitionColumns, quoted, refuse, scopeOf, semantic } from './context.ts'
import { lowerScalar } from './expressions.ts'
import { child, elements, kindOf, mustChild, parametersOf, type Syntax, symbolKind, textOf } from './language.ts'
import { procedure } from './procedure.ts'
import { alias } from './statements.ts'
import { lowerTable } from './tables.ts'

export interface Graph {
  /** A row for each node, under fresh ids: its identity, its place among the nodes, then its properties. */
  readonly nodes: () => Plan
  /** A row for each edge, under fresh ids: the identities of its ends, its number, then its properties. */
  readonly edges: () => Plan
  /** How many edges come in to, or go out of, each node that has any. */
  readonly degrees: (side: 'in' | 'out') => Plan
  /** Type of a node's identity. */
  readonly key: KqlType
  /** The text of a node's identity as the query knows it. */
  readonly textOf: (key: Expr) => Expr
}

/** What a pattern asks of a node besides its properties; `degrees` collects what has to stand beside it. */
export const nodeFunctions = (graph: Graph, key: Expr, degrees: Map<'in' | 'out', Plan>) => ({
  id: graph.textOf(key),
  degree: (side: 'in' | 'out'): Expr => {
    const counted = degrees.get(side) ?? graph.degrees(side)
    degrees.set(side, counted)
    return call('coalesce', [columnOf(counted.columns[1]!), long(0)], 'long')
  },
})

/** Hidden columns in front of the properties of nodes and of edges. */
export const NODE_COLUMNS = 2
export const EDGE_COLUMNS = 3

export const isGraph = (node: Syntax): boolean =>
  !!node.ResultType && symbolKind(node.ResultType) === 'GraphSymbol' && kindOf(node) !== 'FunctionDeclaration'

export function lowerGraph(node: Syntax, context: Context): Graph {
  context.numbering.spend()
  switch (kindOf(node)) {
    case 'ParenthesizedExpression':
      return lowerGraph(mustChild(node, 'Expression'), context)
    case 'NameReference': {
      const binding = context.names.find(String(node.SimpleName))
      if (binding?.kind === 'graph') return binding.lower()
      if (binding?.kind === 'function') return callGraphFunction(node, binding, context)
      break
    }
    case 'FunctionCallExpression': {
      const name = calledName(node)
      const binding = context.names.find(name)
      if (binding?.kind === 'function') return callGraphFunction(node, binding, context)
      throw refuse(node, `The function ${name}()`, refusalReason(name))
    }
    case 'PipeExpression': {
      const op = mustChild(node, 'Operator')
      const input = mustChild(node, 'Expression')
      if (kindOf(op) === 'MakeGraphOperator' && !child(op, 'PartitionedByClause'))
        return makeGraph(op, lowerTable(input, context), context)
      if (kindOf(op) === 'GraphMarkComponentsOperator') return markComponents(op, lowerGraph(input, context), context)
      break
    }
  }
  throw isGraph(node) ? refuse(node, `The graph ${quoted(node)}`) : semantic(node, `${quoted(node)} is no graph`)
}

/** Operators that give a graph; by class, as in the table of operators. */
export const graphMakers: ReadonlySet<string> = new Set(['MakeGraphOperator', 'GraphMarkComponentsOperator'])

/**
 * `make-graph … partitioned-by`: a graph for each value of a column. They are one here, in which the identity of a node is
 * that value and its own, so that no edge leads from one to another.
 */
export function partitionedGraph(op: Syntax, clause: Syntax, input: Plan, context: Context): Graph {
  return makeGraph(op, input, context, clause)
}

type Identity = (key: Expr, rows: Plan) => Expr

function identityIn(clause: Syntax): Identity {
  const entity = mustChild(clause, 'Entity')
  const name = String(entity.SimpleName)
  return (key, rows) => {
    const partition = rows.columns.find((c) => c.name === name)
    if (!partition)
      throw semantic(entity, `'make-graph' operator: the edges and all nodes must have the partition column '${name}'`)
    if (partition.type === 'dynamic') throw refuse(entity, "'partitioned-by' of a dynamic column")
    return coerce(pair(columnOf(partition), key), 'string')
  }
}

const pair = (partition: Expr, key: Expr): Expr =>
  call('pack_array', [coerce(partition, 'dynamic'), coerce(key, 'dynamic')], 'dynamic')

/** The text of a node's own identity. */
const ownText = (identity: Expr): Expr =>
  coerce(call('path', [call('parse_json', [identity], 'dynamic'), long(1)], 'dynamic'), 'string')

function graphOf(nodes: Plan, edges: Plan, context: Context, isPartitioned = false): Graph {
  const shared = (plan: Plan) => {
    const id = context.numbering.shared()
    return () => alias(id, plan, context)
  }
  const [sharedNodes, sharedEdges] = [shared(nodes), shared(edges)]
  const counted = (end: 0 | 1) => {
    const all = sharedEdges()
    const count = context.numbering.column('$degree', 'long')
    return aggregate(all, [pass(all.columns[end]!)], [{ column: count, name: 'count', args: [] }])
  }
  const known = new Map<string, () => Plan>()
  return {
    nodes: sharedNodes,
    edges: sharedEdges,
    degrees: (side) => {
      const made = known.get(side) ?? shared(counted(side === 'in' ? 1 : 0))
      known.set(side, made)
      return made()
    },
    key: nodes.columns[0]!.type,
    textOf: (key) => (isPartitioned ? ownText(key) : coerce(key, 'string')),
  }
}

const isProperty = (c: Column) => !isHidden(c)
const plus = (a: Expr, b: Expr): Expr => call('+', [a, b], 'long')

function makeGraph(op: Syntax, input: Plan, context: Context, partitionedBy?: Syntax): Graph {
  if (partitionColumns(input).length > 0) throw refuse(op, `${quoted(op)} in a sub-query of mv-apply or partition`)
  if (textOf(mustChild(op, 'DirectionToken')) !== '-->')
    throw semantic(op, "'make-graph' operator: the edges must be directed, as in Source --> Target")
  const [source, target] = ['SourceColumn', 'TargetColumn'].map((end) =>
    lowerScalar(mustChild(op, end), scopeOf(input), context),
  ) as [Expr, Expr]
  if (source.type !== target.type)
    throw semantic(
      op,
      `'make-graph' operator: source and target are of different types, ${source.type} and ${target.type}`,
    )
  if (source.type === 'dynamic') throw refuse(op, 'make-graph over dynamic identities')

  const { numbering } = context
  const number = numbering.column('$edge', 'long')
  const numbered = window(input, [{ column: number, name: 'row_number', args: [] }])
  const properties = input.columns.filter(isProperty)
  // A union, because it keeps no order: joins would sort the edges for nothing.
  const identity: Identity = partitionedBy ? identityIn(partitionedBy) : (key) => key
  const [from, to] = [identity(source, numbered), identity(target, numbered)]
  const edges: Plan = {
    kind: 'union',
    inputs: [{ plan: numbered, map: [from, to, columnOf(number), ...properties.map(columnOf), source, target] }],
    columns: [
      numbering.column('$source', from.type),
      numbering.column('$target', to.type),
      numbering.column('$edge', 'long'),
      ...properties.map((c) => numbering.copy(c)),
      numbering.column('$from', source.type),
      numbering.column('$to', target.type),
    ],
  }
  const id = numbering.shared()
  const ends = endsOf(() => alias(id, edges, context), context)
  const kept = alias(id, edges, context)
  return graphOf(
    nodesOf(op, ends, identity, context),
    keep(kept, kept.columns.slice(0, -2)),
    context,
    partitionedBy !== undefined,
  )
}

/** Each node that an edge begins or ends at, its place in the order in which the edges name them, and what they call it. */
function endsOf(edges: () => Plan, { numbering }: Context): Plan {
  const inputs = [0, 1].map((end) => {
    const plan = edges()
    const number = columnOf(plan.columns[2]!)
    const own = plan.columns.at(end - 2)!
    return { plan, map: [columnOf(plan.columns[end]!), plus(plus(number, number), long(end)), columnOf(own)] }
  })
  const [key, place, own] = [
    numbering.column('$key', inputs[0]!.map[0]!.type),
    numbering.column('$place', 'long'),
    numbering.column('$own', inputs[0]!.map[2]!.type),
  ]
  const first = numbering.column('$place', 'long')
  const nodes = aggregate(
    { kind: 'union', inputs, columns: [key, place, own] },
    [pass(key), pass(own)],
    [{ column: first, name: 'min', args: [columnOf(place)] }],
  )
  return keep(nodes, [key, first, own])
}

/** Places of nodes known only from edges come after those of node tables. */
const AFTER_TABLES = 1n << 50n

function nodesOf(op: Syntax, ends: Plan, identity: Identity, context: Context): Plan {
  const { numbering } = context
  const clause = child(op, 'WithClause')
  const [key, place, own] = ends.columns as [Column, Column, Column]
  if (!clause) return keep(ends, [key, place])
  if (kindOf(clause) === 'MakeGraphWithImplicitIdClause') {
    const name = String(mustChild(clause, 'Name').SimpleName)
    return project(ends, [pass(key), pass(place), { column: numbering.column(name, own.type), expr: columnOf(own) }])
  }
  if (kindOf(clause) !== 'MakeGraphWithTablesAndKeysClause') throw refuse(clause, quoted(clause))
  const tables = elements(clause, 'TablesAndKeys').map((t, i) => nodeTable(t, i, own.type, identity, context))
  const properties = new Map<string, Column>()
  for (const { plan, node } of tables)
    for (const c of plan.columns.filter(isProperty)) {
      const known = properties.get(c.name)
      if (known && known.type !== c.type)
        throw refuse(node, `The property '${c.name}' of two types, ${known.type} and ${c.type}`)
      if (!known) properties.set(c.name, numbering.copy(c))
    }
  const columns = [numbering.column('$key', key.type), numbering.column('$place', 'long'), ...properties.values()]
  const named: Plan = {
    kind: 'union',
    columns,
    inputs: tables.map(({ plan }) => ({
      plan,
      map: columns.map((c) => {
        const own = plan.columns.find((o) => o.name === c.name)
        return own ? columnOf(own) : nullOf(c.type)
      }),
    })),
  }
  const merged = mergedNodes(named, context)
  const mergedId = numbering.shared()
  const known = alias(mergedId, merged, context)
  const others = join(
    'leftanti',
    ends,
    known,
    [{ left: columnOf(key), right: columnOf(known.columns[0]!) }],
    ends.columns,
  )
  const keyNames = new Set(tables.map((t) => t.keyName))
  const first = alias(mergedId, merged, context)
  const outputs = merged.columns.map((c) => numbering.copy(c))
  return {
    kind: 'union',
    columns: outputs,
    inputs: [
      { plan: first, map: first.columns.map(columnOf) },
      {
        plan: others,
        map: outputs.map((c) => {
          if (c.name === '$key') return columnOf(key)
          if (keyNames.has(c.name)) return columnOf(own)
          return c.name === '$place' ? plus(columnOf(place), long(AFTER_TABLES)) : nullOf(c.type)
        }),
      },
    ],
  }
}

function nodeTable(node: Syntax, index: number, type: KqlType, identity: Identity, context: Context) {
  const { numbering } = context
  const table = lowerTable(mustChild(node, 'Table'), context)
  const keyName = String(mustChild(node, 'Column').SimpleName)
  const key = lowerScalar(mustChild(node, 'Column'), scopeOf(table), context)
  if (key.type !== type)
    throw semantic(node, `'make-graph' operator: the nodes' '${keyName}' is ${key.type}, the edges' ends are ${type}`)
  const number = numbering.column('$number', 'long')
  const numbered = window(table, [{ column: number, name: 'row_number', args: [] }])
  const place = plus(columnOf(number), long(BigInt(index) << 40n))
  const own = identity(key, numbered)
  const plan = project(numbered, [
    { column: numbering.column('$key', own.type), expr: own },
    { column: numbering.column('$place', 'long'), expr: place },
    ...table.columns.filter(isProperty).map(pass),
  ])
  return { node, plan, keyName }
}

/** Rows with the same identity are one node: it has the properties of all, where they differ of any (documentation of make-graph). */
function mergedNodes(rows: Plan, { numbering }: Context): Plan {
  const [key, place, ...properties] = rows.columns as [Column, Column, ...Column[]]
  const measures = properties.map((c): Measure => {
    const has =
      c.type === 'string'
        ? not(call('==', [columnOf(c), text('')], 'bool'))
        : not(call('isnull', [columnOf(c)], 'bool'))
    return { column: numbering.copy(c), name: 'take_anyif', args: [columnOf(c), has] }
  })
  return aggregate(
    rows,
    [pass(key)],
    [{ column: numbering.column('$place', 'long'), name: 'min', args: [columnOf(place)] }, ...measures],
  )
}

/** `graph-mark-components`: the nodes get the number of their component, in the order in which the components appear. */
function markComponents(op: Syntax, graph: Graph, context: Context): Graph {
  const { numbering } = context
  const parameters = parametersOf(op)
  for (const [name, node] of parameters)
    if (name !== 'kind' && name !== 'with_component_id') throw refuse(node, `'${name}' of graph-mark-components`)
  const kind = parameters.get('kind')
  const how = kind ? textOf(kind) : 'weak'
  if (how !== 'weak' && how !== 'strong')
    throw semantic(kind!, "'graph-mark-components' operator: kind is weak or strong")
  const given = parameters.get('with_component_id')
  const name = given ? textOf(given) : 'ComponentId'

  // Nodes go by number into the search: their identities may be of any type.
  const nodes = graph.nodes()
  const ascending = { expr: columnOf(nodes.columns[1]!), descending: false, nullsFirst: true }
  const number = numbering.column('$number', 'long')
  const numbered = window(sort(nodes, [ascending]), [{ column: number, name: 'row_number', args: [] }])
  const id = numbering.shared()
  const use = () => {
    const plan = alias(id, numbered, context)
    return { plan, key: columnOf(plan.columns[0]!), number: plan.columns.at(-1)! }
  }
  const [all, from, to, marked] = [use(), use(), use(), use()]
  const edges = graph.edges()
  const [source, target] = edges.columns as [Column, Column]
  const starts = join(
    'inner',
    edges,
    from.plan,
    [{ left: columnOf(source), right: from.key }],
    [source, target, from.number],
  )
  const pairs = join('inner', starts, to.plan, [{ left: columnOf(target), right: to.key }], [from.number, to.number])
  const found = procedure(
    '_components',
    [text(how)],
    [
      { plan: all.plan, values: [columnOf(all.number)] },
      { plan: pairs, values: [columnOf(from.number), columnOf(to.number)] },
    ],
    [
      { name: '$node', type: 'long' },
      { name, type: 'long' },
    ],
    context,
  )
  const on = [{ left: columnOf(marked.number), right: columnOf(found.columns[0]!) }]
  const properties = marked.plan.columns.slice(0, -1)
  const joined = join('inner', marked.plan, found, on, [...properties, found.columns[1]!])
  return graphOf(joined, graph.edges(), context)
}

/** Rows of nodes or edges as a table of their properties. */
export const propertiesOf = (plan: Plan): Column[] => plan.columns.filter(isProperty)
