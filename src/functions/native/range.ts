/** range(): equally spaced numbers, datetimes or timespans. */
import { MAX_DATETIME, parseDatetime, printDatetime } from '../../types/datetime.ts'
import { type Dynamic, isNumber } from '../../types/dynamic.ts'
import { parseTimespan, printTimespan, TICKS_PER_HOUR } from '../../types/timespan.ts'

/** More values are cut off (documentation of range). */
const MAX_LENGTH = 1_048_576

/** Null for values of different kinds, and for a step of zero. */
export function rangeOf(start: Dynamic, stop: Dynamic, step: Dynamic | undefined): Dynamic {
  if (isNumber(start) && isNumber(stop) && (step === undefined || isNumber(step)))
    return numbers(start, stop, step ?? 1n)
  if (typeof start !== 'string' || typeof stop !== 'string') return null
  // Times arrive in their text form: a datetime has a T in it, a timespan has not.
  const ticks = step === undefined ? TICKS_PER_HOUR : typeof step === 'string' ? parseTimespan(step) : null
  if (ticks === null) return null
  if (start.includes('T')) {
    const [from, to] = [parseDatetime(start), parseDatetime(stop)]
    if (from === null || to === null) return null
    return values(from, to, ticks, (t) => t >= 0n && t <= MAX_DATETIME, printDatetime)
  }
  const [from, to] = [parseTimespan(start), parseTimespan(stop)]
  return from === null || to === null ? null : values(from, to, ticks, () => true, printTimespan)
}

function numbers(start: number | bigint, stop: number | bigint, step: number | bigint): Dynamic {
  if (typeof start === 'bigint' && typeof stop === 'bigint' && typeof step === 'bigint') {
    return values(
      start,
      stop,
      step,
      (n) => BigInt.asIntN(64, n) === n,
      (n) => n,
    )
  }
  const [from, to, by] = [Number(start), Number(stop), Number(step)]
  if (by === 0 || !Number.isFinite(by)) return null
  // As the range operator counts: what comes near to the stop is meant to be it.
  const length = Math.floor((to - from) / by + 1e-9) + 1
  return Array.from({ length: Math.max(0, Math.min(MAX_LENGTH, length || 0)) }, (_, i) => from + i * by)
}

function values(
  from: bigint,
  to: bigint,
  by: bigint,
  fits: (n: bigint) => boolean,
  show: (n: bigint) => Dynamic,
): Dynamic {
  if (by === 0n) return null
  const items: Dynamic[] = []
  for (let n = from; (by > 0n ? n <= to : n >= to) && items.length < MAX_LENGTH && fits(n); n += by) items.push(show(n))
  return items
}
