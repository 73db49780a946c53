/** Constant folding: calls of pure functions on constants are worked out once, before the engine sees them. */
import { literal, mapExpr } from '../plan/expr.ts'
import type { Expr, LiteralValue, Plan } from '../plan/nodes.ts'
import { transform } from '../plan/walk.ts'
import { parseJson, printJson } from '../types/dynamic.ts'
import type { KqlType, KqlValue } from '../types/kql-type.ts'
import { entryNamed } from './index.ts'

export function fold(plan: Plan): Plan {
  return transform(
    plan,
    (p) => p,
    (e) => mapExpr(e, foldCall),
  )
}

const MAX_TICKS = 3_155_378_975_999_999_999n

function foldCall(e: Expr): Expr {
  if (e.kind !== 'call') return e
  const constants = e.args.map((a) => (a.kind === 'literal' ? a : undefined))
  if (constants.length === 0 || constants.some((c) => c === undefined)) return e
  return foldTime(e) ?? foldNative(e) ?? e
}

/** datetime ± timespan: what time windows are made of. */
function foldTime(e: Extract<Expr, { kind: 'call' }>): Expr | undefined {
  const [a, b] = e.args as Extract<Expr, { kind: 'literal' }>[]
  if (!a || !b || e.args.length !== 2 || a.value === null || b.value === null) return undefined
  if (b.type !== 'timespan' || (a.type !== 'datetime' && a.type !== 'timespan') || (e.name !== '+' && e.name !== '-'))
    return undefined
  const value =
    e.name === '+'
      ? BigInt(String(a.value)) + BigInt(String(b.value))
      : BigInt(String(a.value)) - BigInt(String(b.value))
  if (a.type === 'timespan') return literal('timespan', BigInt.asIntN(64, value).toString())
  return literal('datetime', value < 0n || value > MAX_TICKS ? null : value.toString())
}

function foldNative(e: Extract<Expr, { kind: 'call' }>): Expr | undefined {
  const entry = entryNamed(e.name)
  if (entry?.kind !== 'native' || entry.volatile) return undefined
  const takes = (i: number) => entry.takes[i] ?? entry.rest
  const args = e.args.map((a, i) => ({ value: (a as { value: LiteralValue }).value, type: a.type, wanted: takes(i) }))
  if (args.some((a) => a.wanted !== a.type)) return undefined
  const values = args.map((a) => constantOf(a.type, a.value))
  if (entry.nulls !== 'own' && values.some((v) => v === null))
    return literal(entry.gives, entry.gives === 'string' ? '' : null)
  // As from the engine: what deals with nulls itself is given undefined for them.
  const given = entry.nulls === 'own' ? values.map((v) => v ?? undefined) : values
  return literal(entry.gives, literalOf(entry.gives, entry.run(...given)))
}

function constantOf(type: KqlType, value: LiteralValue): KqlValue {
  if (value === null) return type === 'string' ? '' : null
  switch (type) {
    case 'long':
    case 'datetime':
    case 'timespan':
      return BigInt(String(value))
    case 'real':
      return Number(value)
    case 'dynamic':
      return parseJson(String(value)) ?? null
    default:
      return value
  }
}

function literalOf(type: KqlType, value: KqlValue): LiteralValue {
  if (value === null || value === undefined) return type === 'string' ? '' : null
  if (type === 'dynamic') return printJson(value as never)
  if (typeof value === 'bigint') return value.toString()
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
  return value as LiteralValue
}
