/** Where the language is documented: the page of each name, most of them by rule. */
import type { Covered } from './coverage.ts'

/** Besides what coverage tells of: operators between values, statements, and forms that are no operator of a pipeline. */
export type Documented = Covered['kind'] | 'scalar operator' | 'statement'

const SITE = 'https://learn.microsoft.com/'
const QUERY = 'kusto/query/'

const SUFFIXES: Readonly<Record<Covered['kind'], string>> = {
  operator: '-operator',
  function: '-function',
  aggregate: '-aggregation-function',
  'plug-in': '-plugin',
}

/** Names whose page is called otherwise; of several, the first is its own and the others are those of its other names. */
const OTHERWISE: Readonly<Record<string, readonly string[]>> = {
  'function all': ['all-graph-function'],
  'function any': ['any-graph-function'],
  'function bag_pack': ['pack-function'],
  'function bag_zip': ['bag-zip'],
  'function current_cursor': ['cursor-current'],
  'function datetime_list_timezones': ['datetime-list-timezones'],
  'function dayofmonth': ['day-of-month-function'],
  'function dayofweek': ['day-of-week-function'],
  'function dayofyear': ['day-of-year-function'],
  'function gzip_compress_to_base64_string': ['gzip-base64-compress'],
  'function gzip_decompress_from_base64_string': ['gzip-base64-decompress'],
  'function hash': ['hash-function', 'hash-xxhash64-function'],
  'function hourofday': ['hour-of-day-function'],
  'function inner_nodes': ['inner-nodes-graph-function'],
  'function isascii': ['isascii'],
  'function labels': ['labels-graph-function'],
  'function map': ['map-graph-function'],
  'function node_degree_in': ['node-degree-in'],
  'function node_degree_out': ['node-degree-out'],
  'function node_id': ['node-id'],
  'function parse_urlquery': ['parse-url-query-function'],
  'function percentiles_array_tdigest': ['percentile-array-tdigest-function'],
  'function replace': ['replace-regex-function', 'replace-string-function'],
  'function tdigest_merge': ['merge-tdigest-function'],
  'function to_utf8': ['unicode-codepoints-from-string-function'],
  'function todouble': ['toreal-function'],
  'function zlib_compress_to_base64_string': ['zlib-base64-compress-function'],
  'function zlib_decompress_from_base64_string': ['zlib-base64-decompress-function'],
  'aggregate percentile': ['percentiles-aggregation-function'],
  'aggregate percentiles_array': ['percentiles-aggregation-function'],
  'aggregate percentilew': ['percentilesw-aggregation-function'],
  'aggregate percentilesw_array': ['percentilesw-aggregation-function'],
}

/** Names that the language has without documenting them, by kind and name. */
export const WITHOUT_PAGE: Readonly<Record<string, string>> = {
  'function set_equals': 'the parser knows it, the documentation does not',
  'plug-in identity': 'the parser knows it, the documentation does not',
}

/** Operators between values, as they are written; `!` before a name of text has a page of its own. */
const SCALAR_OPERATORS: Readonly<Record<string, string>> = {
  '==': 'equals-cs-operator',
  '!=': 'not-equals-cs-operator',
  '=~': 'equals-operator',
  '!~': 'not-equals-operator',
  '<': 'numerical-operators',
  '<=': 'numerical-operators',
  '>': 'numerical-operators',
  '>=': 'numerical-operators',
  '+': 'numerical-operators',
  '-': 'numerical-operators',
  '*': 'numerical-operators',
  '/': 'numerical-operators',
  '%': 'numerical-operators',
  and: 'logical-operators',
  or: 'logical-operators',
  between: 'between-operator',
  '!between': 'not-between-operator',
  in: 'in-cs-operator',
  '!in': 'not-in-cs-operator',
  'in~': 'in-operator',
  '!in~': 'not-in-operator',
  has_any: 'has-any-operator',
  has_all: 'has-all-operator',
  'matches regex': 'matches-regex-operator',
  ...Object.fromEntries(
    ['contains', 'endswith', 'has', 'hasprefix', 'hassuffix', 'startswith']
      .flatMap((name) => [name, `${name}_cs`])
      .flatMap((name) => [
        [name, `${slug(name)}-operator`],
        [`!${name}`, `not-${slug(name)}-operator`],
      ]),
  ),
}

const STATEMENTS: Readonly<Record<string, string>> = {
  let: 'let-statement',
  set: 'set-statement',
  'declare query_parameters': 'query-parameters-statement',
  'declare pattern': 'pattern-statement',
  'restrict access': 'restrict-statement',
  datatable: 'datatable-operator',
  externaldata: 'externaldata-operator',
  external_table: 'inline-external-table-operator',
  materialize: 'materialize-function',
  toscalar: 'toscalar-function',
}

/** Pages of the language that belong to no name; conformance cases come from them too. */
const TOPICS: readonly string[] = [
  '',
  'aggregation-functions',
  'batches',
  'best-practices',
  'bin-operators',
  'comment',
  'datatypes-string-operators',
  'datetime-timespan-arithmetic',
  'diffpatterns-text-plugin',
  'schema-merge-plugin',
  'functions/user-defined-functions',
  'geospatial-grid-systems',
  'graph-operators',
  'graph-semantics-overview',
  'jsonpath',
  'named-expressions',
  'regex',
  'scalar-functions',
  'schema-entities/entity-names',
  'shuffle-query',
  'statements',
  'tabular-expression-statements',
  'timezone',
  'using-hll-tdigest',
  'visualization-timechart',
  'window-functions',
  ...[
    'fullouter',
    'inner',
    'innerunique',
    'leftanti',
    'leftouter',
    'leftsemi',
    'rightanti',
    'rightouter',
    'rightsemi',
  ].map((kind) => `join-${kind}`),
  ...['bool', 'datetime', 'decimal', 'dynamic', 'guid', 'int', 'long', 'null-values', 'real', 'string', 'timespan'].map(
    (type) => `scalar-data-types/${type}`,
  ),
]

/** Pages outside of the language's own folder. */
const ELSEWHERE: readonly string[] = ['kusto/api/rest/request-properties', 'kusto/concepts/query-limits']

function slug(name: string): string {
  return name.replaceAll('_', '-').toLowerCase()
}

/** Addresses of the pages that document a name, its own first. */
export function pagesOf(kind: Documented, name: string): string[] {
  if (`${kind} ${name}` in WITHOUT_PAGE) return []
  return ownPages(kind, name).map((page) => `${SITE}${QUERY}${page}`)
}

function ownPages(kind: Documented, name: string): readonly string[] {
  if (kind === 'scalar operator') return [SCALAR_OPERATORS[name]!]
  if (kind === 'statement') return [STATEMENTS[name]!]
  return OTHERWISE[`${kind} ${name}`] ?? [`${slug(name)}${SUFFIXES[kind]}`]
}

export const defenderPage = (functionName: string): string =>
  `${SITE}defender-xdr/advanced-hunting-${functionName.toLowerCase()}-function`

export const scalarOperators: readonly string[] = Object.keys(SCALAR_OPERATORS)
export const statements: readonly string[] = Object.keys(STATEMENTS)
export const otherPages: readonly string[] = [...TOPICS.map((page) => `${QUERY}${page}`), ...ELSEWHERE].map(
  (page) => `${SITE}${page}`,
)
