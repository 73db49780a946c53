/** The application roles that let a client hunt. */
export const HUNTING_ROLES: readonly string[] = [
  'AdvancedQuery.Read.All',
  'AdvancedHunting.Read.All',
  'ThreatHunting.Read.All',
]
