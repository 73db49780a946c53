/** Sign-in on another device: a program shows a short code, a person enters it on the login page. */
import { randomBytes, randomInt } from 'node:crypto'
import { Refusal } from './refusal.ts'

/** Seconds that a code holds, and between two polls. */
export const DEVICE_CODE_SECONDS = 900
export const POLL_SECONDS = 5

/** Letters that are not taken for one another. */
const LETTERS = 'BCDFGHJKLMNPQRSTVWXZ'
const LENGTH = 9
/** Open codes at a time: anybody may ask for one. */
const MOST = 10_000

interface Pending {
  readonly userCode: string
  readonly client: string
  /** The request's `scope` or `resource`. */
  readonly form: URLSearchParams
  /** Milliseconds since 1970. */
  readonly until: number
  user?: string
}

export interface DeviceCodes {
  begin(client: string, form: URLSearchParams, now: number): { readonly deviceCode: string; readonly userCode: string }
  /** Whether the code is one that waits. */
  waits(userCode: string, now: number): boolean
  approve(userCode: string, user: string, now: number): void
  /** Once. @throws Refusal pending, device_expired */
  redeem(deviceCode: string, client: string, now: number): { readonly user: string; readonly form: URLSearchParams }
}

export function createDeviceCodes(): DeviceCodes {
  const pending = new Map<string, Pending>()
  const normal = (code: string) => code.toUpperCase().replace(/[^A-Z]/g, '')
  const find = (userCode: string, now: number) =>
    [...pending.values()].find((p) => p.userCode === normal(userCode) && p.until > now && p.user === undefined)
  return {
    begin(client, form, now) {
      for (const [code, p] of pending) if (p.until <= now || pending.size >= MOST) pending.delete(code)
      const deviceCode = randomBytes(32).toString('base64url')
      const userCode = Array.from({ length: LENGTH }, () => LETTERS[randomInt(LETTERS.length)]).join('')
      pending.set(deviceCode, { userCode, client, form, until: now + DEVICE_CODE_SECONDS * 1000 })
      return { deviceCode, userCode }
    },
    waits: (userCode, now) => find(userCode, now) !== undefined,
    approve(userCode, user, now) {
      const found = find(userCode, now)
      if (found) found.user = user
    },
    redeem(deviceCode, client, now) {
      const found = pending.get(deviceCode)
      if (!found || found.client !== client || found.until <= now) throw new Refusal('device_expired')
      if (found.user === undefined) throw new Refusal('pending')
      pending.delete(deviceCode)
      return { user: found.user, form: found.form }
    },
  }
}
