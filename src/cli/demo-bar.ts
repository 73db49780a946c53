/** The progress bar while demo telemetry is made; silent where nobody looks. */
import { SingleBar } from 'cli-progress'
import type { LoadProgress } from '../demo/load.ts'

export function createDemoBar(): { show(progress: LoadProgress): void; stop(): void } {
  if (!process.stderr.isTTY) return { show: () => {}, stop: () => {} }
  const format = 'Demo telemetry {bar} {percentage}% | {value} of {total} records'
  const bar = new SingleBar({ format, hideCursor: true, stream: process.stderr })
  let running = false
  return {
    show({ records, total }) {
      if (!running) bar.start(total, 0)
      running = true
      bar.update(records)
    },
    stop() {
      if (running) bar.stop()
      running = false
    },
  }
}
