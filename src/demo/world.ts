/** What the generators of the demo data share: the firm, the random source, and the place where rows go. */
import { table } from '../catalog/catalog.ts'
import { defenderTables } from '../catalog/defender-tables.ts'
import type { Device, Firm, Person } from './firm.ts'
import type { Random } from './random.ts'
import { isoTime } from './time.ts'

export interface DemoRecord {
  readonly table: string
  readonly properties: Record<string, unknown>
}

export interface World {
  readonly random: Random
  readonly firm: Firm
  /** The month: rows lie from `start` up to `now`. */
  readonly start: number
  readonly now: number
  /** A row of a table about a device. The object given becomes the row: the columns that every such table has are put into it, as copying 50 columns costs more than making them. */
  deviceRow(table: string, device: Device, at: number, properties: Record<string, unknown>): void
  row(table: string, at: number, properties: Record<string, unknown>): void
  /** The rows since the last call, in order of time. */
  take(): DemoRecord[]
}

export function worldOf(random: Random, firm: Firm, start: number, now: number): World {
  let rows: { at: number; record: DemoRecord }[] = []
  // A device counts its reports from wherever its counter stood when the month began.
  const reports = new Map(firm.devices.map((d) => [d.id, random.int(1000, 400_000)]))
  const row = (table: string, at: number, properties: Record<string, unknown>): void => {
    rows.push({ at, record: { table, properties } })
  }
  return {
    random,
    firm,
    start,
    now,
    row(table, at, properties) {
      properties.Timestamp = isoTime(at)
      row(table, at, properties)
    },
    deviceRow(table, device, at, properties) {
      const report = reports.get(device.id)! + 1
      reports.set(device.id, report)
      properties.Timestamp = isoTime(at)
      properties.DeviceId = device.id
      properties.DeviceName = device.name
      properties.ReportId = report
      row(table, at, properties)
    },
    take() {
      const taken = rows.sort((a, b) => a.at - b.at).map((r) => r.record)
      rows = []
      return taken
    },
  }
}

const columnSets = new Map<string, ReadonlySet<string>>()

/** The names of a table's columns. */
export function columnsOf(name: string): ReadonlySet<string> {
  let columns = columnSets.get(name)
  if (!columns) {
    columns = new Set(table(name, defenderTables[name]!).columns.map((c) => c.name))
    columnSets.set(name, columns)
  }
  return columns
}

/** The cloud's and the identity tables' words for a person. */
export const cloudAccount = (person: Person) => ({
  AccountObjectId: person.objectId,
  AccountDisplayName: person.displayName,
})

export const identityAccount = (person: Person) => ({
  AccountName: person.name,
  AccountDomain: person.domain,
  AccountUpn: person.upn,
  AccountSid: person.sid,
  AccountObjectId: person.objectId,
  AccountDisplayName: person.displayName,
})

/** A bag in the form that the export gives it: JSON text. */
export const json = (value: unknown): string => JSON.stringify(value)
