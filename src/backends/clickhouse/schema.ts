/**
 * The tables that `harrier clickhouse init` makes: ordered for hunting, in partitions of a month, with their retention. Values lie in them
 * as in a query; times as ticks, because DateTime64 ends at 1900 and 2299 and Windows has times of 1601.
 */
import type { Table } from '../../catalog/catalog.ts'
import { GROUP_COLUMN, INGESTED_COLUMN } from '../../store/snapshot.ts'
import { LOCAL_SUFFIX } from './database-tables.ts'
import { identifier, TYPES, textLiteral } from './dialect.ts'

export interface SchemaOptions {
  readonly database: string
  /** The name of a cluster in the servers' configuration; empty = one node. */
  readonly cluster: string
  /** Days that rows are kept, by whole partitions where all of it is older; 0 = for ever. */
  readonly retentionDays: (table: string) => number
}

/** Texts of which a table holds some thousands at most, and that many hunts compare. */
const FEW =
  /(?:ActionType|FileName|FolderPath|AccountName|AccountDomain|DeviceName|DeviceId|CompanyName|ProductName|IntegrityLevel|TokenElevation|Protocol|IPType|Severity|Category|ServiceSource|DetectionSource|OSPlatform|MachineGroup|SignatureStatus|LogonType|Country|City)$/
/** Texts that are looked up by their whole value. */
const LOOKED_UP =
  /(?:SHA1|SHA256|MD5|IP|IPAddress|RemoteUrl|DeviceId|AccountSid|AccountObjectId|AccountUpn|NetworkMessageId|AlertId)$/
/** Texts in which terms are searched. */
const SEARCHED = /(?:CommandLine|FileName|FolderPath|RemoteUrl|RegistryKey|RegistryValueData|AdditionalFields|Subject)$/

const HOUR = 36_000_000_000

/** Statements in the order in which they are to run; each says nothing where its table is there. */
export function createStatements(tables: Iterable<Table>, options: SchemaOptions): string[] {
  const { database, cluster } = options
  const onCluster = cluster === '' ? '' : ` ON CLUSTER ${identifier(cluster).text}`
  const statements = [`CREATE DATABASE IF NOT EXISTS ${identifier(database).text}${onCluster}`]
  for (const table of tables) {
    const name = (suffix: string) => `${identifier(database).text}.${identifier(`${table.name}${suffix}`).text}`
    const own = cluster === '' ? name('') : name(LOCAL_SUFFIX)
    const engine =
      cluster === ''
        ? 'MergeTree'
        : `ReplicatedMergeTree('/clickhouse/tables/{shard}/${database}/${table.name}', '{replica}')`
    statements.push(
      `CREATE TABLE IF NOT EXISTS ${own}${onCluster} (\n  ${[...columnsOf(table), ...indexesOf(table)].join(',\n  ')}\n) ENGINE = ${engine}${placeOf(table, options)}`,
    )
    if (cluster !== '')
      statements.push(
        // Rows of a device lie on one shard, so that most joins and groups stay there.
        `CREATE TABLE IF NOT EXISTS ${name('')}${onCluster} AS ${own} ENGINE = Distributed(${identifier(cluster).text}, ${identifier(database).text}, ${identifier(`${table.name}${LOCAL_SUFFIX}`).text}, ${table.perDevice ? 'cityHash64(`DeviceId`)' : 'rand()'})`,
      )
  }
  return statements
}

/** A column of a table that is there, as system.columns has it. */
export interface PresentColumn {
  readonly table: string
  readonly name: string
  readonly comment: string
}

/** Gives tables that were made here before what their schema has gained since; those that others made stay as they are. */
export function alterStatements(
  tables: Iterable<Table>,
  present: readonly PresentColumn[],
  options: SchemaOptions,
): string[] {
  const { database, cluster } = options
  const onCluster = cluster === '' ? '' : ` ON CLUSTER ${identifier(cluster).text}`
  const comments = new Map(present.map((c) => [`${c.table}.${c.name}`, c.comment]))
  const statements: string[] = []
  for (const table of tables) {
    // The rows first, then what distributes them.
    for (const name of cluster === '' ? [table.name] : [`${table.name}${LOCAL_SUFFIX}`, table.name]) {
      if (comments.get(`${name}.${INGESTED_COLUMN}`) !== 'kql:datetime') continue
      const changes = table.columns.flatMap((column, i) => {
        const comment = comments.get(`${name}.${column.name}`)
        if (comment === `kql:${column.type}`) return []
        if (comment === undefined) return [`ADD COLUMN IF NOT EXISTS ${columnsOf(table)[i]}`]
        // Text is never null; what was null becomes the default.
        return [`MODIFY COLUMN ${columnsOf(table, column.type === 'string' ? " DEFAULT ''" : '')[i]}`]
      })
      if (changes.length > 0)
        statements.push(
          `ALTER TABLE ${identifier(database).text}.${identifier(name).text}${onCluster} ${changes.join(', ')}`,
        )
    }
  }
  return statements
}

function columnsOf(table: Table, whenNull = ''): string[] {
  const own = [
    ...table.columns,
    { name: GROUP_COLUMN, type: 'string' as const },
    { name: INGESTED_COLUMN, type: 'datetime' as const },
  ]
  return own.map(({ name, type }) => {
    const stored = type === 'string' && FEW.test(name) ? 'LowCardinality(String)' : TYPES[type]
    const codec =
      name === table.time ? ' CODEC(Delta, ZSTD)' : type === 'datetime' ? ' CODEC(DoubleDelta, ZSTD)' : ' CODEC(ZSTD)'
    return `${identifier(name).text} ${stored}${whenNull} COMMENT ${textLiteral(`kql:${type}`).text}${codec}`
  })
}

function indexesOf(table: Table): string[] {
  const texts = table.columns.filter((c) => c.type === 'string')
  const index = (kind: string, name: string, of: string, type: string): string =>
    `INDEX ${identifier(`${kind} ${name}`).text} ${of} TYPE ${type}`
  const named = (pattern: RegExp) =>
    texts.filter((c) => pattern.test(c.name)).map((c) => ({ name: c.name, column: identifier(c.name).text }))
  return [
    ...named(LOOKED_UP).map(({ name, column }) => index('value', name, column, 'bloom_filter(0.01)')),
    // What `has` asks of texts of ASCII, and which parts of a table have others. One of n-grams beside them, for `contains`, would
    // undo them: of indexes on the same expression the weakest counts in a disjunction (measured).
    ...named(SEARCHED).flatMap(({ name, column }) => [
      index('terms', name, `lower(${column})`, 'tokenbf_v1(32768, 3, 0)'),
      index('ascii', name, `isValidASCII(${column})`, 'minmax'),
    ]),
  ]
}

function placeOf(table: Table, { retentionDays }: SchemaOptions): string {
  const days = retentionDays(table.name)
  const device = table.perDevice ? ', `DeviceId`' : ''
  const settings = ' SETTINGS allow_nullable_key = 1, non_replicated_deduplication_window = 1000'
  if (!table.time) return ` ORDER BY (${device === '' ? 'tuple()' : '`DeviceId`'})${settings}`
  const time = identifier(table.time).text
  const seconds = `toDateTime(greatest(intDiv(coalesce(${time}, 0), 10000000) - 62135596800, 0))`
  const ttl = days > 0 ? ` TTL ${seconds} + toIntervalDay(${days})` : ''
  return ` PARTITION BY toYYYYMM(${seconds}) ORDER BY (intDiv(${time}, ${HOUR})${device}, ${time})${ttl}${settings}`
}
