/** The composition root: settings become services; the only file that knows which engine is running. */
import { join, resolve } from 'node:path'
import { duckdbDialect } from './backends/duckdb/dialect.ts'
import { createDuckdbEngine } from './backends/duckdb/engine.ts'
import { type Clock, fixedClock, systemClock } from './base/clock.ts'
import { KqlError } from './base/errors.ts'
import type { Config } from './config.ts'
import { attachTables } from './ingest/attached.ts'
import type { Push, Pushed } from './ingest/push-protocol.ts'
import { openPushes, type Pushes } from './ingest/pushes.ts'
import { createPlanner } from './kusto/planner.ts'
import { createExternalData } from './query/external-data.ts'
import { openQueryLog, type QueryLog } from './query/query-log.ts'
import type { QueryService } from './query/query-service.ts'
import { readRegions } from './query/regions.ts'
import { createQueryService } from './query/service.ts'
import { scrub } from './store/scrub.ts'
import { openStore } from './store/store.ts'
import { parseDatetime, UNIX_EPOCH_TICKS } from './types/datetime.ts'
import { parseTimespan } from './types/timespan.ts'

export interface Services {
  readonly config: Config
  readonly clock: Clock
  readonly query: QueryService
  readonly queryLog: QueryLog
  /** Of the regions that have a store of their own, by name. */
  readonly regional: ReadonlyMap<string, QueryService>
  /** Takes records that are sent to the server, for the store of a region. As Pushes has it. */
  push(region: string, push: Push): Promise<Pushed>
  close(): Promise<void>
}

/** Bodies of full size that may wait to be written. */
const WAITING_PUSHES = 4

/** @throws KqlError bad_setting, store_damaged */
export async function createServices(config: Config, { optimise = true } = {}): Promise<Services> {
  const clock = clockOf(config.now)
  const queryLog = openQueryLog(join(resolve(config.store), 'query-log'), {
    detail: config.queryLog,
    days: config.queryLogDays,
  })
  const regions = [...readRegions(config.regions)]
  const query = queryServiceOf(config, { clock, queryLog, optimise })
  const regional = new Map(
    regions.map(([name, store]) => [
      name,
      // What is attached belongs to the first store: another region must not see it.
      queryServiceOf({ ...config, store, attach: '' }, { clock, queryLog, optimise }),
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
  const regionalPushes = new Map(regions.map(([name, store]) => [name, pushesOf(store)]))
  return {
    config,
    clock,
    query,
    queryLog,
    regional,
    push: (region, push) => (regionalPushes.get(region) ?? pushes).push(push),
    async close() {
      const all = [pushes, ...regionalPushes.values(), query, ...regional.values()]
      await Promise.all(all.map((s) => s.close()))
    },
  }
}

interface Common {
  readonly clock: Clock
  readonly queryLog: QueryLog
  readonly optimise: boolean
}

function queryServiceOf(config: Config, { clock, queryLog, optimise }: Common): QueryService {
  const folder = resolve(config.store)
  const store = openStore(folder)
  const complain = (found: readonly string[]) => {
    for (const what of found) console.error(`harrier: ${folder}: ${what}; it is left out`)
    return found.length > 0
  }
  complain(store.damage())
  const scrubbing = scrub(store, complain)
  const attached = attachTables(config.attach, (what) => console.error(`harrier: attached ${what}; it is left out`))
  const debug = process.env.HARRIER_DEBUG_SQL ? (event: unknown) => console.error(event) : undefined
  const engine = createDuckdbEngine({
    processes: config.queryProcesses,
    spare: config.spareProcesses,
    memoryMb: config.queryMemoryMb,
    // The log of all regions lies in the first one's store.
    readable: [folder, queryLog.folder, ...attached.folders],
    ...(debug && { log: debug }),
  })
  const planner = createPlanner({ timeoutSeconds: config.parseTimeoutSeconds, ...(debug && { log: debug }) })
  const lookback = lookbackOf(config.lookback)
  const service = createQueryService({
    planner,
    engine,
    dialect: duckdbDialect,
    clock,
    snapshot: async () => attached.over(store.snapshot()),
    recheck: async (paths) => complain(await store.verify(paths)),
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
      scrubbing.stop()
      await service.close()
    },
  }
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
