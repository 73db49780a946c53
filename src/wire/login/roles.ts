/** Roles and scopes of the local issuer's tokens. */

/** The application roles that let a client hunt. */
export const HUNTING_ROLES: readonly string[] = [
  'AdvancedQuery.Read.All',
  'AdvancedHunting.Read.All',
  'ThreatHunting.Read.All',
]

/** The scopes that let a client hunt in a user's name. */
export const HUNTING_SCOPES: readonly string[] = [
  'AdvancedQuery.Read',
  'AdvancedHunting.Read',
  'ThreatHunting.Read.All',
]
