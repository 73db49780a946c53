/** An ingest that is killed, again and again, at moments nobody chose. */
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { entryPath } from '../../src/base/entry.ts'
import { ingest } from '../../src/ingest/ingest.ts'
import { layoutOf } from '../../src/store/layout.ts'
import { openStore } from '../../src/store/store.ts'
import { startService } from '../support/service.ts'

const RECORDS = 20_000
const BATCH = 1000
const KILLS = 5

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'harrier-crash-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** Runs an ingest in a process of its own and kills it after it has committed, or as it commits, `commits` times more. */
async function ingestAndKill(store: string, path: string, commits: number, delay: number): Promise<void> {
  const options = JSON.stringify({ store, paths: [path], limits: { records: BATCH, bytes: 1e9 } })
  const code = `import(${JSON.stringify(pathToFileURL(entryPath('ingest/ingest')).href)}).then((m) => m.ingest(${options}))`
  const child = spawn(process.execPath, ['-e', code], { stdio: 'ignore' })
  const ended = new Promise((done) => child.once('exit', done))
  const before = openStore(store).snapshot().version
  const watch = setInterval(() => {
    if (openStore(store).snapshot().version < before + commits) return
    clearInterval(watch)
    setTimeout(() => child.kill('SIGKILL'), delay)
  }, 5)
  await ended
  clearInterval(watch)
}

it('keeps what was committed, leaves no trace of what was not, and adds the rest once', async () => {
  const store = join(folder, 'store')
  const path = join(folder, 'DeviceEvents.ndjson')
  const row = (n: number) =>
    JSON.stringify({
      Timestamp: `2025-03-${10 + (n % 20)}T00:00:00Z`,
      FileName: `f${n}`,
      ReportId: n,
      FolderPath: 'x'.repeat(1000),
    })
  writeFileSync(path, Array.from({ length: RECORDS }, (_, n) => `${row(n)}\n`).join(''))

  for (let kill = 1; kill <= KILLS; kill++) await ingestAndKill(store, path, kill % 3, kill * 7)
  const committed = openStore(store)
    .snapshot()
    .segments('DeviceEvents')
    .reduce((sum, s) => sum + s.rows, 0)
  const rest = await ingest({ store, paths: [path] })
  expect([rest.repeated, rest.added]).toEqual([committed, RECORDS - committed])

  const { segments, tmp, manifest, lock } = layoutOf(store)
  const named = openStore(store).snapshot().segments('DeviceEvents')
  expect(readdirSync(join(segments, 'DeviceEvents')).filter((f) => f.endsWith('.parquet'))).toHaveLength(named.length)
  expect(readdirSync(tmp)).toEqual([])
  expect(existsSync(lock)).toBe(false)
  expect(readFileSync(manifest, 'utf8').trim().split('\n')).toHaveLength(openStore(store).snapshot().version)

  const service = await startService({ store, lookback: 'unlimited', queryProcesses: 1 })
  const { rows } = await service.ask(
    'DeviceEvents | summarize count(), dcount(ReportId, 4), min(ReportId), max(ReportId)',
  )
  await service.close()
  expect(rows[0]![0]).toBe(BigInt(RECORDS))
  expect(rows[0]!.slice(2)).toEqual([0n, BigInt(RECORDS - 1)])
}, 240_000)
