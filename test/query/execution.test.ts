import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { ingest } from '../../src/ingest/ingest.ts'
import { createServices, type Services } from '../../src/services.ts'

const store = mkdtempSync(join(tmpdir(), 'harrier-execution-'))
const principal = { kind: 'anonymous', tenant: 't', application: 'a', id: 'i', roles: [], scopes: [] } as const
const ROWS = 25_000
let services: Services

beforeAll(async () => {
  const records = Array.from({ length: ROWS }, (_, n) => ({
    table: 'DeviceEvents',
    properties: { Timestamp: new Date(Date.UTC(2026, 0, 1) + n * 1000).toISOString(), ReportId: n },
  }))
  await ingest({ store, records })
  services = await createServices(
    readConfig({ store, auth: 'off', lookback: 'unlimited', queryProcesses: 1, spareProcesses: 0 }, {}),
  )
})
afterAll(async () => {
  await services.close()
  rmSync(store, { recursive: true })
})

async function ids(text: string): Promise<number[]> {
  const { answer } = await services.query.run({
    text,
    principal,
    format: 'plain',
    signal: new AbortController().signal,
  })
  let json = ''
  for await (const part of answer.stream()) json += part
  const rows = JSON.parse(`[${json}]`) as { ReportId: number }[]
  expect(answer.rows).toBe(rows.length)
  expect(answer.stats.seconds).toBeGreaterThan(0)
  return rows.map((r) => r.ReportId)
}

describe('rows that come one by one out of a scan', () => {
  it.each([
    ['DeviceEvents | project ReportId', ROWS],
    ['DeviceEvents | where ReportId < 10001 | project ReportId', 10_001],
    ['DeviceEvents | where ReportId < 10000 | project ReportId', 10_000],
    ['DeviceEvents | where ReportId < 9999 | project ReportId', 9_999],
    ['DeviceEvents | take 12000 | project ReportId', 12_000],
  ])('are all there: %s', async (text, rows) => {
    const found = await ids(text)
    expect(new Set(found).size).toBe(rows)
    expect(found.length).toBe(rows)
  })

  it('are asked for with a limit that the engine applies on all cores first', async () => {
    const text = 'DeviceEvents | where ReportId < 5 | project ReportId'
    const { sql } = await services.query.explain({ text, principal })
    expect(sql).toMatch(/LIMIT 10000\n-- if there are more rows, again without this limit$/)
    const sorted = await services.query.explain({ text: `${text} | sort by ReportId asc`, principal })
    expect(sorted.sql).toMatch(/LIMIT 100000$/)
  })
})

it('gives the newest rows in order, also through projections and filters', async () => {
  const newest = [ROWS - 1, ROWS - 2, ROWS - 3]
  expect(await ids('DeviceEvents | top 3 by Timestamp | project ReportId')).toEqual(newest)
  expect(await ids('DeviceEvents | project ReportId, Timestamp | top 3 by Timestamp desc')).toEqual(newest)
  expect(await ids('DeviceEvents | where ReportId >= 0 | top 3 by Timestamp desc | project ReportId')).toEqual(newest)
  expect(await ids('DeviceEvents | top 3 by Timestamp asc | project ReportId')).toEqual([0, 1, 2])
  const scalar = 'let newest = toscalar(DeviceEvents | top 1 by Timestamp | project Timestamp);'
  expect(await ids(`${scalar} DeviceEvents | where Timestamp == newest | project ReportId`)).toEqual([ROWS - 1])
  const inside = 'DeviceEvents | where Timestamp in ((DeviceEvents | project Timestamp | top 2 by Timestamp desc))'
  expect((await ids(`${inside} | project ReportId`)).sort()).toEqual([ROWS - 2, ROWS - 1])
})
