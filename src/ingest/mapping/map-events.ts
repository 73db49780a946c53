/** All Windows events of an import to rows: places them in time and on devices, learns the processes, then maps each. */
import { createHash } from 'node:crypto'
import { UNIX_EPOCH_TICKS } from '../../types/datetime.ts'
import { TICKS_PER_MILLISECOND } from '../../types/timespan.ts'
import { utcOfLocal } from '../../types/timezone.ts'
import type { WindowsEvent } from '../windows-event.ts'
import type { EventLog, FoundEvent } from './event-log.ts'
import type { Context, Facts, Mapping } from './mapping.ts'
import type { PlacedEvent } from './placed-event.ts'
import { imageColumns, processLearner } from './processes.ts'
import { SYSMON } from './sysmon.ts'
import { address, append, fileName, isoTime, type Row } from './values.ts'
import { windowsMapping } from './windows.ts'

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

/**
 * Reads the log three times: for clocks and names of devices, for what events say of each other, and for the rows, in the
 * order of their times.
 * @param timeZone of writers whose clock is local, where none of their events tells
 */
export function* mapEvents(log: EventLog, skip: (what: string) => void, timeZone?: string): Generator<MappedRow> {
  const placed = placer(log, timeZone)
  const learner = processLearner()
  const factLearner = createFactLearner()
  const devices = createDevices()
  const times: number[] = []
  for (const found of log.read()) {
    const e = placed(found)
    times.push(Date.parse(e.time))
    learner.learn(e)
    factLearner.learn(e)
    devices.learn(e)
  }
  const processes = learner.processes()
  const facts = factLearner.facts()
  const reports = new Map<string, number>()
  // Events that are alike in all they say do happen, at one time: the second one of a file is another one than the first.
  const alike = new Map<string, number>()
  let timeOfAlike = ''
  const order = [...times.keys()].sort((a, b) => times[a]! - times[b]! || a - b)
  for (const found of log.read(order)) {
    const e = placed(found)
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
    if (e.time !== timeOfAlike) alike.clear()
    timeOfAlike = e.time
    const identity = ordinal(alike, e)
    yield { table: mapping.table, properties, identity, source: e.source, line: e.line }
  }
  yield* devices.rows(reports)
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

/** Puts events on UTC and on their devices, by what all of them say. */
function placer(log: EventLog, timeZone: string | undefined): (found: FoundEvent) => PlacedEvent {
  const votes = new Map<string, Map<number, number>>()
  /** By the short name of a device, its full ones. */
  const full = new Map<string, Set<string>>()
  for (const { event, source } of log.read()) {
    vote(votes, event, source)
    const host = event.host.toLowerCase()
    const short = host.split('.')[0]!
    if (host !== short) full.set(short, (full.get(short) ?? new Set()).add(host))
  }
  /** Of each source, how far its writers' local clock is from UTC. */
  const offsets = new Map([...votes].map(([s, of]) => [s, [...of].reduce((a, b) => (b[1] > a[1] ? b : a))[0]]))
  return ({ event, source, line }) => {
    const host = event.host.toLowerCase()
    const [only, ...others] = full.get(host) ?? []
    const clock = event.local ? utcOf(event.clock, offsets.get(source), timeZone) : event.clock
    const utc = event.sysmon ? isoTime(event.get('UtcTime')) : null
    const near = utc !== null && Math.abs(Date.parse(utc) - clock) <= TRUSTED
    const device = only !== undefined && others.length === 0 ? only : host
    return { event, device, time: near ? utc : new Date(clock).toISOString(), source, line }
  }
}

/** Most Sysmon events hold UTC beside their writer's clock. */
function vote(votes: Map<string, Map<number, number>>, event: WindowsEvent, source: string): void {
  if (!event.local || !event.sysmon || event.id === 3 || event.id === 22) return
  const utc = Date.parse(isoTime(event.get('UtcTime')) ?? '')
  if (Number.isNaN(utc)) return
  const offset = Math.round((event.clock - utc) / HALF_HOUR) * HALF_HOUR
  const of = votes.get(source) ?? new Map<number, number>()
  votes.set(source, of.set(offset, (of.get(offset) ?? 0) + 1))
}

/** Milliseconds of a local clock to those of UTC: by what the source itself tells, else by the zone. */
function utcOf(clock: number, offset: number | undefined, timeZone: string | undefined): number {
  if (offset !== undefined || timeZone === undefined) return clock - (offset ?? 0)
  const utc = utcOfLocal(BigInt(clock) * TICKS_PER_MILLISECOND + UNIX_EPOCH_TICKS, timeZone)
  return utc === null ? clock : Number((utc - UNIX_EPOCH_TICKS) / TICKS_PER_MILLISECOND)
}

interface FactLearner {
  learn(e: PlacedEvent): void
  facts(): Facts
}

function createFactLearner(): FactLearner {
  const sysmonDevices = new Set<string>()
  const admins = new Set<string>()
  const addresses = new Set<string>()
  /** Milliseconds. */
  const times = new Map<string, number[]>()
  const keyOf = (kind: string, e: PlacedEvent, about: string): string => `${kind} ${e.device} ${about.toLowerCase()}`
  const remember = (kind: string, e: PlacedEvent, about: string): void =>
    append(times, keyOf(kind, e, about), Date.parse(e.time))
  return {
    learn(e) {
      const { sysmon, id, get, channel } = e.event
      if (sysmon) {
        sysmonDevices.add(e.device)
        if (id === 1) remember('sysmon/1', e, fileName(get('Image')))
        if (id === 21) remember('sysmon/21', e, '')
        if (id === 3) addresses.add(`${e.device} ${ownAddress(e.event)}`)
      } else if (channel === 'security') {
        if (id === 4697) remember('security/4697', e, get('ServiceName'))
        if (id === 4672) admins.add(`${e.device} ${get('SubjectLogonId').toLowerCase()}`)
        if (id === 5156 && get('Direction') === '%%14593') addresses.add(`${e.device} ${address(get('SourceAddress'))}`)
      }
    },
    facts() {
      for (const list of times.values()) list.sort((a, b) => a - b)
      const near: Facts['near'] = (kind, e, about, within) => {
        const time = Date.parse(e.time)
        const found = firstFrom(times.get(keyOf(kind, e, about)) ?? [], time - within)
        return found !== undefined && found <= time + within
      }
      return { sysmonDevices, admins, addresses, near }
    },
  }
}

/** The address of the device itself in a connection that Sysmon saw. */
const ownAddress = ({ get }: WindowsEvent): string =>
  address(get(get('Initiated').toLowerCase() === 'true' ? 'SourceIp' : 'DestinationIp'))

/** The first of some sorted numbers that is not below another one. */
function firstFrom(sorted: readonly number[], least: number): number | undefined {
  let [from, to] = [0, sorted.length]
  while (from < to) {
    const middle = (from + to) >> 1
    if (sorted[middle]! < least) from = middle + 1
    else to = middle
  }
  return sorted[from]
}

interface Devices {
  learn(e: PlacedEvent): void
  /** What the events tell of each device itself. */
  rows(reports: ReadonlyMap<string, number>): Generator<MappedRow>
}

interface Device {
  last: Pick<PlacedEvent, 'time' | 'source' | 'line'>
  readonly users: Map<string, Row>
  readonly ips: Set<string>
}

function createDevices(): Devices {
  const devices = new Map<string, Device>()
  return {
    learn(e) {
      const { time, source, line } = e
      const of = devices.get(e.device) ?? { last: { time, source, line }, users: new Map(), ips: new Set() }
      devices.set(e.device, of)
      if (time > of.last.time) of.last = { time, source, line }
      const { sysmon, id, get } = e.event
      if (!sysmon && id === 4624 && /^(?:2|7|10|11)$/.test(get('LogonType'))) {
        const sid = get('TargetUserSid')
        of.users.set(sid, {
          UserName: get('TargetUserName').toLowerCase(),
          DomainName: get('TargetDomainName').toLowerCase(),
          Sid: sid,
        })
      }
      if (sysmon && id === 3) of.ips.add(ownAddress(e.event))
    },
    rows: (reports) => deviceRows(devices, reports),
  }
}

function* deviceRows(devices: ReadonlyMap<string, Device>, reports: ReadonlyMap<string, number>): Generator<MappedRow> {
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
