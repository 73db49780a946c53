/** The shell as a person or a script uses it, and what other shells are told of the command line. */
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ingest } from '../../src/ingest/ingest.ts'
import { nobody, startService } from '../support/service.ts'

const bin = fileURLToPath(new URL('../../bin/harrier.js', import.meta.url))
const store = mkdtempSync(join(tmpdir(), 'harrier-shell-'))
beforeAll(async () => {
  const properties = { Timestamp: '2026-01-01T00:00:00Z', DeviceName: 'pc1' }
  await ingest({ store, records: [{ table: 'DeviceInfo', properties }] })
})
afterAll(() => rmSync(store, { recursive: true }))

const shell = (input: string) =>
  new Promise<{ out: string; error: string; code: number | null }>((resolve) => {
    const flags = ['shell', '--store', store, '--lookback', 'unlimited', '--format', 'ndjson']
    const child = spawn(process.execPath, [bin, ...flags])
    let [out, error] = ['', '']
    child.stdout.on('data', (chunk) => {
      out += chunk
    })
    child.stderr.on('data', (chunk) => {
      error += chunk
    })
    child.once('exit', (code) => resolve({ out, error, code }))
    child.stdin.end(input)
  })

it('answers queries over several lines, names the place of an error, and goes on', async () => {
  const { out, error, code } = await shell(
    'DeviceInfo\n| project DeviceName\n\nDeviceInfo\n| where DeviceNam == "a";\n.tables\n.schema deviceinfo\n.format csv\nprint X = 1',
  )
  expect(out).toContain('{"DeviceName":"pc1"}\n')
  expect(error).toContain("named 'DeviceNam'")
  expect(error).toMatch(/\n {2}\| where DeviceNam == "a"\n {10}\^ line 2, column 9/)
  expect(out).toContain('DeviceInfo  1\n')
  expect(out).toContain('OSPlatform: string\n')
  expect(out).toMatch(/X\n1\n$/)
  expect(code).toBe(0)
}, 60_000)

it('completes tables, columns and operators where they can stand', async () => {
  const service = await startService({ store })
  const complete = async (text: string) =>
    await service.services.query.complete({ text, position: text.length, principal: nobody })
  expect(await complete('DeviceInf')).toEqual({ start: 0, items: ['DeviceInfo'] })
  const column = await complete('DeviceInfo\n| where OSPlat')
  expect(column).toEqual({ start: 19, items: ['OSPlatform'] })
  expect((await complete('DeviceInfo | summ')).items).toContain('summarize')
  const mail = { ...nobody, rights: { administrator: false, viewData: true, workloads: ['email'] as const } }
  const hidden = await service.services.query.complete({ text: 'DeviceInf', position: 9, principal: mail })
  expect(hidden.items).not.toContain('DeviceInfo')
  await service.close()
}, 60_000)

it('gives other shells scripts that they can read', () => {
  const script = (name: string) => spawnSync(process.execPath, [bin, 'completion', name], { encoding: 'utf8' }).stdout
  const words = `${script('bash')}\nCOMP_WORDS=(harrier store ver); COMP_CWORD=2; _harrier; echo "\${COMPREPLY[@]}"`
  expect(spawnSync('bash', ['-c', words], { encoding: 'utf8' }).stdout).toBe('verify\n')
  expect(script('zsh')).toMatch(/^#compdef harrier/)
  expect(script('fish')).toMatch(/complete -c harrier -n "__fish_use_subcommand" -a ingest/)
}, 30_000)
