/** One Windows event out of any of the field styles in which collectors write it: channel, id, host, clock and named data. */
import { hash } from 'node:crypto'
import { parseJson } from '../types/dynamic.ts'
import type { Properties } from './source-record.ts'

export interface WindowsEvent {
  /** Lower case. */
  readonly channel: string
  readonly id: number
  readonly host: string
  /** Milliseconds of the writer's clock, read as if it were UTC. */
  readonly clock: number
  /** The clock is the writer's local time; its offset has to be found. */
  readonly local: boolean
  readonly sysmon: boolean
  /** The process that wrote it, where its collector kept that. */
  readonly writerPid: number | null
  readonly message: string
  /** The same for the same event, whatever else is in its import. */
  readonly identity: string
  /** By their names in lower case; only what says something. */
  readonly fields: Readonly<Record<string, string>>
  /** A data field by its name in any case; "" when it is absent or says nothing. */
  get(name: string): string
}

/** Names that belong to NXLog, not to the event. */
const NXLOG_OWN = new Set(
  'ProcessID ThreadID EventType AccountName AccountType Domain UserID Severity Version Task Category Opcode'.split(' '),
)
/** NXLog's words for its own EventType; any other value is the event's. */
const NXLOG_EVENT_TYPE = /^(?:INFO|WARNING|ERROR|VERBOSE|CRITICAL|AUDIT_\w+)?$/

/** A row that has none of these members is no Windows event. */
export const EVENT_NAMES = 'winlog log_name event_id Channel EventID'.split(' ')

/** @returns undefined when the row is no Windows event */
export function windowsEvent(row: Properties): WindowsEvent | undefined {
  const winlog = bag(row.winlog)
  if (winlog) return build(winlog.channel, winlog.event_id, winlog.computer_name, row['@timestamp'], false, winlog, row)
  if (row.log_name !== undefined && row.event_id !== undefined) {
    return build(row.log_name, row.event_id, row.computer_name, row['@timestamp'], false, row, row)
  }
  if (row.Channel === undefined || row.EventID === undefined) return undefined
  if (row.Computer !== undefined && row.TimeGenerated !== undefined) {
    const data = typeof row.EventData === 'string' ? dataOfText(row.EventData) : bag(row.EventData)
    return build(
      row.Channel,
      row.EventID,
      row.Computer,
      row.TimeGenerated,
      false,
      { event_data: { ...row, ...data } },
      row,
    )
  }
  const nxlog = row.EventTime !== undefined
  const data = nxlog ? withoutNxlog(row) : row
  return build(
    row.Channel,
    row.EventID,
    row.Hostname,
    nxlog ? row.EventTime : row.TimeCreated,
    true,
    { event_data: data },
    row,
  )
}

function build(
  channelValue: unknown,
  idValue: unknown,
  hostValue: unknown,
  time: unknown,
  local: boolean,
  from: Properties,
  row: Properties,
): WindowsEvent | undefined {
  const channel = text(channelValue).toLowerCase()
  const id = Number(text(idValue))
  const host = text(hostValue)
  const clock = clockOf(text(time))
  if (channel === '' || !Number.isInteger(id) || host === '' || Number.isNaN(clock)) return undefined
  const sysmon = channel.startsWith('microsoft-windows-sysmon')
  const message = text(row.Message ?? row.message)
  const fields = fieldsOf([bag(from.event_data), bag(from.user_data)], message, sysmon)
  const record = text(row.RecordNumber ?? row.RecordId ?? row.EventRecordID ?? from.record_id)
  const sorted = sortedEntries(fields)
  const identity = hash('sha1', JSON.stringify([channel, id, host, clock, record, sorted, message]))
  const writerPid = pidOf(from, row)
  return eventOf({
    channel,
    id,
    host,
    clock,
    local,
    sysmon,
    writerPid,
    message,
    identity,
    fields,
  })
}

/** An event out of what of it can be written as JSON. */
export const eventOf = (said: Omit<WindowsEvent, 'get'>): WindowsEvent => ({
  ...said,
  get: (name) => said.fields[name.toLowerCase()] ?? '',
})

type Fields = Record<string, string>

/** As the language sorts arrays by default, by their text, which it would make anew for each comparison. */
function sortedEntries(fields: Fields): [string, string][] {
  const entries = Object.entries(fields).map((entry) => ({ entry, text: String(entry) }))
  return entries.sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0)).map(({ entry }) => entry)
}

/** @param message of Sysmon: what is missing elsewhere stands in its lines */
function fieldsOf(parts: readonly (Properties | undefined)[], message: string, sysmon: boolean): Fields {
  const fields = Object.create(null) as Fields
  for (const part of parts) {
    for (const [name, value] of Object.entries(part ?? {})) {
      const said = text(value)
      if (said !== '' && said !== '-' && typeof value !== 'object') fields[name.toLowerCase()] = said
    }
  }
  delete fields.message
  if (!sysmon) return fields
  for (const line of message.split(/\r?\n/)) {
    const [, name, value] = /^(\w+): (.+)$/.exec(line) ?? []
    if (name && value && value !== '-') fields[name.toLowerCase()] ??= value
  }
  // Sysmon writes % twice.
  for (const [name, value] of Object.entries(fields))
    if (value.includes('%%')) fields[name] = value.replaceAll('%%', '%')
  return fields
}

/** winlogbeat, its sixth version, NXLog, and `Get-WinEvent`, each with a name of its own. */
function pidOf(from: Properties, row: Properties): number | null {
  const said = bag(from.process)?.pid ?? from.process_id ?? row.ExecutionProcessID ?? row.ProcessID ?? row.ProcessId
  const pid = text(said) === '' ? Number.NaN : Number(text(said))
  return Number.isInteger(pid) ? pid : null
}

function withoutNxlog(row: Properties): Properties {
  const kept: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(row)) if (!NXLOG_OWN.has(name)) kept[name] = value
  const type = text(row.EventType)
  if (!NXLOG_EVENT_TYPE.test(type)) kept.EventType = type
  return kept
}

/** Log Analytics: the data as JSON text, or as the event's XML. */
function dataOfText(source: string): Properties {
  const json = bag(parseJson(source))
  if (json) return json
  const data: Record<string, string> = {}
  for (const [, name, value] of source.matchAll(/<Data Name="([^"]+)">([^<]*)<\/Data>/g))
    data[name!] = unescaped(value!)
  return data
}

/** Undoes one layer of HTML escaping. */
export const unescaped = (value: string): string =>
  value.replace(/&(lt|gt|amp|quot|apos);/g, (_, name: string) => ESCAPES[name]!)
const ESCAPES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

function clockOf(time: string): number {
  const iso = time
    .trim()
    .replace(' ', 'T')
    .replace(/(\.\d{3})\d+/, '$1')
  return Date.parse(/(?:Z|[+-]\d\d:\d\d)$/.test(iso) ? iso : `${iso}Z`)
}

const text = (value: unknown): string =>
  value === null || value === undefined || typeof value === 'object' ? '' : String(value)

function bag(value: unknown): Properties | undefined {
  if (value instanceof Map) return Object.fromEntries(value) as Properties
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Properties) : undefined
}
