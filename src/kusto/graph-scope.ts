/** What expressions over a graph pattern may name: its nodes, edges and paths, and the functions that look at them. */
import { and, bool, call, columnOf, literal, long, text } from '../plan/expr.ts'
import type { Column, Expr } from '../plan/nodes.ts'
import { coerce } from './coerce.ts'
import { type Context, quoted, refuse, type Scope, semantic } from './context.ts'
import { lowerScalar } from './expressions.ts'
import { elements, kindOf, mustChild, type Syntax } from './language.ts'

export interface GraphElement {
  readonly properties: readonly Column[]
  /** Set for nodes. `id` is the text of its identity. */
  readonly node?: { readonly id: Expr; readonly degree: (side: 'in' | 'out') => Expr }
}

/** An edge of variable length. */
export interface GraphPath {
  /** How many edges it has. */
  readonly length: Expr
  /** The values of an expression for each edge, or for each node between them, as an array; or whether it is true of all or of any. */
  readonly fold: (how: Fold, over: 'edges' | 'inner', value: (element: GraphElement) => Expr, node: Syntax) => Expr
}

export type Fold = 'map' | 'all' | 'any'

/** What a name in a pattern stands for. */
export type GraphEntity =
  | { readonly kind: 'node' | 'edge'; readonly element: GraphElement }
  | { readonly kind: 'path'; readonly path: GraphPath }

/** A path whose edges, and the nodes between them, are known by number. */
export function unrolled(edges: readonly GraphElement[], inner: readonly GraphElement[]): GraphPath {
  return {
    length: long(edges.length),
    fold: (how, over, value) => {
      const values = (over === 'edges' ? edges : inner).map(value)
      if (how === 'map') return array(values)
      // A null condition is false in both (rule 217).
      const conditions = values.map((e) => call('iff', [coerce(e, 'bool'), bool(true), bool(false)], 'bool'))
      return how === 'all' ? and(...conditions) : conditions.reduce((a, b) => call('or', [a, b], 'bool'), bool(false))
    },
  }
}

export interface GraphScope {
  readonly named: ReadonlyMap<string, GraphEntity>
  /** Inside all(), any() and map(): the edge or inner node in question. Its properties come before other names. */
  readonly current?: GraphElement
}

type Graphic = Scope & { readonly graph: GraphScope }

/** A bare name: a property of the element in question, or a whole node, edge or path as a bag or an array of bags. */
export function graphName(node: Syntax, { graph }: Graphic, context: Context): Expr | undefined {
  const name = String(node.SimpleName)
  const own = graph.current?.properties.find((c) => c.name === name)
  if (own) return columnOf(own)
  const entity = graph.named.get(name)
  if (!entity) return undefined
  return entity.kind === 'path'
    ? entity.path.fold('map', 'edges', (e) => bagOf(e, context), node)
    : bagOf(entity.element, context)
}

/** `a.id`: the property of a node or edge; of a path, the array of its edges' properties. */
export function graphProperty(entity: GraphEntity, selector: Syntax): Expr {
  const name = String(selector.SimpleName)
  const of = (element: GraphElement): Expr => {
    const column = element.properties.find((c) => c.name === name)
    if (!column) throw semantic(selector, `Failed to resolve column '${name}'`)
    return columnOf(column)
  }
  return entity.kind === 'path' ? entity.path.fold('map', 'edges', of, selector) : of(entity.element)
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

const fold =
  (how: Fold): GraphFunction =>
  (node, [over, value, ...others], scope, context) => {
    if (!over || !value || others.length > 0) throw refuse(node, quoted(node))
    const { path, part } = pathNamed(over, scope)
    const each = (current: GraphElement) =>
      lowerScalar(value, { ...scope, graph: { ...scope.graph, current } }, context)
    return path.fold(how, part, each, node)
  }

const FUNCTIONS: Readonly<Record<string, GraphFunction>> = {
  all: fold('all'),
  any: fold('any'),
  map: fold('map'),
  node_id: (node, args, scope) => nodeOf(node, args, scope).id,
  node_degree_in: (node, args, scope) => nodeOf(node, args, scope).degree('in'),
  node_degree_out: (node, args, scope) => nodeOf(node, args, scope).degree('out'),
  array_length: (_, [path], { graph }) => {
    const entity = path && kindOf(path) === 'NameReference' ? graph.named.get(String(path.SimpleName)) : undefined
    return entity?.kind === 'path' ? entity.path.length : undefined
  },
  inner_nodes: (node) => {
    throw refuse(node, 'inner_nodes() outside of all(), any() and map()')
  },
  // A graph of make-graph has none, and there are no others here.
  labels: () => literal('dynamic', '[]'),
}

/** Names of the functions that only a graph pattern knows. */
export const graphFunctions: ReadonlySet<string> = new Set(
  Object.keys(FUNCTIONS).filter((name) => name !== 'array_length'),
)

/** A function of graph patterns; undefined when the name is none. */
export function graphCall(name: string, node: Syntax, scope: Graphic, context: Context): Expr | undefined {
  return FUNCTIONS[name]?.(node, elements(mustChild(node, 'ArgumentList'), 'Expressions'), scope, context)
}

/** A path, or the nodes inside of it; an edge is a path of one. */
function pathNamed(over: Syntax, { graph }: Graphic): { path: GraphPath; part: 'edges' | 'inner' } {
  const isInner =
    kindOf(over) === 'FunctionCallExpression' && String(mustChild(over, 'Name').SimpleName) === 'inner_nodes'
  const name = isInner ? elements(mustChild(over, 'ArgumentList'), 'Expressions')[0] : over
  const entity = name && kindOf(name) === 'NameReference' ? graph.named.get(String(name.SimpleName)) : undefined
  const part = isInner ? 'inner' : 'edges'
  if (entity?.kind === 'path') return { path: entity.path, part }
  if (entity?.kind === 'edge') return { path: unrolled([entity.element], []), part }
  throw semantic(over, `${quoted(over)} is no edge of the pattern`)
}

function nodeOf(node: Syntax, [named]: readonly Syntax[], { graph }: Graphic) {
  const entity = named && kindOf(named) === 'NameReference' ? graph.named.get(String(named.SimpleName)) : undefined
  const element = named ? (entity?.kind === 'node' ? entity.element : undefined) : graph.current
  if (!element?.node) throw semantic(node, `${quoted(node)} is asked of no node`)
  return element.node
}
