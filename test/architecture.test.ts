/** The table of who may import whom, held against every import of the sources. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const src = fileURLToPath(new URL('../src', import.meta.url))

/** Folder → what it may import besides itself. Data flows upwards: nothing imports what stands below it. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  base: [],
  types: ['base'],
  sql: [],
  plan: ['base', 'types'],
  catalog: ['base', 'types'],
  store: ['base', 'types', 'catalog'],
  functions: ['base', 'types', 'sql', 'plan'],
  kusto: ['base', 'types', 'plan', 'catalog', 'functions', 'store/snapshot'],
  backends: ['base', 'types', 'catalog', 'sql', 'plan', 'functions', 'store/snapshot'],
  render: ['base', 'types', 'sql', 'plan', 'functions', 'backends/backend', 'store/snapshot'],
  access: ['base', 'types', 'catalog/workloads'],
  query: [
    'base',
    'types',
    'plan',
    'catalog',
    'functions/fold',
    'functions/native/json-path',
    'kusto/planner',
    'kusto/worker',
    'render',
    'backends/backend',
    'access',
    'store/snapshot',
    'store/row-groups',
  ],
  ingest: ['base', 'types', 'sql', 'catalog', 'store'],
  demo: ['base', 'types', 'catalog', 'ingest'],
  wire: ['base', 'types', 'access', 'query'],
  server: ['base', 'access', 'query', 'wire', 'demo/examples', 'config', 'services'],
  cli: [
    'base',
    'types',
    'plan',
    'catalog',
    'kusto/coverage',
    'access',
    'query',
    'store',
    'ingest',
    'demo',
    'wire/login',
    'server',
    'config',
    'services',
  ],
  config: ['base'],
  services: ['base', 'types', 'config', 'catalog', 'access', 'query', 'kusto/planner', 'backends', 'store', 'ingest'],
}

/** Packages that one folder alone may load, because they are heavy, native or untyped. */
const OWNERS: Readonly<Record<string, readonly string[]>> = {
  '@clickhouse/client': ['backends/clickhouse'],
  '@duckdb/node-api': ['backends/duckdb', 'ingest'],
  '@kusto/language-service-next': ['kusto/language.ts'],
  fastify: ['server', 'wire'],
  jose: ['access', 'wire/login'],
  kafkajs: ['ingest/kafka.ts'],
  commander: ['cli'],
  'cli-progress': ['cli'],
  'cli-table3': ['cli'],
}

interface Import {
  readonly file: string
  readonly target: string
}

const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => name.split(sep).join('/'))

const imports: Import[] = files.flatMap((file) =>
  [...readFileSync(join(src, file), 'utf8').matchAll(/(?:\bfrom|\bimport|require\()\s*\(?['"]([^'"]+)['"]/g)].map(
    (m) => ({ file, target: m[1]! }),
  ),
)

const folderOf = (file: string): string => file.split('/')[0]!.replace(/\.ts$/, '')
const isBelow = (path: string, allowed: string): boolean =>
  path === allowed || path === `${allowed}.ts` || path.startsWith(`${allowed}/`)

describe('imports', () => {
  const relatives = imports
    .filter((i) => i.target.startsWith('.'))
    .map((i) => ({
      file: i.file,
      to: relative(src, resolve(src, dirname(i.file), i.target))
        .split(sep)
        .join('/'),
    }))

  it('follow the table', () => {
    const wrong = relatives.filter(({ file, to }) => {
      const from = folderOf(file)
      return from !== folderOf(to) && !(MAY_IMPORT[from] ?? []).some((allowed) => isBelow(to, allowed))
    })
    expect(wrong).toEqual([])
  })

  it('name no folder that the table does not know', () => {
    expect([...new Set(files.map(folderOf))].filter((folder) => !(folder in MAY_IMPORT))).toEqual([])
  })

  it('keep the protocols apart', () => {
    const protocol = (file: string) => /^wire\/([^/]+)\//.exec(file)?.[1]
    const wrong = relatives.filter(({ file, to }) => protocol(file) && protocol(to) && protocol(file) !== protocol(to))
    expect(wrong).toEqual([])
  })

  it('load a heavy package in its own folder alone', () => {
    const wrong = imports.filter(({ file, target }) => {
      const owner = Object.keys(OWNERS).find((name) => isBelow(target, name))
      return owner && !OWNERS[owner]!.some((allowed) => file === allowed || isBelow(file, allowed))
    })
    expect(wrong).toEqual([])
  })

  it('never turn in a circle', () => {
    expect(relatives.length).toBeGreaterThan(100)
    expect(Object.keys(MAY_IMPORT).filter((a) => reaches(a, a))).toEqual([])
  })
})

/** Whether a folder can reach another over the table's own rows. */
function reaches(from: string, to: string, seen = new Set<string>()): boolean {
  return (MAY_IMPORT[from] ?? []).some((allowed) => {
    const folder = allowed.split('/')[0]!
    if (folder === to) return true
    if (seen.has(folder)) return false
    seen.add(folder)
    return reaches(folder, to, seen)
  })
}
