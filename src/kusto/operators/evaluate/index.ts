/** `evaluate`: the table of plug-ins, and those that are refused with their reason. */
import { calledName } from '../../calls.ts'
import { partitionColumns, quoted, refuse } from '../../context.ts'
import { mustChild } from '../../language.ts'
import type { LowerOperator } from '../operator.ts'
import { activeUsersCount, activityCountsMetrics } from './activity.ts'
import { bagUnpack } from './bag-unpack.ts'
import { basket } from './basket.ts'
import { dcountIntersect } from './dcount-intersect.ts'
import { geoLineLookup, geoPolygonLookup } from './geo-lookup.ts'
import { ipv4Lookup, ipv6Lookup } from './ip-lookup.ts'
import { identity, narrow, preview } from './narrow.ts'
import { activityEngagement, activityMetrics, newActivityMetrics, sessionCount } from './periods.ts'
import { pivot } from './pivot.ts'
import type { LowerPlugin } from './plugin.ts'
import { rowsNear } from './rows-near.ts'
import { schemaMerge } from './schema-merge.ts'
import { funnelSequenceCompletion, sequenceDetect } from './sequences.ts'
import { rollingPercentile, slidingWindowCounts } from './windows.ts'

export const plugins: Readonly<Record<string, LowerPlugin>> = {
  active_users_count: activeUsersCount,
  activity_counts_metrics: activityCountsMetrics,
  activity_engagement: activityEngagement,
  activity_metrics: activityMetrics,
  bag_unpack: bagUnpack,
  basket,
  dcount_intersect: dcountIntersect,
  funnel_sequence_completion: funnelSequenceCompletion,
  geo_line_lookup: geoLineLookup,
  geo_polygon_lookup: geoPolygonLookup,
  identity,
  ipv4_lookup: ipv4Lookup,
  ipv6_lookup: ipv6Lookup,
  narrow,
  new_activity_metrics: newActivityMetrics,
  pivot,
  preview,
  rolling_percentile: rollingPercentile,
  rows_near: rowsNear,
  schema_merge: schemaMerge,
  sequence_detect: sequenceDetect,
  session_count: sessionCount,
  sliding_window_counts: slidingWindowCounts,
}

const OUTSIDE = 'queries may not reach outside of the store'
const CODE = 'no code runs inside queries'

const SEARCH = 'how it chooses its patterns is not documented to the end'

const REFUSED: Readonly<Record<string, string>> = {
  autocluster: SEARCH,
  diffpatterns: SEARCH,
  diffpatterns_text: SEARCH,
  funnel_sequence: 'what comes before and after a sequence whose states repeat is not documented',
  ai_chat_completion: OUTSIDE,
  ai_chat_completion_prompt: OUTSIDE,
  ai_embed_text: OUTSIDE,
  ai_embeddings: OUTSIDE,
  azure_digital_twins_query_request: OUTSIDE,
  cosmosdb_sql_request: OUTSIDE,
  dax_request: OUTSIDE,
  execute_query: OUTSIDE,
  execute_show_command: OUTSIDE,
  external_datatable: OUTSIDE,
  http_request: OUTSIDE,
  http_request_post: OUTSIDE,
  infer_storage_schema: OUTSIDE,
  infer_storage_schema_with_suggestions: OUTSIDE,
  mysql_request: OUTSIDE,
  postgresql_request: OUTSIDE,
  sql_request: OUTSIDE,
  csharp: CODE,
  python: CODE,
  r: CODE,
}

/** Why a plug-in will not be answered here. */
export const pluginRefusal = (name: string): string | undefined => REFUSED[name]

export const evaluate: LowerOperator = (op, input, context) => {
  const node = mustChild(op, 'FunctionCall')
  const name = calledName(node)
  const plugin = plugins[name]
  if (!plugin) throw refuse(node, `The plug-in ${name}`, pluginRefusal(name))
  if (partitionColumns(input).length > 0) throw refuse(op, `${quoted(op)} in a sub-query of mv-apply or partition`)
  return plugin({ op, node, name }, input, context)
}
