/** Quota events in Redis, for several servers that count together: two sorted sets a key, ordered by time. */
import { randomUUID } from 'node:crypto'
import { createClient } from '@redis/client'
import { KqlError } from '../base/errors.ts'
import { HOUR, LONGEST_WINDOW, type QuotaLedger, type Usage } from './quota.ts'

/** Milliseconds that Redis may take to answer. */
const PATIENCE = 2000

/** The servers' clocks should agree to a second. `report` gets what goes wrong between requests. */
export async function openRedisLedger(url: string, report: (error: Error) => void): Promise<QuotaLedger> {
  const client = createClient({
    url,
    disableOfflineQueue: true,
    socket: { connectTimeout: PATIENCE, reconnectStrategy: (tries) => Math.min(100 * 2 ** tries, 5000) },
  })
  client.on('error', report)
  // A first connection that fails is tried again in the background; until then no call can be counted, so none is let through.
  void client.connect().catch(report)
  const counted = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch {
      throw new KqlError('quotas_unreachable', {})
    }
  }
  const [calls, running] = [(key: string) => `harrier:calls:${key}`, (key: string) => `harrier:running:${key}`]
  const reading = (key: string, at: number) =>
    client
      .multi()
      .zRangeWithScores(calls(key), `(${at - HOUR}`, '+inf', { BY: 'SCORE' })
      .zRangeWithScores(running(key), `(${at - LONGEST_WINDOW}`, '+inf', { BY: 'SCORE' })
  return {
    // One transaction, so that of two calls at once one counts the other and not both or neither.
    called: (key, at) =>
      counted(async () => {
        const [, , , ...read] = await client
          .multi()
          .zAdd(calls(key), { score: at, value: randomUUID() })
          .zRemRangeByScore(calls(key), '-inf', at - HOUR)
          .pExpire(calls(key), HOUR)
          .zRangeWithScores(calls(key), `(${at - HOUR}`, '+inf', { BY: 'SCORE' })
          .zRangeWithScores(running(key), `(${at - LONGEST_WINDOW}`, '+inf', { BY: 'SCORE' })
          .execTyped()
        return usageOf(read)
      }),
    // The answer is there: it is given also where its time cannot be charged. The next call cannot be counted either.
    ran: async (key, at, length) => {
      await client
        .multi()
        .zAdd(running(key), { score: at, value: `${length} ${randomUUID()}` })
        .zRemRangeByScore(running(key), '-inf', at - LONGEST_WINDOW)
        .pExpire(running(key), LONGEST_WINDOW)
        .exec()
        .catch(report)
    },
    usage: (key, at) => counted(async () => usageOf(await reading(key, at).execTyped())),
    close: async () => client.destroy(),
  }
}

type Scored = readonly { readonly value: string; readonly score: number }[]

const usageOf = ([called, ran]: readonly [Scored, Scored]): Usage => ({
  calls: called.map((c) => c.score),
  running: ran.map((r) => ({ at: r.score, length: Number(r.value.split(' ')[0]) })),
})
