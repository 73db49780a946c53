/** A running device of the demo data: which processes live on it, so that every parent named in a row has existed. */
import {
  type Account,
  type Device,
  DOMAIN_SID,
  type Firm,
  hostName,
  isServer,
  isWindows,
  LOCAL_SERVICE,
  NETWORK_SERVICE,
  type Person,
  ROOT,
  SYSTEM,
  WWW,
} from './firm.ts'
import type { Random } from './random.ts'
import { bootRecipes, fill, RECIPES, type Recipe, type RunsAs } from './recipes.ts'
import { PROGRAMS, type Program } from './software.ts'
import { isoTime, MINUTE, SECOND } from './time.ts'
import { columnsOf } from './world.ts'

export interface Process {
  readonly device: Device
  readonly program: Program
  readonly id: number
  readonly uniqueId: string
  readonly commandLine: string
  readonly created: number
  readonly createdText: string
  readonly account: Account
  readonly integrity: string
  readonly elevation: string
  readonly logonId: number
  readonly session: number
  readonly parent: Process | undefined
  /** Its InitiatingProcess* columns, by table. */
  readonly blocks: Map<string, Readonly<Record<string, unknown>>>
}

/** What a process is besides its program; the rest is drawn. */
export interface Start {
  readonly at: number
  readonly commandLine: string
  readonly account: Account
  readonly parent: Process | undefined
  readonly integrity?: string
  readonly logonId?: number
  readonly session?: number
  readonly id?: number
}

export interface Machine {
  readonly device: Device
  /** No event comes before this time: the device is starting. */
  readonly readyAt: number
  /** Who is signed in, once somebody is. */
  readonly user: Person | undefined
  readonly userLogonId: number
  /** Processes of late, the last first. */
  readonly recent: readonly Process[]
  /** The process of a recipe that runs on; started when it is not there. */
  ensure(key: string, at: number): Process
  /** A new process of a recipe. */
  start(key: string, at: number): Process
  /** A new process of any program. */
  run(program: Program, start: Start): Process
  /** @param recorded false for a start before the month, which left no rows */
  restart(at: number, recorded: boolean): void
  signOut(): void
}

/** Called for each process that starts within the month. */
export type OnStart = (machine: Machine, process: Process, key: string) => void

export function machineOf(device: Device, firm: Firm, random: Random, onStart: OnStart): Machine {
  const live = new Map<string, Process>()
  const recent: Process[] = []
  const servers = firm.devices.filter(isServer).map((d) => d.name.slice(0, d.name.indexOf('.')))
  let readyAt = 0
  let user: Person | undefined
  let userLogonId = 0

  const run = (program: Program, start: Start): Process => {
    const integrity = start.integrity ?? integrityOf(start.account, device)
    const isUser = start.account.sid.startsWith(DOMAIN_SID) && isWindows(device)
    return {
      device,
      program,
      id: start.id ?? (isWindows(device) ? 4 * random.int(150, 7900) : random.int(300, 99_000)),
      uniqueId:
        device.platform === 'macOS'
          ? '0'
          : `${random.int(1_0000_0000, 9_9999_9999)}${random.int(1000_0000, 9999_9999)}`,
      commandLine: start.commandLine,
      created: start.at,
      createdText: isoTime(start.at),
      account: start.account,
      integrity,
      elevation: elevationOf(integrity, device),
      logonId: start.logonId ?? WELL_KNOWN_LOGONS.get(start.account.sid) ?? (isUser ? userLogonId : 0),
      session: start.session ?? (isUser ? 1 : 0),
      parent: start.parent,
      blocks: new Map(),
    }
  }

  const begin = (recipe: Recipe, at: number, recorded: boolean): Process => {
    const parent = recipe.parent === undefined ? undefined : parentOf(recipe.parent, at, recorded)
    const time = parent ? Math.max(at, parent.created + 20 + 180 * random.next()) : at
    if (recipe.key === 'userinit') {
      user = device.owner ?? random.pick(firm.admins)
      userLogonId = random.int(400_000, 90_000_000)
    }
    const account = accountOf(recipe.as)
    const process = run(PROGRAMS.get(recipe.program)!, {
      at: time,
      commandLine: fill(recipe.command, random, { user: account.name, servers, people: firm.people }),
      account,
      parent,
      ...(recipe.key.endsWith(':renderer') && { integrity: 'Low' }),
      ...(recipe.as === 'admin' && account !== user && isWindows(device) && { logonId: userLogonId + 7919 }),
    })
    if (recipe.stays) live.set(recipe.key, process)
    if (recorded) {
      if (!recipe.atBoot) {
        recent.unshift(process)
        if (recent.length > 8) recent.pop()
      }
      onStart(machine, process, recipe.key)
    }
    return process
  }

  /** A parent that does not run on was started for this, a few seconds before. */
  const parentOf = (key: string, at: number, recorded: boolean): Process => {
    const running = live.get(key)
    if (running) return running
    const recipe = RECIPES.get(key)!
    const late = recipe.stays
      ? undefined
      : recent.find((p) => p.program === PROGRAMS.get(recipe.program) && at - p.created < 2 * MINUTE && p.created < at)
    return late ?? begin(recipe, at - (1 + 4 * random.next()) * SECOND, recorded)
  }

  const accountOf = (as: RunsAs): Account => {
    switch (as) {
      case 'system':
        return SYSTEM
      case 'local service':
        return LOCAL_SERVICE
      case 'network service':
        return NETWORK_SERVICE
      case 'root':
        return ROOT
      case 'www':
        return WWW
      case 'user':
        return onHost(device.owner ?? user ?? firm.admins[0]!)
      case 'admin':
        return onHost(firm.admins.find((a) => a.employeeId === device.owner?.employeeId) ?? user ?? firm.admins[1]!)
    }
  }

  /** Linux and macOS know their users themselves. */
  const onHost = (person: Person): Account =>
    isWindows(device) ? person : { domain: hostName(device).toLowerCase(), name: person.name, sid: '' }

  const boot = (at: number, recorded: boolean): void => {
    live.clear()
    recent.length = 0
    user = undefined
    let time = at
    for (const key of bootRecipes(device)) {
      time += (0.1 + random.next()) * SECOND
      begin(RECIPES.get(key)!, time, recorded)
    }
    readyAt = time + MINUTE
  }

  const machine: Machine = {
    device,
    get readyAt() {
      return readyAt
    },
    get user() {
      return user
    },
    get userLogonId() {
      return userLogonId
    },
    recent,
    ensure: (key, at) => live.get(key) ?? begin(RECIPES.get(key)!, at - (2 + 8 * random.next()) * SECOND, true),
    start: (key, at) => begin(RECIPES.get(key)!, at, true),
    run,
    restart: boot,
    signOut() {
      for (const key of [...live.keys()]) if (!RECIPES.get(key)!.atBoot) live.delete(key)
      recent.length = 0
      user = undefined
    },
  }
  return machine
}

const WELL_KNOWN_LOGONS: ReadonlyMap<string, number> = new Map([
  [SYSTEM.sid, 999],
  [LOCAL_SERVICE.sid, 997],
  [NETWORK_SERVICE.sid, 996],
])

function integrityOf(account: Account, device: Device): string {
  if (!isWindows(device)) return ''
  if (!account.sid.startsWith(DOMAIN_SID)) return 'System'
  return 'isAdmin' in account && account.isAdmin ? 'High' : 'Medium'
}

function elevationOf(integrity: string, device: Device): string {
  if (!isWindows(device)) return 'None'
  return integrity === 'High' ? 'TokenElevationTypeFull' : 'TokenElevationTypeDefault'
}

/** The columns that say in a row of a table which process did it. */
export function initiating(process: Process, table: string): Readonly<Record<string, unknown>> {
  let block = process.blocks.get(table)
  if (!block) {
    const all = process.blocks.get(ALL) ?? allColumns(process)
    process.blocks.set(ALL, all)
    const columns = columnsOf(table)
    const own: Record<string, unknown> = {}
    for (const name in all) {
      const value = all[name]
      if (value !== undefined && value !== '' && columns.has(name)) own[name] = value
    }
    block = own
    process.blocks.set(table, own)
  }
  return block
}

/** Stands for no table: all the columns that any of them has. */
const ALL = ''

function allColumns(process: Process): Record<string, unknown> {
  const { device, program, account, parent } = process
  const windows = isWindows(device)
  return {
    InitiatingProcessFileName: shownName(process),
    InitiatingProcessFolderPath: windows ? program.folderPath.toLowerCase() : program.folderPath,
    InitiatingProcessSHA1: program.sha1,
    InitiatingProcessSHA256: program.sha256,
    InitiatingProcessMD5: program.md5,
    InitiatingProcessFileSize: program.size,
    InitiatingProcessId: process.id,
    InitiatingProcessCommandLine: process.commandLine,
    InitiatingProcessCreationTime: process.createdText,
    InitiatingProcessAccountDomain: account.domain,
    InitiatingProcessAccountName: account.name,
    InitiatingProcessAccountSid: account.sid,
    InitiatingProcessAccountUpn: account.upn,
    InitiatingProcessAccountObjectId: account.objectId,
    InitiatingProcessLogonId: process.logonId,
    InitiatingProcessIntegrityLevel: process.integrity,
    InitiatingProcessTokenElevation: process.elevation,
    InitiatingProcessVersionInfoCompanyName: program.company,
    InitiatingProcessVersionInfoProductName: program.product,
    InitiatingProcessVersionInfoProductVersion: program.version,
    InitiatingProcessVersionInfoInternalFileName: program.internalName,
    InitiatingProcessVersionInfoOriginalFileName: program.originalName,
    InitiatingProcessVersionInfoFileDescription: program.description,
    InitiatingProcessParentId: parent?.id ?? (windows && process.id !== KERNEL_ID ? KERNEL_ID : 0),
    InitiatingProcessParentFileName: parent ? shownName(parent) : windows && process.id !== KERNEL_ID ? 'System' : '',
    InitiatingProcessParentCreationTime: parent?.createdText,
    InitiatingProcessSignerType: windows ? program.signer : undefined,
    InitiatingProcessSignatureStatus: windows ? (program.signer === 'Unsigned' ? 'Unsigned' : 'Valid') : undefined,
    InitiatingProcessSessionId: process.session,
    IsInitiatingProcessRemoteSession: false,
    InitiatingProcessUniqueId: process.uniqueId,
  }
}

/** The System process of Windows. */
export const KERNEL_ID = 4

/** Defender writes the names of initiating processes of Windows in lower case, but for System's. */
const shownName = ({ device, program, id }: Process): string =>
  isWindows(device) && id !== KERNEL_ID ? program.fileName.toLowerCase() : program.fileName
