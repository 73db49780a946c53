/** What a plug-in's file exports, and how its call is read. */
import { project } from '../../../plan/build.ts'
import { columnOf } from '../../../plan/expr.ts'
import type { Column, Expr, Plan } from '../../../plan/nodes.ts'
import type { KqlType } from '../../../types/kql-type.ts'
import { argumentsOf } from '../../calls.ts'
import { coerce } from '../../coerce.ts'
import { type Context, isHidden, quoted, refuse } from '../../context.ts'
import { lowerScalar } from '../../expressions.ts'
import { child, kindOf, mustChild, resultColumns, type Syntax } from '../../language.ts'

export interface PluginCall {
  /** The whole operator. */
  readonly op: Syntax
  /** The call in it. */
  readonly node: Syntax
  readonly name: string
}

export type LowerPlugin = (call: PluginCall, input: Plan, context: Context) => Plan

/** Arguments by position, and those that are given by name; `names` are the parameters in their order. */
export function parametersOfCall({ node }: PluginCall, names: readonly string[]): Map<string, Syntax> {
  const found = new Map<string, Syntax>()
  let position = 0
  for (const argument of argumentsOf(node)) {
    const named = kindOf(argument) === 'SimpleNamedExpression'
    const given = named ? String(mustChild(argument, 'Name').SimpleName) : names[position++]
    const name = names.find((n) => n.toLowerCase() === given?.toLowerCase())
    if (!name) throw refuse(argument, `The argument ${quoted(argument)}`)
    found.set(name, named ? mustChild(argument, 'Expression') : argument)
  }
  return found
}

/** An argument that does not depend on rows; constants written as `let` count. */
export function constantOf(node: Syntax, type: KqlType, context: Context): Expr {
  return coerce(lowerScalar(node, { columns: [] }, context), type)
}

/** The same where its value must be known before the data is seen. */
export function literalOf(node: Syntax, type: KqlType, context: Context): Extract<Expr, { kind: 'literal' }> {
  const value = constantOf(node, type, context)
  if (value.kind !== 'literal') throw refuse(node, `${quoted(node)} in place of a constant`)
  return value
}

export const flag = (node: Syntax | undefined, context: Context): boolean =>
  node !== undefined && literalOf(node, 'bool', context).value === true

/** A column of the input that an argument names. */
export function columnNamed(node: Syntax, input: Plan): Column {
  const column = kindOf(node) === 'NameReference' && input.columns.find((c) => c.name === String(node.SimpleName))
  if (!column) throw refuse(node, `${quoted(node)} in place of a column`)
  return column
}

/** The columns that a plug-in passes on. */
export const listed = (input: Plan, { numbering }: Context): Column[] =>
  input.columns.filter((c) => !isHidden(c) && !numbering.isUnlisted(c.id))

/** The columns under the names that the parser gives them. */
export function named(op: Syntax, plan: Plan, columns: readonly Column[], { numbering }: Context): Plan {
  const names = resultColumns(op)
  if (names.length !== columns.length) throw refuse(op, quoted(op))
  return project(
    plan,
    columns.map((c, i) => ({ column: numbering.copy(c, names[i]!.name), expr: columnOf(c) })),
  )
}

/** Whether the query says which columns the plug-in gives. */
export const hasSchema = (op: Syntax): boolean => child(op, 'Schema') !== undefined
