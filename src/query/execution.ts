/** How a rewritten plan becomes an answer: by the embedded engine alone, or with parts of it run in another one. */
import type { Answer, AnswerDialect, Engine, ExecuteOptions, RowFormat } from '../backends/backend.ts'
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
  return {
    ready: () => engine.ready(),
    run: (plan, snapshot, format, options) =>
      engine.execute(
        { sql: dialect.rows(sqlOf(plan, snapshot), plan.columns, format).text, columns: plan.columns },
        options,
      ),
    explain: (plan, snapshot) => sqlOf(plan, snapshot).text,
    close: () => engine.close(),
  }
}
