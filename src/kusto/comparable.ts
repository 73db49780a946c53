/** Which types may be compared with one another, and as what. */
import type { Expr } from '../plan/nodes.ts'
import type { KqlType } from '../types/kql-type.ts'
import { coerce } from './coerce.ts'
import { semantic } from './context.ts'
import type { Syntax } from './language.ts'

export const COMPARISONS: ReadonlySet<string> = new Set(['==', '<', '<=', '>', '>='])

const WIDTH: Readonly<Record<string, number>> = { bool: 0, int: 1, long: 2, decimal: 3, real: 4 }

/** The numeric type that holds both; undefined when one is no number. */
export function wider(a: KqlType, b: KqlType): KqlType | undefined {
  const x = WIDTH[a]
  const y = WIDTH[b]
  if (x === undefined || y === undefined) return undefined
  return x >= y ? a : b
}

/** Two dynamics are the pair of one type that is not compared (rule 104); text and dynamics go with every other type. */
function areComparable(a: KqlType, b: KqlType): boolean {
  if (a === b) return a !== 'dynamic'
  return [a, b].some((t) => t === 'string' || t === 'dynamic') || wider(a, b) !== undefined
}

/** The binder lets every pair pass, the engine does not. @throws KqlError semantic */
export function checkComparable(a: KqlType, b: KqlType, node: Syntax): void {
  if (!areComparable(a, b))
    throw semantic(node, `Cannot compare values of types ${a} and ${b}. Try adding explicit casts`)
}

/** Numbers to the wider of both, a string beside a typed value to that type (rule 39). */
export function comparable(left: Expr, right: Expr, name: string): readonly [Expr, Expr] {
  if (!COMPARISONS.has(name) || left.type === right.type) return [left, right]
  if (left.type === 'string' && right.type !== 'dynamic') return [coerce(left, right.type), right]
  if (right.type === 'string' && left.type !== 'dynamic') return [left, coerce(right, left.type)]
  const wide = wider(left.type, right.type)
  return wide ? [coerce(left, wide), coerce(right, wide)] : [left, right]
}
