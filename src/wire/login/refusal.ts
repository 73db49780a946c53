/** What the token endpoint and the login page refuse, with Entra ID's codes: one line each. */
import { randomUUID } from 'node:crypto'

interface Definition {
  readonly status: number
  readonly error: string
  readonly code: number
  readonly text: (what: string) => string
}
const define = (status: number, error: string, code: number, text: (what: string) => string): Definition => ({
  status,
  error,
  code,
  text,
})

const refusals = {
  unknown_tenant: define(400, 'invalid_request', 90002, (w) => `Tenant '${w}' not found.`),
  unknown_grant: define(400, 'unsupported_grant_type', 70003, (w) => `The grant type '${w}' is not supported.`),
  missing_parameter: define(
    400,
    'invalid_request',
    900144,
    (w) => `The request body must contain the following parameter: '${w}'.`,
  ),
  unknown_client: define(
    400,
    'unauthorized_client',
    700016,
    (w) => `Application with identifier '${w}' was not found in the directory.`,
  ),
  missing_secret: define(
    401,
    'invalid_client',
    7000218,
    () => "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
  ),
  wrong_secret: define(401, 'invalid_client', 7000215, () => 'Invalid client secret provided.'),
  wrong_assertion: define(401, 'invalid_client', 700027, (w) => `Client assertion is not valid: ${w}.`),
  assertion_time: define(401, 'invalid_client', 700024, () => 'Client assertion is not within its valid time range.'),
  assertion_used: define(401, 'invalid_client', 700030, () => 'Client assertion was used before.'),
  unknown_resource: define(
    400,
    'invalid_resource',
    500011,
    (w) => `The resource principal named ${w} was not found in the tenant.`,
  ),
  no_default_scope: define(
    400,
    'invalid_scope',
    1002012,
    (w) =>
      `The provided value for scope ${w} is not valid. Client credential flows must have a scope of a resource suffixed with /.default.`,
  ),
  wrong_password: define(
    400,
    'invalid_grant',
    50126,
    () => 'Error validating credentials due to invalid username or password.',
  ),
  locked: define(
    400,
    'invalid_grant',
    50053,
    () => 'There were too many sign-ins with an incorrect user name or password. Try again in a few minutes.',
  ),
  invalid_code: define(
    400,
    'invalid_grant',
    70008,
    () => 'The provided authorization code or refresh token has expired or is not valid.',
  ),
  used_code: define(400, 'invalid_grant', 54005, () => 'OAuth2 Authorization code was already redeemed.'),
  wrong_verifier: define(
    400,
    'invalid_grant',
    501481,
    () => 'The Code_Verifier does not match the code_challenge supplied in the authorization request.',
  ),
  missing_challenge: define(400, 'invalid_request', 9002325, () => 'Proof Key for Code Exchange (S256) is required.'),
  wrong_redirect: define(
    400,
    'invalid_request',
    50011,
    (w) => `The redirect URI '${w}' does not match the redirect URIs of the application.`,
  ),
  response_type: define(
    400,
    'unsupported_response_type',
    700054,
    (w) => `response_type '${w}' is not supported; use code.`,
  ),
  pending: define(
    400,
    'authorization_pending',
    70016,
    () => 'OAuth 2.0 device flow error. Authorization is pending. Continue polling.',
  ),
  device_expired: define(400, 'expired_token', 70019, () => 'CodeExpired. Verification code expired.'),
} as const satisfies Record<string, Definition>

export class Refusal extends Error {
  readonly definition: Definition

  constructor(name: keyof typeof refusals, what = '') {
    super(refusals[name].text(what))
    this.definition = refusals[name]
  }
}

/** The body of a refused token request. `now`: milliseconds since 1970. */
export function refusalBody({ definition: { error, code }, message }: Refusal, now: number) {
  const timestamp = `${new Date(now).toISOString().slice(0, 19).replace('T', ' ')}Z`
  const [trace, correlation] = [randomUUID(), randomUUID()]
  return {
    error,
    error_description: `AADSTS${code}: ${message}\r\nTrace ID: ${trace}\r\nCorrelation ID: ${correlation}\r\nTimestamp: ${timestamp}`,
    error_codes: [code],
    timestamp,
    trace_id: trace,
    correlation_id: correlation,
    error_uri: `https://login.microsoftonline.com/error?code=${code}`,
  }
}
