/** `narrow`: a row for each cell. `identity` and `preview`: the rows as they are. */
import { limit, project, window } from '../../../plan/build.ts'
import { call, columnOf, long, text } from '../../../plan/expr.ts'
import type { Column, Expr, Plan } from '../../../plan/nodes.ts'
import { argumentsOf } from '../../calls.ts'
import { coerce } from '../../coerce.ts'
import { semantic } from '../../context.ts'
import { kindOf, type Syntax } from '../../language.ts'
import { constantOf, type LowerPlugin, listed } from './plugin.ts'

/** Rows are numbered from 0 in their order (documentation), cells follow the order of the columns. */
export const narrow: LowerPlugin = (_called, input, context) => {
  const { numbering } = context
  const number = numbering.column('number', 'long')
  const numbered = window(input, [{ column: number, name: 'row_number', args: [long(0)] }])
  const cells = listed(input, context).map((c): Expr => array([text(c.name), textOf(c)]))
  const cell = numbering.column('$cell', 'dynamic')
  const unnested: Plan = {
    kind: 'unnest',
    input: numbered,
    items: [{ column: cell, value: array(cells), bags: 'bag' }],
    columns: [...numbered.columns, cell],
  }
  const part = (i: number) => coerce(call('path', [columnOf(cell), long(i)], 'dynamic'), 'string')
  return project(unnested, [
    { column: numbering.column('Row', 'long'), expr: columnOf(number) },
    { column: numbering.column('Column', 'string'), expr: part(0) },
    { column: numbering.column('Value', 'string'), expr: part(1) },
  ])
}

/** The documentation prints times unlike tostring() gives them. */
const textOf = (c: Column): Expr =>
  c.type === 'datetime'
    ? call('format_datetime', [columnOf(c), text('yyyy-MM-dd HH:mm:ss.fffffff')], 'string')
    : coerce(columnOf(c), 'string')

const array = (items: readonly Expr[]): Expr =>
  call(
    'pack_array',
    items.map((i) => coerce(i, 'dynamic')),
    'dynamic',
  )

export const identity: LowerPlugin = (_called, input) => input

/** The first rows; the engine besides gives their whole number as a second table, and the API knows only one. */
export const preview: LowerPlugin = ({ op, node }, input, context) => {
  const pipe = op.Parent as Syntax
  if (kindOf(pipe.Parent as Syntax) !== 'ExpressionStatement')
    throw semantic(node, 'evaluate preview(): it must be the last operator of the query')
  return limit(input, constantOf(argumentsOf(node)[0]!, 'long', context))
}
