/** Errors in the Defender API's envelope: `{"error":{"code","message","target"}}`. */
import { type ErrorCode, KqlError } from '../../base/errors.ts'
import type { ErrorAnswer } from '../hunting.ts'
import { retryAfter } from '../retry-after.ts'

/** The API's code for each error; a new error does not compile until it has one. */
const CODES: Record<ErrorCode, string> = {
  syntax: 'BadRequest',
  semantic: 'BadRequest',
  unanalysable: 'BadRequest',
  unsupported: 'BadRequest',
  query_too_complex: 'BadRequest',
  external_data: 'BadRequest',
  parse_timeout: 'BadRequest',
  missing_query: 'InvalidRequestBody',
  invalid_request: 'BadRequest',
  body_too_large: 'InvalidRequestBody',
  result_too_large: 'BadRequest',
  preempted: 'BadRequest',
  query_timeout: 'BadRequest',
  calls_exceeded: '429',
  running_time_exceeded: 'CpuQuotaExceeded',
  busy: '429',
  client_gone: 'BadRequest',
  unauthorized: 'Unauthorized',
  issuer_unreachable: 'ServiceUnavailable',
  quotas_unreachable: 'ServiceUnavailable',
  missing_roles: 'Forbidden',
  missing_scopes: 'Forbidden',
  missing_permission: 'Forbidden',
  unknown_host: 'Forbidden',
  not_found: 'NotFound',
  execution_failed: 'InternalServerError',
  part_too_large: 'BadRequest',
  engine_unreachable: 'ServiceUnavailable',
  internal: 'InternalServerError',
  store_locked: 'InternalServerError',
  store_damaged: 'InternalServerError',
  unknown_table: 'BadRequest',
  unreadable_input: 'BadRequest',
  push_refused: 'BadRequest',
  pushes_waiting: '429',
  bad_setting: 'InternalServerError',
}

interface DefenderError extends ErrorAnswer {
  readonly body: { readonly error: { readonly code: string; readonly message: string; readonly target: string } }
}

/** `target` is the request's correlation id. What is no KqlError is ours, and says nothing. */
export function errorAnswer(error: unknown, target: string): DefenderError {
  const known: KqlError = error instanceof KqlError ? error : new KqlError('internal', {})
  return {
    status: known.status,
    headers: retryAfter(known),
    body: { error: { code: CODES[known.code], message: known.message, target } },
  }
}
