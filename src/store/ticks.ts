/** Ticks as decimal text, the form that manifests and ingest keep them in: order, day, and what a nanosecond timestamp can hold. */

/** Like a comparison of the numbers; both are 0 … 3155378975999999999 without leading zeros. */
export const compareTicks = (a: string, b: string): number => a.length - b.length || (a < b ? -1 : a > b ? 1 : 0)

/** Days since 0001-01-01. */
export const dayOfTicks = (ticks: string): number => Math.floor(Number(ticks.slice(0, -7)) / 86_400)

/** 1677-09-22 and 2262-04-11: whole days inside what a 64-bit count of nanoseconds since 1970 can hold. */
const NATIVE_FROM = '529123104000000000'
const NATIVE_TO = '713588832000000000'

export const fitsNative = (ticks: string): boolean =>
  compareTicks(ticks, NATIVE_FROM) >= 0 && compareTicks(ticks, NATIVE_TO) < 0
