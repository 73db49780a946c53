/** `mv-expand`: one row for each element of an array or property of a bag. */
import { pass, project as projectNode } from '../../plan/build.ts'
import { call, columnOf, long } from '../../plan/expr.ts'
import type { Assignment, Column, Expr, Plan } from '../../plan/nodes.ts'
import type { KqlType } from '../../types/kql-type.ts'
import { typeOfLiteral } from '../calls.ts'
import { coerce } from '../coerce.ts'
import { type Context, partitionColumns, refuse } from '../context.ts'
import { lowerScalar } from '../expressions.ts'
import {
  automaticName,
  child,
  elements,
  kindOf,
  mustChild,
  parametersOf,
  resultColumns,
  type Syntax,
  textOf,
} from '../language.ts'
import type { LowerOperator } from './operator.ts'

export const mvExpand: LowerOperator = (op, input, context) => {
  const expanded = expandItems(op, input, context)
  const byName = new Map(expanded.assignments.map((a) => [a.column.name, a]))
  return projectNode(expanded.plan, [
    ...resultColumns(op).flatMap((r) => {
      const assignment = byName.get(r.name)
      if (!assignment && context.engineNames.absent.has(r.name)) return []
      if (!assignment) throw refuse(op, `The column '${r.name}' of mv-expand`)
      return [assignment]
    }),
    ...partitionColumns(input).map(pass),
  ])
}

/** Rows of each row that the old spelling `mvexpand` gives at most, unless it is told another number (note on the page of mv-expand). */
const LEGACY_LIMIT = 128

/** Types that a text inside an array is never one of: `to typeof()` does not parse it. Of the others, texts are how an array holds them. */
const CAST: ReadonlySet<KqlType> = new Set(['bool', 'int', 'long', 'real'])

/** The unnest node under mv-expand and mv-apply, and the columns that stand above it. */
export function expandItems(op: Syntax, input: Plan, context: Context): { plan: Plan; assignments: Assignment[] } {
  const parameters = parametersOf(op)
  const bags =
    /array/.test(textOf(parameters.get('kind') ?? parameters.get('bagexpansion') ?? op).slice(0, 20)) &&
    (parameters.has('kind') || parameters.has('bagexpansion'))
      ? 'array'
      : 'bag'
  const scope = { columns: input.columns }
  const items = elements(op, 'Expressions').map((e) => {
    const inner = mustChild(e, 'Expression')
    const named = kindOf(inner) === 'SimpleNamedExpression'
    const name = named ? String(mustChild(inner, 'Name').SimpleName) : automaticName(inner)
    if (!name) throw refuse(e, `An unnamed column in '${textOf(op).split(/\s/)[0]}'`)
    const value = lowerScalar(inner, scope, context)
    const to = child(e, 'ToTypeOf')
    return {
      name,
      value: value.type === 'dynamic' ? value : coerce(value, 'dynamic'),
      column: context.numbering.column(name, 'dynamic'),
      type: to ? typeOfLiteral(mustChild(to, 'TypeOf')) : undefined,
    }
  })
  const indexName = parameters.get('with_itemindex')
  const index: Column | undefined = indexName && context.numbering.column(textOf(indexName), 'long')
  const rowLimit = child(op, 'RowLimitClause')
  const limit: Expr | undefined = rowLimit
    ? coerce(lowerScalar(mustChild(rowLimit, 'RowLimit'), { columns: [] }, context), 'long')
    : /^mvexpand\b/.test(textOf(op))
      ? long(LEGACY_LIMIT)
      : undefined
  const plan: Plan = {
    kind: 'unnest',
    input,
    items: items.map((i) => ({ column: i.column, value: i.value, bags })),
    columns: [...input.columns, ...items.map((i) => i.column), ...(index ? [index] : [])],
    ...(index && { index }),
    ...(limit && { limit }),
  }
  const expanded = items.map((i): Assignment => {
    if (!i.type || i.type === 'dynamic') return pass(i.column)
    const element = columnOf(i.column)
    const conforming = CAST.has(i.type) ? call('_cast_number', [element], 'dynamic') : element
    return { column: context.numbering.column(i.name, i.type), expr: coerce(conforming, i.type) }
  })
  const named = (name: string) => expanded.find((a) => a.column.name === name)
  const assignments: Assignment[] = [
    ...input.columns.map((c) => named(c.name) ?? pass(c)),
    ...expanded.filter((a) => !input.columns.some((c) => c.name === a.column.name)),
    ...(index ? [pass(index)] : []),
  ]
  return { plan, assignments }
}
