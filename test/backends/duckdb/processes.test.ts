import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import type { Engine, ExecuteOptions } from '../../../src/backends/backend.ts'
import { createDuckdbEngine, type DuckdbEngineOptions, type EngineEvent } from '../../../src/backends/duckdb/engine.ts'
import { entryPath } from '../../../src/base/entry.ts'
import { execution, jsonRows, rowsOf, runSql } from './run-sql.ts'

const temporary = mkdtempSync(join(tmpdir(), 'engine-processes-'))
const engines: Engine[] = []
afterAll(async () => {
  await Promise.all(engines.map((engine) => engine.close()))
  rmSync(temporary, { recursive: true })
})

/** An engine and what it logged; one process and none in readiness, unless the test says otherwise. */
function start(options: Partial<DuckdbEngineOptions> = {}) {
  const events: EngineEvent[] = []
  const log = (event: EngineEvent) => void events.push(event)
  const engine = createDuckdbEngine({ processes: 1, spare: 0, memoryMb: 256, readable: [], temporary, log, ...options })
  engines.push(engine)
  const run = (select: string, o: Partial<ExecuteOptions> = {}) => engine.execute(jsonRows(select), execution(o))
  const pids = () => events.flatMap((e) => (e.kind === 'process_ready' ? [e.pid] : []))
  const gone = () => events.filter((e) => e.kind === 'process_gone')
  return { engine, events, run, pids, gone }
}
const answersAgain = async (engine: Engine) => expect(await runSql(engine, 'SELECT 1 AS a')).toEqual([{ a: 1 }])

/** Rows for minutes, and a lot of them from the first moment on. */
const endless = 'SELECT i FROM range(100000000000) r(i)'
/** Works for minutes before it gives its first row. */
const long = 'SELECT count(*) FROM range(100000000000) r(i) WHERE i % 7 = 3'
/** Works for minutes on one value, which an interrupt does not end. */
const stubborn = `SELECT sum(levenshtein(repeat('ab', 200000 + i::INTEGER), repeat('ba', 200000))) FROM range(3) r(i)`

describe('a query over its time', () => {
  it.each([
    ['before its first row', long],
    ['among its rows', endless],
  ])('ends %s, and its process takes the next one', async (_, select) => {
    const { engine, run, gone } = start()
    await expect(run(select, { timeoutMs: 300 })).rejects.toMatchObject({ code: 'query_timeout' })
    await answersAgain(engine)
    expect(gone()).toEqual([])
  })

  it('ends with its process when nothing else ends it', async () => {
    const { engine, run, gone } = start()
    await expect(run(stubborn, { timeoutMs: 300 })).rejects.toMatchObject({ code: 'query_timeout' })
    await answersAgain(engine)
    expect(gone()).toMatchObject([{ signal: 'SIGKILL' }])
  })
})

describe('a caller who goes away', () => {
  it('before the start runs nothing', async () => {
    const { engine, run } = start()
    await expect(run(long, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'client_gone' })
    await answersAgain(engine)
  })

  it.each([0, 1, 5, 20, 50, 100, 200])('after %i ms gets no answer, and the process is free again', async (ms) => {
    const { engine, run, gone } = start()
    await engine.ready()
    const controller = new AbortController()
    const answer = run(endless, { signal: controller.signal })
    setTimeout(() => controller.abort(), ms)
    await expect(answer).rejects.toMatchObject({ code: 'client_gone' })
    await answersAgain(engine)
    expect(gone()).toEqual([])
  })

  it('from a query that does not stop frees its place too', async () => {
    const { engine, run, gone } = start()
    await engine.ready()
    const controller = new AbortController()
    const answer = run(stubborn, { signal: controller.signal })
    setTimeout(() => controller.abort(), 100)
    await expect(answer).rejects.toMatchObject({ code: 'client_gone' })
    await answersAgain(engine)
    expect(gone()).toHaveLength(1)
  })
})

describe('a query process that dies', () => {
  it.each([0, 5, 20, 50, 100, 300])('%i ms into a query gives no answer and is replaced', async (ms) => {
    const { engine, run, pids } = start()
    await engine.ready()
    const answer = run(endless)
    setTimeout(() => process.kill(pids()[0]!, 'SIGKILL'), ms)
    await expect(answer).rejects.toMatchObject({ code: 'execution_failed' })
    await answersAgain(engine)
    expect(pids()).toHaveLength(2)
  })

  it('in native code takes nothing else with it', async () => {
    const { engine, run, gone } = start()
    const crash = `SELECT json_structure(repeat('[', 100000) || repeat(']', 100000))`
    await expect(run(crash)).rejects.toMatchObject({ code: 'execution_failed' })
    await answersAgain(engine)
    expect(gone()).toHaveLength(1)
  })

  it('while idle is replaced', async () => {
    const { engine, pids, gone } = start()
    await engine.ready()
    process.kill(pids()[0]!, 'SIGKILL')
    await until(() => gone().length === 1)
    await answersAgain(engine)
  })

  it('of too much memory preempts its query', async () => {
    const { engine, run, events } = start()
    // One value of 4 GB, which the memory limit of the database does not stop.
    await expect(run(`SELECT length(repeat('ab', 2000000000))`)).rejects.toMatchObject({ code: 'preempted' })
    await answersAgain(engine)
    expect(events).toContainEqual(expect.objectContaining({ detail: expect.stringContaining('resident bytes') }))
  })

  it('after the answer was given leaves the answer whole', async () => {
    const { run, pids, gone } = start()
    const answer = await run(`SELECT json_object('i', i, 'text', repeat('x', 100)) FROM range(100000) r(i)`)
    process.kill(pids()[0]!, 'SIGKILL')
    await until(() => gone().length === 1)
    expect(await rowsOf(answer)).toHaveLength(100_000)
  })
})

describe('queries at once', () => {
  it('are as many as there are processes', async () => {
    const { engine, run } = start({ processes: 2 })
    const controller = new AbortController()
    const first = run(long, { signal: controller.signal })
    await answersAgain(engine)
    controller.abort()
    await expect(first).rejects.toMatchObject({ code: 'client_gone' })
  })

  it('beyond the processes wait for their turn', async () => {
    const { engine } = start()
    const all = await Promise.all(Array.from({ length: 20 }, (_, i) => runSql(engine, `SELECT ${i} AS i`)))
    expect(all).toEqual(Array.from({ length: 20 }, (_, i) => [{ i }]))
  })

  it('never use the process in readiness for more', async () => {
    const { engine, run, pids } = start({ spare: 1, queueWaitMs: 200 })
    await until(() => pids().length === 2)
    const controller = new AbortController()
    const first = run(long, { signal: controller.signal })
    await expect(runSql(engine, 'SELECT 1 AS a')).rejects.toMatchObject({ code: 'busy', params: { seconds: 1 } })
    controller.abort()
    await expect(first).rejects.toMatchObject({ code: 'client_gone' })
  })

  it('beyond the queue are refused at once', async () => {
    const { engine, run } = start({ maxQueue: 1, queueWaitMs: 60_000 })
    await engine.ready()
    const controller = new AbortController()
    const first = run(long, { signal: controller.signal })
    const second = runSql(engine, 'SELECT 2 AS a')
    await expect(runSql(engine, 'SELECT 3 AS a')).rejects.toMatchObject({ code: 'busy', params: { seconds: 60 } })
    controller.abort()
    await expect(first).rejects.toMatchObject({ code: 'client_gone' })
    expect(await second).toEqual([{ a: 2 }])
  })

  it('leave the queue when their caller goes away', async () => {
    const { engine, run } = start({ maxQueue: 1 })
    await engine.ready()
    const [running, waiting] = [new AbortController(), new AbortController()]
    const first = run(long, { signal: running.signal })
    const second = run('SELECT 2', { signal: waiting.signal })
    waiting.abort()
    await expect(second).rejects.toMatchObject({ code: 'client_gone' })
    running.abort()
    await expect(first).rejects.toMatchObject({ code: 'client_gone' })
    await answersAgain(engine)
  })
})

describe('the end of an engine', () => {
  it('ends queries and processes and leaves no file', async () => {
    const { engine, run, pids } = start({ processes: 2 })
    await engine.ready()
    const before = readdirSync(temporary).length
    const running = run(endless)
    running.catch(() => {})
    await pause(100)
    await engine.close()
    await expect(running).rejects.toMatchObject({ code: 'execution_failed' })
    for (const pid of pids()) expect(isAlive(pid)).toBe(false)
    expect(readdirSync(temporary)).toHaveLength(before - 1)
    await expect(runSql(engine, 'SELECT 1 AS a')).rejects.toMatchObject({ code: 'execution_failed' })
  })

  it('by SIGKILL of its own process ends its query processes, and the next engine tidies up', async () => {
    const folder = mkdtempSync(join(temporary, 'killed-'))
    const parent = spawn(process.execPath, [
      '--input-type=module',
      '-e',
      `import { createDuckdbEngine } from ${JSON.stringify(pathToFileURL(entryPath('backends/duckdb/engine')).href)}
       const log = (e) => e.kind === 'process_ready' && console.log(e.pid)
       createDuckdbEngine({ processes: 1, spare: 0, memoryMb: 256, readable: [], temporary: ${JSON.stringify(folder)}, log })`,
    ])
    const pid = Number(await new Promise((resolve) => parent.stdout.once('data', resolve)))
    const [left] = readdirSync(folder)
    parent.kill('SIGKILL')
    await until(() => !isAlive(pid))
    expect(left && existsSync(join(folder, left))).toBe(true)
    await start({ temporary: folder }).engine.ready()
    expect(existsSync(join(folder, left!))).toBe(false)
  })
})

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await pause(10)
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
