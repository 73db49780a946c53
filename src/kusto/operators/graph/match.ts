/**
 * `graph-match` and `graph-shortest-paths`: patterns as joins of edges. A path becomes a union over its lengths, so that
 * every edge of it has columns of its own, conditions reach the edges that they are about, and no path outlives its range.
 * Where there would be too many lengths, its walks are searched for, and joined as edges are.
 */
import { aggregate, filter, join, keep, limit, pass, project, sort } from '../../../plan/build.ts'
import { and, bool, call, columnOf, columnsUsed, conjuncts, long, not, text } from '../../../plan/expr.ts'
import type { Assignment, Column, Expr, Plan } from '../../../plan/nodes.ts'
import { coerce } from '../../coerce.ts'
import { type Context, quoted, refuse, type Scope, semantic } from '../../context.ts'
import { lowerScalar } from '../../expressions.ts'
import { type GraphElement, type GraphEntity, type GraphPath, unrolled } from '../../graph-scope.ts'
import { EDGE_COLUMNS, type Graph, NODE_COLUMNS, nodeFunctions } from '../../graphs.ts'
import { child, elements, kindOf, mustChild, parametersOf, resultColumns, type Syntax, textOf } from '../../language.ts'
import { alias } from '../../statements.ts'
import { isCycle, isNamed, type Pattern, patternOf, type Shape, type Step, shapesOf } from './pattern.ts'
import { Walk, type WalkMode } from './walk.ts'

export type LowerGraphOperator = (op: Syntax, graph: Graph, context: Context) => Plan

/** Which parts of a match may be the same: every edge is another one, every node is, or anything goes. */
type Cycles = 'all' | 'none' | 'unique_edges'

/** The same, or one or every shortest path, whose nodes all differ. */
type Wanted = Cycles | 'any' | 'every'

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
  if (elements(op, 'Patterns').length !== 1 || !pattern.edges.some((e) => e.range))
    throw semantic(op, "'graph-shortest-paths' operator: its pattern is one sequence with an edge of variable length")
  const wanted = output === 'any' ? 'any' : 'every'
  const { plan, outputs, ends, length, way } = matches(op, pattern, wanted, graph, context)
  if (output === 'any') {
    // Of several, the one along the edges that come first: what a search in their order meets (documentation).
    const keys = [length, way].map((c) => ({ expr: columnOf(c), descending: false, nullsFirst: true }))
    return keep(limit(sort(plan, keys), long(1), ends), outputs)
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
  /** The numbers of its edges, as a text that sorts like them. */
  readonly way: Column
}

/** The outputs of `project` for every match that satisfies `where`. */
function matches(op: Syntax, pattern: Pattern, wanted: Wanted, graph: Graph, context: Context): Matches {
  const clause = child(op, 'ProjectClause')
  if (!clause) throw semantic(op, `${quoted(op)}: 'project' is missing`)
  const expressions = elements(clause, 'Expressions')
  const names = namesOf(op, expressions, context)
  const all = shapesOf(pattern)
  const open = wanted === 'all' || wanted === 'unique_edges' ? all : all.filter((s) => !isCycle(op, s))
  const legs = (open.length > 0 ? open : all.slice(0, 1)).map((shape) => {
    const match = new Match(op, shape, graph, context)
    const scope = scopeOf(pattern, shape, match)
    const where = child(op, 'WhereClause')
    const condition = where ? coerce(lowerScalar(mustChild(where, 'Condition'), scope, context), 'bool') : bool(true)
    const when = open.length > 0 ? condition : bool(false)
    const values = expressions.map((e) => lowerScalar(e, scope, context))
    const ends = [pattern.nodes[0]!, pattern.nodes.at(-1)!].map((n) => match.keyOf(shape.called.get(n)!))
    const lengths = [...shape.paths].flatMap(([edge, p]) => (edge.isLong ? [match.path(p.steps, p.inner).length] : []))
    const length = lengths.reduce((a, b) => call('+', [a, b], 'long'), long(shape.length))
    const map = [...values, ...ends, length, match.way()]
    return { plan: match.rows(when, map, wanted), map }
  })
  const columns = legs[0]!.map.map((e, i) => context.numbering.column(names[i] ?? '$path', e.type))
  const outputs = columns.slice(0, names.length)
  const rest = { outputs, ends: columns.slice(names.length, -2), length: columns.at(-2)!, way: columns.at(-1)! }
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
    named.set(
      edge.name,
      edge.range ? { kind: 'path', path: match.path(steps, inner) } : { kind: 'edge', element: match.edge(steps[0]!) },
    )
  }
  return { columns: [], graph: { named } }
}

/** Added to the numbers of edges, so that all have as many digits. */
const PADDING = 10n ** 15n

/** An edge or a long path of a shape: the columns of its ends, and its rows. */
interface Part {
  readonly from: Column
  readonly to: Column
  readonly plan?: Plan
  readonly walk?: Walk
}

/** The rows of one shape: its parts joined by the nodes that they share. */
class Match {
  /** In an order in which each shares a node with those before it. */
  readonly #parts = new Map<Step, Part>()
  readonly #keys = new Map<string, Expr>()
  readonly #nodes = new Map<string, Plan>()
  readonly #elements = new Map<string, GraphElement>()
  readonly #degrees = new Map<string, Map<'in' | 'out', Plan>>()
  readonly #shape: Shape
  readonly #graph: Graph
  readonly #context: Context

  constructor(op: Syntax, shape: Shape, graph: Graph, context: Context) {
    this.#shape = shape
    this.#graph = graph
    this.#context = context
    const places = new Set(shape.called.values())
    const waiting = [...shape.steps]
    if (waiting.length === 0) this.#keys.set([...places][0]!, columnOf(this.#nodesAt([...places][0]!).columns[0]!))
    for (let step = waiting.shift(); step; ) {
      const part = this.#part(step)
      this.#parts.set(step, part)
      if (!this.#keys.has(step.from)) this.#keys.set(step.from, columnOf(part.from))
      if (!this.#keys.has(step.to)) this.#keys.set(step.to, columnOf(part.to))
      const next = waiting.findIndex((s) => this.#keys.has(s.from) || this.#keys.has(s.to))
      step = next < 0 ? undefined : waiting.splice(next, 1)[0]
    }
    if ([...places].some((p) => !this.#keys.has(p)))
      throw semantic(
        op,
        `'${textOf(op).split(/\s/)[0]}' operator: the patterns must be connected by nodes that they share`,
      )
  }

  #nodesAt(place: string): Plan {
    const nodes = this.#nodes.get(place) ?? this.#graph.nodes()
    this.#nodes.set(place, nodes)
    return nodes
  }

  /** An edge with its ends as the step has them: `from`, `to`, number, properties. */
  #part(step: Step): Part {
    if (step.of.isLong) {
      const walk = new Walk(step.of, this.#graph, this.#context)
      return { walk, from: walk.from, to: walk.to }
    }
    const { direction } = step.of
    if (direction !== 'both') {
      const plan = this.#graph.edges()
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
    return { plan, from: columns[0]!, to: columns[1]! }
  }

  keyOf(place: string): Expr {
    return this.#keys.get(place)!
  }

  edge(step: Step): GraphElement {
    return { properties: this.#parts.get(step)!.plan!.columns.slice(EDGE_COLUMNS) }
  }

  way(): Expr {
    const steps = this.#shape.steps.map((s) => this.#parts.get(s)!).filter((p) => !p.walk)
    const padded = steps.map((p) => coerce(call('+', [columnOf(edgesOf(p)), long(PADDING)], 'long'), 'string'))
    return padded.length === 0 ? text('') : call('strcat', padded, 'string')
  }

  path(steps: readonly Step[], inner: readonly string[]): GraphPath {
    const [first] = steps
    const walk = first && this.#parts.get(first)!.walk
    if (walk) return walk.path
    return unrolled(
      steps.map((s) => this.edge(s)),
      inner.map((n) => this.node(n)),
    )
  }

  node(place: string): GraphElement {
    const known = this.#elements.get(place)
    if (known) return known
    const degrees = this.#degrees.get(place) ?? new Map<'in' | 'out', Plan>()
    this.#degrees.set(place, degrees)
    const element: GraphElement = {
      properties: this.#nodesAt(place).columns.slice(NODE_COLUMNS),
      node: nodeFunctions(this.#graph, this.keyOf(place), degrees),
    }
    this.#elements.set(place, element)
    return element
  }

  /** The rows for which `when` is true, with what `values` look at. */
  rows(when: Expr, values: readonly Expr[], wanted: Wanted): Plan {
    const walks = [...this.#parts].flatMap(([step, { walk }]) => (walk ? [{ step, walk }] : []))
    const left = conjuncts(when).filter(
      (c) =>
        !(c.kind === 'literal' && c.value === true) &&
        !walks.some(({ step, walk }) =>
          walk.takes(c, this.#nodes.get(step.from)?.columns, this.#nodes.get(step.to)?.columns),
        ),
    )
    const isShortest = wanted === 'any' || wanted === 'every'
    // Only where a search for the shortest way sees all conditions does it find what is asked for.
    const searched = left.length === 0 && this.#parts.size === 1 && walks.every(({ walk }) => walk.least <= 1)
    const mode = isShortest && !searched ? 'none' : wanted
    const condition = and(...left, ...this.#differences(isShortest ? 'none' : wanted))
    const nodes = this.#parts.size === 0 ? [...this.#nodes.values()][0]! : undefined
    let plan = nodes ?? this.#joined(mode)
    const used = new Set([condition, ...values].flatMap((e) => [...columnsUsed(e)]))
    for (const [place, beside] of this.#nodes)
      if (beside !== nodes && beside.columns.some((c) => used.has(c.id)))
        plan = this.#beside('inner', plan, place, beside)
    for (const [place, degrees] of this.#degrees)
      for (const beside of degrees.values()) plan = this.#beside('leftouter', plan, place, beside)
    return filter(plan, condition)
  }

  #joined(mode: WalkMode): Plan {
    let plan: Plan | undefined
    const keys = new Map<string, Expr>()
    for (const [step, { from, to, walk, plan: own }] of this.#parts) {
      const part = walk?.plan(mode) ?? own!
      const ends = [[step.from, from] as const, [step.to, to] as const]
      const on = ends.flatMap(([place, column]) => {
        const known = keys.get(place)
        return known ? [{ left: known, right: columnOf(column) }] : []
      })
      plan = plan ? join('inner', plan, part, on, [...plan.columns, ...part.columns]) : part
      if (step.from === step.to && on.length === 0) plan = filter(plan, same(columnOf(from), columnOf(to)))
      for (const [place, column] of ends) if (!keys.has(place)) keys.set(place, columnOf(column))
    }
    return plan!
  }

  /** `right` begins with the identity of a node. */
  #beside(kind: 'inner' | 'leftouter', left: Plan, place: string, right: Plan): Plan {
    const on = [{ left: this.keyOf(place), right: columnOf(right.columns[0]!) }]
    return join(kind, left, right, on, [...left.columns, ...right.columns])
  }

  /** What must differ from one another. */
  #differences(cycles: Cycles): Expr[] {
    if (cycles === 'all') return []
    const parts = [...this.#parts]
    // Where all nodes differ, an edge can only be met again between the same two.
    const meet = (a: Step, b: Step) =>
      cycles !== 'none' || a.of.isLong || b.of.isLong || [a.from, a.to].sort().join() === [b.from, b.to].sort().join()
    const edges = pairs(parts)
      .filter(([[a], [b]]) => meet(a, b))
      .map(([[, a], [, b]]) => apart(edgesOf(a), edgesOf(b)))
    return cycles === 'none' ? [...edges, ...this.#nodesApart()] : edges
  }

  #nodesApart(): Expr[] {
    const walks = [...this.#parts].flatMap(([step, { walk }]) => (walk ? [{ step, walk }] : []))
    const places = pairs([...this.#keys]).map(([[a, keyA], [b, keyB]]) => {
      const differ = not(same(keyA, keyB))
      const between = emptyWay(a, b, walks)
      if (!between) return differ
      const length = between.map((w) => w.path.length).reduce((x, y) => call('+', [x, y], 'long'))
      return call('or', [differ, call('==', [length, long(0)], 'bool')], 'bool')
    })
    const inside = walks.flatMap(({ step, walk }) =>
      [...this.#keys.keys()]
        .filter((place) => place !== step.from && place !== step.to)
        .map((place) => apart(walk.inner, this.#nodesAt(place).columns[1]!)),
    )
    return [...places, ...inside, ...pairs(walks).map(([a, b]) => apart(a.walk.inner, b.walk.inner))]
  }
}

/** The long paths by which two places are one, if none of these has an edge; a pattern in which nodes differ is a tree. */
function emptyWay(
  from: string,
  to: string,
  walks: readonly { readonly step: Step; readonly walk: Walk }[],
): readonly Walk[] | undefined {
  if (from === to) return []
  for (const { step, walk } of walks) {
    if (walk.least > 0 || (step.from !== from && step.to !== from)) continue
    const rest = emptyWay(
      step.from === from ? step.to : step.from,
      to,
      walks.filter((w) => w.walk !== walk),
    )
    if (rest) return [walk, ...rest]
  }
  return undefined
}

const edgesOf = ({ plan, walk }: Part): Column => walk?.edges ?? plan!.columns[2]!

/** Numbers, or arrays of numbers, that have nothing in common. */
function apart(a: Column, b: Column): Expr {
  if (a.type !== 'dynamic' && b.type !== 'dynamic') return not(call('==', [columnOf(a), columnOf(b)], 'bool'))
  const asArray = (c: Column): Expr =>
    c.type === 'dynamic' ? columnOf(c) : call('pack_array', [coerce(columnOf(c), 'dynamic')], 'dynamic')
  const common = call('set_intersect', [asArray(a), asArray(b)], 'dynamic')
  return call('==', [call('array_length', [common], 'long'), long(0)], 'bool')
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
