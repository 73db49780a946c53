/** Drops columns that nothing above looks at: `search` and `union *` have a thousand of them, of which a query names a few. */
import { columnsUsed } from '../expr.ts'
import type { ColumnId, Expr, Plan } from '../nodes.ts'
import { mapInputs, mapPlansInside, onceForShared } from '../walk.ts'

type Needed = ReadonlySet<ColumnId>

export function pruneColumns(plan: Plan): Plan {
  const whole = onceForShared((p) => prune(p, allOf(p), whole))
  return whole(plan)
}

const allOf = (plan: Plan): Needed => new Set(plan.columns.map((c) => c.id))
const plus = (needed: Needed, exprs: readonly Expr[]): Needed => {
  const all = new Set(needed)
  for (const e of exprs) for (const id of columnsUsed(e)) all.add(id)
  return all
}

/** The same rows with at least the needed columns; `whole` prunes a plan all of whose columns are needed. */
function prune(original: Plan, needed: Needed, whole: (p: Plan) => Plan): Plan {
  const plan = mapPlansInside(original, whole)
  const kept = plan.columns.filter((c) => needed.has(c.id))
  const under = (input: Plan, wanted: Needed): Plan =>
    input.kind === 'shared' ? whole(input) : prune(input, wanted, whole)
  switch (plan.kind) {
    case 'scan': {
      const source = plan.source.filter((_, i) => needed.has(plan.columns[i]!.id))
      return { ...plan, columns: kept, source }
    }
    case 'filter': {
      const input = under(plan.input, plus(needed, [plan.when]))
      return { ...plan, input, columns: input.columns }
    }
    case 'project': {
      const assignments = plan.assignments.filter((a) => needed.has(a.column.id))
      const input = under(
        plan.input,
        plus(
          new Set(),
          assignments.map((a) => a.expr),
        ),
      )
      return { ...plan, input, assignments, columns: kept }
    }
    case 'aggregate': {
      const measures = plan.measures.filter((m) => needed.has(m.column.id))
      const used = [
        ...plan.by.map((a) => a.expr),
        ...measures.flatMap((m) => m.args),
        ...(plan.order ?? []).map((k) => k.expr),
      ]
      return {
        ...plan,
        input: under(plan.input, plus(new Set(), used)),
        measures,
        columns: [...plan.by.map((a) => a.column), ...measures.map((m) => m.column)],
      }
    }
    case 'join': {
      const wanted = plus(
        needed,
        plan.on.flatMap((o) => [o.left, o.right]),
      )
      return { ...plan, left: under(plan.left, wanted), right: under(plan.right, wanted), columns: kept }
    }
    case 'union': {
      const at = plan.columns.flatMap((c, i) => (needed.has(c.id) ? [i] : []))
      const inputs = plan.inputs.map((input) => {
        const map = at.map((i) => input.map[i]!)
        return { plan: under(input.plan, plus(new Set(), map)), map }
      })
      return { ...plan, inputs, columns: kept }
    }
    case 'sort': {
      const input = under(
        plan.input,
        plus(
          needed,
          plan.keys.map((k) => k.expr),
        ),
      )
      return { ...plan, input, columns: input.columns }
    }
    case 'limit': {
      const input = under(plan.input, new Set([...needed, ...(plan.by ?? []).map((c) => c.id)]))
      return { ...plan, input, columns: input.columns }
    }
    default:
      return mapInputs(plan, whole)
  }
}
