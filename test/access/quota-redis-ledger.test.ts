/** Two servers that count in one real Redis give together what one would give alone. Skips where no redis-server can be had. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createQuotas, type QuotaLedger } from '../../src/access/quota.ts'
import { openQuotaFile } from '../../src/access/quota-file-ledger.ts'
import { openRedisLedger } from '../../src/access/quota-redis-ledger.ts'
import { KqlError } from '../../src/base/errors.ts'
import { install } from '../support/programs.ts'
import { startServer } from '../support/server.ts'

const LIMITS = { callsPerMinute: 45, callsPerHour: 1500, runningMinutesPerHour: 10, runningHoursPerDay: 3 }
const isThere = install('redis-server', 'redis-server')
const folder = mkdtempSync(join(tmpdir(), 'harrier-redis-'))
let redis: ChildProcess
let url: string
const ledgers: QuotaLedger[] = []

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => probe.once('listening', resolve))
  const { port } = probe.address() as { port: number }
  await new Promise((resolve) => probe.close(resolve))
  return port
}

async function startRedis(port: number): Promise<ChildProcess> {
  const flags = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'no']
  const child = spawn('redis-server', flags, { stdio: ['ignore', 'pipe', 'inherit'] })
  for await (const chunk of child.stdout!) if (String(chunk).includes('Ready to accept connections')) break
  child.stdout!.resume()
  return child
}

const open = async () => {
  const ledger = await openRedisLedger(url, () => {})
  ledgers.push(ledger)
  // The first connection comes up in the background.
  for (let i = 0; i < 100; i++) {
    const reached = await ledger.usage('nobody', 0).then(
      () => true,
      () => false,
    )
    if (reached) return ledger
    await pause(50)
  }
  throw new Error('Redis does not answer')
}

describe.skipIf(!isThere)('quotas in Redis', () => {
  beforeAll(async () => {
    const port = await freePort()
    url = `redis://127.0.0.1:${port}`
    redis = await startRedis(port)
  })
  afterAll(async () => {
    await Promise.all(ledgers.map((l) => l.close?.()))
    redis?.kill()
    rmSync(folder, { recursive: true, force: true })
  })

  it('let exactly as many calls through two servers as through one, all at once', async () => {
    const clock = { now: () => Date.now() }
    const [one, two] = [createQuotas(clock, LIMITS, await open()), createQuotas(clock, LIMITS, await open())]
    const calls = Array.from({ length: 120 }, (_, i) => (i % 2 ? one : two).admit('t a'))
    const outcomes = await Promise.allSettled(calls)
    expect(outcomes.filter((o) => o.status === 'fulfilled')).toHaveLength(45)
    for (const o of outcomes) if (o.status === 'rejected') expect(o.reason).toMatchObject({ code: 'calls_exceeded' })
    await expect(one.admit('t other')).resolves.toBeDefined()
  })

  it('decide every schedule of two servers as one server with a file decides it', async () => {
    const [first, second] = [await open(), await open()]
    const small = { callsPerMinute: 4, callsPerHour: 9, runningMinutesPerHour: 2, runningHoursPerDay: 0.1 }
    const step = fc.record({
      onFirst: fc.boolean(),
      key: fc.constantFrom('a', 'b'),
      wait: fc.oneof(fc.nat(40_000), fc.nat(1_200_000), fc.nat(9 * 3_600_000)),
      ran: fc.oneof(fc.nat(5000), fc.nat(180_000)),
    })
    let run = 0
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
        const clock = { at: Date.now(), now: () => clock.at }
        run++
        const shared = [first, second].map((ledger) => createQuotas(clock, small, ledger))
        const alone = createQuotas(clock, small, openQuotaFile(join(folder, `quotas-${run}`), clock.at))
        for (const { onFirst, key, wait, ran } of steps) {
          clock.at += wait
          const outcomes = await Promise.all(
            [shared[onFirst ? 0 : 1]!, alone].map((q) => q.admit(`${run} ${key}`).catch((e: KqlError) => e)),
          )
          const [a, b] = outcomes.map((o) => (o instanceof KqlError ? o.message : undefined))
          expect(a).toBe(b)
          clock.at += ran
          for (const o of outcomes) if (!(o instanceof KqlError)) await o.settle()
        }
      }),
      { numRuns: 200 },
    )
  }, 60_000)

  it('let nobody through while Redis cannot be reached, and go on when it is back', async () => {
    const port = await freePort()
    const own = await startRedis(port)
    const flags = { auth: 'off', limits: 'defender', redis: `redis://127.0.0.1:${port}` }
    const [one, two] = [
      await startServer({ ...flags, callsPerMinute: 4 }),
      await startServer({ ...flags, callsPerMinute: 4 }),
    ]
    try {
      for (const server of [one, two, one, two]) expect((await server.ask('print 1')).status).toBe(200)
      for (const server of [one, two]) expect((await server.ask('print 1')).status).toBe(429)
      own.kill('SIGKILL')
      await new Promise((resolve) => own.once('exit', resolve))
      expect((await one.ask('print 1')).status).toBe(503)
      const again = await startRedis(port)
      let status = 503
      for (let i = 0; i < 100 && status === 503; i++) {
        await pause(100)
        status = (await one.ask('print 1')).status
      }
      expect(status).toBe(200)
      again.kill()
    } finally {
      await Promise.all([one.close(), two.close()])
    }
  }, 60_000)
})
