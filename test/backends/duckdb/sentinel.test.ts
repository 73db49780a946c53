import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { drain, readRows } from '../../../src/backends/duckdb/sentinel.ts'

let connection: DuckDBConnection
beforeAll(async () => {
  connection = await (await DuckDBInstance.create(':memory:', { threads: '2' })).connect()
})
afterAll(() => connection.disconnectSync())

const stream = async (select: string) => await (await connection.prepare(`${select} UNION ALL SELECT NULL`)).stream()
const rows = 300_000
const many = `SELECT encode(i::VARCHAR) FROM range(${rows}) r(i)`

describe('a streamed result', () => {
  it('is whole when its sentinel came', async () => {
    expect(
      await readRows(
        await stream(many),
        () => true,
        () => false,
      ),
    ).toEqual({ ending: 'whole', rows })
  })

  it.each([1, 2048, 10_000, 100_000, 250_000])('is cut when it was interrupted at row %i', async (at) => {
    const result = await stream(many)
    let seen = 0
    const accept = (): boolean => {
      if (++seen === at) connection.interrupt()
      return true
    }
    const { ending, rows: read } = await readRows(result, accept, () => false)
    // The engine may have been done already; then the rows are complete.
    expect([ending, ending === 'whole' ? read : rows]).toEqual([ending === 'whole' ? 'whole' : 'cut', rows])
  })

  it('is cut when an error came late', async () => {
    const failing = `SELECT encode(CASE WHEN i = 250000 THEN error('x') ELSE i::VARCHAR END) FROM range(${rows}) r(i)`
    expect(
      (
        await readRows(
          await stream(failing),
          () => true,
          () => false,
        )
      ).ending,
    ).toBe('cut')
  })

  it('is left when a row is refused, and can be drained', async () => {
    const result = await stream(many)
    expect(
      await readRows(
        result,
        () => false,
        () => false,
      ),
    ).toEqual({ ending: 'refused', rows: 0 })
    connection.interrupt()
    await drain(result)
    expect(
      await readRows(
        await stream("SELECT '1'"),
        () => true,
        () => false,
      ),
    ).toEqual({ ending: 'whole', rows: 1 })
  })

  it('is left when somebody says stop', async () => {
    const { ending } = await readRows(
      await stream(many),
      () => true,
      () => true,
    )
    expect(ending).toBe('stopped')
  })
})
