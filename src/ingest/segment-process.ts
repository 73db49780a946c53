/** The segment process as an ingest sees it. */
import { type ChildProcess, fork } from 'node:child_process'
import { mkdirSync, rmSync } from 'node:fs'
import { assertNever } from '../base/assert-never.ts'
import { entryPath } from '../base/entry.ts'
import type { ExportRequest, MergeRequest, Report, Request, SegmentRequest } from './segment-protocol.ts'

export interface SegmentProcess {
  /** Writes one Parquet file. @throws Error when the engine fails or the process ends */
  write(request: FileOrder): Promise<{ readonly bytes: number; readonly sha256: string }>
  /** Ends the process, whatever it is doing. */
  close(): void
}

/** A request without its number. */
export type FileOrder = Omit<SegmentRequest, 'id'> | Omit<MergeRequest, 'id'> | Omit<ExportRequest, 'id'>

interface Waiting {
  resolve(written: { readonly bytes: number; readonly sha256: string }): void
  reject(error: Error): void
}

/** @param temporary a folder that the process makes its own */
export function startSegmentProcess(temporary: string, memoryMb: number): SegmentProcess {
  mkdirSync(temporary, { recursive: true })
  const child: ChildProcess = fork(entryPath('ingest/segment-child'), [], {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    env: childEnvironment(),
  })
  const waiting = new Map<number, Waiting>()
  let requests = 0
  let ended: Error | undefined

  const tell = (request: Request): void => {
    // A process that has just ended is dealt with by its end.
    child.send(request, () => {})
  }
  const end = (why: string): void => {
    ended ??= new Error(why)
    for (const w of waiting.values()) w.reject(ended)
    waiting.clear()
  }
  child.on('message', (report: Report) => {
    const asked = waiting.get(report.id)
    waiting.delete(report.id)
    switch (report.kind) {
      case 'written':
        asked?.resolve({ bytes: report.bytes, sha256: report.sha256 })
        return
      case 'failed':
        asked?.reject(new Error(report.why))
        return
      default:
        assertNever(report)
    }
  })
  child.on('error', (error) => end(error.message))
  child.on('exit', (code, signal) => end(`the segment process ended (${signal ?? code})`))
  tell({ kind: 'start', memoryMb, temporary })

  return {
    write: (request) =>
      new Promise((resolve, reject) => {
        if (ended) return reject(ended)
        const id = ++requests
        waiting.set(id, { resolve, reject })
        tell({ ...request, id })
      }),
    close() {
      child.kill('SIGKILL')
      rmSync(temporary, { recursive: true, force: true })
    },
  }
}

/** It needs nothing else of our environment, which may hold secrets. */
const PASSED_ON = ['PATH', 'HOME', 'USERPROFILE', 'SystemRoot', 'TEMP', 'TMP', 'TMPDIR', 'LD_LIBRARY_PATH']

function childEnvironment(): NodeJS.ProcessEnv {
  const passed = PASSED_ON.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]))
  // DuckDB holds a thread of the pool for each running call.
  return { ...Object.fromEntries(passed), UV_THREADPOOL_SIZE: '16', TZ: 'UTC' }
}
