/** Runs the parts of a plan that a remote engine says exactly over there, and finishes the plan on their rows in the embedded engine. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import {
  type Answer,
  AssumptionFailed,
  type ExecuteOptions,
  type RemoteDialect,
  type RemoteEngine,
  type RowFormat,
  StatementRefused,
} from '../backends/backend.ts'
import { KqlError } from '../base/errors.ts'
import type { Plan } from '../plan/nodes.ts'
import { printPlan } from '../plan/print.ts'
import { type Cut, cut, partColumns, type RemotePart } from '../render/cut.ts'
import { renderRelation } from '../render/relation.ts'
import type { Segment, Snapshot } from '../store/snapshot.ts'
import type { Execution } from './execution.ts'

export interface HybridOptions {
  readonly local: Execution
  readonly remote: RemoteEngine
  /** The dialect with renderings that hold under an assumption, and the one without. */
  readonly dialects: { readonly assuming: RemoteDialect; readonly strict: RemoteDialect }
  /** A folder of this execution alone, which the embedded engine may read. */
  readonly folder: string
  /** What a part that is no whole plan may bring. */
  readonly bounds: { readonly rows: number; readonly bytes: number }
  /** Plans that read no table run remotely too; for tests. */
  readonly constants?: boolean
  /** Told what ran where. */
  readonly log?: (event: { readonly way: Way; readonly parts: number; readonly because: readonly string[] }) => void
}

/** What is asked of the remote engine: first all, after a failed assumption less, after a refusal its rows alone. */
type Way = 'assuming' | 'strict' | 'scans'

export function hybridExecution(options: HybridOptions): Execution {
  const { local, remote, dialects, folder, bounds } = options
  let files = 0

  const cutBy = (way: Way, plan: Plan, snapshot: Snapshot): Cut =>
    cut(plan, {
      remote: { dialect: dialectOf(way), segments: (name) => snapshot.segments(name) },
      ...(options.constants && way !== 'scans' && { constants: true }),
      ...(way === 'scans' && { scansOnly: 'a statement that it refused' }),
    })
  const dialectOf = (way: Way): RemoteDialect => (way === 'assuming' ? dialects.assuming : dialects.strict)

  const sqlOf = (way: Way, part: RemotePart, snapshot: Snapshot): string => {
    const dialect = dialectOf(way)
    const select = renderRelation(part.plan, { dialect, segments: (name) => snapshot.segments(name) })
    return dialect.part(select, part.plan.columns).text
  }

  async function attempt(
    way: Way,
    plan: Plan,
    snapshot: Snapshot,
    format: RowFormat,
    execution: ExecuteOptions,
  ): Promise<Answer> {
    const made = cutBy(way, plan, snapshot)
    options.log?.({ way, parts: made.parts.length, because: made.parts.flatMap((p) => p.because ?? []) })
    const started = performance.now()
    const left = () => Math.max(1, execution.timeoutMs - (performance.now() - started))
    const written = new Map<string, Segment>()
    try {
      for (const part of made.parts) {
        const path = join(folder, `part-${++files}.parquet`)
        written.set(part.name, { path, rows: 0, bytes: 0, columns: partColumns(part) })
        await remote.fetch(sqlOf(way, part, snapshot), path, {
          signal: execution.signal,
          timeoutMs: left(),
          ...bounds,
          ...(part.because !== undefined && { because: part.because }),
        })
      }
      const over: Snapshot = {
        ...snapshot,
        segments: (name) => {
          const part = written.get(name)
          return part ? [part] : snapshot.segments(name)
        },
      }
      return await local.run(made.local, over, format, { ...execution, timeoutMs: left() })
    } finally {
      for (const { path } of written.values()) rmSync(path, { force: true })
    }
  }

  return {
    async ready() {
      await Promise.all([local.ready(), remote.ready()])
    },
    async run(plan, snapshot, format, execution) {
      const next = (error: unknown): Way | undefined =>
        error instanceof AssumptionFailed ? 'strict' : error instanceof StatementRefused ? 'scans' : undefined
      let way: Way = 'assuming'
      for (;;) {
        try {
          return await attempt(way, plan, snapshot, format, execution)
        } catch (error) {
          const other = next(error)
          if (other === undefined) throw error
          if (other === way) throw new KqlError('execution_failed', {})
          way = other
        }
      }
    },
    explain(plan, snapshot) {
      const { local: rest, parts } = cutBy('assuming', plan, snapshot)
      const pieces = parts.map(
        (p) =>
          `-- ClickHouse${p.because === undefined ? '' : `, up to ${p.because}`}: ${p.name}\n${sqlOf('assuming', p, snapshot)}`,
      )
      const whole = parts.length === 1 && parts[0]!.because === undefined
      return [...pieces, ...(whole ? [] : [`-- here, on those rows\n${printPlan(rest)}`])].join('\n\n')
    },
    async close() {
      await Promise.all([local.close(), remote.close()])
    },
  }
}
