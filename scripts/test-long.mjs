/** `npm run test:long [FILTER …]`: every test that samples in `npm test`, with all of its runs. */
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const filters = process.argv.slice(2)
const files = readdirSync(`${root}test`, { recursive: true, encoding: 'utf8' })
  .map((file) => `test/${file.replaceAll('\\', '/')}`)
  .filter((file) => file.endsWith('.test.ts') && readFileSync(root + file, 'utf8').includes('support/runs.ts'))
  .filter((file) => filters.length === 0 || filters.some((filter) => file.includes(filter)))
console.log(`Long runs: ${files.join(' ')}`)
const { status } = spawnSync(process.execPath, [`${root}node_modules/vitest/vitest.mjs`, 'run', ...files], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, HARRIER_LONG: '1' },
})
process.exit(status ?? 1)
