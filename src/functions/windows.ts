/** Functions that look at neighbouring rows in the order of the input. */
import { call, raw, type Sql, sql } from '../sql/sql.ts'
import type { KqlType } from '../types/kql-type.ts'
import { type Arg, NotSaid, type WindowContext, window } from './define.ts'

const same = ([t]: readonly KqlType[]): KqlType => t!
const SAMPLE = 'datatable(x: long)[10, 10, 20] | serialize'

/** No input has so many rows; engines count neighbours in 32 bits. */
const FARTHEST = 2 ** 31 - 1

/** How far the neighbour is, as a constant where it is one. */
const distance = (offset: Arg | undefined): Sql =>
  !offset
    ? raw('1')
    : offset.constant === undefined
      ? call`CAST(${offset.sql} AS INTEGER)`
      : raw(String(Math.min(Number(offset.constant), FARTHEST)))

const neighbour =
  (name: 'lag' | 'lead') =>
  ([value, offset, fallback]: readonly Arg[], cx: WindowContext): Sql => {
    const missing = fallback ? cx.convert(fallback, cx.type) : cx.type === 'string' ? raw("''") : raw('NULL')
    const found = raw(`${name}(${value!.sql.text}, ${distance(offset).text}, ${missing.text}) ${cx.over().text}`)
    return found
  }

const clickhouseNeighbour =
  (name: 'lagInFrame' | 'leadInFrame') =>
  ([value, offset, fallback]: readonly Arg[], cx: WindowContext): Sql => {
    if (offset && offset.constant === undefined) throw new NotSaid('a neighbour at a distance that is not constant')
    const missing = fallback ? `, ${cx.convert(fallback, cx.type).text}` : cx.type === 'string' ? ", ''" : ''
    const given = cx.type === 'string' ? value!.sql.text : `toNullable(${value!.sql.text})`
    const frame = 'ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING'
    return raw(`${name}(${given}, ${distance(offset).text}${missing}) ${cx.over([], frame).text}`)
  }

const UP_TO_HERE = 'ROWS UNBOUNDED PRECEDING'

/** A window that begins anew with each run. */
const running = (body: string, run: Sql | undefined, cx: WindowContext): Sql =>
  raw(`${body} ${cx.over(run && [run], UP_TO_HERE).text}`)

/** Number of the run that a row belongs to: how many restarts came up to it. */
const run = (restart: Arg | undefined, cx: WindowContext): Sql | undefined =>
  restart && cx.once(raw(`count(*) FILTER (WHERE ${restart.sql.text}) ${cx.over([], UP_TO_HERE).text}`))

/** Whether the value is that of the row before in the same run. */
const repeated = (value: Arg, group: Sql | undefined, cx: WindowContext): string => {
  const over = cx.over(group && [group]).text
  return `${value.sql.text} IS NOT DISTINCT FROM lag(${value.sql.text}) ${over} AND row_number() ${over} > 1`
}

export const windows = {
  prev: window({
    doc: 'The value some rows before; null where there is none.',
    gives: same,
    render: { duckdb: neighbour('lag'), clickhouse: clickhouseNeighbour('lagInFrame') },
    examples: [[`${SAMPLE} | extend p = prev(x, 1, 0) | summarize make_list(p)`, [0, 10, 10]]],
  }),
  next: window({
    doc: 'The value some rows after; null where there is none.',
    gives: same,
    render: { duckdb: neighbour('lead'), clickhouse: clickhouseNeighbour('leadInFrame') },
    examples: [[`${SAMPLE} | extend n = next(x) | summarize make_list_with_nulls(n)`, [10, 20, null]]],
  }),
  row_number: window({
    doc: 'Number of the row, from `start`, beginning anew where `restart` is true.',
    gives: 'long',
    render: {
      duckdb: ([start, restart], cx) => {
        const n = running('row_number()', run(restart, cx), cx)
        return start ? call`k_wrap(${n}::HUGEINT - 1 + ${start.sql})` : n
      },
      clickhouse: ([start, restart], cx) => {
        const n = call`toInt64(${running('row_number()', run(restart, cx), cx)})`
        return start ? sql`${n} - 1 + ${start.sql}` : n
      },
    },
    examples: [[`${SAMPLE} | extend r = row_number(5) | summarize make_list(r)`, [5, 6, 7]]],
  }),
  row_cumsum: window({
    doc: 'Sum of the values up to this row, beginning anew where `restart` is true.',
    gives: ([t]) => (t === 'int' ? 'long' : t!),
    render: {
      duckdb: ([value, restart], cx) => {
        const { text } = value!.sql
        if (cx.type === 'decimal') {
          const above = running(`list('"' || ${text} || '"')`, run(restart, cx), cx)
          return cx.native('_decimal_sum', sql`('[' || array_to_string(${above}, ',') || ']')`)
        }
        const total = running(`sum(${text})`, run(restart, cx), cx)
        return cx.type === 'real' ? call`coalesce(${total}, 0.0::DOUBLE)` : call`coalesce(k_wrap(${total}), 0)`
      },
      clickhouse: ([value, restart], cx) => {
        if (cx.type === 'decimal') throw new NotSaid('the sum of decimals')
        const total = running(`sum(${value!.sql.text})`, run(restart, cx), cx)
        return call`coalesce(${total}, ${raw(cx.type === 'real' ? 'toFloat64(0)' : 'toInt64(0)')})`
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
        const changed = cx.once(raw(`CASE WHEN ${repeated(value!, group, cx)} THEN 0 ELSE 1 END`))
        return call`CAST(${running(`sum(${changed.text})`, group, cx)} AS BIGINT)`
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
        const place = `row_number() ${cx.over(group && [group]).text}`
        const first = cx.once(raw(`CASE WHEN ${repeated(value!, group, cx)} THEN NULL ELSE ${place} END`))
        return running(`max(${first.text})`, group, cx)
      },
    },
    examples: [[`${SAMPLE} | extend r = row_rank_min(x) | summarize make_list(r)`, [1, 1, 3]]],
  }),
}
