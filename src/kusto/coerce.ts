/** Conversions that the language makes by itself: constants are converted here, the rest by the catalogue's `to…` functions. */
import { call, literal, text } from '../plan/expr.ts'
import type { Expr } from '../plan/nodes.ts'
import { parseDatetime } from '../types/datetime.ts'
import { parseGuid } from '../types/guid.ts'
import type { KqlType } from '../types/kql-type.ts'
import { parseTimespan } from '../types/timespan.ts'

/** The catalogue's conversion to each type. */
export const CONVERSIONS: Record<KqlType, string> = {
  bool: 'tobool',
  int: 'toint',
  long: 'tolong',
  real: 'todouble',
  decimal: 'todecimal',
  string: 'tostring',
  datetime: 'todatetime',
  timespan: 'totimespan',
  guid: 'toguid',
  dynamic: 'todynamic',
}

export function coerce(e: Expr, to: KqlType): Expr {
  if (e.type === to) return e
  if (e.kind === 'literal') {
    const constant = convertConstant(e, to)
    if (constant) return constant
  }
  return call(to === 'dynamic' ? '_as_dynamic' : CONVERSIONS[to], [e], to)
}

function convertConstant(e: Extract<Expr, { kind: 'literal' }>, to: KqlType): Expr | undefined {
  if (e.value === null) return to === 'string' ? text('') : literal(to, null)
  const integer = e.type === 'int' || e.type === 'long'
  if (integer && to === 'long') return literal('long', String(e.value))
  if (integer && to === 'real') return literal('real', Number(e.value))
  if (integer && to === 'decimal') return literal('decimal', String(e.value))
  if (integer && to === 'string') return text(String(e.value))
  if (e.type === 'string') {
    const value = String(e.value)
    if (to === 'datetime') return literal(to, parseDatetime(value)?.toString() ?? null)
    if (to === 'timespan') return literal(to, parseTimespan(value)?.toString() ?? null)
    if (to === 'guid') return literal(to, parseGuid(value))
  }
  return undefined
}
