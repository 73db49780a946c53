/** Tokens of the local issuer, with the claims that Entra ID puts into tokens for the Defender API. */
import { createHash, randomUUID } from 'node:crypto'
import { SignJWT } from 'jose'
import type { Identity } from './identity.ts'

/** Seconds that a token holds; the service's own hold 3900 and say 3599. */
const LIFETIME = 3900
export const STATED_LIFETIME = 3599

/** The application that tokens made on the command line are for. */
export const COMMAND_LINE = '00000000-0000-4000-8000-000000000001'

export const DEFENDER_AUDIENCE = 'https://api.securitycenter.microsoft.com'

/** Tokens for the Defender API are of version 1 whichever endpoint they come from (captured). */
export const issuerOf = (tenant: string): string => `https://sts.windows.net/${tenant}/`
export const issuersOf = (tenant: string): readonly string[] => [
  issuerOf(tenant),
  `https://login.microsoftonline.com/${tenant}/v2.0`,
]

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
  const seconds = Math.floor(r.now / 1000)
  const subject = r.user ? stableId(r.user.name) : r.application
  return new SignJWT({
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
  })
    .setProtectedHeader({ typ: 'JWT', alg: 'RS256', kid: identity.kid, x5t: identity.kid })
    .setIssuer(issuerOf(identity.tenant))
    .setAudience(r.audience)
    .setSubject(subject)
    .setIssuedAt(seconds)
    .setNotBefore(seconds)
    .setExpirationTime(seconds + LIFETIME)
    .sign(await identity.signingKey())
}

/** The same id for the same name, in any letter case. */
function stableId(name: string): string {
  const hash = createHash('sha256').update(name.toLowerCase()).digest('hex')
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-8${hash.slice(13, 16)}-8${hash.slice(17, 20)}-${hash.slice(20, 32)}`
}
