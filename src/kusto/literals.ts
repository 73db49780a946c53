/** Literals of the query text as constants of the plan. The text is read here: the parser's own constant values lose hexadecimal and NaN. */

import { KqlError } from '../base/errors.ts'
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
  spanOf,
  textOf,
} from './language.ts'

export function lowerLiteral(node: Syntax): Expr {
  const type = scalarTypeOf(node) ?? literalTypeOf(node)
  if (kindOf(node) === 'CompoundStringLiteralExpression' || type === 'string') return literal('string', stringOf(node))
  if (!type) {
    if (textOf(node) === 'null') return literal('dynamic', null)
    throw refuse(node, `The literal '${textOf(node).slice(0, 40)}'`)
  }
  // datetime() is the current time too (documentation of the type).
  if (type === 'datetime' && /^\w+\(\s*(?:now)?\s*\)$/.test(textOf(node))) return { kind: 'now', type }
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
  if (text === 'null') return null
  const value = parsed(text, type)
  if (value === null)
    throw new KqlError('syntax', { message: `Failed to parse ${type} literal: '${textOf(node)}'` }, spanOf(node))
  return value
}

const BOOLS: Readonly<Record<string, boolean>> = { true: true, false: false, 1: true, 0: false }
const REALS: Readonly<Record<string, string>> = { nan: 'NaN', '+inf': 'Infinity', inf: 'Infinity', '-inf': '-Infinity' }

/** The value that the text of a literal stands for; null where it stands for none, which is no null but a mistake. */
function parsed(text: string, type: KqlType): LiteralValue {
  switch (type) {
    case 'bool':
      return BOOLS[text.toLowerCase()] ?? null
    case 'int': {
      const value = integer(text, 32)
      return value === null ? null : Number(value)
    }
    case 'long':
      return integer(text, 64)?.toString() ?? null
    case 'real':
      return REALS[text.toLowerCase()] ?? real(text)
    case 'decimal':
      return parseDecimal(text)
    case 'datetime':
      return parseDatetime(text)?.toString() ?? null
    case 'timespan':
      // time(2) is two days; totimespan("2") is not: the bare number is a form of the literal alone.
      return (/^-?\d+$/.test(text) ? BigInt(text) * 864_000_000_000n : parseTimespan(text))?.toString() ?? null
    case 'guid':
      return parseGuid(text)
    default:
      return null
  }
}

/** Null for what is no integer of so many bits. */
function integer(text: string, bits: number): bigint | null {
  const m = /^([+-]?)\s*(0[xX][0-9a-fA-F]+|\d+)$/.exec(text)
  if (!m) return null
  const value = m[1] === '-' ? -BigInt(m[2]!) : BigInt(m[2]!)
  return BigInt.asIntN(bits, value) === value ? value : null
}

function real(text: string): number | string | null {
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text)) return null
  const n = Number(text)
  return Number.isFinite(n) ? n : n > 0 ? 'Infinity' : '-Infinity'
}

/** `-9223372036854775808`: the least long, whose digits by themselves are too large for one. */
export function leastLong(node: Syntax): Expr | undefined {
  const isDigits = kindOf(node) === 'LiteralExpression' && scalarTypeOf(node) === 'long'
  return isDigits && textOf(node) === '9223372036854775808' ? literal('long', `-${textOf(node)}`) : undefined
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
      const least = textOf(node).startsWith('-') && leastLong(mustChild(node, 'Expression'))
      const value = least ? BigInt.asIntN(64, 2n ** 63n) : dynamicOf(mustChild(node, 'Expression'))
      if (typeof value === 'bigint' || typeof value === 'number')
        return textOf(node).startsWith('-') && !least
          ? typeof value === 'bigint'
            ? BigInt.asIntN(64, -value)
            : -value
          : value
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
