/** `harrier demo` as it is called: what it leaves in the store, and which calls it refuses. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it, vi } from 'vitest'
import { main } from '../../src/cli/main.ts'
import { openStore } from '../../src/store/store.ts'

const store = mkdtempSync(join(tmpdir(), 'harrier-demo-cli-'))
afterAll(() => rmSync(store, { recursive: true, force: true }))

const call = (...words: string[]) => main(['node', 'harrier', 'demo', '--store', store, ...words])

it('fills the store with about as many records as asked for, up to the time asked for', async () => {
  const said = vi.spyOn(console, 'log').mockImplementation(() => {})
  expect(await call('--events', '5000', '--now', '2026-11-24T15:30:00Z')).toBe(0)
  const snapshot = openStore(store).snapshot()
  const rows = snapshot.segments('DeviceProcessEvents').reduce((sum, s) => sum + s.rows, 0)
  expect(rows).toBeGreaterThan(1000)
  expect(said.mock.calls.at(-1)?.[0]).toMatch(/^[\d,]+ records in \d+ tables added to /)
  said.mockRestore()
})

it('refuses a size that cannot hold the story, and a time that is none', async () => {
  const silent = vi.spyOn(process.stderr, 'write').mockImplementation(() => true)
  const error = vi.spyOn(console, 'error').mockImplementation(() => {})
  expect(await call('--events', '100')).toBe(2)
  expect(await call('--events', 'many')).toBe(2)
  expect(await call('--now', 'soon')).toBe(1)
  silent.mockRestore()
  error.mockRestore()
})
