/** A place in the query text, and how to say it to a person. */

/** Offset and length in UTF-16 units of the query text. */
export interface Span {
  readonly start: number
  readonly length: number
}

/** Line and column, both counted from 1, of an offset. */
export function lineAndColumn(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset)
  const line = before.split('\n').length
  return { line, column: offset - before.lastIndexOf('\n') }
}
