/** The local issuer over HTTP: the token endpoint in both versions that real scripts call, discovery, keys, login pages. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Clock } from '../../base/clock.ts'
import { documented } from '../documentation.ts'
import { authorizeRoutes, FORM } from './authorize.ts'
import { createClientProof } from './client-proof.ts'
import { createDeviceCodes, DEVICE_CODE_SECONDS, POLL_SECONDS } from './device-codes.ts'
import { createGrants, type Granted } from './grants.ts'
import type { Client, Identity } from './identity.ts'
import { Refusal, refusalBody } from './refusal.ts'
import { readAsked } from './resource.ts'
import { HUNTING_SCOPES } from './roles.ts'
import { createSignIn } from './sign-in.ts'
import { issuerOf, issuerOfVersion2, STATED_LIFETIME } from './tokens.ts'

export interface LoginServices {
  readonly identity: Identity
  readonly clock: Clock
  /** Of the address under which callers reach this server. */
  origin(request: FastifyRequest): string
}

/** The server's own page: public, and sent back to nowhere but this server. */
export const WEB_CLIENT: Client = { id: 'harrier-web', name: 'Harrier', roles: [] }

const VERSIONS = [
  { path: 'oauth2/v2.0', version: 2 },
  { path: 'oauth2', version: 1 },
] as const
type Version = 1 | 2

export function loginRoutes(app: FastifyInstance, { identity, clock, origin }: LoginServices): void {
  const deviceCodes = createDeviceCodes()
  const signIn = createSignIn(identity)
  const grants = createGrants({ identity, signIn, deviceCodes })
  const own = (id: string) => (id === WEB_CLIENT.id ? WEB_CLIENT : undefined)
  const proof = createClientProof(identity, own)
  authorizeRoutes(app, { identity, clock, signIn, deviceCodes, origin, client: (id) => own(id) ?? identity.client(id) })

  /** Several clients send no Content-Type at all; the body is a form whatever is said. */
  async function proven(request: FastifyRequest) {
    const { tenant } = request.params as { tenant: string }
    if (!['common', 'organizations', identity.tenant].includes(tenant.toLowerCase()))
      throw new Refusal('unknown_tenant', tenant)
    const form = new URLSearchParams(String(request.body ?? ''))
    const base = origin(request)
    const endpoints = ['common', 'organizations', identity.tenant].flatMap((t) =>
      VERSIONS.map(({ path }) => `${base}/${t}/${path}/token`),
    )
    const { authorization } = request.headers
    return { form, ...(await proof.check({ form, authorization, endpoints, now: clock.now() })) }
  }

  async function answered(reply: FastifyReply, answer: () => Promise<unknown>) {
    reply.header('cache-control', 'no-store')
    try {
      return await answer()
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      return reply.code(error.definition.status).send(refusalBody(error, clock.now()))
    }
  }

  for (const { path, version } of VERSIONS) {
    app.post(`/:tenant/${path}/token`, TOKEN, (request, reply) =>
      answered(reply, async () => {
        const { form, client, proven: isProven } = await proven(request)
        const type = form.get('grant_type') ?? ''
        const grant = Object.hasOwn(grants, type) ? grants[type] : undefined
        if (!grant) throw new Refusal('unknown_grant', type)
        const now = clock.now()
        const asked = { form, version, client, proven: isProven, address: request.ip, now }
        return tokenAnswer(await grant(asked), version, now)
      }),
    )
    app.post(`/:tenant/${path}/devicecode`, DEVICE_CODE, (request, reply) =>
      answered(reply, async () => {
        const { form, client } = await proven(request)
        readAsked(form)
        const { deviceCode, userCode } = deviceCodes.begin(client.id, form, clock.now())
        const where = `${origin(request)}/${identity.tenant}/oauth2/deviceauth`
        return {
          user_code: userCode,
          device_code: deviceCode,
          verification_uri: where,
          ...(version === 1 && { verification_url: where }),
          expires_in: numberOf(DEVICE_CODE_SECONDS, version),
          interval: numberOf(POLL_SECONDS, version),
          message: `To sign in, use a web browser to open the page ${where} and enter the code ${userCode} to authenticate.`,
        }
      }),
    )
  }
  for (const [prefix, version] of [
    ['v2.0/', 2],
    ['', 1],
  ] as const) {
    app.get(
      `/:tenant/${prefix}.well-known/openid-configuration`,
      read('What the issuer can do and where.'),
      (request) => discovery(origin(request), identity.tenant, version),
    )
    app.get(`/:tenant/discovery/${prefix}keys`, read('The public keys of the issuer (JWKS).'), () =>
      identity.keys.jwks(),
    )
  }
  app.get('/common/discovery/instance', read('What MSAL asks of an authority.'), (request) => {
    const { host } = new URL(origin(request))
    return {
      tenant_discovery_endpoint: `${origin(request)}/${identity.tenant}/v2.0/.well-known/openid-configuration`,
      'api-version': '1.1',
      metadata: [{ preferred_network: host, preferred_cache: host, aliases: [host] }],
    }
  })
  // What MSAL asks before it sends a password: whether another server has it.
  app.get('/:tenant/userrealm/:user', read('Whether a user signs in here.'), (request) => {
    const { user } = request.params as { user: string }
    return {
      ver: '1.0',
      account_type: 'Managed',
      domain_name: user.split('@')[1] ?? '',
      cloud_instance_name: 'harrier',
    }
  })
}

const number = z.union([z.int(), z.string()]).describe('Seconds; text in version 1.')
const refusal = z.object({
  error: z.string(),
  error_description: z.string(),
  error_codes: z.array(z.int()),
  timestamp: z.string(),
  trace_id: z.string(),
  correlation_id: z.string(),
  error_uri: z.string(),
})
const REFUSALS = {
  400: { means: 'The request cannot be granted.', schema: refusal },
  401: { means: 'The application did not prove who it is.', schema: refusal },
}
const TOKEN = documented({
  summary: 'Gives tokens: client_credentials, password, authorization_code, refresh_token, device code.',
  tag: 'Sign-in',
  body: {
    type: FORM,
    schema: z.object({
      grant_type: z.string(),
      client_id: z.string().optional(),
      client_secret: z.string().optional(),
      client_assertion: z.string().optional(),
      client_assertion_type: z.string().optional(),
      scope: z.string().optional().describe('Version 2.'),
      resource: z.string().optional().describe('Version 1.'),
      username: z.string().optional(),
      password: z.string().optional(),
      code: z.string().optional(),
      code_verifier: z.string().optional(),
      redirect_uri: z.string().optional(),
      refresh_token: z.string().optional(),
      device_code: z.string().optional(),
    }),
  },
  answers: {
    200: {
      means: 'The tokens.',
      schema: z.object({
        token_type: z.literal('Bearer'),
        expires_in: number,
        ext_expires_in: number,
        access_token: z.string(),
        scope: z.string().optional(),
        refresh_token: z.string().optional(),
        id_token: z.string().optional(),
        client_info: z.string().optional(),
        expires_on: z.string().optional(),
        not_before: z.string().optional(),
        resource: z.string().optional(),
      }),
    },
    ...REFUSALS,
  },
})
const DEVICE_CODE = documented({
  summary: 'Begins a sign-in on another device.',
  tag: 'Sign-in',
  body: { type: FORM, schema: z.object({ client_id: z.string(), scope: z.string().optional() }) },
  answers: {
    200: {
      means: 'The codes.',
      schema: z.object({
        user_code: z.string(),
        device_code: z.string(),
        verification_uri: z.string(),
        verification_url: z.string().optional(),
        expires_in: number,
        interval: number,
        message: z.string(),
      }),
    },
    ...REFUSALS,
  },
})
const read = (summary: string) =>
  documented({
    summary,
    tag: 'Sign-in',
    answers: { 200: { means: 'That.', schema: z.record(z.string(), z.unknown()) } },
  })

/** Version 1 writes every number as text. */
const numberOf = (value: number, version: Version): number | string => (version === 1 ? String(value) : value)

function tokenAnswer(granted: Granted, version: Version, now: number) {
  const seconds = Math.floor(now / 1000)
  return {
    token_type: 'Bearer',
    ...(granted.scopes && { scope: scopeText(granted, version) }),
    expires_in: numberOf(STATED_LIFETIME, version),
    ext_expires_in: numberOf(STATED_LIFETIME, version),
    ...(version === 1 && {
      expires_on: String(seconds + STATED_LIFETIME),
      not_before: String(seconds),
      resource: granted.audience,
    }),
    access_token: granted.accessToken,
    ...(granted.refreshToken && { refresh_token: granted.refreshToken }),
    ...(granted.idToken && { id_token: granted.idToken }),
    ...(granted.clientInfo && { client_info: granted.clientInfo }),
  }
}

/** Version 2 names scopes with their API. */
const scopeText = ({ audience, scopes = [], idToken }: Granted, version: Version): string =>
  [
    ...scopes.map((s) => (version === 2 ? `${audience.replace(/\/$/, '')}/${s}` : s)),
    ...(version === 2 && idToken ? ['openid', 'profile'] : []),
  ].join(' ')

function discovery(origin: string, tenant: string, version: Version) {
  const base = `${origin}/${tenant}`
  const [path, keys] = version === 2 ? ['oauth2/v2.0', 'discovery/v2.0/keys'] : ['oauth2', 'discovery/keys']
  return {
    issuer: version === 2 ? issuerOfVersion2(tenant) : issuerOf(tenant),
    token_endpoint: `${base}/${path}/token`,
    authorization_endpoint: `${base}/${path}/authorize`,
    device_authorization_endpoint: `${base}/${path}/devicecode`,
    jwks_uri: `${base}/${keys}`,
    response_types_supported: ['code'],
    response_modes_supported: ['query', 'fragment'],
    subject_types_supported: ['pairwise'],
    code_challenge_methods_supported: ['S256'],
    id_token_signing_alg_values_supported: ['RS256'],
    scopes_supported: ['openid', 'profile', 'offline_access', ...HUNTING_SCOPES],
    token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic', 'private_key_jwt'],
    claims_supported: ['sub', 'iss', 'aud', 'exp', 'iat', 'appid', 'oid', 'roles', 'scp', 'tid', 'ver'],
  }
}
