/** Opens the database of a query process: in memory, complete, locked, and proven to be so. */
import { availableParallelism } from 'node:os'
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import type { NativeScalar } from '../../functions/define.ts'
import { textLiteral } from '../../sql/sql.ts'
import { registerNatives } from './natives.ts'
import { prelude } from './prelude.ts'
import type { StartRequest } from './protocol.ts'
import { findHole } from './self-test.ts'

/** What may lie in the temporary folder, as a multiple of the memory limit. */
const SPILL_FACTOR = 4

/** @throws Error when a statement that must be refused is not; its message names the statement */
export async function openDatabase(
  options: Omit<StartRequest, 'kind'>,
  natives: Readonly<Record<string, NativeScalar>>,
): Promise<DuckDBInstance> {
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(availableParallelism()),
    memory_limit: `${options.memoryMb}MB`,
    temp_directory: options.temporary,
    max_temp_directory_size: `${options.memoryMb * SPILL_FACTOR}MB`,
    preserve_insertion_order: 'true',
    autoload_known_extensions: 'false',
    autoinstall_known_extensions: 'false',
    allow_community_extensions: 'false',
  })
  const connection = await instance.connect()
  registerNatives(connection, natives)
  for (const statement of prelude) await connection.run(statement)
  await lock(connection, options.readable)
  const hole = await findHole(connection, `${options.temporary}.outside`)
  if (hole) throw new Error(`the query database is not closed: ${hole}`)
  connection.disconnectSync()
  return instance
}

/** Not one of these can be undone by a later statement. The temporary folder needs no leave of its own (measured). */
async function lock(connection: DuckDBConnection, readable: readonly string[]): Promise<void> {
  const folders = readable.map((folder) => textLiteral(folder).text)
  await connection.run(`SET GLOBAL TimeZone = 'UTC'`)
  await connection.run(`SET GLOBAL allowed_directories = [${folders.join(', ')}]`)
  await connection.run('SET GLOBAL enable_external_access = false')
  await connection.run('SET GLOBAL lock_configuration = true')
}
