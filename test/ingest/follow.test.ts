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
  stop.abort()
  await following
  expect(passes.every((p) => p.rejected === 0)).toBe(true)
  const snapshot = openStore(store).snapshot()
  const rows = (table: string) => snapshot.segments(table).reduce((n, s) => n + s.rows, 0)
  expect([rows('DeviceEvents'), rows('DeviceInfo')]).toEqual([3, 1])
  rmSync(folder, { recursive: true })
}, 120_000)
