/** Literals of the query text as constants of the plan. The text is read here: the parser's own constant values lose hexadecimal and NaN. */

import { literal } from '../plan/expr.ts'
import type { Expr, LiteralValue } from '../plan/nodes.ts'
import { parseDatetime, printDatetime } from '../types/datetime.ts'
import { parseDecimal } from '../types/decimal.ts'
import { type Dynamic, parseJson, printJson } from '../types/dynamic.ts'
import { parseGuid } from '../types/guid.ts'
import type { KqlType } from '../types/kql-type.ts'
import { parseTimespan } from '../types/timespan.ts'
import { refuse, semantic } from './context.ts'
import {
  child,
  elements,
  kindOf,
  listOf,
  literalTypeOf,
  mustChild,
  type Syntax,
  scalarTypeOf,
  textOf,
} from './language.ts'

export function lowerLiteral(node: Syntax): Expr {
  const type = scalarTypeOf(node) ?? literalTypeOf(node)
  if (kindOf(node) === 'CompoundStringLiteralExpression' || type === 'string') return literal('string', stringOf(node))
  if (!type) {
    if (textOf(node) === 'null') return literal('dynamic', null)
    throw refuse(node, `The literal '${textOf(node).slice(0, 40)}'`)
  }
  if (type === 'datetime' && /^datetime\(\s*now\s*\)$/.test(textOf(node))) return { kind: 'now', type }
  return literal(type, constantOf(node, type))
}

/** Text of a string literal, escapes resolved. */
export function stringOf(node: Syntax): string {
  if (kindOf(node) === 'CompoundStringLiteralExpression') {
    return listOf(node.Tokens)
      .map((t: Syntax) => String((t as { ValueText?: string }).ValueText ?? ''))
      .join('')
  }
  return String(mustChild(node, 'Token').ValueText)
}

/** `datetime(2020-01-01)` → `2020-01-01`; a bare literal is its own text. */
function inner(text: string): string {
  const open = text.indexOf('(')
  if (open < 0 || !text.endsWith(')')) return text
  const body = text.slice(open + 1, -1).trim()
  return /^(['"]).*\1$/s.test(body) ? body.slice(1, -1) : body
}

function constantOf(node: Syntax, type: KqlType): LiteralValue {
  const text = inner(textOf(node))
  if (text === 'null' || text === '') return null
  switch (type) {
    case 'bool':
      return /^(true|1)$/i.test(text)
    case 'int':
      return Number(BigInt.asIntN(32, integer(text, node)))
    case 'long':
      return BigInt.asIntN(64, integer(text, node)).toString()
    case 'real':
      return real(text)
    case 'decimal':
      return orBad(parseDecimal(text), node)
    case 'datetime':
      // A text that is no time is null, as todatetime() has it: published queries with placeholders run.
      return parseDatetime(text)?.toString() ?? null
    case 'timespan':
      // time(2) is two days; totimespan("2") is not: the bare number is a form of the literal alone.
      return orBad(/^-?\d+$/.test(text) ? BigInt(text) * 864_000_000_000n : parseTimespan(text), node).toString()
    case 'guid':
      return orBad(parseGuid(text), node)
    default:
      throw refuse(node, `A literal of type ${type}`)
  }
}

function orBad<T>(value: T | null, node: Syntax): T {
  if (value === null) throw semantic(node, `The value '${textOf(node)}' is not a literal of its type`)
  return value
}

function integer(text: string, node: Syntax): bigint {
  const m = /^([+-]?)(0[xX][0-9a-fA-F]+|\d+)$/.exec(text)
  if (!m) throw semantic(node, `The value '${text}' is not an integer`)
  return m[1] === '-' ? -BigInt(m[2]!) : BigInt(m[2]!)
}

function real(text: string): number | string {
  const named: Record<string, string> = { nan: 'NaN', '+inf': 'Infinity', inf: 'Infinity', '-inf': '-Infinity' }
  const special = named[text.toLowerCase()]
  if (special) return special
  const n = Number(text)
  return Number.isFinite(n) ? n : n > 0 ? 'Infinity' : '-Infinity'
}

/** `dynamic(…)`: JSON with KQL's own literals inside. A value that is no JSON is taken as its text, as parse_json would. */
export function lowerDynamic(node: Syntax): Expr {
  const body = child(node, 'Expression')
  const value = body ? dynamicOf(body) : null
  return literal('dynamic', value === null ? null : printJson(value))
}

function dynamicOf(node: Syntax): Dynamic {
  switch (kindOf(node)) {
    case 'JsonObjectExpression': {
      const bag = new Map<string, Dynamic>()
      for (const pair of elements(node, 'Pairs'))
        bag.set(String(mustChild(pair, 'Name').ValueText), dynamicOf(mustChild(pair, 'Value')))
      return bag
    }
    case 'JsonArrayExpression':
      return elements(node, 'Values').map(dynamicOf)
    case 'ParenthesizedExpression':
    case 'DynamicExpression':
      return dynamicOf(mustChild(node, 'Expression'))
    case 'PrefixUnaryExpression': {
      const value = dynamicOf(mustChild(node, 'Expression'))
      if (typeof value === 'bigint' || typeof value === 'number')
        return textOf(node).startsWith('-') ? (typeof value === 'bigint' ? BigInt.asIntN(64, -value) : -value) : value
      return value
    }
    case 'LiteralExpression':
    case 'CompoundStringLiteralExpression':
      return scalarOf(node)
    default:
      throw refuse(node, `'${textOf(node).slice(0, 40)}' in a dynamic literal`)
  }
}

function scalarOf(node: Syntax): Dynamic {
  const type = scalarTypeOf(node)
  if (type === undefined) {
    // A bare word: null, or text such as `dynamic(abc)`.
    return parseJson(textOf(node)) ?? null
  }
  if (type === 'string') return stringOf(node)
  const value = constantOf(node, type)
  if (value === null) return null
  switch (type) {
    case 'datetime':
      return printDatetime(BigInt(value as string))
    case 'long':
    case 'timespan': // A timespan inside a dynamic literal is its tick count (rule 52, measured).
      return BigInt(value as string)
    case 'int':
      return BigInt(value as number)
    case 'real':
      if (!Number.isFinite(Number(value)) && /^[\d.]/.test(textOf(node)))
        throw semantic(node, `The number ${textOf(node)} is too large for a dynamic literal`)
      return Number(value)
    default:
      return value as Dynamic
  }
}
