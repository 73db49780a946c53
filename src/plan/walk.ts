/** Walks over plans: the inputs of a node, the expressions of a node, and rebuilding from the leaves up. */
import { assertNever } from '../base/assert-never.ts'
import { visitExpr } from './expr.ts'
import type { Assignment, Expr, Plan } from './nodes.ts'

export function inputsOf(plan: Plan): readonly Plan[] {
  switch (plan.kind) {
    case 'scan':
    case 'values':
    case 'range':
      return []
    case 'join':
      return [plan.left, plan.right]
    case 'union':
      return plan.inputs.map((i) => i.plan)
    case 'shared':
      return [plan.plan]
    default:
      return [plan.input]
  }
}

/** Every expression that a node holds itself. */
export function expressionsOf(plan: Plan): readonly Expr[] {
  switch (plan.kind) {
    case 'scan':
    case 'shared':
      return []
    case 'values':
      return plan.rows.flat()
    case 'range':
      return [plan.from, plan.to, plan.step]
    case 'filter':
      return [plan.when]
    case 'project':
      return plan.assignments.map((a) => a.expr)
    case 'aggregate':
      return [
        ...plan.by.map((a) => a.expr),
        ...plan.measures.flatMap((m) => m.args),
        ...(plan.order ?? []).map((k) => k.expr),
      ]
    case 'join':
      return plan.on.flatMap((o) => [o.left, o.right])
    case 'union':
      return plan.inputs.flatMap((i) => i.map)
    case 'sort':
      return plan.keys.map((k) => k.expr)
    case 'limit':
    case 'sample':
      return [plan.count]
    case 'unnest':
      return [...plan.items.map((i) => i.value), ...(plan.limit ? [plan.limit] : [])]
    case 'window':
      return [...plan.outputs.flatMap((o) => o.args), ...(plan.order ?? []).map((k) => k.expr)]
    case 'iterate':
      return [
        ...plan.state.flatMap((s) => [s.initial, s.next]),
        ...plan.layers.flat().map((a) => a.expr),
        ...(plan.order ?? []).map((k) => k.expr),
      ]
    default:
      return assertNever(plan)
  }
}

/**
 * Rebuilds a plan from the leaves up: `onExpr` on every expression (with the plans inside it already rebuilt), `onPlan` on
 * every node. What a shared plan becomes is worked out once for all its uses: they can be more than there is time for.
 */
export function transform(plan: Plan, onPlan: (p: Plan) => Plan, onExpr: (e: Expr) => Expr = (e) => e): Plan {
  const sub = onceForShared((p) => onPlan(rebuild(p, sub, (e) => onExpr(insidePlans(e, sub)))))
  return sub(plan)
}

/** A walk that enters each shared plan once. */
export function onceForShared(walk: (p: Plan) => Plan): (p: Plan) => Plan {
  const known = new Map<number, Plan>()
  return (p) => {
    if (p.kind !== 'shared') return walk(p)
    const done = known.get(p.id)
    // A shared plan that became something else (rows that are not there) has the columns of this use.
    if (done) return done.kind === 'shared' ? { ...p, plan: done.plan } : ({ ...done, columns: p.columns } as Plan)
    const made = walk(p)
    known.set(p.id, made)
    return made
  }
}

/** The node with its inputs exchanged. */
export const mapInputs = (plan: Plan, input: (p: Plan) => Plan): Plan => rebuild(plan, input, (e) => e)

/** The node with the plans inside its expressions exchanged. */
export const mapPlansInside = (plan: Plan, inside: (p: Plan) => Plan): Plan =>
  rebuild(
    plan,
    (p) => p,
    (e) => insidePlans(e, inside),
  )

/** One node with its inputs and expressions exchanged. */
function rebuild(plan: Plan, sub: (p: Plan) => Plan, expr: (e: Expr) => Expr): Plan {
  const assigned = (list: readonly Assignment[]) => list.map((a) => ({ column: a.column, expr: expr(a.expr) }))
  switch (plan.kind) {
    case 'scan':
      return plan
    case 'values':
      return { ...plan, rows: plan.rows.map((r) => r.map(expr)) }
    case 'range':
      return { ...plan, from: expr(plan.from), to: expr(plan.to), step: expr(plan.step) }
    case 'filter':
      return { ...plan, input: sub(plan.input), when: expr(plan.when) }
    case 'project':
      return { ...plan, input: sub(plan.input), assignments: assigned(plan.assignments) }
    case 'aggregate':
      return {
        ...plan,
        input: sub(plan.input),
        by: assigned(plan.by),
        measures: plan.measures.map((m) => ({ ...m, args: m.args.map(expr) })),
        ...(plan.order && { order: plan.order.map((k) => ({ ...k, expr: expr(k.expr) })) }),
      }
    case 'join':
      return {
        ...plan,
        left: sub(plan.left),
        right: sub(plan.right),
        on: plan.on.map((o) => ({ left: expr(o.left), right: expr(o.right) })),
      }
    case 'union':
      return { ...plan, inputs: plan.inputs.map((i) => ({ plan: sub(i.plan), map: i.map.map(expr) })) }
    case 'sort':
      return { ...plan, input: sub(plan.input), keys: plan.keys.map((k) => ({ ...k, expr: expr(k.expr) })) }
    case 'limit':
    case 'sample':
      return { ...plan, input: sub(plan.input), count: expr(plan.count) }
    case 'unnest':
      return {
        ...plan,
        input: sub(plan.input),
        items: plan.items.map((i) => ({ ...i, value: expr(i.value) })),
        ...(plan.limit && { limit: expr(plan.limit) }),
      }
    case 'window':
      return {
        ...plan,
        input: sub(plan.input),
        outputs: plan.outputs.map((o) => ({ ...o, args: o.args.map(expr) })),
        ...(plan.order && { order: plan.order.map((k) => ({ ...k, expr: expr(k.expr) })) }),
      }
    case 'iterate':
      return {
        ...plan,
        input: sub(plan.input),
        state: plan.state.map((s) => ({ ...s, initial: expr(s.initial), next: expr(s.next) })),
        layers: plan.layers.map(assigned),
        ...(plan.order && { order: plan.order.map((k) => ({ ...k, expr: expr(k.expr) })) }),
      }
    case 'shared':
      return { ...plan, plan: sub(plan.plan) }
    default:
      return assertNever(plan)
  }
}

function insidePlans(e: Expr, sub: (p: Plan) => Plan): Expr {
  switch (e.kind) {
    case 'scalar':
      return { ...e, plan: sub(e.plan) }
    case 'member':
      return { ...e, needle: insidePlans(e.needle, sub), plan: sub(e.plan) }
    case 'call':
      return { ...e, args: e.args.map((a) => insidePlans(a, sub)) }
    default:
      return e
  }
}

/** Calls `visit` on every node of a plan, those inside expressions too; on every use of a shared plan, but once inside it. */
export function visitPlan(plan: Plan, visit: (p: Plan) => void, entered = new Set<number>()): void {
  visit(plan)
  if (plan.kind === 'shared') {
    if (entered.has(plan.id)) return
    entered.add(plan.id)
  }
  for (const input of inputsOf(plan)) visitPlan(input, visit, entered)
  for (const e of expressionsOf(plan)) {
    visitExpr(e, (x) => {
      if (x.kind === 'scalar' || x.kind === 'member') visitPlan(x.plan, visit, entered)
    })
  }
}

/** Whether a plan reads stored rows, in its expressions too. */
export function readsTable(plan: Plan): boolean {
  let found = false
  visitPlan(plan, (p) => {
    found ||= p.kind === 'scan'
  })
  return found
}

/** How often each shared plan is used, by its id. */
export function sharedUses(plan: Plan): ReadonlyMap<number, number> {
  const uses = new Map<number, number>()
  visitPlan(plan, (p) => {
    if (p.kind === 'shared') uses.set(p.id, (uses.get(p.id) ?? 0) + 1)
  })
  return uses
}
