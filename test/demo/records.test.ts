/** The month as a whole: every value fits its column, every process has existed, the firm behaves like one. */
import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { catalogOf } from '../../src/catalog/catalog.ts'
import { type DemoRecord, demoRecords } from '../../src/demo/records.ts'
import { DAY, isWorkTime } from '../../src/demo/time.ts'
import type { KqlType } from '../../src/types/kql-type.ts'

const NOW = Date.parse('2026-11-24T15:30:00Z')
const EVENTS = 40_000
const records = [...demoRecords({ now: NOW, events: EVENTS })]
const rowsOf = (table: string) => records.filter((r) => r.table === table).map((r) => r.properties)
const { tables } = catalogOf()

const FITS: Partial<Record<KqlType, (value: unknown) => boolean>> = {
  string: (v) => typeof v === 'string',
  long: (v) => Number.isSafeInteger(v),
  int: (v) => Number.isSafeInteger(v) && Math.abs(v as number) < 2 ** 31,
  real: (v) => typeof v === 'number',
  bool: (v) => typeof v === 'boolean',
  datetime: (v) => typeof v === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z$/.test(v),
  // The export writes bags as the text of their JSON.
  dynamic: (v) => typeof v === 'string' && typeof JSON.parse(v) === 'object',
}

describe('the demo records', () => {
  it('are about as many as asked for', () => {
    expect(Math.abs(records.length - EVENTS)).toBeLessThan(EVENTS / 50)
  })

  it('fill columns of the catalogue with values of their types', () => {
    const wrong = new Set<string>()
    const types = new Map([...tables].map(([name, t]) => [name, new Map(t.columns.map((c) => [c.name, c.type]))]))
    for (const { table, properties } of records) {
      const columns = types.get(table)
      for (const [name, value] of Object.entries(properties)) {
        const fits = FITS[columns?.get(name) ?? 'guid']
        if (!fits?.(value)) wrong.add(`${table}.${name}: ${String(value)}`)
      }
    }
    expect([...wrong]).toEqual([])
  })

  it('are the same for the same options, and others for another seed', () => {
    const digest = (seed?: number) => {
      const hash = createHash('sha256')
      for (const record of demoRecords({ now: NOW, events: 5000, ...(seed !== undefined && { seed }) })) {
        hash.update(JSON.stringify(record))
      }
      return hash.digest('hex')
    }
    expect(digest()).toBe(digest())
    expect(digest(2)).not.toBe(digest())
  })

  it('lie in the month before now', () => {
    const times = records.flatMap((r) =>
      typeof r.properties.Timestamp === 'string' ? [Date.parse(r.properties.Timestamp)] : [],
    )
    expect(Math.max(...times.slice(-20_000))).toBeLessThanOrEqual(NOW)
    expect(times.every((t) => t > NOW - 30 * DAY - 60_000 && t <= NOW)).toBe(true)
  })

  it('number the reports of a device once each', () => {
    const seen = new Set<string>()
    const device = records.filter((r) => r.table.startsWith('Device') && typeof r.properties.ReportId === 'number')
    for (const { properties } of device) seen.add(`${properties.DeviceId} ${properties.ReportId}`)
    expect(seen.size).toBe(device.length)
  })
})

describe('processes', () => {
  const key = (device: unknown, id: unknown, time: unknown) => `${device} ${id} ${time}`
  const created = new Map(
    rowsOf('DeviceProcessEvents').map((p) => [key(p.DeviceId, p.ProcessId, p.ProcessCreationTime), p]),
  )
  const start = new Date(NOW - 30 * DAY).toISOString()
  /** Windows itself has no row. */
  const inMonth = (id: unknown, time: unknown): time is string => typeof time === 'string' && time >= start && id !== 4

  it('that act have a row of their own when they started within the month', () => {
    const lost = records.filter(({ properties: p }) => {
      if (!inMonth(p.InitiatingProcessId, p.InitiatingProcessCreationTime)) return false
      const row = created.get(key(p.DeviceId, p.InitiatingProcessId, p.InitiatingProcessCreationTime))
      return row?.ProcessCommandLine !== p.InitiatingProcessCommandLine || row?.SHA256 !== p.InitiatingProcessSHA256
    })
    expect(lost).toEqual([])
  })

  it('have parents that exist', () => {
    const lost = records.filter(
      ({ properties: p }) =>
        inMonth(p.InitiatingProcessParentId, p.InitiatingProcessParentCreationTime) &&
        !created.has(key(p.DeviceId, p.InitiatingProcessParentId, p.InitiatingProcessParentCreationTime)),
    )
    expect(lost).toEqual([])
  })

  it('act after their start', () => {
    const early = records.filter(
      ({ properties: p }) => String(p.InitiatingProcessCreationTime ?? '') > String(p.Timestamp ?? '~'),
    )
    expect(early).toEqual([])
  })

  it('have one hash a file', () => {
    const hashes = new Map<unknown, Set<unknown>>()
    for (const p of created.values()) hashes.set(p.FolderPath, (hashes.get(p.FolderPath) ?? new Set()).add(p.SHA256))
    expect([...hashes].filter(([, set]) => set.size > 1)).toEqual([])
  })
})

describe('the firm', () => {
  it('has sixty devices of several kinds, with one report each within a day', () => {
    const recent = rowsOf('DeviceInfo').filter((d) => Date.parse(String(d.Timestamp)) > NOW - DAY - 60_000)
    const platforms = new Map(recent.map((d) => [d.DeviceId, d.OSPlatform]))
    const count = (platform: string) => [...platforms.values()].filter((p) => p === platform).length
    expect(platforms.size).toBe(60)
    expect([count('Linux'), count('macOS')]).toEqual([2, 2])
    expect(count('Windows11')).toBeGreaterThan(count('Windows10'))
  })

  it('has fifty people in departments, and administrators besides', () => {
    const people = rowsOf('IdentityInfo')
    expect(people.filter((p) => !String(p.AccountName).startsWith('adm-'))).toHaveLength(50)
    expect(people).toHaveLength(52)
    expect(new Set(people.map((p) => p.Department)).size).toBeGreaterThan(6)
  })

  it('works by day', () => {
    const mails = rowsOf('EmailEvents')
    const byDay = mails.filter((m) => isWorkTime(Date.parse(String(m.Timestamp))))
    expect(byDay.length / mails.length).toBeGreaterThan(0.75)
  })

  it('keeps its shares at any size', () => {
    const share = (rows: readonly DemoRecord[], table: string) =>
      rows.filter((r) => r.table === table).length / rows.length
    const few = [...demoRecords({ now: NOW, events: 5000 })]
    for (const table of ['DeviceProcessEvents', 'DeviceNetworkEvents', 'DeviceFileEvents', 'DeviceEvents']) {
      expect(Math.abs(share(few, table) - share(records, table)), table).toBeLessThan(0.04)
    }
    expect(share(records, 'DeviceProcessEvents') + share(records, 'DeviceNetworkEvents')).toBeGreaterThan(0.45)
  })
})
