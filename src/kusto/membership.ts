/** `in`, `has_any`, `has_all` and their kin: a value beside a list, dynamic arrays, or the first column of a table. */
import { filter, project } from '../plan/build.ts'
import { bool, call, columnOf, literal, long, not, text } from '../plan/expr.ts'
import type { Expr, Plan } from '../plan/nodes.ts'
import { parseJson } from '../types/dynamic.ts'
import { isNumeric, type KqlType } from '../types/kql-type.ts'
import { printReal } from '../types/real.ts'
import { coerce } from './coerce.ts'
import { checkComparable, comparable, wider } from './comparable.ts'
import { type Context, isHidden, partitionColumns, quoted, refuse, type Scope, semantic } from './context.ts'
import { lowerScalar } from './expressions.ts'
import { elements, isTabular, kindOf, mustChild, type Syntax, spanOf, textOf } from './language.ts'
import { lowerTable, shared } from './tables.ts'

export function lowerMembership(node: Syntax, scope: Scope, context: Context): Expr {
  const spelled = textOf(mustChild(node, 'Operator'))
  const negated = spelled.startsWith('!')
  const name = negated ? spelled.slice(1) : spelled
  const leftNode = mustChild(node, 'Left')
  const items = elements(mustChild(node, 'Right'), 'Expressions')
  const needles =
    kindOf(leftNode) === 'StarExpression'
      ? scope.columns.filter((c) => !c.name.startsWith('$')).map((c) => coerce(columnOf(c), 'string'))
      : [lowerScalar(leftNode, scope, context)]
  const [only] = items
  const test: Test =
    items.length === 1 && only && isTabular(only)
      ? inTable(name, tableOf(only, node, context), node, context)
      : inList(
          name,
          items.map((i) => lowerScalar(i, scope, context)),
          node,
        )
  const any = needles.map(test).reduce((a, b) => call('or', [a, b], 'bool'))
  return negated ? not(any) : any
}

type Test = (needle: Expr) => Expr

const comparesTerms = (name: string): boolean => name.startsWith('has_')

function tableOf(table: Syntax, node: Syntax, context: Context): Plan {
  const plan = lowerTable(table, context)
  if (partitionColumns(plan).length > 0) throw refuse(node, `${quoted(node)} in a sub-query of mv-apply or partition`)
  const first = plan.columns.find((c) => !isHidden(c))
  if (!first) throw semantic(node, 'The table has no column to compare with')
  return shared(plan, [first], context)
}

/** The values of the one column of a table, made into the type that the needle is compared in. */
const inTable =
  (name: string, table: Plan, node: Syntax, context: Context): Test =>
  (needle) => {
    const [column] = table.columns
    const plan = column!.type === 'dynamic' ? flattened(table, context) : table
    const as = comparesTerms(name) ? 'string' : commonOf(name, needle.type, column!.type, node)
    return { kind: 'member', name, needle: coerce(needle, as), plan: columnAs(plan, as, context), type: 'bool' }
  }

/** Cells that hold arrays stand for the values in them, at any depth (documentation of `in`: nested arrays are flattened). */
function flattened(table: Plan, context: Context): Plan {
  const [column] = table.columns
  const element = context.numbering.column(column!.name, 'dynamic')
  const unnested: Plan = {
    kind: 'unnest',
    input: table,
    items: [{ column: element, value: call('_flat_members', [columnOf(column!)], 'dynamic'), bags: 'bag' }],
    columns: [column!, element],
  }
  return project(filter(unnested, call('isnotnull', [columnOf(element)], 'bool')), [
    { column: context.numbering.copy(element), expr: columnOf(element) },
  ])
}

function columnAs(table: Plan, type: KqlType, context: Context): Plan {
  const [column] = table.columns
  if (column!.type === type) return table
  return project(table, [
    { column: context.numbering.column(column!.name, type), expr: coerce(columnOf(column!), type) },
  ])
}

/** The type in which a needle is compared with the values of a column. */
function commonOf(name: string, needle: KqlType, column: KqlType, node: Syntax): KqlType {
  const types = [needle, column]
  if (name === 'in~') checkTexts(types, node)
  if (needle === 'dynamic' || column === 'dynamic') {
    const other = types.find((t) => t !== 'dynamic') ?? 'string'
    // A number in a dynamic may have a fraction.
    return other === 'int' || other === 'long' ? 'real' : other
  }
  checkComparable(needle, column, node)
  return wider(needle, column) ?? types.find((t) => t !== 'string') ?? 'string'
}

/** Only text has upper and lower case. */
function checkTexts(types: readonly KqlType[], node: Syntax): void {
  const other = types.find((t) => t !== 'string' && t !== 'dynamic')
  if (other) throw semantic(node, `The operator 'in~' compares texts, not values of type ${other}`)
}

const inList =
  (name: string, values: readonly Expr[], node: Syntax): Test =>
  (needle) => {
    const list = values.flatMap((e) => expandArray(e, needle.type))
    if (list.some((e) => e.type === 'dynamic')) {
      const array = list.length === 1 ? list[0]! : call('pack_array', list, 'dynamic')
      return call(`${name} array`, [asMember(needle), array], 'bool', spanOf(node))
    }
    if (comparesTerms(name) || needle.type === 'dynamic') {
      const texts = [needle, ...list].map((e) => coerce(e, 'string'))
      return call(name, texts, 'bool', spanOf(node))
    }
    if (name === 'in~') checkTexts([needle.type, ...list.map((e) => e.type)], node)
    for (const e of list) checkComparable(e.type, needle.type, node)
    // Values that are compared in one type make one list, which engines look up at once.
    const pairs = list.map((e) => comparable(e, needle, '=='))
    const types = [...new Set(pairs.map(([, n]) => n.type))]
    const tests = types.map((type) => {
      const same = pairs.filter(([, n]) => n.type === type)
      return call(name, [same[0]![1], ...same.map(([e]) => e)], 'bool', spanOf(node))
    })
    return tests.length === 0
      ? call(name, [needle], 'bool', spanOf(node))
      : tests.reduce((a, b) => call('or', [a, b], 'bool'))
  }

/** As the text that the value has inside of an array: `true`, not `True`. */
const asMember = (needle: Expr): Expr =>
  coerce(needle.type === 'bool' || needle.type === 'real' ? coerce(needle, 'dynamic') : needle, 'string')

/** A constant array beside a value becomes plain constants, so that the engine sees a list. */
function expandArray(e: Expr, type: KqlType): Expr[] {
  if (e.kind !== 'literal' || e.type !== 'dynamic' || typeof e.value !== 'string') return [e]
  const value = parseJson(e.value)
  if (!Array.isArray(value)) return [e]
  const asText = type === 'string' || type === 'dynamic'
  const constants = value.map((v) => {
    if (typeof v === 'string') return coerce(text(v), asText ? 'string' : type)
    if (typeof v === 'bigint') return asText ? text(v.toString()) : isNumeric(type) ? long(v) : undefined
    if (typeof v === 'number') return asText ? text(printReal(v)) : isNumeric(type) ? literal('real', v) : undefined
    if (typeof v === 'boolean') return type === 'bool' ? bool(v) : text(String(v))
    return undefined
  })
  return constants.every((c) => c !== undefined) ? constants : [e]
}
