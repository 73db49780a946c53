/** Who may call, and how much: tokens, roles and quotas behind one door. */
import { KqlError } from '../base/errors.ts'
import { type Policy, type PolicySource, rightsOfPrincipal } from './policy.ts'
import type { Principal } from './principal.ts'
import type { Quotas, QuotaUsage, Ticket } from './quota.ts'
import type { TokenVerifier } from './verify.ts'

export type Api = 'advancedqueries' | 'advancedhunting' | 'graph'

/** What a token must hold for each API: a role for an application, a scope for a user. */
const REQUIRED: Record<Api, { readonly roles: readonly string[]; readonly scopes: readonly string[] }> = {
  advancedqueries: { roles: ['AdvancedQuery.Read.All'], scopes: ['AdvancedQuery.Read'] },
  graph: { roles: ['ThreatHunting.Read.All'], scopes: ['ThreatHunting.Read.All'] },
  advancedhunting: { roles: ['AdvancedHunting.Read.All'], scopes: ['AdvancedHunting.Read'] },
}

/** Lets an application bring data. */
const INGEST = 'Harrier.Ingest'

/** Lets an application read what the server keeps of its callers. */
const ADMINISTRATOR = 'Harrier.Administrator'

export interface Access {
  /** @throws KqlError unauthorized, missing_roles, missing_scopes, missing_permission */
  authorize(header: string | undefined, api: Api): Promise<Principal>
  /** Who may bring data: an application with its role, or an administrator. @throws KqlError unauthorized, missing_roles, missing_permission */
  authorizeIngest(header: string | undefined): Promise<void>
  /** Who sees what, for administrators. @throws KqlError missing_permission */
  policy(principal: Principal): Policy
  /** What is used of the quotas; undefined where nobody is counted. */
  usage(principal: Principal, api: Api): Promise<QuotaUsage | undefined>
  /** Reserves a call; `settle()` charges the time since. @throws KqlError calls_exceeded, running_time_exceeded, quotas_unreachable */
  admit(principal: Principal, api: Api): Promise<Ticket>
}

export const anonymous: Principal = {
  kind: 'anonymous',
  tenant: 'local',
  application: 'anonymous',
  id: 'anonymous',
  roles: [],
  scopes: [],
  // Whoever may ask without a token is on the server's own machine.
  administrator: true,
}

const UNCOUNTED: Ticket = { settle: async () => {} }

/** Without a verifier every caller is anonymous (`--auth off`); without quotas nobody is counted (`--limits off`). */
export function createAccess(
  verifier: TokenVerifier | undefined,
  quotas: Quotas | undefined,
  policy: PolicySource,
): Access {
  return {
    async authorize(header, api) {
      if (!verifier) return anonymous
      const principal = await verifier.verify(bearer(header))
      const required = REQUIRED[api]
      if (principal.kind === 'application' && !required.roles.some((r) => principal.roles.includes(r))) {
        throw new KqlError('missing_roles', { required: required.roles.join(','), present: principal.roles.join(',') })
      }
      if (principal.kind === 'user' && !required.scopes.some((s) => principal.scopes.includes(s))) {
        throw new KqlError('missing_scopes', {
          required: required.scopes.join(','),
          present: principal.scopes.join(','),
        })
      }
      if (principal.kind !== 'user') return { ...principal, administrator: principal.roles.includes(ADMINISTRATOR) }
      const rights = rightsOfPrincipal(policy.current(), principal)
      if (!rights.viewData) throw new KqlError('missing_permission', { permission: 'View data' })
      return { ...principal, rights, administrator: rights.administrator }
    },
    async authorizeIngest(header) {
      if (!verifier) return
      const principal = await verifier.verify(bearer(header))
      if (principal.kind === 'user') {
        if (rightsOfPrincipal(policy.current(), principal).administrator) return
        throw new KqlError('missing_permission', { permission: 'Administrator' })
      }
      if (!principal.roles.includes(INGEST))
        throw new KqlError('missing_roles', { required: INGEST, present: principal.roles.join(',') })
    },
    policy(principal) {
      if (!principal.administrator) throw new KqlError('missing_permission', { permission: 'Administrator' })
      return policy.current()
    },
    usage: async (principal, api) => await quotas?.usage(keyOf(principal, api)),
    admit: async (principal, api) => (await quotas?.admit(keyOf(principal, api))) ?? UNCOUNTED,
  }
}

const keyOf = (principal: Principal, api: Api): string => `${api} ${principal.tenant} ${principal.application}`

function bearer(header: string | undefined): string {
  const token = /^Bearer +(\S+)$/i.exec(header ?? '')?.[1]
  if (!token) throw new KqlError('unauthorized', { reason: 'The authorization header holds no bearer token' })
  return token
}
