/** Divides a plan between two engines: the largest parts that the remote one says exactly go there, the rest stays local. */
import { NotSaid } from '../functions/define.ts'
import { keep, pass, project } from '../plan/build.ts'
import { and, bool, columnsUsed, conjuncts, visitExpr } from '../plan/expr.ts'
import type { Column, Expr, Plan, Scan } from '../plan/nodes.ts'
import { expressionsOf, inputsOf, mapInputs, mapPlansInside, sharedUses, visitPlan } from '../plan/walk.ts'
import type { Segment, SegmentColumn } from '../store/snapshot.ts'
import { type RenderOptions, renderRelation } from './relation.ts'

/** A part that runs remotely; the local plan scans its rows as the table `name`. */
export interface RemotePart {
  readonly name: string
  readonly plan: Plan
  /** What could not be said remotely and so ended the part; absent when the part is the whole plan. */
  readonly because?: string
}

export interface Cut {
  /** What runs locally; when the whole plan is one part, a scan of it. */
  readonly local: Plan
  readonly parts: readonly RemotePart[]
}

export interface CutOptions {
  readonly remote: RenderOptions
  /** Plans that read no table run remotely too; else they are local. */
  readonly constants?: boolean
  /** Nothing but tables is read remotely, for this reason. */
  readonly scansOnly?: string
}

/** Where a plan can run: `either` reads no table. */
type Side = 'remote' | 'either' | 'local'

interface Placed {
  readonly plan: Plan
  readonly side: Side
  /** Why it is local. */
  readonly because?: string
}

export function cut(plan: Plan, { remote, constants = false, scansOnly }: CutOptions): Cut {
  const parts: RemotePart[] = []
  const known = new Map<number, Placed>()
  const uses = sharedUses(plan)
  const isTable = (s: Segment) => s.format === 'table'

  const refusal = (node: Plan): string | undefined => {
    if (scansOnly !== undefined) return scansOnly
    try {
      renderRelation(node, remote)
      return undefined
    } catch (error) {
      if (error instanceof NotSaid) return error.what
      throw error
    }
  }

  /** A scan of what a remote plan gives. */
  const partOf = (placed: Placed, because: string | undefined, needed = placed.plan.columns): Plan => {
    // A file has a column at least.
    const some = needed.length > 0 ? needed : placed.plan.columns.slice(0, 1)
    const narrow = placed.plan.columns.length === some.length ? placed.plan : keep(placed.plan, some)
    const plan = some.length > 0 ? narrow : project(placed.plan, [{ column: ROW, expr: bool(true) }])
    const name = `$part${parts.length + 1}`
    parts.push({ name, plan, ...(because !== undefined && { because }) })
    return { kind: 'scan', table: name, columns: plan.columns, source: plan.columns.map((c) => `c${c.id}`) }
  }
  const toLocal = (placed: Placed, because: string, needed?: readonly Column[]): Plan =>
    placed.side === 'remote' ? partOf(placed, because, needed) : placed.plan

  const place = (node: Plan): Placed => {
    if (node.kind === 'shared') return placeShared(node)
    if (node.kind === 'limit' && !node.by && node.input.kind === 'project') {
      // Where the projection has to be local, no more rows than these are sent to it.
      const { input, ...rest } = node
      return place({ ...input, input: { ...rest, input: input.input, columns: input.input.columns } } as Plan)
    }
    if (node.kind === 'scan') return placeScan(node)
    const inputs = new Map<Plan, Placed>()
    for (const input of inputsOf(node)) inputs.set(input, place(input))
    const inside = new Map<Plan, Placed>()
    for (const p of plansInside(node)) inside.set(p, place(p))
    const all = [...inputs.values(), ...inside.values()]
    const stubbed = mapPlansInside(
      mapInputs(node, (p) => stub(p)),
      (p) => (inside.get(p)!.side === 'local' ? p : stub(p)),
    )
    const isLocal = all.find((p) => p.side === 'local')
    const because = isLocal?.because ?? refusal(stubbed)
    if (!isLocal && because === undefined) {
      const whole = mapPlansInside(
        mapInputs(node, (p) => inputs.get(p)!.plan),
        (p) => inside.get(p)!.plan,
      )
      return { plan: whole, side: all.some((p) => p.side === 'remote') ? 'remote' : 'either' }
    }
    const why = because ?? ''
    const local = mapPlansInside(node, (p) => toLocal(inside.get(p)!, why))
    const insideIsRemote = [...inside.values()].some((p) => p.side !== 'either')
    if (!insideIsRemote && (node.kind === 'filter' || node.kind === 'project')) {
      const below = inputs.get(node.input)!
      if (below.side === 'remote')
        return { plan: divided(local as typeof node, below, why), side: 'local', because: why }
    }
    const plan = mapInputs(local, (p) => toLocal(inputs.get(p)!, why, neededBy(node, p)))
    return { plan, side: 'local', because: why }
  }

  const placeScan = (node: Scan): Placed => {
    const segments = remote.segments(node.table)
    if (!segments.every(isTable)) return { plan: node, side: 'local', because: `the files of ${node.table}` }
    return { plan: node, side: 'remote' }
  }

  const placeShared = (node: Extract<Plan, { kind: 'shared' }>): Placed => {
    let placed = known.get(node.id)
    if (!placed) {
      placed = place(node.plan)
      // The remote engine would work out a plan of several uses at each of them, and draw other rows each time.
      const why = 'rows that are drawn once'
      if (placed.side === 'remote' && (uses.get(node.id) ?? 0) > 1 && draws(placed.plan))
        placed = { plan: partOf(placed, why), side: 'local', because: why }
      known.set(node.id, placed)
    }
    return { ...placed, plan: { ...node, plan: placed.plan } }
  }

  /** What of a filter or a projection the remote engine says stays in the part. */
  const divided = (node: Extract<Plan, { kind: 'filter' | 'project' }>, below: Placed, why: string): Plan => {
    if (node.kind === 'filter') {
      const says = (when: Expr) => refusal({ ...node, input: stub(node.input), when }) === undefined
      const [here, there] = split(conjuncts(node.when), (e) => !says(e))
      const inner = there.length === 0 ? below.plan : { ...node, input: below.plan, when: and(...there) }
      return { ...node, input: partOf({ ...below, plan: inner }, why), when: and(...here) }
    }
    const says = (a: (typeof node.assignments)[number]) =>
      refusal({ ...node, input: stub(node.input), assignments: [a], columns: [a.column] }) === undefined
    const [here, there] = split(node.assignments, (a) => !says(a))
    const used = new Set(here.flatMap((a) => [...columnsUsed(a.expr)]))
    const given = new Set(there.map((a) => a.column.id))
    const passed = node.input.columns.filter((c) => used.has(c.id) && !given.has(c.id)).map(pass)
    const inner = project(below.plan, [...there, ...passed])
    return {
      ...node,
      input: partOf({ ...below, plan: inner }, why),
      assignments: node.assignments.map((a) => (here.includes(a) ? a : pass(a.column))),
    }
  }

  const root = place(plan)
  if (root.side === 'remote' || (root.side === 'either' && constants)) return { local: partOf(root, undefined), parts }
  return { local: root.plan, parts }
}

/** Segments of the parts, once their rows lie in files. */
export const partColumns = (part: RemotePart): readonly SegmentColumn[] =>
  part.plan.columns.map((c) => ({
    name: `c${c.id}`,
    type: c.type,
    storedAs: c.type === 'datetime' ? 'ticks' : 'native',
  }))

/** Of rows whose columns nobody looks at. */
const ROW: Column = { id: 2 ** 31 - 1, name: '$row', type: 'bool' }

const stub = (plan: Plan): Plan => ({ kind: 'values', columns: plan.columns, rows: [] })

function plansInside(node: Plan): Plan[] {
  const plans: Plan[] = []
  for (const e of expressionsOf(node)) {
    visitExpr(e, (x) => {
      if (x.kind === 'scalar' || x.kind === 'member') plans.push(x.plan)
    })
  }
  return plans
}

/** The columns of an input that its node looks at or passes on. */
function neededBy(node: Plan, input: Plan): readonly Column[] {
  const used = new Set(expressionsOf(node).flatMap((e) => [...columnsUsed(e)]))
  // An aggregate and a projection give nothing but what they say.
  if (node.kind !== 'aggregate' && node.kind !== 'project') return input.columns
  return input.columns.filter((c) => used.has(c.id))
}

/** Whether running a plan twice may give different rows. */
function draws(plan: Plan): boolean {
  let found = false
  visitPlan(plan, (p) => {
    if (p.kind === 'sample' || (p.kind === 'limit' && p.input.kind !== 'sort')) found = true
  })
  return found
}

function split<T>(items: readonly T[], test: (item: T) => boolean): [T[], T[]] {
  return [items.filter(test), items.filter((i) => !test(i))]
}
