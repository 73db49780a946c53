/** The tables of a ClickHouse database as a snapshot: which exist, with which columns of which types. */
import type { ClickHouseClient } from '@clickhouse/client'
import { KqlError } from '../../base/errors.ts'
import { catalogOf, table } from '../../catalog/catalog.ts'
import type { Segment, SegmentColumn, Snapshot } from '../../store/snapshot.ts'
import type { KqlType } from '../../types/kql-type.ts'

export interface ClickhouseTables {
  /** As it was seen at most some seconds ago. @throws KqlError engine_unreachable */
  snapshot(): Promise<Snapshot>
}

const LOOK_MS = 5000

/** @param mapping the setting clickhouseTables @throws KqlError bad_setting */
export function clickhouseTables(client: ClickHouseClient, database: string, mapping: string): ClickhouseTables {
  const mapped = readMapping(mapping)
  let current: { readonly at: number; readonly snapshot: Snapshot; readonly text: string } | undefined
  let looking: Promise<Snapshot> | undefined

  const look = async (): Promise<Snapshot> => {
    const segments = await readTables(client, database, mapped).catch(() => {
      throw new KqlError('engine_unreachable', {})
    })
    const text = JSON.stringify([...segments])
    const version = current === undefined ? 1 : current.snapshot.version + (current.text === text ? 0 : 1)
    const snapshot = snapshotOf(segments, version)
    current = { at: performance.now(), snapshot, text }
    return snapshot
  }
  return {
    async snapshot() {
      if (current && performance.now() - current.at < LOOK_MS) return current.snapshot
      looking ??= look().finally(() => {
        looking = undefined
      })
      return await looking
    },
  }
}

function readMapping(mapping: string): ReadonlyMap<string, string> {
  const pairs = mapping
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part): [string, string] => {
      const [, name, stored] = /^(\w+)\s*=\s*(\S+)$/.exec(part) ?? []
      if (!name || !stored)
        throw new KqlError('bad_setting', { name: 'clickhouseTables', why: `'${part}' is not TABLE=NAME` })
      return [name, stored]
    })
  return new Map(pairs)
}

function snapshotOf(segments: ReadonlyMap<string, Segment>, version: number): Snapshot {
  const { tables } = catalogOf()
  const custom = [...segments]
    .filter(([name]) => !tables.has(name))
    .map(([name, { columns }]) => {
      const own = columns.filter((c) => !/[,:$]/.test(c.name)).map((c) => `${c.name}:${c.type}`)
      return table(name, own.join(', '))
    })
  return {
    version,
    custom,
    segments: (name) => {
      const segment = segments.get(name)
      return segment ? [segment] : []
    },
    leftOut: () => 0,
  }
}

/** A column's comment says its KQL type where ClickHouse has none of its own: `harrier clickhouse init` writes it. */
const SAID = /^kql:(\w+)$/

async function readTables(
  client: ClickHouseClient,
  database: string,
  mapped: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, Segment>> {
  const ask = async <T>(query: string): Promise<T[]> => {
    const answer = await client.query({ query, format: 'JSONEachRow', query_params: { database } })
    return await answer.json<T>()
  }
  const [tables, columns] = await Promise.all([
    ask<{ name: string; rows: string | null; bytes: string | null }>(
      'SELECT name, toString(total_rows) AS rows, toString(total_bytes) AS bytes FROM system.tables WHERE database = {database:String} AND NOT is_temporary',
    ),
    ask<{ table: string; name: string; type: string; comment: string }>(
      'SELECT table, name, type, comment FROM system.columns WHERE database = {database:String} ORDER BY table, position',
    ),
  ])
  const hidden = new Set(mapped.values())
  const names = new Map([
    ...tables
      .filter((t) => !hidden.has(t.name) && !/^[.$]/.test(t.name) && !isLocalTable(t.name))
      .map((t): [string, string] => [t.name, t.name]),
    ...mapped,
  ])
  const segments = [...names].flatMap(([name, stored]): [string, Segment][] => {
    const table = tables.find((t) => t.name === stored)
    if (!table) return []
    const own = columns.filter((c) => c.table === stored).map(columnOf)
    return [
      [
        name,
        { path: stored, format: 'table', rows: Number(table.rows ?? 0), bytes: Number(table.bytes ?? 0), columns: own },
      ],
    ]
  })
  return new Map(segments)
}

/** Behind a Distributed table of each shard stands one of its own, which nobody asks for. */
export const LOCAL_SUFFIX = '_local'
const isLocalTable = (name: string): boolean => name.endsWith(LOCAL_SUFFIX)

function columnOf({ name, type, comment }: { name: string; type: string; comment: string }): SegmentColumn {
  const bare = type.replace(/^LowCardinality\((.*)\)$/, '$1').replace(/^Nullable\((.*)\)$/, '$1')
  const said = SAID.exec(comment)?.[1] as KqlType | undefined
  if (said)
    return {
      name,
      type: said,
      storedAs: said === 'datetime' && bare === 'Int64' ? 'ticks' : said === 'datetime' ? 'time' : 'native',
    }
  if (/^Date/.test(bare)) return { name, type: 'datetime', storedAs: 'time' }
  if (/^(?:JSON|Map|Array|Tuple|Nested|Dynamic|Variant)/.test(bare))
    return { name, type: 'dynamic', storedAs: 'nested' }
  if (bare === 'Bool') return { name, type: 'bool', storedAs: 'native' }
  if (/^U?Int(?:8|16|32)$|^Int64$/.test(bare)) return { name, type: 'long', storedAs: 'native' }
  if (/^Float/.test(bare)) return { name, type: 'real', storedAs: 'native' }
  return { name, type: 'string', storedAs: type === 'String' || type === 'LowCardinality(String)' ? 'native' : 'text' }
}
