/** Random patterns over random small graphs: the matches are those that trying every walk finds. */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runs } from '../support/runs.ts'
import { plain, startService, type TestService } from '../support/service.ts'

const RUNS = runs(60, 2000)

let service: TestService
beforeAll(async () => {
  service = await startService({ queryProcesses: 1 })
})
afterAll(() => service.close())

interface Edge {
  readonly from: number
  readonly to: number
}
interface Hop {
  readonly direction: 'forward' | 'backward' | 'both'
  /** Least and greatest length. */
  readonly range?: readonly [number, number]
  readonly to: string
}
interface Match {
  readonly nodes: ReadonlyMap<string, number>
  readonly paths: readonly (readonly number[])[]
  readonly inner: readonly number[]
  /** Pairs of names that a path without edges makes one. */
  readonly merged: readonly (readonly [string, string])[]
}

const node = fc.constantFrom('a', 'b', 'c')
/** A range that is unrolled, or one whose walks are searched for. */
const range = fc
  .tuple(fc.nat(2), fc.oneof({ weight: 3, arbitrary: fc.nat(1) }, fc.constant(20)))
  .map(([least, more]) => [least, least + more] as const)
const hop = fc.record({
  direction: fc.constantFrom('forward', 'backward', 'both'),
  range: fc.option(range, { nil: undefined, freq: 2 }),
  to: node,
}) as fc.Arbitrary<Hop>
const graph = fc.array(fc.record({ from: fc.nat(3), to: fc.nat(3) }), { minLength: 1, maxLength: 6 })
const cycles = fc.constantFrom('unique_edges', 'none', 'all')

/** Node 0 is the one whose identity is null. */
const identity = (n: number) => (n === 0 ? null : n)

function kql(edges: readonly Edge[], start: string, hops: readonly Hop[], mode: string): string {
  const rows = edges.flatMap((e, i) => [`long(${identity(e.from)})`, `long(${identity(e.to)})`, i])
  const pattern = hops.map(({ direction, range: r, to }, i) => {
    const edge = `[p${i}${r ? `*${r[0]}..${r[1]}` : ''}]`
    return `${direction === 'backward' ? '<-' : '-'}${edge}${direction === 'forward' ? '->' : '-'}(${to})`
  })
  const outputs = [...namesOf(start, hops).map((n) => `${n} = ${n}.id`), ...hops.map((_, i) => `p${i} = map(p${i}, w)`)]
  return `let E = datatable(s: long, t: long, w: long)[${rows.join(', ')}]; E | make-graph s --> t with_node_id=id
| graph-match cycles=${mode} (${start})${pattern.join('')} project ${outputs.join(', ')}`
}

const namesOf = (start: string, hops: readonly Hop[]): string[] =>
  [...new Set([start, ...hops.map((h) => h.to)])].sort()

/** Edge numbers and nodes of every walk from a node that the hop allows. */
function walks(edges: readonly Edge[], at: number, { direction, range: r = [1, 1] }: Hop, mode: string) {
  const found: { path: number[]; nodes: number[] }[] = []
  const go = (path: number[], nodes: number[]) => {
    if (path.length >= r[0]) found.push({ path, nodes })
    if (path.length === r[1]) return
    const here = nodes.at(-1)!
    if (mode !== 'all' && new Set(path).size < path.length) return
    if (mode === 'none' && new Set(nodes).size < nodes.length) return
    for (const [i, e] of edges.entries()) {
      if (direction !== 'backward' && e.from === here) go([...path, i], [...nodes, e.to])
      if (direction !== 'forward' && e.to === here) go([...path, i], [...nodes, e.from])
    }
  }
  go([], [at])
  return found
}

function expected(edges: readonly Edge[], start: string, hops: readonly Hop[], mode: string): string[] {
  const all = [...new Set(edges.flatMap((e) => [e.from, e.to]))]
  let matches = all.map((n): Match => ({ nodes: new Map([[start, n]]), paths: [], inner: [], merged: [] }))
  for (const [i, h] of hops.entries()) {
    const left = i === 0 ? start : hops[i - 1]!.to
    matches = matches.flatMap((m) =>
      walks(edges, m.nodes.get(left)!, h, mode)
        .filter(({ nodes }) => (m.nodes.get(h.to) ?? nodes.at(-1)!) === nodes.at(-1)!)
        .map(({ path, nodes }) => ({
          nodes: new Map([...m.nodes, [h.to, nodes.at(-1)!]]),
          paths: [...m.paths, path],
          inner: [...m.inner, ...nodes.slice(1, -1)],
          merged: path.length === 0 ? [...m.merged, [left, h.to] as const] : m.merged,
        })),
    )
  }
  const allowed = matches.filter((m) => {
    const numbers = m.paths.flat()
    if (mode === 'all') return true
    if (new Set(numbers).size < numbers.length) return false
    if (mode === 'unique_edges') return true
    const places = [...placesOf(m)].map((n) => m.nodes.get(n)!).concat(m.inner)
    return new Set(places).size === places.length
  })
  return allowed
    .map((m) => JSON.stringify([...namesOf(start, hops).map((n) => identity(m.nodes.get(n)!)), ...m.paths]))
    .sort()
}

/** One name for each node of the pattern that is a place of its own. */
function placesOf({ nodes, merged }: Match): Set<string> {
  const name = new Map([...nodes.keys()].map((n) => [n, n]))
  for (const [x, y] of merged) {
    const [kept, gone] = [name.get(x)!, name.get(y)!]
    for (const [n, is] of name) if (is === gone) name.set(n, kept)
  }
  return new Set(name.values())
}

/** Where no node may be met twice, a pattern that names one twice has no match; endless walks are not tried. */
const patternIn = (mode: string, start: string, hops: readonly Hop[]): Hop[] => {
  const others = ['a', 'b', 'c', 'd'].filter((n) => n !== start)
  return hops.map((h, i) => ({
    ...h,
    ...(mode === 'none' && { to: others[i]! }),
    ...(mode === 'all' && h.range && { range: [h.range[0], Math.min(h.range[1], h.range[0] + 1)] as const }),
  }))
}

describe('graph-match', () => {
  it('finds what trying every walk finds', async () => {
    const hops = fc.array(hop, { minLength: 1, maxLength: 3 })
    await fc.assert(
      fc.asyncProperty(graph, node, hops, cycles, async (edges, start, written, mode) => {
        const path = patternIn(mode, start, written)
        const { rows } = await service.ask(kql(edges, start, path, mode))
        const found = (plain(rows) as unknown[]).map((r) => JSON.stringify(r)).sort()
        expect(found).toEqual(expected(edges, start, path, mode))
      }),
      { numRuns: RUNS },
    )
  }, 600_000)
})
