/** All Windows events of an import to rows: places them in time and on devices, learns the processes, then maps each. */
import { createHash } from 'node:crypto'
import { UNIX_EPOCH_TICKS } from '../../types/datetime.ts'
import { TICKS_PER_MILLISECOND } from '../../types/timespan.ts'
import { utcOfLocal } from '../../types/timezone.ts'
import type { WindowsEvent } from '../windows-event.ts'
import type { Context, Facts, Mapping } from './mapping.ts'
import type { PlacedEvent } from './placed-event.ts'
import { imageColumns, processesOf } from './processes.ts'
import { SYSMON } from './sysmon.ts'
import { address, fileName, isoTime, type Row } from './values.ts'
import { windowsMapping } from './windows.ts'

export interface FoundEvent {
  readonly event: WindowsEvent
  readonly source: string
  readonly line: number
}

export interface MappedRow {
  readonly table: string
  readonly properties: Row
  /** Without ReportId, which counts the rows of an import. */
  readonly identity: string
  readonly source: string
  readonly line: number
}

const HALF_HOUR = 1_800_000
/** How far UtcTime may be from the record's own time; the clock of network and DNS events can be hours late. */
const TRUSTED = 120_000

/** @param timeZone of writers whose clock is local, where none of their events tells */
export function* mapEvents(
  found: readonly FoundEvent[],
  skip: (what: string) => void,
  timeZone?: string,
): Generator<MappedRow> {
  const events = placed(found, timeZone)
  const processes = processesOf(events)
  const facts = factsOf(events)
  const reports = new Map<string, number>()
  // Events that are alike in all they say do happen: the second one of a file is another one than the first.
  const alike = new Map<string, number>()
  for (const e of [...events].sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0))) {
    const mapping = mappingOf(e.event)
    const c = mapping && context(e, processes, facts)
    if (!mapping || !c || mapping.when?.(c) === false) {
      skip(`${e.event.channel} ${e.event.id}`)
      continue
    }
    const report = (reports.get(e.device) ?? 0) + 1
    reports.set(e.device, report)
    const own = { Timestamp: e.time, DeviceId: c.deviceId, DeviceName: e.device, ReportId: report }
    const action = typeof mapping.action === 'string' ? mapping.action : mapping.action(c)
    const properties = { ...own, ActionType: action, ...mapping.columns(c) }
    const identity = ordinal(alike, e)
    yield { table: mapping.table, properties, identity, source: e.source, line: e.line }
  }
  yield* deviceRows(events, reports)
}

function ordinal(alike: Map<string, number>, { source, event: { identity } }: PlacedEvent): string {
  const count = (alike.get(`${source} ${identity}`) ?? 0) + 1
  alike.set(`${source} ${identity}`, count)
  return `${identity} ${count}`
}

const mappingOf = (e: WindowsEvent): Mapping | undefined => (e.sysmon ? SYSMON[e.id] : windowsMapping(e.channel, e.id))

export const deviceIdOf = (device: string): string => createHash('sha1').update(device).digest('hex')

function context(placedEvent: PlacedEvent, processes: Context['processes'], facts: Facts): Context {
  const { get } = placedEvent.event
  const { device } = placedEvent
  const deviceId = deviceIdOf(device)
  const process = (guid: string) => processes.byGuid(device, guid)
  const own = process(get('ProcessGuid'))
  return {
    placed: placedEvent,
    device,
    deviceId,
    get,
    processes,
    own,
    process,
    initiating: (p = own, image = get('Image')) => ({ ...imageColumns(image), ...processes.initiating(p, deviceId) }),
    facts,
  }
}

/** Puts events on UTC and on their devices. */
function placed(found: readonly FoundEvent[], timeZone: string | undefined): PlacedEvent[] {
  const offsets = offsetsOf(found)
  const full = new Map<string, Set<string>>()
  for (const { event } of found) {
    const host = event.host.toLowerCase()
    const short = host.split('.')[0]!
    if (host !== short) full.set(short, (full.get(short) ?? new Set()).add(host))
  }
  return found.map(({ event, source, line }) => {
    const host = event.host.toLowerCase()
    const [only, ...others] = full.get(host) ?? []
    const clock = event.local ? utcOf(event.clock, offsets.get(source), timeZone) : event.clock
    const utc = event.sysmon ? isoTime(event.get('UtcTime')) : null
    const near = utc !== null && Math.abs(Date.parse(utc) - clock) <= TRUSTED
    const device = only !== undefined && others.length === 0 ? only : host
    return { event, device, time: near ? utc : new Date(clock).toISOString(), source, line }
  })
}

/** Milliseconds of a local clock to those of UTC: by what the source itself tells, else by the zone. */
function utcOf(clock: number, offset: number | undefined, timeZone: string | undefined): number {
  if (offset !== undefined || timeZone === undefined) return clock - (offset ?? 0)
  const utc = utcOfLocal(BigInt(clock) * TICKS_PER_MILLISECOND + UNIX_EPOCH_TICKS, timeZone)
  return utc === null ? clock : Number((utc - UNIX_EPOCH_TICKS) / TICKS_PER_MILLISECOND)
}

/** Of each source, how far its writers' local clock is from UTC: what most of its Sysmon events say. */
function offsetsOf(found: readonly FoundEvent[]): ReadonlyMap<string, number> {
  const votes = new Map<string, Map<number, number>>()
  for (const { event, source } of found) {
    if (!event.local || !event.sysmon || event.id === 3 || event.id === 22) continue
    const utc = Date.parse(isoTime(event.get('UtcTime')) ?? '')
    if (Number.isNaN(utc)) continue
    const offset = Math.round((event.clock - utc) / HALF_HOUR) * HALF_HOUR
    const of = votes.get(source) ?? new Map<number, number>()
    votes.set(source, of.set(offset, (of.get(offset) ?? 0) + 1))
  }
  return new Map([...votes].map(([source, of]) => [source, [...of].reduce((a, b) => (b[1] > a[1] ? b : a))[0]]))
}

function factsOf(events: readonly PlacedEvent[]): Facts {
  const sysmonDevices = new Set<string>()
  const admins = new Set<string>()
  const addresses = new Set<string>()
  const times = new Map<string, number[]>()
  const remember = (kind: string, e: PlacedEvent, about: string): void => {
    const key = `${kind} ${e.device} ${about.toLowerCase()}`
    const list = times.get(key)
    if (list) list.push(Date.parse(e.time))
    else times.set(key, [Date.parse(e.time)])
  }
  for (const e of events) {
    const { sysmon, id, get, channel } = e.event
    if (sysmon) {
      sysmonDevices.add(e.device)
      if (id === 1) remember('sysmon/1', e, fileName(get('Image')))
      if (id === 21) remember('sysmon/21', e, '')
      if (id === 3) {
        const near = get('Initiated').toLowerCase() === 'true' ? 'Source' : 'Destination'
        addresses.add(`${e.device} ${address(get(`${near}Ip`))}`)
      }
    } else if (channel === 'security') {
      if (id === 4697) remember('security/4697', e, get('ServiceName'))
      if (id === 4672) admins.add(`${e.device} ${get('SubjectLogonId').toLowerCase()}`)
      if (id === 5156 && get('Direction') === '%%14593') addresses.add(`${e.device} ${address(get('SourceAddress'))}`)
    }
  }
  return {
    sysmonDevices,
    admins,
    addresses,
    near: (kind, e, about, within) =>
      (times.get(`${kind} ${e.device} ${about.toLowerCase()}`) ?? []).some(
        (t) => Math.abs(t - Date.parse(e.time)) <= within,
      ),
  }
}

/** What the events tell of each device itself. */
function* deviceRows(events: readonly PlacedEvent[], reports: ReadonlyMap<string, number>): Generator<MappedRow> {
  const devices = new Map<string, { last: PlacedEvent; users: Map<string, Row>; ips: Set<string> }>()
  for (const e of events) {
    const of = devices.get(e.device) ?? { last: e, users: new Map(), ips: new Set() }
    devices.set(e.device, of)
    if (e.time > of.last.time) of.last = e
    const { sysmon, id, get } = e.event
    if (!sysmon && id === 4624 && /^(?:2|7|10|11)$/.test(get('LogonType'))) {
      const sid = get('TargetUserSid')
      of.users.set(sid, {
        UserName: get('TargetUserName').toLowerCase(),
        DomainName: get('TargetDomainName').toLowerCase(),
        Sid: sid,
      })
    }
    if (sysmon && id === 3) {
      of.ips.add(address(get(get('Initiated').toLowerCase() === 'true' ? 'SourceIp' : 'DestinationIp')))
    }
  }
  for (const [device, { last, users, ips }] of devices) {
    const report = reports.get(device) ?? 0
    const own = { Timestamp: last.time, DeviceId: deviceIdOf(device), DeviceName: device }
    const at = { source: last.source, line: last.line }
    // Anew each hour, and when something is different.
    const identityOf = (row: Row) => JSON.stringify([device, last.time.slice(0, 13), row])
    const info = {
      OSPlatform: 'Windows',
      OnboardingStatus: 'Onboarded',
      LoggedOnUsers: JSON.stringify([...users.values()]),
    }
    yield {
      table: 'DeviceInfo',
      properties: { ...own, ...info, ReportId: report + 1 },
      identity: identityOf(info),
      ...at,
    }
    if (ips.size === 0) continue
    const addresses = JSON.stringify([...ips].filter((ip) => ip !== '').map((IPAddress) => ({ IPAddress })))
    yield {
      table: 'DeviceNetworkInfo',
      properties: { ...own, IPAddresses: addresses, ReportId: report + 2 },
      identity: identityOf({ addresses }),
      ...at,
    }
  }
}
