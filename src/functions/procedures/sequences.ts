/** Steps that follow one another in time. Times are whole numbers. */
import { type Dynamic, keyOf } from '../../types/dynamic.ts'
import { MAX_PROCEDURE_ROWS, procedure, type Row, TOO_MANY_ROWS, undecided } from './procedure.ts'
import { compare, floorTo, slices, whole } from './timeline.ts'

export const sequenceDetect = procedure(
  'Every way to take one time of each step, in order, near enough to one another: dimensions, times, and how long it took. Options: the most between two steps, the most for all of them, how many steps. Rows: time, whether each step is there, dimensions.',
  1,
  ([between, span, count], rows) => {
    const [most, longest, steps] = [whole(between), whole(span), Number(count)]
    const found: Row[] = []
    for (const { values, rows: own } of slices(rows, 1 + steps)) {
      const times = Array.from({ length: steps }, (_, i) => {
        const at = new Set(own.filter((r) => r[1 + i] === true && r[0] !== null).map((r) => whole(r[0])))
        return [...at].sort(compare)
      })
      const follow = (taken: readonly bigint[]): void => {
        const [first, last] = [taken[0], taken.at(-1)]
        if (taken.length === steps) {
          if (found.length === MAX_PROCEDURE_ROWS) throw new Error(TOO_MANY_ROWS)
          found.push([...values, ...taken, last! - first!])
          return
        }
        for (const time of times[taken.length]!) {
          if (last === undefined) follow([time])
          else if (time >= last && time - last <= most && time - first! <= longest) {
            if (time === last) throw undecided('sameMoment')
            follow([...taken, time])
          }
        }
      }
      follow([])
    }
    return found
  },
  [],
)

/** For each bin, period and state: ids with a time of each state up to it, in order, the last at most the period after the first. */
export const funnelCompletion = procedure(
  'How many ids come how far in a sequence of states, in each bin and for each period: bin, state, period, ids. Options: start, end, size of a bin, states, periods. Rows: id, time, state.',
  1,
  ([start, end, size, sequence, spans], rows) => {
    const [from, to, bin] = [whole(start), whole(end), whole(size)]
    const states = listOf(sequence)
    const inside = rows.filter((r) => whole(r[1]) >= from && whole(r[1]) <= to)
    const binned = inside.map(([id, time, state]): Row => [id ?? null, time ?? null, state ?? null, binOf(whole(time))])
    const bins = slices(binned, 3).sort((a, b) => compare(whole(a.values[0]), whole(b.values[0])))
    return bins.flatMap(({ values: [at], rows: own }) => {
      const people = slices(
        own.map(([id, time, state]): Row => [time!, state!, id!]),
        2,
      )
      return listOf(spans).flatMap((period) => {
        const counts = states.map(() => 0n)
        for (const { values, rows: events } of people) {
          if (values[0] === null) continue
          const reached = furthest(events, states, whole(period))
          for (let i = 0; i < reached; i++) counts[i]! += 1n
        }
        if (counts.includes(0n)) throw undecided('noSuchStep')
        return states.map((state, i): Row => [at!, state, period, counts[i]!])
      })
    })

    function binOf(time: bigint): bigint {
      return from + floorTo(time - from, bin)
    }
  },
  [],
)

const listOf = (value: Dynamic | undefined): readonly Dynamic[] =>
  Array.isArray(value) ? (value as readonly Dynamic[]) : []

/** How many states are met in order within the period; the latest beginning is the best for each end. */
function furthest(events: readonly Row[], states: readonly Dynamic[], period: bigint): number {
  const keys = states.map((s) => keyOf(s))
  const inOrder = events.toSorted((a, b) => compare(whole(a[0]), whole(b[0])))
  const run = (tiesCount: boolean): number => {
    const begun: (bigint | undefined)[] = keys.map(() => undefined)
    let reached = 0
    for (let i = 0; i < inOrder.length; ) {
      const time = whole(inOrder[i]![0])
      const here: Set<unknown> = new Set()
      for (; i < inOrder.length && whole(inOrder[i]![0]) === time; i++) here.add(keyOf(inOrder[i]![1] ?? null))
      const before = [...begun]
      for (const [k, key] of keys.entries()) {
        if (!here.has(key)) continue
        const start = k === 0 ? time : (tiesCount ? begun : before)[k - 1]
        if (start === undefined || time - start > period) continue
        begun[k] = start
        reached = Math.max(reached, k + 1)
      }
    }
    return reached
  }
  const reached = run(false)
  if (run(true) !== reached) throw undecided('sameMoment')
  return reached
}
