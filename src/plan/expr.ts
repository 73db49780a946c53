/** Makers and walkers of expressions. */
import { assertNever } from '../base/assert-never.ts'
import type { Span } from '../base/span.ts'
import type { KqlType } from '../types/kql-type.ts'
import type { Column, ColumnId, Expr, LiteralValue } from './nodes.ts'

export const columnOf = (c: Column): Expr => ({ kind: 'column', id: c.id, type: c.type })
export const literal = (type: KqlType, value: LiteralValue): Expr => ({ kind: 'literal', type, value })
export const nullOf = (type: KqlType): Expr => literal(type, type === 'string' ? '' : null)
export const text = (value: string): Expr => literal('string', value)
export const long = (value: number | bigint): Expr => literal('long', value.toString())
export const bool = (value: boolean): Expr => literal('bool', value)

export const call = (name: string, args: readonly Expr[], type: KqlType, span?: Span): Expr => ({
  kind: 'call',
  name,
  args,
  type,
  ...(span && { span }),
})
export const not = (e: Expr): Expr => call('not', [e], 'bool')
export const and = (...parts: readonly Expr[]): Expr =>
  parts.length === 0 ? bool(true) : parts.reduce((a, b) => call('and', [a, b], 'bool'))

/** The operands of nested `and`s, flat. */
export function conjuncts(e: Expr): Expr[] {
  return e.kind === 'call' && e.name === 'and' ? e.args.flatMap(conjuncts) : [e]
}

/** Rebuilds an expression bottom-up. Plans inside (toscalar, in) are left alone. */
export function mapExpr(e: Expr, f: (e: Expr) => Expr): Expr {
  switch (e.kind) {
    case 'column':
    case 'literal':
    case 'now':
    case 'caller':
    case 'scalar':
      return f(e)
    case 'member':
      return f({ ...e, needle: mapExpr(e.needle, f) })
    case 'call':
      return f({ ...e, args: e.args.map((a) => mapExpr(a, f)) })
    default:
      return assertNever(e)
  }
}

/** Calls `visit` on an expression and everything below it, not entering plans. */
export function visitExpr(e: Expr, visit: (e: Expr) => void): void {
  visit(e)
  if (e.kind === 'call') for (const a of e.args) visitExpr(a, visit)
  if (e.kind === 'member') visitExpr(e.needle, visit)
}

export function columnsUsed(e: Expr): Set<ColumnId> {
  const ids = new Set<ColumnId>()
  visitExpr(e, (x) => {
    if (x.kind === 'column') ids.add(x.id)
  })
  return ids
}

/** The same expression with columns exchanged. */
export const substitute = (e: Expr, by: ReadonlyMap<ColumnId, Expr>): Expr =>
  mapExpr(e, (x) => (x.kind === 'column' ? (by.get(x.id) ?? x) : x))
