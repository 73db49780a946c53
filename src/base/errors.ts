/** Every error that a person can meet: code, HTTP status, parameters and sentence. Codes travel; sentences live here. */
import type { Span } from './span.ts'

interface Definition<P> {
  readonly status: number
  readonly text: (p: P) => string
}

const define = <P = Record<never, never>>(status: number, text: (p: P) => string): Definition<P> => ({ status, text })

export const errors = {
  // The query.
  syntax: define<{ message: string }>(400, (p) => `${p.message}. Fix syntax errors in your query.`),
  semantic: define<{ message: string }>(400, (p) => `${p.message}. Fix semantic errors in your query.`),
  unsupported: define<{ what: string; reason?: string; line?: number; column?: number }>(
    400,
    (p) =>
      `${p.what} is not supported here${p.reason ? `: ${p.reason}` : ' yet'}${p.line ? ` (line ${p.line}, column ${p.column})` : ''}. Fix semantic errors in your query.`,
  ),
  query_too_complex: define<{ what: string }>(400, (p) => `The query is too complex: ${p.what}.`),
  external_data: define<{ uri: string; why: string }>(
    400,
    (p) => `externaldata cannot read ${p.uri}: ${p.why}. Fix semantic errors in your query.`,
  ),
  parse_timeout: define<{ seconds: number }>(
    400,
    (p) => `The query took longer than ${p.seconds} s to analyse. Simplify the query and try again.`,
  ),
  unanalysable: define(
    400,
    () =>
      'The query cannot be analysed: the language service fails on it. Look for an argument of a type that its function does not take. Fix semantic errors in your query.',
  ),
  missing_query: define(400, () => 'Missing query.'),
  invalid_request: define<{ why: string }>(400, (p) => p.why),
  body_too_large: define<{ bytes: number }>(413, (p) => `The request body is larger than ${p.bytes} bytes.`),
  // Its limits.
  result_too_large: define(
    400,
    () =>
      'Query execution has exceeded the allowed result size. Optimize your query by limiting the number of results and try again',
  ),
  preempted: define(
    400,
    () =>
      'Query execution has exceeded the allowed limits. The query execution was preempted. This could possibly be due to high CPU and/or memory resource consumption. Optimize your query by following best practices and try again.',
  ),
  query_timeout: define(400, () => 'Query exceeded the timeout period.'),
  calls_exceeded: define<{ limit: number; period: string; seconds: number }>(
    429,
    (p) =>
      `API calls quota exceeded! Maximum allowed ${p.limit} per ${p.period} for the key Destination+TenantID+AppID. You can send requests again in ${p.seconds} seconds.`,
  ),
  running_time_exceeded: define<{ seconds: number }>(
    429,
    (p) =>
      `You have exceeded processing resources allocated to this tenant. You can run queries again in ${p.seconds} seconds.`,
  ),
  busy: define<{ seconds: number }>(
    429,
    (p) => `The server is running as many queries as it can. You can send requests again in ${p.seconds} seconds.`,
  ),
  client_gone: define(499, () => 'The caller went away before the answer was ready.'),
  // The caller.
  unauthorized: define<{ reason: string }>(401, (p) => `Unauthorized request - reason of failure: ${p.reason}`),
  issuer_unreachable: define<{ issuer: string }>(
    503,
    (p) =>
      `Tokens cannot be checked at the moment: the issuer ${p.issuer} does not answer. Please try again in a few minutes.`,
  ),
  quotas_unreachable: define(503, () => 'Calls cannot be counted at the moment. Please try again in a few minutes.'),
  missing_roles: define<{ required: string; present: string }>(
    403,
    (p) => `Missing application roles. API required roles: ${p.required}, application roles: ${p.present}.`,
  ),
  missing_scopes: define<{ required: string; present: string }>(
    403,
    (p) => `Missing user scopes. API required scopes: ${p.required}, user scopes: ${p.present}.`,
  ),
  missing_permission: define<{ permission: string }>(
    403,
    (p) => `Missing user permission. API required permission: ${p.permission}.`,
  ),
  unknown_host: define<{ host: string }>(
    403,
    (p) => `Without authentication this server answers to names of its own machine only, and '${p.host}' is none.`,
  ),
  not_found: define<{ what: string }>(404, (p) => `Resource ${p.what} was not found.`),
  // Us. The engine's own words never reach a caller: they can quote rows that the caller may not see.
  execution_failed: define(
    500,
    () => 'An unexpected error occurred during query execution. Please try again in a few minutes.',
  ),
  part_too_large: define<{ because: string; rows: number; megabytes: number }>(
    400,
    (p) =>
      `ClickHouse cannot work out ${p.because}, and more than ${p.rows} rows or ${p.megabytes} MB would have to be brought here for it. Narrow the query, for example to fewer columns or a shorter time.`,
  ),
  engine_unreachable: define(
    503,
    () => 'The database does not answer at the moment. Please try again in a few minutes.',
  ),
  internal: define(500, () => ''),
  // The store and ingest.
  store_locked: define<{ path: string; owner?: string }>(
    409,
    (p) => `The store ${p.path} is being written by another process${p.owner ? `: ${p.owner}` : ''}.`,
  ),
  store_damaged: define<{ path: string; why: string }>(500, (p) => `The store ${p.path} cannot be opened: ${p.why}.`),
  unknown_table: define<{ name: string; closest?: string }>(
    400,
    (p) => `There is no table named '${p.name}'.${p.closest ? ` Closest: ${p.closest}.` : ''}`,
  ),
  unreadable_input: define<{ path: string; why: string }>(400, (p) => `${p.path} cannot be read: ${p.why}.`),
  push_refused: define<{ why: string; kept: number }>(
    400,
    (p) => `The body was not taken: ${p.why}.${p.kept > 0 ? ` ${p.kept} records before that are kept.` : ''}`,
  ),
  pushes_waiting: define<{ seconds: number }>(
    429,
    (p) => `Too much is waiting to be written. You can send it again in ${p.seconds} seconds.`,
  ),
  // Settings.
  bad_setting: define<{ name: string; why: string }>(400, (p) => `Setting ${p.name}: ${p.why}.`),
} as const

export type ErrorCode = keyof typeof errors
export type ErrorParameters<C extends ErrorCode> = (typeof errors)[C] extends Definition<infer P> ? P : never

/** An error for the person who asked; crosses process boundaries as `{code, params, span}`. */
export class KqlError<C extends ErrorCode = ErrorCode> extends Error {
  readonly code: C
  readonly params: ErrorParameters<C>
  readonly span: Span | undefined

  constructor(code: C, params: ErrorParameters<C>, span?: Span) {
    super(sentence(code, params))
    this.name = 'KqlError'
    this.code = code
    this.params = params
    this.span = span
  }

  get status(): number {
    return errors[this.code].status
  }

  /** The form that crosses process and thread boundaries. */
  toJSON(): ErrorData {
    return { code: this.code, params: this.params as Record<string, unknown>, ...(this.span && { span: this.span }) }
  }

  static from(data: ErrorData): KqlError {
    return new KqlError(data.code, data.params as ErrorParameters<ErrorCode>, data.span)
  }
}

export interface ErrorData {
  readonly code: ErrorCode
  readonly params: Record<string, unknown>
  readonly span?: Span
}

function sentence<C extends ErrorCode>(code: C, params: ErrorParameters<C>): string {
  // The definitions are a union; the parameters of one code always fit its own text().
  return (errors[code] as Definition<ErrorParameters<C>>).text(params)
}
