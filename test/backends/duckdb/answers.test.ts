import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Engine } from '../../../src/backends/backend.ts'
import { createDuckdbEngine } from '../../../src/backends/duckdb/engine.ts'
import { execution, jsonRows, rowsOf, runSql } from './run-sql.ts'

const temporary = mkdtempSync(join(tmpdir(), 'engine-answers-'))
let engine: Engine
beforeAll(async () => {
  engine = createDuckdbEngine({ processes: 1, spare: 0, memoryMb: 512, readable: [], temporary })
  await engine.ready()
})
afterAll(async () => {
  await engine.close()
  rmSync(temporary, { recursive: true })
})
const run = (select: string, options = {}) => engine.execute(jsonRows(select), execution(options))
/** Files of answers in the engine's own folder. */
const spooled = () =>
  readdirSync(join(temporary, readdirSync(temporary)[0]!)).filter((name) => name.startsWith('answer-'))

describe('an answer', () => {
  it('is the rows, separated by commas', async () => {
    const answer = await run(`VALUES ('{"a":1}'), ('{"a":2}'), ('3')`)
    expect(await text(answer.stream())).toBe('{"a":1},{"a":2},3')
    expect(answer).toMatchObject({ rows: 3, bytes: 17 })
  })

  it('of no rows is empty', async () => {
    const answer = await run(`SELECT 1 WHERE false`)
    expect(await text(answer.stream())).toBe('')
    expect(answer).toMatchObject({ rows: 0, bytes: 0 })
  })

  it('counts bytes of UTF-8, not characters', async () => {
    const answer = await run(`SELECT to_json('日本 é 𝒳')`)
    expect(answer.bytes).toBe(Buffer.byteLength('"日本 é 𝒳"'))
    expect(await rowsOf(answer)).toEqual(['日本 é 𝒳'])
  })

  it('keeps a NUL inside a text', async () => {
    expect(await rowsOf(await run(`SELECT to_json('a' || chr(0) || 'b')`))).toEqual(['a\0b'])
  })

  it('may come as text instead of bytes', async () => {
    const answer = await engine.execute({ sql: `SELECT '"é"' UNION ALL SELECT NULL`, columns: [] }, execution())
    expect(await rowsOf(answer)).toEqual(['é'])
  })

  it('keeps the order of its rows over many chunks', async () => {
    const rows = await rowsOf(await run(`SELECT i FROM range(50000) r(i) ORDER BY i DESC`))
    expect(rows).toEqual(Array.from({ length: 50_000 }, (_, i) => 49_999 - i))
  })

  it('holds rows larger than any buffer', async () => {
    const rows = await rowsOf(await run(`SELECT to_json(repeat('x', 1000000 + i)) FROM range(3) r(i)`))
    expect(rows.map((row) => String(row).length)).toEqual([1_000_000, 1_000_001, 1_000_002])
  })

  it('tells what it cost', async () => {
    const { stats } = await run(`SELECT count(*) FROM range(20000000) r(i) WHERE i % 7 = 3`)
    expect(stats.seconds).toBeGreaterThan(0)
    expect(stats.cpuUser + stats.cpuKernel).toBeGreaterThan(0)
    expect(stats.peakMemory).toBeGreaterThan(10_000_000)
  })

  it('sees the time zone UTC', async () => {
    expect(await runSql(engine, `SELECT current_setting('TimeZone') AS zone`)).toEqual([{ zone: 'UTC' }])
  })

  it('can use the macros of the dialect', async () => {
    expect(await runSql(engine, 'SELECT k_wrap(9223372036854775807::HUGEINT + 1)::VARCHAR AS n')).toEqual([
      { n: '-9223372036854775808' },
    ])
  })
})

describe('a large answer', () => {
  const large = `SELECT json_object('i', i, 'text', repeat(md5(i::VARCHAR), 20)) FROM range(200000) r(i)`

  it('of 200 000 rows is exact, and the API process stays small', async () => {
    const answer = await run(large)
    expect(answer.rows).toBe(200_000)
    const before = process.memoryUsage.rss()
    let bytes = 0
    let last = ''
    for await (const piece of answer.stream()) {
      bytes += piece.length
      last = piece.subarray(-700).toString()
    }
    expect(bytes).toBe(answer.bytes)
    expect(last).toContain('{"i":199999,')
    expect(answer.bytes).toBeGreaterThan(120_000_000)
    expect(process.memoryUsage.rss() - before).toBeLessThan(60_000_000)
  })

  it('waits for a slow reader', async () => {
    const stream = (await run(large)).stream()
    const first = stream.read() ?? (await new Promise((resolve) => stream.once('data', resolve)))
    stream.pause()
    await pause(100)
    expect(first.length + stream.readableLength).toBeLessThan(2_000_000)
    stream.destroy()
  })

  it('leaves no file, whether it is read, half read or thrown away', async () => {
    await text((await run(large)).stream())
    const half = (await run(large)).stream()
    await new Promise((resolve) => half.once('data', resolve))
    half.destroy()
    const unread = await run(large)
    await unread.dispose()
    await unread.dispose()
    expect(spooled()).toEqual([])
  })

  it('is read once', async () => {
    const answer = await run(large)
    answer.stream().destroy()
    expect(() => answer.stream()).toThrow('read once')
  })
})

describe('the size limit', () => {
  it('lets an answer of exactly that size pass', async () => {
    expect(await rowsOf(await run(`VALUES ('1'), ('22')`, { byteLimit: 4 }))).toEqual([1, 22])
  })

  it('refuses one byte more', async () => {
    await expect(run(`VALUES ('1'), ('22')`, { byteLimit: 3 })).rejects.toMatchObject({ code: 'result_too_large' })
  })

  it.each([0, -1])('is exact for answers in files (%i)', async (less) => {
    const rows = 100_000
    const bytes = rows * 10 + rows - 1
    const attempt = run(`SELECT 1000000000 + i FROM range(${rows}) r(i)`, { byteLimit: bytes + less })
    if (less === 0) expect((await attempt).bytes).toBe(bytes)
    else await expect(attempt).rejects.toMatchObject({ code: 'result_too_large' })
  })

  it('ends the query that exceeds it, and the process takes the next one', async () => {
    await expect(run(`SELECT i FROM range(100000000000) r(i)`, { byteLimit: 1_000_000 })).rejects.toMatchObject({
      code: 'result_too_large',
    })
    expect(await runSql(engine, 'SELECT 1 AS a')).toEqual([{ a: 1 }])
    expect(spooled()).toEqual([])
  })
})

describe('an error of the engine', () => {
  const rows = 200_000
  it.each([0, 1, 2047, 2048, 100_000, rows - 1])('at row %i never gives an answer', async (n) => {
    const failing = `SELECT CASE WHEN i = ${n} THEN error('secret') ELSE i::VARCHAR END FROM range(${rows}) r(i)`
    const error = await run(failing).catch((e) => e)
    expect(error).toMatchObject({ code: 'execution_failed' })
    expect(error.message).not.toContain('secret')
    expect(await runSql(engine, 'SELECT 1 AS a')).toEqual([{ a: 1 }])
    expect(spooled()).toEqual([])
  })

  it.each([
    ['no sentinel', `SELECT '1'`],
    ['a sentinel that is not last', `SELECT '1' UNION ALL SELECT NULL UNION ALL SELECT '2'`],
    ['two sentinels', `SELECT '1' UNION ALL SELECT NULL UNION ALL SELECT NULL`],
    ['an empty result', `SELECT '1' WHERE false`],
    ['a column that is no text', 'SELECT 1 UNION ALL SELECT NULL'],
    ['two columns', `SELECT '1', '2' UNION ALL SELECT NULL, NULL`],
    ['a mistake', 'SELEC 1'],
    ['no statement', ''],
  ])('is what %s gives', async (_, sql) => {
    await expect(engine.execute({ sql, columns: [] }, execution())).rejects.toMatchObject({ code: 'execution_failed' })
  })

  it('for lack of memory says that the query was preempted', async () => {
    const list = `SELECT to_json(list(md5(i::VARCHAR))) FROM range(30000000) r(i)`
    await expect(run(list)).rejects.toMatchObject({ code: 'preempted' })
  })
})
