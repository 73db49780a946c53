/** What an application has used survives the server, also one that is killed. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, it } from 'vitest'

const bin = fileURLToPath(new URL('../../bin/harrier.js', import.meta.url))
const store = mkdtempSync(join(tmpdir(), 'harrier-restart-'))
let running: ChildProcess | undefined
afterEach(() => {
  running?.kill('SIGKILL')
  rmSync(store, { recursive: true, force: true })
})

async function serve(): Promise<string> {
  const flags = ['--store', store, '--auth', 'off', '--limits', 'defender', '--calls-per-minute', '3', '--port', '0']
  running = spawn(process.execPath, [bin, 'serve', ...flags], { stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  for await (const chunk of running.stdout!) {
    said += chunk
    const url = /http:\S+/.exec(said)?.[0]
    if (url) return url
  }
  throw new Error(`the server ended: ${said}`)
}

const ask = (url: string, path = '/api/advancedqueries/run') =>
  fetch(url + path, { method: 'POST', body: JSON.stringify({ Query: 'print 1' }) })

it('a killed server does not give a quota back', async () => {
  const first = await serve()
  for (let i = 0; i < 3; i++) expect((await ask(first)).status).toBe(200)
  running!.kill('SIGKILL')
  const second = await serve()
  const refused = await ask(second)
  expect(refused.status).toBe(429)
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(await refused.json()).toMatchObject({
    error: { code: '429', message: expect.stringMatching(/allowed 3 per 00:01:00/) },
  })
  // Each API counts for itself.
  expect((await ask(second, '/v1.0/security/runHuntingQuery')).status).toBe(200)
}, 60_000)
