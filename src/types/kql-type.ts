/** The ten scalar types of KQL and what each looks like in JavaScript. */
import type { Dynamic } from './dynamic.ts'

export const kqlTypes = [
  'bool',
  'int',
  'long',
  'real',
  'decimal',
  'string',
  'datetime',
  'timespan',
  'guid',
  'dynamic',
] as const

export type KqlType = (typeof kqlTypes)[number]

/**
 * A value as our code holds it. datetime and timespan: ticks of 100 ns (datetime counted from 0001-01-01);
 * decimal: its plain digits; guid: lower-case text with hyphens; int and real: number; long: bigint.
 */
export interface KqlValues {
  bool: boolean
  int: number
  long: bigint
  real: number
  decimal: string
  string: string
  datetime: bigint
  timespan: bigint
  guid: string
  dynamic: Dynamic
}

export type KqlValue = KqlValues[KqlType] | null

/** Types that have an order, so that `<`, `sort`, `min` and `between` accept them. */
export const isOrdered = (t: KqlType): boolean => t !== 'dynamic'
export const isNumeric = (t: KqlType): boolean => t === 'int' || t === 'long' || t === 'real' || t === 'decimal'

/** The .NET name that the Defender API puts into `Schema[].Type`, without `System.`. */
export const DOTNET: Record<KqlType, string> = {
  bool: 'SByte',
  int: 'Int32',
  long: 'Int64',
  real: 'Double',
  decimal: 'SqlDecimal',
  string: 'String',
  datetime: 'DateTime',
  timespan: 'TimeSpan',
  guid: 'Guid',
  dynamic: 'Object',
}
