/** Plug-ins on steps that follow one another: `sequence_detect` and `funnel_sequence_completion`. */
import { columnOf, long } from '../../../plan/expr.ts'
import type { Expr } from '../../../plan/nodes.ts'
import { argumentsOf } from '../../calls.ts'
import { coerce } from '../../coerce.ts'
import { type Context, quoted, refuse, semantic } from '../../context.ts'
import { lowerScalar } from '../../expressions.ts'
import { kindOf, mustChild, type Syntax, scalarTypeOf } from '../../language.ts'
import { procedure } from '../../procedure.ts'
import { numberFrom, timed } from './periods.ts'
import { columnNamed, constantOf, type LowerPlugin, literalOf } from './plugin.ts'
import { binSize } from './windows.ts'

/** Steps are the truth values behind the two lengths; what follows them are dimensions. */
export const sequenceDetect: LowerPlugin = (called, input, context) => {
  const [time, between, span, ...rest] = argumentsOf(called.node)
  const timeColumn = columnNamed(time!, input)
  if (timeColumn.type !== 'datetime') throw refuse(time!, `sequence_detect along a column of type ${timeColumn.type}`)
  const expressionOf = (n: Syntax) => (kindOf(n) === 'SimpleNamedExpression' ? mustChild(n, 'Expression') : n)
  const isStep = (n: Syntax) => scalarTypeOf(expressionOf(n)) === 'bool'
  const end = rest.findIndex((n) => !isStep(n))
  const steps = end < 0 ? rest : rest.slice(0, end)
  const dimensions = rest.slice(steps.length).map((n) => columnNamed(n, input))
  const scope = { columns: input.columns }
  const values = [
    numberFrom(columnOf(timeColumn), time!),
    ...steps.map((s) => coerce(lowerScalar(expressionOf(s), scope, context), 'bool')),
    ...dimensions.map(columnOf),
  ]
  const lengths = [between!, span!].map((n) => numberFrom(binSize(n, timeColumn, context), n))
  const types = [...dimensions.map((d) => d.type), ...steps.map(() => timeColumn.type), 'timespan' as const]
  return timed(
    called,
    (gives) =>
      procedure('_sequence_detect', [...lengths, long(steps.length)], [{ plan: input, values }], gives, context),
    types,
    context,
  )
}

export const funnelSequenceCompletion: LowerPlugin = (called, input, context) => {
  const [id, time, start, end, bin, state, sequence, periods] = argumentsOf(called.node)
  const timeColumn = columnNamed(time!, input)
  const stateColumn = columnNamed(state!, input)
  // The parser gives the state a text and the period a timespan, whatever they are made of.
  if (timeColumn.type !== 'datetime') throw refuse(time!, `A funnel along a column of type ${timeColumn.type}`)
  if (stateColumn.type !== 'string') throw refuse(state!, `A funnel over states of type ${stateColumn.type}`)
  const moment = (n: Syntax) => numberFrom(constantOf(n, timeColumn.type, context), n)
  const options = [
    moment(start!),
    moment(end!),
    numberFrom(binSize(bin!, timeColumn, context), bin!),
    literalOf(sequence!, 'dynamic', context),
    lengthsOf(periods!, context),
  ]
  const values = [columnOf(columnNamed(id!, input)), numberFrom(columnOf(timeColumn), time!), columnOf(stateColumn)]
  return timed(
    called,
    (gives) => procedure('_funnel_completion', options, [{ plan: input, values }], gives, context),
    ['datetime', 'string', 'timespan', 'long'],
    context,
  )
}

/** Timespans in a dynamic literal are ticks. */
function lengthsOf(node: Syntax, context: Context): Expr {
  const value = literalOf(node, 'dynamic', context)
  const lengths: unknown = JSON.parse(String(value.value))
  if (!Array.isArray(lengths) || !lengths.every((l) => Number.isSafeInteger(l)))
    throw semantic(node, `evaluate funnel_sequence_completion(): ${quoted(node)} is no array of timespans`)
  return value
}
