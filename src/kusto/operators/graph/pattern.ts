/** Graph patterns: nodes and edges as written, and the shapes that they take when each path has a certain length. */
import { type Context, quoted, refuse, semantic } from '../../context.ts'
import { lowerScalar } from '../../expressions.ts'
import { child, elements, kindOf, mustChild, type Syntax, textOf } from '../../language.ts'

export interface PatternEdge {
  readonly node: Syntax
  readonly name?: string
  readonly from: string
  readonly to: string
  /** As written, from the left to the right. */
  readonly direction: 'forward' | 'backward' | 'both'
  /** The least and the greatest length of a path; absent for a single edge. */
  readonly range?: readonly [least: number, greatest: number]
  /** Its walks are searched for (`walk.ts`), in place of one query for each length. */
  readonly isLong: boolean
}

export interface Pattern {
  /** Names of the nodes; those without one have a number. */
  readonly nodes: readonly string[]
  readonly edges: readonly PatternEdge[]
}

export const isNamed = (node: string): boolean => !/^\d/.test(node)

export function patternOf(op: Syntax, context: Context): Pattern {
  const nodes = new Set<string>()
  const edges: PatternEdge[] = []
  const edgeNames = new Set<string>()
  for (const sequence of elements(op, 'Patterns')) {
    let left: string | undefined
    let between: Omit<PatternEdge, 'from' | 'to' | 'isLong'> | undefined
    for (const element of elements(sequence, 'PatternElements')) {
      const given = child(element, 'Name')
      const name = given && String(given.SimpleName)
      if (kindOf(element) === 'GraphMatchPatternEdge') {
        if (name && edgeNames.has(name)) throw semantic(element, `The edge '${name}' is named twice in the pattern`)
        if (name) edgeNames.add(name)
        between = { node: element, ...(name && { name }), ...directionAndRange(element, context) }
        continue
      }
      const node = name ?? String(nodes.size)
      nodes.add(node)
      if (between && left !== undefined) edges.push({ ...between, from: left, to: node, isLong: false })
      left = node
    }
  }
  const both = [...nodes].find((n) => edgeNames.has(n))
  if (both) throw semantic(op, `The name '${both}' is both a node and an edge of the pattern`)
  return { nodes: [...nodes], edges: withLong(edges) }
}

function directionAndRange(edge: Syntax, context: Context): Pick<PatternEdge, 'direction' | 'range'> {
  const [first, last] = ['FirstToken', 'LastToken'].map((t) => child(edge, t)).map((t) => (t ? textOf(t) : ''))
  const [back, forth] = [first!.startsWith('<'), (last || first!).endsWith('>')]
  if (back && forth) throw semantic(edge, `The edge ${quoted(edge)} has two directions`)
  const direction = back ? 'backward' : forth ? 'forward' : 'both'
  const range = child(edge, 'Range')
  if (!range) return { direction }
  const [least, greatest] = ['RangeStart', 'RangeEnd'].map((end) => {
    const value = lowerScalar(mustChild(range, end), { columns: [] }, context)
    if (value.kind !== 'literal' || !/^\d{1,9}$/.test(String(value.value)))
      throw semantic(range, `The range ${quoted(range)} must be made of two whole numbers`)
    return Number(value.value)
  }) as [number, number]
  if (least > greatest) throw semantic(range, `The range ${quoted(range)} is empty`)
  return { direction, range: [least, greatest] }
}

/** A path of up to so many edges is tried in each length, as joins. */
const MAX_UNROLLED = 12
/** As each length is a query of its own: that many edges one pattern may come to. */
const MAX_EDGES = 600

function withLong(edges: readonly PatternEdge[]): PatternEdge[] {
  const greatest = Math.max(0, ...edges.flatMap((e) => (e.range && !e.isLong ? [e.range[1]] : [])))
  const unrolled = edges.filter((e) => !e.isLong)
  const spread = unrolled.reduce((n, { range }) => n * (range ? range[1] - range[0] + 1 : 1), 1)
  const together = unrolled.reduce((n, { range }) => n + (range?.[1] ?? 1), 0)
  if (greatest <= MAX_UNROLLED && (greatest === 0 || spread * together <= MAX_EDGES)) return [...edges]
  return withLong(edges.map((e) => ({ ...e, isLong: e.isLong || e.range?.[1] === greatest })))
}

/** One step of a shape: a single edge or a long path, and the edge of the pattern that it belongs to. */
export interface Step {
  readonly of: PatternEdge
  readonly from: string
  readonly to: string
}

export interface Shape {
  readonly steps: readonly Step[]
  /** Steps of each path in order, and the nodes between them. */
  readonly paths: ReadonlyMap<PatternEdge, { readonly steps: readonly Step[]; readonly inner: readonly string[] }>
  /** What each node of the pattern is called here: the ends of a path without edges are one node. */
  readonly called: ReadonlyMap<string, string>
  /** How many edges the unrolled paths have. */
  readonly length: number
}

/** All shapes of a pattern, short ones first. */
export function shapesOf(pattern: Pattern): Shape[] {
  const ranged = pattern.edges.filter((e) => e.range && !e.isLong)
  let lengths: ReadonlyMap<PatternEdge, number>[] = [new Map()]
  for (const e of ranged) {
    const [least, greatest] = e.range!
    const own = Array.from({ length: greatest - least + 1 }, (_, i) => least + i)
    lengths = lengths.flatMap((l) => own.map((n) => new Map([...l, [e, n]])))
  }
  return lengths.map((l) => shapeOf(pattern, l)).sort((a, b) => a.length - b.length)
}

function shapeOf(pattern: Pattern, lengths: ReadonlyMap<PatternEdge, number>): Shape {
  const called = new Map(pattern.nodes.map((n) => [n, n]))
  for (const [e, length] of lengths) {
    const [from, to] = [called.get(e.from)!, called.get(e.to)!]
    if (length === 0) for (const [n, name] of called) if (name === to) called.set(n, from)
  }
  let count = 0
  const paths = new Map(
    pattern.edges.map((of) => {
      const length = lengths.get(of) ?? 1
      const inner = Array.from({ length: Math.max(0, length - 1) }, () => `${count++} inside`)
      const places = [called.get(of.from)!, ...inner, called.get(of.to)!]
      const steps = Array.from({ length }, (_, i): Step => ({ of, from: places[i]!, to: places[i + 1]! }))
      return [of, { steps, inner }]
    }),
  )
  return {
    steps: [...paths.values()].flatMap((p) => p.steps),
    paths,
    called,
    length: [...lengths.values()].reduce((a, b) => a + b, 0),
  }
}

/**
 * Whether each match of a shape is a cycle: its edges, along their directions, lead back to where they began. Those that
 * meet again otherwise, as two ways from one node to another do, are decided nowhere.
 */
export function isCycle(op: Syntax, { steps }: Shape): boolean {
  const arrows = steps.flatMap(({ from, to, of: { direction } }): (readonly [string, string])[] =>
    direction === 'both' ? (from === to ? [[from, to]] : []) : direction === 'forward' ? [[from, to]] : [[to, from]],
  )
  const below = (node: string, seen: Set<string>): Set<string> => {
    for (const [from, to] of arrows)
      if (from === node && !seen.has(to)) {
        seen.add(to)
        below(to, seen)
      }
    return seen
  }
  if (arrows.some(([from]) => below(from, new Set()).has(from))) return true
  const places = new Set(steps.flatMap((s) => [s.from, s.to]))
  if (steps.length >= places.size && steps.length > 0)
    throw refuse(
      op,
      'A pattern that meets itself again, where cycles are not matched,',
      'it is not documented which of its matches are cycles',
    )
  return false
}
