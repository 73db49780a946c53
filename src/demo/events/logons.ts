/** DeviceLogonEvents: who signs in to a device, from where, and who fails to. */
import { type Account, type Device, isServer, isWindows, type Person } from '../firm.ts'
import { initiating, type Machine, type Process } from '../machine.ts'
import { weighted } from '../random.ts'
import { json, type World } from '../world.ts'

const TABLE = 'DeviceLogonEvents'

export interface Logon {
  readonly device: Device
  readonly at: number
  readonly account: Account
  readonly type:
    | 'Interactive'
    | 'Unlock'
    | 'Network'
    | 'RemoteInteractive'
    | 'Service'
    | 'Batch'
    | 'CachedInteractive'
    | 'Local'
  readonly protocol: 'Kerberos' | 'NTLM' | 'Negotiate'
  readonly from?: Device
  readonly failure?: string
  readonly isLocalAdmin?: boolean
  readonly logonId?: number
  /** The process that asked: lsass for the network, winlogon or svchost for people. */
  readonly process?: Process
}

export function logonRow(world: World, logon: Logon): void {
  const { device, account, from } = logon
  const failed = logon.failure !== undefined
  world.deviceRow(TABLE, device, logon.at, {
    ...(logon.process && initiating(logon.process, TABLE)),
    ActionType: failed ? 'LogonFailed' : 'LogonSuccess',
    LogonType: logon.type,
    AccountDomain: account.domain,
    AccountName: account.name,
    AccountSid: account.sid,
    Protocol: logon.protocol,
    ...(failed && { FailureReason: logon.failure }),
    ...(!failed && {
      IsLocalAdmin: logon.isLocalAdmin ?? false,
      LogonId: logon.logonId ?? world.random.int(400_000, 90_000_000),
    }),
    ...(from && {
      RemoteDeviceName: from.name.slice(0, from.name.indexOf('.')),
      RemoteIP: from.ip,
      RemoteIPType: 'Private',
      RemotePort: world.random.int(49_152, 65_500),
    }),
    AdditionalFields: json({ IsLocalLogon: from === undefined }),
  })
}

/** The logon that a session begins with. */
export function sessionLogon(world: World, machine: Machine, userinit: Process): void {
  const person = machine.user
  if (!person) return
  logonRow(world, {
    device: machine.device,
    at: userinit.created - 300,
    account: person,
    type: isServer(machine.device) ? 'RemoteInteractive' : 'Interactive',
    protocol: 'Negotiate',
    logonId: machine.userLogonId,
    isLocalAdmin: person.isAdmin,
    ...(userinit.parent && { process: userinit.parent }),
    ...(isServer(machine.device) && {
      from: world.firm.devices.find((d) => d.owner?.employeeId === person.employeeId)!,
    }),
  })
}

const WORKSTATION = weighted<Logon['type']>([
  ['Unlock', 50],
  ['Interactive', 12],
  ['Network', 20],
  ['Service', 8],
  ['Batch', 4],
  ['CachedInteractive', 6],
])
const SERVER = weighted<Logon['type']>([
  ['Network', 85],
  ['RemoteInteractive', 3],
  ['Service', 8],
  ['Batch', 4],
])

/** @param process lsass, or what stands for it */
export function logonEvent(world: World, at: number, { device, user }: Machine, process: Process): void {
  const { random, firm } = world
  const owner = device.owner
  if (!isWindows(device)) {
    const account = {
      domain: device.name.slice(0, device.name.indexOf('.')),
      name: (owner ?? random.pick(firm.admins)).name,
      sid: '',
    }
    logonRow(world, { device, at, account, type: 'Local', protocol: 'Negotiate', process })
    return
  }
  const type = (isServer(device) ? SERVER : WORKSTATION).draw(random)
  const remote = type === 'Network' || type === 'RemoteInteractive'
  const person: Person =
    type === 'RemoteInteractive' || (remote && !isServer(device))
      ? random.pick(firm.admins)
      : (owner ?? (remote ? random.pick(firm.people) : (user ?? firm.admins[0]!)))
  const fails = random.chance(type === 'Network' ? 0.05 : 0.03)
  logonRow(world, {
    device,
    at,
    account: person,
    type,
    protocol: type === 'Network' ? (random.chance(0.8) ? 'Kerberos' : 'NTLM') : 'Negotiate',
    process,
    isLocalAdmin: person.isAdmin,
    ...(remote && { from: deviceOf(world, person) }),
    ...(fails && { failure: random.chance(0.9) ? 'InvalidUserNameOrPassword' : 'AccountLocked' }),
  })
}

/** A person's own workstation. */
export const deviceOf = ({ firm }: World, person: Person): Device =>
  firm.devices.find((d) => d.owner?.employeeId === person.employeeId) ?? firm.devices[0]!
