/** The processes of an import, put together from every event that says something of them; fills `InitiatingProcess*`. */
import { createHash } from 'node:crypto'
import type { PlacedEvent } from './placed-event.ts'
import { account, append, elevation, fileName, hashes, integrity, isoTime, number, type Row } from './values.ts'

export interface Process {
  readonly device: string
  readonly guid: string
  image: string
  command: string
  user: string
  pid: number | null
  /** ISO text. */
  start: string | null
  elevation: string | null
  /** What the event of its creation says of it, when that was recorded. */
  created?: Row
  parentGuid: string
}

export interface Processes {
  byGuid(device: string, guid: string): Process | undefined
  /** The process that had this id at this moment. */
  byPid(device: string, pid: number | null, at: string): Process | undefined
  /** Account's security identifier, where an event of the import names both. */
  sidOf(user: string): string | null
  initiating(process: Process | undefined, deviceId: string): Row
  uniqueId(process: Process | undefined, deviceId: string): string | null
}

const WELL_KNOWN: Readonly<Record<string, string>> = {
  'nt authority\\system': 'S-1-5-18',
  'nt authority\\local service': 'S-1-5-19',
  'nt authority\\network service': 'S-1-5-20',
}

/** Learns from events, one by one; what is asked of it afterwards is known then. */
export interface ProcessLearner {
  learn(e: PlacedEvent): void
  processes(): Processes
}

export function processLearner(): ProcessLearner {
  const all = new Map<string, Process>()
  const sids = new Map<string, string>(Object.entries(WELL_KNOWN))

  const made: Made[] = []
  const learnProcess = (
    e: PlacedEvent,
    guid: string,
    pid: string,
    image: string,
    user = '',
    command = '',
  ): Process | undefined => {
    const plain = plainGuid(guid)
    if (plain === '') return undefined
    const key = `${e.device} ${plain}`
    let found = all.get(key)
    if (!found) {
      found = {
        device: e.device,
        guid: plain,
        image: '',
        command: '',
        user: '',
        pid: null,
        start: startOf(plain),
        elevation: null,
        parentGuid: '',
      }
      all.set(key, found)
    }
    found.image ||= image
    found.command ||= command
    found.user ||= user
    found.pid ??= number(pid)
    return found
  }

  const learn = (e: PlacedEvent): void => {
    const { get } = e.event
    if (!e.event.sysmon) {
      for (const side of ['Target', 'Subject']) {
        const sid = get(`${side}UserSid`) || get(`${side}Sid`)
        const user = `${get(`${side}DomainName`)}\\${get(`${side}UserName`)}`.toLowerCase()
        if (/^S-1-/.test(sid) && user.length > 1 && sid !== 'S-1-0-0' && !sids.has(user)) sids.set(user, sid)
      }
      if (e.event.id === 4688) made.push(madeOf(e))
    } else if (e.event.id === 1) {
      const own = learnProcess(e, get('ProcessGuid'), get('ProcessId'), get('Image'), get('User'), get('CommandLine'))
      if (own) {
        own.created = createdColumns(get)
        own.image = get('Image') || own.image
        own.command = get('CommandLine') || own.command
        own.user = get('User') || own.user
        own.start = isoTime(get('UtcTime')) ?? own.start
        own.parentGuid = plainGuid(get('ParentProcessGuid'))
      }
      learnProcess(
        e,
        get('ParentProcessGuid'),
        get('ParentProcessId'),
        get('ParentImage'),
        get('ParentUser'),
        get('ParentCommandLine'),
      )
    } else {
      learnProcess(e, get('ProcessGuid'), get('ProcessId'), get('Image'), get('User'))
      learnProcess(e, get('SourceProcessGuid'), get('SourceProcessId'), get('SourceImage'), get('SourceUser'))
      learnProcess(e, get('TargetProcessGuid'), get('TargetProcessId'), get('TargetImage'), get('TargetUser'))
    }
  }
  return {
    learn,
    processes() {
      takeTokens(made, all)
      return processesOf(all, sids)
    },
  }
}

function processesOf(all: ReadonlyMap<string, Process>, sids: ReadonlyMap<string, string>): Processes {
  const byPid = new Map<string, Process[]>()
  for (const p of all.values()) {
    if (p.pid !== null) append(byPid, `${p.device} ${p.pid}`, p)
  }
  const sidOf = (user: string): string | null => sids.get(user.toLowerCase()) ?? null
  const uniqueId = (p: Process | undefined, deviceId: string): string | null =>
    p
      ? String(
          createHash('sha1')
            .update(deviceId + p.guid)
            .digest()
            .readBigUInt64BE() >> 1n,
        )
      : null

  /** A process is named by many events. */
  const blocks = new Map<Process, Row>()

  return {
    byGuid: (device, guid) => all.get(`${device} ${plainGuid(guid)}`),
    byPid(device, pid, at) {
      let best: Process | undefined
      for (const p of byPid.get(`${device} ${pid}`) ?? []) {
        if (p.start !== null && p.start <= at && (best?.start ?? '') <= p.start) best = p
      }
      return best
    },
    sidOf,
    uniqueId,
    initiating(p, deviceId) {
      if (!p) return {}
      let known = blocks.get(p)
      if (!known) {
        known = block(p, all.get(`${p.device} ${p.parentGuid}`), sidOf, uniqueId(p, deviceId))
        blocks.set(p, known)
      }
      return known
    },
  }
}

/** What a Security 4688 says of a process that Sysmon may know too. */
interface Made {
  /** The device, and the name of the image in lower case. */
  readonly key: string
  /** Milliseconds. */
  readonly time: number
  readonly elevation: string | null
  readonly pid: number | null
}

const madeOf = ({ event, device, time }: PlacedEvent): Made => ({
  key: `${device} ${fileName(event.get('NewProcessName')).toLowerCase()}`,
  time: Date.parse(time),
  elevation: elevation(event.get('TokenElevationType')),
  pid: number(event.get('NewProcessId')),
})

/** Of two clocks for the start of one process. */
const SAME_START = 2000

/** Security 4688 tells the token of a process, and its id where Sysmon's is lost. */
function takeTokens(made: readonly Made[], all: ReadonlyMap<string, Process>): void {
  /** By name and by seconds: a name like svchost.exe starts many times. */
  const named = new Map<string, { readonly start: number; readonly process: Process }[]>()
  const second = (time: number): number => Math.floor(time / SAME_START)
  if (made.length === 0) return
  for (const p of all.values()) {
    if (p.start === null) continue
    const start = Date.parse(p.start)
    const key = `${p.device} ${fileName(p.image).toLowerCase()} ${second(start)}`
    append(named, key, { start, process: p })
  }
  for (const { key, time, elevation: token, pid } of made) {
    const near = [-1, 0, 1].flatMap((n) => named.get(`${key} ${second(time) + n}`) ?? [])
    const found = near.find(({ start }) => Math.abs(start - time) <= SAME_START)?.process
    if (!found) continue
    found.elevation ??= token
    found.pid ??= pid
  }
}

/** Of `InitiatingProcess*`, those that only the process's creation tells. */
function createdColumns(get: (name: string) => string): Row {
  const { MD5, SHA1, SHA256 } = hashes(get('Hashes'))
  return {
    InitiatingProcessIntegrityLevel: integrity(get('IntegrityLevel')),
    InitiatingProcessLogonId: number(get('LogonId')),
    InitiatingProcessSessionId: number(get('TerminalSessionId')),
    InitiatingProcessMD5: MD5,
    InitiatingProcessSHA1: SHA1,
    InitiatingProcessSHA256: SHA256,
    ...versionColumns('InitiatingProcess', get),
  }
}

function block(p: Process, parent: Process | undefined, sidOf: Processes['sidOf'], uniqueId: string | null): Row {
  const parentImage = parent?.image ?? ''
  return {
    ...imageColumns(p.image),
    InitiatingProcessId: p.pid,
    InitiatingProcessCommandLine: p.command,
    InitiatingProcessCreationTime: p.start,
    ...accountColumns('InitiatingProcessAccount', p.user, sidOf),
    InitiatingProcessTokenElevation: p.elevation,
    ...p.created,
    InitiatingProcessParentFileName: parentImage && fileName(parentImage),
    InitiatingProcessParentId: parent?.pid ?? null,
    InitiatingProcessParentCreationTime: parent?.start ?? null,
    InitiatingProcessUniqueId: uniqueId,
  }
}

/** The image's two columns: the name as written, the whole path in lower case. */
export const imageColumns = (image: string): Row =>
  image === ''
    ? {}
    : {
        InitiatingProcessFileName: fileName(image),
        InitiatingProcessFolderPath: fileName(image) === image ? null : image.toLowerCase(),
      }

export function accountColumns(prefix: string, user: string, sidOf: Processes['sidOf'], sid = ''): Row {
  if (user === '' || user === '\\') return {}
  const { domain, name } = account(user)
  return {
    [`${prefix}Domain`]: domain.toLowerCase(),
    [`${prefix}Name`]: name.toLowerCase(),
    [`${prefix}Sid`]: sid || sidOf(user),
  }
}

export const versionColumns = (prefix: string, get: (name: string) => string): Row => ({
  [`${prefix}VersionInfoCompanyName`]: get('Company'),
  [`${prefix}VersionInfoProductName`]: get('Product'),
  [`${prefix}VersionInfoProductVersion`]: get('FileVersion').split(' ')[0],
  [`${prefix}VersionInfoOriginalFileName`]: get('OriginalFileName'),
  [`${prefix}VersionInfoFileDescription`]: get('Description'),
})

/** Lower case without braces; "" for the all-zero one. */
function plainGuid(guid: string): string {
  const plain = guid.toLowerCase().replace(/[{}]/g, '')
  return /^[0-]*$/.test(plain) ? '' : plain
}

/** The third and second group of a Sysmon GUID are the process's start in Unix seconds. */
function startOf(guid: string): string | null {
  const [, low, high] = /^[0-9a-f]+-([0-9a-f]{4})-([0-9a-f]{4})-/.exec(guid) ?? []
  return low && high ? new Date(Number.parseInt(high + low, 16) * 1000).toISOString() : null
}
