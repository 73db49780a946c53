/** The pool of parser threads: a time budget for each query, a warm spare, and a bounded cache of plans. */
import { Worker } from 'node:worker_threads'
import { entryPath } from '../base/entry.ts'
import { KqlError } from '../base/errors.ts'
import { lineAndColumn } from '../base/span.ts'
import type { OutputSchema, Probe, Query } from '../plan/nodes.ts'
import type { Completions } from './language.ts'
import { inCallersText, withSchemas } from './probe.ts'
import type { CatalogView, PlanReply, PlanRequest } from './worker.ts'

export interface PlannerOptions {
  /** Seconds after which analysing a query is given up and its thread ended. */
  readonly timeoutSeconds: number
  readonly threads: number
  /** Plans kept, by text and catalogue view. */
  readonly cacheSize?: number
  readonly log?: (event: { readonly message: string; readonly failure: string }) => void
}

export interface Planner {
  /** Resolves when a thread has analysed its first query: the first one costs about a second. */
  ready(): Promise<void>
  /**
   * A plan, or the probe that must be answered first: ask again with the schema that it gave. Places count in `text`.
   * @throws KqlError syntax, semantic, unsupported, query_too_complex, parse_timeout, internal
   */
  plan(text: string, view: CatalogView, schemas?: readonly OutputSchema[]): Promise<Planned>
  /** What may stand at an offset of a text. @throws KqlError parse_timeout, internal */
  complete(text: string, position: number, view: CatalogView): Promise<Completions>
  readonly cache: { readonly hits: number; readonly misses: number }
  close(): Promise<void>
}

export type Planned = { readonly query: Query } | { readonly probe: Probe }

interface Thread {
  readonly worker: Worker
  warm: boolean
  job: Job | undefined
}

interface Job {
  readonly request: PlanRequest
  readonly settle: (reply: PlanReply) => void
  readonly fail: (error: Error) => void
  timer?: NodeJS.Timeout
}

const WARM_UP = 'print x = 1 | where x == 1 | summarize count() by x'
/** Caps the parser's garbage: its live heap is about 74 MB, and it grows to 430 MB unless told otherwise. */
const OLD_SPACE_MB = 512

export function createPlanner(options: PlannerOptions): Planner {
  const threads: Thread[] = []
  const queue: Job[] = []
  const cache = new Map<string, Planned>()
  const stats = { hits: 0, misses: 0 }
  let closed = false
  let ids = 0
  let firstWarm: () => void
  let neverWarm: (error: Error) => void
  const warmed = new Promise<void>((resolve, reject) => {
    firstWarm = resolve
    neverWarm = reject
  })
  warmed.catch(() => {})

  const dispatch = () => {
    for (const t of threads) {
      if (!t.warm || t.job) continue
      const job = queue.shift()
      if (!job) return
      start(t, job)
    }
  }

  const start = (t: Thread, job: Job) => {
    t.job = job
    job.timer = setTimeout(() => {
      job.fail(new KqlError('parse_timeout', { seconds: options.timeoutSeconds }))
      replace(t)
    }, options.timeoutSeconds * 1000)
    t.worker.postMessage(job.request)
  }

  const replace = (t: Thread) => {
    const at = threads.indexOf(t)
    if (at < 0) return
    threads.splice(at, 1)
    if (t.job?.timer) clearTimeout(t.job.timer)
    t.job = undefined
    void t.worker.terminate()
    if (!closed) launch()
    dispatch()
  }

  const launch = () => {
    const worker = new Worker(entryPath('kusto/worker'), { resourceLimits: { maxOldGenerationSizeMb: OLD_SPACE_MB } })
    const t: Thread = { worker, warm: false, job: undefined }
    threads.push(t)
    worker.on('message', (reply: PlanReply) => {
      if (!t.warm) {
        t.warm = true
        firstWarm()
      } else if (t.job) {
        clearTimeout(t.job.timer)
        t.job.settle(reply)
        t.job = undefined
      }
      dispatch()
    })
    worker.on('error', (error) => {
      t.job?.fail(
        outOfMemory(error) ? new KqlError('query_too_complex', { what: 'analysing it needs too much memory' }) : error,
      )
      if (!t.warm) neverWarm(error)
      replace(t)
    })
    worker.postMessage({ id: 0, text: WARM_UP, view: { version: '', custom: [] } } satisfies PlanRequest)
  }

  for (let i = 0; i < options.threads; i++) launch()

  const ask = (request: PlanRequest) =>
    new Promise<PlanReply>((settle, fail) => {
      queue.push({ request, settle, fail })
      dispatch()
    })

  /** A reply that is no answer to what was asked. */
  const failed = (reply: PlanReply): KqlError => {
    if ('failure' in reply) options.log?.({ message: 'a query could not be analysed', failure: reply.failure })
    return new KqlError('internal', {})
  }

  const analyse = async (text: string, view: CatalogView, found: readonly OutputSchema[]): Promise<Planned> => {
    const { text: extended, schemas } = withSchemas(text, found)
    const reply = await ask({ id: ++ids, text: extended, view, schemas })
    if ('query' in reply) return { query: reply.query }
    if ('probe' in reply) return { probe: { ...reply.probe, span: inCallersText(reply.probe.span, found) } }
    if ('error' in reply) throw placed(KqlError.from(reply.error), text, found)
    throw failed(reply)
  }

  return {
    ready: () => warmed,
    cache: stats,
    async plan(text, view, schemas = []) {
      const key = [view.version, text, ...schemas.map((s) => JSON.stringify(s))].join('\0')
      const known = cache.get(key)
      if (known) {
        stats.hits++
        cache.delete(key)
        cache.set(key, known)
        return known
      }
      stats.misses++
      const planned = await analyse(text, view, schemas)
      cache.set(key, planned)
      if (cache.size > (options.cacheSize ?? 500)) cache.delete(cache.keys().next().value!)
      return planned
    },
    async complete(text, position, view) {
      const reply = await ask({ id: ++ids, text, view, complete: position })
      if ('completions' in reply) return reply.completions
      throw failed(reply)
    },
    async close() {
      closed = true
      for (const job of queue.splice(0)) job.fail(new KqlError('internal', {}))
      await Promise.all(threads.splice(0).map((t) => t.worker.terminate()))
    },
  }
}

const outOfMemory = (error: Error) => (error as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY'

/** The error with its place in the caller's text; an unsupported construct also says where it stands. */
function placed(error: KqlError, text: string, schemas: readonly OutputSchema[]): KqlError {
  if (!error.span) return error
  const span = inCallersText(error.span, schemas)
  if (error.code !== 'unsupported') return new KqlError(error.code, error.params, span)
  return new KqlError(
    'unsupported',
    { ...(error as KqlError<'unsupported'>).params, ...lineAndColumn(text, span.start) },
    span,
  )
}
