/** Signs people in at the server's own issuer: authorization code with PKCE; the tokens live as long as the tab. */
import { type Session, setToken } from './api.ts'

const CLIENT = 'harrier-web'
const SCOPE = 'https://api.security.microsoft.com/AdvancedHunting.Read offline_access'
const KEPT = 'harrier-sign-in'

interface Kept {
  readonly verifier?: string
  readonly state?: string
  /** Where the person was. */
  readonly address?: string
  readonly refreshToken?: string
}

interface Tokens {
  readonly access_token: string
  readonly refresh_token?: string
  readonly expires_in: number | string
}

const kept = (): Kept => JSON.parse(sessionStorage.getItem(KEPT) ?? '{}') as Kept
const keep = (value: Kept): void => sessionStorage.setItem(KEPT, JSON.stringify(value))
const base64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '')
const random = (): string => base64url(crypto.getRandomValues(new Uint8Array(32)))

/** @returns true when calls can be made; false while the browser is on its way to the sign-in page, or a token has to be brought */
export async function signIn({ signIn: { kind, ...rest } }: Session): Promise<boolean> {
  if (kind === 'off') return true
  if (kind === 'token') return false
  const endpoint = `/${(rest as { tenant: string }).tenant}/oauth2/v2.0`
  const query = new URLSearchParams(location.search)
  const { verifier, state, address, refreshToken } = kept()
  const code = location.pathname === '/signed-in' ? query.get('code') : null
  if (code && verifier && query.get('state') === state) {
    history.replaceState(null, '', address ?? '/')
    if (
      await exchange(endpoint, {
        grant_type: 'authorization_code',
        code,
        code_verifier: verifier,
        redirect_uri: redirect(),
      })
    )
      return true
  } else if (refreshToken && (await exchange(endpoint, { grant_type: 'refresh_token', refresh_token: refreshToken }))) {
    return true
  }
  await leave(endpoint)
  return false
}

export function signOut(): void {
  sessionStorage.removeItem(KEPT)
  location.assign('/')
}

const redirect = (): string => `${location.origin}/signed-in`

async function leave(endpoint: string): Promise<void> {
  const [verifier, state] = [random(), random()]
  const address = location.pathname === '/signed-in' ? '/' : location.pathname + location.search
  keep({ verifier, state, address })
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))
  const query = new URLSearchParams({
    client_id: CLIENT,
    response_type: 'code',
    redirect_uri: redirect(),
    scope: SCOPE,
    state,
    code_challenge: base64url(new Uint8Array(digest)),
    code_challenge_method: 'S256',
  })
  location.assign(`${endpoint}/authorize?${query}`)
}

async function exchange(endpoint: string, fields: Record<string, string>): Promise<boolean> {
  const body = new URLSearchParams({ client_id: CLIENT, scope: SCOPE, ...fields })
  const response = await fetch(`${endpoint}/token`, { method: 'POST', body })
  if (!response.ok) return false
  const tokens = (await response.json()) as Tokens
  setToken(tokens.access_token)
  keep({ ...(tokens.refresh_token && { refreshToken: tokens.refresh_token }) })
  const { refresh_token } = tokens
  if (refresh_token) {
    // A little before it runs out.
    const wait = Math.max(30, Number(tokens.expires_in) - 120) * 1000
    setTimeout(() => void exchange(endpoint, { grant_type: 'refresh_token', refresh_token }), wait)
  }
  return true
}
