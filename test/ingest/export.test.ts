/** Records in the shapes of the real export come back through the API unchanged to the last digit. Uses ../shared, and skips where it is absent. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ingest } from '../../src/ingest/ingest.ts'
import { parseDatetime } from '../../src/types/datetime.ts'
import { type Dynamic, parseJson, printJson } from '../../src/types/dynamic.ts'
import { startServer, type TestServer } from '../support/server.ts'

const data = fileURLToPath(new URL('../../../shared/data', import.meta.url))
const isThere = existsSync(data)
const folder = mkdtempSync(join(tmpdir(), 'harrier-export-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

type Row = ReadonlyMap<string, Dynamic>
type Schema = readonly { readonly Name: string; readonly Type: string }[]

/** Rows of a table in the exact form of parseJson, through the API. */
async function rowsOf(server: TestServer, table: string): Promise<{ schema: Schema; rows: Row[] }> {
  const body = JSON.stringify({ Query: table })
  const text = await (await fetch(`${server.url}/api/advancedhunting/run`, { method: 'POST', body })).text()
  const answer = parseJson(text) as ReadonlyMap<string, Dynamic>
  const { Schema: schema } = JSON.parse(text) as { Schema: Schema }
  return { schema, rows: answer.get('Results') as unknown as Row[] }
}

/** A value in the one form of its type, as the source or the API writes it. */
function normal(value: Dynamic | undefined, type: string): string {
  if (value === null || value === undefined || value === '') return ''
  if (type === 'DateTime') return String(parseDatetime(String(value)))
  if (type === 'SByte') return String(value === true || value === 1n || String(value).toLowerCase() === 'true')
  if (type === 'Object') return printJson(typeof value === 'string' ? (parseJson(value) ?? value) : value)
  return typeof value === 'string' ? value : printJson(value)
}

const keyOf = (row: Row, schema: Schema) =>
  JSON.stringify(schema.map(({ Name, Type }) => [Name, normal(row.get(Name), Type)]))

async function filesBelow(path: string): Promise<string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true })
  return entries.filter((e) => e.isFile()).map((e) => join(e.parentPath, e.name))
}

describe.skipIf(!isThere)('the streaming export', () => {
  let server: TestServer
  const expected = new Map<string, Row[]>()
  beforeAll(async () => {
    const tree = join(data, 'defender-export')
    const store = join(folder, 'export')
    const summary = await ingest({ store, paths: [tree] })
    expect(summary.rejected).toBe(0)
    for (const file of await filesBelow(tree)) {
      const text = readFileSync(file, 'utf8')
      const whole = parseJson(text) as ReadonlyMap<string, Dynamic> | undefined
      const message = whole?.get('records') as unknown as ReadonlyMap<string, Dynamic>[] | undefined
      const records =
        message ??
        text
          .split(/\r?\n/)
          .filter(Boolean)
          .map((l) => parseJson(l) as ReadonlyMap<string, Dynamic>)
      for (const r of records) {
        const table = String(r.get('category')).replace('AdvancedHunting-', '')
        expected.set(table, [...(expected.get(table) ?? []), r.get('properties') as Row])
      }
    }
    server = await startServer({ store, lookback: 'unlimited', queryProcesses: 1 })
  }, 60_000)
  afterAll(() => server?.close())

  it('comes back whole, each record once', async () => {
    expect(expected.size).toBeGreaterThan(5)
    for (const [table, records] of expected) {
      const { schema, rows } = await rowsOf(server, table)
      const wanted = [...new Set(records.map((r) => keyOf(r, schema)))].sort()
      expect(rows.map((r) => keyOf(r, schema)).sort(), table).toEqual(wanted)
    }
  })
})

describe.skipIf(!isThere)('real rows', () => {
  it.each(['mde_proc_pub.csv', 'mde_proc_pub.ndjson'])('of %s come back unchanged', async (name) => {
    const store = join(folder, name)
    const summary = await ingest({ store, paths: [join(data, 'defender-rows', name)] })
    expect(summary).toMatchObject({ added: 200, rejected: 0, unknownColumns: {} })
    const server = await startServer({ store, lookback: 'unlimited', queryProcesses: 1 })
    try {
      const { schema, rows } = await rowsOf(server, 'DeviceProcessEvents')
      const source = readFileSync(join(data, 'defender-rows', 'mde_proc_pub.ndjson'), 'utf8')
      const wanted = source
        .split('\n')
        .filter(Boolean)
        .map((l) => keyOf(parseJson(l) as Row, schema))
      expect(rows.map((r) => keyOf(r, schema)).sort()).toEqual(wanted.sort())
    } finally {
      await server.close()
    }
  })
})
