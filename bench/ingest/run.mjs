// Loads the same NDJSON process events with `harrier ingest` and with DuckDB's own COPY into one sorted Parquet file of the same
// columns, in turns, and prints the ratio and the memory.
//
//   node bench/ingest/run.mjs [records, default 5 000 000] [rounds, default 3]
import { createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { measured } from '../support/measured.mjs'
import { processEvents } from '../support/process-events.mjs'

const records = Number(process.argv[2] ?? 5_000_000)
const rounds = Number(process.argv[3] ?? 3)
const folder = mkdtempSync(join(tmpdir(), 'harrier-bench-ingest-'))
const at = (path) => fileURLToPath(new URL(path, import.meta.url))
const file = join(folder, 'DeviceProcessEvents.ndjson')
try {
  await pipeline(Readable.from(processEvents(records)), createWriteStream(file, { highWaterMark: 1 << 22 }))
  console.log(`${records} records, ${(statSync(file).size / 1e9).toFixed(2)} GB`)
  const runs = []
  for (let round = 0; round < rounds; round++) {
    const store = join(folder, 'store')
    const harrier = await measured(process.execPath, [at('../../bin/harrier.js'), 'ingest', '--store', store, file])
    const copied = join(folder, 'copied.parquet')
    const duckdb = await measured(process.execPath, [at('./copy.mjs'), file, copied])
    rmSync(store, { recursive: true })
    rmSync(copied)
    runs.push({ harrier, duckdb, ratio: harrier.seconds / duckdb.seconds })
    const gb = (bytes) => `${(bytes / 1e9).toFixed(2)} GB`
    console.log(
      `harrier ${harrier.seconds.toFixed(1)} s, ${gb(harrier.peakBytes)}; COPY ${duckdb.seconds.toFixed(1)} s, ${gb(duckdb.peakBytes)}; ratio ${runs.at(-1).ratio.toFixed(2)}`,
    )
  }
  const ratios = runs.map((r) => r.ratio).sort((a, b) => a - b)
  console.log(`median ratio ${ratios[Math.floor(ratios.length / 2)].toFixed(2)}`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
