/** What a token request asks for: the API by resource or scope, in the forms of both versions. */
import { AUDIENCES } from '../../access/verify.ts'
import { Refusal } from './refusal.ts'
import { HUNTING_SCOPES } from './roles.ts'
import { DEFENDER_AUDIENCE } from './tokens.ts'

export interface Asked {
  readonly audience: string
  /** For a user's token: those asked for that are hunting scopes, or all for `.default` and version 1. */
  readonly scopes: readonly string[]
  /** Whether `.default` was asked for, or version 1's resource. */
  readonly whole: boolean
  readonly openid: boolean
  readonly offline: boolean
}

const GRAPH = 'https://graph.microsoft.com'
/** About the person and the session, not about an API. */
const OIDC = new Set(['openid', 'profile', 'email', 'offline_access'])

/** `resource` as version 1 has it, else the scopes of version 2. @throws Refusal unknown_resource */
export function readAsked(form: URLSearchParams): Asked {
  const scopes = (form.get('scope') ?? '').split(/\s+/).filter(Boolean)
  const resource = form.get('resource')
  const oidc = { openid: scopes.includes('openid'), offline: scopes.includes('offline_access') }
  if (resource) return { audience: known(resource), scopes: HUNTING_SCOPES, whole: true, ...oidc }
  const parts = scopes.filter((s) => !OIDC.has(s)).map(split)
  const audience = known(parts[0]?.resource ?? DEFENDER_AUDIENCE)
  const whole = parts.length === 0 || parts.some((p) => p.name === '.default')
  const asked = parts.map((p) => p.name)
  return { audience, whole, scopes: HUNTING_SCOPES.filter((s) => whole || asked.includes(s)), ...oidc }
}

/** A scope without a resource is Graph's. */
function split(scope: string): { resource: string; name: string } {
  const at = scope.lastIndexOf('/')
  return at < 0 ? { resource: GRAPH, name: scope } : { resource: scope.slice(0, at), name: scope.slice(at + 1) }
}

/** A second slash, as in `https://host//.default`, stays in the audience, as with Entra ID. */
function known(resource: string): string {
  if (!AUDIENCES.has(resource.replace(/\/$/, ''))) throw new Refusal('unknown_resource', resource)
  return resource
}
