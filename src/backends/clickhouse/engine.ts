/** ClickHouse over its official client: parts of plans become Parquet files, and a database's tables a snapshot. */
import { randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type ClickHouseClient, ClickHouseError, type ClickHouseSettings } from '@clickhouse/client'
import { KqlError } from '../../base/errors.ts'
import { AssumptionFailed, type FetchOptions, type RemoteEngine, StatementRefused } from '../backend.ts'
import { ASSUMPTION } from './dialect.ts'

export interface ClickhouseEngineOptions {
  readonly client: ClickHouseClient
  /** Of one query. */
  readonly memoryMb: number
  /** A debug log. Its `detail` can quote rows, and never belongs into an answer. */
  readonly log?: (event: { readonly detail: string }) => void
}

/** What every query needs so that SQL means the same on every server. */
const MEANING: ClickHouseSettings = {
  join_use_nulls: 1,
  prefer_column_name_to_alias: 1,
  transform_null_in: 0,
  cast_keep_nullable: 0,
  aggregate_functions_null_for_empty: 0,
  data_type_default_nullable: 0,
  union_default_mode: 'ALL',
  output_format_json_escape_forward_slashes: 0,
  output_format_json_quote_64bit_integers: 0,
  output_format_parquet_string_as_string: 1,
  output_format_parquet_compression_method: 'lz4',
  max_query_size: '67108864',
  max_ast_elements: '1000000',
  max_expanded_ast_elements: '5000000',
  distributed_product_mode: 'global',
}

const GONE = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH'])

export function clickhouseEngine({ client, memoryMb, log }: ClickhouseEngineOptions): RemoteEngine {
  const failure = (error: unknown, options: FetchOptions): unknown => {
    if (error instanceof KqlError) return error
    if (options.signal.aborted) return new KqlError('client_gone', {})
    log?.({ detail: error instanceof Error ? error.message : String(error) })
    const code = error instanceof ClickHouseError ? Number(error.code) : undefined
    switch (code) {
      case 395:
        if ((error as Error).message.includes(ASSUMPTION)) return new AssumptionFailed()
        return new StatementRefused()
      case 159:
      case 160:
      case 209:
        return new KqlError('query_timeout', {})
      case 241:
      case 307:
        return new KqlError('preempted', {})
      case 396:
        return tooLarge(options)
      case 202:
        return new KqlError('busy', { seconds: 10 })
      default:
        break
    }
    if (code !== undefined) return new StatementRefused()
    if (GONE.has(String((error as NodeJS.ErrnoException).code))) return new KqlError('engine_unreachable', {})
    return new KqlError('execution_failed', {})
  }

  return {
    async ready() {
      const { success } = await client.ping({ select: true })
      if (!success) throw new KqlError('engine_unreachable', {})
    },
    async fetch(sql, path, options) {
      const query_id = randomUUID()
      let bytes = 0
      const counted = new Transform({
        transform(chunk: Buffer, _encoding, done) {
          bytes += chunk.length
          done(bytes > options.bytes ? tooLarge(options) : null, chunk)
        },
      })
      try {
        options.signal.throwIfAborted()
        const { stream } = await client.exec({
          query: `${sql} FORMAT Parquet`,
          query_id,
          abort_signal: options.signal,
          clickhouse_settings: {
            ...MEANING,
            max_execution_time: Math.ceil(options.timeoutMs / 1000),
            max_memory_usage: String(memoryMb * 1024 * 1024),
            max_result_rows: String(options.rows),
            result_overflow_mode: 'throw',
          },
        })
        await pipeline(stream, counted, createWriteStream(path, { mode: 0o600 }), { signal: options.signal })
      } catch (error) {
        // The connection's end does not end the query on every server.
        if (options.signal.aborted || bytes > 0)
          client.command({ query: `KILL QUERY WHERE query_id = '${query_id}' ASYNC` }).catch(() => {})
        throw failure(error, options)
      }
    },
    close: () => client.close(),
  }
}

const tooLarge = ({ because, rows, bytes }: FetchOptions): KqlError =>
  because === undefined
    ? new KqlError('result_too_large', {})
    : new KqlError('part_too_large', { because, rows, megabytes: Math.round(bytes / 1048576) })
