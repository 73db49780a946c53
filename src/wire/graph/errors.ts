/** Errors in Graph's envelope: `{"error":{"code","message","innerError"}}`. */
import { type ErrorCode, KqlError } from '../../base/errors.ts'
import type { ErrorAnswer } from '../hunting.ts'
import { retryAfter } from '../retry-after.ts'

/** Graph's code where it is not that of the status. */
const CODES: Partial<Record<ErrorCode, string>> = {
  unauthorized: 'InvalidAuthenticationToken',
  missing_query: 'InvalidRequestBody',
}
const OF_STATUS: Readonly<Record<number, string>> = {
  401: 'InvalidAuthenticationToken',
  403: 'Forbidden',
  404: 'NotFound',
  413: 'BadRequest',
  429: 'TooManyRequests',
}

/** The service answers 504 without a word when a query takes too long (captured 2023-01-20). */
const UNKNOWN = { code: 'UnknownError', message: '' }

export interface RequestIds {
  readonly request: string
  readonly client: string
}

/** `now`: milliseconds since 1970. */
export function errorAnswer(error: unknown, ids: RequestIds, now: number): ErrorAnswer {
  const known: KqlError = error instanceof KqlError ? error : new KqlError('internal', {})
  const inner = {
    date: new Date(now).toISOString().slice(0, 19),
    'request-id': ids.request,
    'client-request-id': ids.client,
  }
  const status = known.code === 'query_timeout' ? 504 : known.status
  if (status >= 500) return { status, headers: {}, body: { error: { ...UNKNOWN, innerError: inner } } }
  const code = CODES[known.code] ?? OF_STATUS[status] ?? 'BadRequest'
  const body = { error: { code, message: known.message, innerError: inner } }
  return { status, headers: retryAfter(known), body }
}
