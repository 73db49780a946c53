// Twenty typical hunts on both engines, each beside SQL that somebody has written for it by hand: Harrier's rendering and that SQL run
// in turns, in the same engine; what is printed is the ratio of their median times. Then how many rows a rare term reads.
//
//   node bench/engines/run.mjs [millions of process events, default 20] [rounds, default 5]
//
// With --store DIR, and HARRIER_TEST_CLICKHOUSE_URL naming a server, the events of an earlier run are asked again.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { openDatabase } from '../../dist/backends/duckdb/database.js'
import { readConfig } from '../../dist/config.js'
import { natives } from '../../dist/functions/index.js'
import { createServices } from '../../dist/services.js'
import { openStore } from '../../dist/store/store.js'
import { measured } from '../support/measured.mjs'
import { processEvents } from '../support/process-events.mjs'
import { hunts } from './hunts.mjs'

const { values, positionals } = parseArgs({ options: { store: { type: 'string' } }, allowPositionals: true })
const millions = Number(positionals[0] ?? 20)
const rounds = Number(positionals[1] ?? 5)
const PER_DAY = 1_000_000
const folder = mkdtempSync(join(tmpdir(), 'harrier-bench-engines-'))
const at = (path) => fileURLToPath(new URL(path, import.meta.url))
const store = values.store ?? join(folder, 'store')
const lastDay = new Date(Date.parse('2026-01-01T00:00:00Z') + (millions - 1) * 86_400_000).toISOString().slice(0, 10)
const principal = { kind: 'anonymous', tenant: 't', application: 'a', id: 'i', roles: [], scopes: [] }
const TABLE = 'DeviceProcessEvents'
const median = (list) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)]
const seconds = async (run) => {
  const started = performance.now()
  await run()
  return (performance.now() - started) / 1000
}

const given = process.env.HARRIER_TEST_CLICKHOUSE_URL
const server =
  given === undefined
    ? spawn(process.execPath, [at('../../test/clickhouse/engine/server.mjs'), join(folder, 'clickhouse')], {
        stdio: ['pipe', 'pipe', 'inherit'],
      })
    : undefined
try {
  const url =
    given ?? (await new Promise((resolve) => server.stdout.once('data', (line) => resolve(line.toString().trim()))))
  if (values.store === undefined) {
    const harrier = (args, input) => measured(process.execPath, [at('../../bin/harrier.js'), ...args], input)
    const events = Readable.from(processEvents(millions * 1_000_000, { perDay: PER_DAY }))
    const ingest = await harrier(['ingest', '--store', store, '--table', TABLE, '-', '--format', 'json'], events)
    console.log(`ingest: ${ingest.seconds.toFixed(0)} s`)
    const there = ['--clickhouse-url', url, '--clickhouse-database', 'harrier_bench']
    await harrier(['clickhouse', 'init', ...there])
    const load = await harrier(['clickhouse', 'load', '--store', store, ...there])
    console.log(`clickhouse load: ${load.seconds.toFixed(0)} s`)
  }

  const flags = { store, lookback: 'unlimited', queryProcesses: 1, spareProcesses: 0 }
  const embedded = await createServices(readConfig(flags, {}))
  const remote = await createServices(
    readConfig({ ...flags, engine: 'clickhouse', clickhouseUrl: url, clickhouseDatabase: 'harrier_bench' }, {}),
  )
  const duckdb = await (
    await openDatabase({ memoryMb: 8192, readable: [store], temporary: join(folder, 'tmp') }, natives)
  ).connect()
  const files = openStore(store)
    .snapshot()
    .segments(TABLE)
    .map((s) => `'${s.path}'`)
  const click = async (sql) => {
    const answer = await fetch(`${url}/?use_query_condition_cache=0`, { method: 'POST', body: `${sql} FORMAT Parquet` })
    const bytes = await answer.arrayBuffer()
    if (!answer.ok) throw new Error(Buffer.from(bytes).toString().slice(0, 500))
  }
  const ratios = { duckdb: [], clickhouse: [] }
  for (const hunt of hunts(lastDay)) {
    const text = hunt.kql.replace(/\bT\b/g, TABLE)
    const ours = (await embedded.query.explain({ text, principal })).sql
    const explained = (await remote.query.explain({ text, principal })).sql
    const whole = /^-- ClickHouse: \$part1\n([\s\S]*)$/.exec(explained)?.[1]
    const pairs = {
      duckdb: [ours, hunt.duckdb.replace(/\bFROM T\b/g, `FROM read_parquet([${files}])`)].map(
        (sql) => () => duckdb.runAndReadAll(sql),
      ),
      ...(whole && {
        clickhouse: [whole, hunt.clickhouse.replace(/\bFROM T\b/g, `FROM harrier_bench.${TABLE}`)].map(
          (sql) => () => click(sql),
        ),
      }),
    }
    const line = []
    for (const [engine, [mine, theirs]] of Object.entries(pairs)) {
      const [a, b] = [[], []]
      await mine()
      await theirs()
      for (let round = 0; round < rounds; round++) {
        a.push(await seconds(mine))
        b.push(await seconds(theirs))
      }
      const ratio = median(a) / median(b)
      ratios[engine].push(ratio)
      line.push(
        `${engine} ${(median(a) * 1000).toFixed(0)} / ${(median(b) * 1000).toFixed(0)} ms = ${ratio.toFixed(2)}`,
      )
    }
    console.log(`${hunt.name}: ${line.join('; ')}${whole ? '' : '; not wholly native'}`)
  }
  for (const [engine, list] of Object.entries(ratios))
    console.log(
      `${engine}: median ratio ${median(list).toFixed(2)}, worst ${Math.max(...list).toFixed(2)}, of ${list.length}`,
    )
  const rare = (
    await remote.query.explain({ text: `${TABLE} | where ProcessCommandLine has 'n777777' | count`, principal })
  ).sql
  const plan = await (
    await fetch(url, { method: 'POST', body: `EXPLAIN indexes = 1 ${rare.split('\n')[1]} FORMAT TSVRaw` })
  ).text()
  console.log(
    plan
      .split('\n')
      .filter((l) => /Granules|Name:/.test(l))
      .map((l) => l.trim())
      .join(', '),
  )
  await Promise.all([embedded.close(), remote.close()])
} finally {
  server?.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
}
process.exit(0)
