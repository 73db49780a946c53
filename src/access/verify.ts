/** Bearer tokens to principals: signature, audience, issuer and times, with `jose`. */
import { type JWTPayload, type JWTVerifyGetKey, errors as joseErrors, jwtVerify } from 'jose'
import { KqlError } from '../base/errors.ts'
import type { Principal } from './principal.ts'

export interface TokenVerifier {
  /** @throws KqlError unauthorized */
  verify(token: string): Promise<Principal>
}

export interface Issuer {
  /** Lower case. */
  readonly tenant: string
  readonly issuers: readonly string[]
  /** What tokens may be meant for; absent = every audience of the real APIs. */
  readonly audiences?: ReadonlySet<string>
  /** An issuer other than Entra ID, whose tokens name no tenant and say in other claims who asks. */
  readonly foreign?: boolean
  /** The key for a token's header; only its key id is trusted, never a key or an address in it. */
  readonly key: JWTVerifyGetKey
  /** Milliseconds since 1970, for tests and fixed clocks. */
  now(): number
}

const HOSTS = [
  'securitycenter.microsoft.com',
  'securitycenter.windows.com',
  'security.microsoft.com',
  'securitycenter.microsoft.us',
  'security.microsoft.us',
]
const REGIONS = ['', 'us.', 'eu.', 'uk.', 'au.', 'swa.', 'ina.', 'aea.']
const PREFIXES = ['api', 'api-us', 'api-eu', 'api-uk', 'api-gcc', 'api-gov', 'api-au']

/** Every audience that real clients ask for: the hosts of the API in all clouds and regions, and its application ids. */
export const AUDIENCES: ReadonlySet<string> = new Set([
  ...HOSTS.flatMap((h) => PREFIXES.map((p) => `https://${p}.${h}`)),
  ...REGIONS.map((r) => `https://${r}api.security.microsoft.com`),
  'https://securitycenter.onmicrosoft.com/windowsatpservice',
  'https://securitycenter.microsoft.com/mtp',
  'https://graph.microsoft.com',
  'fc780465-2017-40d4-a0c5-307022471b92',
  '8ee8fdad-f234-4243-8f3b-15c294843740',
  '00000003-0000-0000-c000-000000000000',
])

/** Seconds that clocks may differ. */
const SKEW = 300
/** Characters of a token: Entra ID's stay far below, with 200 groups in them too. */
const LONGEST = 12 * 1024

export function createVerifier(issuer: Issuer): TokenVerifier {
  return {
    async verify(token) {
      if (token.length > LONGEST) throw new KqlError('unauthorized', { reason: 'The token is too long' })
      try {
        const { payload } = await jwtVerify(token, issuer.key, {
          algorithms: issuer.foreign ? ['RS256', 'PS256', 'ES256', 'EdDSA'] : ['RS256'],
          issuer: [...issuer.issuers],
          clockTolerance: SKEW,
          currentDate: new Date(issuer.now()),
          requiredClaims: ['exp', 'aud', 'iss'],
        })
        return principalOf(payload, issuer)
      } catch (error) {
        throw error instanceof KqlError ? error : new KqlError('unauthorized', { reason: reasonOf(error) })
      }
    },
  }
}

/** A person reads it; what was wrong with a signature is nobody's business. */
function reasonOf(error: unknown): string {
  if (error instanceof joseErrors.JWTExpired) return 'The token has expired'
  if (error instanceof joseErrors.JWTClaimValidationFailed) return `The token's claim '${error.claim}' is not valid`
  return 'The token is not valid'
}

const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((v): v is string => typeof v === 'string') : []

function principalOf(payload: JWTPayload, issuer: Issuer): Principal {
  const audiences = typeof payload.aud === 'string' ? [payload.aud] : (payload.aud ?? [])
  const known = issuer.audiences ?? AUDIENCES
  if (!audiences.some((a) => known.has(a.replace(/\/$/, ''))))
    throw new KqlError('unauthorized', { reason: "The token's audience is not this API" })
  if (!issuer.foreign && String(payload.tid ?? '').toLowerCase() !== issuer.tenant)
    throw new KqlError('unauthorized', { reason: "The token is another tenant's" })
  const application = String(payload.appid ?? payload.azp ?? payload.client_id ?? '').toLowerCase()
  const name = payload.upn ?? payload.preferred_username ?? payload.unique_name ?? payload.email
  const stated = payload.scp ?? (issuer.foreign ? payload.scope : undefined)
  const scopes = typeof stated === 'string' ? stated.split(' ').filter(Boolean) : texts(stated)
  // Elsewhere a token of an application may have scopes too, but no person's name. Doubt makes a user, who sees less.
  const isUser = issuer.foreign ? name !== undefined || texts(payload.roles).length === 0 : stated !== undefined
  return {
    kind: isUser ? 'user' : 'application',
    tenant: issuer.tenant,
    application,
    id: String(payload.oid ?? payload.sub ?? application),
    roles: texts(payload.roles),
    scopes,
    ...(isUser && {
      name: String(name ?? ''),
      groups: [...texts(payload.groups), ...texts(payload.wids)],
    }),
  }
}
