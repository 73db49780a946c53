/** Call and running-time quotas as the service states them, per API, tenant and application, in sliding windows. */
import type { Clock } from '../base/clock.ts'
import { KqlError } from '../base/errors.ts'

export interface Quotas {
  /**
   * Counts a call, refused ones too: resubmitting early keeps a caller throttled (documented). `settle()` charges the time since.
   * @throws KqlError calls_exceeded, running_time_exceeded
   */
  admit(key: string): { settle(): void }
}

export interface QuotaLimits {
  readonly callsPerMinute: number
  readonly callsPerHour: number
  readonly runningMinutesPerHour: number
  readonly runningHoursPerDay: number
}

/** What happened, as it is kept: a call at `at`, or the running time of one that began then. Milliseconds. */
export interface QuotaEvent {
  readonly key: string
  readonly at: number
  readonly ran?: number
}

/** Where events survive the process. */
export interface QuotaJournal {
  /** Those that may still count at `now`, oldest first. */
  read(now: number): readonly QuotaEvent[]
  /** Durable against the end of the process when it returns. */
  append(event: QuotaEvent): void
}

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
/** Nothing older counts in any window. */
export const LONGEST_WINDOW = 24 * HOUR

interface Usage {
  /** Times of calls, and of running time with its length, in milliseconds. */
  calls: number[]
  running: { at: number; length: number }[]
}

export function createQuotas(clock: Clock, limits: QuotaLimits, journal?: QuotaJournal): Quotas {
  const calls = [
    { window: MINUTE, limit: limits.callsPerMinute, period: '00:01:00' },
    { window: HOUR, limit: limits.callsPerHour, period: '01:00:00' },
  ]
  const running = [
    { window: HOUR, limit: limits.runningMinutesPerHour * MINUTE },
    { window: LONGEST_WINDOW, limit: limits.runningHoursPerDay * HOUR },
  ]
  const usages = new Map<string, Usage>()
  const usageOf = (key: string): Usage => {
    const known = usages.get(key) ?? { calls: [], running: [] }
    usages.set(key, known)
    return known
  }
  const record = ({ key, at, ran }: QuotaEvent) => {
    if (ran === undefined) usageOf(key).calls.push(at)
    else usageOf(key).running.push({ at, length: ran })
  }
  for (const event of journal?.read(clock.now()) ?? []) record(event)

  return {
    admit(key) {
      const now = clock.now()
      const happened = (event: QuotaEvent) => {
        journal?.append(event)
        record(event)
      }
      const usage = usageOf(key)
      usage.calls = usage.calls.filter((t) => t > now - HOUR)
      usage.running = usage.running.filter((r) => r.at > now - LONGEST_WINDOW)
      happened({ key, at: now })
      for (const { window, limit, period } of calls) {
        const inside = usage.calls.filter((t) => t > now - window)
        if (inside.length > limit) {
          throw new KqlError('calls_exceeded', {
            limit,
            period,
            seconds: secondsUntil((inside[inside.length - limit - 1] ?? now) + window, now),
          })
        }
      }
      for (const { window, limit } of running) {
        const inside = usage.running.filter((r) => r.at > now - window)
        if (inside.reduce((sum, r) => sum + r.length, 0) >= limit) {
          throw new KqlError('running_time_exceeded', { seconds: secondsUntil(freeAt(inside, window, limit), now) })
        }
      }
      return { settle: () => happened({ key, at: now, ran: clock.now() - now }) }
    },
  }
}

const secondsUntil = (time: number, now: number): number => Math.max(1, Math.ceil((time - now) / SECOND))

/** When enough running time has left the window. */
function freeAt(running: Usage['running'], window: number, limit: number): number {
  const byStart = [...running].sort((a, b) => a.at - b.at)
  let total = byStart.reduce((sum, r) => sum + r.length, 0)
  for (const r of byStart) {
    total -= r.length
    if (total < limit) return r.at + window
  }
  return 0
}
