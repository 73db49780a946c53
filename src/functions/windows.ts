/** Functions that look at neighbouring rows in the order of the input. */
import { call, raw, type Sql } from '../sql/sql.ts'
import type { KqlType } from '../types/kql-type.ts'
import { type Arg, type WindowContext, window } from './define.ts'

const same = ([t]: readonly KqlType[]): KqlType => t!
const SAMPLE = 'datatable(x: long)[10, 10, 20] | serialize'

const neighbour =
  (name: 'lag' | 'lead') =>
  ([value, offset, fallback]: readonly Arg[], cx: WindowContext): Sql => {
    const missing = fallback ? cx.convert(fallback, cx.type) : cx.type === 'string' ? raw("''") : raw('NULL')
    const found = raw(
      `${name}(${value!.sql.text}, ${offset ? `CAST(${offset.sql.text} AS INTEGER)` : '1'}, ${missing.text}) OVER (ORDER BY ${cx.position.text})`,
    )
    return found
  }

/** A window that begins anew at each row where `restart` is true. */
const restarting = (body: string, restart: Arg | undefined, position: Sql): Sql => {
  if (!restart) return raw(`${body} OVER (ORDER BY ${position.text} ROWS UNBOUNDED PRECEDING)`)
  return raw(`${body} OVER (PARTITION BY ${restart.sql.text} ORDER BY ${position.text} ROWS UNBOUNDED PRECEDING)`)
}

/** Number of the run that a row belongs to: how many restarts came up to it. */
const run = (restart: Arg | undefined, cx: WindowContext): Arg | undefined =>
  restart && {
    ...restart,
    sql: cx.once(
      raw(`count(*) FILTER (WHERE ${restart.sql.text}) OVER (ORDER BY ${cx.position.text} ROWS UNBOUNDED PRECEDING)`),
    ),
  }

export const windows = {
  prev: window({
    doc: 'The value some rows before; null where there is none.',
    gives: same,
    render: { duckdb: neighbour('lag') },
    examples: [[`${SAMPLE} | extend p = prev(x, 1, 0) | summarize make_list(p)`, [0, 10, 10]]],
  }),
  next: window({
    doc: 'The value some rows after; null where there is none.',
    gives: same,
    render: { duckdb: neighbour('lead') },
    examples: [[`${SAMPLE} | extend n = next(x) | summarize make_list_with_nulls(n)`, [10, 20, null]]],
  }),
  row_number: window({
    doc: 'Number of the row, from `start`, beginning anew where `restart` is true.',
    gives: 'long',
    render: {
      duckdb: ([start, restart], cx) => {
        const n = restarting('row_number()', run(restart, cx), cx.position)
        return start ? call`k_wrap(${n}::HUGEINT - 1 + ${start.sql})` : n
      },
    },
    examples: [[`${SAMPLE} | extend r = row_number(5) | summarize make_list(r)`, [5, 6, 7]]],
  }),
  row_cumsum: window({
    doc: 'Sum of the values up to this row, beginning anew where `restart` is true.',
    gives: ([t]) => (t === 'int' ? 'long' : t!),
    render: {
      duckdb: ([value, restart], cx) => {
        const total = restarting(`sum(${value!.sql.text})`, run(restart, cx), cx.position)
        return cx.type === 'real' ? call`coalesce(${total}, 0.0::DOUBLE)` : call`coalesce(k_wrap(${total}), 0)`
      },
    },
    examples: [[`${SAMPLE} | extend s = row_cumsum(x) | summarize make_list(s)`, [10, 20, 40]]],
  }),
  row_rank_dense: window({
    doc: 'Rank of the value among the sorted rows: 1, 2, 3 …, equal values share one.',
    gives: 'long',
    render: {
      duckdb: ([value, restart], cx) => {
        const group = run(restart, cx)
        const changed = cx.once(
          raw(
            `CASE WHEN ${value!.sql.text} IS NOT DISTINCT FROM lag(${value!.sql.text}) OVER (${group ? `PARTITION BY ${group.sql.text} ` : ''}ORDER BY ${cx.position.text}) AND row_number() OVER (${group ? `PARTITION BY ${group.sql.text} ` : ''}ORDER BY ${cx.position.text}) > 1 THEN 0 ELSE 1 END`,
          ),
        )
        return call`CAST(${restarting(`sum(${changed.text})`, group, cx.position)} AS BIGINT)`
      },
    },
    examples: [[`${SAMPLE} | extend r = row_rank_dense(x) | summarize make_list(r)`, [1, 1, 2]]],
  }),
  row_rank_min: window({
    doc: 'Rank of the value among the sorted rows: the place of the first row with the same value.',
    gives: 'long',
    render: {
      duckdb: ([value, restart], cx) => {
        const group = run(restart, cx)
        const part = group ? `PARTITION BY ${group.sql.text} ` : ''
        const place = `row_number() OVER (${part}ORDER BY ${cx.position.text})`
        const first = cx.once(
          raw(
            `CASE WHEN ${value!.sql.text} IS NOT DISTINCT FROM lag(${value!.sql.text}) OVER (${part}ORDER BY ${cx.position.text}) AND ${place} > 1 THEN NULL ELSE ${place} END`,
          ),
        )
        return restarting(`max(${first.text})`, group, cx.position)
      },
    },
    examples: [[`${SAMPLE} | extend r = row_rank_min(x) | summarize make_list(r)`, [1, 1, 3]]],
  }),
}
