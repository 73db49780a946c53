/** Which product's permission opens a table; tables that several products feed are open to everybody who may hunt. */

export type Workload = 'endpoint' | 'email' | 'identity' | 'cloudApps'

/** By the beginning of the name, as the portal groups its schema. */
const PREFIXES: readonly (readonly [prefix: string, workload: Workload])[] = [
  ['Device', 'endpoint'],
  ['Email', 'email'],
  ['Message', 'email'],
  ['Call', 'email'],
  ['UrlClick', 'email'],
  ['Campaign', 'email'],
  ['FileMalicious', 'email'],
  ['Identity', 'identity'],
  ['EntraId', 'identity'],
  ['GraphAPI', 'identity'],
  ['Cloud', 'cloudApps'],
  ['OAuthApp', 'cloudApps'],
]

export const workloadOf = (table: string): Workload | undefined =>
  PREFIXES.find(([prefix]) => table.startsWith(prefix))?.[1]
