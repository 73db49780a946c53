/** `parse-kv`: typed columns for the keys of a text of key and value pairs. */
import { captureGroups } from '../../functions/native/regex.ts'
import { pass, project as projectNode } from '../../plan/build.ts'
import { call, columnOf, literal, text } from '../../plan/expr.ts'
import type { Assignment, Expr, LiteralValue } from '../../plan/nodes.ts'
import { type Dynamic, printJson } from '../../types/dynamic.ts'
import { coerce, readAs } from '../coerce.ts'
import { type Context, isHidden, quoted, refuse, semantic } from '../context.ts'
import { lowerScalar } from '../expressions.ts'
import { child, elements, mustChild, type Syntax, textOf, typeNamed } from '../language.ts'
import type { LowerOperator } from './operator.ts'

export const parseKv: LowerOperator = (op, input, context) => {
  const keys = elements(mustChild(op, 'Keys'), 'Columns').map((k) => {
    const type = typeNamed(mustChild(k, 'Name').ReferencedSymbol?.Type as never)
    if (!type) throw refuse(k, `The type of ${quoted(k)}`)
    return { name: String(mustChild(k, 'Name').SimpleName), type }
  })
  const subject = coerce(lowerScalar(mustChild(op, 'Expression'), { columns: input.columns }, context), 'string')
  const pairs = context.numbering.column('$pairs', 'dynamic')
  const wanted = constant(keys.map((k) => k.name))
  const found = projectNode(input, [
    ...input.columns.map(pass),
    { column: pairs, expr: call('_parse_kv', [subject, wanted, optionsOf(op, context)], 'dynamic') },
  ])
  const assignments: Assignment[] = input.columns.map(pass)
  for (const k of keys) {
    const value: Expr = coerce(call('path', [columnOf(pairs), text(k.name)], 'dynamic'), 'string')
    const assignment = {
      column: context.numbering.column(k.name, k.type),
      expr: readAs(value, k.type),
    }
    const at = assignments.findIndex((a) => a.column.name === k.name)
    if (at >= 0) assignments[at] = assignment
    else assignments.push(assignment)
  }
  // As with parse, a column of the same name is replaced; the parser lists it twice.
  if (assignments.length < input.columns.length + keys.length) context.engineNames.differ = true
  const hidden = assignments.filter((a) => isHidden(a.column))
  return projectNode(found, [...assignments.filter((a) => !isHidden(a.column)), ...hidden])
}

const constant = (value: Dynamic): Expr => literal('dynamic', printJson(value))

/** What `with (…)` says, for the function that reads the text: { pair, kv, quotes, escapes, greedy } or { regex }. */
function optionsOf(op: Syntax, context: Context): Expr {
  const options = new Map<string, Dynamic>()
  const quotes: string[] = []
  const escapes: string[] = []
  const clause = child(op, 'WithClause')
  for (const p of clause ? elements(clause, 'Properties') : []) {
    const name = textOf(mustChild(p, 'Name'))
    const value = constantOf(mustChild(p, 'Expression'), context)
    if (name === 'quote') quotes.push(String(value))
    else if (name === 'escape') escapes.push(String(value))
    else options.set(name, value)
  }
  const regex = options.get('regex')
  if (regex !== undefined && captureGroups(String(regex)) !== 2)
    throw semantic(op, "'parse-kv' operator: the regular expression must have exactly two capture groups")
  if (quotes.some((q) => [...q].length < 1 || [...q].length > 2))
    throw semantic(op, "'parse-kv' operator: a quote is one character, or an opening and a closing one")
  if (escapes.some((e) => [...e].length !== 1)) throw semantic(op, "'parse-kv' operator: an escape is one character")
  if (options.has('pair_delimiter') !== options.has('kv_delimiter'))
    throw semantic(op, "'parse-kv' operator: pair_delimiter and kv_delimiter stand together")
  if (options.get('pair_delimiter') === '' || options.get('kv_delimiter') === '')
    throw semantic(op, "'parse-kv' operator: a delimiter may not be empty")
  return constant(options.set('quotes', quotes).set('escapes', escapes))
}

function constantOf(node: Syntax, context: Context): Exclude<LiteralValue, null> {
  const value = lowerScalar(node, { columns: [] }, context)
  if (value.kind !== 'literal' || value.value === null) throw refuse(node, `The option ${quoted(node)} of parse-kv`)
  return value.value
}
