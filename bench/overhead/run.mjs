/**
 * What Harrier costs over the engine: the same ten queries through the API, and as hand-written SQL on the same segments
 * with the same engine, in turn. Prints medians and their ratio.
 *
 *   node bench/overhead/run.mjs [--events 300000] [--runs 9] [--store DIR]
 */
import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { DuckDBInstance } from '@duckdb/node-api'
import Table from 'cli-table3'
import { openStore } from '../../dist/store/store.js'
import { pairs } from './queries.mjs'

const { values: options } = parseArgs({
  options: {
    events: { type: 'string', default: '300000' },
    runs: { type: 'string', default: '9' },
    store: { type: 'string' },
  },
})
const harrier = fileURLToPath(new URL('../../bin/harrier.js', import.meta.url))
const store = options.store ?? mkdtempSync(join(tmpdir(), 'harrier-overhead-'))
if (!options.store)
  execFileSync(process.execPath, [harrier, 'demo', '--store', store, '--events', options.events], { stdio: 'inherit' })

const port = 18_700 + (process.pid % 200)
const server = spawn(
  process.execPath,
  [
    harrier,
    'serve',
    '--auth',
    'off',
    '--limits',
    'off',
    '--lookback',
    'unlimited',
    '--store',
    store,
    '--port',
    String(port),
  ],
  {
    stdio: 'ignore',
  },
)
const url = `http://127.0.0.1:${port}`
while ((await fetch(`${url}/readyz`).catch(() => undefined))?.status !== 200) await pause(100)

const instance = await DuckDBInstance.create(':memory:', {
  threads: String(availableParallelism()),
  memory_limit: '4096MB',
})
const connection = await instance.connect()
const snapshot = openStore(store).snapshot()
const from = (table) =>
  `read_parquet([${snapshot
    .segments(table)
    .map((s) => `'${s.path}'`)
    .join(', ')}])`

const asked = async ({ kql }) => {
  const answer = await fetch(`${url}/api/advancedqueries/run`, { method: 'POST', body: JSON.stringify({ Query: kql }) })
  if (answer.status !== 200) throw new Error(`${kql}: ${await answer.text()}`)
  return (await answer.json()).Results.length
}
const selected = async ({ sql }) => (await connection.runAndReadAll(sql(from))).getRowObjectsJson().length

const timed = async (work) => {
  const start = performance.now()
  const rows = await work()
  return { ms: performance.now() - start, rows }
}
const median = (list) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)]

const table = new Table({ head: ['query', 'rows', 'SQL ms', 'Harrier ms', 'ratio'], style: { head: [], border: [] } })
const ratios = []
try {
  for (const pair of pairs) {
    const times = { sql: [], api: [] }
    let rows = 0
    // The first turn warms both sides and shows that they agree.
    for (let turn = 0; turn <= Number(options.runs); turn++) {
      const sql = await timed(() => selected(pair))
      const api = await timed(() => asked(pair))
      if (sql.rows !== api.rows) throw new Error(`${pair.name}: ${sql.rows} rows by SQL, ${api.rows} through the API`)
      rows = api.rows
      if (turn === 0) continue
      times.sql.push(sql.ms)
      times.api.push(api.ms)
    }
    const [a, b] = [median(times.sql), median(times.api)]
    ratios.push(b / a)
    table.push([pair.name, rows, a.toFixed(1), b.toFixed(1), (b / a).toFixed(2)])
  }
  console.log(table.toString())
  console.log(`median ratio ${median(ratios).toFixed(2)}, worst ${Math.max(...ratios).toFixed(2)}`)
} finally {
  server.kill()
  connection.disconnectSync()
  if (!options.store) rmSync(store, { recursive: true, force: true })
}
