/**
 * Makes order explicit. KQL's sort holds through later filters, projections and takes; SQL promises order only where it is
 * asked for. So sorts move up to where order matters (the root, a limit, make_list, window functions), carrying their keys
 * along as hidden columns.
 */
import { aggregate, keep, limit, pass, project, sort } from '../build.ts'
import { columnOf, columnsUsed } from '../expr.ts'
import type { Column, Expr, Plan, SortKey } from '../nodes.ts'
import { transform, visitPlan } from '../walk.ts'

export function makeOrderExplicit(plan: Plan): Plan {
  const fresh = freshIds(plan)
  // Plans inside expressions (toscalar, in) are roots of their own.
  const inner = transform(
    plan,
    (p) => p,
    (e) => rootsInside(e, fresh),
  )
  return root(inner, fresh)
}

interface Fresh {
  readonly column: (name: string, type: Column['type']) => Column
  /** What each shared plan became: all its uses must be given the same one. */
  readonly shared: Map<number, Ordered>
}

function freshIds(plan: Plan): Fresh {
  let last = 0
  visitPlan(plan, (p) => {
    for (const c of p.columns) last = Math.max(last, c.id)
    if (p.kind === 'window') for (const o of p.outputs) last = Math.max(last, o.column.id)
    if (p.kind === 'iterate')
      for (const { column } of [...p.state, ...p.layers.flat()]) last = Math.max(last, column.id)
  })
  return { column: (name, type) => ({ id: ++last, name, type }), shared: new Map() }
}

function rootsInside(e: Expr, fresh: Fresh): Expr {
  switch (e.kind) {
    case 'scalar':
    case 'member':
      return { ...e, plan: root(e.plan, fresh) }
    case 'call':
      return { ...e, args: e.args.map((a) => rootsInside(a, fresh)) }
    default:
      return e
  }
}

function root(plan: Plan, fresh: Fresh): Plan {
  const o = ordered(plan, fresh)
  const done = o.plan.kind === 'limit' && !o.plan.by && o.plan.input.kind === 'sort' && o.plan.input.keys === o.keys
  if (o.keys.length === 0 || done) return narrow(o.plan, plan.columns)
  return narrow(sort(o.plan, o.keys), plan.columns)
}

const narrow = (plan: Plan, columns: readonly Column[]): Plan =>
  plan.columns.length === columns.length && plan.columns.every((c, i) => c.id === columns[i]!.id)
    ? plan
    : keep(plan, columns)

/** A plan that gives at least the columns of the one it replaces, and the keys (over its columns) of the order that its rows have. */
interface Ordered {
  readonly plan: Plan
  readonly keys: readonly SortKey[]
}

const unordered = (plan: Plan): Ordered => ({ plan, keys: [] })

function ordered(plan: Plan, fresh: Fresh): Ordered {
  switch (plan.kind) {
    case 'scan':
    case 'values':
    case 'range':
      return unordered(plan)
    case 'sort': {
      const below = ordered(plan.input, fresh)
      return withKeyColumns(below.plan, plan.keys, fresh)
    }
    case 'filter': {
      const below = ordered(plan.input, fresh)
      return { plan: { ...plan, input: below.plan, columns: below.plan.columns }, keys: below.keys }
    }
    case 'project': {
      const below = ordered(plan.input, fresh)
      const kept = new Set(plan.assignments.map((a) => a.column.id))
      const extra = keyColumns(below).filter((c) => !kept.has(c.id))
      return { plan: project(below.plan, [...plan.assignments, ...extra.map(pass)]), keys: below.keys }
    }
    case 'limit': {
      const below = ordered(plan.input, fresh)
      const sorted = below.keys.length > 0 ? sort(below.plan, below.keys) : below.plan
      return { plan: limit(sorted, plan.count, plan.by), keys: below.keys }
    }
    case 'unnest': {
      const below = ordered(plan.input, fresh)
      const extra = below.plan.columns.filter((c) => !plan.columns.some((p) => p.id === c.id))
      return { plan: { ...plan, input: below.plan, columns: [...plan.columns, ...extra] }, keys: below.keys }
    }
    case 'window': {
      const below = ordered(plan.input, fresh)
      const position = fresh.column('$position', 'long')
      const columns = [...below.plan.columns, ...plan.outputs.map((o) => o.column), position]
      const key: SortKey = { expr: columnOf(position), descending: false, nullsFirst: true }
      const order = below.keys.length > 0 ? { order: below.keys } : {}
      return { plan: { ...plan, input: below.plan, columns, position, ...order }, keys: [key] }
    }
    case 'iterate': {
      const below = ordered(plan.input, fresh)
      const position = fresh.column('$position', 'long')
      const columns = [...below.plan.columns, ...plan.layers.flat().map((a) => a.column), position]
      const key: SortKey = { expr: columnOf(position), descending: false, nullsFirst: true }
      const order = below.keys.length > 0 ? { order: below.keys } : {}
      return { plan: { ...plan, input: below.plan, columns, position, ...order }, keys: [key] }
    }
    case 'aggregate': {
      const below = ordered(plan.input, fresh)
      const made = aggregate(below.plan, plan.by, plan.measures)
      return unordered(below.keys.length > 0 ? { ...made, order: below.keys } : made)
    }
    case 'join':
      return unordered({ ...plan, left: root(plan.left, fresh), right: root(plan.right, fresh) })
    case 'union':
      return unordered({ ...plan, inputs: plan.inputs.map((i) => ({ ...i, plan: unsorted(i.plan, fresh) })) })
    case 'sample':
      return unordered({ ...plan, input: narrow(ordered(plan.input, fresh).plan, plan.input.columns) })
    case 'shared': {
      const known = fresh.shared.get(plan.id)
      const below = known ?? ordered(plan.plan, fresh)
      if (!known) fresh.shared.set(plan.id, below)
      const extra = below.plan.columns.filter((c) => !plan.plan.columns.some((p) => p.id === c.id))
      const inside = [...plan.plan.columns, ...extra]
      const outside = [...plan.columns, ...extra.map((c) => fresh.column(c.name, c.type))]
      const renamed = new Map(inside.map((c, i) => [c.id, outside[i]!]))
      return {
        plan: { ...plan, plan: narrow(below.plan, inside), columns: outside },
        keys: below.keys.map((k) => ({
          ...k,
          expr: columnOf(renamed.get((k.expr as Extract<Expr, { kind: 'column' }>).id)!),
        })),
      }
    }
  }
}

/** Where order does not survive, sorting is wasted; limits below keep theirs. */
const unsorted = (plan: Plan, fresh: Fresh): Plan => narrow(ordered(plan, fresh).plan, plan.columns)

const keyColumns = (o: Ordered): Column[] => {
  const used = new Set(o.keys.flatMap((k) => [...columnsUsed(k.expr)]))
  return o.plan.columns.filter((c) => used.has(c.id))
}

/** Sort keys as columns: an expression is computed into a hidden one. */
function withKeyColumns(plan: Plan, keys: readonly SortKey[], fresh: Fresh): Ordered {
  const computed = keys.filter((k) => k.expr.kind !== 'column' && k.expr.kind !== 'literal')
  if (computed.length === 0) return { plan, keys: keys.filter((k) => k.expr.kind === 'column') }
  const columns = new Map(computed.map((k) => [k, fresh.column('$key', k.expr.type)]))
  return {
    plan: project(plan, [
      ...plan.columns.map(pass),
      ...computed.map((k) => ({ column: columns.get(k)!, expr: k.expr })),
    ]),
    keys: keys
      .filter((k) => k.expr.kind !== 'literal')
      .map((k) => (columns.has(k) ? { ...k, expr: columnOf(columns.get(k)!) } : k)),
  }
}
