/** A query process: one locked database in memory, one query at a time, ended by its parent without notice. */
import { rmSync } from 'node:fs'
import {
  type DuckDBConnection,
  type DuckDBInstance,
  type DuckDBResult,
  DuckDBTypeId,
  StatementType,
} from '@duckdb/node-api'
import { assertNever, invariant } from '../../base/assert-never.ts'
import { natives } from '../../functions/index.ts'
import { TOO_MANY_ROWS, undecidedIn } from '../../functions/procedures/procedure.ts'
import { openDatabase } from './database.ts'
import { type Meter, startMeter } from './meter.ts'
import type { FailureReport, Report, Request, RunRequest, StartRequest } from './protocol.ts'
import { drain, readRows } from './sentinel.ts'
import { createSpool } from './spool.ts'

/** An interrupt that comes between two of DuckDB's steps is lost (measured), so it is repeated until the query has ended. */
const INTERRUPT_EVERY_MS = 50

let instance: DuckDBInstance | undefined
let settings: StartRequest | undefined
/** Resident bytes at which the process gives itself up. */
let ceiling = Number.POSITIVE_INFINITY
let current: { readonly query: number; readonly interrupt: () => void } | undefined

process.on('message', (request: Request) => {
  switch (request.kind) {
    case 'start':
      return void start(request)
    case 'run':
      return void run(request)
    case 'interrupt':
      // For a query that has ended meanwhile, there is nothing to do.
      if (current?.query === request.query) current.interrupt()
      return
    default:
      assertNever(request)
  }
})
// The parent is gone. exit() would wait for the engine's threads, which may never end.
process.on('disconnect', () => {
  if (settings) rmSync(settings.temporary, { recursive: true, force: true })
  process.kill(process.pid, 'SIGKILL')
})
// A terminal signals the whole group; the parent lets running queries finish and ends us itself.
process.on('SIGINT', () => {})
process.on('SIGTERM', () => {})

async function start(request: StartRequest): Promise<void> {
  settings = request
  try {
    instance = await openDatabase(request, natives)
  } catch (error) {
    return send({ kind: 'unfit', why: messageOf(error) })
  }
  ceiling = process.memoryUsage.rss() + request.memoryMb * 1024 * 1024 * 1.5
  send({ kind: 'ready' })
}

async function run(request: RunRequest): Promise<void> {
  invariant(instance && !current, 'a query process runs one query at a time')
  const { query } = request
  const interruption = createInterruption()
  current = { query, interrupt: interruption.begin }
  const meter = startMeter(ceiling, (bytes) => {
    send(failure(query, 'preempted', `${bytes} resident bytes`), () => process.kill(process.pid, 'SIGKILL'))
  })

  let connection: DuckDBConnection | undefined
  let result: DuckDBResult | undefined
  try {
    connection = await instance.connect()
    interruption.of(connection)
    result = await open(connection, request.sql)
    send(await gather(result, request, interruption.begun, meter))
  } catch (error) {
    send(failureOf(query, messageOf(error)))
  }

  // What is left of a result that was not read to its end holds files and memory.
  interruption.begin()
  if (result) await drain(result).catch(() => {})
  interruption.end()
  meter.stop()
  connection?.disconnectSync()
  current = undefined
  send({ kind: 'idle', query })
}

/** Reads the result into a message or a file, and keeps neither unless it is whole. */
async function gather(
  result: DuckDBResult,
  request: RunRequest,
  isStopped: () => boolean,
  meter: Meter,
): Promise<Report> {
  const { query, byteLimit } = request
  const spool = createSpool(request.spool, byteLimit)
  let kept = false
  try {
    const { ending, rows } = await readRows(result, spool.add, isStopped)
    if (ending === 'refused') return failure(query, 'result_too_large', `more than ${byteLimit} bytes`)
    if (ending !== 'whole') return failure(query, 'execution_failed', `the result is ${ending}`)
    const answer: Report = { kind: 'answer', query, rows, ...spool.finish(), stats: meter.stop() }
    kept = true
    return answer
  } finally {
    if (!kept) spool.discard()
  }
}

/** Parts of messages on more than the engine, or a function of ours, takes at once. */
const BEYOND = [TOO_MANY_ROWS, 'Lists larger than']

function failureOf(query: number, message: string): Report {
  const undecided = undecidedIn(message)
  const tooMuch = message.startsWith('Out of Memory Error') || BEYOND.some((part) => message.includes(part))
  return { ...failure(query, tooMuch ? 'preempted' : 'execution_failed', message), ...(undecided && { undecided }) }
}

const failure = (query: number, code: FailureReport['code'], detail: string): FailureReport => ({
  kind: 'failure',
  query,
  code,
  detail,
})

/** Starts a query. `prepare` refuses several statements in one text; `run` and `stream` of a text would execute them all. */
async function open(connection: DuckDBConnection, sql: string): Promise<DuckDBResult> {
  const prepared = await connection.prepare(sql)
  if (prepared.statementType !== StatementType.SELECT) throw new Error('not a SELECT')
  const type = prepared.columnTypeId(0)
  if (prepared.columnCount !== 1 || (type !== DuckDBTypeId.BLOB && type !== DuckDBTypeId.VARCHAR)) {
    throw new Error('not one column of JSON text')
  }
  return await prepared.stream()
}

/** May begin before there is a connection: an interrupt can follow its query at once. */
function createInterruption() {
  let connection: DuckDBConnection | undefined
  let timer: NodeJS.Timeout | undefined
  return {
    of: (opened: DuckDBConnection): void => {
      connection = opened
    },
    begun: (): boolean => timer !== undefined,
    begin: (): void => {
      connection?.interrupt()
      timer ??= setInterval(() => connection?.interrupt(), INTERRUPT_EVERY_MS)
    },
    end: (): void => clearInterval(timer),
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

function send(report: Report, sent: () => void = () => {}): void {
  process.send?.(report, undefined, undefined, sent)
}
