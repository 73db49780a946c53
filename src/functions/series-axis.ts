/** What make-series needs to lay values on its axis. */

import { MAX_DATETIME, parseDatetime, printDatetime } from '../types/datetime.ts'
import type { Dynamic } from '../types/dynamic.ts'
import { parseTimespan, printTimespan } from '../types/timespan.ts'
import { native } from './define.ts'

/** Bins of one series; Kusto stops at about a million elements. */
const MAX_BINS = 1_048_576

export const seriesAxis = {
  _series_length: native({
    doc: 'Number of bins in a `distance`, the last one being cut.',
    takes: ['real', 'real'],
    gives: 'long',
    nulls: 'propagate',
    run: (distance: number, step: number) => {
      const bins = Math.ceil(distance / step - 1e-9)
      return BigInt(Number.isSafeInteger(bins) ? bins : 0)
    },
    examples: [],
  }),
  _series_axis: native({
    doc: 'The lower ends of the bins: numbers, or times as their text.',
    takes: ['dynamic', 'long', 'dynamic'],
    gives: 'dynamic',
    nulls: 'propagate',
    run: (from: Dynamic, count: bigint, step: Dynamic) =>
      Array.from({ length: lengthOf(count) }, (_, i) => at(from, step, i)),
    examples: [],
  }),
  _series_fill: native({
    doc: 'Values by their bin, from [[bin, value], …], beginning with bin `first`; bins without a value get the default.',
    takes: ['dynamic', 'long', 'long', 'dynamic'],
    gives: 'dynamic',
    nulls: 'own',
    run: (pairs: Dynamic, first: bigint | null, count: bigint | null, missing: Dynamic) => {
      const series: Dynamic[] = new Array(lengthOf(count ?? 0n)).fill(missing ?? null)
      for (const pair of Array.isArray(pairs) ? pairs : []) {
        const at = Array.isArray(pair) ? Number(pair[0]) - Number(first ?? 0n) : -1
        if (at >= 0 && at < series.length) series[at] = pair[1] ?? null
      }
      return series
    },
    examples: [],
  }),
}

const lengthOf = (count: bigint): number => Math.min(Math.max(Number(count), 0), MAX_BINS)

function at(from: Dynamic, step: Dynamic, i: number): Dynamic {
  if (typeof from === 'bigint' && typeof step === 'bigint') return from + step * BigInt(i)
  if (typeof from === 'string') {
    const span = typeof step === 'string' ? (parseTimespan(step) ?? 0n) : 0n
    const time = parseDatetime(from)
    if (time !== null && from.includes('T')) {
      const value = time + span * BigInt(i)
      return value > MAX_DATETIME ? null : printDatetime(value)
    }
    const start = parseTimespan(from)
    return start === null ? null : printTimespan(start + span * BigInt(i))
  }
  return Number(from) + Number(step) * i
}
