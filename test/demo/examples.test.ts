/** Each example hunt, asked of a real service over a store with the demo data, returns rows; some are looked at. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { catalogOf } from '../../src/catalog/catalog.ts'
import { EXAMPLE_HUNTS } from '../../src/demo/examples.ts'
import { loadDemo } from '../../src/demo/load.ts'
import { demoRecords } from '../../src/demo/records.ts'
import type { IngestSummary } from '../../src/ingest/ingest.ts'
import { startService, type TestService } from '../support/service.ts'

const NOW = '2026-11-24T15:30:00Z'
const options = { now: Date.parse(NOW), events: 6000 }
const store = mkdtempSync(join(tmpdir(), 'harrier-demo-'))
const shown: number[] = []
let summary: IngestSummary
let service: TestService

beforeAll(async () => {
  summary = await loadDemo(store, { ...options, onProgress: ({ records }) => shown.push(records) })
  service = await startService({ store, now: NOW })
})
afterAll(async () => {
  await service.close()
  rmSync(store, { recursive: true, force: true })
})

describe('loading', () => {
  it('takes every record, knows every column, and tells how far it is', () => {
    const generated = [...demoRecords(options)].length
    expect(summary).toMatchObject({ added: generated, repeated: 0, rejected: 0, unknownColumns: {} })
    expect(shown.at(-1)).toBe(generated)
    expect(shown).toEqual([...shown].sort((a, b) => a - b))
  })

  it('has rows for every table of devices', () => {
    const filled = new Set(Object.keys(summary.tables))
    const tables = [...catalogOf([]).tables.keys()].filter((name) => name.startsWith('Device'))
    expect(tables.filter((name) => !filled.has(name))).toEqual([])
  })

  it('adds nothing the second time', async () => {
    expect(await loadDemo(store, options)).toMatchObject({ added: 0, repeated: summary.added, rejected: 0 })
  })
})

describe('the example hunts', () => {
  const answers = new Map<string, Record<string, unknown>[]>()

  it.each(EXAMPLE_HUNTS)('$name', async ({ name, query }) => {
    const { columns, rows } = await service.ask(query)
    expect(rows.length).toBeGreaterThan(0)
    answers.set(
      name,
      rows.map((row) => Object.fromEntries(columns.map((c, i) => [c.slice(0, c.lastIndexOf(':')), row[i]]))),
    )
  })

  it('have names and one line of description each', () => {
    expect(new Set(EXAMPLE_HUNTS.map((h) => h.name)).size).toBe(EXAMPLE_HUNTS.length)
    for (const { description } of EXAMPLE_HUNTS) expect(description).toMatch(/^[A-Z][^\n]+\.$/)
  })

  it('find the same device, account and server all along', () => {
    const [shell] = answers.get('Office starts a shell')!
    for (const name of ['New program in AppData that calls out', 'Regular calls home', 'Full access to LSASS']) {
      expect(
        answers.get(name)!.map((r) => r.DeviceName),
        name,
      ).toContain(shell!.DeviceName)
    }
    const [service] = answers.get('Service installed after a remote copy')!
    expect(answers.get('Administrator signs in from another device')!).toContainEqual(
      expect.objectContaining({ DeviceName: service!.DeviceName, AccountName: service!.RequestAccountName }),
    )
  })

  it('decode the command to its sentence', () => {
    const [shell] = answers.get('Office starts a shell')!
    expect(shell!.Decoded).toMatch(/^Write-Host 'Harrier demo data: nothing is fetched from [^']*'$/)
  })
})
