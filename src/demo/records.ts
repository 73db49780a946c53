/** A month of a small firm's Defender tables: how many rows of each kind, spread over devices, people and hours. */
import { usualAlert } from './events/alerts.ts'
import { cloudEvent } from './events/cloud.ts'
import { deviceEvent } from './events/device-events.ts'
import { certificateInfo, deviceInfo, deviceNetworkInfo } from './events/device-state.ts'
import { fileEvent } from './events/files.ts'
import {
  directoryChange,
  identityInfo,
  identityLogon,
  identityQuery,
  servicePrincipalSignIn,
  signIn,
} from './events/identity.ts'
import { imageLoadEvent } from './events/images.ts'
import { logonEvent, sessionLogon } from './events/logons.ts'
import { mail, teamsMessage, urlClick } from './events/mail.ts'
import { networkEvent } from './events/network.ts'
import { posture } from './events/posture.ts'
import { processCreated } from './events/processes.ts'
import { registryEvent } from './events/registry.ts'
import { vulnerabilityKnowledge, vulnerabilityState } from './events/vulnerabilities.ts'
import { type DeviceRole, firmOf, isServer, isWindows } from './firm.ts'
import { type Machine, machineOf, type Process } from './machine.ts'
import { randomFrom, type Weighted, weighted } from './random.ts'
import { openPrograms, ownerStarts, services, systemStarts } from './recipes.ts'
import type { Step } from './story/plot.ts'
import { type Story, storyOf } from './story/story.ts'
import { DAY, dayWeight, drawTimes, HOUR, isWorkTime, MINUTE, type Rhythm, roundAtRandom, startOfDay } from './time.ts'
import { type DemoRecord, type World, worldOf } from './world.ts'

export type { DemoRecord } from './world.ts'

export interface DemoOptions {
  /** The end of the month, in milliseconds. */
  readonly now: number
  /** About how many rows. */
  readonly events?: number
  readonly seed?: number
}

export const DEMO_EVENTS = 300_000
/** With fewer, what does not depend on the size (the story, a row a person) is more than the rest. */
export const FEWEST_EVENTS = 5000
const DEMO_SEED = 20_931
const MONTH = 30 * DAY
/** Rows whose number does not depend on the size: the story's, and one a person or device. */
const FIXED_ROWS = 650

type DeviceFamily = 'process' | 'network' | 'file' | 'registry' | 'image' | 'device' | 'logon' | 'certificate'

/** Shares of a month's rows, in percent. */
const DEVICE_SHARES: Readonly<Record<DeviceFamily, number>> = {
  process: 24,
  network: 27,
  file: 15,
  registry: 6.5,
  image: 7,
  device: 8.5,
  logon: 3,
  certificate: 0.6,
}
const OTHER_SHARES: readonly (readonly [number, (world: World, at: number) => void])[] = [
  [1.7, identityLogon],
  [0.5, identityQuery],
  [0.05, directoryChange],
  [1.2, signIn],
  [0.15, servicePrincipalSignIn],
  [0.75, mail],
  [0.2, urlClick],
  [0.3, teamsMessage],
  [1.2, cloudEvent],
  [0.012, usualAlert],
]
const DEVICE_INFO_SHARE = 0.6
const STATE_SHARE = 0.45

/** How much a device does, beside a workstation. */
const BUSY: Readonly<Record<DeviceRole, number>> = {
  workstation: 1,
  'domain controller': 1.8,
  'file server': 1.2,
  database: 1.2,
  web: 1.1,
  application: 1,
  management: 0.8,
}

/** A device with its rhythm and what it likes to run. */
interface Station {
  readonly machine: Machine
  readonly rhythm: Rhythm
  readonly restartAt: number | undefined
  readonly starts: { readonly owner: Weighted<string>; readonly system: Weighted<string> }
  readonly acts: { readonly owner: Weighted<string>; readonly system: Weighted<string> }
  readonly steps: readonly Step[]
}

/** The records of the month before `now`, day by day, of a day device by device. The same options give the same records. */
export function* demoRecords({ now, events = DEMO_EVENTS, seed = DEMO_SEED }: DemoOptions): Generator<DemoRecord> {
  const random = randomFrom(seed)
  const firm = firmOf(random)
  const world = worldOf(random, firm, now - MONTH, now - MINUTE)
  const budget = Math.max(events - FIXED_ROWS, 0)
  // Process rows that came unasked (parents, a restart), by device: they count against those to come.
  const owed = new Map<string, number>()
  const machines = new Map<string, Machine>()
  for (const device of firm.devices) {
    const machine = machineOf(device, firm, random, (m, process, key) => {
      processCreated(world, process)
      owed.set(device.id, (owed.get(device.id) ?? 0) + 1)
      if (key === 'userinit') sessionLogon(world, m, process)
    })
    machine.restart(world.start - random.int(1, 20) * DAY - random.int(0, 80_000) * 1000, false)
    machines.set(device.id, machine)
  }
  const story = storyOf(world, (device) => machines.get(device.id)!)
  const stations = firm.devices.map((device, i) => stationOf(world, machines.get(device.id)!, story, budget, i))

  for (const row of vulnerabilityKnowledge(world)) yield row
  for (const row of posture(world)) yield row
  const state = vulnerabilityState(world)
  yield* state.slice(0, Math.max(60, Math.round((events * STATE_SHARE) / 100)))

  const days: number[] = []
  for (let day = startOfDay(world.start); day < world.now; day += DAY) days.push(day)
  const weight = (station: Station, day: number) =>
    BUSY[station.machine.device.role] * dayWeight(station.rhythm, day, world.start, world.now)
  const totalWeight = days.reduce((sum, day) => sum + stations.reduce((s, station) => s + weight(station, day), 0), 0)
  const peopleWeight = days.reduce((sum, day) => sum + dayWeight('people', day, world.start, world.now), 0)
  const deviceShare = Object.values(DEVICE_SHARES).reduce((a, b) => a + b, 0)
  const signOutChance = Math.min(0.6, events / 500_000)
  const inStory = new Set(story.devices)

  for (const day of days) {
    for (const station of stations) {
      const count = roundAtRandom(random, ((budget * deviceShare) / 100) * (weight(station, day) / totalWeight))
      if (!inStory.has(station.machine.device) && random.chance(signOutChance)) station.machine.signOut()
      deviceDay(world, station, drawTimes(random, station.rhythm, day, world.start, world.now, count), day, owed)
      // Handed on at once: rows that wait for the end of the day cost the collector a third of the time.
      yield* world.take()
    }
    for (const [share, make] of OTHER_SHARES) {
      const count = roundAtRandom(
        random,
        ((budget * share) / 100) * (dayWeight('people', day, world.start, world.now) / peopleWeight),
      )
      for (const at of drawTimes(random, 'people', day, world.start, world.now, count)) make(world, at)
    }
    for (const step of story.steps) if (!step.device && startOfDay(step.at) === day) step.run()
    if (day === days.at(-1))
      for (const person of [...firm.people, ...firm.admins]) identityInfo(world, world.now - 10 * MINUTE, person)
    yield* world.take()
  }
}

function stationOf(world: World, machine: Machine, story: Story, budget: number, index: number): Station {
  const { random, now, start } = world
  const { device } = machine
  const inStory = story.devices.includes(device)
  const steps = story.steps.filter((s) => s.device === device)
  // The sensor reports the device at even distances, at least once in the last day.
  const reports = Math.max(1, Math.round((budget * DEVICE_INFO_SHARE) / 100 / world.firm.devices.length))
  const distance = Math.min((now - start) / reports, DAY)
  for (let i = 0; i < reports; i++) {
    const at = now - (i + random.next()) * (i === 0 ? distance : (now - start) / reports) * 0.999
    steps.push({ at, run: () => deviceInfo(world, at, machine) })
    if (i % 2 === 0) steps.push({ at: at + 1000, run: () => deviceNetworkInfo(world, at + 1000, machine) })
  }
  // A third of the way through comes the month's patch, in a night; not everybody takes it.
  const patched = random.chance(Math.min(0.9, budget / 150_000))
  const patchNight = startOfDay(start) + (9 + (index % 4)) * DAY + random.int(60, 240) * MINUTE
  const weights = (keys: Iterable<readonly [string, number]>) => weighted(keys)
  return {
    machine,
    rhythm: isServer(device) ? 'servers' : 'people',
    restartAt: inStory ? story.restartAt : patched ? patchNight : undefined,
    starts: { owner: weights(ownerStarts(device)), system: weights(systemStarts(device)) },
    acts: { owner: weights(openPrograms(device)), system: weights(services(device)) },
    steps: steps.sort((a, b) => a.at - b.at),
  }
}

/** What a device does on a day, in order: each time is an event of some kind, between the steps that are due. */
function deviceDay(
  world: World,
  station: Station,
  times: readonly number[],
  day: number,
  owed: Map<string, number>,
): void {
  const { machine } = station
  const due = station.steps.filter((s) => startOfDay(s.at) === day)
  let restart = station.restartAt !== undefined && startOfDay(station.restartAt) === day ? station.restartAt : undefined
  let next = 0
  const catchUp = (at: number): void => {
    if (restart !== undefined && restart <= at) {
      machine.restart(restart, true)
      restart = undefined
    }
    while (next < due.length && due[next]!.at <= at) due[next++]!.run()
  }
  for (const time of times) {
    catchUp(time)
    const at =
      time < machine.readyAt && time > machine.readyAt - HOUR ? machine.readyAt + world.random.next() * MINUTE : time
    event(world, station, at, owed)
  }
  catchUp(day + DAY)
}

const FAMILIES = weighted(Object.entries(DEVICE_SHARES) as [DeviceFamily, number][])
/** macOS and Linux have no registry, and no libraries are reported from there. */
const FAMILIES_ELSEWHERE = weighted(
  (Object.entries(DEVICE_SHARES) as [DeviceFamily, number][]).filter(
    ([family]) => !['registry', 'image', 'certificate'].includes(family),
  ),
)

function event(world: World, station: Station, at: number, owed: Map<string, number>): void {
  const { machine } = station
  const { device } = machine
  const { random } = world
  const atWork = device.owner !== undefined && random.chance(isWorkTime(at) ? 0.82 : 0.04)
  const family = (isWindows(device) ? FAMILIES : FAMILIES_ELSEWHERE).draw(random)
  if (family === 'process') {
    const debt = owed.get(device.id) ?? 0
    // The start itself is counted by the machine, so what was ordered is taken off again.
    owed.set(device.id, debt - 1)
    if (debt <= 0) machine.start((atWork ? station.starts.owner : station.starts.system).draw(random), at)
    return
  }
  if (family === 'certificate') {
    certificateInfo(world, at, device)
    return
  }
  if (family === 'logon') {
    const process = machine.ensure(isWindows(device) ? 'lsass' : device.platform === 'Linux' ? 'sshd' : 'launchd', at)
    logonEvent(world, at, machine, process)
    return
  }
  const process = actor(world, station, at, atWork)
  MAKE[family](world, Math.max(at, process.created + 40), process)
}

const MAKE: Readonly<
  Record<
    Exclude<DeviceFamily, 'process' | 'certificate' | 'logon'>,
    (world: World, at: number, process: Process) => void
  >
> = {
  network: networkEvent,
  file: fileEvent,
  registry: registryEvent,
  image: imageLoadEvent,
  device: deviceEvent,
}

/** The process that does something now: one that just started, or one that runs on. */
function actor(world: World, { machine, acts }: Station, at: number, atWork: boolean): Process {
  const { random } = world
  const recent = machine.recent[random.int(0, 11)]
  if (recent && at - recent.created < 2 * HOUR) return recent
  return machine.ensure((atWork ? acts.owner : acts.system).draw(random), at)
}
