/** Lets a scan skip files: comparisons of its time column with constants become its range, and stay as filters too. */
import { conjuncts } from '../expr.ts'
import type { ColumnId, Expr, Plan, Scan } from '../nodes.ts'
import { mapInputs, mapPlansInside, onceForShared } from '../walk.ts'

/** `timeColumn` names the stored column that segments are sorted by. */
export function pruneTime(plan: Plan, timeColumn: (table: string) => string | undefined): Plan {
  const prune = onceForShared((p) => push(p, [], prune, timeColumn))
  return prune(plan)
}

/** `column op ticks`, known of every row that is looked for. */
interface Bound {
  readonly column: ColumnId
  readonly op: string
  /** Decimal text. */
  readonly ticks: string
}

function push(
  plan: Plan,
  bounds: readonly Bound[],
  prune: (p: Plan) => Plan,
  timeColumn: (table: string) => string | undefined,
): Plan {
  const inner = mapPlansInside(plan, prune)
  const below = (input: Plan, known: readonly Bound[]): Plan =>
    known.length === 0 ? prune(input) : push(input, known, prune, timeColumn)
  switch (inner.kind) {
    case 'scan':
      return bounds.reduce<Scan>((scan, b) => narrow(scan, b, timeColumn(scan.table)), inner)
    case 'filter': {
      const input = below(inner.input, [...bounds, ...conjuncts(inner.when).flatMap(boundsOf)])
      return { ...inner, input }
    }
    case 'project': {
      const passed = new Map(inner.assignments.map((a) => [a.column.id, a.expr]))
      const mapped = bounds.flatMap((b) => {
        const source = passed.get(b.column)
        return source?.kind === 'column' ? [{ ...b, column: source.id }] : []
      })
      return { ...inner, input: below(inner.input, mapped) }
    }
    case 'sort':
      return { ...inner, input: below(inner.input, bounds) }
    default:
      return mapInputs(inner, prune)
  }
}

const MIRROR: Readonly<Record<string, string>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=', '==': '==' }

function boundsOf(e: Expr): Bound[] {
  if (e.kind !== 'call') return []
  if (e.name === '_between') return e.args.at(-1) ? conjuncts(e.args.at(-1)!).flatMap(boundsOf) : []
  const [a, b] = e.args
  if (!a || !b || !(e.name in MIRROR)) return []
  const [column, constant, op] = a.kind === 'column' ? [a, b, e.name] : [b, a, MIRROR[e.name]!]
  if (
    column.kind !== 'column' ||
    constant.kind !== 'literal' ||
    constant.type !== 'datetime' ||
    constant.value === null
  )
    return []
  return [{ column: column.id, op, ticks: String(constant.value) }]
}

function narrow(scan: Scan, { column, op, ticks }: Bound, time: string | undefined): Scan {
  const at = scan.columns.findIndex((c) => c.id === column)
  if (time === undefined || at < 0 || scan.source[at] !== time) return scan
  const old = scan.range
  const from = op === '<' || op === '<=' ? old?.from : later(old?.from, ticks)
  const to = op === '>' || op === '>=' ? old?.to : earlier(old?.to, ticks)
  return {
    ...scan,
    range: { source: time, ...(from !== undefined && { from }), ...(to !== undefined && { to }) },
  }
}

const later = (a: string | undefined, b: string) => (a !== undefined && BigInt(a) > BigInt(b) ? a : b)
const earlier = (a: string | undefined, b: string) => (a !== undefined && BigInt(a) < BigInt(b) ? a : b)
