import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createQuotas } from '../../src/access/quota.ts'
import { KqlError } from '../../src/base/errors.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

function clocked() {
  const clock = { at: 1_700_000_000_000, now: () => clock.at }
  const quotas = createQuotas(clock)
  const call = (length = 0): KqlError | undefined => {
    try {
      const ticket = quotas.admit('tenant app')
      clock.at += length
      ticket.settle()
      return undefined
    } catch (error) {
      if (error instanceof KqlError) return error
      throw error
    }
  }
  return { clock, quotas, call }
}

describe('quotas', () => {
  it('allow 45 calls a minute and say when the next one may come', () => {
    const { clock, call } = clocked()
    for (let i = 0; i < 45; i++) expect(call()).toBeUndefined()
    clock.at += 20_000
    const refused = call()
    expect(refused).toMatchObject({ code: 'calls_exceeded', params: { limit: 45, period: '00:01:00', seconds: 40 } })
    clock.at += 2 * MINUTE
    expect(call()).toBeUndefined()
  })

  it('keep a caller who does not wait out', () => {
    const { clock, call } = clocked()
    for (let i = 0; i < 45; i++) call()
    for (let i = 0; i < 100; i++) {
      clock.at += 1000
      expect(call()?.code).toBe('calls_exceeded')
    }
  })

  it('allow 1,500 calls an hour', () => {
    const { clock, call } = clocked()
    for (let i = 0; i < 1500; i++) {
      clock.at += 2000
      expect(call()).toBeUndefined()
    }
    clock.at += 2000
    expect(call()).toMatchObject({ code: 'calls_exceeded', params: { limit: 1500, period: '01:00:00' } })
  })

  it('allow ten minutes of running time an hour', () => {
    const { clock, call } = clocked()
    for (let i = 0; i < 5; i++) expect(call(2 * MINUTE)).toBeUndefined()
    expect(call()).toMatchObject({ code: 'running_time_exceeded', params: { seconds: 50 * 60 } })
    clock.at += HOUR
    expect(call()).toBeUndefined()
  })

  it('keep callers apart', () => {
    const { quotas, call } = clocked()
    for (let i = 0; i < 46; i++) call()
    expect(() => quotas.admit('other app')).not.toThrow()
  })

  it('agree with a plain count of the calls in the window', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 8000 }), { maxLength: 300 }), (pauses) => {
        const { clock, call } = clocked()
        const calls: number[] = []
        for (const wait of pauses) {
          clock.at += wait
          calls.push(clock.at)
          const over = calls.filter((t) => t > clock.at - MINUTE).length > 45
          expect(call() !== undefined).toBe(over)
        }
      }),
    )
  })
})
