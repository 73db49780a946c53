/**
 * Names beyond the documented schema that published queries use and the portal takes: former names of tables and columns,
 * `TimeGenerated` beside `Timestamp`, and columns that are not documented or no longer. They resolve, but are not listed:
 * neither in a schema nor in the rows of a query that does not name them.
 */
import type { KqlType } from '../types/kql-type.ts'
import type { Catalog, Table, TableColumn } from './catalog.ts'

/** Former table → present table. The first two were renamed in 2025, the others in 2020. */
const TABLES: Readonly<Record<string, string>> = {
  AADSignInEventsBeta: 'EntraIdSignInEvents',
  AADSpnSignInEventsBeta: 'EntraIdSpnSignInEvents',
  ProcessCreationEvents: 'DeviceProcessEvents',
  NetworkCommunicationEvents: 'DeviceNetworkEvents',
  FileCreationEvents: 'DeviceFileEvents',
  RegistryEvents: 'DeviceRegistryEvents',
  LogonEvents: 'DeviceLogonEvents',
  ImageLoadEvents: 'DeviceImageLoadEvents',
  MiscEvents: 'DeviceEvents',
  MachineInfo: 'DeviceInfo',
  MachineNetworkInfo: 'DeviceNetworkInfo',
}

/** Other name of a column → present name, in every table that has the latter. */
const COLUMNS: Readonly<Record<string, string>> = {
  TimeGenerated: 'Timestamp',
  ISP: 'Isp',
  AadDeviceId: 'EntraIdDeviceId',
}

/** Column names of the tables that were renamed in 2020. */
const FORMER_COLUMNS: Readonly<Record<string, string>> = {
  EventTime: 'Timestamp',
  MachineId: 'DeviceId',
  ComputerName: 'DeviceName',
  RemoteComputerName: 'RemoteDeviceName',
  InitiatingProcessParentName: 'InitiatingProcessParentFileName',
}

/** Columns that the portal has of another type than the documentation; published queries take them for either. */
const OTHER_TYPES: Readonly<Record<string, readonly [documented: KqlType, portal: KqlType]>> = {
  // Text that holds JSON; in some tables it is documented as dynamic.
  AdditionalFields: ['string', 'dynamic'],
  Cc: ['string', 'dynamic'],
  CvssScore: ['string', 'real'],
  IsFirstContact: ['int', 'bool'],
  To: ['string', 'dynamic'],
}

/** Functions that read a column which a query need not name beside them. */
const READING_INSIGHTS = /\bGet(?:FirstSeen|UncommonValue|HighVolumeAnomaly|Anomalous)Behaviors/

export interface CourtesyName {
  readonly name: string
  /** What it is called now; absent where the documentation does not know it at all. */
  readonly present?: string
}

/** What every query is shown first. */
export function listedCatalog(catalog: Catalog): Catalog {
  return withColumnsOf(catalog, (t) => t.columns.filter((c) => !c.unlisted))
}

/** The courtesy names in a query text that the catalogue can serve. */
export function courtesyNames(text: string, catalog: Catalog): CourtesyName[] {
  const words = new Set([...(text.match(/\w+/g) ?? []), ...(READING_INSIGHTS.test(text) ? ['Insights'] : [])])
  const tables = Object.entries(TABLES).filter(
    ([name, present]) => words.has(name) && !catalog.tables.has(name) && catalog.tables.has(present),
  )
  const columns = Object.entries({ ...COLUMNS, ...(tables.length > 0 && FORMER_COLUMNS) }).filter(([name]) =>
    words.has(name),
  )
  const unlisted = [...catalog.tables.values()].flatMap((t) => t.columns.filter((c) => c.unlisted && words.has(c.name)))
  const former = new Map([...tables, ...columns])
  return [
    ...Array.from(former, ([name, present]) => ({ name, present })),
    ...[...new Set(unlisted.map((c) => c.name))].filter((name) => !former.has(name)).map((name) => ({ name })),
  ]
}

/** The catalogue with those names besides the listed ones. */
export function withCourtesyNames(catalog: Catalog, names: readonly CourtesyName[]): Catalog {
  const named = new Set(names.map((n) => n.name))
  const known = withColumnsOf(catalog, (t) => t.columns.filter((c) => !c.unlisted || named.has(c.name)))
  const { tables } = withColumnsOf(known, (t) => [
    ...t.columns,
    ...names.flatMap(({ name, present }): TableColumn[] => {
      const column = present !== undefined && !(name in TABLES) && t.columns.find((c) => c.name === present)
      if (!column || t.columns.some((c) => c.name === name)) return []
      return [{ ...column, name, source: column.source ?? present, unlisted: true }]
    }),
  ])
  const former = names.flatMap(({ name, present }): [string, Table][] => {
    const table = name in TABLES && present !== undefined && tables.get(present)
    return table ? [[name, { ...table, name, formerNameOf: present }]] : []
  })
  return { tables: new Map([...tables, ...former]), version: catalog.version }
}

/** The columns in a query text that the portal has of another type; a join numbers them. */
export const otherTypesIn = (text: string): string[] =>
  Object.keys(OTHER_TYPES).filter((name) => new RegExp(`\\b${name}\\d*\\b`).test(text))

/** The catalogue with the portal's types of those columns, in the tables where the documentation has them of another. */
export const withOtherTypes = (catalog: Catalog, names: readonly string[]): Catalog =>
  withColumnsOf(catalog, (t) =>
    t.columns.map((c) => {
      const [documented, portal] = (names.includes(c.name) && OTHER_TYPES[c.name]) || []
      return portal && c.type === documented ? { ...c, type: portal, readFrom: documented } : c
    }),
  )

const withColumnsOf = (catalog: Catalog, columns: (table: Table) => readonly TableColumn[]): Catalog => ({
  version: catalog.version,
  tables: new Map([...catalog.tables].map(([name, t]) => [name, { ...t, columns: columns(t) }])),
})
