/** Lets a scan skip files: comparisons of its time column with constants become its range, and stay as filters too. */
import { conjuncts } from '../expr.ts'
import type { Expr, Plan, Scan } from '../nodes.ts'
import { transform } from '../walk.ts'

/** `timeColumn` names the stored column that segments are sorted by. */
export function pruneTime(plan: Plan, timeColumn: (table: string) => string | undefined): Plan {
  return transform(plan, (p) => {
    if (p.kind !== 'filter') return p
    const filters: Expr[] = []
    let at: Plan = p
    while (at.kind === 'filter') {
      filters.push(...conjuncts(at.when))
      at = at.input
    }
    if (at.kind !== 'scan') return p
    const narrowed = filters.reduce<Scan>((scan, f) => narrow(scan, f, timeColumn(scan.table)), at)
    return narrowed === at ? p : replaceScan(p, narrowed)
  })
}

function replaceScan(plan: Plan, scan: Scan): Plan {
  return plan.kind === 'filter' ? { ...plan, input: replaceScan(plan.input, scan) } : scan
}

const MIRROR: Readonly<Record<string, string>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=', '==': '==' }

function narrow(scan: Scan, filter: Expr, time: string | undefined): Scan {
  if (time === undefined || filter.kind !== 'call') return scan
  if (filter.name === '_between')
    return filter.args.at(-1) ? conjuncts(filter.args.at(-1)!).reduce((s, f) => narrow(s, f, time), scan) : scan
  const [a, b] = filter.args
  if (!a || !b || !(filter.name in MIRROR)) return scan
  const [column, constant, op] = a.kind === 'column' ? [a, b, filter.name] : [b, a, MIRROR[filter.name]!]
  if (
    column.kind !== 'column' ||
    constant.kind !== 'literal' ||
    constant.type !== 'datetime' ||
    constant.value === null
  )
    return scan
  const at = scan.columns.findIndex((c) => c.id === column.id)
  if (at < 0 || scan.source[at] !== time) return scan
  const ticks = String(constant.value)
  const old = scan.range
  const from = op === '<' || op === '<=' ? old?.from : later(old?.from, ticks)
  const to = op === '>' || op === '>=' ? old?.to : earlier(old?.to, ticks)
  return { ...scan, range: { source: time, ...(from !== undefined && { from }), ...(to !== undefined && { to }) } }
}

const later = (a: string | undefined, b: string) => (a !== undefined && BigInt(a) > BigInt(b) ? a : b)
const earlier = (a: string | undefined, b: string) => (a !== undefined && BigInt(a) < BigInt(b) ? a : b)
