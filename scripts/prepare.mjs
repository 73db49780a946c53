/** Before `npm start` and `npm test`: installs what is missing and compiles what has changed; for the tests (`--tests`) a ClickHouse too. */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const at = (...parts) => join(root, ...parts)

const major = Number(process.versions.node.split('.')[0])
if (major < 20) {
  console.error(`Harrier needs Node.js 20 or newer; this is ${process.versions.node}.`)
  process.exit(1)
}

/** npm is called as npm itself was, so that no other version of it is found. */
function npm(args, options = {}) {
  const npmScript = process.env.npm_execpath
  const [command, first] = npmScript?.endsWith('.js') ? [process.execPath, [npmScript]] : ['npm', []]
  run(command, [...first, ...args], { shell: process.platform === 'win32' && command === 'npm', ...options })
}

function run(command, args, options = {}) {
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options })
  if (status !== 0) process.exit(status ?? 1)
}

const newest = (folder) =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .reduce((latest, entry) => Math.max(latest, statSync(join(entry.parentPath, entry.name)).mtimeMs), 0)

const lock = readFileSync(at('package-lock.json'), 'utf8')
const stamp = at('node_modules', '.harrier-lock')
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== lock) {
  console.log('Installing packages …')
  npm(['ci', '--no-audit', '--no-fund', '--loglevel=error'])
  writeFileSync(stamp, lock)
}

const info = at('dist', '.tsbuildinfo')
const built = existsSync(info) && existsSync(at('dist', 'cli', 'main.js')) ? statSync(info).mtimeMs : 0
if (built < Math.max(newest(at('src')), statSync(at('tsconfig.build.json')).mtimeMs)) {
  console.log('Compiling …')
  run(process.execPath, [at('node_modules', 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.build.json'])
}

const page = at('web', 'dist', 'index.html')
const pageBuilt = existsSync(page) ? statSync(page).mtimeMs : 0
const pageSources = ['package.json', 'vite.config.ts', 'index.html'].map((file) => statSync(at('web', file)).mtimeMs)
if (pageBuilt < Math.max(newest(at('web', 'src')), ...pageSources)) {
  console.log('Building the page …')
  run(process.execPath, [at('node_modules', 'vite', 'bin', 'vite.js'), 'build', '--logLevel', 'error'], {
    cwd: at('web'),
  })
}

if (process.argv.includes('--tests') && process.env.HARRIER_TEST_CLICKHOUSE_URL === undefined) {
  const engine = at('test', 'clickhouse', 'engine')
  const own = readFileSync(join(engine, 'package.json'), 'utf8')
  const installed = join(engine, 'node_modules', '.harrier-packages')
  if (!existsSync(installed) || readFileSync(installed, 'utf8') !== own) {
    console.log('Installing a ClickHouse for the tests …')
    // Without a lock file: one that npm writes names the engine of the machine at hand alone, and npm ci then refuses it.
    npm(['install', '--no-package-lock', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: engine })
    writeFileSync(installed, own)
  }
}
