/** The middle of Harrier: a query text becomes an answer. `run()` reads as the walk in ARCHITECTURE.md. */
import type { VisibleDevices } from '../access/device-groups.ts'
import { nameOf } from '../access/principal.ts'
import type { Answer, RowFormat } from '../backends/backend.ts'
import type { Clock } from '../base/clock.ts'
import { KqlError } from '../base/errors.ts'
import { catalogOf } from '../catalog/catalog.ts'
import { recentColumns } from '../catalog/recent-columns.ts'
import { type Workload, workloadOf } from '../catalog/workloads.ts'
import type { Planner } from '../kusto/planner.ts'
import type { CatalogView } from '../kusto/worker.ts'
import type { Plan, Query, Scan } from '../plan/nodes.ts'
import { printPlan } from '../plan/print.ts'
import { transform } from '../plan/walk.ts'
import { rowGroups } from '../store/row-groups.ts'
import { overlaps, type Segment, type Snapshot, spanOf } from '../store/snapshot.ts'
import { UNIX_EPOCH_TICKS } from '../types/datetime.ts'
import { createDeviceDirectory, DEVICES, type DeviceRow } from './device-directory.ts'
import type { Execution } from './execution.ts'
import type { ReadExternalData } from './external-data.ts'
import { planWithProbes } from './probes.ts'
import { QUERY_LOG, type QueryLog } from './query-log.ts'
import type { QueryAnswer, QueryRequest, QueryService, ScanAnalysis, TableInfo, TimeWindow } from './query-service.ts'
import { rewrite } from './rewrite.ts'

export interface QueryParts {
  readonly planner: Planner
  readonly execution: Execution
  readonly clock: Clock
  readonly snapshot: () => Promise<Snapshot>
  /** Reads segments (by path) of which one may be damaged; true when some are left out of the next snapshot. */
  readonly recheck?: (paths: ReadonlySet<string>) => Promise<boolean>
  readonly externalData: ReadExternalData
  readonly limits: {
    readonly rows: number
    readonly bytes: number
    readonly timeoutMs: number
    /** Ticks that queries see back from now; absent = unlimited. */
    readonly lookback?: bigint
  }
  readonly queryLog: QueryLog
  /** Only a test leaves out the rewrites that save work. */
  readonly optimise?: boolean
}

/** Milliseconds that the executions of one query share. */
interface Budget {
  left: number
  readonly bytes: number
}

/** Devices that the directory holds. */
const MAX_DEVICES = 1_000_000

interface Restricted {
  readonly snapshot: Snapshot
  readonly now: bigint
  readonly window: TimeWindow | undefined
  readonly devices?: VisibleDevices | undefined
  readonly caller: string
  readonly rows?: number
}

export function createQueryService(parts: QueryParts): QueryService {
  const { planner, execution, limits } = parts
  const directory = createDeviceDirectory(deviceRows)

  async function prepare(
    { text, principal, signal, window }: Omit<QueryRequest, 'format'>,
    budget: Budget,
  ): Promise<{ query: Query; plan: Plan; snapshot: Snapshot }> {
    const store = await parts.snapshot()
    // A table of the server's own is there for those who name it, or a search over all tables would read it.
    const named = principal.administrator === true && text.includes(QUERY_LOG.name)
    const snapshot = named ? parts.queryLog.over(store) : store
    const now = BigInt(parts.clock.now()) * 10_000n + UNIX_EPOCH_TICKS
    const scope = principal.rights?.devices
    const devices = scope && (await directory.visible(scope, snapshot.version))
    const restricted = async (plan: Plan) =>
      rewritten(await parts.externalData(plan, signal), { snapshot, now, window, devices, caller: nameOf(principal) })
    const query = await planWithProbes({
      plan: (schemas) => planner.plan(text, viewFor(snapshot, principal.rights?.workloads), schemas),
      rows: async (plan) => objects(await execute(await restricted(plan), snapshot, 'plain', signal, budget)),
    })
    return { query, snapshot, plan: await restricted(query.plan) }
  }

  async function execute(plan: Plan, snapshot: Snapshot, format: RowFormat, signal: AbortSignal, budget: Budget) {
    const started = performance.now()
    const options = { signal, timeoutMs: budget.left, byteLimit: budget.bytes }
    const answer = await execution.run(plan, snapshot, format, options)
    budget.left = Math.max(1, budget.left - (performance.now() - started))
    return answer
  }

  /** Rows of no answer: what the directory asks for decides what answers may hold. */
  async function deviceRows(): Promise<readonly DeviceRow[]> {
    const snapshot = await parts.snapshot()
    const planned = await planner.plan(DEVICES, viewFor(snapshot), [])
    if (!('query' in planned)) throw new KqlError('internal', {})
    const plan = rewritten(planned.query.plan, { snapshot, now: 0n, window: {}, caller: '', rows: MAX_DEVICES })
    const budget = { left: limits.timeoutMs, bytes: limits.bytes }
    return objects(await execute(plan, snapshot, 'plain', new AbortController().signal, budget))
  }

  function rewritten(plan: Plan, { snapshot, now, window, devices, caller, rows = limits.rows }: Restricted): Plan {
    const { tables } = catalogOf(snapshot.custom)
    const table = (name: string) => tables.get(name)!
    return rewrite(plan, {
      restriction: {
        ...boundsOf(window ?? { ...(limits.lookback !== undefined && { length: limits.lookback }) }, now),
        ...(devices && { devices }),
        table,
      },
      request: { now, caller },
      rows,
      timeColumn: (name) => table(name).time,
      isEmpty: (scan) => !snapshot.segments(scan.table).some((s) => overlaps(s, scan.range)),
      optimise: parts.optimise ?? true,
    })
  }

  return {
    ready: async () => {
      await Promise.all([planner.ready(), execution.ready()])
    },

    async run(request: QueryRequest): Promise<QueryAnswer> {
      const started = performance.now()
      const { bytes, timeoutMs } = request.limits ?? limits
      const budget = { left: timeoutMs, bytes }
      let { query, plan, snapshot } = await prepare(request, budget)
      const answer = await execute(plan, snapshot, request.format, request.signal, budget).catch(async (error) => {
        const failed = error instanceof KqlError && error.code === 'execution_failed'
        if (!failed || !(await parts.recheck?.(pathsOf(plan, snapshot)))) throw error
        ;({ query, plan, snapshot } = await prepare(request, budget))
        return await execute(plan, snapshot, request.format, request.signal, budget)
      })
      const tables = tablesOf(query.plan)
      const leftOut = tables.filter((name) => snapshot.leftOut(name) > 0)
      return {
        columns: plan.columns,
        answer,
        tables,
        ...(query.visualization && { visualization: query.visualization }),
        ...(query.hints && { hints: query.hints }),
        ...(leftOut.length > 0 && { leftOut }),
        seconds: (performance.now() - started) / 1000,
      }
    },

    async explain(request) {
      const { signal } = new AbortController()
      const { plan, snapshot } = await prepare({ ...request, signal }, { left: limits.timeoutMs, bytes: limits.bytes })
      return { plan: printPlan(plan), sql: execution.explain(plan, snapshot) }
    },

    async analyze(request) {
      const started = performance.now()
      const { signal } = new AbortController()
      const budget = { left: limits.timeoutMs, bytes: limits.bytes }
      const { plan, snapshot } = await prepare({ ...request, signal }, budget)
      const answer = await execute(plan, snapshot, 'plain', signal, budget)
      const { rows, bytes, stats } = answer
      await answer.dispose()
      const seconds = (performance.now() - started) / 1000
      return { scans: await analysisOf(plan, snapshot), rows, bytes, stats, seconds }
    },

    async tables({ rights }) {
      const snapshot = await parts.snapshot()
      const { tables: visible } = viewFor(snapshot, rights?.workloads)
      const { tables } = catalogOf(snapshot.custom, currentTables(snapshot))
      const own = new Set(snapshot.custom.map((t) => t.name))
      return [...tables.values()]
        .filter((t) => visible?.includes(t.name) ?? true)
        .map(({ name, columns }) => ({
          name,
          columns: columns.filter((c) => !c.unlisted),
          custom: own.has(name),
          ...(!rights?.devices && contentOf(snapshot.segments(name))),
        }))
        .sort((a, b) => (a.name < b.name ? -1 : 1))
    },

    async complete({ text, position, principal }) {
      return await planner.complete(text, position, viewFor(await parts.snapshot(), principal.rights?.workloads))
    },

    async check({ text, principal }) {
      const snapshot = await parts.snapshot()
      const view = viewFor(snapshot, principal.rights?.workloads)
      try {
        await planner.plan(text, view, [])
        return undefined
      } catch (error) {
        if (error instanceof KqlError) return error
        throw error
      }
    },

    planCache: () => planner.cache,

    async close() {
      await Promise.all([planner.close(), execution.close()])
    },
  }
}

/** First and last tick of a window. */
function boundsOf({ start, end, length }: TimeWindow, now: bigint): { from?: bigint; to?: bigint } {
  const to = end ?? (start !== undefined && length !== undefined ? start + length : undefined)
  const from = start ?? (length !== undefined ? (to ?? now) - length : undefined)
  return { ...(from !== undefined && { from }), ...(to !== undefined && { to }) }
}

/** What the parser is shown: Defender's tables and the store's own, but none of a workload that the caller may not see. */
function viewFor(snapshot: Snapshot, workloads?: readonly Workload[]): CatalogView {
  const { custom } = snapshot
  const current = currentTables(snapshot)
  const { version, tables } = catalogOf(custom, current)
  if (!workloads) return { version, custom, current }
  const own = new Set(snapshot.custom.map((t) => t.name))
  const visible = [...tables.keys()].filter((name) => {
    const workload = own.has(name) ? undefined : workloadOf(name)
    return workload === undefined || workloads.includes(workload)
  })
  return { version: `${version}\0${workloads.join()}`, custom, current, tables: visible }
}

/** The tables of which the store holds rows that were written with their recent columns. */
const currentTables = (snapshot: Snapshot): string[] =>
  Object.entries(recentColumns).flatMap(([table, [recent]]) =>
    snapshot.segments(table).some((s) => s.columns.some((c) => c.name === recent)) ? [table] : [],
  )

function scansIn(plan: Plan): readonly Scan[] {
  const scans: Scan[] = []
  transform(plan, (p) => {
    if (p.kind === 'scan') scans.push(p)
    return p
  })
  return scans
}

const tablesOf = (plan: Plan): readonly string[] => [...new Set(scansIn(plan).map((scan) => scan.table))].sort()

function contentOf(segments: readonly Segment[]): Pick<TableInfo, 'rows' | 'time'> {
  const time = spanOf(segments)
  return { rows: segments.reduce((sum, s) => sum + s.rows, 0), ...(time && { time }) }
}

/** Files that a plan reads. */
const pathsOf = (plan: Plan, snapshot: Snapshot): ReadonlySet<string> =>
  new Set(
    scansIn(plan).flatMap(({ table, range }) =>
      snapshot
        .segments(table)
        .filter((s) => overlaps(s, range))
        .map((s) => s.path),
    ),
  )

async function analysisOf(plan: Plan, snapshot: Snapshot): Promise<readonly ScanAnalysis[]> {
  const { tables } = catalogOf(snapshot.custom)
  return await Promise.all(
    scansIn(plan).map(async ({ table, range }) => {
      const all = snapshot.segments(table)
      const sum = { segments: 0, groups: 0, allGroups: 0, rows: 0 }
      for (const segment of all) {
        const { read, total, rows } = await rowGroups(segment, tables.get(table)?.time, range)
        sum.allGroups += total
        if (!overlaps(segment, range)) continue
        sum.segments++
        sum.groups += read
        sum.rows += rows
      }
      return {
        table,
        segments: { read: sum.segments, total: all.length },
        rowGroups: { read: sum.groups, total: sum.allGroups },
        rows: { read: sum.rows, total: all.reduce((n, s) => n + s.rows, 0) },
      }
    }),
  )
}

/** All rows of a small answer. */
async function objects<T>(answer: Answer): Promise<T[]> {
  const chunks: Buffer[] = []
  for await (const chunk of answer.stream()) chunks.push(chunk as Buffer)
  return JSON.parse(`[${Buffer.concat(chunks).toString()}]`) as T[]
}
