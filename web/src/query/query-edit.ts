/** Small changes of a query that a click asks for: a filter more, or a look at another table. */
import type { Column } from '../api/api.ts'

export type Comparison = '==' | '!=' | 'contains' | 'startswith' | 'endswith'

/** A value as KQL writes it. */
export function literalOf(value: unknown, type: string): string {
  if (type === 'string' || type === 'guid') return `"${escaped(String(value ?? ''))}"`
  if (value === null || value === undefined || value === '') return `${type}(null)`
  if (type === 'dynamic') return `"${escaped(typeof value === 'string' ? value : JSON.stringify(value))}"`
  if (type === 'bool') return String(value) === 'true' || value === 1 ? 'true' : 'false'
  if (type === 'datetime' || type === 'timespan' || type === 'decimal') return `${type}(${value})`
  return String(value)
}

const escaped = (text: string): string =>
  text.replace(/[\\"\n\r\t]/g, (c) => ({ '\\': '\\\\', '"': '\\"', '\n': '\\n', '\r': '\\r', '\t': '\\t' })[c]!)

const nameOf = (name: string): string => (/^[A-Za-z_]\w*$/.test(name) ? name : `['${name.replaceAll("'", "\\'")}']`)

/** One line of a query that keeps, or drops, the rows with this value. */
export function filterLine({ name, type }: Column, comparison: Comparison, value: unknown): string {
  const empty = value === null || value === undefined
  if (empty && type !== 'string') return `| where ${comparison === '!=' ? 'isnotnull' : 'isnull'}(${nameOf(name)})`
  const column = type === 'dynamic' ? `tostring(${nameOf(name)})` : nameOf(name)
  return `| where ${column} ${comparison} ${literalOf(value, comparison === '==' || comparison === '!=' ? type : 'string')}`
}

/** The query with a line at its end, before a `render` and a final semicolon. */
export function withLine(query: string, line: string): string {
  const trimmed = query.trimEnd().replace(/;$/, '').trimEnd()
  const render = /\n?\s*\|\s*render\b[^|]*$/.exec(trimmed)
  if (!render) return `${trimmed}\n${line}`
  return `${trimmed.slice(0, render.index).trimEnd()}\n${line}\n${render[0].trim()}`
}

/** Columns whose values are a device, file, account or address. */
const ENTITIES: readonly { readonly is: RegExp; readonly what: string }[] = [
  { is: /^(?:DeviceId|DeviceName)$/, what: 'device' },
  { is: /(?:SHA256|SHA1|MD5)$/, what: 'file' },
  { is: /Account(?:Name|Upn|Sid|ObjectId)$/, what: 'account' },
  { is: /IP(?:Address|v4|v6)?$/, what: 'address' },
]

/** The tables that speak of a value, and when. */
export function lookUp(column: string, value: unknown): { readonly what: string; readonly query: string } | undefined {
  const found = ENTITIES.find((e) => e.is.test(column))
  if (!found || typeof value !== 'string' || value === '') return undefined
  const query = `search ${literalOf(value, 'string')}
| summarize Records = count(), First = min(Timestamp), Last = max(Timestamp) by $table
| sort by Records desc`
  return { what: found.what, query }
}

/** All that a device recorded around a time. */
export function timelineQuery(deviceId: string, around: string | undefined): string {
  const tables =
    'DeviceProcessEvents, DeviceNetworkEvents, DeviceFileEvents, DeviceRegistryEvents, DeviceLogonEvents, DeviceImageLoadEvents, DeviceEvents'
  const near = around ? `\n| where Timestamp between (datetime(${around}) - 30m .. datetime(${around}) + 30m)` : ''
  return `union withsource=Table ${tables}
| where DeviceId == ${literalOf(deviceId, 'string')}${near}
| project Timestamp, Table, ActionType, FileName, InitiatingProcessFileName, RemoteIP, AccountName
| top 2000 by Timestamp asc`
}

/** A process, those that started it, and those that it started: what the InitiatingProcess* columns chain together. */
export function processQuery(deviceId: string): string {
  return `DeviceProcessEvents
| where DeviceId == ${literalOf(deviceId, 'string')}
| project Timestamp, FileName, ProcessId, ProcessCreationTime, ProcessCommandLine, AccountName, SHA256, InitiatingProcessFileName, InitiatingProcessId, InitiatingProcessCreationTime, InitiatingProcessCommandLine, InitiatingProcessParentFileName, InitiatingProcessParentId, InitiatingProcessParentCreationTime
| take 20000`
}
