/** The embedded engine: queries in child processes, so that this process holds no native code and can kill any of them. */
import { availableParallelism, tmpdir } from 'node:os'
import { resolve } from 'node:path'
import type { Engine } from '../backend.ts'
import { ChildPool } from './child-pool.ts'
import type { EngineEvent } from './engine-event.ts'
import { createWorkFolder, removeWorkFolder } from './work-folder.ts'

export type { EngineEvent } from './engine-event.ts'

export interface DuckdbEngineOptions {
  /** Queries that run at once; 0 = the number of cores, at least 2. */
  readonly processes: number
  /** Memory limit of one query in MB; a process is killed at one and a half times as much. */
  readonly memoryMb: number
  /** Folders that queries may read: the store's. */
  readonly readable: readonly string[]
  /** An existing folder, outside of `readable`, for spooled answers and what does not fit into memory; default: the system's. */
  readonly temporary?: string
  /** Processes kept in readiness beyond those at work, default 1; 0 for a command that runs one query. */
  readonly spare?: number
  /** Queries that may wait for a process, default 50, and for how many milliseconds, default 10 000. */
  readonly maxQueue?: number
  readonly queueWaitMs?: number
  /** A debug log. Its `detail` can quote rows, and never belongs into an answer. */
  readonly log?: (event: EngineEvent) => void
}

/** Starts the query processes. `ready()` rejects with the reason when the first of them cannot start. */
export function createDuckdbEngine(options: DuckdbEngineOptions): Engine {
  const folder = createWorkFolder(options.temporary ?? tmpdir())
  const pool = new ChildPool({
    processes: options.processes || Math.max(2, availableParallelism()),
    spare: options.spare ?? 1,
    memoryMb: options.memoryMb,
    readable: options.readable.map((path) => resolve(path)),
    maxQueue: options.maxQueue ?? 50,
    queueWaitMs: options.queueWaitMs ?? 10_000,
    log: options.log ?? (() => {}),
    folder,
  })
  return {
    ready: () => pool.ready(),
    execute: (statement, execution) => pool.use(execution.signal, (process) => process.run(statement.sql, execution)),
    async close() {
      await pool.close()
      removeWorkFolder(folder)
    },
  }
}
