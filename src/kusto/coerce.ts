/** Conversions that the language makes by itself: constants are converted here, the rest by the catalogue's `to…` functions. */
import { KqlError } from '../base/errors.ts'
import type { Span } from '../base/span.ts'
import { CONVERSIONS, UNDECIDED } from '../functions/conversion.ts'
import { call, literal, text } from '../plan/expr.ts'
import type { Expr } from '../plan/nodes.ts'
import { parseDatetime } from '../types/datetime.ts'
import { readGuid } from '../types/guid.ts'
import type { KqlType } from '../types/kql-type.ts'
import { parseTimespan } from '../types/timespan.ts'

export function coerce(e: Expr, to: KqlType): Expr {
  if (e.type === to) return e
  if (e.kind === 'literal') {
    const constant = convertConstant(e, to)
    if (constant) return constant
  }
  if (!isConvertible(e, to))
    throw new KqlError('unsupported', { what: `A ${e.type} as a ${to}`, reason: NOWHERE }, spanOf(e))
  return call(CONVERSIONS[to], [e], to)
}

const spanOf = (e: Expr): Span | undefined => (e.kind === 'call' ? e.span : undefined)

export const NOWHERE = 'what it gives is documented nowhere'

/** A null is null in every type. */
export const isConvertible = (value: Expr, to: KqlType): boolean =>
  !UNDECIDED[to]?.includes(value.type) || (value.kind === 'literal' && value.value === null)

/** What is cut out of a text, as a value of a type: JSON for dynamic. */
export const readAs = (cut: Expr, to: KqlType): Expr =>
  to === 'dynamic' ? call('parse_json', [coerce(cut, 'string')], to) : coerce(cut, to)

/** The engine folds a constant real that does not fit to the least integer, where a row's would stop at the end (rule 29). */
function wholeOf(n: number, to: 'long' | 'int'): Expr {
  const bits = to === 'long' ? 64 : 32
  const most = 2 ** (bits - 1)
  if (Number.isNaN(n)) return literal(to, null)
  const whole = n >= most || n < -most ? -(2n ** BigInt(bits - 1)) : BigInt(Math.trunc(n))
  return literal(to, to === 'long' ? whole.toString() : Number(whole))
}

/** A conversion of a constant that is worked out while lowering; undefined when it is left to the engine. */
export function convertConstant(e: Extract<Expr, { kind: 'literal' }>, to: KqlType): Expr | undefined {
  if (e.value === null) return to === 'string' ? text('') : literal(to, null)
  const integer = e.type === 'int' || e.type === 'long'
  if (integer && to === 'long') return literal('long', String(e.value))
  if (integer && to === 'real') return literal('real', Number(e.value))
  if (integer && to === 'decimal') return literal('decimal', String(e.value))
  if (integer && to === 'string') return text(String(e.value))
  if (e.type === 'real' && (to === 'long' || to === 'int')) return wholeOf(Number(e.value), to)
  if (e.type === 'string') {
    const value = String(e.value)
    if (to === 'datetime') return literal(to, parseDatetime(value)?.toString() ?? null)
    if (to === 'timespan') return literal(to, parseTimespan(value)?.toString() ?? null)
    if (to === 'guid') return literal(to, readGuid(value))
  }
  return undefined
}
