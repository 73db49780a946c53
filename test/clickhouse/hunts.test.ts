/**
 * Published hunting queries on ClickHouse: each is answered, and most of them wholly there. They lie beside the project where it is
 * developed; elsewhere this file is skipped. Every fifteenth is asked, in the long run all of them.
 */
import { existsSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fillDatabase, hasClickhouse, startClickhouse, type TestClickhouse } from '../support/clickhouse.ts'
import { isLong } from '../support/runs.ts'
import { nobody, startService, type TestService } from '../support/service.ts'

const file = new URL('../../../shared/hunting/queries.jsonl', import.meta.url)
const EACH = isLong ? 1 : 15
/**
 * Shares that must not fall: raise them with every gain. Sets and lists in the order of sorted rows are made here, since
 * ClickHouse keeps no order; one hunt in fifteen asks for them.
 */
const ANSWERED = 0.99
const NATIVE = 0.85

describe.skipIf(!existsSync(file) || !hasClickhouse)('published hunts', () => {
  let clickhouse: TestClickhouse
  let service: TestService
  beforeAll(async () => {
    clickhouse = await startClickhouse()
    await fillDatabase(clickhouse.url, 'harrier_hunts')
    const there = { engine: 'clickhouse', clickhouseUrl: clickhouse.url, clickhouseDatabase: 'harrier_hunts' }
    service = await startService({ ...there, lookback: 'unlimited', parseTimeoutSeconds: 60 })
  }, 120_000)
  afterAll(async () => {
    await service?.close()
    await clickhouse?.command('DROP DATABASE IF EXISTS harrier_hunts')
    clickhouse?.close()
  })

  it('are answered, most of them wholly in ClickHouse', async () => {
    const all = readFileSync(file, 'utf8').split('\n').filter(Boolean)
    const asked = all.filter((_, i) => i % EACH === 0).map((line) => JSON.parse(line) as { id: string; query: string })
    const failed: string[] = []
    let native = 0
    for (const { id, query } of asked) {
      try {
        await service.ask(query)
        const { sql } = await service.services.query.explain({ text: query, principal: nobody })
        if (sql.startsWith('-- ClickHouse: $part1') && !sql.includes('-- here')) native++
      } catch (error) {
        failed.push(`${id}: ${(error as Error).message}`)
      }
    }
    const answered = asked.length - failed.length
    console.log(`hunts on ClickHouse: ${answered} of ${asked.length} answered, ${native} of them wholly there`)
    expect(answered / asked.length, failed.join('\n')).toBeGreaterThanOrEqual(ANSWERED)
    expect(native / answered).toBeGreaterThanOrEqual(NATIVE)
  }, 1_800_000)
})
