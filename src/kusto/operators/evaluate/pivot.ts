/** `pivot`: the values of a column become columns, an aggregate in each cell. Which there are, only the data knows: a probe asks. */
import { canonicalName, entryNamed } from '../../../functions/index.ts'
import { aggregate, pass, project, sort } from '../../../plan/build.ts'
import { call, columnOf, columnsUsed, long, text } from '../../../plan/expr.ts'
import type { Column, Expr, Measure, Plan } from '../../../plan/nodes.ts'
import { argumentsOf, calledName } from '../../calls.ts'
import { coerce } from '../../coerce.ts'
import { type Context, quoted, refuse } from '../../context.ts'
import { lowerScalar } from '../../expressions.ts'
import { kindOf, resultColumns, type Syntax, spanOf } from '../../language.ts'
import { ProbeNeeded, unknownNames } from '../../probe.ts'
import { columnNamed, hasSchema, type LowerPlugin, listed } from './plugin.ts'

/** The documented aggregates, by the form of them that takes a predicate: a cell is what it gives for the rows of the cell. */
const CONDITIONAL: Readonly<Record<string, string>> = {
  count: 'countif',
  sum: 'sumif',
  min: 'minif',
  max: 'maxif',
  avg: 'avgif',
  dcount: 'dcountif',
  stdev: 'stdevif',
  variance: 'varianceif',
  take_any: 'take_anyif',
  make_list: 'make_list_if',
  make_set: 'make_set_if',
  make_bag: 'make_bag_if',
}

export const pivot: LowerPlugin = ({ op, node }, input, context) => {
  const [pivoted, second, ...rest] = argumentsOf(node)
  const key = columnNamed(pivoted!, input)
  const isAggregate = second && kindOf(second) === 'FunctionCallExpression'
  const cell = cellOf(isAggregate ? second : undefined, input, context)
  const named = (second && !isAggregate ? [second, ...rest] : rest).map((n) => columnNamed(n, input))
  const used = new Set([key.id, ...cell.args.flatMap((a) => [...columnsUsed(a)])])
  const by = named.length > 0 ? named : listed(input, context).filter((c) => !used.has(c.id))
  const value = coerce(columnOf(key), 'string')
  if (!hasSchema(op))
    throw new ProbeNeeded(op, context, {
      plan: valuesOf(input, value, cell.type, context),
      columns: by.map(({ name, type }) => ({ name, type })),
      conflict: 'error',
      span: spanOf(node),
      unknown: { names: unknownNames(op), types: [cell.type] },
    })
  const measures: Measure[] = []
  const cellOfValue = (name: string): Expr => {
    const column = context.numbering.column(name, cell.type)
    const [first, ...others] = cell.args
    const when = call('==', [value, text(name)], 'bool')
    measures.push({ column, name: cell.name, args: first ? [first, when, ...others] : [when] })
    return columnOf(column)
  }
  const outputs = resultColumns(op).map(({ name, type }) => {
    if (type === 'unknown') throw refuse(op, quoted(op))
    const own = by.find((c) => c.name === name)
    return { column: context.numbering.column(name, type), expr: coerce(own ? columnOf(own) : cellOfValue(name), type) }
  })
  // Without a column to group by there is one row, and none where there are no rows.
  const keys = by.length > 0 ? by.map(pass) : [{ column: context.numbering.column('$all', 'long'), expr: long(0) }]
  return project(aggregate(input, keys, measures), outputs)
}

interface Cell {
  readonly name: string
  readonly args: readonly Expr[]
  readonly type: Column['type']
}

function cellOf(node: Syntax | undefined, input: Plan, context: Context): Cell {
  if (!node) return { name: 'countif', args: [], type: 'long' }
  const measures: Measure[] = []
  lowerScalar(node, { columns: input.columns, measures }, context)
  const measure = measures[0]
  const name = CONDITIONAL[canonicalName(calledName(node))]
  if (!measure || !name || !entryNamed(name)) throw refuse(node, `The aggregate ${quoted(node)} of pivot`)
  return { name, args: measure.args, type: measure.column.type }
}

/** A row for each value: its text, and the type of the cells; by name. */
function valuesOf(input: Plan, value: Expr, type: Column['type'], { numbering }: Context): Plan {
  const name = numbering.column('name', 'string')
  const values = aggregate(input, [{ column: name, expr: value }], [])
  const named = project(values, [pass(name), { column: numbering.column('type', 'string'), expr: text(type) }])
  return sort(named, [{ expr: columnOf(name), descending: false, nullsFirst: true }])
}
