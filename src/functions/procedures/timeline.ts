/** Times as whole numbers (ticks for datetimes), the periods that they fall into, and rows that belong together. */
import { type Dynamic, keyOf } from '../../types/dynamic.ts'
import type { Row } from './procedure.ts'

export const whole = (value: Dynamic | undefined): bigint =>
  typeof value === 'bigint' ? value : typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : 0n

export const compare = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0)

/** A length, or one of the calendar's. */
export type Period = bigint | 'week' | 'month' | 'year'

export const periodOf = (value: Dynamic | undefined): Period =>
  value === 'week' || value === 'month' || value === 'year' ? value : whole(value)

const DAY = 864_000_000_000n
/** Days before 1970 in ticks, which count from the year 1. */
const EPOCH = 719_162n * DAY

export const floorTo = (value: bigint, size: bigint): bigint => value - (((value % size) + size) % size)

/** The beginning of the period that a time lies in. */
export function periodAt(time: bigint, period: Period): bigint {
  if (typeof period === 'bigint') return floorTo(time, period)
  // Day 0 was a Monday; a week begins with Sunday.
  if (period === 'week') return floorTo(time + DAY, 7n * DAY) - DAY
  const date = dateOf(time)
  return ticksOf(date.getUTCFullYear(), period === 'year' ? 0 : date.getUTCMonth())
}

export function periodAfter(begin: bigint, period: Period): bigint {
  if (typeof period === 'bigint') return begin + period
  if (period === 'week') return begin + 7n * DAY
  const date = dateOf(begin)
  return ticksOf(date.getUTCFullYear() + (period === 'year' ? 1 : 0), date.getUTCMonth() + (period === 'month' ? 1 : 0))
}

const dateOf = (ticks: bigint): Date => new Date(Number((ticks - EPOCH) / 10_000n))
function ticksOf(year: number, month: number): bigint {
  const date = new Date(0)
  date.setUTCFullYear(year, month, 1)
  return BigInt(date.getTime()) * 10_000n + EPOCH
}

/** Rows with the same values from a place on, and those values. */
export function slices(rows: readonly Row[], from: number): { readonly values: Row; readonly rows: Row[] }[] {
  const found = new Map<Dynamic, { values: Row; rows: Row[] }>()
  for (const row of rows) {
    const values = row.slice(from)
    const key = keyOf(values)
    const slice = found.get(key) ?? { values, rows: [] }
    slice.rows.push(row)
    found.set(key, slice)
  }
  return [...found.values()]
}
