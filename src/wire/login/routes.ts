/** The local token endpoint, in both versions that real scripts call, with discovery and keys. */
import { randomUUID } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Clock } from '../../base/clock.ts'
import { type Identity, secretMatches } from './identity.ts'
import { DEFENDER_AUDIENCE, issuerOf, issueToken, STATED_LIFETIME } from './tokens.ts'

export interface LoginServices {
  readonly identity: Identity
  readonly clock: Clock
}

export function loginRoutes(app: FastifyInstance, { identity, clock }: LoginServices): void {
  app.post('/:tenant/oauth2/v2.0/token', (request, reply) => token(request, reply, 2, identity, clock))
  app.post('/:tenant/oauth2/token', (request, reply) => token(request, reply, 1, identity, clock))
  for (const path of ['/:tenant/v2.0/.well-known/openid-configuration', '/:tenant/.well-known/openid-configuration']) {
    app.get(path, (request) => discovery(request, identity.tenant))
  }
  for (const path of ['/:tenant/discovery/v2.0/keys', '/:tenant/discovery/keys']) app.get(path, () => identity.jwks)
  app.get('/common/discovery/instance', (request) => ({
    tenant_discovery_endpoint: `${origin(request)}/${identity.tenant}/v2.0/.well-known/openid-configuration`,
    'api-version': '1.1',
    metadata: [{ preferred_network: request.host, preferred_cache: request.host, aliases: [request.host] }],
  }))
}

const origin = (request: FastifyRequest) => `${request.protocol}://${request.host}`

function discovery(request: FastifyRequest, tenant: string) {
  const base = `${origin(request)}/${tenant}`
  return {
    issuer: issuerOf(tenant),
    token_endpoint: `${base}/oauth2/v2.0/token`,
    authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
    jwks_uri: `${base}/discovery/v2.0/keys`,
    response_types_supported: ['code'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    scopes_supported: ['openid'],
    token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
    claims_supported: ['sub', 'iss', 'aud', 'exp', 'iat', 'appid', 'oid', 'roles', 'tid', 'ver'],
  }
}

async function token(request: FastifyRequest, reply: FastifyReply, version: 1 | 2, identity: Identity, clock: Clock) {
  // Several clients send no Content-Type at all; the body is a form whatever is said.
  const form = new URLSearchParams(String(request.body ?? ''))
  const { tenant } = request.params as { tenant: string }
  const refuse = (status: number, error: string, code: number, text: string) =>
    reply.code(status).send(refusal(error, code, text, clock))
  if (!['common', 'organizations', identity.tenant].includes(tenant.toLowerCase())) {
    return refuse(
      400,
      'invalid_request',
      90002,
      `Tenant '${tenant}' not found. This server's tenant is ${identity.tenant}.`,
    )
  }
  if (form.get('grant_type') !== 'client_credentials') {
    return refuse(
      400,
      'unsupported_grant_type',
      70003,
      `The grant type '${form.get('grant_type') ?? ''}' is not supported; use client_credentials.`,
    )
  }
  const { id, secret } = credentials(request, form)
  const client = identity.client(id)
  if (!client)
    return refuse(
      400,
      'unauthorized_client',
      700016,
      `Application with identifier '${id}' was not found in the directory.`,
    )
  if (!secretMatches(client, secret)) return refuse(401, 'invalid_client', 7000215, 'Invalid client secret provided.')
  const audience = audienceOf(form, version)
  const now = clock.now()
  const accessToken = await issueToken(identity, {
    audience,
    application: client.id,
    name: client.name,
    roles: client.roles,
    now,
  })
  reply.header('cache-control', 'no-store')
  if (version === 2)
    return {
      token_type: 'Bearer',
      expires_in: STATED_LIFETIME,
      ext_expires_in: STATED_LIFETIME,
      access_token: accessToken,
    }
  // Version 1 writes every number as text.
  const seconds = Math.floor(now / 1000)
  return {
    token_type: 'Bearer',
    expires_in: String(STATED_LIFETIME),
    ext_expires_in: String(STATED_LIFETIME),
    expires_on: String(seconds + STATED_LIFETIME),
    not_before: String(seconds),
    resource: audience,
    access_token: accessToken,
  }
}

/** From the form, or HTTP Basic, which version 2 allows. */
function credentials(request: FastifyRequest, form: URLSearchParams): { id: string; secret: string } {
  const basic = /^Basic +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
  if (basic) {
    const [id = '', secret = ''] = Buffer.from(basic, 'base64').toString().split(':').map(decodeURIComponent)
    return { id, secret }
  }
  return { id: form.get('client_id') ?? '', secret: form.get('client_secret') ?? '' }
}

const audienceOf = (form: URLSearchParams, version: 1 | 2): string =>
  (version === 1
    ? form.get('resource')
    : form
        .get('scope')
        ?.split(' ')[0]
        ?.replace(/\/\.default$/, '')) || DEFENDER_AUDIENCE

function refusal(error: string, code: number, text: string, clock: Clock) {
  const timestamp = `${new Date(clock.now()).toISOString().slice(0, 19).replace('T', ' ')}Z`
  const [trace, correlation] = [randomUUID(), randomUUID()]
  return {
    error,
    error_description: `AADSTS${code}: ${text}\r\nTrace ID: ${trace}\r\nCorrelation ID: ${correlation}\r\nTimestamp: ${timestamp}`,
    error_codes: [code],
    timestamp,
    trace_id: trace,
    correlation_id: correlation,
    error_uri: `https://login.microsoftonline.com/error?code=${code}`,
  }
}
