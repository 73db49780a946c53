/** The composition root: settings become services; the only file that knows which engine is running. */
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { clickhouseClient } from './backends/clickhouse/client.ts'
import { type Cluster, openCluster } from './backends/clickhouse/cluster.ts'
import { clickhouseTables } from './backends/clickhouse/database-tables.ts'
import { clickhouseDialect } from './backends/clickhouse/dialect.ts'
import { clickhouseEngine } from './backends/clickhouse/engine.ts'
import { duckdbDialect } from './backends/duckdb/dialect.ts'
import { createDuckdbEngine } from './backends/duckdb/engine.ts'
import { createWorkFolder, removeWorkFolder } from './backends/duckdb/work-folder.ts'
import { type Clock, fixedClock, systemClock } from './base/clock.ts'
import { KqlError } from './base/errors.ts'
import type { Config } from './config.ts'
import { attachTables } from './ingest/attached.ts'
import { eventHubOf, type KafkaOptions, type KafkaReader, readKafka } from './ingest/kafka.ts'
import type { Push, Pushed } from './ingest/push-protocol.ts'
import { openPushes, type Pushes } from './ingest/pushes.ts'
import { keptOf, readRetention } from './ingest/upkeep.ts'
import { createPlanner } from './kusto/planner.ts'
import { type Execution, embeddedExecution } from './query/execution.ts'
import { createExternalData } from './query/external-data.ts'
import { hybridExecution } from './query/hybrid-execution.ts'
import { openQueryLog, type QueryLog } from './query/query-log.ts'
import type { QueryService } from './query/query-service.ts'
import { readRegions } from './query/regions.ts'
import { createQueryService, type QueryParts } from './query/service.ts'
import { scrub } from './store/scrub.ts'
import type { Snapshot } from './store/snapshot.ts'
import { openStore } from './store/store.ts'
import { parseDatetime, UNIX_EPOCH_TICKS } from './types/datetime.ts'
import { parseTimespan, TICKS_PER_DAY } from './types/timespan.ts'

export interface Services {
  readonly config: Config
  readonly clock: Clock
  readonly query: QueryService
  readonly queryLog: QueryLog
  /** Of the regions that have a store of their own, by name. */
  readonly regional: ReadonlyMap<string, QueryService>
  /** Takes records that are sent to the server, for the store of a region. As Pushes has it. */
  push(region: string, push: Push): Promise<Pushed>
  /** Begins to read what the settings name of Kafka, until the services are closed. */
  readQueues(): void
  close(): Promise<void>
}

/** Bodies of full size that may wait to be written. */
const WAITING_PUSHES = 4

/** @throws KqlError bad_setting, store_damaged */
export async function createServices(
  config: Config,
  // Tests alone: leave out the rewrites that save work, and send ClickHouse what reads no table too.
  { optimise = true, constants = false } = {},
): Promise<Services> {
  const clock = clockOf(config.now)
  const queryLog = openQueryLog(join(resolve(config.store), 'query-log'), {
    detail: config.queryLog,
    days: config.queryLogDays,
  })
  const regions = [...readRegions(config.regions)]
  if (regions.length > 0 && config.engine === 'clickhouse')
    throw new KqlError('bad_setting', {
      name: 'regions',
      why: 'a database of ClickHouse holds one region; run a server for each',
    })
  const queue = queueOf(config)
  const query = queryServiceOf(config, { clock, queryLog, optimise, constants })
  const regional = new Map(
    regions.map(([name, store]) => [
      name,
      // What is attached belongs to the first store: another region must not see it.
      queryServiceOf({ ...config, store, attach: '' }, { clock, queryLog, optimise, constants }),
    ]),
  )
  const pushesOf = (store: string): Pushes =>
    openPushes({
      store: resolve(store),
      retention: config.retention,
      waitingBytes: config.pushBytes * WAITING_PUSHES,
      complain: (failure) => console.error(`harrier: a push failed: ${failure}`),
    })
  const pushes = pushesOf(config.store)
  let reader: KafkaReader | undefined
  const regionalPushes = new Map(regions.map(([name, store]) => [name, pushesOf(store)]))
  return {
    config,
    clock,
    query,
    queryLog,
    regional,
    push: (region, push) => (regionalPushes.get(region) ?? pushes).push(push),
    readQueues() {
      if (queue) reader ??= readKafka(queue, pushes.push)
    },
    async close() {
      await reader?.close()
      const all = [pushes, ...regionalPushes.values(), query, ...regional.values()]
      await Promise.all(all.map((s) => s.close()))
    },
  }
}

/** @throws KqlError bad_setting */
function queueOf(config: Config): KafkaOptions | undefined {
  const listed = (text: string) => text.split(/[,\s]+/).filter((part) => part !== '')
  const brokers = listed(config.kafka)
  if (brokers.length === 0 && config.eventHub === '') return undefined
  const named = listed(config.kafkaTopics)
  const where =
    config.eventHub === ''
      ? { brokers, topics: named, tls: config.kafkaTls, user: config.kafkaUser, password: config.kafkaPassword }
      : eventHubOf(config.eventHub)
  const topics = named.length > 0 ? named : where.topics
  if (topics.length === 0)
    throw new KqlError('bad_setting', { name: 'kafkaTopics', why: 'it names the topics to read' })
  const { user, ...rest } = where
  return {
    ...rest,
    topics,
    group: config.kafkaGroup,
    ...(user && { user }),
    ...(config.kafkaTable && { table: config.kafkaTable }),
    complain: (failure) => console.error(`harrier: ${failure}`),
  }
}

interface Common {
  readonly clock: Clock
  readonly queryLog: QueryLog
  readonly optimise: boolean
  readonly constants: boolean
}

function queryServiceOf(config: Config, common: Common): QueryService {
  const { clock, queryLog, optimise } = common
  const folder = resolve(config.store)
  const debug = process.env.HARRIER_DEBUG_SQL ? (event: unknown) => console.error(event) : undefined
  const attached = attachTables(config.attach, (what) => console.error(`harrier: attached ${what}; it is left out`))
  // The log of all regions lies in the first one's store.
  const readable = [folder, queryLog.folder, ...attached.folders]
  const telemetry =
    config.engine === 'clickhouse' ? inClickhouse(config, readable, common, debug) : inStore(config, readable, debug)
  const planner = createPlanner({
    timeoutSeconds: config.parseTimeoutSeconds,
    threads: config.parsers,
    ...(debug && { log: debug }),
  })
  const lookback = lookbackOf(config.lookback)
  const service = createQueryService({
    planner,
    execution: telemetry.execution,
    clock,
    snapshot: async () => attached.over(await telemetry.snapshot()),
    ...(telemetry.recheck && { recheck: telemetry.recheck }),
    externalData: createExternalData(config.externalHosts),
    queryLog,
    optimise,
    limits: {
      rows: config.rowLimit,
      bytes: config.byteLimit,
      timeoutMs: config.timeoutSeconds * 1000,
      ...(lookback !== undefined && { lookback }),
    },
  })
  return {
    ...service,
    async close() {
      await service.close()
      telemetry.stop()
    },
  }
}

/** Where telemetry lies, and what runs queries over it. */
interface Telemetry {
  readonly execution: Execution
  snapshot(): Promise<Snapshot>
  readonly recheck?: QueryParts['recheck']
  /** Once the queries have ended. */
  stop(): void
}

type Debug = ((event: unknown) => void) | undefined

const duckdb = (config: Config, readable: readonly string[], debug: Debug): Execution =>
  embeddedExecution(
    createDuckdbEngine({
      processes: config.queryProcesses,
      spare: config.spareProcesses,
      memoryMb: config.queryMemoryMb,
      readable,
      ...(debug && { log: debug }),
    }),
    duckdbDialect,
  )

function inStore(config: Config, readable: readonly string[], debug: Debug): Telemetry {
  const folder = resolve(config.store)
  const store = openStore(folder)
  const complain = (found: readonly string[]) => {
    for (const what of found) console.error(`harrier: ${folder}: ${what}; it is left out`)
    return found.length > 0
  }
  complain(store.damage())
  const scrubbing = scrub(store, complain)
  return {
    execution: duckdb(config, readable, debug),
    snapshot: async () => store.snapshot(),
    recheck: async (paths) => complain(await store.verify(paths)),
    stop: () => scrubbing.stop(),
  }
}

function inClickhouse(config: Config, readable: readonly string[], { constants }: Common, debug: Debug): Telemetry {
  const client = clickhouseClient(config)
  const database = config.clickhouseDatabase
  // Beside the folders of the query processes, which may not read one another's.
  const folder = createWorkFolder(tmpdir())
  const local = duckdb(config, [...readable, folder], debug)
  const tables = clickhouseTables(client, database, config.clickhouseTables)
  return {
    execution: hybridExecution({
      local,
      remote: clickhouseEngine({ client, memoryMb: config.queryMemoryMb, ...(debug && { log: debug }) }),
      dialects: {
        assuming: clickhouseDialect({ database, assuming: true }),
        strict: clickhouseDialect({ database, assuming: false }),
      },
      folder,
      bounds: { rows: config.partRows, bytes: config.partMb * 1024 * 1024 },
      ...(constants && { constants: true }),
      ...(debug && { log: debug }),
    }),
    snapshot: () => tables.snapshot(),
    stop: () => removeWorkFolder(folder),
  }
}

/** The writing side of the database that the settings name. @throws KqlError bad_setting */
export function clusterOf(config: Config): Cluster {
  const kept = readRetention(config.retention)
  const days = (table: string): number => Number((keptOf(kept, table) ?? 0n) / TICKS_PER_DAY)
  return openCluster(clickhouseClient(config), {
    database: config.clickhouseDatabase,
    cluster: config.clickhouseCluster,
    retentionDays: days,
  })
}

/** The clock that the setting `now` asks for. @throws KqlError bad_setting */
export function clockOf(now: string): Clock {
  if (now === '') return systemClock
  const ticks = parseDatetime(now)
  if (ticks === null)
    throw new KqlError('bad_setting', { name: 'now', why: `'${now}' is not a time such as 2024-05-01T00:00:00Z` })
  return fixedClock(Number((ticks - UNIX_EPOCH_TICKS) / 10_000n))
}

/** Ticks, or undefined for no limit. */
function lookbackOf(text: string): bigint | undefined {
  if (text === 'unlimited') return undefined
  const ticks = parseTimespan(text)
  if (ticks === null || ticks <= 0n)
    throw new KqlError('bad_setting', {
      name: 'lookback',
      why: `'${text}' is neither unlimited nor a timespan such as 30d`,
    })
  return ticks
}
