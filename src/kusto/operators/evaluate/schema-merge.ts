/** `schema_merge`: several schemas (rows of `getschema`) as one. The parser does not know this plug-in; the engine does (measured). */
import { aggregate, pass, project, sort, window } from '../../../plan/build.ts'
import { call, columnOf, long, text } from '../../../plan/expr.ts'
import type { Column, Expr } from '../../../plan/nodes.ts'
import { semantic } from '../../context.ts'
import { type LowerPlugin, literalOf, parametersOfCall } from './plugin.ts'

const COLUMNS = ['ColumnName', 'ColumnOrdinal', 'DataType', 'ColumnType'] as const
const OUT_OF_ORDER = 'ERROR(columns are out of order)'

/** Columns go by the largest of their places; one that has several places is an error, unless order does not matter. One with several types is refused. */
export const schemaMerge: LowerPlugin = (called, input, context) => {
  const { numbering } = context
  const [name, ordinal, dataType, type] = COLUMNS.map((wanted): Column => {
    const column = input.columns.find((c) => c.name === wanted)
    if (!column) throw semantic(called.node, `evaluate schema_merge(): the input has no column '${wanted}'`)
    return column
  })
  const preserve = parametersOfCall(called, ['PreserveOrder']).get('PreserveOrder')
  const inOrder = !preserve || literalOf(preserve, 'bool', context).value === true
  const measure = (measureName: string, c: Column) => {
    const column = numbering.column(`$${measureName}`, c.type)
    return { column, name: measureName, args: [columnOf(c)] }
  }
  const [least, most] = [measure('min', ordinal!), measure('max', ordinal!)]
  const data = measure('take_any', dataType!)
  const [lowType, highType] = [measure('min', type!), measure('max', type!)]
  const merged = aggregate(input, [pass(name!)], [least, most, data, lowType, highType])
  const key = (c: Column) => ({ expr: columnOf(c), descending: false, nullsFirst: true })
  const place = numbering.column('$place', 'long')
  const placed = window(sort(merged, [key(most.column), key(name!)]), [
    { column: place, name: 'row_number', args: [long(0)] },
  ])
  const [low, high] = [columnOf(lowType.column), columnOf(highType.column)]
  const inPlace: Expr = call('==', [columnOf(least.column), columnOf(most.column)], 'bool')
  const either = (yes: Expr, no: Expr): Expr => (inOrder ? call('iff', [inPlace, yes, no], yes.type) : yes)
  return project(placed, [
    pass(name!),
    { column: numbering.column('ColumnOrdinal', 'long'), expr: either(columnOf(place), long(-1)) },
    {
      column: numbering.column('DataType', 'string'),
      expr: either(columnOf(data.column), text(`ERROR(unknown CSL type:${OUT_OF_ORDER})`)),
    },
    {
      column: numbering.column('ColumnType', 'string'),
      expr: call('_one_type', [low, high, either(low, text(OUT_OF_ORDER))], 'string'),
    },
  ])
}
