/** Call and running-time quotas as the service states them, per tenant and application. */
import type { Clock } from '../base/clock.ts'
import { KqlError } from '../base/errors.ts'

export interface Quotas {
  /** Counts a call, refused ones too: resubmitting early keeps a caller throttled (documented). */
  admit(key: string): { settle(): void }
}

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

const CALLS = [
  { window: MINUTE, limit: 45, period: '00:01:00' },
  { window: HOUR, limit: 1500, period: '01:00:00' },
] as const

/** Milliseconds of running time in a window. */
const RUNNING = [
  { window: HOUR, limit: 10 * MINUTE },
  { window: 24 * HOUR, limit: 3 * HOUR },
] as const

interface Usage {
  /** Times of calls, and of running time with its length, in milliseconds. */
  calls: number[]
  running: { at: number; length: number }[]
}

export function createQuotas(clock: Clock): Quotas {
  const usages = new Map<string, Usage>()
  return {
    admit(key) {
      const now = clock.now()
      const usage = usages.get(key) ?? { calls: [], running: [] }
      usages.set(key, usage)
      usage.calls = usage.calls.filter((t) => t > now - HOUR)
      usage.running = usage.running.filter((r) => r.at > now - 24 * HOUR)
      usage.calls.push(now)
      for (const { window, limit, period } of CALLS) {
        const inside = usage.calls.filter((t) => t > now - window)
        if (inside.length > limit) {
          throw new KqlError('calls_exceeded', {
            limit,
            period,
            seconds: secondsUntil(inside[inside.length - limit - 1]! + window, now),
          })
        }
      }
      for (const { window, limit } of RUNNING) {
        const inside = usage.running.filter((r) => r.at > now - window)
        if (inside.reduce((sum, r) => sum + r.length, 0) >= limit) {
          throw new KqlError('running_time_exceeded', { seconds: secondsUntil(freeAt(inside, window, limit), now) })
        }
      }
      return {
        settle: () => {
          usage.running.push({ at: now, length: clock.now() - now })
        },
      }
    },
  }
}

const secondsUntil = (time: number, now: number): number => Math.max(1, Math.ceil((time - now) / SECOND))

/** When enough running time has left the window. */
function freeAt(running: Usage['running'], window: number, limit: number): number {
  let total = running.reduce((sum, r) => sum + r.length, 0)
  for (const r of running) {
    total -= r.length
    if (total < limit) return r.at + window
  }
  return 0
}
