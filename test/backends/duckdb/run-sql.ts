/** Runs plain SELECTs on an engine, for tests. */
import { text } from 'node:stream/consumers'
import type { Answer, Engine, ExecuteOptions, Statement } from '../../../src/backends/backend.ts'

/** A statement whose rows are the values of the SELECT's only column, which are JSON texts. */
export const jsonRows = (select: string): Statement => ({
  sql: `SELECT encode(x::VARCHAR) FROM (${select}) t(x) UNION ALL SELECT NULL`,
  columns: [],
})

export const execution = (options: Partial<ExecuteOptions> = {}): ExecuteOptions => ({
  signal: new AbortController().signal,
  timeoutMs: 60_000,
  byteLimit: 1024 * 1024 * 1024,
  ...options,
})

export const rowsOf = async (answer: Answer): Promise<unknown[]> => JSON.parse(`[${await text(answer.stream())}]`)

/** The rows of any SELECT, as objects by column name. */
export async function runSql(engine: Engine, select: string, options?: Partial<ExecuteOptions>): Promise<unknown[]> {
  return await rowsOf(await engine.execute(jsonRows(`SELECT to_json(q) FROM (${select}) q`), execution(options)))
}
