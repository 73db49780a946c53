/** Passwords of local users, with a limit on wrong ones. */
import { RateLimiterMemory } from 'rate-limiter-flexible'
import type { Identity } from './identity.ts'
import { Refusal } from './refusal.ts'
import { secretMatches } from './secrets.ts'

/** Wrong passwords for one name from one address, and the seconds for which they count. */
const TRIES = 10
const SECONDS = 300

export interface SignIn {
  /** The user's name as it is kept. @throws Refusal wrong_password, locked */
  check(name: string, password: string, address: string): Promise<string>
}

export function createSignIn(identity: Identity): SignIn {
  const wrong = new RateLimiterMemory({ points: TRIES, duration: SECONDS })
  return {
    async check(name, password, address) {
      const key = `${name.toLowerCase()} ${address}`
      // Counted before the check, so that many at once are not all let through.
      await wrong.consume(key).catch(() => {
        throw new Refusal('locked')
      })
      const user = identity.user(name)
      if (!(await secretMatches(user?.password, password))) throw new Refusal('wrong_password')
      await wrong.delete(key)
      return user!.name
    },
  }
}
