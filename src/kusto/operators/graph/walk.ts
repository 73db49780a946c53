/** A long path of a pattern: its walks are found by a procedure, each with all that the pattern's expressions ask of its edges and inner nodes. */
import { filter, join, project } from '../../../plan/build.ts'
import { and, bool, call, columnOf, columnsUsed, long, substitute, text } from '../../../plan/expr.ts'
import type { Column, Expr, NamedType, Plan } from '../../../plan/nodes.ts'
import { coerce } from '../../coerce.ts'
import { type Context, quoted, refuse } from '../../context.ts'
import type { Fold, GraphElement, GraphPath } from '../../graph-scope.ts'
import { EDGE_COLUMNS, type Graph, NODE_COLUMNS, nodeFunctions } from '../../graphs.ts'
import { procedure } from '../../procedure.ts'
import type { PatternEdge } from './pattern.ts'

/** What may be met again; `any` and `every` are shortest walks, one or all of each pair of ends. */
export type WalkMode = 'all' | 'none' | 'unique_edges' | 'any' | 'every'

interface Folded {
  readonly how: Fold
  readonly over: 'edges' | 'inner'
  readonly value: Expr
  readonly column: Column
}

export class Walk {
  /** Identities of the ends, as the pattern names them from the left to the right. */
  readonly from: Column
  readonly to: Column
  /** Numbers of its edges, and places of the nodes between them. */
  readonly edges: Column
  readonly inner: Column
  readonly path: GraphPath
  readonly #length: Column
  readonly #folds: Folded[] = []
  readonly #edgeRows: Plan
  readonly #nodeRows: Plan
  readonly #degrees = new Map<'in' | 'out', Plan>()
  readonly #of: PatternEdge
  readonly #graph: Graph
  readonly #context: Context
  #begins: Expr = bool(true)
  #ends: Expr = bool(true)
  #everyEdge: Expr = bool(true)
  #everyInner: Expr = bool(true)

  constructor(of: PatternEdge, graph: Graph, context: Context) {
    const { numbering } = context
    this.#of = of
    this.#graph = graph
    this.#context = context
    this.from = numbering.column('$from', graph.key)
    this.to = numbering.column('$to', graph.key)
    this.#length = numbering.column('$length', 'long')
    this.edges = numbering.column('$edges', 'dynamic')
    this.inner = numbering.column('$inner', 'dynamic')
    this.#edgeRows = graph.edges()
    this.#nodeRows = graph.nodes()
    const edge: GraphElement = { properties: this.#edgeRows.columns.slice(EDGE_COLUMNS) }
    const node: GraphElement = {
      properties: this.#nodeRows.columns.slice(NODE_COLUMNS),
      node: nodeFunctions(graph, columnOf(this.#nodeRows.columns[0]!), this.#degrees),
    }
    const known = { edges: edge, inner: node }
    this.path = {
      length: columnOf(this.#length),
      fold: (how, over, value, at) => {
        const expr = value(known[over])
        const own = new Set([
          ...known[over].properties.map((c) => c.id),
          ...(over === 'inner' ? [this.#nodeRows, ...this.#degrees.values()].flatMap((p) => p.columns) : []).map(
            (c) => c.id,
          ),
        ])
        if ([...columnsUsed(expr)].some((id) => !own.has(id)))
          throw refuse(
            at,
            quoted(at),
            'what is asked of the parts of a long path may look at nothing else of the pattern',
          )
        const column = numbering.column(`$${how}`, how === 'map' ? 'dynamic' : 'bool')
        this.#folds.push({ how, over, value: how === 'map' ? expr : coerce(expr, 'bool'), column })
        return columnOf(column)
      },
    }
  }

  get least(): number {
    return this.#of.range![0]
  }

  /**
   * Takes over a condition on the rows of the pattern, so that walks which do not meet it are never made. `from` and `to` are
   * the nodes at the ends under the ids that the condition uses.
   */
  takes(condition: Expr, from: readonly Column[] | undefined, to: readonly Column[] | undefined): boolean {
    const used = columnsUsed(condition)
    const isOf = (columns: readonly Column[] | undefined) =>
      columns !== undefined && used.size > 0 && [...used].every((id) => columns.some((c) => c.id === id))
    const rebased = (columns: readonly Column[]) =>
      substitute(condition, new Map(columns.map((c, i) => [c.id, columnOf(this.#nodeRows.columns[i]!)])))
    if (isOf(from)) this.#begins = and(this.#begins, rebased(from!))
    else if (isOf(to)) this.#ends = and(this.#ends, rebased(to!))
    else {
      const fold = this.#folds.find(
        (f) => condition.kind === 'column' && f.column.id === condition.id && f.how === 'all',
      )
      if (fold?.over === 'edges') this.#everyEdge = and(this.#everyEdge, fold.value)
      else if (fold) this.#everyInner = and(this.#everyInner, fold.value)
      else return false
    }
    return true
  }

  /** Its rows: the columns above, and those of the folds. */
  plan(mode: WalkMode): Plan {
    const context = this.#context
    const folds = (over: Folded['over']) => this.#folds.filter((f) => f.over === over)
    const ordered = [...folds('edges'), ...folds('inner')]
    const hows = (over: Folded['over']): Expr => list(folds(over).map((f) => text(f.how)))
    const [least, greatest] = this.#of.range!
    const [begin, end] = [this.#graph.nodes(), this.#graph.nodes()]
    const gives: NamedType[] = [
      { name: '$begin', type: 'long' },
      { name: '$end', type: 'long' },
      ...[this.#length, this.edges, this.inner, ...ordered.map((f) => f.column)],
    ]
    const found = procedure(
      '_walks',
      [text(mode), long(least), long(greatest), text(this.#of.direction), hows('edges'), hows('inner')],
      [this.#edgeInput(folds('edges')), this.#nodeInput(folds('inner'))],
      gives,
      context,
    )
    const known = found.columns.slice(2)
    const at = (place: Column, nodes: Plan) => [{ left: columnOf(place), right: columnOf(nodes.columns[1]!) }]
    const begun = join('inner', found, begin, at(found.columns[0]!, begin), [...found.columns, begin.columns[0]!])
    const both = join('inner', begun, end, at(found.columns[1]!, end), [...begun.columns, end.columns[0]!])
    return project(both, [
      { column: this.from, expr: columnOf(begin.columns[0]!) },
      { column: this.to, expr: columnOf(end.columns[0]!) },
      ...[this.#length, this.edges, this.inner, ...ordered.map((f) => f.column)].map((column, i) => ({
        column,
        expr: columnOf(known[i]!),
      })),
    ])
  }

  /** Edges go into the search by number, and their ends by place: identities may be of any type. */
  #edgeInput(folds: readonly Folded[]) {
    const rows = filter(this.#edgeRows, this.#everyEdge)
    const [source, target] = [this.#graph.nodes(), this.#graph.nodes()]
    const on = (end: 0 | 1, nodes: Plan) => [
      { left: columnOf(this.#edgeRows.columns[end]!), right: columnOf(nodes.columns[0]!) },
    ]
    const begun = join('inner', rows, source, on(0, source), [...rows.columns, source.columns[1]!])
    const plan = join('inner', begun, target, on(1, target), [...begun.columns, target.columns[1]!])
    const values = [this.#edgeRows.columns[2]!, source.columns[1]!, target.columns[1]!].map(columnOf)
    return { plan, values: [...values, ...folds.map((f) => f.value)] }
  }

  #nodeInput(folds: readonly Folded[]) {
    const key = columnOf(this.#nodeRows.columns[0]!)
    let plan: Plan = this.#nodeRows
    for (const degrees of this.#degrees.values()) {
      const on = [{ left: key, right: columnOf(degrees.columns[0]!) }]
      plan = join('leftouter', plan, degrees, on, [...plan.columns, ...degrees.columns])
    }
    return {
      plan,
      values: [
        columnOf(this.#nodeRows.columns[1]!),
        this.#begins,
        this.#ends,
        this.#everyInner,
        ...folds.map((f) => f.value),
      ],
    }
  }
}

const list = (items: readonly Expr[]): Expr =>
  call(
    'pack_array',
    items.map((i) => coerce(i, 'dynamic')),
    'dynamic',
  )
