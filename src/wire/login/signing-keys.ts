/** The keys that the local issuer signs with: the newest signs, those before it stay known as long as their tokens live. */
import { randomBytes } from 'node:crypto'
import {
  type CryptoKey,
  exportJWK,
  exportPKCS8,
  exportSPKI,
  generateKeyPair,
  importPKCS8,
  importSPKI,
  type JSONWebKeySet,
  type JWK,
} from 'jose'
import { keptFile } from './kept-file.ts'

interface KeptKey {
  readonly kid: string
  readonly privatePem: string
  readonly publicPem: string
  /** Milliseconds since 1970. */
  readonly made: number
}

export interface SigningKeys {
  /** What verifies tokens; changes when another process rotates. */
  jwks(): Promise<JSONWebKeySet>
  current(): Promise<{ readonly kid: string; readonly key: CryptoKey }>
  /** Makes a new key and forgets those whose tokens have all expired. */
  rotate(now: number): Promise<void>
}

/** Milliseconds that a replaced key is still known: longer than any token that it signed, refresh tokens too. */
const OVERLAP = 91 * 24 * 60 * 60 * 1000

/** `maxAge`: milliseconds after which the newest key is replaced when the keys are opened; absent = never. */
export async function openSigningKeys(path: string, now: number, maxAge?: number): Promise<SigningKeys> {
  const kept = keptFile<readonly KeptKey[] | Omit<KeptKey, 'made'>>(path, [])
  // The first stores had one key without an age.
  const read = (): readonly KeptKey[] => {
    const value = kept.read()
    return 'kid' in value ? [{ ...value, made: 0 }] : value
  }
  const imported = new Map<string, Promise<CryptoKey>>()
  const published = new Map<string, Promise<JWK>>()
  const jwkOf = (key: KeptKey) => {
    const known = published.get(key.kid) ?? exported(key)
    published.set(key.kid, known)
    return known
  }
  const keys: SigningKeys = {
    jwks: async () => ({ keys: await Promise.all(read().map(jwkOf)) }),
    async current() {
      const { kid, privatePem } = read()[0]!
      const key = imported.get(kid) ?? importPKCS8(privatePem, 'RS256')
      imported.set(kid, key)
      return { kid, key: await key }
    },
    async rotate(at) {
      // A key signs until its successor is made; from then its last tokens age.
      const known = read().filter((_, i, all) => i === 0 || at - all[i - 1]!.made < OVERLAP)
      kept.write([await newKey(at), ...known])
    },
  }
  const newest = read()[0]
  if (!newest || (maxAge !== undefined && now - newest.made > maxAge)) await keys.rotate(now)
  return keys
}

async function newKey(made: number): Promise<KeptKey> {
  const pair = await generateKeyPair('RS256', { modulusLength: 2048, extractable: true })
  return {
    kid: randomBytes(12).toString('base64url'),
    privatePem: await exportPKCS8(pair.privateKey),
    publicPem: await exportSPKI(pair.publicKey),
    made,
  }
}

async function exported({ kid, publicPem }: KeptKey): Promise<JWK> {
  const key = await importSPKI(publicPem, 'RS256', { extractable: true })
  return { ...(await exportJWK(key)), kid, alg: 'RS256', use: 'sig', x5t: kid }
}
