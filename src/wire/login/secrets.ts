/** Secrets of clients and passwords of users: shown once, kept as scrypt hashes. */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

const KEY_BYTES = 32
const derive = promisify<string, Buffer, number, Buffer>(scrypt)

/** `salt:hash`, hexadecimal. */
export async function hashSecret(secret: string): Promise<string> {
  const salt = randomBytes(16)
  return `${salt.toString('hex')}:${(await derive(secret, salt, KEY_BYTES)).toString('hex')}`
}

/** Without a hash it takes as long and says no, so that time does not tell which names exist. */
export async function secretMatches(hash: string | undefined, secret: string): Promise<boolean> {
  const [salt = '', key = ''] = (hash ?? NO_SECRET).split(':')
  const derived = await derive(secret, Buffer.from(salt, 'hex'), KEY_BYTES)
  return timingSafeEqual(derived, Buffer.from(key, 'hex')) && hash !== undefined
}

const NO_SECRET = `${'00'.repeat(16)}:${'00'.repeat(KEY_BYTES)}`

export const newSecret = (): string => randomBytes(32).toString('base64url')
