/** One value of a record to the text of one field of a batch file: exact, or refused. */
import { parseDecimal } from '../types/decimal.ts'
import { type Dynamic, parseJson, printJson } from '../types/dynamic.ts'
import { parseGuid } from '../types/guid.ts'
import type { KqlType } from '../types/kql-type.ts'
import { parseTimespan } from '../types/timespan.ts'
import { ticksText } from './ticks-text.ts'

/** Separates fields; records end with a line feed. Control characters, so that hardly any text needs quotes. */
export const DELIMITER = '\x1f'
/** Around a field that holds a control character used here; doubled inside. */
export const QUOTE = '\x1e'
/** An absent value. */
export const NULL = '\x02'
/** Not a field: the value is not one of the column's type. Bare control characters cannot come from data, they would be quoted. */
export const REFUSED = '\x03'

/** JSON nested deeper than this is refused: the engine's JSON functions end the process on very deep values. */
export const MAX_DEPTH = 64

/**
 * @param exact the value comes from parseJson (integers bigint, bags Map), not from JSON.parse
 * @returns the field, NULL or REFUSED
 */
export type ToField = (value: unknown, exact: boolean) => string

export const toField: Record<KqlType, ToField> = {
  string: (value, exact) => {
    if (typeof value === 'string') return quoted(value)
    if (value === null || value === undefined) return ''
    if (typeof value !== 'object') return String(value)
    return isShallow(value, MAX_DEPTH) ? quoted(jsonText(value, exact)) : REFUSED
  },
  long: (value) => (Number.isSafeInteger(value) ? String(value) : integer(value, -(2n ** 63n), 2n ** 63n - 1n)),
  int: (value) =>
    typeof value === 'number' && (value | 0) === value ? String(value) : integer(value, -(2n ** 31n), 2n ** 31n - 1n),
  bool: (value) => {
    if (typeof value === 'boolean') return value ? 'true' : 'false'
    if (isEmpty(value)) return NULL
    if (typeof value === 'object') return REFUSED
    return BOOLS[String(value).toLowerCase()] ?? REFUSED
  },
  real: (value) => {
    if (isEmpty(value)) return NULL
    if (typeof value !== 'number' && typeof value !== 'bigint' && typeof value !== 'string') return REFUSED
    const number = Number(value)
    return Number.isFinite(number) && String(value).trim() !== '' ? String(number) : REFUSED
  },
  datetime: (value) => {
    if (typeof value === 'string') return value === '' ? NULL : (ticksText(value) ?? REFUSED)
    return isEmpty(value) ? NULL : REFUSED
  },
  timespan: (value) => fromText(value, (text) => parseTimespan(text)?.toString()),
  guid: (value) => fromText(value, parseGuid),
  decimal: (value) =>
    fromText(typeof value === 'number' || typeof value === 'bigint' ? String(value) : value, parseDecimal),
  dynamic: (value, exact) => {
    if (isEmpty(value)) return NULL
    if (typeof value === 'string') return dynamicOfText(value)
    return isShallow(value, MAX_DEPTH) ? quoted(jsonText(value, exact)) : REFUSED
  },
}

/** A field as the batch file holds it. */
export function quoted(text: string): string {
  return NEEDS_QUOTES.test(text) ? QUOTE + text.replaceAll(QUOTE, QUOTE + QUOTE) + QUOTE : text
}

/** Compact JSON of a value in either form. */
export function jsonText(value: unknown, exact: boolean): string {
  if (exact) return printJson(value as Dynamic)
  try {
    return JSON.stringify(value)
  } catch {
    // A program's record may hold bigint, which JSON.stringify does not know.
    return printJson(dynamicOf(value))
  }
}

function dynamicOf(value: unknown): Dynamic {
  if (Array.isArray(value)) return value.map(dynamicOf)
  if (typeof value === 'object' && value !== null)
    return new Map(Object.entries(value).map(([k, v]) => [k, dynamicOf(v)]))
  return Number.isSafeInteger(value) ? BigInt(value as number) : ((value ?? null) as Dynamic)
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones that mean something in a batch file
const NEEDS_QUOTES = /[\x00\x02\x03\n\r\x1e\x1f]/
const BOOLS: Readonly<Record<string, string>> = { true: 'true', false: 'false', '1': 'true', '0': 'false' }

const isEmpty = (value: unknown): boolean => value === null || value === undefined || value === ''

function integer(value: unknown, min: bigint, max: bigint): string {
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) return REFUSED
    return value >= min && value <= max ? String(value) : REFUSED
  }
  if (isEmpty(value)) return NULL
  if (typeof value === 'string' && !/^\s*[+-]?\d{1,20}\s*$/.test(value)) return REFUSED
  if (typeof value !== 'string' && typeof value !== 'bigint') return REFUSED
  const exact = BigInt(typeof value === 'string' ? value.trim().replace(/^\+/, '') : value)
  return exact >= min && exact <= max ? exact.toString() : REFUSED
}

function fromText(value: unknown, parse: (text: string) => string | null | undefined): string {
  if (isEmpty(value)) return NULL
  return typeof value === 'string' ? (parse(value) ?? REFUSED) : REFUSED
}

/** The export writes most dynamic columns as text that holds JSON; other text is a JSON string. */
function dynamicOfText(text: string): string {
  if (!/^\s*(?:[-\d[{"]|true\s*$|false\s*$|null\s*$)/.test(text)) return quoted(JSON.stringify(text))
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return quoted(JSON.stringify(text))
  }
  if (value === null) return NULL
  if (!isShallow(value, MAX_DEPTH)) return REFUSED
  // Where JavaScript would lose something (digits, 1.0, the order of keys like "1") the two texts differ.
  return quoted(JSON.stringify(value) === text ? text : printJson(parseJson(text) ?? text))
}

function isShallow(value: unknown, depth: number): boolean {
  if (value === null || typeof value !== 'object') return true
  if (depth === 0) return false
  for (const inner of value instanceof Map ? value.values() : Object.values(value)) {
    if (!isShallow(inner, depth - 1)) return false
  }
  return true
}
