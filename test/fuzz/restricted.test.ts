/**
 * No construct of the language reaches a row that the caller may not see: a restricted user gets the very answers, errors
 * and sizes that an administrator gets from a store in which those rows do not exist.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runs } from '../support/runs.ts'
import { startService, type TestService } from '../support/service.ts'
import { query } from './queries.ts'
import { answer, HIDDEN, restricted, written } from './restricted-queries.ts'
import { makeStore, NOW } from './store.ts'

const RUNS = runs(400, 20_000)

let folder: string
let whole: TestService
let without: TestService
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'harrier-restricted-'))
  const [all, some] = [join(folder, 'all'), join(folder, 'some')]
  await makeStore(all)
  await makeStore(some, (device) => !HIDDEN.includes(device))
  // A machine at its limit must not make one of the two give up.
  const flags = { now: NOW, lookback: 'unlimited', queryProcesses: 1, parseTimeoutSeconds: 120, timeoutSeconds: 600 }
  whole = await startService({ ...flags, store: all })
  without = await startService({ ...flags, store: some })
}, 300_000)
afterAll(async () => {
  await Promise.all([whole.close(), without.close()])
  rmSync(folder, { recursive: true })
})

describe('a restricted user', () => {
  it('answers as an administrator of a store without the hidden rows', async () => {
    const answered = { queries: 0, errors: 0 }
    await fc.assert(
      fc.asyncProperty(fc.oneof(written, query), fc.constantFrom(...restricted), async (kql, principal) => {
        const [mine, theirs] = await Promise.all([answer(whole, kql, principal), answer(without, kql)])
        answered.queries++
        if ('error' in (theirs as object)) answered.errors++
        expect(mine, kql).toEqual(theirs)
      }),
      { numRuns: RUNS, endOnFailure: true },
    )
    // Where everything is refused nothing is compared.
    expect(answered.errors / answered.queries).toBeLessThan(0.4)
  }, 3_600_000)

  it('is restricted at all: the administrator of the whole store sees more', async () => {
    const kql = 'DeviceProcessEvents | count'
    expect(await answer(whole, kql)).not.toEqual(await answer(without, kql))
  })
})
