/**
 * `graph-match` and `graph-shortest-paths`: patterns as joins of edges. A path becomes a union over its lengths, so that
 * every edge of it has columns of its own, conditions reach the edges that they are about, and no path outlives its range.
 */
import { aggregate, filter, join, keep, limit, pass, project, sort } from '../../../plan/build.ts'
import { and, bool, call, columnOf, columnsUsed, long, not } from '../../../plan/expr.ts'
import type { Assignment, Column, Expr, Plan } from '../../../plan/nodes.ts'
import { coerce } from '../../coerce.ts'
import { type Context, quoted, refuse, type Scope, semantic } from '../../context.ts'
import { lowerScalar } from '../../expressions.ts'
import type { GraphElement, GraphEntity } from '../../graph-scope.ts'
import { EDGE_COLUMNS, type Graph, NODE_COLUMNS } from '../../graphs.ts'
import { child, elements, kindOf, mustChild, parametersOf, resultColumns, type Syntax, textOf } from '../../language.ts'
import { alias } from '../../statements.ts'
import { isNamed, type Pattern, patternOf, type Shape, type Step, shapesOf } from './pattern.ts'

export type LowerGraphOperator = (op: Syntax, graph: Graph, context: Context) => Plan

/** Which parts of a match may be the same: every edge is another one, every node is, or anything goes. */
type Cycles = 'all' | 'none' | 'unique_edges'

export const graphMatch: LowerGraphOperator = (op, graph, context) => {
  const { cycles = 'unique_edges', ...others } = wordsOf(op)
  if (Object.keys(others).length > 0) throw refuse(op, `'${Object.keys(others)[0]}' of graph-match`)
  if (cycles !== 'all' && cycles !== 'none' && cycles !== 'unique_edges')
    throw semantic(op, "'graph-match' operator: cycles is all, none or unique_edges")
  const { plan, outputs } = matches(op, patternOf(op, context), cycles, graph, context)
  return keep(plan, outputs)
}

/** The ends of a path are nodes too: a way back to where it began is none (rule 218). */
export const graphShortestPaths: LowerGraphOperator = (op, graph, context) => {
  const { output = 'any', ...others } = wordsOf(op)
  if (Object.keys(others).length > 0) throw refuse(op, `'${Object.keys(others)[0]}' of graph-shortest-paths`)
  if (output !== 'any' && output !== 'all') throw semantic(op, "'graph-shortest-paths' operator: output is any or all")
  const pattern = patternOf(op, context)
  if (pattern.edges.length !== 1 || !pattern.edges[0]!.range)
    throw refuse(op, 'graph-shortest-paths with another pattern than one path between two nodes')
  const { plan, outputs, ends, length } = matches(op, pattern, 'none', graph, context)
  if (output === 'any') {
    const shortest = sort(plan, [{ expr: columnOf(length), descending: false, nullsFirst: true }])
    return keep(limit(shortest, long(1), ends), outputs)
  }
  const id = context.numbering.shared()
  const [found, again] = [alias(id, plan, context), alias(id, plan, context)]
  const at = (p: Plan, c: Column) => p.columns[plan.columns.indexOf(c)]!
  const least = context.numbering.column('$least', 'long')
  const best = aggregate(
    again,
    ends.map((c) => pass(at(again, c))),
    [{ column: least, name: 'min', args: [columnOf(at(again, length))] }],
  )
  const on = best.columns.map((c, i) => ({
    left: columnOf(at(found, ends[i] ?? length)),
    right: columnOf(c),
  }))
  const kept = outputs.map((c) => at(found, c))
  return join('inner', found, best, on, kept)
}

const wordsOf = (op: Syntax): Record<string, string> =>
  Object.fromEntries([...parametersOf(op)].map(([name, value]) => [name, textOf(value)]))

interface Matches {
  readonly plan: Plan
  readonly outputs: readonly Column[]
  /** Identities of the first and the last node of the pattern, and the length of its paths. */
  readonly ends: readonly Column[]
  readonly length: Column
}

/** The outputs of `project` for every match that satisfies `where`. */
function matches(op: Syntax, pattern: Pattern, cycles: Cycles, graph: Graph, context: Context): Matches {
  const clause = child(op, 'ProjectClause')
  if (!clause) throw semantic(op, `${quoted(op)}: 'project' is missing`)
  const expressions = elements(clause, 'Expressions')
  const names = namesOf(op, expressions, context)
  const legs = shapesOf(op, pattern).map((shape) => {
    const match = new Match(op, shape, graph, context)
    const scope = scopeOf(pattern, shape, match)
    const where = child(op, 'WhereClause')
    const when = where ? coerce(lowerScalar(mustChild(where, 'Condition'), scope, context), 'bool') : bool(true)
    const values = expressions.map((e) => lowerScalar(e, scope, context))
    const ends = [pattern.nodes[0]!, pattern.nodes.at(-1)!].map((n) => match.keyOf(shape.called.get(n)!))
    const plan = filter(match.withNodes([when, ...values]), and(when, ...match.differences(cycles)))
    return { plan, map: [...values, ...ends, long(shape.length)] }
  })
  const columns = legs[0]!.map.map((e, i) => context.numbering.column(names[i] ?? '$path', e.type))
  const outputs = columns.slice(0, names.length)
  const rest = { outputs, ends: columns.slice(names.length, -1), length: columns.at(-1)! }
  if (legs.length > 1) return { plan: { kind: 'union', inputs: legs, columns }, ...rest }
  const [{ plan, map }] = legs as [(typeof legs)[number]]
  const assigned = columns.map((column, i): Assignment => ({ column, expr: map[i]! }))
  return { plan: project(plan, assigned), ...rest }
}

function scopeOf(pattern: Pattern, shape: Shape, match: Match): Scope & { graph: { named: Map<string, GraphEntity> } } {
  const named = new Map<string, GraphEntity>()
  for (const node of pattern.nodes.filter(isNamed))
    named.set(node, { kind: 'node', element: match.node(shape.called.get(node)!) })
  for (const [edge, { steps, inner }] of shape.paths) {
    if (!edge.name) continue
    const edges = steps.map((s) => match.edge(s))
    named.set(
      edge.name,
      edge.range
        ? { kind: 'path', edges, inner: inner.map((n) => match.node(n)) }
        : { kind: 'edge', element: edges[0]! },
    )
  }
  return { columns: [], graph: { named } }
}

/** The rows of one shape: its edges joined by the nodes that they share. */
class Match {
  #plan: Plan
  readonly #edges = new Map<Step, Plan>()
  readonly #keys = new Map<string, Expr>()
  readonly #nodes = new Map<string, Plan>()
  readonly #elements = new Map<string, GraphElement>()
  readonly #degrees = new Map<string, { readonly of: string; readonly plan: Plan }>()
  readonly #graph: Graph
  readonly #context: Context

  constructor(op: Syntax, shape: Shape, graph: Graph, context: Context) {
    this.#graph = graph
    this.#context = context
    const places = new Set(shape.called.values())
    const waiting = [...shape.steps]
    const lonely = waiting.length === 0 ? [...places][0]! : undefined
    if (lonely !== undefined) {
      this.#plan = graph.nodes()
      this.#nodes.set(lonely, this.#plan)
      this.#keys.set(lonely, columnOf(this.#plan.columns[0]!))
    } else {
      const first = waiting.shift()!
      this.#plan = this.#begin(first)
    }
    while (waiting.length > 0) {
      const next = waiting.findIndex((s) => this.#keys.has(s.from) || this.#keys.has(s.to))
      if (next < 0) break
      this.#plan = this.#joined(waiting.splice(next, 1)[0]!)
    }
    if ([...places].some((p) => !this.#keys.has(p)))
      throw semantic(
        op,
        `'${textOf(op).split(/\s/)[0]}' operator: the patterns must be connected by nodes that they share`,
      )
  }

  /** An edge with its ends as the step has them: `from`, `to`, number, properties. */
  #step(step: Step): { plan: Plan; from: Column; to: Column } {
    const { direction } = step.of
    if (direction !== 'both') {
      const plan = this.#graph.edges()
      this.#edges.set(step, plan)
      const [source, target] = plan.columns as [Column, Column]
      return direction === 'forward' ? { plan, from: source, to: target } : { plan, from: target, to: source }
    }
    // Either way round; a loop is met twice (rule 214).
    const [there, back] = [this.#graph.edges(), this.#graph.edges()]
    const columns = there.columns.map((c) => this.#context.numbering.copy(c))
    const turned = [back.columns[1]!, back.columns[0]!, ...back.columns.slice(2)]
    const plan: Plan = {
      kind: 'union',
      columns,
      inputs: [
        { plan: there, map: there.columns.map(columnOf) },
        { plan: back, map: turned.map(columnOf) },
      ],
    }
    this.#edges.set(step, plan)
    return { plan, from: columns[0]!, to: columns[1]! }
  }

  #begin(step: Step): Plan {
    const { plan, from, to } = this.#step(step)
    this.#keys.set(step.from, columnOf(from))
    if (step.from === step.to) return filter(plan, same(columnOf(from), columnOf(to)))
    this.#keys.set(step.to, columnOf(to))
    return plan
  }

  #joined(step: Step): Plan {
    const { plan, from, to } = this.#step(step)
    const on = [[step.from, from] as const, [step.to, to] as const].flatMap(([place, column]) => {
      const known = this.#keys.get(place)
      return known ? [{ left: known, right: columnOf(column) }] : []
    })
    if (!this.#keys.has(step.from)) this.#keys.set(step.from, columnOf(from))
    if (!this.#keys.has(step.to)) this.#keys.set(step.to, columnOf(to))
    return join('inner', this.#plan, plan, on, [...this.#plan.columns, ...plan.columns])
  }

  keyOf(place: string): Expr {
    return this.#keys.get(place)!
  }

  edge(step: Step): GraphElement {
    return { properties: this.#edges.get(step)!.columns.slice(EDGE_COLUMNS) }
  }

  node(place: string): GraphElement {
    const known = this.#elements.get(place)
    if (known) return known
    const nodes = this.#nodes.get(place) ?? this.#graph.nodes()
    this.#nodes.set(place, nodes)
    const element: GraphElement = {
      properties: nodes.columns.slice(NODE_COLUMNS),
      node: { key: this.keyOf(place), degree: (side) => this.#degree(place, side) },
    }
    this.#elements.set(place, element)
    return element
  }

  #degree(place: string, side: 'in' | 'out'): Expr {
    const known = this.#degrees.get(`${side} ${place}`) ?? { of: place, plan: this.#graph.degrees(side) }
    this.#degrees.set(`${side} ${place}`, known)
    const count = columnOf(known.plan.columns[1]!)
    return call('iff', [call('isnull', [count], 'bool'), long(0), count], 'long')
  }

  /** The rows, with the properties and degrees of those nodes that the expressions look at. */
  withNodes(exprs: readonly Expr[]): Plan {
    const used = new Set(exprs.flatMap((e) => [...columnsUsed(e)]))
    let plan = this.#plan
    for (const [place, nodes] of this.#nodes) {
      if (nodes === this.#plan || !nodes.columns.some((c) => used.has(c.id))) continue
      plan = this.#beside('inner', plan, place, nodes)
    }
    for (const { of, plan: degrees } of this.#degrees.values()) plan = this.#beside('leftouter', plan, of, degrees)
    return plan
  }

  /** `right` begins with the identity of a node. */
  #beside(kind: 'inner' | 'leftouter', left: Plan, place: string, right: Plan): Plan {
    const on = [{ left: this.keyOf(place), right: columnOf(right.columns[0]!) }]
    return join(kind, left, right, on, [...left.columns, ...right.columns])
  }

  /** What must differ from one another. */
  differences(cycles: Cycles): Expr[] {
    if (cycles === 'all') return []
    // Where all nodes differ, an edge can only be met again between the same two.
    const meet = ([a]: [Step, Plan], [b]: [Step, Plan]) =>
      cycles !== 'none' || [a.from, a.to].sort().join() === [b.from, b.to].sort().join()
    const edges = pairs([...this.#edges])
      .filter(([a, b]) => meet(a, b))
      .map(([[, a], [, b]]) => not(call('==', [columnOf(a.columns[2]!), columnOf(b.columns[2]!)], 'bool')))
    return cycles === 'none' ? [...edges, ...pairs([...this.#keys.values()]).map(([a, b]) => not(same(a, b)))] : edges
  }
}

const pairs = <T>(items: readonly T[]): [T, T][] =>
  items.flatMap((a, i) => items.slice(i + 1).map((b): [T, T] => [a, b]))

/** Null is a node like others (rule 214). */
function same(a: Expr, b: Expr): Expr {
  const equal = call('==', [a, b], 'bool')
  if (a.type === 'string') return equal
  const isNull = (e: Expr) => call('isnull', [e], 'bool')
  const bothNull = and(isNull(a), isNull(b))
  return call('iff', [call('or', [isNull(a), isNull(b)], 'bool'), bothNull, equal], 'bool')
}

/**
 * The engine's names (rule 136): only a path, and a function of a node or of a property of a path, have one by themselves,
 * which is not what the parser says.
 */
function namesOf(op: Syntax, expressions: readonly Syntax[], context: Context): string[] {
  const taken = new Set<string>()
  const free = (name: string): string => {
    for (let i = 0; ; i++) {
      const candidate = i === 0 ? name : `${name}${i}`
      if (!taken.has(candidate)) return candidate
    }
  }
  let unnamed = 0
  const names = expressions.map((e) => {
    const given = kindOf(e) === 'SimpleNamedExpression' ? String(mustChild(e, 'Name').SimpleName) : undefined
    const name = free(given ?? ownName(e) ?? `Column${++unnamed}`)
    taken.add(name)
    return name
  })
  const said = resultColumns(op).map((c) => c.name)
  if (said.join() !== names.join()) context.engineNames.differ = true
  return names
}

function ownName(e: Syntax): string | undefined {
  switch (kindOf(e)) {
    case 'NameReference':
      return String(e.SimpleName)
    case 'PathExpression': {
      const owner = ownName(mustChild(e, 'Expression'))
      const selector = mustChild(e, 'Selector')
      return owner && kindOf(selector) === 'NameReference' ? `${owner}_${selector.SimpleName}` : undefined
    }
    case 'FunctionCallExpression': {
      const args = elements(mustChild(e, 'ArgumentList'), 'Expressions')
      const called = String(mustChild(e, 'Name').SimpleName)
      if (!args.every((a) => kindOf(a) === 'NameReference')) return undefined
      const of = args.map((a) => String(a.SimpleName)).join('_')
      if (called === 'map' && args.length === 2) return of
      return called.startsWith('node_') && args.length === 1 ? `${called}_${of}` : undefined
    }
    default:
      return undefined
  }
}
