/** What expressions over a graph pattern may name: its nodes, edges and paths, and the functions that look at them. */
import { and, bool, call, columnOf, literal, long, text } from '../plan/expr.ts'
import type { Column, Expr } from '../plan/nodes.ts'
import { coerce } from './coerce.ts'
import { type Context, quoted, refuse, type Scope, semantic } from './context.ts'
import { lowerScalar } from './expressions.ts'
import { elements, kindOf, mustChild, type Syntax } from './language.ts'

export interface GraphElement {
  readonly properties: readonly Column[]
  /** Set for nodes. */
  readonly node?: { readonly key: Expr; readonly degree: (side: 'in' | 'out') => Expr }
}

/** What a name in a pattern stands for; an edge of variable length is a path. */
export type GraphEntity =
  | { readonly kind: 'node' | 'edge'; readonly element: GraphElement }
  | { readonly kind: 'path'; readonly edges: readonly GraphElement[]; readonly inner: readonly GraphElement[] }

export interface GraphScope {
  readonly named: ReadonlyMap<string, GraphEntity>
  /** Inside all(), any() and map(): the edge or inner node in question. Its properties come before other names. */
  readonly current?: GraphElement
}

type Graphic = Scope & { readonly graph: GraphScope }

/** A bare name: a property of the element in question, or a whole node, edge or path as a bag or an array of bags. */
export function graphName(name: string, { graph }: Graphic, context: Context): Expr | undefined {
  const own = graph.current?.properties.find((c) => c.name === name)
  if (own) return columnOf(own)
  const entity = graph.named.get(name)
  if (!entity) return undefined
  return entity.kind === 'path' ? array(entity.edges.map((e) => bagOf(e, context))) : bagOf(entity.element, context)
}

/** `a.id`: the property of a node or edge; of a path, the array of its edges' properties. */
export function graphProperty(entity: GraphEntity, selector: Syntax): Expr {
  const name = String(selector.SimpleName)
  const of = (element: GraphElement): Expr => {
    const column = element.properties.find((c) => c.name === name)
    if (!column) throw semantic(selector, `Failed to resolve column '${name}'`)
    return columnOf(column)
  }
  return entity.kind === 'path' ? array(entity.edges.map(of)) : of(entity.element)
}

/** Nulls and empty texts are no properties (rule 216). */
function bagOf({ properties }: GraphElement, { numbering }: Context): Expr {
  const listed = properties.filter((c) => !numbering.isUnlisted(c.id))
  const pairs = listed.flatMap((c) => [coerce(text(c.name), 'dynamic'), coerce(columnOf(c), 'dynamic')])
  return call('_pack', [bool(true), ...pairs], 'dynamic')
}

const array = (items: readonly Expr[]): Expr =>
  items.length === 0
    ? literal('dynamic', '[]')
    : call(
        'pack_array',
        items.map((i) => coerce(i, 'dynamic')),
        'dynamic',
      )

type GraphFunction = (node: Syntax, args: readonly Syntax[], scope: Graphic, context: Context) => Expr | undefined

const FUNCTIONS: Readonly<Record<string, GraphFunction>> = {
  // A null condition is false in both (rule 217).
  all: (node, args, scope, context) => and(...conditions(node, args, scope, context)),
  any: (node, args, scope, context) =>
    conditions(node, args, scope, context).reduce((a, b) => call('or', [a, b], 'bool'), bool(false)),
  map: (node, args, scope, context) => array(each(node, args, scope, context)),
  node_id: (node, args, scope) => nodeOf(node, args, scope).key,
  node_degree_in: (node, args, scope) => nodeOf(node, args, scope).degree('in'),
  node_degree_out: (node, args, scope) => nodeOf(node, args, scope).degree('out'),
  array_length: (_, [path], { graph }) => {
    const entity = path && kindOf(path) === 'NameReference' ? graph.named.get(String(path.SimpleName)) : undefined
    return entity?.kind === 'path' ? long(entity.edges.length) : undefined
  },
  inner_nodes: (node) => {
    throw refuse(node, 'inner_nodes() outside of all(), any() and map()')
  },
  labels: (node) => {
    throw refuse(node, 'labels()', 'a graph of make-graph has no labels')
  },
}

/** A function of graph patterns; undefined when the name is none. */
export function graphCall(name: string, node: Syntax, scope: Graphic, context: Context): Expr | undefined {
  return FUNCTIONS[name]?.(node, elements(mustChild(node, 'ArgumentList'), 'Expressions'), scope, context)
}

function conditions(node: Syntax, args: readonly Syntax[], scope: Graphic, context: Context): Expr[] {
  return each(node, args, scope, context).map((e) => call('iff', [coerce(e, 'bool'), bool(true), bool(false)], 'bool'))
}

/** The second argument for each edge of a path, or for each of its inner nodes. */
function each(node: Syntax, args: readonly Syntax[], scope: Graphic, context: Context): Expr[] {
  const [over, value] = args
  if (!over || !value || args.length !== 2) throw refuse(node, quoted(node))
  return elementsOf(over, scope).map((current) =>
    lowerScalar(value, { ...scope, graph: { ...scope.graph, current } }, context),
  )
}

function elementsOf(over: Syntax, { graph }: Graphic): readonly GraphElement[] {
  const isInner =
    kindOf(over) === 'FunctionCallExpression' && String(mustChild(over, 'Name').SimpleName) === 'inner_nodes'
  const path = isInner ? elements(mustChild(over, 'ArgumentList'), 'Expressions')[0] : over
  const entity = path && kindOf(path) === 'NameReference' ? graph.named.get(String(path.SimpleName)) : undefined
  if (entity?.kind === 'path') return isInner ? entity.inner : entity.edges
  if (entity?.kind === 'edge') return isInner ? [] : [entity.element]
  throw semantic(over, `${quoted(over)} is no edge of the pattern`)
}

function nodeOf(node: Syntax, [named]: readonly Syntax[], { graph }: Graphic) {
  const entity = named && kindOf(named) === 'NameReference' ? graph.named.get(String(named.SimpleName)) : undefined
  const element = named ? (entity?.kind === 'node' ? entity.element : undefined) : graph.current
  if (!element?.node) throw semantic(node, `${quoted(node)} is asked of no node`)
  return element.node
}
