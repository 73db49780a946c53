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
  /** A result of a function with several, beyond the names that the query gives: only the parser has a column for it (rule 135). */
  readonly beyond?: true
}

export function lowerOutputs(node: Syntax, scope: Scope, context: Context): Output[] {
  const kind = kindOf(node)
  if (kind === 'CompoundNamedExpression') {
    const names = elements(mustChild(node, 'Names'), 'Names').map((n) => String(n.SimpleName))
    return named(tuple(mustChild(node, 'Expression'), scope, context), names)
  }
  if (kind === 'SimpleNamedExpression') {
    const given = String(mustChild(node, 'Name').SimpleName)
    const inner = mustChild(node, 'Expression')
    if (isTuple(inner)) return named(tuple(inner, scope, context), [given])
    return [{ expr: lowerScalar(inner, scope, context), given }]
  }
  if (isTuple(node)) return tuple(node, scope, context)
  const automatic = automaticName(node)
  return [{ expr: lowerScalar(node, scope, context), ...(automatic && { automatic }) }]
}

const isTuple = (node: Syntax) => !!node.ResultType && symbolKind(node.ResultType) === 'TupleSymbol'

const named = (outputs: readonly Output[], names: readonly string[]): Output[] =>
  outputs.map(({ expr }, i) => (i < names.length ? { expr, given: names[i]! } : { expr, beyond: true }))

/**
 * Pairs outputs with the names that the parser has for them, in order, and leaves out what only the parser has; undefined
 * when names and outputs do not fit.
 */
export function withNames(outputs: readonly Output[], columns: readonly { readonly name: string }[], context: Context) {
  const names = columns.map((c) => c.name)
  const kept = outputs.filter((o) => !o.beyond)
  // `print` lists no column beyond the names.
  const listed = names.length === kept.length ? kept : outputs
  if (names.length !== listed.length) return undefined
  for (const [i, o] of listed.entries()) if (o.beyond) onlyParserHas(names[i]!, context)
  return listed.flatMap(({ expr, beyond }, i) => (beyond ? [] : [{ expr, name: names[i]! }]))
}

/** From here on the names of the parser are no check. */
export function onlyParserHas(name: string, { engineNames }: Context): void {
  engineNames.differ = true
  engineNames.absent.add(name)
}

/** A function with several results is a catalogue entry that gives them as one array. */
function tuple(node: Syntax, scope: Scope, context: Context): Output[] {
  if (!isTuple(node)) throw refuse(node, `The names before '${textOf(node).slice(0, 40)}'`)
  const columns = listOf(node.ResultType!.Columns)
  const value = lowerScalar(node, scope, context)
  return columns.map((c, i) => {
    const type = typeNamed(c.Type) ?? 'dynamic'
    const element = call('path', [value, long(i)], 'dynamic')
    return { expr: type === 'dynamic' ? element : coerce(element, type), automatic: String(c.Name) }
  })
}
