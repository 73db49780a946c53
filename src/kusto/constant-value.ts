/** What a condition made of constants comes to while the query is analysed: comparisons, `and`, `or`, `not` and tests for emptiness. */
import type { Expr, LiteralValue } from '../plan/nodes.ts'
import type { KqlType } from '../types/kql-type.ts'

type Known = Extract<Expr, { kind: 'literal' }>

/** The value, undefined where it depends on rows or on what is not worked out here. */
export function constantValue(e: Expr): LiteralValue | undefined {
  if (e.kind === 'literal') return e.value
  if (e.kind !== 'call') return undefined
  if (e.name === 'and' || e.name === 'or') {
    const values = e.args.map(constantValue)
    if (values.some((v) => typeof v !== 'boolean')) return undefined
    return e.name === 'and' ? values.every(Boolean) : values.some(Boolean)
  }
  if (e.name === 'not') {
    const [value] = e.args.map(constantValue)
    return typeof value === 'boolean' ? !value : undefined
  }
  const args = e.args.filter((a): a is Known => a.kind === 'literal')
  if (args.length < e.args.length) return undefined
  return TESTS[e.name]?.(args)
}

const isEmpty = ([a]: readonly Known[]): boolean => a!.value === null || a!.value === ''

const TESTS: Readonly<Record<string, (args: readonly Known[]) => boolean | undefined>> = {
  '==': compared((order) => order === 0),
  '<': compared((order) => order < 0),
  '<=': compared((order) => order <= 0),
  '>': compared((order) => order > 0),
  '>=': compared((order) => order >= 0),
  isnull: ([a]) => a!.value === null,
  isnotnull: ([a]) => a!.value !== null,
  isempty: isEmpty,
  isnotempty: (args) => !isEmpty(args),
}

/** Of two values of one type that has an order of its own; no order holds with null. */
function compared(holds: (order: number) => boolean) {
  return ([a, b]: readonly Known[]): boolean | undefined => {
    if (a!.type !== b!.type || a!.value === null || b!.value === null) return undefined
    const [x, y] = [ordinal(a!), ordinal(b!)]
    return x === undefined || y === undefined ? undefined : holds(x < y ? -1 : x > y ? 1 : 0)
  }
}

const WHOLE: ReadonlySet<KqlType> = new Set(['int', 'long', 'datetime', 'timespan'])

function ordinal({ type, value }: Known): bigint | number | string | undefined {
  if (WHOLE.has(type)) return BigInt(value as string | number)
  if (type === 'real' && typeof value === 'number') return value
  return type === 'string' ? String(value) : type === 'bool' ? Number(value) : undefined
}
