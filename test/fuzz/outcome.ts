/** What became of a query, told so that what must never happen stands out: an error of ours, or a message with the engine's words. */
import { KqlError } from '../../src/base/errors.ts'
import { printJson } from '../../src/types/dynamic.ts'
import type { TestService } from '../support/service.ts'

export interface Outcome {
  readonly columns?: string
  /** The rows as text, in one order whichever they came in; undefined where the query was refused. */
  readonly answer?: string
  readonly message?: string
  /** Why this outcome is a fault. */
  readonly fault?: string
}

/** What no message for a person holds: SQL, names that the engine or a plan uses, a stack, a sentence with two full stops. */
const FOREIGN =
  /\b(?:SELECT|CAST\(|VARCHAR|BIGINT|DOUBLE\b|HUGEINT|STRUCT|duckdb|DuckDB|Binder|Catalog Error|Parser Error|Conversion Error|invariant|undefined|NaN is not|TypeError|Cannot read|k_[a-z_]+\(|_[a-z]\w+\()|\[object|is not (?:a function|iterable)|\bat \S+:\d+:\d+|\w\.\.(?= |$)/

export async function outcomeOf(service: TestService, kql: string): Promise<Outcome> {
  try {
    const { columns, rows } = await service.ask(kql)
    return {
      columns: columns.join(', '),
      answer: rows
        .map((r) => printJson(r))
        .sort()
        .join(' '),
    }
  } catch (error) {
    if (!(error instanceof KqlError)) return { fault: `no error of the list: ${String(error)}` }
    if (error.status !== 400) return { fault: `HTTP ${error.status} ${error.code}` }
    if (FOREIGN.test(error.message)) return { fault: `a message with foreign words: ${error.message}` }
    return { message: error.message }
  }
}

/** Runs `work` over `items`, a few at a time. */
export async function inTurns<T>(items: readonly T[], few: number, work: (item: T) => Promise<void>): Promise<void> {
  let next = 0
  const turn = async () => {
    for (let i = next++; i < items.length; i = next++) await work(items[i]!)
  }
  await Promise.all(Array.from({ length: few }, turn))
}
