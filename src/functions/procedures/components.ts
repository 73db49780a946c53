/** `graph-mark-components`: which nodes hang together. */
import { procedure, type Row } from './procedure.ts'

export const components = procedure(
  'The component of each node, numbered from 0 in the order of the nodes: `kind` is weak or strong, the rows are nodes (number) and edges (source and target).',
  2,
  ([kind], nodes, edges) => {
    const place = new Map(nodes.map(([node], i) => [String(node), i]))
    const next: number[][] = nodes.map(() => [])
    const back: number[][] = nodes.map(() => [])
    for (const [source, target] of edges) {
      const [from, to] = [place.get(String(source)), place.get(String(target))]
      if (from === undefined || to === undefined) continue
      next[from]!.push(to)
      back[to]!.push(from)
    }
    const marks = kind === 'strong' ? strong(next, back) : weak(next, back)
    const numbers = new Map<number, bigint>()
    return nodes.map(([node], i): Row => {
      const number = numbers.get(marks[i]!) ?? BigInt(numbers.size)
      numbers.set(marks[i]!, number)
      return [node ?? null, number]
    })
  },
  [],
)

type Neighbours = readonly (readonly number[])[]

/** Every node that the start reaches gets its mark, unless it has one. */
function mark(start: number, name: number, marks: number[], ...ways: readonly Neighbours[]): void {
  const open = [start]
  marks[start] = name
  for (let node = open.pop(); node !== undefined; node = open.pop())
    for (const way of ways)
      for (const other of way[node]!)
        if (marks[other]! < 0) {
          marks[other] = name
          open.push(other)
        }
}

function weak(next: Neighbours, back: Neighbours): number[] {
  const marks = next.map(() => -1)
  for (const node of next.keys()) if (marks[node]! < 0) mark(node, node, marks, next, back)
  return marks
}

/** Kosaraju: against the edges, from the node that was left last, one reaches just its component. */
function strong(next: Neighbours, back: Neighbours): number[] {
  const marks = next.map(() => -1)
  for (const node of leftInOrder(next).reverse()) if (marks[node]! < 0) mark(node, node, marks, back)
  return marks
}

/** The nodes in the order in which a walk into depth leaves them; without recursion, as a chain may be long. */
function leftInOrder(next: Neighbours): number[] {
  const seen = next.map(() => false)
  const left: number[] = []
  for (const start of next.keys()) {
    if (seen[start]) continue
    seen[start] = true
    const path = [{ node: start, at: 0 }]
    for (let top = path.at(-1); top; top = path.at(-1)) {
      const other = next[top.node]![top.at++]
      if (other === undefined) {
        left.push(top.node)
        path.pop()
      } else if (!seen[other]) {
        seen[other] = true
        path.push({ node: other, at: 0 })
      }
    }
  }
  return left
}
