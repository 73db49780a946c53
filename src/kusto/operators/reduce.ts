/** `reduce`: strings that are alike but for some words, grouped under a pattern. */
import { aggregate, join as joinNode, keep, pass, project } from '../../plan/build.ts'
import { call, columnOf, literal, long, text } from '../../plan/expr.ts'
import type { Column, Expr, Plan } from '../../plan/nodes.ts'
import { coerce } from '../coerce.ts'
import { type Context, isHidden, quoted, refuse } from '../context.ts'
import { lowerScalar } from '../expressions.ts'
import { child, elements, mustChild, parametersOf, resultColumns, type Syntax, textOf } from '../language.ts'
import { alias } from '../statements.ts'
import type { LowerOperator } from './operator.ts'

export const reduce: LowerOperator = (op, input, context) => {
  const kind = parametersOf(op).get('kind')
  const id = context.numbering.shared()
  const value = coerce(lowerScalar(mustChild(op, 'Expression'), { columns: input.columns }, context), 'string')
  const source = context.numbering.column('$text', 'string')
  const rows = project(input, [...input.columns.map(pass), { column: source, expr: value }])
  const [first, second] = [alias(id, rows, context), alias(id, rows, context)]
  const patterns = patternsOf(op, first, first.columns.at(-1)!, context)
  if (kind && textOf(kind) === 'source') {
    const [key, pattern] = [second.columns.at(-1)!, patterns.pattern]
    const on = [{ left: columnOf(key), right: columnOf(patterns.source) }]
    const joined = joinNode('inner', second, patterns.plan, on, [...second.columns, pattern])
    // The parser lists the columns of the other form too.
    context.engineNames.differ = true
    return project(joined, [
      ...second.columns
        .slice(0, -1)
        .filter((c) => !isHidden(c))
        .map(pass),
      { column: context.numbering.column('Pattern', 'string'), expr: columnOf(pattern) },
    ])
  }
  if (kind) throw refuse(kind, `The kind ${quoted(kind)} of reduce`)
  const names = resultColumns(op).map((c) => c.name)
  const pattern = context.numbering.column(names[0] ?? 'Pattern', 'string')
  const count = context.numbering.column(names[1] ?? 'Count', 'long')
  const representative = context.numbering.column(names[2] ?? 'Representative', 'string')
  // The text that comes up most often stands for its group.
  return keep(
    aggregate(
      patterns.plan,
      [{ column: pattern, expr: columnOf(patterns.pattern) }],
      [
        { column: count, name: 'sum', args: [columnOf(patterns.count)] },
        { column: representative, name: 'arg_max', args: [columnOf(patterns.count), columnOf(patterns.source)] },
      ],
    ),
    [pattern, count, representative],
  )
}

interface Patterns {
  readonly plan: Plan
  readonly source: Column
  readonly pattern: Column
  readonly count: Column
}

/** Every different text with the pattern that it falls under: all of them are looked at together, in TypeScript. */
function patternsOf(op: Syntax, rows: Plan, source: Column, context: Context): Patterns {
  const options = new Map<string, Expr>()
  const clause = child(op, 'With')
  for (const p of clause ? elements(clause, 'Parameters') : [])
    options.set(textOf(mustChild(p, 'Name')), lowerScalar(mustChild(p, 'Expression'), { columns: [] }, context))
  const threshold = coerce(options.get('threshold') ?? literal('real', 0.1), 'real')
  const characters = coerce(options.get('characters') ?? text(''), 'string')
  const column = (name: string, type: Column['type']) => context.numbering.column(name, type)
  const each = column('$each', 'string')
  const times = column('$times', 'long')
  const counted = aggregate(
    rows,
    [{ column: each, expr: columnOf(source) }],
    [{ column: times, name: 'count', args: [] }],
  )
  const pair = call('pack_array', [coerce(columnOf(each), 'dynamic'), coerce(columnOf(times), 'dynamic')], 'dynamic')
  const all = column('$all', 'dynamic')
  const listed = aggregate(
    counted,
    [],
    [{ column: all, name: 'make_list', args: [call('pack_array', [pair], 'dynamic')] }],
  )
  const item = column('$item', 'dynamic')
  const unnested: Plan = {
    kind: 'unnest',
    input: listed,
    items: [{ column: item, value: call('_reduce', [columnOf(all), threshold, characters], 'dynamic'), bags: 'bag' }],
    columns: [all, item],
  }
  const at = (i: number, type: Column['type']) => coerce(call('path', [columnOf(item), long(i)], 'dynamic'), type)
  const outputs = [column('$text', 'string'), column('$pattern', 'string'), column('$count', 'long')] as const
  const plan = project(
    unnested,
    outputs.map((c, i) => ({ column: c, expr: at(i, c.type) })),
  )
  return { plan, source: outputs[0], pattern: outputs[1], count: outputs[2] }
}
