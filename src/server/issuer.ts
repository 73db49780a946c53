/** Whose tokens count, as the setting `auth` says. */
import { discoveredKeys, knownKeys } from '../access/issuer-keys.ts'
import type { Issuer } from '../access/verify.ts'
import { KqlError } from '../base/errors.ts'
import type { Config } from '../config.ts'
import type { Identity } from '../wire/login/identity.ts'
import { issuersOf } from '../wire/login/tokens.ts'

/** None with auth off. `identity`: the store's own, with auth local. @throws KqlError bad_setting */
export function issuerOf(config: Config, identity: Identity | undefined): Issuer | undefined {
  const issuer = identity ? local(identity) : config.auth === 'entra' ? entra(config) : oidc(config)
  // A fixed clock is for queries: tokens live in real time.
  return issuer && { ...issuer, now: () => Date.now() }
}

const local = (identity: Identity): Omit<Issuer, 'now'> => ({
  tenant: identity.tenant,
  issuers: issuersOf(identity.tenant),
  key: knownKeys(identity.keys.jwks),
})

/** Both versions of tokens are signed with the same keys; only version 2 names the cloud's own host as issuer. */
function entra({ entraTenant, entraAuthority }: Config): Omit<Issuer, 'now'> {
  if (entraTenant === '')
    throw new KqlError('bad_setting', { name: 'entraTenant', why: 'auth entra needs the id of a tenant' })
  const authority = `${entraAuthority.replace(/\/+$/, '')}/${entraTenant}/v2.0`
  return {
    tenant: entraTenant,
    issuers: [`https://sts.windows.net/${entraTenant}/`, authority],
    key: discoveredKeys(authority),
  }
}

function oidc({ auth, oidcIssuer, oidcAudience }: Config): Omit<Issuer, 'now'> | undefined {
  if (auth !== 'oidc') return undefined
  if (oidcIssuer === '')
    throw new KqlError('bad_setting', { name: 'oidcIssuer', why: 'auth oidc needs the address of an issuer' })
  const address = oidcIssuer.replace(/\/+$/, '')
  return {
    tenant: new URL(address).host.toLowerCase(),
    issuers: [address, `${address}/`],
    audiences: new Set(oidcAudience.split(',').map((a) => a.trim())),
    foreign: true,
    key: discoveredKeys(address),
  }
}
