/** Expressions of the plan as SQL, through the function catalogue. */

import type { Dialect } from '../backends/backend.ts'
import { invariant } from '../base/assert-never.ts'
import { KqlError } from '../base/errors.ts'
import type { Span } from '../base/span.ts'
import { CONVERSIONS } from '../functions/conversion.ts'
import {
  type AggregateContext,
  type AggregateEntry,
  type Arg,
  type Entry,
  NotSaid,
  type RenderContext,
  type Renderings,
  type Takes,
  type Unsupported,
  type WindowEntry,
  type WindowOrder,
} from '../functions/define.ts'
import { entryNamed } from '../functions/index.ts'
import { call, literal as literalExpr } from '../plan/expr.ts'
import type { Expr, Measure, Plan } from '../plan/nodes.ts'
import { infix, list, nested, raw, type Sql, sql, call as sqlCall } from '../sql/sql.ts'
import type { KqlType } from '../types/kql-type.ts'
import { columnName } from './select.ts'

export interface ExprContext {
  readonly dialect: Dialect
  /** A SELECT for a plan inside an expression. */
  readonly relation: (plan: Plan) => Sql
  /** Puts an expression into a column below the current select and gives its name. */
  readonly hoist: (value: Sql) => Sql
}

export function renderExpr(e: Expr, cx: ExprContext): Sql {
  switch (e.kind) {
    case 'column':
      return columnName(e.id)
    case 'literal':
      return cx.dialect.literal(e.type, e.value)
    case 'now':
    case 'caller':
      throw invariantBroken(`what the request knows is filled in before rendering: ${e.kind}`)
    case 'scalar': {
      const value = nested(
        cx.relation({ kind: 'limit', input: e.plan, count: literalExpr('long', '1'), columns: e.plan.columns }),
      )
      return e.type === 'string' ? sqlCall`coalesce(${value}, '')` : value
    }
    case 'member':
      return renderMember(e, cx)
    case 'call':
      return renderCall(e, cx)
  }
}

/** @throws KqlError unsupported, where no engine says it; NotSaid, where this one does not */
function renderingOf<R extends (...args: never[]) => Sql>(
  render: Renderings<R>,
  what: string,
  cx: ExprContext,
  span?: Span,
): R {
  if (typeof render.duckdb !== 'function')
    throw new KqlError('unsupported', { what, reason: (render.duckdb as Unsupported).unsupported }, span)
  const rendering = cx.dialect.name === 'duckdb' ? render.duckdb : render.clickhouse
  if (!rendering) throw new NotSaid(what.replace(/^The (?:function|aggregate) /, ''))
  return rendering as R
}

const isAsciiConstant = ({ constant }: Arg): boolean =>
  typeof constant === 'string' && Buffer.byteLength(constant) === constant.length

const invariantBroken = (what: string): Error => new Error(`invariant broken: ${what}`)

function renderCall(e: Extract<Expr, { kind: 'call' }>, cx: ExprContext): Sql {
  const entry = entryNamed(e.name)
  invariant(entry, `the plan calls only what the catalogue has: ${e.name}`)
  const context = renderContext(e.type, cx)
  const args = argumentsFor(e.args, entry, cx)
  switch (entry.kind) {
    case 'native': {
      if (cx.dialect.name === 'duckdb')
        return cx.dialect.native(
          e.name,
          args.map((a) => a.sql),
        )
      if (!entry.clickhouse) throw new NotSaid(`${e.name}()`)
      const value = entry.clickhouse(args, context)
      return entry.gives === 'string' ? sqlCall`coalesce(${value}, '')` : value
    }
    case 'scalar': {
      const value = renderingOf(entry.render, `The function ${e.name}()`, cx, e.span)(args, context)
      return entry.nulls === 'empty-string' ? sqlCall`coalesce(${value}, '')` : value
    }
    default:
      throw invariantBroken(`${e.name} is no scalar`)
  }
}

export function renderContext(type: KqlType, cx: ExprContext): RenderContext {
  return {
    type,
    once: (value) => (value.atomic && /^\w+$|^'[^']*'$/.test(value.text) ? value : cx.hoist(value)),
    lower: (text, beside = []) => cx.dialect.lower(text.sql, beside.length > 0 && beside.every(isAsciiConstant)),
    text: (value) => cx.dialect.literal('string', value),
    assume: (holds, value) => cx.dialect.assume(holds, value),
    native: (name, ...args) => cx.dialect.native(name, args),
    convert: (arg, to) => {
      if (arg.type === to) return arg.sql
      const entry = entryNamed(CONVERSIONS[to])
      invariant(entry?.kind === 'scalar', `conversion to ${to} is in the catalogue`)
      const value = renderingOf(entry.render, `${CONVERSIONS[to]}()`, cx)([arg], renderContext(to, cx))
      return entry.nulls === 'empty-string' ? sqlCall`coalesce(${value}, '')` : value
    },
  }
}

/** Arguments converted to what the entry takes; native entries get a typed null for each one that is left out. */
function argumentsFor(args: readonly Expr[], entry: Entry, cx: ExprContext): Arg[] {
  const { takes, rest }: Takes = entry
  const given = args.map((a, i): Arg => {
    const wanted = takes?.[i] ?? rest ?? 'any'
    const arg = argument(a, cx)
    if (wanted === 'any' || wanted === arg.type) return arg
    return {
      ...arg,
      sql: renderContext(wanted, cx).convert(arg, wanted),
      type: wanted,
      nonNull: wanted === 'string',
    }
  })
  if (entry.kind !== 'native' || entry.optional || cx.dialect.name !== 'duckdb') return given
  const missing = entry.takes
    .slice(args.length)
    .map((t): Arg => ({ sql: cx.dialect.literal(t, null), type: t, nonNull: false }))
  return [...given, ...missing]
}

export function argument(e: Expr, cx: ExprContext): Arg {
  const path = e.kind === 'call' && e.name === 'path' ? constantPath(e, cx) : undefined
  const json = e.kind === 'call' && e.name === 'parse_json' ? renderExpr(e.args[0]!, cx) : undefined
  return {
    sql: renderExpr(e, cx),
    type: e.type,
    nonNull: e.type === 'string' || (e.kind === 'literal' && e.value !== null),
    ...(e.kind === 'literal' && { constant: e.value }),
    ...(path && { path }),
    ...(json && { jsonText: json }),
  }
}

/** `d.a[0]` with constant steps: the JSON document and the steps, so that a conversion needs one look into it. */
function constantPath(e: Extract<Expr, { kind: 'call' }>, cx: ExprContext): Arg['path'] {
  const [owner, ...steps] = e.args
  const constants = steps.map((s) =>
    s.kind === 'literal' && s.value !== null && s.type !== 'dynamic' ? { type: s.type, value: s.value } : undefined,
  )
  if (constants.some((c) => c === undefined)) return undefined
  return {
    owner: argument(owner!, cx),
    steps: constants.map((c) => (c!.type === 'string' ? String(c!.value) : Number(c!.value))),
  }
}

/** `x in (T)` and `x has_any (T)` over the values of a shared plan. */
function renderMember(e: Extract<Expr, { kind: 'member' }>, cx: ExprContext): Sql {
  const column = e.plan.columns[0]!
  const values = cx.relation(e.plan)
  const value = columnName(column.id)
  const needle = renderExpr(e.needle, cx)
  if (e.name === 'has_any' && cx.dialect.name === 'clickhouse') return hasAnyOf(needle, values, value)
  if (e.name === 'has_any' || e.name === 'has_all')
    return cx.dialect.native(`${e.name} array`, [needle, cx.dialect.collect(values, value)])
  const lowered = (value: Sql): Sql => (e.name === 'in~' ? cx.dialect.lower(value, false) : value)
  const inList = sql`${lowered(needle)} IN (SELECT ${raw(lowered(value).text)} FROM (${raw(values.text)}))`
  return sqlCall`coalesce(${inList}, false)`
}

/** One pattern of all the terms, which the engine works out once: they are boundaries where a term begins and ends with a letter or digit. */
function hasAnyOf(hay: Sql, values: Sql, term: Sql): Sql {
  const start = sqlCall`if(match(${term}, '^[\\\\p{L}\\\\p{N}]'), '(?:^|[^\\\\p{L}\\\\p{N}])', '')`
  const end = sqlCall`if(match(${term}, '[\\\\p{L}\\\\p{N}]$'), '(?:$|[^\\\\p{L}\\\\p{N}])', '')`
  const pattern = sqlCall`concat(${start}, regexpQuoteMeta(${term}), ${end})`
  // After the end of a text there is no character.
  const all = sqlCall`if(count() = 0, '(?s)\\\\z.', concat('(?is)', arrayStringConcat(groupUniqArray(${pattern}), '|')))`
  return sqlCall`match(${hay}, assumeNotNull((SELECT ${all} FROM (${values}))))`
}

/**
 * A predicate where null counts as false (WHERE): plain SQL comparisons, so that the engine can use its statistics.
 */
export function renderPredicate(e: Expr, cx: ExprContext): Sql {
  if (e.kind === 'call' && (e.name === 'and' || e.name === 'or')) {
    const parts = e.args.map((a) => renderPredicate(a, cx))
    return infix(parts, e.name === 'and' ? 'AND' : 'OR')
  }
  if (e.kind === 'call' && e.name === '==') return renderExpr(call('_equal_or_null', e.args, 'bool', e.span), cx)
  return renderExpr(e, cx)
}

export function renderAggregate(m: Measure, input: Pick<AggregateContext, 'order' | 'few'>, cx: ExprContext): Sql {
  const entry = entryNamed(m.name) as AggregateEntry
  return renderingOf(
    entry.render,
    `The aggregate ${m.name}()`,
    cx,
  )(argumentsFor(m.args, entry, cx), { ...renderContext(m.column.type, cx), ...input })
}

export function renderWindow(
  name: string,
  args: readonly Expr[],
  type: KqlType,
  order: WindowOrder,
  cx: ExprContext,
): Sql {
  const entry = entryNamed(name) as WindowEntry
  const rendering = renderingOf(entry.render, `The function ${name}()`, cx)
  const over = (within: readonly Sql[] = [], frame = '') => {
    const groups = [...order.by, ...within]
    const partition = groups.length > 0 ? `PARTITION BY ${list(groups).text} ` : ''
    return raw(`OVER (${partition}ORDER BY ${order.position.text}${frame && ` ${frame}`})`)
  }
  return rendering(argumentsFor(args, entry, cx), { ...renderContext(type, cx), over })
}
