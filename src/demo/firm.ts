/** The firm of the demo data: Ternbay Marine, fifty people and sixty devices. All names and addresses are invented or reserved. */
import { createHash } from 'node:crypto'
import type { Random } from './random.ts'

/** The reserved top-level domain `example` keeps it from ever being anybody's. */
export const DOMAIN = 'ternbay.example'
export const NETBIOS = 'ternbay'
export const TENANT = '8c4a1d52-6e0b-4f37-9b1e-20d6c5a7f310'
export const DOMAIN_SID = 'S-1-5-21-2091744387-1407865823-3870124561'
/** Where the office meets the outside (a documentation range, RFC 5737). */
export const OFFICE_IP = '192.0.2.10'

export interface Account {
  readonly domain: string
  readonly name: string
  readonly sid: string
  readonly upn?: string
  readonly objectId?: string
}

export interface Person extends Account {
  readonly upn: string
  readonly objectId: string
  readonly displayName: string
  readonly givenName: string
  readonly surname: string
  readonly department: string
  readonly title: string
  readonly city: string
  readonly phone: string
  readonly employeeId: string
  /** An administrator's second account has the first one's person. */
  readonly isAdmin: boolean
  /** Where they work from when they are not in the office. */
  readonly homeIp: string
}

export type Platform = 'Windows11' | 'Windows10' | 'WindowsServer2022' | 'WindowsServer2019' | 'Linux' | 'macOS'
export type DeviceRole =
  | 'workstation'
  | 'domain controller'
  | 'file server'
  | 'database'
  | 'web'
  | 'application'
  | 'management'

export interface Device {
  readonly id: string
  readonly name: string
  readonly platform: Platform
  readonly role: DeviceRole
  /** Whose it is; servers are nobody's. */
  readonly owner?: Person
  readonly ip: string
  readonly mac: string
  readonly aadId: string
  readonly build: number
  readonly revision: string
  readonly osVersion: string
  readonly vendor: string
  readonly model: string
  readonly group: string
}

export interface Firm {
  readonly people: readonly Person[]
  /** Accounts that only administer. */
  readonly admins: readonly Person[]
  readonly devices: readonly Device[]
  readonly domainController: Device
  readonly fileServer: Device
  /** The finance clerk whom the phishing mail reaches, and her workstation. */
  readonly victim: Person
  readonly victimDevice: Device
  /** The administrator whose credentials are taken. */
  readonly stolen: Person
}

export const SYSTEM: Account = { domain: 'nt authority', name: 'system', sid: 'S-1-5-18' }
export const LOCAL_SERVICE: Account = { domain: 'nt authority', name: 'local service', sid: 'S-1-5-19' }
export const NETWORK_SERVICE: Account = { domain: 'nt authority', name: 'network service', sid: 'S-1-5-20' }
export const ROOT: Account = { domain: '', name: 'root', sid: '' }
export const WWW: Account = { domain: '', name: 'www-data', sid: '' }

/** Department, titles, and how many work there. */
const DEPARTMENTS: readonly (readonly [string, readonly string[], number])[] = [
  ['Finance', ['Accounts Payable Clerk', 'Financial Controller', 'Payroll Officer', 'Accountant'], 8],
  ['Sales', ['Account Manager', 'Sales Executive', 'Sales Director'], 11],
  ['Engineering', ['Naval Architect', 'Design Engineer', 'Test Engineer', 'Software Developer'], 12],
  ['Operations', ['Yard Planner', 'Purchasing Officer', 'Logistics Coordinator'], 8],
  ['Human Resources', ['HR Adviser', 'Recruiter'], 3],
  ['Marketing', ['Designer', 'Content Editor'], 3],
  ['IT', ['Systems Administrator', 'Service Desk Analyst', 'Security Analyst'], 4],
  ['Management', ['Managing Director'], 1],
]

const GIVEN =
  'Aoife Bram Carla Dilan Edith Farid Greta Hamza Ines Joris Kaori Lukas Mira Nadia Oskar Priya Quinn Rosa Stefan Tara Ugo Vera Wim Xenia Yusuf Zoe Anouk Bela Ciara Dario Elif Fiona Goran Hana Ivo Jana Karim Leila Marco Nora Otto Paula Rafael Sanne Tomas Ursula Viktor Wanda Ylva Zeno'.split(
    ' ',
  )
const SURNAMES =
  'Adler Brandt Castillo Dekker Eriksen Farrell Gruber Haddad Ibsen Jansen Kowalski Lindqvist Moreau Novak Okafor Petrov Quigley Rossi Silva Takahashi Ulrich Varga Winter Yilmaz Zeller Almeida Bakker Conti Duarte Engel Fischer Gallo Hughes Ivanov Jensen Keller Larsen Marin Nowak Olsen Pereira Ruiz Sato Torres Urban Vidal Weber Ximenes Young Zanetti'.split(
    ' ',
  )

const SERVERS: readonly (readonly [string, DeviceRole, Platform])[] = [
  ['tb-dc01', 'domain controller', 'WindowsServer2022'],
  ['tb-file01', 'file server', 'WindowsServer2022'],
  ['tb-sql01', 'database', 'WindowsServer2019'],
  ['tb-web01', 'web', 'WindowsServer2019'],
  ['tb-app01', 'application', 'WindowsServer2022'],
  ['tb-app02', 'application', 'WindowsServer2022'],
  ['tb-bkp01', 'application', 'WindowsServer2019'],
  ['tb-mgmt01', 'management', 'WindowsServer2022'],
  ['tb-lnx01', 'web', 'Linux'],
  ['tb-lnx02', 'application', 'Linux'],
]

const BUILDS: Readonly<Record<Platform, readonly [number, string, string]>> = {
  Windows11: [26100, '4652', '10.0'],
  Windows10: [19045, '6093', '10.0'],
  WindowsServer2022: [20348, '3932', '10.0'],
  WindowsServer2019: [17763, '7558', '10.0'],
  Linux: [0, '', '22.04'],
  macOS: [0, '', '15.5'],
}

export function firmOf(random: Random): Firm {
  const people = peopleOf(random)
  const it = people.filter((p) => p.department === 'IT')
  const admins = it.slice(0, 2).map((p, i) => adminOf(random, p, 1601 + i))
  const devices = [
    ...SERVERS.map(([name, role, platform], i) => deviceOf(random, name, role, platform, `10.20.1.${10 + i}`)),
    ...people.map((owner, i) => {
      const platform =
        owner.department === 'Marketing' && i % 2 === 0 ? 'macOS' : i % 4 === 3 ? 'Windows10' : 'Windows11'
      const name = platform === 'macOS' ? `tb-mac${String(i).padStart(3, '0')}` : `tb-ws${String(101 + i)}`
      return deviceOf(random, name, 'workstation', platform, `10.20.${4 + (i % 4)}.${20 + i}`, owner)
    }),
  ]
  const victim = people.find((p) => p.department === 'Finance' && p.title === 'Accounts Payable Clerk')!
  return {
    people,
    admins,
    devices,
    domainController: devices.find((d) => d.role === 'domain controller')!,
    fileServer: devices.find((d) => d.role === 'file server')!,
    victim,
    victimDevice: devices.find((d) => d.owner === victim)!,
    stolen: admins[0]!,
  }
}

function peopleOf(random: Random): Person[] {
  const seats = DEPARTMENTS.flatMap(([department, titles, count]) =>
    Array.from({ length: count }, (_, i) => ({ department, title: titles[i % titles.length]! })),
  )
  return seats.map(({ department, title }, i): Person => {
    const givenName = GIVEN[i]!
    const surname = SURNAMES[(i * 7) % SURNAMES.length]!
    const name = `${givenName}.${surname}`.toLowerCase()
    return {
      domain: NETBIOS,
      name,
      sid: `${DOMAIN_SID}-${1104 + i}`,
      upn: `${name}@${DOMAIN}`,
      objectId: random.guid(),
      displayName: `${givenName} ${surname}`,
      givenName,
      surname,
      department,
      title,
      city: random.chance(0.8) ? 'Galway' : 'Rotterdam',
      phone: `+353 91 555 0${100 + i}`,
      employeeId: `TB${String(2001 + i)}`,
      isAdmin: false,
      homeIp: `198.51.100.${100 + i}`,
    }
  })
}

const adminOf = (random: Random, person: Person, rid: number): Person => {
  const name = `adm-${person.givenName.toLowerCase()}`
  return {
    ...person,
    name,
    sid: `${DOMAIN_SID}-${rid}`,
    upn: `${name}@${DOMAIN}`,
    objectId: random.guid(),
    displayName: `${person.displayName} (admin)`,
    isAdmin: true,
  }
}

function deviceOf(
  random: Random,
  shortName: string,
  role: DeviceRole,
  platform: Platform,
  ip: string,
  owner?: Person,
): Device {
  const name = `${shortName}.${DOMAIN}`
  const [build, revision, osVersion] = BUILDS[platform]
  const [vendor, model] = hardware(random, role, platform)
  return {
    // 40 digits that mean nothing, like the real ones.
    id: createHash('sha1').update(`${TENANT} ${name}`).digest('hex'),
    name,
    platform,
    role,
    ...(owner && { owner }),
    ip,
    mac: `02:00:${random.hex(2)}:${random.hex(2)}:${random.hex(2)}:${random.hex(2)}`.toUpperCase(),
    aadId: random.guid(),
    build,
    revision,
    osVersion,
    vendor,
    model,
    group: role === 'workstation' ? 'Workstations' : 'Servers',
  }
}

function hardware(random: Random, role: DeviceRole, platform: Platform): readonly [string, string] {
  if (platform === 'macOS') return ['Apple', 'MacBookPro18,3']
  if (role !== 'workstation') return ['VMware', 'VMware20,1']
  return random.pick([
    ['Dell', 'Latitude 7440'],
    ['Lenovo', 'ThinkPad T14 Gen 4'],
    ['HP', 'EliteBook 840 G10'],
  ] as const)
}

export const isWindows = (device: Device): boolean => device.platform.startsWith('Windows')
export const isServer = (device: Device): boolean => device.role !== 'workstation'
/** `tb-ws101`, as Windows shows it: `TB-WS101`. */
export const hostName = (device: Device): string => device.name.slice(0, device.name.indexOf('.')).toUpperCase()
