/** What of the language is implemented, and what is refused and why: every name that the parser knows, held against ours. */
import type { Entry, Example } from '../functions/define.ts'
import { canonicalName, entryNamed } from '../functions/index.ts'
import { refusalReason } from '../functions/refused.ts'
import { isSpecialForm } from './calls.ts'
import { graphFunctions } from './graph-scope.ts'
import { graphMakers } from './graphs.ts'
import { type KustoSymbol, languageTables } from './language.ts'
import { pluginRefusal, plugins } from './operators/evaluate/index.ts'
import { graphOperators, leading, operators, refusedOperators } from './operators/index.ts'
import { isTupleAggregate } from './operators/summarize.ts'
import { isTableForm } from './tables.ts'

export interface Covered {
  readonly kind: 'operator' | 'function' | 'aggregate' | 'plug-in'
  readonly name: string
  readonly state: 'implemented' | 'refused'
  /** Why it is refused. */
  readonly reason?: string
  /** One sentence. */
  readonly doc?: string
  readonly examples?: readonly Example[]
}

const NOT_YET = 'not supported yet'

export function coverage(): readonly Covered[] {
  const { functions, aggregates, plugins, operators } = languageTables()
  return [
    ...operators.map(operator),
    ...named(functions).map(scalarFunction),
    ...named(aggregates).map(aggregate),
    ...named(plugins).map(plugin),
  ]
}

/** Each name once, in the order of the alphabet. */
const named = (symbols: readonly KustoSymbol[]): string[] => [...new Set(symbols.map((s) => s.Name))].sort()

function operator(className: string): Covered {
  const name =
    OPERATOR_NAMES[className] ??
    className
      .replace(/Operator$/, '')
      .replace(/(?<=[a-z])(?=[A-Z])/g, '-')
      .toLowerCase()
  const known = [operators, leading, graphOperators].some((table) => className in table) || graphMakers.has(className)
  const reason = refusedOperators[className] ?? NOT_YET
  return { kind: 'operator', name, ...(known ? { state: 'implemented' } : { state: 'refused', reason }) }
}

/** Operators whose keyword is not the name of their class. */
const OPERATOR_NAMES: Readonly<Record<string, string>> = {
  FilterOperator: 'where',
  GetSchemaOperator: 'getschema',
  ReduceByOperator: 'reduce',
  ExecuteAndCacheOperator: 'execute_and_cache',
  PartitionByOperator: '__partitionby',
}

const described = (entry: Entry | undefined) => (entry ? { doc: entry.doc, examples: entry.examples } : {})

function scalarFunction(name: string): Covered {
  // any() over a path is none of the aggregate that was once called so.
  const entry = graphFunctions.has(name) ? undefined : entryNamed(canonicalName(name))
  const refused = entry ? refusalOf(entry) : undefined
  if ((entry && !refused) || isSpecialForm(name) || isTableForm(name) || graphFunctions.has(name))
    return { kind: 'function', name, state: 'implemented', ...described(entry) }
  return { kind: 'function', name, state: 'refused', reason: refused ?? refusalReason(name) ?? NOT_YET }
}

function refusalOf(entry: Entry): string | undefined {
  if (entry.kind === 'native') return undefined
  return 'unsupported' in entry.render.duckdb ? entry.render.duckdb.unsupported : undefined
}

function aggregate(name: string): Covered {
  const entry = entryNamed(canonicalName(name))
  if (entry?.kind === 'aggregate' || isTupleAggregate(canonicalName(name)))
    return { kind: 'aggregate', name, state: 'implemented', ...described(entry) }
  return { kind: 'aggregate', name, state: 'refused', reason: refusalReason(name) ?? NOT_YET }
}

function plugin(name: string): Covered {
  if (name in plugins) return { kind: 'plug-in', name, state: 'implemented' }
  return { kind: 'plug-in', name, state: 'refused', reason: pluginRefusal(name) ?? NOT_YET }
}
