/** Scalar expressions of the bound tree as expressions of the plan. */
import { entryNamed, isVolatile } from '../functions/index.ts'
import { project } from '../plan/build.ts'
import { bool, call, columnOf, literal, long, not, text, visitExpr } from '../plan/expr.ts'
import type { Expr } from '../plan/nodes.ts'
import type { KqlType } from '../types/kql-type.ts'
import { lowerCall } from './calls.ts'
import { coerce } from './coerce.ts'
import { COMPARISONS, checkComparable, comparable, wider } from './comparable.ts'
import { type Context, partitionColumns, quoted, refuse, type Scope, semantic } from './context.ts'
import { graphName, graphProperty } from './graph-scope.ts'
import {
  child,
  isTabular,
  kindOf,
  mustChild,
  type Syntax,
  scalarTypeOf,
  spanOf,
  symbolKind,
  textOf,
} from './language.ts'
import { leastLong, lowerDynamic, lowerLiteral } from './literals.ts'
import { lowerMembership } from './membership.ts'
import { lowerTable, shared } from './tables.ts'

export function lowerScalar(node: Syntax, scope: Scope, context: Context): Expr {
  context.numbering.spend()
  switch (kindOf(node)) {
    case 'LiteralExpression':
    case 'CompoundStringLiteralExpression':
      return lowerLiteral(node)
    case 'DynamicExpression':
      return lowerDynamic(node)
    case 'ParenthesizedExpression':
    case 'SimpleNamedExpression':
    case 'OrderedExpression':
    case 'BracketedExpression':
      return lowerScalar(mustChild(node, 'Expression'), scope, context)
    case 'NameReference':
      return lowerName(node, scope, context)
    case 'PrefixUnaryExpression':
      return lowerPrefix(node, scope, context)
    case 'BinaryExpression':
      return lowerBinary(node, scope, context)
    case 'InExpression':
    case 'HasAnyExpression':
    case 'HasAllExpression':
      return lowerMembership(node, scope, context)
    case 'BetweenExpression':
      return lowerBetween(node, scope, context)
    case 'FunctionCallExpression':
      return lowerCall(node, scope, context)
    case 'PathExpression':
    case 'ElementExpression':
      return lowerPath(node, scope, context)
    case 'ToScalarExpression':
      return lowerToScalar(node, scope, context)
    default:
      throw refuse(node, `${quoted(node)} (${kindOf(node)})`)
  }
}

function lowerName(node: Syntax, scope: Scope, context: Context): Expr {
  const name = String(node.SimpleName)
  const { graph } = scope
  const inPattern = graph && graphName(node, { ...scope, graph }, context)
  if (inPattern) return inPattern
  const symbol = node.ReferencedSymbol
  const kind = symbol ? symbolKind(symbol) : ''
  if (kind === 'ColumnSymbol') {
    const column = scope.columns.find((c) => c.name === name)
    if (column) return columnOf(column)
  }
  if (kind === 'FunctionSymbol') return lowerCall(node, scope, context)
  const binding = context.names.find(name)
  if (binding?.kind === 'scalar') return binding.expr
  if (binding?.kind === 'partition') return partitionValue(node, binding.column, scope)
  const column = scope.columns.find((c) => c.name === name)
  if (column && kind !== 'TableSymbol') return columnOf(column)
  if (graph?.current) throw semantic(node, `Failed to resolve scalar expression named '${name}'`)
  throw refuse(node, `The name '${name}' in this place`)
}

function partitionValue(node: Syntax, column: string, scope: Scope): Expr {
  const held = scope.columns.find((c) => c.name === column)
  if (!held) throw refuse(node, `The partition's ${quoted(node)} in this place`)
  return columnOf(held)
}

function lowerPrefix(node: Syntax, scope: Scope, context: Context): Expr {
  const minus = textOf(mustChild(node, 'Operator')) === '-'
  const least = minus && leastLong(mustChild(node, 'Expression'))
  if (least) return least
  const operand = lowerScalar(mustChild(node, 'Expression'), scope, context)
  if (!minus) return operand
  if (operand.kind === 'literal' && operand.value !== null) {
    if (operand.type === 'long' || operand.type === 'int')
      return long(BigInt.asIntN(64, -BigInt(operand.value as string)))
    if (operand.type === 'timespan')
      return literal('timespan', BigInt.asIntN(64, -BigInt(operand.value as string)).toString())
    // A plan travels as JSON, which has no -0.
    if (operand.type === 'real' && typeof operand.value === 'number' && operand.value !== 0)
      return literal('real', -operand.value)
  }
  return call('negate', [operand], operand.type === 'int' ? 'long' : operand.type, spanOf(node))
}

/** Old and negated spellings: the operator that is meant, and whether its answer is turned round. */
const SPELLINGS: Readonly<Record<string, readonly [name: string, negated: boolean]>> = {
  '<>': ['==', true],
  '!=': ['==', true],
  '!~': ['=~', true],
  notcontains: ['contains', true],
  notcontains_cs: ['contains_cs', true],
  notcontainscs: ['contains_cs', true],
  containscs: ['contains_cs', false],
  notlike: ['like', true],
  notlikecs: ['likecs', true],
  'matches regex': ['matches regex', false],
  ':': ['has', false],
}

function lowerBinary(node: Syntax, scope: Scope, context: Context): Expr {
  const spelled = textOf(mustChild(node, 'Operator')).replace(/\s+/g, ' ')
  const [name, negated] = SPELLINGS[spelled] ?? (spelled.startsWith('!') ? [spelled.slice(1), true] : [spelled, false])
  if (!entryNamed(name)) throw refuse(node, `The operator '${spelled}'`)
  const leftNode = mustChild(node, 'Left')
  if (kindOf(leftNode) === 'StarExpression') return anyColumn(node, name, negated, scope, context)
  const left = lowerScalar(leftNode, scope, context)
  const right = lowerScalar(mustChild(node, 'Right'), scope, context)
  if (['+', '-', '*', '/', '%'].includes(name)) return arithmetic(name, left, right, node)
  if (COMPARISONS.has(name)) checkComparable(left.type, right.type, node)
  if (name === 'and' || name === 'or')
    return call(name, [coerce(left, 'bool'), coerce(right, 'bool')], 'bool', spanOf(node))
  const positive = call(name, comparable(left, right, name), 'bool', spanOf(node))
  return negated ? not(positive) : positive
}

/** `* has 'x'`: true when any column matches, as its text. */
function anyColumn(node: Syntax, name: string, negated: boolean, scope: Scope, context: Context): Expr {
  const needle = lowerScalar(mustChild(node, 'Right'), scope, context)
  if (needle.type !== 'string') throw refuse(node, quoted(node), 'values of all columns are compared with text alone')
  const tests = scope.columns
    .filter((c) => !c.name.startsWith('$'))
    .map((c) => call(name, [coerce(columnOf(c), 'string'), needle], 'bool', spanOf(node)))
  const any = tests.length === 0 ? bool(false) : tests.reduce((a, b) => call('or', [a, b], 'bool'))
  return negated ? not(any) : any
}

const isTime = (t: KqlType) => t === 'datetime' || t === 'timespan'

function arithmetic(name: string, left: Expr, right: Expr, node: Syntax): Expr {
  const type = [left, right].some(isContainer) ? undefined : arithmeticType(name, left.type, right.type)
  if (!type)
    throw semantic(node, `The operator '${name}' is not defined for the operand types ${left.type} and ${right.type}`)
  return call(name, [left, right], type, spanOf(node))
}

/** A constant array or bag, which no number can be made of. */
const isContainer = (e: Expr): boolean => e.kind === 'literal' && e.type === 'dynamic' && /^[[{]/.test(String(e.value))

/** Result type of `a op b` in the engine: int arithmetic gives long (rule 18); undefined where nothing tells what it would give. */
export function arithmeticType(op: string, a: KqlType, b: KqlType): KqlType | undefined {
  if (isTime(a) || isTime(b)) return timeArithmetic(op, a, b)
  // A dynamic counts as the number beside it.
  if (a === 'dynamic' || b === 'dynamic') return a === b ? undefined : arithmeticType(op, other(a, b), other(b, a))
  const wide = wider(a, b)
  return wide === 'int' ? 'long' : wide
}

const other = (a: KqlType, b: KqlType): KqlType => (a === 'dynamic' ? b : a)

function timeArithmetic(op: string, a: KqlType, b: KqlType): KqlType | undefined {
  const scales = (t: KqlType) => t === 'int' || t === 'long' || t === 'real'
  switch (`${a} ${op} ${b}`) {
    case 'datetime - datetime':
    case 'timespan + timespan':
    case 'timespan - timespan':
    case 'timespan % timespan':
    case 'datetime % timespan':
      return 'timespan'
    case 'datetime + timespan':
    case 'timespan + datetime':
    case 'datetime - timespan':
      return 'datetime'
    case 'timespan / timespan':
      return 'real'
  }
  const scaled =
    a === 'timespan' ? (op === '*' || op === '/') && scales(b) : b === 'timespan' && op === '*' && scales(a)
  return scaled ? 'timespan' : undefined
}

function lowerBetween(node: Syntax, scope: Scope, context: Context): Expr {
  const couple = mustChild(node, 'Right')
  const value = lowerScalar(mustChild(node, 'Left'), scope, context)
  const first = lowerScalar(mustChild(couple, 'First'), scope, context)
  let second = lowerScalar(mustChild(couple, 'Second'), scope, context)
  // A duration as the upper bound of times is counted from the lower one (rule 11).
  if (value.type === 'datetime' && second.type === 'timespan') second = call('+', [first, second], 'datetime')
  const negated = textOf(mustChild(node, 'Operator')).startsWith('!')
  const inside = call(
    'and',
    [call('>=', comparable(value, first, '>='), 'bool'), call('<=', comparable(value, second, '<='), 'bool')],
    'bool',
    spanOf(node),
  )
  // Unlike and(), between is null as soon as the value or a bound is null (rule 10).
  const strict = call(
    '_between',
    [value, ...comparable(first, value, '>=').slice(0, 1), ...comparable(second, value, '>=').slice(0, 1), inside],
    'bool',
  )
  return negated ? not(strict) : strict
}

/** `d.a['b'][0]` as one call with all its steps, so that one pass over the JSON serves. */
function lowerPath(node: Syntax, scope: Scope, context: Context): Expr {
  const steps: Expr[] = []
  let at: Syntax = node
  for (;;) {
    const kind = kindOf(at)
    if (kind === 'PathExpression') {
      const owner = mustChild(at, 'Expression')
      const selector = mustChild(at, 'Selector')
      const side = kindOf(owner) === 'NameReference' ? String(owner.SimpleName) : ''
      const record = scope.records?.get(side)
      const entity = scope.graph?.named.get(side)
      if (entity && kindOf(selector) === 'NameReference') return pathInto(graphProperty(entity, selector), steps, node)
      if (side === '$left' || side === '$right' || record) {
        const columns = record ?? (side === '$left' ? scope.columns : (scope.right ?? []))
        const column = columns.find((c) => c.name === String(selector.SimpleName))
        if (!column) throw semantic(selector, `Failed to resolve column '${textOf(selector)}'`)
        return pathInto(columnOf(column), steps, node)
      }
      steps.unshift(
        kindOf(selector) === 'NameReference' ? text(String(selector.SimpleName)) : stepOf(selector, scope, context),
      )
      at = owner
    } else if (kind === 'ElementExpression') {
      steps.unshift(stepOf(mustChild(at, 'Selector'), scope, context))
      at = mustChild(at, 'Expression')
    } else if (kind === 'ParenthesizedExpression') {
      at = mustChild(at, 'Expression')
    } else break
  }
  return pathInto(lowerScalar(at, scope, context), steps, node)
}

function pathInto(owner: Expr, steps: readonly Expr[], node: Syntax): Expr {
  if (steps.length === 0) return owner
  if (owner.type !== 'dynamic') throw refuse(node, `The path ${quoted(node)} into a value of type ${owner.type}`)
  return call('path', [owner, ...steps], 'dynamic', spanOf(node))
}

function stepOf(selector: Syntax, scope: Scope, context: Context): Expr {
  const inner = child(selector, 'Expression')
  if (kindOf(selector) !== 'BracketedExpression' || !inner) throw refuse(selector, `The selector ${quoted(selector)}`)
  const step = lowerScalar(inner, scope, context)
  return step.type === 'string' || step.type === 'dynamic' ? step : coerce(step, 'long')
}

/** toscalar() is worked out once a query, so that what differs from call to call (rand, new_guid) stays the same in all rows. */
function once(value: Expr, context: Context): Expr {
  const differs = { yes: false }
  visitExpr(value, (e) => {
    if (e.kind === 'call' && isVolatile(e.name)) differs.yes = true
  })
  if (!differs.yes) return value
  const column = context.numbering.column('$scalar', value.type)
  const row = project({ kind: 'values', columns: [], rows: [[]] }, [{ column, expr: value }])
  return { kind: 'scalar', plan: shared(row, undefined, context), type: value.type }
}

function lowerToScalar(node: Syntax, scope: Scope, context: Context): Expr {
  const inner = mustChild(node, 'Expression')
  // toscalar(k) in `partition by k { … }` is the partition's value, also where the sub-query's table has a column k.
  const named = kindOf(inner) === 'NameReference' ? context.names.find(String(inner.SimpleName)) : undefined
  if (named?.kind === 'partition') return partitionValue(inner, named.column, scope)
  if (!isTabular(inner)) return once(lowerScalar(inner, scope, context), context)
  const table = lowerTable(inner, context)
  if (partitionColumns(table).length > 0) throw refuse(node, `${quoted(node)} in a sub-query of mv-apply or partition`)
  const first = table.columns.find((c) => !c.name.startsWith('$'))
  if (!first) throw semantic(node, 'toscalar() needs a table with a column')
  const plan = shared(table, [first], context)
  const type = scalarTypeOf(node)
  const value: Expr = { kind: 'scalar', plan, type: first.type }
  return type && type !== first.type && !(type === 'int' && first.type === 'long') ? coerce(value, type) : value
}
