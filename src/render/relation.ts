/** Plans as SELECT statements. */

import type { Dialect } from '../backends/backend.ts'
import { assertNever } from '../base/assert-never.ts'
import { NotSaid, type WindowOrder } from '../functions/define.ts'
import { columnsUsed, conjuncts, literal } from '../plan/expr.ts'
import type { Aggregate, Column, Expr, Iterate, Join, Plan, SortKey, Union, Values, Window } from '../plan/nodes.ts'
import { readsTable, sharedUses } from '../plan/walk.ts'
import { clause, list, nested, raw, type Sql, call as sqlCall } from '../sql/sql.ts'
import type { Segment } from '../store/snapshot.ts'
import { type ExprContext, renderAggregate, renderExpr, renderPredicate, renderWindow } from './expr.ts'
import { as, columnName, open, over, type Select, selecting, toSql } from './select.ts'

export interface RenderOptions {
  readonly dialect: Dialect
  readonly segments: (table: string) => readonly Segment[]
}

/** The SELECT of a whole plan, shared plans in front of it. */
export function renderRelation(plan: Plan, options: RenderOptions): Sql {
  const shared = new SharedPlans(plan, options)
  return shared.with(wholeSelect(plan, shared))
}

/** Shared plans that are used more than once become CTEs, in the order in which they need each other. */
class SharedPlans {
  readonly #uses: ReadonlyMap<number, number>
  readonly #ctes = new Map<number, string>()
  #hoists = 0
  readonly options: RenderOptions

  constructor(plan: Plan, options: RenderOptions) {
    this.options = options
    this.#uses = sharedUses(plan)
  }

  /** Names of hoisted columns are unique in the statement: `SELECT *` passes inner ones on. */
  nextHoist(): number {
    return ++this.#hoists
  }

  isReused(id: number): boolean {
    return (this.#uses.get(id) ?? 0) > 1
  }

  name(id: number, plan: Plan): Sql {
    if (!this.#ctes.has(id)) {
      const text = toSql(relation(plan, this)).text
      this.#ctes.set(id, text)
    }
    return raw(`s${id}`)
  }

  with(body: Sql): Sql {
    if (this.#ctes.size === 0) return body
    const ctes = [...this.#ctes].map(([id, text]) => `s${id} AS (${text})`)
    return { text: `WITH ${ctes.join(', ')} ${body.text}`, atomic: false }
  }
}

/** Renders the expressions of one clause; what they hoist becomes columns of sub-selects under `from`. */
class Clause {
  readonly #levels: string[][] = []
  readonly #shared: SharedPlans
  readonly cx: ExprContext

  constructor(shared: SharedPlans) {
    this.#shared = shared
    this.cx = {
      dialect: shared.options.dialect,
      relation: (plan) => wholeSelect(plan, shared),
      hoist: (value) => this.#hoist(value),
    }
  }

  #hoist(value: Sql): Sql {
    const name = `h${this.#shared.nextHoist()}`
    const needs = [...value.text.matchAll(/\bh(\d+)\b/g)].map((m) => m[0])
    let level = 0
    for (const [i, names] of this.#levels.entries())
      if (names.some((n) => needs.includes(n.split(' AS ').at(-1)!))) level = i + 1
    const at = this.#levels[level] ?? []
    at.push(`${value.text} AS ${name}`)
    this.#levels[level] = at
    return raw(name)
  }

  /** The FROM with what was hoisted below it. */
  below(select: Select): Select {
    let result = select
    for (const level of this.#levels)
      result = { from: nested(toSql({ ...open(result), columns: [raw('*'), ...level.map(raw)] })) }
    return result
  }
}

/** The columns of a plan, and no others. */
function wholeSelect(plan: Plan, shared: SharedPlans): Sql {
  const select = relation(plan, shared)
  if (!select.order) return toSql(select)
  const names = plan.columns.map((c) => columnName(c.id))
  return toSql(selecting(select.columns ? over(select) : select, names))
}

function relation(plan: Plan, shared: SharedPlans): Select {
  const { dialect } = shared.options
  switch (plan.kind) {
    case 'scan': {
      const { columns, ...rows } = dialect.scan(plan, shared.options.segments(plan.table))
      // Where no column is looked at, the table itself says how many rows there are.
      return columns?.length ? { ...rows, columns, isScan: true } : rows
    }
    case 'values':
      return values(plan, shared)
    case 'range': {
      const c = new Clause(shared)
      const [from, to, step] = [plan.from, plan.to, plan.step].map((e) => renderExpr(e, c.cx))
      const source = c.below({ from: raw('(SELECT 1 AS one)') }).from!
      const constant =
        [plan.from, plan.to, plan.step].every((e) => e.kind === 'literal' && e.value !== null) &&
        !(plan.step.kind === 'literal' && Number(plan.step.value) === 0)
      return { from: nested(dialect.range(plan.columns[0]!, from!, to!, step!, source, constant)) }
    }
    case 'filter': {
      const c = new Clause(shared)
      const where = conjuncts(plan.when).map((e) => renderPredicate(e, c.cx))
      const input = c.below(open(relation(plan.input, shared)))
      return { ...input, where: [...(input.where ?? []), ...where] }
    }
    case 'project': {
      const c = new Clause(shared)
      const columns = plan.assignments.map((a) => as(renderExpr(a.expr, c.cx), a.column.id))
      const below = relation(plan.input, shared)
      // ORDER BY and LIMIT may stay in the same SELECT as a projection; only taken columns need a sub-select.
      const input = c.below(below.columns || below.groupBy ? over(below) : below)
      return selecting(input, columns)
    }
    case 'aggregate':
      return aggregate(plan, shared)
    case 'join':
      return join(plan, shared)
    case 'union':
      return union(plan, shared)
    case 'sort': {
      const c = new Clause(shared)
      const below = relation(plan.input, shared)
      const named = plan.keys.every((k) => k.expr.kind === 'column' && k.expr.type !== 'decimal')
      const free = below.isScan && named && !below.orderBy && !below.limit ? below : open(below)
      const orderBy = plan.keys.map((k) => sortKey(k, c.cx, free.order))
      return { ...c.below(free), orderBy }
    }
    case 'limit': {
      const c = new Clause(shared)
      const input = relation(plan.input, shared)
      if (plan.by) return limitBy(input, plan.by, limitOf(plan.count, c.cx))
      return { ...(input.limit ? over(input) : input), limit: limitOf(plan.count, c.cx) }
    }
    case 'sample': {
      const c = new Clause(shared)
      const input = { ...open(relation(plan.input, shared)), orderBy: [dialect.random] }
      const count = limitOf(plan.count, c.cx)
      return plan.by ? limitBy(input, plan.by, count) : { ...input, limit: count }
    }
    case 'unnest': {
      const c = new Clause(shared)
      const items = plan.items.map((i) => ({ column: i.column, bags: i.bags, value: renderExpr(i.value, c.cx) }))
      const rowLimit = plan.limit && renderExpr(plan.limit, c.cx)
      const input = c.below(open(relation(plan.input, shared)))
      const outer = plan.columns.filter(
        (col) => !plan.items.some((i) => i.column.id === col.id) && col.id !== plan.index?.id,
      )
      return { from: nested(dialect.unnest(nested(toSql(input)), outer, items, plan.index, rowLimit)) }
    }
    case 'window':
      return window(plan, shared)
    case 'iterate':
      return iterate(plan, shared)
    case 'shared': {
      const from = shared.isReused(plan.id)
        ? shared.name(plan.id, plan.plan)
        : nested(toSql(relation(plan.plan, shared)))
      return { from, columns: plan.columns.map((c, i) => as(columnName(plan.plan.columns[i]!.id), c.id)) }
    }
    default:
      return assertNever(plan)
  }
}

/** The first rows of each group, in the order of the input. */
function limitBy(input: Select, by: readonly Column[], count: Sql): Select {
  const { orderBy, ...rest } = input.columns || input.limit || input.groupBy ? over(input) : input
  const order = orderBy?.length ? ` ORDER BY ${list(orderBy).text}` : ''
  const place = raw(`row_number() OVER (PARTITION BY ${by.map((c) => `c${c.id}`).join(', ')}${order}) AS place`)
  return { from: nested(toSql({ ...rest, columns: [raw('*'), place] })), where: [raw(`place <= ${count.text}`)] }
}

const limitOf = (count: Expr, cx: ExprContext): Sql =>
  count.kind === 'literal'
    ? raw(String(BigInt(String(count.value ?? 0)) < 0n ? 0 : count.value))
    : cx.dialect.limit(renderExpr(count, cx))

function sortKey(k: SortKey, cx: ExprContext, order?: Select['order']): Sql {
  const key = (k.expr.kind === 'column' && order?.get(k.expr.id)) || orderable(k.expr, cx)
  return cx.dialect.orderBy(key, k.expr.type, k.descending, k.nullsFirst)
}

/** Decimals are kept as text, so their order needs a key. */
function orderable(e: Expr, cx: ExprContext): Sql {
  const value = renderExpr(e, cx)
  return e.type === 'decimal' ? cx.dialect.native('_decimal_key', [value]) : value
}

function values(plan: Values, shared: SharedPlans): Select {
  // Constants are named as often as a rendering likes: nothing can stand below them.
  const cx = { ...new Clause(shared).cx, hoist: (value: Sql) => value }
  const { dialect } = shared.options
  if (plan.columns.length === 0) return { from: raw('(SELECT 1)') }
  if (plan.rows.length === 0) {
    return {
      columns: plan.columns.map((col) => as(dialect.literal(col.type, null), col.id)),
      from: raw('(SELECT 1)'),
      where: [raw('false')],
    }
  }
  const rows = plan.rows.map((row) => row.map((e) => renderExpr(e, cx)))
  return { from: nested(dialect.values(plan.columns, rows)) }
}

function aggregate(plan: Aggregate, shared: SharedPlans): Select {
  const c = new Clause(shared)
  const keys = plan.by.map((a) => as(renderExpr(a.expr, c.cx), a.column.id))
  const order = plan.order?.length
    ? raw(`ORDER BY ${plan.order.map((k) => sortKey(k, c.cx).text).join(', ')}`)
    : raw('')
  const few = !readsTable(plan.input)
  const measures = plan.measures.map((m) => as(renderAggregate(m, { order, few }, c.cx), m.column.id))
  const input = c.below(open(relation(plan.input, shared)))
  const columns = [...keys, ...measures]
  // Without keys there is one row, whatever the input; here nobody looks at its values.
  if (columns.length === 0) return { columns: [raw('1')], from: raw('(SELECT 1)') }
  return { ...selecting(input, columns), groupBy: keys.map((_, i) => raw(String(i + 1))) }
}

/** Each leg lists the columns that it has; the engine fills in the others, and text among them becomes empty. */
function union(plan: Union, shared: SharedPlans): Select {
  const { dialect } = shared.options
  const isMissing = (e: Expr) => e.kind === 'literal' && (e.value === null || (e.type === 'string' && e.value === ''))
  const legs = plan.inputs.map((input) => {
    const c = new Clause(shared)
    const columns = plan.columns.flatMap((col, j) =>
      isMissing(input.map[j]!) && dialect.unionByName
        ? []
        : [as(sqlCall`CAST(${renderExpr(input.map[j]!, c.cx)} AS ${dialect.typeName(col.type)})`, col.id)],
    )
    const below = c.below(open(relation(input.plan, shared)))
    return nested(toSql(selecting(below, columns.length > 0 ? columns : [raw('1 AS leg')])))
  })
  const columns = plan.columns.map((col, j) => {
    const missing = dialect.unionByName ? plan.inputs.filter((i) => isMissing(i.map[j]!)).length : 0
    if (missing === plan.inputs.length) return as(dialect.literal(col.type, null), col.id)
    const name = columnName(col.id)
    return as(missing > 0 && col.type === 'string' ? sqlCall`coalesce(${name}, '')` : name, col.id)
  })
  return { columns, from: nested(list(legs, dialect.unionByName ? ' UNION ALL BY NAME ' : ' UNION ALL ')) }
}

const sqlJoin = ({ semi, anti }: Dialect['halfJoins']): Record<Join['join'], string> => ({
  inner: 'INNER JOIN',
  innerunique: 'INNER JOIN',
  leftouter: 'LEFT JOIN',
  rightouter: 'RIGHT JOIN',
  fullouter: 'FULL JOIN',
  leftsemi: semi,
  rightsemi: semi,
  leftanti: anti,
  rightanti: anti,
})

function join(plan: Join, shared: SharedPlans): Select {
  const swapped = plan.join === 'rightsemi' || plan.join === 'rightanti'
  const left = keyed(
    plan.left,
    plan.on.map((o) => o.left),
    'l',
    shared,
  )
  const right = keyed(
    plan.right,
    plan.on.map((o) => o.right),
    'r',
    shared,
  )
  const equal = plan.on.map((o, i) => {
    // Null keys match each other in Kusto (rule 14); text is never null, and a plain = joins faster.
    const operator = o.left.type === 'string' ? '=' : 'IS NOT DISTINCT FROM'
    return raw(`${left.keys[i]!.text} ${operator} ${right.keys[i]!.text}`)
  })
  const on = raw(equal.map((e) => e.text).join(' AND '))
  const l = plan.join === 'innerunique' ? distinctOn(left.from, left.keys) : left.from
  const [a, b] = swapped ? [right.from, l] : [l, right.from]
  const from = clause`${a} ${raw(sqlJoin(shared.options.dialect.halfJoins)[plan.join])} ${b} ON ${on}`
  return { columns: plan.columns.map((c) => as(filled(c, plan), c.id)), from }
}

/** The missing side of an outer join has nulls, but text is never null: it is empty (rule 162). */
function filled(column: Column, plan: Join): Sql {
  const name = columnName(column.id)
  const inLeft = plan.left.columns.some((c) => c.id === column.id)
  const missing =
    plan.join === 'fullouter' || (plan.join === 'leftouter' && !inLeft) || (plan.join === 'rightouter' && inLeft)
  return missing && column.type === 'string' ? sqlCall`coalesce(${name}, '')` : name
}

/** One side of a join, with its keys as columns. */
function keyed(plan: Plan, keys: readonly Expr[], alias: string, shared: SharedPlans): { from: Sql; keys: Sql[] } {
  const c = new Clause(shared)
  const names = keys.map((k, i) => (k.kind === 'column' ? columnName(k.id) : raw(`${alias}k${i}`)))
  const extra = keys.flatMap((k, i) =>
    k.kind === 'column' ? [] : [raw(`${renderExpr(k, c.cx).text} AS ${alias}k${i}`)],
  )
  const input = c.below(relation(plan, shared))
  const select = extra.length > 0 ? { ...open(input), columns: [raw('*'), ...extra] } : input
  return { from: clause`${nested(toSql(select))} AS ${raw(alias)}`, keys: names }
}

/** innerunique: the left side is first reduced to one row a key (rule 160). */
const distinctOn = (from: Sql, keys: readonly Sql[]): Sql =>
  clause`(SELECT DISTINCT ON (${list(keys)}) * FROM ${from}) AS l`

function window(plan: Window, shared: SharedPlans): Select {
  const c = new Clause(shared)
  const order: WindowOrder = { position: positionOf(plan), by: (plan.by ?? []).map((col) => columnName(col.id)) }
  const outputs = plan.outputs.map((o) => as(renderWindow(o.name, o.args, o.column.type, order, c.cx), o.column.id))
  const input = c.below(over(numbered(plan, c, shared)))
  return { ...open(input), columns: [raw('*'), ...outputs] }
}

const positionOf = (plan: Window | Iterate): Sql => (plan.position ? columnName(plan.position.id) : raw('pos'))

/** The input with the place of each row, from 1. Equal sort keys keep the order of the input, as the engine does. */
function numbered(plan: Window | Iterate, c: Clause, shared: SharedPlans): Select {
  const position = positionOf(plan)
  const input = open(relation(plan.input, shared))
  if (!plan.order?.length) return { ...input, columns: [raw('*'), raw(`row_number() OVER () AS ${position.text}`)] }
  const ord = raw(`ord_${position.text}`)
  const keys = [...plan.order.map((k) => sortKey(k, c.cx)), ord]
  return {
    columns: [raw('*'), raw(`row_number() OVER (ORDER BY ${list(keys).text}) AS ${position.text}`)],
    from: nested(toSql({ ...input, columns: [raw('*'), raw(`row_number() OVER () AS ${ord.text}`)] })),
  }
}

/**
 * A recursive CTE: one round takes one row of every group and the state that its group has reached. A round costs about
 * half a millisecond (measured), however many groups there are; the query's time-out ends what takes too many.
 */
function iterate(plan: Iterate, shared: SharedPlans): Select {
  // A round of ClickHouse's recursive CTE reads all rows, however few the round needs.
  if (shared.options.dialect.name !== 'duckdb') throw new NotSaid('scan')
  const id = shared.nextHoist()
  const [rows, done] = [raw(`rows${id}`), raw(`done${id}`)]
  const c = new Clause(shared)
  const position = positionOf(plan)
  const by = (plan.by ?? []).map((col) => columnName(col.id))
  const group = by.length > 0 ? `dense_rank() OVER (ORDER BY ${list(by).text})` : '1'
  const placed = {
    ...over({ ...over(numbered(plan, c, shared)), columns: [raw('*'), raw(`${group} AS g${id}`)] }),
    columns: [raw('*'), raw(`row_number() OVER (PARTITION BY g${id} ORDER BY ${position.text}) AS n${id}`)],
  }
  const state = plan.state.map((s) => ({ ...s, name: columnName(s.column.id) }))
  const typed = (column: Column, e: Expr, cx: ExprContext) =>
    sqlCall`CAST(${renderExpr(e, cx)} AS ${shared.options.dialect.typeName(column.type)})`
  const layered = plan.layers.flat()
  const first = [
    raw(`DISTINCT g${id}`),
    raw(`0::BIGINT AS n${id}`),
    ...state.map((s) => as(typed(s.column, s.initial, c.cx), s.column.id)),
    ...layered.map((a) => as(typed(a.column, literal(a.column.type, null), c.cx), a.column.id)),
  ]
  // A round reads all rows to find one, so it reads only the columns that it needs.
  const read = new Set(
    [...plan.state.map((s) => s.next), ...layered.map((a) => a.expr)].flatMap((e) => [...columnsUsed(e)]),
  )
  const needed = plan.input.columns.filter((col) => read.has(col.id)).map((col) => columnName(col.id))
  const met = list([
    ...[`g${id}`, `n${id}`].map((n) => raw(`${rows.text}.${n}`)),
    ...needed,
    ...state.map((s) => s.name),
  ])
  let round: Select = {
    columns: [met],
    from: clause`${done} JOIN ${rows} ON ${rows}.${raw(`g${id}`)} = ${done}.${raw(`g${id}`)} AND ${rows}.${raw(`n${id}`)} = ${done}.${raw(`n${id}`)} + 1`,
  }
  for (const layer of plan.layers) {
    const l = new Clause(shared)
    const columns = layer.map((a) => as(typed(a.column, a.expr, l.cx), a.column.id))
    round = { ...open(l.below(round)), columns: [raw('*'), ...columns] }
  }
  const l = new Clause(shared)
  const next = [
    raw(`g${id}`),
    raw(`n${id}`),
    ...state.map((s) => as(typed(s.column, s.next, l.cx), s.column.id)),
    ...layered.map((a) => columnName(a.column.id)),
  ]
  const step: Select = { ...open(l.below(round)), columns: next }
  const recursive = clause`WITH RECURSIVE ${rows} AS MATERIALIZED (${toSql(placed)}), ${done} AS (${toSql({ columns: first, from: rows })} UNION ALL ${toSql(step)})`
  const outputs = list([raw(`${rows.text}.*`), ...layered.map((a) => columnName(a.column.id))])
  return {
    from: clause`(${recursive} SELECT ${outputs} FROM ${done} JOIN ${rows} USING (${raw(`g${id}`)}, ${raw(`n${id}`)}))`,
  }
}
