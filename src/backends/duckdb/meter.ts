/** Measures what one query costs its process, and notices when the process grows too large. */
import type { ExecutionStats } from '../backend.ts'

const SAMPLE_MS = 50

export interface Meter {
  stop(): ExecutionStats
}

/**
 * @param ceiling resident bytes; the database's own memory limit is a soft one (measured: `repeat()` took 15 times as much)
 * @param exceeded called at most once
 */
export function startMeter(ceiling: number, exceeded: (bytes: number) => void): Meter {
  const started = performance.now()
  const before = process.cpuUsage()
  let peakMemory = 0
  const sample = (): void => {
    const now = process.memoryUsage.rss()
    peakMemory = Math.max(peakMemory, now)
    if (now <= ceiling) return
    clearInterval(timer)
    exceeded(now)
  }
  const timer = setInterval(sample, SAMPLE_MS)
  return {
    stop() {
      clearInterval(timer)
      const cpu = process.cpuUsage(before)
      return {
        seconds: (performance.now() - started) / 1000,
        cpuUser: cpu.user / 1e6,
        cpuKernel: cpu.system / 1e6,
        peakMemory: Math.max(peakMemory, process.memoryUsage.rss()),
      }
    },
  }
}
