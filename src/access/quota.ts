/** Call and running-time quotas as the service states them, per API, tenant and application, in sliding windows. */
import type { Clock } from '../base/clock.ts'
import { KqlError } from '../base/errors.ts'

export interface Quotas {
  /**
   * Counts a call, refused ones too: resubmitting early keeps a caller throttled (documented). `settle()` charges the time since.
   * @throws KqlError calls_exceeded, running_time_exceeded, quotas_unreachable
   */
  admit(key: string): Promise<Ticket>
  /** What a key has used and may use, for people; counts nothing. */
  usage(key: string): Promise<QuotaUsage>
}

export interface Ticket {
  settle(): Promise<void>
}

export interface QuotaUsage {
  /** Calls inside each window. */
  readonly calls: readonly { readonly period: string; readonly used: number; readonly limit: number }[]
  /** Seconds of running time inside each window. */
  readonly running: readonly { readonly period: string; readonly used: number; readonly limit: number }[]
}

export interface QuotaLimits {
  readonly callsPerMinute: number
  readonly callsPerHour: number
  readonly runningMinutesPerHour: number
  readonly runningHoursPerDay: number
}

/** What counts for one key: times of calls, and running times by their start, in milliseconds and ascending. */
export interface Usage {
  readonly calls: readonly number[]
  readonly running: readonly { readonly at: number; readonly length: number }[]
}

/** Where calls and running times are kept. */
export interface QuotaLedger {
  /** Adds a call and gives all that counts, this call and none that was added after it. */
  called(key: string, at: number): Promise<Usage>
  ran(key: string, at: number, length: number): Promise<void>
  usage(key: string, now: number): Promise<Usage>
  close?(): Promise<void>
}

const SECOND = 1000
const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
/** Nothing older counts in any window. */
export const LONGEST_WINDOW = 24 * HOUR

export function createQuotas(clock: Clock, limits: QuotaLimits, ledger: QuotaLedger): Quotas {
  const calls = [
    { window: MINUTE, limit: limits.callsPerMinute, period: '00:01:00' },
    { window: HOUR, limit: limits.callsPerHour, period: '01:00:00' },
  ]
  const running = [
    { window: HOUR, limit: limits.runningMinutesPerHour * MINUTE, period: '01:00:00' },
    { window: LONGEST_WINDOW, limit: limits.runningHoursPerDay * HOUR, period: '1.00:00:00' },
  ]
  return {
    async admit(key) {
      const now = clock.now()
      const usage = await ledger.called(key, now)
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
        if (lengthOf(inside) >= limit) {
          throw new KqlError('running_time_exceeded', { seconds: secondsUntil(freeAt(inside, window, limit), now) })
        }
      }
      return { settle: () => ledger.ran(key, now, clock.now() - now) }
    },

    async usage(key) {
      const now = clock.now()
      const used = await ledger.usage(key, now)
      return {
        calls: calls.map(({ window, limit, period }) => ({
          period,
          limit,
          used: used.calls.filter((t) => t > now - window).length,
        })),
        running: running.map(({ window, limit, period }) => ({
          period,
          limit: limit / SECOND,
          used: lengthOf(used.running.filter((r) => r.at > now - window)) / SECOND,
        })),
      }
    },
  }
}

const lengthOf = (running: Usage['running']): number => running.reduce((sum, r) => sum + r.length, 0)

const secondsUntil = (time: number, now: number): number => Math.max(1, Math.ceil((time - now) / SECOND))

/** When enough running time has left the window. */
function freeAt(running: Usage['running'], window: number, limit: number): number {
  const byStart = [...running].sort((a, b) => a.at - b.at)
  let total = lengthOf(byStart)
  for (const r of byStart) {
    total -= r.length
    if (total < limit) return r.at + window
  }
  return 0
}
