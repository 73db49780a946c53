/** The writing side of ClickHouse: makes the tables, and takes over the segments of a store, each once. */
import { createReadStream } from 'node:fs'
import { basename } from 'node:path'
import type { ClickHouseClient } from '@clickhouse/client'
import type { Table } from '../../catalog/catalog.ts'
import type { Segment, SegmentColumn } from '../../store/snapshot.ts'
import { UNIX_EPOCH_TICKS } from '../../types/datetime.ts'
import type { KqlType } from '../../types/kql-type.ts'
import { identifier, TYPES, textLiteral } from './dialect.ts'
import { alterStatements, createStatements, type PresentColumn, type SchemaOptions } from './schema.ts'

export interface Cluster {
  /** Makes the database and the tables that are not there, and gives those that are what they lack. */
  init(tables: Iterable<Table>): Promise<void>
  /** Names of the segments that were taken over, by any store. */
  sent(): Promise<ReadonlySet<string>>
  /** Takes over one; after a crash in the middle it may be sent again. */
  send(table: Table, segment: Segment): Promise<void>
  close(): Promise<void>
}

/** Names of the segments taken over. It lies beside the rows, so that a database restored from a backup knows which it has. */
const SENT = '$segments'

/** How columns lie in a store's Parquet files. */
const IN_FILE: Record<KqlType, string> = { ...TYPES, datetime: 'Nullable(DateTime64(9))' }

export function openCluster(client: ClickHouseClient, options: SchemaOptions): Cluster {
  const database = identifier(options.database).text
  const command = async (query: string) => {
    await client.command({ query, clickhouse_settings: { wait_end_of_query: 1 } })
  }
  const onCluster = options.cluster === '' ? '' : ` ON CLUSTER ${identifier(options.cluster).text}`
  const engine =
    options.cluster === ''
      ? 'ReplacingMergeTree'
      : `ReplicatedReplacingMergeTree('/clickhouse/tables/${options.database}/segments', '{shard}-{replica}')`
  return {
    async init(given) {
      const tables = [...given]
      for (const statement of createStatements(tables, options)) await command(statement)
      const answer = await client.query({
        query: 'SELECT table, name, comment FROM system.columns WHERE database = {database:String}',
        query_params: { database: options.database },
        format: 'JSONEachRow',
      })
      const present = await answer.json<PresentColumn>()
      for (const statement of alterStatements(tables, present, options)) await command(statement)
      await command(
        `CREATE TABLE IF NOT EXISTS ${database}.${identifier(SENT).text}${onCluster} (segment String, at DateTime DEFAULT now()) ENGINE = ${engine} ORDER BY segment`,
      )
    },
    async sent() {
      const answer = await client.query({
        query: `SELECT segment FROM ${database}.${identifier(SENT).text}`,
        format: 'JSONEachRow',
      })
      return new Set((await answer.json<{ segment: string }>()).map((r) => r.segment))
    },
    async send(table, segment) {
      const name = basename(segment.path)
      const structure = segment.columns
        .map((c) => `${identifier(inFile(c)).text} ${c.storedAs === 'ticks' ? 'Nullable(Int64)' : IN_FILE[c.type]}`)
        .join(', ')
      const columns = segment.columns.map((c) => identifier(c.name).text).join(', ')
      const { stream } = await client.exec({
        query: `INSERT INTO ${database}.${identifier(table.name).text} (${columns}) SELECT ${segment.columns.map(readAs).join(', ')} FROM input(${textLiteral(structure).text}) FORMAT Parquet`,
        values: createReadStream(segment.path),
        clickhouse_settings: {
          // The same segment again is the same block again: it adds nothing.
          insert_deduplication_token: name,
          max_insert_block_size: '2000000',
          min_insert_block_size_rows: '2000000',
          async_insert: 0,
          distributed_foreground_insert: 1,
          wait_end_of_query: 1,
        },
      })
      // Its end is when the rows are there.
      for await (const _ of stream);
      await command(`INSERT INTO ${database}.${identifier(SENT).text} (segment) VALUES (${textLiteral(name).text})`)
    },
    close: () => client.close(),
  }
}

const inFile = (c: SegmentColumn): string => c.stored ?? c.name

function readAs(c: SegmentColumn): string {
  const name = identifier(inFile(c)).text
  if (c.type !== 'datetime' || c.storedAs === 'ticks') return name
  return `intDiv(toUnixTimestamp64Nano(${name}), 100) + ${UNIX_EPOCH_TICKS}`
}
