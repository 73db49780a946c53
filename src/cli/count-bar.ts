/** A progress bar over things that are counted; silent where nobody looks. */
import { SingleBar } from 'cli-progress'

export interface CountBar {
  show(done: number, total: number): void
  /** Safe to call twice. */
  stop(): void
}

/** @param format as cli-progress has it: `{bar} {percentage}% | {value} of {total}` */
export function createCountBar(format: string): CountBar {
  if (!process.stderr.isTTY) return { show: () => {}, stop: () => {} }
  const bar = new SingleBar({ format, hideCursor: true, stream: process.stderr })
  let running = false
  return {
    show(done, total) {
      if (!running) bar.start(total, 0)
      running = true
      bar.setTotal(total)
      bar.update(done)
    },
    stop() {
      if (running) bar.stop()
      running = false
    },
  }
}

export const createDemoBar = (): CountBar =>
  createCountBar('Demo telemetry {bar} {percentage}% | {value} of {total} records')
