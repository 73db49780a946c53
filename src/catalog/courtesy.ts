/**
 * Names beyond the documented schema that published queries use and the portal takes: former names of tables and columns,
 * and `TimeGenerated` beside `Timestamp`. They resolve, but are not listed: neither in a schema nor in the rows of a query
 * that does not name them.
 */
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
  RiskLevelDuringSignIn: 'RiskLevelAggregated',
}

/** Column names of the tables that were renamed in 2020. */
const FORMER_COLUMNS: Readonly<Record<string, string>> = {
  EventTime: 'Timestamp',
  MachineId: 'DeviceId',
  ComputerName: 'DeviceName',
  RemoteComputerName: 'RemoteDeviceName',
  InitiatingProcessParentName: 'InitiatingProcessParentFileName',
}

export interface CourtesyName {
  readonly name: string
  /** What it is called now. */
  readonly present: string
}

/** The courtesy names in a query text that the catalogue can serve. */
export function courtesyNames(text: string, catalog: Catalog): CourtesyName[] {
  const words = new Set(text.match(/\w+/g))
  const tables = Object.entries(TABLES).filter(
    ([name, present]) => words.has(name) && !catalog.tables.has(name) && catalog.tables.has(present),
  )
  const columns = Object.entries({ ...COLUMNS, ...(tables.length > 0 && FORMER_COLUMNS) }).filter(([name]) =>
    words.has(name),
  )
  return [...tables, ...columns].map(([name, present]) => ({ name, present }))
}

/** The catalogue with those names added. */
export function withCourtesyNames(catalog: Catalog, names: readonly CourtesyName[]): Catalog {
  const columns = names.filter((n) => !(n.name in TABLES))
  const tables = new Map([...catalog.tables].map(([name, t]) => [name, withColumns(t, columns)]))
  for (const { name, present } of names) {
    const table = tables.get(present)
    if (name in TABLES && table) tables.set(name, { ...table, name, formerNameOf: present })
  }
  return { tables, version: catalog.version }
}

function withColumns(table: Table, names: readonly CourtesyName[]): Table {
  const has = (name: string) => table.columns.find((c) => c.name === name)
  const added = names.flatMap(({ name, present }): TableColumn[] => {
    const column = has(present)
    return column && !has(name) ? [{ ...column, name, formerNameOf: present }] : []
  })
  return added.length > 0 ? { ...table, columns: [...table.columns, ...added] } : table
}

/** `AdditionalFields` is text that holds JSON; many published queries take it for a dynamic, as it is in some tables. */
export function withDynamicFields(catalog: Catalog): Catalog {
  const read = (c: TableColumn): TableColumn =>
    c.name === 'AdditionalFields' && c.type === 'string' ? { ...c, type: 'dynamic', readFrom: 'string' } : c
  return {
    version: catalog.version,
    tables: new Map([...catalog.tables].map(([name, t]) => [name, { ...t, columns: t.columns.map(read) }])),
  }
}
