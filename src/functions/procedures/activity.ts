/** Which ids are active in which periods, who of them is new, who comes back. Rows: id, time, dimensions; times as whole numbers. */
import { keyOf } from '../../types/dynamic.ts'
import { MAX_PROCEDURE_ROWS, procedure, type Row, TOO_MANY_ROWS, undecided } from './procedure.ts'
import { compare, type Period, periodAfter, periodAt, periodOf, slices, whole } from './timeline.ts'

type Id = ReturnType<typeof keyOf>
type Ids = ReadonlySet<Id>

const shareOf = (part: number, all: number): number => part / all
const countOf = (ids: Ids): bigint => BigInt(ids.size)
const both = (a: Ids, b: Ids): number => [...a].filter((id) => b.has(id)).length

/** The beginnings of all periods from one to another. */
function periods(from: bigint, to: bigint, period: Period): bigint[] {
  if (typeof period === 'bigint' && (period <= 0n || (to - from) / period > BigInt(MAX_PROCEDURE_ROWS)))
    throw new Error(TOO_MANY_ROWS)
  const found: bigint[] = []
  for (let at = from; at <= to; at = periodAfter(at, period)) found.push(at)
  return found
}

const isBetween = (row: Row, from: bigint, to: bigint): boolean => whole(row[1]) >= from && whole(row[1]) <= to

function activeIn(rows: readonly Row[], period: Period, origin = 0n): Map<bigint, Set<Id>> {
  const active = new Map<bigint, Set<Id>>()
  for (const [id, time] of rows) {
    const at = origin + periodAt(whole(time) - origin, period)
    const ids = active.get(at) ?? new Set()
    active.set(at, ids)
    if (id !== null && id !== undefined) ids.add(keyOf(id))
  }
  return active
}

const NOBODY: Ids = new Set()

export const activityMetrics = procedure(
  'In each period, for each combination of dimensions: distinct ids, those that the period before had not, and the shares of the ids before that came back and that did not. Options: start, end, period.',
  1,
  ([start, end, step], rows) => {
    const [from, to, period] = [whole(start), whole(end), periodOf(step)]
    const inside = rows.filter((r) => isBetween(r, from, to))
    if (inside.length > 0 && periodAt(from, period) !== from) throw undecided('unalignedStart')
    return slices(inside, 2).flatMap(({ values, rows: own }) => {
      const active = activeIn(own, period)
      const all = periods(from, to, period)
      if (all.length !== active.size) throw undecided('emptyPeriods')
      return all.map((at, i): Row => {
        const [now, before] = [active.get(at)!, i === 0 ? NOBODY : active.get(all[i - 1]!)!]
        const returned = both(now, before)
        return [
          at,
          ...values,
          countOf(now),
          BigInt(now.size - returned),
          shareOf(returned, before.size),
          shareOf(before.size - returned, before.size),
        ]
      })
    })
  },
  [],
)

export const newActivityMetrics = procedure(
  'For each two periods, and each combination of dimensions: what became in the later one of the ids that were first seen in the earlier one. Options: start, end, period, one cohort or null. The second rows are ids seen before.',
  2,
  ([start, end, step, cohort], rows, lookback) => {
    const [from, to, period] = [whole(start), whole(end), periodOf(step)]
    const only = cohort === null || cohort === undefined ? undefined : whole(cohort)
    const inside = rows.filter((r) => isBetween(r, from, to))
    if (inside.length === 0) return []
    // A cohort goes by the moment that Start gives it.
    const origin = typeof period === 'bigint' ? from : 0n
    if (periodAt(from - origin, period) !== from - origin) throw undecided('unalignedStart')
    const all = periods(from, to, period)
    if (only !== undefined && !all.includes(only)) throw undecided('noSuchCohort')
    const early = new Set(lookback.map(([id]) => keyOf(id ?? null)))
    const found: Row[] = []
    for (const { values, rows: own } of slices(inside, 2)) {
      const active = activeIn(own, period, origin)
      const seen = new Set<Id>(early)
      for (const [i, at] of all.entries()) {
        const now = active.get(at) ?? NOBODY
        const news = new Set([...now].filter((id) => !seen.has(id)))
        for (const id of now) seen.add(id)
        if (only !== undefined && only !== at) continue
        for (const later of all.slice(i)) {
          if (found.length === MAX_PROCEDURE_ROWS) throw new Error(TOO_MANY_ROWS)
          const then = active.get(later) ?? NOBODY
          const retained = both(news, then)
          const fresh = later === at ? news.size : [...then].filter((id) => !seen.has(id)).length
          found.push([
            at,
            later,
            ...values,
            BigInt(fresh),
            BigInt(retained),
            BigInt(news.size - retained),
            shareOf(retained, news.size),
            shareOf(news.size - retained, news.size),
          ])
        }
      }
    }
    return found
  },
  [],
)

export const activityEngagement = procedure(
  'In each inner period, for each combination of dimensions: distinct ids in it, distinct ids in the outer window that ends with it, and their ratio. Options: start, end, inner and outer length.',
  1,
  ([start, end, inner, outer], rows) => {
    const [from, to, step, window] = [whole(start), whole(end), whole(inner), whole(outer)]
    const inside = rows.filter((r) => isBetween(r, from, to))
    if (inside.length === 0) return []
    if (periodAt(from, step) !== from) throw undecided('unalignedStart')
    if (rows.some((r) => isBetween(r, from + step - window, from - 1n))) throw undecided('rowsBeforeStart')
    return slices(inside, 2).flatMap(({ values, rows: own }) => {
      const active = activeIn(own, step)
      const all = periods(from, to, step)
      if (all.length !== active.size) throw undecided('emptyPeriods')
      return all.map((at): Row => {
        const until = at + step
        const around = new Set<Id>()
        for (const [id, time] of own) {
          const t = whole(time)
          if (t < until && t >= until - window && id !== null && id !== undefined) around.add(keyOf(id))
        }
        const now = active.get(at)!
        return [at, ...values, countOf(now), countOf(around), shareOf(now.size, around.size)]
      })
    })
  },
  [],
)

export const sessionCount = procedure(
  'In each bin, for each combination of dimensions: how many sessions begin. A row begins one when its id had none in the time before. Options: start, end, size of a bin, how long before.',
  1,
  ([start, end, bin, lookback], rows) => {
    const [from, to, size, back] = [whole(start), whole(end), whole(bin), whole(lookback)]
    return slices(rows, 2).flatMap(({ values, rows: own }) => {
      const begun = new Map<bigint, bigint>()
      for (const { rows: ofId } of slices(
        own.map(([id, time]): Row => [time ?? null, id ?? null]),
        1,
      )) {
        let last: bigint | undefined
        for (const time of ofId.map(([t]) => whole(t)).sort(compare)) {
          const isBack = last !== undefined && time - last < back
          if (time >= from && time <= to) {
            if (isBack && last! < from) throw undecided('rowsBeforeStart')
            const at = periodAt(time, size)
            begun.set(at, (begun.get(at) ?? 0n) + (isBack ? 0n : 1n))
          }
          last = time
        }
      }
      if ([...begun.values()].some((n) => n === 0n)) throw undecided('noNewSession')
      return [...begun].sort(([a], [b]) => compare(a, b)).map(([at, n]): Row => [at, ...values, n])
    })
  },
  [],
)
