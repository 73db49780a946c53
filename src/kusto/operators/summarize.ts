/** `summarize`: group keys first, then aggregates; scalar functions may stand around an aggregate. */

import { canonicalName, entryNamed } from '../../functions/index.ts'
import { aggregate, pass, project as projectNode } from '../../plan/build.ts'
import { columnOf } from '../../plan/expr.ts'
import type { Assignment, Column, Expr, Measure } from '../../plan/nodes.ts'
import { argumentsOf, calledName, checkConstants } from '../calls.ts'
import { type Context, isHidden, partitionColumns, quoted, refuse, type Scope, semantic } from '../context.ts'
import { lowerScalar } from '../expressions.ts'
import { child, elements, kindOf, mustChild, resultColumns, type Syntax, textOf } from '../language.ts'
import { aggregatePartitions } from '../partitions.ts'
import type { LowerOperator } from './operator.ts'
import { withWindows } from './windows.ts'

export const summarize: LowerOperator = (op, input, context) => {
  const clause = child(op, 'ByClause')
  const keys = clause ? elements(clause, 'Expressions') : []
  const names = resultColumns(op)
  const measures: Measure[] = []
  const lowered = withWindows(input, (scope) => {
    const by = keys.map((k) => lowerKey(k, scope, context))
    const outputs = elements(op, 'Aggregates').flatMap((node) => {
      const values = lowerAggregate(node, by, { ...scope, measures }, context)
      const engine = values.length === 1 ? engineName(node) : undefined
      return values.map((expr) => ({ expr, engine, given: /NamedExpression$/.test(kindOf(node)) }))
    })
    return { by, outputs }
  })
  const { by, outputs } = lowered.result
  if (by.length + outputs.length === 0) throw semantic(op, "'summarize' operator: neither an aggregate nor a group key")
  if (names.length !== by.length + outputs.length) throw refuse(op, "This form of 'summarize'")
  const groups = by.map(
    (expr, i): Assignment => ({ column: context.numbering.column(names[i]!.name, expr.type), expr }),
  )
  const partitions = partitionColumns(input).map(pass)
  const grouped =
    groups.length > 0
      ? aggregate(lowered.input, [...groups, ...partitions], measures)
      : aggregatePartitions(lowered.input, measures, context)
  const saidOf = (i: number): string => names[by.length + i]!.name
  const taken = new Set(names.slice(0, by.length).map((n) => n.name))
  for (const [i, { given }] of outputs.entries()) if (given) taken.add(saidOf(i))
  const results = outputs.map(({ expr, engine, given }, i): Assignment => {
    const said = saidOf(i)
    const name = given ? said : numbered(engine ?? said, taken)
    taken.add(name)
    if (name !== said) context.engineNames.differ = true
    const column = context.numbering.column(name, expr.type)
    if (expr.kind === 'column' && context.numbering.isUnlisted(expr.id)) context.numbering.unlist(column)
    return { column, expr }
  })
  return projectNode(grouped, [
    ...groups.map((g) => pass(g.column)),
    ...results,
    ...partitionColumns(grouped).map(pass),
  ])
}

/** Repeated automatic names get a number (rule 124). */
function numbered(name: string, taken: ReadonlySet<string>): string {
  let free = name
  for (let n = 1; taken.has(free); n++) free = `${name}${n}`
  return free
}

/** Names that the engine gives where the parser gives others: covariance has both columns in its name, and a function around an aggregate keeps the aggregate's (rule 123). */
function engineName(node: Syntax): string | undefined {
  if (kindOf(node) !== 'FunctionCallExpression') return undefined
  const name = calledName(node)
  const args = argumentsOf(node)
  if (name.startsWith('covariance')) {
    const columns = args.slice(0, 2).map((a) => (kindOf(a) === 'NameReference' ? String(a.SimpleName) : ''))
    return [name, ...columns].join('_').replace(/_$/, '')
  }
  const inner = args[0]
  if (entryNamed(canonicalName(name))?.kind === 'aggregate' || !inner || kindOf(inner) !== 'FunctionCallExpression')
    return undefined
  if (calledName(inner) !== 'percentile') return engineName(inner)
  const [value, rank] = argumentsOf(inner)
  if (!value || !rank || kindOf(value) !== 'NameReference') return undefined
  return `percentile_${String(value.SimpleName)}_${textOf(rank).replace('.', '_')}`
}

export function lowerKey(node: Syntax, scope: Scope, context: Context): Expr {
  const expr = lowerScalar(node, scope, context)
  if (expr.type === 'dynamic')
    throw semantic(
      node,
      "Summarize group key is of a 'dynamic' type. Please use an explicit cast (for example, 'summarize ... by tostring(...)')",
    )
  return expr
}

/** One aggregate expression: one column, or several for arg_max, take_any(*) and percentiles. */
function lowerAggregate(node: Syntax, by: readonly Expr[], scope: Scope, context: Context): Expr[] {
  const inner =
    kindOf(node) === 'SimpleNamedExpression' || kindOf(node) === 'CompoundNamedExpression'
      ? mustChild(node, 'Expression')
      : node
  if (kindOf(inner) === 'FunctionCallExpression' && !context.names.find(calledName(inner))) {
    const name = canonicalName(calledName(inner))
    const several = SEVERAL[name]
    if (several) return several(inner, name, by, scope, context)
  }
  const before = scope.measures?.length ?? 0
  const expr = lowerScalar(inner, scope, context)
  refuseBareColumns(inner, expr, scope)
  if (scope.measures?.length === before)
    throw semantic(inner, `'summarize' operator: the expression ${quoted(inner)} has no aggregate function`)
  return [expr]
}

/** Outside of an aggregate only constants and aggregates may stand: a row's column has no one value (rule 157). */
export function refuseBareColumns(node: Syntax, expr: Expr, scope: Scope): void {
  const rows = new Set(scope.columns.map((c) => c.id))
  const measured = (e: Expr): boolean =>
    e.kind === 'column' ? rows.has(e.id) : e.kind === 'call' && e.args.some(measured)
  if (measured(expr)) throw semantic(node, 'Failed to resolve scalar expression: a column outside of an aggregate')
}

type SeveralColumns = (node: Syntax, name: string, by: readonly Expr[], scope: Scope, context: Context) => Expr[]

/** Aggregates that give several columns. */
export const isTupleAggregate = (name: string): boolean => name in SEVERAL

const SEVERAL: Readonly<Record<string, SeveralColumns>> = {
  arg_max: argExtreme,
  arg_min: argExtreme,
  take_any: takeAny,
  percentiles,
  percentilesw: percentiles,
}

/** arg_max(v, a, b): v and the values of a, b in the row that has it; `*` is every column that is no group key. */
function argExtreme(node: Syntax, name: string, by: readonly Expr[], scope: Scope, context: Context): Expr[] {
  const [extreme, ...rest] = argumentsOf(node)
  const { measures, ...rows } = scope
  const value = lowerScalar(extreme!, rows, context)
  return [{ expr: value, unlisted: false }, ...wantedOf(rest, [...by, value], rows, context)].map(
    ({ expr, unlisted }) => {
      const column: Column = context.numbering.column(name, expr.type)
      if (unlisted) context.numbering.unlist(column)
      measures!.push({ column, name, args: [value, expr] })
      return columnOf(column)
    },
  )
}

/** The values that arguments ask for; those of a star stay unlisted where their columns are. */
function wantedOf(args: readonly Syntax[], taken: readonly Expr[], scope: Scope, context: Context) {
  return args.flatMap((a) =>
    kindOf(a) === 'StarExpression'
      ? starColumns(taken, scope).map((c) => ({ expr: columnOf(c), unlisted: context.numbering.isUnlisted(c.id) }))
      : [{ expr: lowerScalar(a, scope, context), unlisted: false }],
  )
}

/** One value may come from any row; several come from one. */
function takeAny(node: Syntax, _name: string, by: readonly Expr[], scope: Scope, context: Context): Expr[] {
  const { measures, ...rows } = scope
  const args = argumentsOf(node)
  const single = args.length === 1 && kindOf(args[0]!) !== 'StarExpression'
  const name = single ? 'take_any' : '_any_row'
  return wantedOf(args, by, rows, context).map(({ expr, unlisted }) => {
    const column = context.numbering.column(name, expr.type)
    if (unlisted) context.numbering.unlist(column)
    measures!.push({ column, name, args: [expr] })
    return columnOf(column)
  })
}

/** One column a percentage; percentilesw() has the weight behind the value. */
function percentiles(node: Syntax, name: string, _by: readonly Expr[], scope: Scope, context: Context): Expr[] {
  const { measures, ...rows } = scope
  const args = argumentsOf(node).map((a) => lowerScalar(a, rows, context))
  const [single, values] = name === 'percentilesw' ? ['percentilew', 2] : ['percentile', 1]
  return args.slice(values).map((rank) => {
    checkConstants(node, single, [...args.slice(0, values), rank])
    const column = context.numbering.column(single, args[0]!.type === 'int' ? 'long' : args[0]!.type)
    measures!.push({ column, name: single, args: [...args.slice(0, values), rank] })
    return columnOf(column)
  })
}

function starColumns(except: readonly Expr[], scope: Scope): Column[] {
  const taken = new Set(except.flatMap((e) => (e.kind === 'column' ? [e.id] : [])))
  return scope.columns.filter((c) => !taken.has(c.id) && !isHidden(c))
}
