/** Who is asking, after their token was checked. */

export interface Principal {
  readonly kind: 'application' | 'user' | 'anonymous'
  /** Tenant and application: the keys of quotas and of the audit log, lower case. */
  readonly tenant: string
  readonly application: string
  /** Object id of the application or user. */
  readonly id: string
  readonly roles: readonly string[]
  readonly scopes: readonly string[]
  /** Device groups whose rows they may see; absent = all. */
  readonly deviceGroups?: readonly string[]
}

/** The caller as Kusto's current_principal() writes them: `aadapp=ID;TENANT` or `aaduser=ID;TENANT`. */
export const nameOf = ({ kind, id, application, tenant }: Principal): string =>
  kind === 'user' ? `aaduser=${id};${tenant}` : `aadapp=${application};${tenant}`
