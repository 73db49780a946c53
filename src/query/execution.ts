/** How a rewritten plan becomes an answer: by the embedded engine alone, or with parts of it run in another one. */
import type { Answer, AnswerDialect, Engine, ExecuteOptions, RowFormat } from '../backends/backend.ts'
import { long } from '../plan/expr.ts'
import type { Plan } from '../plan/nodes.ts'
import { renderRelation } from '../render/relation.ts'
import type { Snapshot } from '../store/snapshot.ts'

export interface Execution {
  /** Resolves when a query would start at once. */
  ready(): Promise<void>
  /** @throws as Engine.execute */
  run(plan: Plan, snapshot: Snapshot, format: RowFormat, options: ExecuteOptions): Promise<Answer>
  /** The SQL that would run, as text for a person. */
  explain(plan: Plan, snapshot: Snapshot): string
  close(): Promise<void>
}

/** Everything in the embedded engine. */
export function embeddedExecution(engine: Engine, dialect: AnswerDialect): Execution {
  const sqlOf = (plan: Plan, snapshot: Snapshot) =>
    renderRelation(plan, { dialect, segments: (name) => snapshot.segments(name) })
  const execute = (plan: Plan, snapshot: Snapshot, format: RowFormat, options: ExecuteOptions) =>
    engine.execute(
      { sql: dialect.rows(sqlOf(plan, snapshot), plan.columns, format).text, columns: plan.columns },
      options,
    )
  return {
    ready: () => engine.ready(),
    async run(plan, snapshot, format, options) {
      const fewer = withFewerRows(plan, dialect.parallelRows)
      if (!fewer) return await execute(plan, snapshot, format, options)
      const started = performance.now()
      const few = await execute(fewer, snapshot, format, options)
      if (few.rows < dialect.parallelRows) return few
      await few.dispose()
      const left = Math.max(1, options.timeoutMs - (performance.now() - started))
      const all = await execute(plan, snapshot, format, { ...options, timeoutMs: left })
      return { ...all, stats: together(few, all) }
    },
    explain(plan, snapshot) {
      const fewer = withFewerRows(plan, dialect.parallelRows)
      const { text } = sqlOf(fewer ?? plan, snapshot)
      return fewer ? `${text}\n-- if there are more rows, again without this limit` : text
    },
    close: () => engine.close(),
  }
}

/**
 * The plan with a limit that the engine applies on all cores, where the plan's own limit would leave it a single one. Nearly all
 * hunts have fewer rows than that, and those that have more find them soon.
 */
function withFewerRows(plan: Plan, rows: number): Plan | undefined {
  if (plan.kind !== 'limit' || plan.by || plan.count.kind !== 'literal') return undefined
  return Number(plan.count.value) > rows && isStreamed(plan.input) ? { ...plan, count: long(rows) } : undefined
}

/** The rows come one by one out of a scan; what sorts or aggregates has used all cores before its first row. */
function isStreamed(plan: Plan): boolean {
  switch (plan.kind) {
    case 'scan':
      return true
    case 'filter':
    case 'project':
    case 'unnest':
      return isStreamed(plan.input)
    case 'shared':
      return isStreamed(plan.plan)
    case 'union':
      return plan.inputs.some((i) => isStreamed(i.plan))
    case 'join':
      return isStreamed(plan.left) || isStreamed(plan.right)
    default:
      return false
  }
}

function together(...answers: readonly Answer[]): Answer['stats'] {
  const sum = (of: (stats: Answer['stats']) => number) => answers.reduce((total, a) => total + of(a.stats), 0)
  return {
    seconds: sum((s) => s.seconds),
    cpuUser: sum((s) => s.cpuUser),
    cpuKernel: sum((s) => s.cpuKernel),
    peakMemory: Math.max(...answers.map((a) => a.stats.peakMemory)),
  }
}
