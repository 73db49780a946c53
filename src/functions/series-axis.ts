/** What make-series needs to lay values on its axis. */

import { MAX_DATETIME, parseDatetime, printDatetime } from '../types/datetime.ts'
import type { Dynamic } from '../types/dynamic.ts'
import { parseTimespan, printTimespan } from '../types/timespan.ts'
import { native } from './define.ts'

/** Bins of one series; Kusto stops at about a million elements. */
const MAX_BINS = 1_048_576

export const seriesAxis = {
  _series_length: native({
    doc: 'Number of bins from `from` up to, not including, `to`.',
    takes: ['real', 'real', 'real'],
    gives: 'long',
    nulls: 'propagate',
    run: (from: number, to: number, step: number) => {
      const bins = Math.ceil((to - from) / step - 1e-9)
      return BigInt(Number.isFinite(bins) ? Math.min(Math.max(bins, 0), MAX_BINS) : 0)
    },
    examples: [],
  }),
  _series_axis: native({
    doc: 'The lower ends of the bins: numbers, or times as their text.',
    takes: ['dynamic', 'long', 'dynamic'],
    gives: 'dynamic',
    nulls: 'propagate',
    run: (from: Dynamic, count: bigint, step: Dynamic) =>
      Array.from({ length: Number(count) }, (_, i) => at(from, step, i)),
    examples: [],
  }),
  _series_fill: native({
    doc: 'Values by their bin, from [[bin, value], …]; bins without a value get the default.',
    takes: ['dynamic', 'long', 'dynamic'],
    gives: 'dynamic',
    nulls: 'own',
    run: (pairs: Dynamic, count: bigint | null, missing: Dynamic) => {
      const series: Dynamic[] = new Array(Number(count ?? 0n)).fill(missing)
      for (const pair of Array.isArray(pairs) ? pairs : [])
        if (Array.isArray(pair)) series[Number(pair[0])] = pair[1] ?? null
      return series
    },
    examples: [],
  }),
}

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
