/** Proves, before a query process takes queries, that its database lets none of them out to files, network or settings. */
import type { DuckDBConnection } from '@duckdb/node-api'
import { textLiteral } from '../../sql/sql.ts'

/** What DuckDB says when it is its lock that refuses, not for example a file that happens to be missing. */
const REFUSAL = /^Permission Error|the configuration has been locked/

/**
 * @param outside a path that queries must not reach, in a folder that exists; nothing needs to be there
 * @returns the first statement that was not refused, and what came of it; undefined when all is well
 */
export async function findHole(connection: DuckDBConnection, outside: string): Promise<string | undefined> {
  for (const sql of attempts(outside)) {
    const outcome = await connection.run(sql).then(
      () => 'was allowed',
      (error: Error) => (REFUSAL.test(error.message) ? undefined : `failed otherwise: ${error.message}`),
    )
    if (outcome) return `${sql} ${outcome}`
  }
  return undefined
}

function attempts(outside: string): readonly string[] {
  const existing = textLiteral(process.execPath).text
  const absent = textLiteral(outside).text
  return [
    `SELECT * FROM read_text(${existing})`,
    `SELECT * FROM read_blob(${existing})`,
    `SELECT * FROM read_csv(${existing})`,
    `SELECT * FROM read_json(${existing})`,
    `SELECT * FROM read_parquet(${existing})`,
    `SELECT * FROM sniff_csv(${existing})`,
    `SELECT * FROM glob(${existing})`,
    `SELECT * FROM ${textLiteral(`${outside}.csv`).text}`,
    `SELECT * FROM read_text('/etc/passwd')`,
    `SELECT * FROM read_csv('http://127.0.0.1:9/a.csv')`,
    `SELECT * FROM read_parquet('s3://bucket/a.parquet')`,
    `COPY (SELECT 1) TO ${absent}`,
    `EXPORT DATABASE ${absent}`,
    `ATTACH ${absent}`,
    `ATTACH ${absent} AS other (READ_ONLY)`,
    `INSTALL httpfs`,
    `LOAD httpfs`,
    `LOAD ${absent}`,
    `SET enable_external_access = true`,
    `SET allowed_directories = ['/']`,
    `SET memory_limit = '1TB'`,
    `SET lock_configuration = false`,
    `RESET lock_configuration`,
    `PRAGMA threads = 64`,
  ]
}
