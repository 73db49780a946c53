/** The keys that an issuer signs with: known ones, or those of an issuer elsewhere, by OIDC discovery. */
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  type JSONWebKeySet,
  type JWTVerifyGetKey,
  errors as joseErrors,
} from 'jose'
import { z } from 'zod'
import { KqlError } from '../base/errors.ts'

const Discovery = z.object({ jwks_uri: z.url({ protocol: /^https?$/ }) })

/** Milliseconds that an issuer may take for an answer. */
const TIMEOUT = 5000
/** Milliseconds before unknown keys may cause another fetch, so that forged key ids cannot make this server flood the issuer. */
const COOLDOWN = 30_000

/** What makes a token bad; any other failure to find a key is the issuer's. */
const TOKEN_FAULTS = [joseErrors.JWKSNoMatchingKey, joseErrors.JWKSMultipleMatchingKeys, joseErrors.JOSENotSupported]

/** Of the local issuer, whose keys may change at any time. */
export const knownKeys =
  (keys: () => Promise<JSONWebKeySet>): JWTVerifyGetKey =>
  async (header, token) =>
    createLocalJWKSet(await keys())(header, token)

/**
 * Fetched when first needed, kept, and fetched anew for a key id that is not among them, which is how issuers rotate.
 * @param authority the address below which `.well-known/openid-configuration` lies. A look-up throws KqlError issuer_unreachable.
 */
export function discoveredKeys(authority: string): JWTVerifyGetKey {
  let found: Promise<JWTVerifyGetKey> | undefined
  return async (header, token) => {
    // An issuer that could not be reached is asked again by the next request.
    found ??= discover(authority).catch((error) => {
      found = undefined
      throw error
    })
    try {
      return await (await found)(header, token)
    } catch (error) {
      if (TOKEN_FAULTS.some((fault) => error instanceof fault)) throw error
      throw new KqlError('issuer_unreachable', { issuer: authority })
    }
  }
}

async function discover(authority: string): Promise<JWTVerifyGetKey> {
  const answer = await fetch(`${authority}/.well-known/openid-configuration`, { signal: AbortSignal.timeout(TIMEOUT) })
  if (!answer.ok) throw new Error(`status ${answer.status}`)
  const { jwks_uri } = Discovery.parse(await answer.json())
  return createRemoteJWKSet(new URL(jwks_uri), { timeoutDuration: TIMEOUT, cooldownDuration: COOLDOWN })
}
