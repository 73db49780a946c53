/** `harrier store` as it is called. */
import { mkdtempSync, rmSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest'
import { main } from '../../src/cli/main.ts'
import { ingest } from '../../src/ingest/ingest.ts'
import { openStore } from '../../src/store/store.ts'

const store = mkdtempSync(join(tmpdir(), 'harrier-store-cli-'))
const row = { Timestamp: '2026-03-01T10:00:00.1234567Z', DeviceName: 'pc1', ReportId: 1 }
beforeAll(() => ingest({ store, records: [{ table: 'DeviceEvents', properties: row }] }))
afterAll(() => rmSync(store, { recursive: true }))
afterEach(() => vi.restoreAllMocks())

/** The exit status and what was printed. */
async function call(...words: string[]): Promise<{ status: number; said: string }> {
  const log = vi.spyOn(console, 'log').mockImplementation(() => {})
  const status = await main(['node', 'harrier', 'store', ...words, '--store', store])
  const said = log.mock.calls.map(([text]) => text).join('\n')
  log.mockRestore()
  return { status, said }
}

it('shows what a store holds, to people and to programs', async () => {
  const { status, said } = await call('status')
  expect(status).toBe(0)
  expect(said).toMatch(/DeviceEvents\s+│\s+1 │\s+1 │.*2026-03-01T10:00:00\.1234567Z/)
  expect(JSON.parse((await call('status', '--format', 'json')).said)).toMatchObject([
    { table: 'DeviceEvents', rows: 1, from: '2026-03-01T10:00:00.1234567Z', to: '2026-03-01T10:00:00.1234567Z' },
  ])
})

it('says that a store is whole, and by its exit status and by name what is not', async () => {
  const good = await call('verify')
  expect([good.status, good.said]).toEqual([0, expect.stringContaining('all is as it was written')])
  const { path } = openStore(store).snapshot().segments('DeviceEvents')[0]!
  truncateSync(path, 10)
  const bad = await call('verify')
  expect([bad.status, bad.said]).toEqual([1, expect.stringContaining(relative(store, path).replaceAll('\\', '/'))])
})
