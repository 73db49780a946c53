/**
 * `set NAME = VALUE;`: what the documented request properties mean for a query here.
 * Source: https://learn.microsoft.com/kusto/api/rest/request-properties
 */
import { limit } from '../plan/build.ts'
import { literal, mapExpr } from '../plan/expr.ts'
import type { Expr, Plan } from '../plan/nodes.ts'
import { transform } from '../plan/walk.ts'
import type { KqlType } from '../types/kql-type.ts'
import { coerce } from './coerce.ts'
import { type Context, refuse, semantic } from './context.ts'
import { lowerScalar } from './expressions.ts'
import { child, mustChild, type Syntax, textOf } from './language.ts'

/** Properties that change the answer, by name; their values are constants of these types. `any`: what reads it says. */
const HONOURED: Readonly<Record<string, KqlType | 'any'>> = {
  query_now: 'datetime',
  query_take_max_records: 'long',
  truncationmaxrecords: 'long',
  query_bin_auto_size: 'any',
  query_bin_auto_at: 'any',
}

/** Properties that would change the answer, and are not honoured. */
const REFUSED: ReadonlySet<string> = new Set([
  'best_effort',
  'query_cursor_after_default',
  'query_cursor_before_or_at_default',
  'query_cursor_current',
  'query_cursor_disabled',
  'query_cursor_scoped_tables',
  'query_datetimescope_column',
  'query_datetimescope_from',
  'query_datetimescope_to',
  'query_language',
  'query_results_apply_getschema',
  'request_external_data_disabled',
  'validatepermissions',
])

/** Properties that say how Kusto works on a query or sends its answer: the answer is the same without them. */
const WITHOUT_EFFECT: ReadonlySet<string> = new Set([
  'client_max_redirect_count',
  'client_results_reader_allow_varying_row_widths',
  'deferpartialqueryfailures',
  'materialized_view_shuffle_query',
  'max_memory_consumption_per_query_per_node',
  'maxmemoryconsumptionperiterator',
  'maxoutputcolumns',
  'push_selection_through_aggregation',
  'query_datascope',
  'query_distribution_nodes_span',
  'query_fanout_nodes_percent',
  'query_fanout_threads_percent',
  'query_force_row_level_security',
  'query_max_entities_in_union',
  'query_optimize_fts_at_relop',
  'query_python_debug',
  'query_results_cache_force_refresh',
  'query_results_cache_max_age',
  'query_results_cache_per_shard',
  'query_results_progressive_row_count',
  'query_results_progressive_update_period',
  'request_block_row_level_security',
  'request_callout_disabled',
  'request_description',
  'request_external_table_disabled',
  'request_impersonation_disabled',
  'request_remote_entities_disabled',
  'request_sandboxed_execution_disabled',
  'request_user',
  'results_error_reporting_placement',
  'results_v2_newlines_between_frames',
])

/** Keeps what a statement sets, and hints at what it does not do. @throws KqlError semantic, unsupported */
export function setOption(statement: Syntax, context: Context, hints: string[]): void {
  const name = textOf(mustChild(statement, 'Name'))
  if (REFUSED.has(name)) throw refuse(statement, `The property '${name}' of set`)
  const type = HONOURED[name]
  if (type) {
    const clause = child(statement, 'ValueClause')
    if (!clause) throw semantic(statement, `The property '${name}' of set needs a value`)
    const value = lowerScalar(mustChild(clause, 'Expression'), { columns: [] }, context)
    const constant = type === 'any' ? value : constantOf(value, type, statement, name)
    // Of a property that is set more than once the lower value counts (documentation of query limits).
    const before = context.options.get(name)
    if (!(type === 'long' && isLess(before, constant))) context.options.set(name, constant)
  } else if (name === 'notruncation') hints.push('notruncation does not lift the limits of this server.')
  else if (!WITHOUT_EFFECT.has(name))
    hints.push(`'${name}' is no property that a set statement can change here: it has no effect.`)
}

const isLess = (a: Expr | undefined, b: Expr): boolean =>
  a?.kind === 'literal' && b.kind === 'literal' && Number(a.value) < Number(b.value)

function constantOf(value: Expr, type: KqlType, statement: Syntax, name: string): Expr {
  const converted =
    value.type === type ? value : type === 'long' && value.type === 'int' ? coerce(value, 'long') : undefined
  if (converted?.kind !== 'literal' || converted.value === null || (type === 'long' && Number(converted.value) < 0))
    throw semantic(statement, `The property '${name}' of set takes a constant of type ${type}`)
  return converted
}

/** The plan of the answer as the options have it: they lower its rows, never raise them, and say which moment now() is. */
export function withOptions(plan: Plan, { options }: Context): Plan {
  const caps = ['truncationmaxrecords', 'query_take_max_records'].flatMap((name) => options.get(name) ?? [])
  const capped = caps.reduce((input, rows) => limit(input, rows), plan)
  const moment = options.get('query_now')
  if (moment?.kind !== 'literal') return capped
  const now = literal('datetime', moment.value)
  return transform(
    capped,
    (p) => p,
    (e) => mapExpr(e, (x) => (x.kind === 'now' ? now : x)),
  )
}
