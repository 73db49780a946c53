/** Times of the demo data: how they are written, and when a firm is at work. */
import type { Random } from './random.ts'

export const SECOND = 1000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

/** Seven digits and Z, as Defender writes times. */
export function isoTime(ms: number): string {
  const day = Math.floor(ms / DAY)
  if (day !== lastDay) {
    lastDay = day
    lastDate = new Date(day * DAY).toISOString().slice(0, 11)
  }
  const rest = ms - day * DAY
  const second = Math.floor(rest / SECOND)
  const ticks = Math.floor((rest - second * SECOND) * 10_000)
  return `${lastDate}${two(Math.floor(second / 3600))}:${two(Math.floor(second / 60) % 60)}:${two(second % 60)}.${String(ticks).padStart(7, '0')}Z`
}

// Most times follow one of the same day, and a Date for each takes a tenth of all the time there is.
let lastDay = Number.NaN
let lastDate = ''
const two = (n: number): string => (n < 10 ? `0${n}` : String(n))

export const startOfDay = (ms: number): number => Math.floor(ms / DAY) * DAY

export const isWeekend = (ms: number): boolean => {
  const day = new Date(ms).getUTCDay()
  return day === 0 || day === 6
}

/** People are at their desks from 7 to 18, UTC. */
export function isWorkTime(ms: number): boolean {
  const hour = new Date(ms).getUTCHours()
  return !isWeekend(ms) && hour >= 7 && hour < 18
}

/** How busy each hour of a working day is. */
const WORK: readonly number[] = [1, 1, 1, 1, 1, 1, 3, 12, 24, 26, 25, 23, 16, 21, 24, 23, 20, 12, 5, 3, 2, 2, 1, 1]
/** A weekend, or a machine that does not care. */
const QUIET: readonly number[] = new Array<number>(24).fill(2)
const SERVER: readonly number[] = WORK.map((weight) => 8 + weight / 4)

export type Rhythm = 'people' | 'servers'

const hoursOf = (rhythm: Rhythm, day: number): readonly number[] =>
  rhythm === 'servers' ? SERVER : isWeekend(day) ? QUIET : WORK

/** The busy weight of that part of a day (from its midnight) that lies between `from` and `to`. */
export function dayWeight(rhythm: Rhythm, day: number, from: number, to: number): number {
  return hoursOf(rhythm, day).reduce((sum, weight, hour) => sum + weight * share(day + hour * HOUR, from, to), 0)
}

/** Draws `count` times of a day between `from` and `to` by the rhythm, in order. */
export function drawTimes(
  random: Random,
  rhythm: Rhythm,
  day: number,
  from: number,
  to: number,
  count: number,
): number[] {
  const hours = hoursOf(rhythm, day)
  const total = dayWeight(rhythm, day, from, to)
  const times: number[] = []
  for (let i = 0; i < count; i++) {
    let at = random.next() * total
    for (let hour = 0; hour < 24; hour++) {
      const start = day + hour * HOUR
      const weight = hours[hour]! * share(start, from, to)
      if (at < weight) {
        const first = Math.max(start, from)
        times.push(first + (at / weight) * (Math.min(start + HOUR, to) - first))
        break
      }
      at -= weight
    }
  }
  return times.sort((a, b) => a - b)
}

/** Which part of the hour at `start` lies between `from` and `to`. */
const share = (start: number, from: number, to: number): number =>
  Math.max(0, Math.min(start + HOUR, to) - Math.max(start, from)) / HOUR

/** The part of an amount that falls to one of many takers: whole, right on average. */
export function roundAtRandom(random: Random, amount: number): number {
  const whole = Math.floor(amount)
  return whole + (random.chance(amount - whole) ? 1 : 0)
}
