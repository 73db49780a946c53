/** The segment process: turns batch files into Parquet files, one at a time; the only native code of an ingest. */
import { createHash } from 'node:crypto'
import { createReadStream, rmSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { assertNever } from '../base/assert-never.ts'
import type { FileRequest, Report, Request, StartRequest } from './segment-protocol.ts'
import { exportSql, mergeSql, segmentSql } from './segment-sql.ts'

let temporary: string | undefined
let connection: Promise<DuckDBConnection> | undefined

process.on('message', (request: Request) => {
  switch (request.kind) {
    case 'start':
      temporary = request.temporary
      connection = open(request)
      // Whoever asks for a segment hears of it.
      connection.catch(() => {})
      return
    case 'segment':
    case 'merge':
    case 'export':
      return void write(request)
    default:
      assertNever(request)
  }
})
// The parent is gone. exit() would wait for the engine's threads.
process.on('disconnect', () => {
  if (temporary) rmSync(temporary, { recursive: true, force: true })
  process.kill(process.pid, 'SIGKILL')
})
// A terminal signals the whole group; the parent ends us itself.
process.on('SIGINT', () => {})
process.on('SIGTERM', () => {})

async function open(request: StartRequest): Promise<DuckDBConnection> {
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: `${request.memoryMb}MB`,
    temp_directory: request.temporary,
    preserve_insertion_order: 'true',
    // Gives freed memory back at once: between two files it would keep as much again as one takes (measured).
    allocator_background_threads: 'true',
    autoload_known_extensions: 'false',
    autoinstall_known_extensions: 'false',
    allow_community_extensions: 'false',
  })
  return await instance.connect()
}

async function write(request: FileRequest): Promise<void> {
  try {
    const own = await connection!
    const done = await inMemory(own, sqlOf(request), threadsFor(request))
    if (done.rowsChanged !== request.rows) throw new Error(`${done.rowsChanged} of ${request.rows} rows were written`)
    const { size } = await stat(request.output)
    send({ kind: 'written', id: request.id, bytes: size, sha256: await sha256(request.output) })
  } catch (error) {
    send({ kind: 'failed', id: request.id, why: error instanceof Error ? error.message : String(error) })
  }
}

/**
 * A segment comes from one file that one thread reads; more of them for the rest of it double its cost (measured). What is
 * only put one after the other is held in memory until its turn comes, by each further thread (10 million rows: out of memory).
 */
const threadsFor = (request: FileRequest): number =>
  request.kind === 'segment' || (request.kind === 'merge' && request.sortBy === undefined) ? 1 : availableParallelism()

/** Fewer threads hold fewer row groups at a time. */
async function inMemory(own: DuckDBConnection, sql: string, threads: number) {
  await own.run(`SET threads = ${threads}`)
  try {
    return await own.run(sql)
  } catch (error) {
    if (threads === 1 || !(error instanceof Error) || !error.message.startsWith('Out of Memory')) throw error
    await own.run('SET threads = 1')
    return await own.run(sql)
  }
}

function sqlOf(request: FileRequest): string {
  switch (request.kind) {
    case 'segment':
      return segmentSql(request)
    case 'merge':
      return mergeSql(request)
    case 'export':
      return exportSql(request)
    default:
      return assertNever(request)
  }
}

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer)
  return hash.digest('hex')
}

function send(report: Report): void {
  process.send?.(report)
}
