/** The query processes: so many at work, one more in readiness, and a short queue before them. */
import { KqlError } from '../../base/errors.ts'
import { type ProcessOptions, QueryProcess } from './query-process.ts'

/** A process that ends before it was ready is followed by another after a pause, which doubles up to the longest. */
const FIRST_PAUSE_MS = 200
const LONGEST_PAUSE_MS = 10_000

export interface PoolOptions extends Omit<ProcessOptions, 'id'> {
  /** Queries that run at once. */
  readonly processes: number
  /** Processes in readiness beyond those. */
  readonly spare: number
  /** Queries that may wait. */
  readonly maxQueue: number
  readonly queueWaitMs: number
}

interface Waiting {
  readonly start: (process: QueryProcess) => void
  readonly refuse: (error: Error) => void
}

export class ChildPool {
  readonly #options: PoolOptions
  readonly #processes = new Set<QueryProcess>()
  readonly #queue = new Set<Waiting>()
  readonly #pauses = new Set<NodeJS.Timeout>()
  #onReady: { resolve: () => void; reject: (error: Error) => void }[] = []
  #started = 0
  #everReady = false
  #failedStarts = 0
  /** Set when no process will ever start, or none any more. */
  #over: Error | undefined
  #onEmpty: (() => void) | undefined

  constructor(options: PoolOptions) {
    this.#options = options
    // The others follow when the first one has shown that processes can start.
    this.#start()
  }

  /** Resolves when a query would start at once. @throws Error when processes cannot start */
  ready(): Promise<void> {
    if (this.#over) return Promise.reject(this.#over)
    if (this.#free()) return Promise.resolve()
    return new Promise((resolve, reject) => this.#onReady.push({ resolve, reject }))
  }

  /**
   * Hands an idle process to `work`, which makes it busy at once; it reports by itself when it is idle again.
   * @throws KqlError busy when the queue is full or the wait too long, client_gone when the caller does not wait
   */
  async use<T>(signal: AbortSignal, work: (process: QueryProcess) => Promise<T>): Promise<T> {
    if (signal.aborted) throw new KqlError('client_gone', {})
    if (this.#over) throw new KqlError('execution_failed', {})
    const free = this.#queue.size === 0 ? this.#free() : undefined
    if (free) return await work(free)
    if (this.#queue.size >= this.#options.maxQueue) throw this.#busy()
    return await this.#wait(signal, work)
  }

  /** Kills every process, and refuses those that wait; resolves when all are gone. */
  async close(): Promise<void> {
    this.#end(new Error('the engine is closed'))
    for (const pause of this.#pauses) clearTimeout(pause)
    for (const process of this.#processes) process.kill()
    if (this.#processes.size > 0) await new Promise<void>((resolve) => (this.#onEmpty = resolve))
  }

  async #wait<T>(signal: AbortSignal, work: (process: QueryProcess) => Promise<T>): Promise<T> {
    return await new Promise<T>((resolve, reject) => {
      const leave = (): void => {
        this.#queue.delete(waiting)
        clearTimeout(timer)
        signal.removeEventListener('abort', gone)
      }
      const waiting: Waiting = {
        start: (process) => {
          leave()
          resolve(work(process))
        },
        refuse: (error) => {
          leave()
          reject(error)
        },
      }
      const gone = (): void => waiting.refuse(new KqlError('client_gone', {}))
      const timer = setTimeout(() => waiting.refuse(this.#busy()), this.#options.queueWaitMs)
      signal.addEventListener('abort', gone)
      this.#queue.add(waiting)
    })
  }

  /** A process for the next query, unless as many as may be are at work. */
  #free(): QueryProcess | undefined {
    const all = [...this.#processes]
    if (all.filter((p) => p.state === 'busy').length >= this.#options.processes) return undefined
    return all.find((p) => p.state === 'idle')
  }

  #next(): void {
    for (const waiting of this.#queue) {
      const process = this.#free()
      if (!process) return
      waiting.start(process)
    }
    if (!this.#free()) return
    for (const { resolve } of this.#onReady.splice(0)) resolve()
  }

  #start(): void {
    const { folder, memoryMb, readable, log } = this.#options
    const process = new QueryProcess(
      { id: ++this.#started, folder, memoryMb, readable, log },
      {
        idle: () => {
          this.#everReady = true
          this.#failedStarts = 0
          this.#next()
          this.#fill()
        },
        gone: (process, unfit) => this.#replace(process, unfit),
      },
    )
    this.#processes.add(process)
  }

  #fill(): void {
    const { processes, spare } = this.#options
    while (!this.#over && this.#processes.size + this.#pauses.size < processes + spare) this.#start()
  }

  #replace(process: QueryProcess, unfit: string | undefined): void {
    this.#processes.delete(process)
    if (this.#processes.size === 0) this.#onEmpty?.()
    if (this.#over) return
    if (unfit === undefined) {
      this.#next()
      this.#fill()
    } else if (this.#everReady) this.#startLater()
    // The first process tells what is wrong with the machine or the settings: better not to start at all.
    else this.#end(new Error(`The query process cannot start: ${unfit}`))
  }

  #startLater(): void {
    const pause = setTimeout(
      () => {
        this.#pauses.delete(pause)
        this.#fill()
      },
      Math.min(FIRST_PAUSE_MS * 2 ** this.#failedStarts++, LONGEST_PAUSE_MS),
    )
    this.#pauses.add(pause)
  }

  #end(why: Error): void {
    this.#over ??= why
    for (const { reject } of this.#onReady.splice(0)) reject(this.#over)
    for (const waiting of this.#queue) waiting.refuse(new KqlError('execution_failed', {}))
  }

  #busy(): KqlError {
    return new KqlError('busy', { seconds: Math.max(1, Math.ceil(this.#options.queueWaitMs / 1000)) })
  }
}
