/** Walks through a graph, of many lengths: what a pattern's path with a large range comes to. */
import type { Dynamic } from '../../types/dynamic.ts'
import { MAX_PROCEDURE_ROWS, procedure, type Row, TOO_MANY_ROWS } from './procedure.ts'

/** Edges that a search may try, and edges that its walks may have together: it ends with an error beyond. */
const MAX_STEPS = 20_000_000
const MAX_EDGES = 5_000_000

interface Step {
  readonly edge: number
  readonly to: number
}

interface Graph {
  readonly steps: readonly (readonly Step[])[]
  readonly starts: readonly boolean[]
  readonly ends: readonly boolean[]
  /** Which nodes a walk may pass through. */
  readonly inner: readonly boolean[]
}

interface Walk {
  readonly nodes: readonly number[]
  readonly edges: readonly number[]
}

export const walks = procedure(
  [
    'All walks of `least` to `greatest` edges, as rows: numbers of the first and the last node, how many edges, the numbers of the edges, and of the nodes between them,',
    'then what the folds make of the values behind each edge, and behind each inner node. Options: what may not be met twice (`unique_edges`, `none` for nodes, `all` for nothing;',
    '`any` and `every` give one or every shortest walk of each pair of ends), least, greatest, direction, folds of edges, folds of nodes (`map`, `all`, `any`).',
    'Rows: edges (number, source, target, values), nodes (number, may begin, may end, may lie between, values).',
  ].join(' '),
  2,
  ([mode, least, greatest, direction, edgeFolds, nodeFolds], unsorted, nodes) => {
    const edges = unsorted.toSorted(([a], [b]) => Number(a) - Number(b))
    const place = new Map(nodes.map(([node], i) => [String(node), i]))
    const steps: Step[][] = nodes.map(() => [])
    for (const [edge, [, source, target]] of edges.entries()) {
      const [from, to] = [place.get(String(source)), place.get(String(target))]
      if (from === undefined || to === undefined) continue
      if (direction !== 'backward') steps[from]!.push({ edge, to })
      // Without direction a loop is met twice.
      if (direction !== 'forward') steps[to]!.push({ edge, to: from })
    }
    const graph: Graph = {
      steps,
      starts: nodes.map((n) => n[1] === true),
      ends: nodes.map((n) => n[2] === true),
      inner: nodes.map((n) => n[3] === true),
    }
    const range = [Number(least), Number(greatest)] as const
    const found: Row[] = []
    let room = MAX_EDGES
    const emit = ({ nodes: passed, edges: taken }: Walk): void => {
      room -= taken.length
      if (room < 0 || found.length === MAX_PROCEDURE_ROWS) throw new Error(TOO_MANY_ROWS)
      const between = passed.slice(1, -1)
      found.push([
        nodes[passed[0]!]![0]!,
        nodes[passed.at(-1)!]![0]!,
        BigInt(taken.length),
        taken.map((e) => edges[e]![0]!),
        between.map((n) => nodes[n]![0]!),
        ...folded(
          edgeFolds,
          taken.map((e) => edges[e]!.slice(3)),
        ),
        ...folded(
          nodeFolds,
          between.map((n) => nodes[n]!.slice(4)),
        ),
      ])
    }
    if (mode === 'any' || mode === 'every') shortest(graph, range, mode === 'any', emit)
    else search(graph, range, mode === 'all' ? 'all' : mode === 'none' ? 'none' : 'unique_edges', emit)
    return found
  },
  [],
)

function folded(hows: Dynamic | undefined, rows: readonly Row[]): Dynamic[] {
  return (Array.isArray(hows) ? (hows as readonly Dynamic[]) : []).map((how, i): Dynamic => {
    const values = rows.map((r) => r[i] ?? null)
    if (how === 'map') return values
    return how === 'all' ? values.every((v) => v === true) : values.some((v) => v === true)
  })
}

/** Depth first from each start, never away from all ends. */
function search(
  graph: Graph,
  [least, greatest]: readonly [number, number],
  once: 'unique_edges' | 'none' | 'all',
  emit: (walk: Walk) => void,
): void {
  const toEnd = distancesToEnds(graph)
  let tries = 0
  for (const [start, begins] of graph.starts.entries()) {
    if (!begins || toEnd[start]! > greatest) continue
    const nodes = [start]
    const edges: number[] = []
    const met = new Set<number>(once === 'none' ? [start] : [])
    const next = [0]
    if (least === 0 && graph.ends[start]) emit({ nodes, edges })
    while (next.length > 0) {
      const depth = next.length - 1
      const here = nodes[depth]!
      const mayGoOn = depth < greatest && (depth === 0 || graph.inner[here])
      const step = mayGoOn ? graph.steps[here]![next[depth]!++] : undefined
      if (!step) {
        next.pop()
        nodes.pop()
        const edge = edges.pop()
        if (once === 'none') met.delete(here)
        if (once === 'unique_edges' && edge !== undefined) met.delete(edge)
        continue
      }
      if (++tries > MAX_STEPS) throw new Error(TOO_MANY_ROWS)
      const key = once === 'none' ? step.to : step.edge
      if (met.has(key) || depth + 1 + toEnd[step.to]! > greatest) continue
      if (once !== 'all') met.add(key)
      nodes.push(step.to)
      edges.push(step.edge)
      next.push(0)
      if (depth + 1 >= least && graph.ends[step.to]) emit({ nodes, edges })
    }
  }
}

/** How many edges each node is away from the nearest end. */
function distancesToEnds({ steps, ends, inner }: Graph): number[] {
  const back: number[][] = steps.map(() => [])
  for (const [from, out] of steps.entries()) for (const { to } of out) back[to]!.push(from)
  const distances = ends.map((e) => (e ? 0 : Number.POSITIVE_INFINITY))
  let level = [...ends.keys()].filter((n) => ends[n])
  for (let d = 1; level.length > 0; d++) {
    const before: number[] = []
    for (const node of level) {
      if (d > 1 && !inner[node]) continue
      for (const from of back[node]!)
        if (distances[from]! === Number.POSITIVE_INFINITY) {
          distances[from] = d
          before.push(from)
        }
    }
    level = before
  }
  return distances
}

/** Breadth first from each start; a shortest walk meets no node twice. For ranges that begin with 0 or 1. */
function shortest(
  { steps, starts, ends, inner }: Graph,
  [least, greatest]: readonly [number, number],
  one: boolean,
  emit: (walk: Walk) => void,
): void {
  let tries = 0
  for (const [start, begins] of starts.entries()) {
    if (!begins) continue
    if (least === 0 && ends[start]) emit({ nodes: [start], edges: [] })
    const distance = new Map([[start, 0]])
    const arrivals = new Map<number, { from: number; edge: number }[]>()
    let level = [start]
    for (let d = 1; d <= greatest && level.length > 0; d++) {
      const after: number[] = []
      for (const here of level) {
        if (here !== start && !inner[here]) continue
        for (const { edge, to } of steps[here]!) {
          if (++tries > MAX_STEPS) throw new Error(TOO_MANY_ROWS)
          const known = distance.get(to)
          if (known === undefined) {
            distance.set(to, d)
            arrivals.set(to, [{ from: here, edge }])
            after.push(to)
          } else if (known === d && !one) arrivals.get(to)!.push({ from: here, edge })
        }
      }
      for (const end of after) if (ends[end]) for (const walk of backFrom(end, start, arrivals)) emit(walk)
      level = after
    }
  }
}

/** Every way back to the start, along the arrivals. */
function* backFrom(
  end: number,
  start: number,
  arrivals: ReadonlyMap<number, readonly { from: number; edge: number }[]>,
): Generator<Walk> {
  const open: Walk[] = [{ nodes: [end], edges: [] }]
  for (let walk = open.pop(); walk; walk = open.pop()) {
    const [first] = walk.nodes
    if (first === start) {
      yield walk
      continue
    }
    for (const { from, edge } of arrivals.get(first!)!)
      open.push({ nodes: [from, ...walk.nodes], edges: [edge, ...walk.edges] })
  }
}
