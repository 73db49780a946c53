/** Files that grow and files that come while a folder is followed. */
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { follow } from '../../src/ingest/follow.ts'
import type { IngestSummary } from '../../src/ingest/ingest.ts'
import { openStore } from '../../src/store/store.ts'

it('takes what is new and what has grown, each record once, and ends when it is told to', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'harrier-follow-'))
  const [store, data] = [join(folder, 'store'), join(folder, 'data')]
  mkdirSync(data)
  const line = (n: number) => `${JSON.stringify({ Timestamp: '2025-03-10T00:00:00Z', ReportId: n })}\n`
  const first = join(data, 'DeviceEvents.ndjson')
  writeFileSync(first, line(1))
  const passes: IngestSummary[] = []
  const stop = new AbortController()
  const following = follow({ store, paths: [data], signal: stop.signal, every: 20, passed: (s) => passes.push(s) })
  const sum = () => passes.reduce((total, p) => total + p.added, 0)
  await vi.waitFor(() => expect(sum()).toBe(1), { timeout: 30_000 })
  // The end of a line comes later than its beginning.
  appendFileSync(first, `${line(2)}${line(3).slice(0, 10)}`)
  await vi.waitFor(() => expect(sum()).toBe(2), { timeout: 30_000 })
  appendFileSync(first, line(3).slice(10))
  writeFileSync(join(data, 'DeviceInfo.ndjson'), line(1))
  await vi.waitFor(() => expect(sum()).toBe(4), { timeout: 30_000 })
  // Windows events: what they become depends on the others, and is counted; those that are there stay as they are.
  const events = join(data, 'events.ndjson')
  const event = (id: number, second: number) =>
    `${JSON.stringify({ Channel: 'Microsoft-Windows-Sysmon/Operational', EventID: id, Hostname: 'pc1', TimeCreated: `2025-03-10T00:00:0${second}Z`, UtcTime: `2025-03-10 00:00:0${second}.000`, Image: 'C:\\a.exe', ProcessGuid: '{1}', ProcessId: 7, TargetFilename: 'C:\\b.txt', CommandLine: 'a' })}\n`
  writeFileSync(events, event(11, 3))
  await vi.waitFor(() => expect(sum()).toBe(6), { timeout: 30_000 })
  appendFileSync(events, event(1, 2))
  await vi.waitFor(() => expect(sum()).toBe(7), { timeout: 30_000 })
  stop.abort()
  await following
  expect(passes.every((p) => p.rejected === 0)).toBe(true)
  const snapshot = openStore(store).snapshot()
  const rows = (table: string) => snapshot.segments(table).reduce((n, s) => n + s.rows, 0)
  expect([rows('DeviceEvents'), rows('DeviceInfo')]).toEqual([3, 2])
  rmSync(folder, { recursive: true })
}, 120_000)
