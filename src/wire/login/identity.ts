/** What the local issuer keeps in the store: its tenant, its signing keys, its clients and its users. */
import { randomUUID, X509Certificate } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { keptFile } from './kept-file.ts'
import { HUNTING_ROLES } from './roles.ts'
import { hashSecret, newSecret } from './secrets.ts'
import { openSigningKeys, type SigningKeys } from './signing-keys.ts'

export interface Client {
  readonly id: string
  readonly name: string
  /** Of application tokens. */
  readonly roles: readonly string[]
  /** scrypt of the secret: `salt:hash`, hexadecimal. The secret itself is shown once and not kept. */
  readonly secret?: string
  /** PEM of the certificate whose key signs the client's assertions. */
  readonly certificate?: string
  /** Where the login page may send users back to. */
  readonly redirects?: readonly string[]
}

export interface User {
  /** The name to sign in with (UPN). */
  readonly name: string
  readonly password: string
}

export interface NewClient {
  readonly name: string
  readonly roles?: readonly string[]
  /** PEM; in place of a secret. */
  readonly certificate?: string
  /** Neither a secret nor a certificate: for programs that cannot keep one, in users' names only. */
  readonly isPublic?: boolean
  readonly redirects?: readonly string[]
}

export interface Identity {
  readonly tenant: string
  readonly keys: SigningKeys
  /** A running server sees what another process changed at once. */
  client(id: string): Client | undefined
  clients(): readonly Client[]
  addClient(client: NewClient): Promise<{ readonly client: Client; readonly secret?: string }>
  /** Whether there was one. */
  removeClient(id: string): boolean
  user(name: string): User | undefined
  users(): readonly User[]
  /** Makes a user or gives one a new password. */
  setUser(name: string, password: string): Promise<void>
  removeUser(name: string): boolean
}

/** Opens the store's identity, making what is missing. `keyMaxAge`: milliseconds, see openSigningKeys. */
export async function openIdentity(store: string, keyMaxAge?: number): Promise<Identity> {
  const folder = join(store, 'keys')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const clients = keptFile<readonly Client[]>(join(store, 'clients.json'), [])
  const users = keptFile<readonly User[]>(join(store, 'users.json'), [])
  const named = (name: string) => (u: User) => u.name.toLowerCase() === name.toLowerCase()
  return {
    tenant: tenantOf(join(store, 'tenant.json')),
    keys: await openSigningKeys(join(folder, 'signing.json'), Date.now(), keyMaxAge),
    client: (id) => clients.read().find((c) => c.id === id.toLowerCase()),
    clients: () => clients.read(),
    async addClient({ name, roles = HUNTING_ROLES, certificate, isPublic, redirects }) {
      const secret = certificate || isPublic ? undefined : newSecret()
      const client: Client = {
        id: randomUUID(),
        name,
        roles: isPublic ? [] : roles,
        ...(secret && { secret: await hashSecret(secret) }),
        ...(certificate && { certificate: new X509Certificate(certificate).toString() }),
        ...(redirects?.length && { redirects }),
      }
      clients.write([...clients.read(), client])
      return { client, ...(secret && { secret }) }
    },
    removeClient(id) {
      const kept = clients.read().filter((c) => c.id !== id.toLowerCase())
      const removed = kept.length < clients.read().length
      if (removed) clients.write(kept)
      return removed
    },
    user: (name) => users.read().find(named(name)),
    users: () => users.read(),
    async setUser(name, password) {
      const user = { name, password: await hashSecret(password) }
      users.write([...users.read().filter((u) => !named(name)(u)), user])
    },
    removeUser(name) {
      const kept = users.read().filter((u) => !named(name)(u))
      const removed = kept.length < users.read().length
      if (removed) users.write(kept)
      return removed
    },
  }
}

function tenantOf(path: string): string {
  const file = keptFile(path, { tenant: '' })
  if (file.read().tenant === '') file.write({ tenant: randomUUID() })
  return file.read().tenant
}
