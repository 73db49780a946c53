// Whether a query for an hour grows with the age of a store: stores of 1, 3, 10 and 30 million process events, a million a day,
// each asked for an hour of its last day. Prints what is read and the median time.
//
//   node bench/growth/run.mjs [millions, default 1,3,10,30] [rounds, default 9]
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { readConfig } from '../../dist/config.js'
import { createServices } from '../../dist/services.js'
import { measured } from '../support/measured.mjs'
import { processEvents } from '../support/process-events.mjs'

const sizes = (process.argv[2] ?? '1,3,10,30').split(',').map(Number)
const rounds = Number(process.argv[3] ?? 9)
const folder = mkdtempSync(join(tmpdir(), 'harrier-bench-growth-'))
const bin = fileURLToPath(new URL('../../bin/harrier.js', import.meta.url))
const PER_DAY = 1_000_000
const principal = { kind: 'anonymous', tenant: 't', application: 'a', id: 'i', roles: [], scopes: [] }

try {
  for (const millions of sizes) {
    const store = join(folder, `store-${millions}`)
    const events = Readable.from(processEvents(millions * 1_000_000, { perDay: PER_DAY }))
    const load = ['ingest', '--store', store, '--table', 'DeviceProcessEvents', '-', '--format', 'json']
    const loaded = await measured(process.execPath, [bin, ...load], events)
    const lastDay = new Date(Date.parse('2026-01-01T00:00:00Z') + (millions - 1) * 86_400_000)
      .toISOString()
      .slice(0, 10)
    const hour = `Timestamp between (datetime(${lastDay}T10:00:00Z) .. datetime(${lastDay}T11:00:00Z))`
    const text = `DeviceProcessEvents | where ${hour} | where ProcessCommandLine has "n123456" or FileName == "net.exe" | summarize count() by DeviceName, FileName | top 100 by count_`
    const services = await createServices(readConfig({ store, lookback: 'unlimited', queryProcesses: 1 }, {}))
    await services.query.ready()
    const times = []
    let analysis
    for (let round = 0; round <= rounds; round++) {
      analysis = await services.query.analyze({ text, principal })
      if (round > 0) times.push(analysis.stats.seconds)
    }
    await services.close()
    times.sort((a, b) => a - b)
    const [scan] = analysis.scans
    const share = (100 * scan.rowGroups.read) / scan.rowGroups.total
    console.log(
      `${millions} million (loaded in ${loaded.seconds.toFixed(0)} s): ${scan.segments.read} of ${scan.segments.total} segments, ${scan.rowGroups.read} of ${scan.rowGroups.total} row groups (${share.toFixed(2)} %), median ${(times[Math.floor(times.length / 2)] * 1000).toFixed(0)} ms`,
    )
    rmSync(store, { recursive: true })
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
