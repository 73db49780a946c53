/** One query process as its parent sees it: started, given one query at a time, and killed when it does not stop. */
import { type ChildProcess, fork } from 'node:child_process'
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { assertNever, invariant } from '../../base/assert-never.ts'
import { entryPath } from '../../base/entry.ts'
import { type ErrorCode, KqlError } from '../../base/errors.ts'
import { UNDECIDED } from '../../functions/procedures/procedure.ts'
import type { Answer, ExecuteOptions } from '../backend.ts'
import { openAnswer } from './answer.ts'
import type { EngineEvent } from './engine-event.ts'
import type { AnswerReport, FailureReport, Report, Request } from './protocol.ts'

/** Milliseconds between asking a query to stop and killing its process. */
const GRACE_MS = 1500
/** Milliseconds that a process may take to open its database. */
const START_MS = 60_000
/** DuckDB holds a thread of the pool for each running call; with the default of 4 the process froze (measured). */
const POOL_THREADS = '16'
/** A query process needs nothing else of our environment, which may hold secrets. */
const PASSED_ON = [
  'PATH',
  'HOME',
  'USERPROFILE',
  'SystemRoot',
  'TEMP',
  'TMP',
  'TMPDIR',
  'LD_LIBRARY_PATH',
  'HARRIER_DEBUG_SQL',
]

/** Engine texts to the standard error: for those who work on this project, never in production. */
const debugging = process.env.HARRIER_DEBUG_SQL === '1'

/** starting → idle ⇄ busy → gone. */
export type ProcessState = 'starting' | 'idle' | 'busy' | 'gone'

export interface ProcessOptions {
  readonly id: number
  readonly folder: string
  readonly memoryMb: number
  readonly readable: readonly string[]
  readonly log: (event: EngineEvent) => void
}

/** Told to the pool: the process takes a query now; or it has ended, with a reason when it could not start. */
export interface ProcessEvents {
  idle(process: QueryProcess): void
  gone(process: QueryProcess, unfit: string | undefined): void
}

type Failure = 'result_too_large' | 'preempted' | 'execution_failed' | 'query_timeout' | 'client_gone'

interface Running {
  readonly query: number
  readonly spool: string
  /** What the caller was told; nothing that comes later changes it. */
  told?: 'answer' | ErrorCode
  readonly resolve: (answer: Promise<Answer>) => void
  readonly reject: (error: KqlError) => void
}

const errorOf = ({ code, undecided }: FailureReport): KqlError =>
  undecided ? new KqlError('unsupported', UNDECIDED[undecided]) : new KqlError(code, {})

export class QueryProcess {
  state: ProcessState = 'starting'
  readonly #options: ProcessOptions
  readonly #events: ProcessEvents
  readonly #child: ChildProcess
  readonly #temporary: string
  readonly #started = performance.now()
  #running: Running | undefined
  #queries = 0
  #killer: NodeJS.Timeout | undefined
  #unfit: string | undefined

  constructor(options: ProcessOptions, events: ProcessEvents) {
    this.#options = options
    this.#events = events
    this.#temporary = join(options.folder, `process-${options.id}`)
    mkdirSync(this.#temporary)
    this.#child = fork(entryPath('backends/duckdb/query-child'), [], {
      serialization: 'advanced',
      execArgv: [],
      stdio: ['ignore', 'ignore', debugging ? 'inherit' : 'ignore', 'ipc'],
      env: childEnvironment(),
    })
    this.#child.on('message', (report: Report) => this.#take(report))
    this.#watchEnd()
    this.#killAfter(START_MS)
    const { memoryMb, readable } = options
    this.#tell({ kind: 'start', memoryMb, readable, temporary: this.#temporary })
  }

  /** Runs one statement. @throws KqlError result_too_large, query_timeout, preempted, client_gone, execution_failed */
  async run(sql: string, { signal, timeoutMs, byteLimit }: ExecuteOptions): Promise<Answer> {
    invariant(this.state === 'idle', 'a query process runs one query at a time')
    this.state = 'busy'
    const query = ++this.#queries
    const spool = join(this.#options.folder, `answer-${this.#options.id}-${query}`)
    const gone = () => this.#stop('client_gone')
    const timer = setTimeout(() => this.#stop('query_timeout'), timeoutMs)
    try {
      return await new Promise<Answer>((resolve, reject) => {
        this.#running = { query, spool, resolve, reject }
        signal.addEventListener('abort', gone)
        this.#tell({ kind: 'run', query, sql, byteLimit, spool })
        if (signal.aborted) gone()
      })
    } finally {
      clearTimeout(timer)
      signal.removeEventListener('abort', gone)
    }
  }

  kill(): void {
    this.#child.kill('SIGKILL')
  }

  /** The ladder, the same for every reason: the caller is told, the query is interrupted, then the process is killed. */
  #stop(code: 'query_timeout' | 'client_gone'): void {
    const query = this.#running?.query
    if (query === undefined || !this.#fail(code)) return
    this.#tell({ kind: 'interrupt', query })
    this.#killAfter(GRACE_MS)
  }

  #take(report: Report): void {
    switch (report.kind) {
      case 'ready':
        this.#options.log({
          kind: 'process_ready',
          pid: this.#child.pid!,
          milliseconds: performance.now() - this.#started,
        })
        this.#becomeIdle()
        break
      case 'unfit':
        this.#unfit = report.why
        this.kill()
        break
      case 'answer':
        this.#takeAnswer(report)
        break
      case 'failure':
        // What the query still holds must be let go of soon: `idle` says that it was.
        if (this.#failWith(errorOf(report), report.detail)) this.#killAfter(GRACE_MS)
        break
      case 'idle':
        this.#running = undefined
        this.#becomeIdle()
        break
      default:
        assertNever(report)
    }
  }

  #takeAnswer(report: AnswerReport): void {
    const running = this.#running
    invariant(running, 'an answer belongs to a query')
    if (running.told) {
      rmSync(running.spool, { force: true })
      return
    }
    running.told = 'answer'
    running.resolve(
      openAnswer(report, running.spool).catch((error: Error) => {
        this.#log('execution_failed', error.message)
        throw new KqlError('execution_failed', {})
      }),
    )
  }

  #fail(code: Failure, detail?: string): boolean {
    return this.#failWith(new KqlError(code, {}), detail)
  }

  /** Tells the caller, unless it has been told; says whether it did. */
  #failWith(error: KqlError, detail?: string): boolean {
    const running = this.#running
    if (!running || running.told) return false
    running.told = error.code
    if (detail !== undefined) this.#log(error.code, detail)
    running.reject(error)
    return true
  }

  #log(code: ErrorCode, detail: string): void {
    if (debugging) console.error(`${code}: ${detail}`)
    this.#options.log({ kind: 'query_failed', pid: this.#child.pid, code, detail })
  }

  #becomeIdle(): void {
    clearTimeout(this.#killer)
    this.state = 'idle'
    this.#events.idle(this)
  }

  /** Both events are needed: the last messages of a process can arrive after its exit, and always before `disconnect`. */
  #watchEnd(): void {
    let exit: { code: number | null; signal: string | null } | undefined
    const ended = (): void => {
      if (exit && !this.#child.connected) this.#end(exit.code, exit.signal)
    }
    this.#child.on('exit', (code, signal) => {
      exit = { code, signal }
      ended()
    })
    this.#child.on('disconnect', ended)
    this.#child.on('error', (error) => {
      // Only a process that never came to be has no id: it has no exit either.
      if (this.#child.pid === undefined) {
        this.#unfit ??= error.message
        this.#end(null, null)
      }
    })
  }

  #end(code: number | null, signal: string | null): void {
    if (this.state === 'gone') return
    const wasStarting = this.state === 'starting'
    this.state = 'gone'
    clearTimeout(this.#killer)
    this.#options.log({ kind: 'process_gone', pid: this.#child.pid, code, signal })
    const running = this.#running
    this.#fail('execution_failed', `the query process ended (${signal ?? code})`)
    // The file of an answer that was complete before the end belongs to the answer.
    if (running && running.told !== 'answer') rmSync(running.spool, { force: true })
    rmSync(this.#temporary, { recursive: true, force: true })
    this.#events.gone(this, wasStarting ? (this.#unfit ?? `it ended (${signal ?? code})`) : undefined)
  }

  #killAfter(milliseconds: number): void {
    clearTimeout(this.#killer)
    this.#killer = setTimeout(() => this.kill(), milliseconds)
  }

  #tell(request: Request): void {
    // A process that has just ended is dealt with by its end.
    this.#child.send(request, () => {})
  }
}

function childEnvironment(): NodeJS.ProcessEnv {
  const passed = PASSED_ON.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]))
  return { ...Object.fromEntries(passed), UV_THREADPOOL_SIZE: POOL_THREADS, TZ: 'UTC' }
}
