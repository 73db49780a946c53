/** Arithmetic of arrays of numbers, for the functions on series. */
import { type Dynamic, isArray, isNumber } from '../../types/dynamic.ts'

/** The elements of an array of nothing but numbers, else null. */
export const numbersOf = (d: Dynamic): number[] | null => (isArray(d) && d.every(isNumber) ? d.map(Number) : null)

export const sum = (a: readonly number[]): number => a.reduce((total, x) => total + x, 0)
export const product = (a: readonly number[]): number => a.reduce((total, x) => total * x, 1)
export const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((total, x, i) => total + x * b[i]!, 0)
export const norm = (a: readonly number[]): number => Math.sqrt(dot(a, a))

/** Each element's distance from the mean. */
export function centered(a: readonly number[]): number[] {
  const mean = sum(a) / a.length
  return a.map((x) => x - mean)
}

/** Of the sample (by n - 1); 0 for a single value. */
export function variance(a: readonly number[]): number {
  const around = centered(a)
  return a.length < 2 ? 0 : dot(around, around) / (a.length - 1)
}
