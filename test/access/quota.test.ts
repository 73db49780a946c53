import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { createQuotas } from '../../src/access/quota.ts'
import { openQuotaFile } from '../../src/access/quota-file-ledger.ts'
import { KqlError } from '../../src/base/errors.ts'
import { runs } from '../support/runs.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const LIMITS = { callsPerMinute: 45, callsPerHour: 1500, runningMinutesPerHour: 10, runningHoursPerDay: 3 }

const folder = mkdtempSync(join(tmpdir(), 'harrier-quotas-'))
afterAll(() => rmSync(folder, { recursive: true }))
let files = 0
const fresh = () => join(folder, String(++files))

function clocked() {
  const clock = { at: 1_700_000_000_000, now: () => clock.at }
  const quotas = createQuotas(clock, LIMITS, openQuotaFile(fresh(), clock.at))
  const call = async (length = 0): Promise<KqlError | undefined> => {
    try {
      const ticket = await quotas.admit('tenant app')
      clock.at += length
      await ticket.settle()
      return undefined
    } catch (error) {
      if (error instanceof KqlError) return error
      throw error
    }
  }
  return { clock, quotas, call }
}

describe('quotas', () => {
  it('allow 45 calls a minute and say when the next one may come', async () => {
    const { clock, call } = clocked()
    for (let i = 0; i < 45; i++) expect(await call()).toBeUndefined()
    clock.at += 20_000
    const refused = await call()
    expect(refused).toMatchObject({ code: 'calls_exceeded', params: { limit: 45, period: '00:01:00', seconds: 40 } })
    clock.at += 2 * MINUTE
    expect(await call()).toBeUndefined()
  })

  it('keep a caller who does not wait out', async () => {
    const { clock, call } = clocked()
    for (let i = 0; i < 45; i++) await call()
    for (let i = 0; i < 100; i++) {
      clock.at += 1000
      expect((await call())?.code).toBe('calls_exceeded')
    }
  })

  it('allow 1,500 calls an hour', async () => {
    const { clock, call } = clocked()
    for (let i = 0; i < 1500; i++) {
      clock.at += 2000
      expect(await call()).toBeUndefined()
    }
    clock.at += 2000
    expect(await call()).toMatchObject({ code: 'calls_exceeded', params: { limit: 1500, period: '01:00:00' } })
  })

  it('allow ten minutes of running time an hour', async () => {
    const { clock, call } = clocked()
    for (let i = 0; i < 5; i++) expect(await call(2 * MINUTE)).toBeUndefined()
    expect(await call()).toMatchObject({ code: 'running_time_exceeded', params: { seconds: 50 * 60 } })
    clock.at += HOUR
    expect(await call()).toBeUndefined()
  })

  it('keep callers apart', async () => {
    const { quotas, call } = clocked()
    for (let i = 0; i < 46; i++) await call()
    await expect(quotas.admit('other app')).resolves.toBeDefined()
  })

  it('agree with a plain model on random schedules of calls, queries at once, restarts and several applications', async () => {
    const small = { callsPerMinute: 4, callsPerHour: 9, runningMinutesPerHour: 2, runningHoursPerDay: 0.1 }
    const step = fc.oneof(
      fc.record({
        kind: fc.constant('call' as const),
        key: fc.constantFrom('a', 'b'),
        wait: fc.oneof(fc.nat(40_000), fc.nat(20 * MINUTE), fc.nat(9 * HOUR)),
        ran: fc.oneof(fc.nat(5000), fc.nat(3 * MINUTE)),
      }),
      fc.record({ kind: fc.constant('restart' as const) }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const path = fresh()
        const clock = { at: 1_700_000_000_000, now: () => clock.at }
        const open = () => createQuotas(clock, small, openQuotaFile(path, clock.at))
        let quotas = open()
        const model = new Model(small)
        for (const s of steps) {
          if (s.kind === 'restart') {
            quotas = open()
            continue
          }
          clock.at += s.wait
          const began = clock.at
          const wanted = model.call(s.key, began)
          let got: string | undefined
          try {
            const ticket = await quotas.admit(s.key)
            clock.at += s.ran
            await ticket.settle()
            model.ran(s.key, began, s.ran)
          } catch (error) {
            if (!(error instanceof KqlError)) throw error
            got = `${error.code} ${(error.params as { seconds: number }).seconds}`
          }
          expect(got).toBe(wanted)
        }
        rmSync(path, { force: true })
      }),
      { numRuns: runs(2000, 10_000) },
    )
  }, 120_000)
})

describe('the file of quotas', () => {
  it('passes over a line that a crash cut short, and forgets what counts no more', async () => {
    const path = fresh()
    const now = 1_700_000_000_000
    const file = openQuotaFile(path, now)
    await file.called('old', now - 25 * HOUR)
    await file.ran('a', now - HOUR, 5)
    appendFileSync(path, '{"key":"a","at":17')
    expect(await openQuotaFile(path, now).usage('a', now)).toEqual({
      calls: [],
      running: [{ at: now - HOUR, length: 5 }],
    })
    expect(readFileSync(path, 'utf8')).not.toContain('old')
  })
})

/** The rules in their plainest form: everything is kept, and every answer counts all of it. */
class Model {
  readonly #limits: typeof LIMITS
  readonly #calls: { key: string; at: number }[] = []
  readonly #running: { key: string; at: number; ran: number }[] = []

  constructor(limits: typeof LIMITS) {
    this.#limits = limits
  }

  /** Undefined, or the code and the seconds until the first moment at which the broken rule would hold. */
  call(key: string, now: number): string | undefined {
    this.#calls.push({ key, at: now })
    const { callsPerMinute, callsPerHour, runningMinutesPerHour, runningHoursPerDay } = this.#limits
    const calls = (window: number, at: number) => this.#calls.filter((c) => c.key === key && c.at > at - window).length
    const ran = (window: number, at: number) =>
      this.#running.filter((r) => r.key === key && r.at > at - window).reduce((sum, r) => sum + r.ran, 0)
    const rules: readonly [string, (at: number) => boolean, number][] = [
      ['calls_exceeded', (at) => calls(MINUTE, at) <= callsPerMinute, MINUTE],
      ['calls_exceeded', (at) => calls(HOUR, at) <= callsPerHour, HOUR],
      ['running_time_exceeded', (at) => ran(HOUR, at) < runningMinutesPerHour * MINUTE, HOUR],
      ['running_time_exceeded', (at) => ran(24 * HOUR, at) < runningHoursPerDay * HOUR, 24 * HOUR],
    ]
    const broken = rules.find(([, holds]) => !holds(now))
    if (!broken) return undefined
    const [code, holds, window] = broken
    // A window lets go of something only when something is exactly as old as it is long.
    const moments = [...this.#calls, ...this.#running].map((e) => e.at + window).filter((at) => at > now)
    const free = Math.min(...moments.filter(holds))
    return `${code} ${Math.max(1, Math.ceil((free - now) / 1000))}`
  }

  ran(key: string, at: number, ran: number): void {
    this.#running.push({ key, at, ran })
  }
}
