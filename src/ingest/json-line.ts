/** One JSON text to its value, exactly: numbers that JavaScript would change are read another way. */
import { parseJson } from '../types/dynamic.ts'

export interface JsonLine {
  readonly value: unknown
  /** The value has parseJson's form: integers bigint, bags Map. */
  readonly exact: boolean
}

/** @returns undefined when the text is not JSON */
export function readJson(text: string): JsonLine | undefined {
  if (CHANGED_NUMBER.test(text)) {
    const value = parseJson(text)
    return value === undefined ? undefined : { value, exact: true }
  }
  try {
    return { value: JSON.parse(text), exact: false }
  } catch {
    return undefined
  }
}

/** A number of 16 digits or more (beyond 2^53), or with a point or exponent (1.0 is a real). May also match inside strings: that is only slower. */
const CHANGED_NUMBER = /(?:":|[[,])[ \t\r\n]*-?(?:\d{1,15}[.eE]|\d{16})/
