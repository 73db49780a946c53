/** Sign-in of people: the login page of the authorization code flow (with PKCE), and the page for another device's code. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Clock } from '../../base/clock.ts'
import { documented } from '../documentation.ts'
import type { DeviceCodes } from './device-codes.ts'
import type { CodeClaims } from './grants.ts'
import type { Client, Identity } from './identity.ts'
import { messagePage, sendPage, signInPage } from './pages.ts'
import { Refusal } from './refusal.ts'
import { readAsked } from './resource.ts'
import type { SignIn } from './sign-in.ts'
import { seal } from './tokens.ts'

export interface AuthorizeServices {
  readonly identity: Identity
  readonly clock: Clock
  readonly signIn: SignIn
  readonly deviceCodes: DeviceCodes
  client(id: string): Client | undefined
  /** Of the address under which callers reach this server. */
  origin(request: FastifyRequest): string
}

export const FORM = 'application/x-www-form-urlencoded'
export const DEVICE_PATH = '/:tenant/oauth2/deviceauth'

interface Authorization {
  readonly client: Client
  readonly redirect: string
  readonly state: string | undefined
  readonly fragment: boolean
}

const credentials = z.object({ username: z.string(), password: z.string() })
const PAGE = documented({
  summary: 'The login page of the authorization code flow, with PKCE.',
  tag: 'Sign-in',
  answers: {
    200: { means: 'The page.' },
    303: { means: 'Back to the application.' },
    400: { means: 'A page that says why not.' },
  },
})
const SIGNED_IN = documented({
  summary: 'What the login page posts.',
  tag: 'Sign-in',
  body: { type: FORM, schema: credentials },
  answers: { 200: { means: 'The page again.' }, 303: { means: 'Back to the application, with a code.' } },
})
const DEVICE_PAGE = documented({
  summary: 'The page for the code that another device shows.',
  tag: 'Sign-in',
  answers: { 200: { means: 'The page.' } },
})
const DEVICE_SIGNED_IN = documented({
  summary: "What the page for another device's code posts.",
  tag: 'Sign-in',
  body: { type: FORM, schema: credentials.extend({ user_code: z.string() }) },
  answers: { 200: { means: 'A page that says how it went.' } },
})

export function authorizeRoutes(app: FastifyInstance, services: AuthorizeServices): void {
  for (const path of ['/:tenant/oauth2/v2.0/authorize', '/:tenant/oauth2/authorize']) {
    app.get(path, PAGE, (request, reply) => authorize(request, reply, services))
    app.post(path, SIGNED_IN, (request, reply) => authorize(request, reply, services))
  }
  app.get(DEVICE_PATH, DEVICE_PAGE, (request, reply) => device(request, reply, services))
  app.post(DEVICE_PATH, DEVICE_SIGNED_IN, (request, reply) => device(request, reply, services))
}

const formOf = (request: FastifyRequest) => new URLSearchParams(String(request.body ?? ''))
const queryOf = (request: FastifyRequest) => new URLSearchParams(request.url.split('?')[1] ?? '')

async function authorize(request: FastifyRequest, reply: FastifyReply, services: AuthorizeServices) {
  const query = queryOf(request)
  let authorization: Authorization
  try {
    authorization = readAuthorization(query, request, services)
  } catch (error) {
    // Where it is not sure that the address is the application's, nobody is sent there.
    return sendPage(reply, 400, messagePage('This sign-in cannot go on', reasonOf(error)))
  }
  const { client, redirect, state } = authorization
  try {
    const type = query.get('response_type') ?? ''
    if (type !== 'code') throw new Refusal('response_type', type)
    if (query.get('code_challenge_method') !== 'S256' || !query.get('code_challenge'))
      throw new Refusal('missing_challenge')
    readAsked(query)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return sendBack(reply, authorization, {
      error: error.definition.error,
      error_description: `AADSTS${error.definition.code}: ${error.message}`,
      ...(state !== undefined && { state }),
    })
  }
  const page = { action: request.url, application: client.name }
  const targets = [new URL(redirect).origin]
  if (request.method !== 'POST')
    return sendPage(reply, 200, signInPage({ ...page, userName: query.get('login_hint') ?? '' }), targets)
  const form = formOf(request)
  const userName = form.get('username') ?? ''
  try {
    const user = await services.signIn.check(userName, form.get('password') ?? '', request.ip)
    const nonce = query.get('nonce')
    const claims: CodeClaims = {
      client: client.id,
      user,
      asked: new URLSearchParams([...query].filter(([k]) => k === 'scope' || k === 'resource')).toString(),
      redirect,
      challenge: query.get('code_challenge')!,
      ...(nonce && { nonce }),
    }
    const code = await seal(services.identity, 'code', { ...claims }, services.clock.now())
    return sendBack(reply, authorization, { code, ...(state !== undefined && { state }) })
  } catch (error) {
    return sendPage(reply, 200, signInPage({ ...page, userName, problem: reasonOf(error) }), targets)
  }
}

function sendBack(reply: FastifyReply, { redirect, fragment }: Authorization, answer: Record<string, string>) {
  const url = new URL(redirect)
  if (fragment) url.hash = new URLSearchParams(answer).toString()
  else for (const [name, value] of Object.entries(answer)) url.searchParams.set(name, value)
  // The password was posted; the next request must not be a post.
  return reply.header('cache-control', 'no-store').redirect(url.href, 303)
}

/** @throws Refusal unknown_tenant, unknown_client, wrong_redirect */
function readAuthorization(
  query: URLSearchParams,
  request: FastifyRequest,
  { client: find, origin }: AuthorizeServices,
): Authorization {
  const id = query.get('client_id') ?? ''
  const client = find(id)
  if (!client) throw new Refusal('unknown_client', id)
  const redirect = query.get('redirect_uri') ?? client.redirects?.[0] ?? ''
  const allowed = client.redirects ?? [origin(request)]
  if (!allowed.some((a) => redirectFits(a, redirect))) throw new Refusal('wrong_redirect', redirect)
  return {
    client,
    redirect,
    state: query.get('state') ?? undefined,
    fragment: query.get('response_mode') === 'fragment',
  }
}

/** To the letter, but for any path below a bare origin and any port of loopback, as native programs need it (RFC 8252). */
function redirectFits(allowed: string, redirect: string): boolean {
  if (!URL.canParse(redirect) || !URL.canParse(allowed)) return false
  const [a, r] = [new URL(allowed), new URL(redirect)]
  if (r.username || r.password || r.hash) return false
  if (allowed === a.origin) return r.origin === a.origin
  if (['localhost', '127.0.0.1', '[::1]'].includes(a.hostname) && a.protocol === 'http:') a.port = r.port
  return a.href === r.href
}

async function device(request: FastifyRequest, reply: FastifyReply, services: AuthorizeServices) {
  const { deviceCodes, signIn, clock } = services
  const form = formOf(request)
  const userCode = form.get('user_code') ?? queryOf(request).get('user_code') ?? ''
  const page = { action: request.url, application: 'the program that shows the code', userCode }
  if (request.method !== 'POST') return sendPage(reply, 200, signInPage(page))
  const userName = form.get('username') ?? ''
  try {
    const user = await signIn.check(userName, form.get('password') ?? '', request.ip)
    if (!deviceCodes.waits(userCode, clock.now()))
      return sendPage(reply, 200, signInPage({ ...page, userName, problem: 'No program waits with this code.' }))
    deviceCodes.approve(userCode, user, clock.now())
    return sendPage(
      reply,
      200,
      messagePage('You are signed in', 'The other device goes on by itself; this page can be closed.'),
    )
  } catch (error) {
    return sendPage(reply, 200, signInPage({ ...page, userName, problem: reasonOf(error) }))
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof Refusal) return error.message
  throw error
}
