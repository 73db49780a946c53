/** Tokens of the local issuer, with the claims that Entra ID puts into tokens for the Defender API. */
import { createHash, randomUUID } from 'node:crypto'
import { createLocalJWKSet, type JWTPayload, jwtVerify, SignJWT } from 'jose'
import type { Identity } from './identity.ts'

/** Seconds that a token holds; the service's own hold 3900 and say 3599. */
const LIFETIME = 3900
export const STATED_LIFETIME = 3599

/** The application that tokens made on the command line are for. */
export const COMMAND_LINE = '00000000-0000-4000-8000-000000000001'

export const DEFENDER_AUDIENCE = 'https://api.securitycenter.microsoft.com'

/** Tokens for the Defender API are of version 1 whichever endpoint they come from (captured). */
export const issuerOf = (tenant: string): string => `https://sts.windows.net/${tenant}/`
/** Of id tokens, and what discovery of version 2 states. */
export const issuerOfVersion2 = (tenant: string): string => `https://login.microsoftonline.com/${tenant}/v2.0`
export const issuersOf = (tenant: string): readonly string[] => [issuerOf(tenant), issuerOfVersion2(tenant)]

export interface TokenRequest {
  readonly audience: string
  readonly application: string
  readonly name: string
  readonly roles?: readonly string[]
  /** A user and the scopes that the application has from them; absent for an application token. */
  readonly user?: { readonly name: string; readonly scopes: readonly string[] }
  /** Milliseconds since 1970. */
  readonly now: number
}

export async function issueToken(identity: Identity, r: TokenRequest): Promise<string> {
  const subject = r.user ? stableId(r.user.name) : r.application
  const claims = {
    appid: r.application,
    appidacr: '1',
    app_displayname: r.name,
    idp: issuerOf(identity.tenant),
    oid: subject,
    ...(r.user
      ? { scp: r.user.scopes.join(' '), upn: r.user.name, unique_name: r.user.name }
      : { roles: r.roles ?? [] }),
    tid: identity.tenant,
    uti: randomUUID(),
    ver: '1.0',
    iss: issuerOf(identity.tenant),
    aud: r.audience,
    sub: subject,
  }
  return sign(identity, claims, r.now, LIFETIME)
}

/** For the application that a user signs in to: who they are, no right to anything. */
export const issueIdToken = (
  identity: Identity,
  r: { readonly client: string; readonly user: string; readonly nonce?: string; readonly now: number },
): Promise<string> =>
  sign(
    identity,
    {
      iss: issuerOfVersion2(identity.tenant),
      aud: r.client,
      sub: stableId(r.user),
      oid: stableId(r.user),
      tid: identity.tenant,
      name: r.user,
      preferred_username: r.user,
      ver: '2.0',
      ...(r.nonce && { nonce: r.nonce }),
    },
    r.now,
    LIFETIME,
  )

/** What only this issuer reads back: authorization codes and refresh tokens. No API takes their audiences. */
export type Sealed = 'code' | 'refresh'
const SEALED_SECONDS: Readonly<Record<Sealed, number>> = { code: 300, refresh: 90 * 24 * 3600 }
const audienceOf = (kind: Sealed) => `urn:harrier:${kind}`

export const seal = (identity: Identity, kind: Sealed, claims: JWTPayload, now: number): Promise<string> =>
  sign(identity, { ...claims, jti: randomUUID(), aud: audienceOf(kind) }, now, SEALED_SECONDS[kind])

/** The claims, or undefined for what this issuer did not seal, or too long ago. */
export async function unseal(
  identity: Identity,
  kind: Sealed,
  token: string,
  now: number,
): Promise<JWTPayload | undefined> {
  try {
    const options = { algorithms: ['RS256'], audience: audienceOf(kind), currentDate: new Date(now) }
    return (await jwtVerify(token, createLocalJWKSet(await identity.keys.jwks()), options)).payload
  } catch {
    return undefined
  }
}

async function sign(identity: Identity, claims: JWTPayload, now: number, lifetime: number): Promise<string> {
  const { kid, key } = await identity.keys.current()
  const seconds = Math.floor(now / 1000)
  return new SignJWT(claims)
    .setProtectedHeader({ typ: 'JWT', alg: 'RS256', kid, x5t: kid })
    .setIssuedAt(seconds)
    .setNotBefore(seconds)
    .setExpirationTime(seconds + lifetime)
    .sign(key)
}

/** The same id for the same name, in any letter case. */
export function stableId(name: string): string {
  const hash = createHash('sha256').update(name.toLowerCase()).digest('hex')
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-8${hash.slice(13, 16)}-8${hash.slice(17, 20)}-${hash.slice(20, 32)}`
}
