/** Reads the request body of the hunting routes: tolerant of what real scripts send, strict where asked. */
import { KqlError } from '../base/errors.ts'

/**
 * The query text of a body. Raw line breaks and tabs inside the JSON string, which the documentation's own sample has, are
 * taken unless `strict`; then they are refused as the service does (captured 2025-07-31).
 * @throws KqlError missing_query
 */
export function readQuery(body: string, strict: boolean): string {
  const object = readObject(body, strict)
  return queryIn(object.Query ?? (strict ? undefined : object.query))
}

/** The members of a body; none of what is no JSON object, so that its query is missing. */
export function readObject(body: string, strict: boolean): Readonly<Record<string, unknown>> {
  const value = parse(strict ? body : escapeControls(body))
  return value && typeof value === 'object' ? (value as Record<string, unknown>) : {}
}

/** @throws KqlError missing_query */
export function queryIn(query: unknown): string {
  if (typeof query !== 'string' || query.trim() === '') throw new KqlError('missing_query', {})
  return query
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch {
    return undefined
  }
}

/** Control characters inside string literals as their escapes; outside of strings they are white space already. */
function escapeControls(text: string): string {
  let result = ''
  let inString = false
  let start = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === 0x5c && inString) i++
    else if (code === 0x22) inString = !inString
    else if (code < 0x20 && inString) {
      result += `${text.slice(start, i)}\\u${code.toString(16).padStart(4, '0')}`
      start = i + 1
    }
  }
  return result + text.slice(start)
}
