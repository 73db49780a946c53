/**
 * The same rows on both engines: every example of the catalogue and every case of conformance/, sent to ClickHouse even where they
 * read no table; random queries over a store and the database that it was sent to; and what a restricted user gets.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { catalogue } from '../../src/functions/index.ts'
import { ingest } from '../../src/ingest/ingest.ts'
import { createServices } from '../../src/services.ts'
import { query } from '../fuzz/queries.ts'
import { answer, HIDDEN, restricted, written } from '../fuzz/restricted-queries.ts'
import { makeStore, NOW } from '../fuzz/store.ts'
import { fillDatabase, hasClickhouse, startClickhouse, type TestClickhouse } from '../support/clickhouse.ts'
import { runs } from '../support/runs.ts'
import { fullTime, nobody, plain, startService, type TestService } from '../support/service.ts'

const RUNS = runs(150, 5000)
const FEWER = runs(60, 500)
const SHARDS = [1, 2, 3]

describe.skipIf(!hasClickhouse)('ClickHouse', () => {
  let clickhouse: TestClickhouse
  let folder: string
  let local: TestService
  let remote: TestService
  let without: TestService
  /** Where plans without tables are sent there too. */
  let constants: TestService

  const flags = { now: NOW, lookback: 'unlimited', queryProcesses: 1, parseTimeoutSeconds: 120, timeoutSeconds: 600 }
  const there = () => ({
    ...flags,
    store: join(folder, 'none'),
    engine: 'clickhouse',
    clickhouseUrl: clickhouse.url,
    clickhouseDatabase: 'harrier_test',
  })

  beforeAll(async () => {
    clickhouse = await startClickhouse()
    folder = mkdtempSync(join(tmpdir(), 'harrier-engines-'))
    const [all, some] = [join(folder, 'all'), join(folder, 'some')]
    await makeStore(all)
    await makeStore(some, (device) => !HIDDEN.includes(device))
    await fillDatabase(clickhouse.url, 'harrier_test', all)
    ;[local, without, remote, constants] = await Promise.all([
      startService({ ...flags, store: all }),
      startService({ ...flags, store: some }),
      startService(there()),
      startService(there(), { constants: true }),
    ])
  }, 300_000)
  afterAll(async () => {
    await Promise.all([local, without, remote, constants].map((s) => s?.close()))
    for (const name of ['test', 'merged', 'names', ...SHARDS.map((n) => `shard${n}`)])
      await clickhouse?.command(`DROP DATABASE IF EXISTS harrier_${name}`)
    clickhouse?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const examples = [...catalogue].flatMap(([name, entry]) =>
    entry.examples.map(([kql, value]) => ({
      name,
      value,
      kql: entry.kind === 'aggregate' || entry.kind === 'window' ? kql : `print x = ${kql}`,
    })),
  )
  it.each(examples)('$name: $kql', async ({ kql, value }) => {
    const { rows } = await constants.ask(kql)
    const got = fullTime(plain(rows[0]?.[0]))
    const want = fullTime(plain(value))
    if (typeof want === 'number' && typeof got === 'number') expect(got).toBeCloseTo(want, 9)
    else expect(got).toEqual(want)
  })

  const cases = readdirSync(new URL('../../conformance/', import.meta.url))
    .filter((name) => name.endsWith('.kqlt'))
    .flatMap((name) => queriesOf(readFileSync(new URL(`../../conformance/${name}`, import.meta.url), 'utf8')))
  it.each(cases)('answers as the embedded engine: $title', async ({ kql }) => {
    expect(await answer(constants, kql)).toEqual(await answer(local, kql))
  })

  it('answers random queries as the embedded engine', async () => {
    await fc.assert(
      fc.asyncProperty(query, async (kql) => {
        expect(await answer(remote, kql), kql).toEqual(await answer(local, kql))
      }),
      { numRuns: RUNS, endOnFailure: true },
    )
  }, 3_600_000)

  it('answers over several shards as over one', async () => {
    const all = ['DeviceProcessEvents', 'DeviceNetworkEvents', 'DeviceInfo', 'DeviceLogonEvents']
    for (const n of SHARDS) await clickhouse.command(`CREATE DATABASE harrier_shard${n}`)
    await clickhouse.command('CREATE DATABASE harrier_merged')
    for (const table of all) {
      for (const n of SHARDS) {
        await clickhouse.command(`CREATE TABLE harrier_shard${n}.${table} AS harrier_test.${table}`)
        // As a Distributed table divides them: by device.
        await clickhouse.command(
          `INSERT INTO harrier_shard${n}.${table} SELECT * FROM harrier_test.${table} WHERE cityHash64(DeviceId) % ${SHARDS.length} = ${n - 1}`,
        )
      }
      await clickhouse.command(
        `CREATE TABLE harrier_merged.${table} AS harrier_test.${table} ENGINE = Merge(REGEXP('^harrier_shard'), '^${table}$')`,
      )
    }
    const merged = await startService({ ...there(), clickhouseDatabase: 'harrier_merged' })
    try {
      const count = 'DeviceProcessEvents | summarize count(), dcount(DeviceId), max(Timestamp)'
      expect(await answer(merged, count)).toEqual(await answer(local, count))
      await fc.assert(
        fc.asyncProperty(query, async (kql) => {
          expect(await answer(merged, kql), kql).toEqual(await answer(local, kql))
        }),
        { numRuns: FEWER, endOnFailure: true },
      )
    } finally {
      await merged.close()
    }
  }, 3_600_000)

  it('takes a segment over once, however often it is sent', async () => {
    await fillDatabase(clickhouse.url, 'harrier_test', join(folder, 'all'))
    await clickhouse.command('TRUNCATE TABLE harrier_test.`$segments`')
    await fillDatabase(clickhouse.url, 'harrier_test', join(folder, 'all'))
    const counts = 'union DeviceProcessEvents, DeviceNetworkEvents, DeviceInfo | summarize count() by DeviceId'
    expect(await answer(remote, counts)).toEqual(await answer(local, counts))
  }, 120_000)

  it('tells columns of a table from those of the plan, which it names alike', async () => {
    const store = join(folder, 'names')
    const names = Array.from({ length: 12 }, (_, n) => `c${n}`)
    const properties = Object.fromEntries(names.map((name, n) => [name, `value ${n}`]))
    const schema = names.map((name) => `${name}:string`).join(', ')
    await ingest({ store, table: 'Named', schema, records: [{ table: 'Named', properties }] })
    await fillDatabase(clickhouse.url, 'harrier_names', store)
    const [here, yonder] = await Promise.all([
      startService({ ...flags, store }),
      startService({ ...there(), store, clickhouseDatabase: 'harrier_names' }),
    ])
    try {
      for (const kql of ['Named', 'Named | project c3, c2, c1 | where c2 == "value 2"', 'Named | top 1 by c5'])
        expect(await answer(yonder, kql)).toEqual(await answer(here, kql))
    } finally {
      await Promise.all([here.close(), yonder.close()])
    }
  }, 120_000)

  it('says what runs where, and brings no more rows than it may', async () => {
    const kql = 'DeviceProcessEvents | where FileName == "x" | summarize t = tdigest(ProcessId)'
    const { sql } = await remote.services.query.explain({ text: kql, principal: nobody })
    expect(sql).toContain('-- ClickHouse, up to tdigest(): $part1')
    expect(sql).toContain('-- here, on those rows')
    const narrow = await startService({ ...there(), partRows: 10 })
    try {
      await expect(narrow.ask('DeviceProcessEvents | summarize tdigest(ProcessId)')).rejects.toThrow(
        'ClickHouse cannot work out tdigest()',
      )
    } finally {
      await narrow.close()
    }
  }, 120_000)

  it('says that the database does not answer', async () => {
    const { query: asked, close } = await createServices(
      readConfig({ ...there(), clickhouseUrl: 'http://127.0.0.1:1' }, {}),
    )
    const signal = new AbortController().signal
    await expect(
      asked.run({ text: 'DeviceInfo | count', principal: nobody, format: 'plain', signal }),
    ).rejects.toMatchObject({ code: 'engine_unreachable', status: 503 })
    await close()
  }, 60_000)

  it('gives a restricted user what is there without the hidden rows', async () => {
    const answered = { queries: 0, errors: 0 }
    await fc.assert(
      fc.asyncProperty(fc.oneof(written, query), fc.constantFrom(...restricted), async (kql, principal) => {
        const [mine, theirs] = await Promise.all([answer(remote, kql, principal), answer(without, kql)])
        answered.queries++
        if ('error' in (theirs as object)) answered.errors++
        expect(mine, kql).toEqual(theirs)
      }),
      { numRuns: FEWER, endOnFailure: true },
    )
    expect(answered.errors / answered.queries).toBeLessThan(0.4)
    expect(await answer(remote, 'DeviceProcessEvents | count')).not.toEqual(
      await answer(without, 'DeviceProcessEvents | count'),
    )
  }, 3_600_000)
})

/** Titles and queries of a file of cases, whose form test/conformance.test.ts checks. */
function queriesOf(text: string): { title: string; kql: string }[] {
  return text
    .split(/^=== /m)
    .slice(1)
    .map((block) => {
      const [title = ''] = block.split('\n')
      const [, first = '', more = ''] = /^query:[ ]?(.*)\n((?: {2}.*\n?)*)/m.exec(block) ?? []
      return { title, kql: [first, ...more.split('\n').map((l) => l.slice(2))].join('\n').trim() }
    })
}
