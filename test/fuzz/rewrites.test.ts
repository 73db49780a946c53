/** What a rewrite leaves out is never missed: random queries answer the same with and without the passes that save work. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { printJson } from '../../src/types/dynamic.ts'
import { runs } from '../support/runs.ts'
import { startService, type TestService } from '../support/service.ts'
import { query } from './queries.ts'
import { makeStore, NOW } from './store.ts'

const RUNS = runs(150, 20_000)

let store: string
let optimised: TestService
let plain: TestService
beforeAll(async () => {
  store = mkdtempSync(join(tmpdir(), 'harrier-fuzz-'))
  await makeStore(store)
  const flags = { store, now: NOW, lookback: 'unlimited', queryProcesses: 1 }
  optimised = await startService(flags)
  plain = await startService(flags, { optimise: false })
})
afterAll(async () => {
  await optimised.close()
  await plain.close()
  rmSync(store, { recursive: true })
})

async function answer(service: TestService, kql: string): Promise<unknown> {
  const { columns, rows } = await service.ask(kql)
  return { columns, rows: rows.map((r) => printJson(r)).sort() }
}

describe('an optimised plan', () => {
  it('answers as the plain one', async () => {
    await fc.assert(
      fc.asyncProperty(query, async (kql) => {
        expect(await answer(optimised, kql)).toEqual(await answer(plain, kql))
      }),
      {
        numRuns: RUNS,
        endOnFailure: process.env.HARRIER_FUZZ_SHRINK === undefined,
      },
    )
  }, 3_600_000)
})
