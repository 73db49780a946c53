import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Engine } from '../../../src/backends/backend.ts'
import { createDuckdbEngine } from '../../../src/backends/duckdb/engine.ts'
import { findHole } from '../../../src/backends/duckdb/self-test.ts'
import { execution, runSql } from './run-sql.ts'

const root = mkdtempSync(join(tmpdir(), 'engine-closed-'))
const [store, twin, temporary] = ['store', 'store-twin', 'temporary'].map((name) => join(root, name)) as [
  string,
  string,
  string,
]
let engine: Engine
beforeAll(async () => {
  for (const folder of [store, twin, temporary]) mkdirSync(folder)
  for (const folder of [store, twin, root]) writeFileSync(join(folder, 'a.csv'), 'a\n1\n')
  symlinkSync(join(twin, 'a.csv'), join(store, 'link.csv'))
  engine = createDuckdbEngine({ processes: 1, spare: 0, memoryMb: 256, readable: [store], temporary })
  await engine.ready()
})
afterAll(async () => {
  await engine.close()
  rmSync(root, { recursive: true })
})

describe('a query', () => {
  it('reads files of the store', async () => {
    expect(await runSql(engine, `SELECT * FROM read_csv('${join(store, 'a.csv')}')`)).toEqual([{ a: 1 }])
  })

  it('reads files of a store behind a symbolic link', async () => {
    const link = join(root, 'store-link')
    symlinkSync(store, link)
    const linked = createDuckdbEngine({ processes: 1, spare: 0, memoryMb: 256, readable: [link], temporary })
    expect(await runSql(linked, `SELECT * FROM read_csv('${join(link, 'a.csv')}')`)).toEqual([{ a: 1 }])
    await linked.close()
  })

  it.each([
    ['beside it', () => join(root, 'a.csv')],
    ['whose folder begins like it', () => join(twin, 'a.csv')],
    ['behind ..', () => `${store}/../store-twin/a.csv`],
    ['behind a symbolic link', () => join(store, 'link.csv')],
    ['of the machine', () => '/etc/passwd'],
    ['of its own process', () => '/proc/self/environ'],
  ])('reads no file %s', async (_, path) => {
    await expect(runSql(engine, `SELECT * FROM read_text('${path()}')`)).rejects.toMatchObject({
      code: 'execution_failed',
    })
  })

  it.each([
    `COPY (SELECT 1) TO '${join(store, 'out.csv')}'`,
    `CREATE TABLE t AS SELECT '1' AS x`,
    `ATTACH ':memory:' AS other`,
    `SET threads = 1`,
    `CALL enable_logging()`,
    `PRAGMA version`,
    `EXPLAIN SELECT '1'`,
    `INSTALL httpfs`,
    `SELECT '1'; SELECT '2'`,
    `SELECT '1' UNION ALL SELECT NULL; DROP TABLE t`,
  ])('is one SELECT, not %s', async (sql) => {
    await expect(engine.execute({ sql, columns: [] }, execution())).rejects.toMatchObject({ code: 'execution_failed' })
    expect(existsSync(join(store, 'out.csv'))).toBe(false)
  })

  it('does not see what other processes know: the environment is not passed on', async () => {
    await expect(runSql(engine, `SELECT getenv('HOME') AS home`)).rejects.toMatchObject({ code: 'execution_failed' })
  })
})

describe('the self-test', () => {
  it('finds the holes of a database that nobody locked', async () => {
    const connection = await (await DuckDBInstance.create(':memory:')).connect()
    expect(await findHole(connection, join(root, 'outside'))).toContain('read_text')
    connection.disconnectSync()
  })

  it('refuses to start an engine that may read the whole machine', async () => {
    const open = createDuckdbEngine({ processes: 1, memoryMb: 256, readable: ['/'], temporary })
    await expect(open.ready()).rejects.toThrow('the query database is not closed')
    await expect(runSql(open, 'SELECT 1 AS a')).rejects.toMatchObject({ code: 'execution_failed' })
    await open.close()
  })
})
