/** Operators that look at the query rather than at rows: `getschema`, `render`, `as`, `consume`, `invoke`. */

import { limit } from '../../plan/build.ts'
import { literal, long, text } from '../../plan/expr.ts'
import type { Plan } from '../../plan/nodes.ts'
import type { KqlType } from '../../types/kql-type.ts'
import { calledName, callTableFunction } from '../calls.ts'
import { isHidden, refuse } from '../context.ts'
import { child, elements, kindOf, mustChild, textOf } from '../language.ts'
import { stringOf } from '../literals.ts'
import { alias } from '../statements.ts'
import type { LowerOperator } from './operator.ts'

const SYSTEM: Record<KqlType, string> = {
  bool: 'System.SByte',
  int: 'System.Int32',
  long: 'System.Int64',
  real: 'System.Double',
  decimal: 'System.Data.SqlTypes.SqlDecimal',
  string: 'System.String',
  datetime: 'System.DateTime',
  timespan: 'System.TimeSpan',
  guid: 'System.Guid',
  dynamic: 'System.Object',
}

export const getschema: LowerOperator = (_op, input, context): Plan => ({
  kind: 'values',
  columns: [
    context.numbering.column('ColumnName', 'string'),
    context.numbering.column('ColumnOrdinal', 'int'),
    context.numbering.column('DataType', 'string'),
    context.numbering.column('ColumnType', 'string'),
  ],
  rows: input.columns
    .filter((c) => !isHidden(c) && !context.numbering.isUnlisted(c.id))
    .map((c, i) => [text(c.name), literal('int', i), text(SYSTEM[c.type]), text(c.type)]),
})

/** Rows pass untouched; the chart travels beside them. */
export const render: LowerOperator = (op, input, context) => {
  const chart = child(op, 'ChartType')
  if (chart) context.visualization.Visualization = textOf(chart)
  const withClause = child(op, 'WithClause')
  for (const p of withClause ? elements(withClause, 'Properties') : []) {
    const value = mustChild(p, 'Expression')
    context.visualization[textOf(mustChild(p, 'Name'))] =
      kindOf(value) === 'LiteralExpression' && /^['"@h]/.test(textOf(value)) ? stringOf(value) : textOf(value)
  }
  return input
}

/** `as T` names what came so far for the rest of the query. */
export const as: LowerOperator = (op, input, context) => {
  const name = String(mustChild(op, 'Name').SimpleName)
  const id = context.numbering.shared()
  context.tableNames.set(id, name)
  context.names.bind(name, { kind: 'table', lower: () => alias(id, input, context) })
  return alias(id, input, context)
}

export const consume: LowerOperator = (_op, input) => limit(input, long(0))

export const invoke: LowerOperator = (op, input, context) => {
  const call = mustChild(op, 'Function')
  const user = context.names.find(calledName(call))
  if (user?.kind !== 'function') throw refuse(call, `The function ${calledName(call)}()`)
  return callTableFunction(call, user, context, input)
}
