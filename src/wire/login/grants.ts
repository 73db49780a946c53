/** The grants of the token endpoint: each turns a proven request into tokens. */
import { createHash } from 'node:crypto'
import type { DeviceCodes } from './device-codes.ts'
import type { Client, Identity } from './identity.ts'
import { Refusal } from './refusal.ts'
import { type Asked, readAsked } from './resource.ts'
import type { SignIn } from './sign-in.ts'
import { issueIdToken, issueToken, seal, stableId, unseal } from './tokens.ts'

export interface GrantRequest {
  readonly form: URLSearchParams
  readonly version: 1 | 2
  readonly client: Client
  /** By a secret or an assertion. */
  readonly proven: boolean
  /** Of the caller, for the limit on wrong passwords. */
  readonly address: string
  /** Milliseconds since 1970. */
  readonly now: number
}

export interface Granted {
  readonly audience: string
  readonly accessToken: string
  /** Of a user's token. */
  readonly scopes?: readonly string[]
  readonly refreshToken?: string
  readonly idToken?: string
  readonly clientInfo?: string
}

/** @throws Refusal */
type Grant = (request: GrantRequest) => Promise<Granted>

export interface GrantServices {
  readonly identity: Identity
  readonly signIn: SignIn
  readonly deviceCodes: DeviceCodes
}

/** What an authorization code holds. */
export interface CodeClaims {
  readonly client: string
  readonly user: string
  /** The authorization request's `scope` or `resource`, as a form. */
  readonly asked: string
  readonly redirect: string
  /** Base64url of SHA-256 of the verifier. */
  readonly challenge: string
  readonly nonce?: string
}

/** By the value of `grant_type`. */
export function createGrants({ identity, signIn, deviceCodes }: GrantServices): Readonly<Record<string, Grant>> {
  /** Ids of codes that were redeemed, until they expire by themselves (milliseconds). */
  const redeemed = new Map<string, number>()

  async function forUser(
    { client, now, version }: GrantRequest,
    user: string,
    asked: Asked,
    nonce?: string,
  ): Promise<Granted> {
    const { audience, scopes } = asked
    const token = { audience, application: client.id, name: client.name, user: { name: user, scopes }, now }
    const own = { client: client.id, user, password: stampOf(identity.user(user)?.password) }
    const refresh = { ...own, resource: audience, scopes: scopes.join(' '), openid: asked.openid }
    const info = { uid: stableId(user), utid: identity.tenant }
    return {
      audience,
      scopes,
      accessToken: await issueToken(identity, token),
      ...((asked.offline || version === 1) && { refreshToken: await seal(identity, 'refresh', refresh, now) }),
      ...(asked.openid && {
        idToken: await issueIdToken(identity, { client: client.id, user, now, ...(nonce && { nonce }) }),
      }),
      clientInfo: Buffer.from(JSON.stringify(info)).toString('base64url'),
    }
  }

  const grants: Record<string, Grant> = {
    async client_credentials({ form, version, client, proven, now }) {
      if (!proven) throw new Refusal('missing_secret')
      const { audience, whole } = readAsked(form)
      if (version === 2 && !whole) throw new Refusal('no_default_scope', form.get('scope') ?? '')
      const { id: application, name, roles } = client
      return { audience, accessToken: await issueToken(identity, { audience, application, name, roles, now }) }
    },

    async password(request) {
      const { form, address } = request
      const asked = readAsked(form)
      const user = await signIn.check(required(form, 'username'), required(form, 'password'), address)
      return forUser(request, user, asked)
    },

    async authorization_code(request) {
      const { form, client, now } = request
      const claims = await unseal(identity, 'code', required(form, 'code'), now)
      const code = claims as (CodeClaims & { readonly jti: string; readonly exp: number }) | undefined
      if (!code || code.client !== client.id || !identity.user(code.user)) throw new Refusal('invalid_code')
      if (code.redirect !== form.get('redirect_uri'))
        throw new Refusal('wrong_redirect', form.get('redirect_uri') ?? '')
      if (s256(required(form, 'code_verifier')) !== code.challenge) throw new Refusal('wrong_verifier')
      for (const [id, until] of redeemed) if (until < now) redeemed.delete(id)
      if (redeemed.has(code.jti)) throw new Refusal('used_code')
      redeemed.set(code.jti, code.exp * 1000)
      return forUser(request, code.user, readAsked(new URLSearchParams(code.asked)), code.nonce)
    },

    async refresh_token(request) {
      const { form, client, now } = request
      const claims = await unseal(identity, 'refresh', required(form, 'refresh_token'), now)
      const user = claims && identity.user(String(claims.user))
      // A new password, or the end of a user, ends what was granted before it.
      if (!user || claims.client !== client.id || claims.password !== stampOf(user.password))
        throw new Refusal('invalid_code')
      const granted = String(claims.scopes).split(' ')
      const stated = form.has('scope') || form.has('resource')
      const asked = readAsked(stated ? form : new URLSearchParams({ resource: String(claims.resource) }))
      const scopes = asked.scopes.filter((s) => granted.includes(s))
      return forUser(request, user.name, {
        ...asked,
        scopes,
        openid: asked.openid || claims.openid === true,
        offline: true,
      })
    },

    async [DEVICE_GRANT](request) {
      const { form, client, now } = request
      const deviceCode = form.get('device_code') ?? required(form, 'code')
      const { user, form: asked } = deviceCodes.redeem(deviceCode, client.id, now)
      return forUser(request, user, readAsked(asked))
    },
  }
  // The name that version 1 has for it.
  grants.device_code = grants[DEVICE_GRANT]!
  return grants
}

const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code'

const required = (form: URLSearchParams, name: string): string => {
  const value = form.get(name)
  if (!value) throw new Refusal('missing_parameter', name)
  return value
}

export const s256 = (verifier: string): string => createHash('sha256').update(verifier).digest('base64url')
/** Tells one password from another without telling it. */
const stampOf = (hash: string | undefined): string => s256(hash ?? '').slice(0, 16)
