/** What coverage calls implemented is answered: a query for every name becomes a plan. */
import { describe, expect, it } from 'vitest'
import { catalogOf } from '../../src/catalog/catalog.ts'
import { canonicalName } from '../../src/functions/index.ts'
import { coverage } from '../../src/kusto/coverage.ts'
import { defenderFunctions } from '../../src/kusto/defender-functions.ts'
import { globalsOf } from '../../src/kusto/language.ts'
import { lowerQuery } from '../../src/kusto/lower.ts'
import { ProbeNeeded } from '../../src/kusto/probe.ts'

const catalog = catalogOf([])
const view = { catalog, globals: globalsOf(catalog, defenderFunctions(catalog)) }

const LETS = `let T = datatable(host: string, at: datetime, n: long, d: dynamic, h: dynamic)['ws-1', datetime(2024-05-01), 1, dynamic({'a': 1}), dynamic(null)];
let L = datatable(s: string, t: string)['ws-1', 'dc-1'];
let G = L | make-graph s --> t with_node_id=id;
`
const ACTIVITY = 'host, at, datetime(2024-05-01), datetime(2024-05-08)'

/** A query for each name that has no example: what follows `T |` for operators and plug-ins, a value for functions. */
const OPERATORS: Readonly<Record<string, string>> = {
  as: 'as X',
  consume: 'consume',
  count: 'count',
  distinct: 'distinct host',
  evaluate: 'evaluate narrow()',
  extend: 'extend m = n',
  facet: 'facet by host',
  find: 'find in (T) where n == 1',
  fork: 'fork (count)',
  getschema: 'getschema',
  'graph-mark-components': 'G | graph-mark-components | graph-to-table nodes',
  'graph-match': 'G | graph-match (a)-->(b) project a.id',
  'graph-shortest-paths': 'G | graph-shortest-paths (a)-[e*1..2]->(b) project a.id',
  'graph-to-table': 'G | graph-to-table edges',
  invoke: 'let f = (X: (n: long)) { X | count }; T | invoke f()',
  join: 'join T on host',
  lookup: 'lookup (T | project host, m = n) on host',
  'make-graph': 'L | make-graph s --> t | graph-match (a)-->(b) project node_id(a)',
  'make-series': 'make-series sum(n) on at from datetime(2024-05-01) to datetime(2024-05-03) step 1d',
  'mv-apply': 'mv-apply x = d.list to typeof(long) on (summarize sum(x))',
  'mv-expand': 'mv-expand d',
  parse: "parse host with a '-' b",
  'parse-kv': 'parse-kv host as (a: string)',
  'parse-where': "parse-where host with a '-' b",
  partition: 'partition by host (count)',
  print: 'print 1',
  project: 'project n',
  'project-away': 'project-away n',
  'project-by-names': "project-by-names 'n'",
  'project-keep': 'project-keep n',
  'project-rename': 'project-rename m = n',
  'project-reorder': 'project-reorder n',
  range: 'range i from 1 to 3 step 1',
  render: 'render table',
  sample: 'sample 1',
  'sample-distinct': 'sample-distinct 1 of host',
  scan: 'sort by at asc | scan with (step s: true;)',
  search: "search 'ws'",
  serialize: 'serialize',
  sort: 'sort by n',
  summarize: 'summarize count()',
  take: 'take 1',
  top: 'top 1 by n',
  'top-hitters': 'top-hitters 1 of host',
  'top-nested': 'top-nested 1 of host by count()',
  union: 'union T',
  where: 'where n == 1',
}
const PLUG_INS: Readonly<Record<string, string>> = {
  active_users_count: `${ACTIVITY}, 7d, 1d, 2, 1d`,
  activity_counts_metrics: `${ACTIVITY}, 1d`,
  activity_engagement: `${ACTIVITY}, 1d, 7d`,
  activity_metrics: `${ACTIVITY}, 1d`,
  bag_unpack: 'd',
  dcount_intersect: 'h, h',
  funnel_sequence_completion: `${ACTIVITY}, 7d, host, dynamic(['logon']), dynamic([1h])`,
  geo_line_lookup: '(T | project name = host, d), d, n, n, 10',
  geo_polygon_lookup: '(T | project name = host, d), d, n, n',
  ipv4_lookup: 'T, host, host',
  ipv6_lookup: 'T, host, host',
  new_activity_metrics: `${ACTIVITY}, 1d`,
  pivot: 'host',
  preview: '1',
  rolling_percentile: 'n, 50, at, 1d, 3',
  rows_near: 'n == 1, 1',
  sequence_detect: 'at, 1h, 1d, one = (n == 1), two = (n == 2), host',
  session_count: `${ACTIVITY}, 1d, 1h`,
  sliding_window_counts: `${ACTIVITY}, 2d, 1d`,
}
const FUNCTIONS: Readonly<Record<string, string>> = {
  ago: 'print ago(1h)',
  all: 'G | graph-match (a)-[e*1..2]->(b) where all(e, s != t) project a.id',
  any: 'G | graph-match (a)-[e*1..2]->(b) where any(e, s != t) project a.id',
  assert: "print assert(true, '')",
  around: 'print around(1, 2, 1)',
  bin_auto: 'set query_bin_auto_size = 10; print bin_auto(7)',
  bag_pack_columns: 'T | project bag_pack_columns(host)',
  column_names_of: 'print column_names_of(T)',
  column_ifexists: "T | project column_ifexists('n', 1)",
  columnifexists: "T | project columnifexists('n', 1)",
  current_principal: 'print current_principal()',
  estimate_data_size: 'T | project estimate_data_size(n)',
  gettype: 'print gettype(1)',
  ingestion_time: 'DeviceInfo | project t = ingestion_time()',
  inner_nodes: 'G | graph-match (a)-[e*1..2]->(b) project map(inner_nodes(e), id)',
  labels: 'G | graph-match (a)-->(b) project labels(a)',
  map: 'G | graph-match (a)-[e*1..2]->(b) project map(e, s)',
  node_degree_in: 'G | graph-match (a)-->(b) project node_degree_in(a)',
  node_degree_out: 'G | graph-match (a)-->(b) project node_degree_out(a)',
  node_id: 'G | graph-match (a)-->(b) project node_id(a)',
  now: 'print now()',
  pack_all: 'T | project pack_all()',
  parsejson: "print parsejson('{}')",
  replace: "print replace('a', 'b', 'abc')",
  row_window_session: 'T | sort by at asc | extend row_window_session(at, 1h, 5m)',
  table: "table('DeviceInfo')",
  todynamic: "print todynamic('{}')",
}
const AGGREGATES: Readonly<Record<string, string>> = {
  argmax: 'T | summarize argmax(n, host)',
  argmin: 'T | summarize argmin(n, host)',
  percentiles: 'T | summarize percentiles(n, 5, 50)',
  percentilesw: 'T | summarize percentilesw(n, n, 5, 50)',
}

const LEADING = /^(?:find|print|range|search|union|let|[GLT] \|)/

describe('coverage', () => {
  const implemented = coverage().filter((c) => c.state === 'implemented')

  it.each(implemented.map((c) => [c.kind, c.name, c] as const))('has %s %s', (kind, name, { examples }) => {
    const query = queryFor()
    expect(query, 'a query that uses it').toBeDefined()
    try {
      lowerQuery(LETS + query, [view])
    } catch (error) {
      // Its columns depend on the data, which are not asked here.
      if (!(error instanceof ProbeNeeded)) throw error
    }

    function queryFor(): string | undefined {
      if (kind === 'operator') {
        const written = OPERATORS[name]
        return written && (LEADING.test(written) ? written : `T | ${written}`)
      }
      if (kind === 'plug-in') return `T | evaluate ${name}(${PLUG_INS[name] ?? ''})`
      const written = (kind === 'function' ? FUNCTIONS : AGGREGATES)[name]
      const example = examples?.[0]?.[0]
      if (written || example === undefined) return written
      const renamed = example.replaceAll(new RegExp(`\\b${canonicalName(name)}\\s*\\(`, 'g'), `${name}(`)
      return /\|/.test(renamed) ? renamed : `print x = ${renamed}`
    }
  })
})
