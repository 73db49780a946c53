/** The Windows events of an import, in a file while they wait for each other: what a process is may stand in the last of them. */
import { closeSync, openSync, readSync, rmSync } from 'node:fs'
import { writeAll } from '../batch-file.ts'
import { eventOf, type WindowsEvent } from '../windows-event.ts'

export interface FoundEvent {
  readonly event: WindowsEvent
  readonly source: string
  readonly line: number
}

export interface EventLog {
  readonly count: number
  add(found: FoundEvent): void
  /** In the order in which they came, or in another one: their places in that, from 0. */
  read(order?: Iterable<number>): Generator<FoundEvent>
  /** The file is gone afterwards. */
  close(): void
}

/** Bytes that are written, or read, at once. */
const BLOCK = 1 << 16

/** @param path of a file that is not there; it is made when there is something to put into it */
export function eventLog(path: string): EventLog {
  let file: number | undefined
  const sources: string[] = []
  /** Where each ends in the file, in bytes. */
  const ends: number[] = []
  let waiting: Buffer[] = []
  let [waitingBytes, written] = [0, 0]

  const flush = (): void => {
    if (waiting.length === 0) return
    file ??= openSync(path, 'wx+')
    writeAll(file, Buffer.concat(waiting))
    written += waitingBytes
    waiting = []
    waitingBytes = 0
  }
  /** Most are read one behind the other: one window of the file serves many. */
  let window = Buffer.alloc(0)
  let windowAt = 0
  const bytesAt = (start: number, end: number): Buffer => {
    if (start < windowAt || end > windowAt + window.length) {
      const size = Math.min(Math.max(BLOCK, end - start), written - start)
      window = Buffer.allocUnsafe(size)
      windowAt = start
      for (let at = 0; at < size; ) at += readSync(file!, window, at, size - at, start + at)
    }
    return window.subarray(start - windowAt, end - windowAt)
  }

  return {
    get count() {
      return ends.length
    },
    add({ event, source, line }) {
      if (sources.at(-1) !== source) sources.push(source)
      // What Sysmon's message says is in the fields.
      const kept = event.sysmon ? { ...event, message: '' } : event
      const bytes = Buffer.from(JSON.stringify([sources.length - 1, line, kept]))
      waiting.push(bytes)
      waitingBytes += bytes.length
      ends.push(written + waitingBytes)
      if (waitingBytes >= BLOCK) flush()
    },
    *read(order = ends.keys()) {
      flush()
      for (const n of order) {
        const text = bytesAt(n === 0 ? 0 : ends[n - 1]!, ends[n]!).toString()
        const [source, line, parts] = JSON.parse(text) as [number, number, Omit<WindowsEvent, 'get'>]
        yield { event: eventOf(parts), source: sources[source]!, line }
      }
    },
    close() {
      if (file === undefined) return
      closeSync(file)
      rmSync(path)
      file = undefined
    },
  }
}
