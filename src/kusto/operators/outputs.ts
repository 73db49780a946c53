/** The columns that one expression of project, extend or print gives: one, or several for functions that give a tuple. */
import { call, long } from '../../plan/expr.ts'
import type { Expr } from '../../plan/nodes.ts'
import { coerce } from '../coerce.ts'
import { type Context, refuse, type Scope } from '../context.ts'
import { lowerScalar } from '../expressions.ts'
import {
  automaticName,
  elements,
  kindOf,
  listOf,
  mustChild,
  type Syntax,
  symbolKind,
  textOf,
  typeNamed,
} from '../language.ts'

export interface Output {
  readonly expr: Expr
  /** The name that the query gives, when it does. */
  readonly given?: string
  /** The name that the expression has by itself, when it has one. */
  readonly automatic?: string
}

export function lowerOutputs(node: Syntax, scope: Scope, context: Context): Output[] {
  const kind = kindOf(node)
  if (kind === 'CompoundNamedExpression') {
    const names = elements(mustChild(node, 'Names'), 'Names').map((n) => String(n.SimpleName))
    return tuple(mustChild(node, 'Expression'), names.length, scope, context).map((o, i) => ({
      expr: o.expr,
      given: names[i]!,
    }))
  }
  const isTuple = node.ResultType && symbolKind(node.ResultType) === 'TupleSymbol'
  if (kind === 'SimpleNamedExpression') {
    const given = String(mustChild(node, 'Name').SimpleName)
    const inner = mustChild(node, 'Expression')
    const value =
      isTuple || isTupleNode(inner) ? tuple(inner, 1, scope, context)[0]!.expr : lowerScalar(inner, scope, context)
    return [{ expr: value, given }]
  }
  if (isTuple) return tuple(node, Number.POSITIVE_INFINITY, scope, context)
  const automatic = automaticName(node)
  return [{ expr: lowerScalar(node, scope, context), ...(automatic && { automatic }) }]
}

const isTupleNode = (node: Syntax) => !!node.ResultType && symbolKind(node.ResultType) === 'TupleSymbol'

/** A function with several results is a catalogue entry that gives them as one array. */
function tuple(node: Syntax, wanted: number, scope: Scope, context: Context): Output[] {
  if (!isTupleNode(node)) throw refuse(node, `The names before '${textOf(node).slice(0, 40)}'`)
  const columns = listOf(node.ResultType!.Columns)
  // With fewer names than columns the engine gives the named ones; the parser lists the others too.
  if (wanted < columns.length) context.engineNames.differ = true
  const value = lowerScalar(node, scope, context)
  return columns.slice(0, wanted).map((c, i) => {
    const type = typeNamed(c.Type) ?? 'dynamic'
    const element = call('path', [value, long(i)], 'dynamic')
    return { expr: type === 'dynamic' ? element : coerce(element, type), automatic: String(c.Name) }
  })
}
