/** What the local issuer keeps in the store: its tenant, its signing keys and its clients. */
import { randomBytes, randomUUID, scryptSync, timingSafeEqual } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  type CryptoKey,
  exportJWK,
  exportPKCS8,
  exportSPKI,
  generateKeyPair,
  importPKCS8,
  importSPKI,
  type JSONWebKeySet,
} from 'jose'
import { HUNTING_ROLES } from './roles.ts'

export interface Client {
  readonly id: string
  readonly name: string
  readonly roles: readonly string[]
  /** scrypt of the secret: `salt:hash`, hexadecimal. The secret itself is shown once and not kept. */
  readonly secret: string
}

export interface Identity {
  readonly tenant: string
  readonly kid: string
  readonly jwks: JSONWebKeySet
  signingKey(): Promise<CryptoKey>
  /** Reads the file anew when it changed, so that a running server sees a new client at once. */
  client(id: string): Client | undefined
  addClient(name: string, roles?: readonly string[]): { readonly client: Client; readonly secret: string }
}

/** Opens the store's identity, making what is missing. */
export async function openIdentity(store: string): Promise<Identity> {
  const folder = join(store, 'keys')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const tenant = tenantOf(join(store, 'tenant.json'))
  const { kid, privatePem, publicPem } = await keysOf(folder)
  const publicKey = await importSPKI(publicPem, 'RS256', { extractable: true })
  const jwk = { ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig', x5t: kid }
  const clients = clientFile(join(store, 'clients.json'))
  return {
    tenant,
    kid,
    jwks: { keys: [jwk] },
    signingKey: () => importPKCS8(privatePem, 'RS256'),
    client: (id) => clients.read().find((c) => c.id === id.toLowerCase()),
    addClient(name, roles = HUNTING_ROLES) {
      const secret = randomBytes(32).toString('base64url')
      const client = { id: randomUUID(), name, roles, secret: hashSecret(secret) }
      clients.write([...clients.read(), client])
      return { client, secret }
    },
  }
}

function tenantOf(path: string): string {
  if (existsSync(path)) return (JSON.parse(readFileSync(path, 'utf8')) as { tenant: string }).tenant
  const tenant = randomUUID()
  replaceFile(path, JSON.stringify({ tenant }))
  return tenant
}

async function keysOf(folder: string) {
  const path = join(folder, 'signing.json')
  if (!existsSync(path)) {
    const pair = await generateKeyPair('RS256', { modulusLength: 2048, extractable: true })
    const keys = {
      kid: randomBytes(12).toString('base64url'),
      privatePem: await exportPKCS8(pair.privateKey),
      publicPem: await exportSPKI(pair.publicKey),
    }
    replaceFile(path, JSON.stringify(keys))
  }
  return JSON.parse(readFileSync(path, 'utf8')) as { kid: string; privatePem: string; publicPem: string }
}

function clientFile(path: string) {
  let stamp = ''
  let known: Client[] = []
  return {
    read(): Client[] {
      if (!existsSync(path)) return []
      const { mtimeMs, size } = statSync(path)
      if (`${mtimeMs} ${size}` !== stamp) {
        known = JSON.parse(readFileSync(path, 'utf8')) as Client[]
        stamp = `${mtimeMs} ${size}`
      }
      return known
    },
    write: (clients: readonly Client[]) => replaceFile(path, JSON.stringify(clients, null, 1)),
  }
}

/** Readers see the old file or the new one, never half of it; only the owner may read it. */
function replaceFile(path: string, text: string): void {
  writeFileSync(`${path}.new`, text, { mode: 0o600, flush: true })
  renameSync(`${path}.new`, path)
}

const KEY_BYTES = 32

function hashSecret(secret: string): string {
  const salt = randomBytes(16)
  return `${salt.toString('hex')}:${scryptSync(secret, salt, KEY_BYTES).toString('hex')}`
}

export function secretMatches(client: Client, secret: string): boolean {
  const [salt = '', hash = ''] = client.secret.split(':')
  return timingSafeEqual(scryptSync(secret, Buffer.from(salt, 'hex'), KEY_BYTES), Buffer.from(hash, 'hex'))
}
