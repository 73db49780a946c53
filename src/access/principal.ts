/** Who is asking, after their token was checked. */
import type { Rights } from './policy.ts'

export interface Principal {
  readonly kind: 'application' | 'user' | 'anonymous'
  /** Tenant and application: the keys of quotas and of the audit log, lower case. */
  readonly tenant: string
  readonly application: string
  /** Object id of the application or user. */
  readonly id: string
  readonly roles: readonly string[]
  readonly scopes: readonly string[]
  /** Of a user: the name to sign in with, and the ids of the groups that the token states. */
  readonly name?: string
  readonly groups?: readonly string[]
  /** May read what the server keeps of its callers. */
  readonly administrator?: boolean
  /** What they may see; absent = all. */
  readonly rights?: Rights
}

/** The caller as Kusto's current_principal() writes them: `aadapp=ID;TENANT` or `aaduser=ID;TENANT`. */
export const nameOf = ({ kind, id, application, tenant }: Principal): string =>
  kind === 'user' ? `aaduser=${id};${tenant}` : `aadapp=${application};${tenant}`
