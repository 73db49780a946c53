/** Functions of the language that will not be answered here, and why; the reason is shown to the person who asks. */

const OUTSIDE = 'queries may not reach outside of the store'
const CLUSTER = 'it asks about a Kusto cluster, which is not what runs here'
const INTERNAL = 'it is internal to the Kusto service'
const ORDER = 'rows have no cursor here; filter by ingestion_time() or Timestamp instead'

const VERTICES = "the vertices of its answer depend on how Kusto's own geometry library rounds and orders them"

export const refusedFunctions: Readonly<Record<string, string>> = {
  cluster: OUTSIDE,
  database: OUTSIDE,
  external_table: OUTSIDE,
  materialized_view: CLUSTER,
  entity_group: CLUSTER,
  stored_query_result: CLUSTER,
  graph: 'there are no stored graphs; make-graph makes one',
  current_cluster_endpoint: CLUSTER,
  current_node_id: CLUSTER,
  current_principal_is_member_of: 'groups of the caller are not part of a query',
  current_cursor: ORDER,
  cursor_current: ORDER,
  cursor_after: ORDER,
  cursor_before_or_at: ORDER,
  extent_id: CLUSTER,
  extentid: CLUSTER,
  extent_tags: CLUSTER,
  row_id: INTERNAL,
  passthrough: INTERNAL,
  row_rank: 'nothing documents it; row_rank_dense() and row_rank_min() are ranks',
  hll_isvalid: INTERNAL,
  tdigest_isvalid: INTERNAL,
  rowstore_ordinal_range: INTERNAL,
  weekofyear:
    "it counts from the year's first Wednesday, and how its years end is not documented; week_of_year() is that of ISO 8601",
  geo_line_buffer: VERTICES,
  geo_polygon_buffer: VERTICES,
  geo_line_simplify: VERTICES,
  geo_polygon_simplify: VERTICES,
  geo_simplify_polygons_array: VERTICES,
  geo_intersection_2polygons: VERTICES,
  geo_union_lines_array: VERTICES,
  geo_union_polygons_array: VERTICES,
}

export const refusalReason = (name: string): string | undefined =>
  refusedFunctions[name] ?? (name.startsWith('__') ? INTERNAL : undefined)
