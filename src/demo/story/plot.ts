/** The plot of the attack in the demo data: who, when, and with which files; its chapters lie beside this file. */
import type { Mail, Sender } from '../events/mail.ts'
import { processCreated } from '../events/processes.ts'
import type { Account, Device, Firm, Person } from '../firm.ts'
import type { Host } from '../hosts.ts'
import type { Machine, Process } from '../machine.ts'
import { type FileFacts, fileFacts, PROGRAMS, type Program, program } from '../software.ts'
import { DAY, HOUR, MINUTE, startOfDay } from '../time.ts'
import type { World } from '../world.ts'

export interface Step {
  readonly at: number
  /** The device that it happens on; its own processes must have got that far. */
  readonly device?: Device
  readonly run: () => void
}

export interface Plot {
  readonly world: World
  readonly firm: Firm
  readonly machine: (device: Device) => Machine
  readonly steps: Step[]
  /** Adds a step at about a time; it is told the time exactly. */
  readonly step: (about: number, device: Device | undefined, run: (at: number) => void) => void
  readonly times: {
    readonly mailed: number
    readonly opened: number
    /** The victim's mailbox is used from elsewhere. */
    readonly night: number
    /** The file server is entered. */
    readonly lateral: number
    /** The last file is sent. */
    readonly end: number
  }
  readonly files: Files
  readonly recipients: readonly Person[]
  /** One each, in the same order. */
  readonly mails: readonly Mail[]
  /** The processes that act for the attacker, once they run. */
  readonly acting: { helper?: Process; service?: Process; copier?: Process }
}

/** Each has one identity wherever it turns up. */
export interface Files {
  readonly document: FileFacts
  readonly helper: Program
  readonly memory: FileFacts
  readonly service: Program
  readonly archiver: Program
  readonly archive: FileFacts
  readonly copier: Program
}

/** About a second: with whole ones, rows of one step would all end in the same digits. */
export const MOMENT = 1003.7319

const PHISHER: Sender = {
  address: 'billing@fabrikam-invoices.example',
  name: 'Fabrikam Billing',
  ip: '203.0.113.140',
}
export const LURE: Host = { name: 'view.fabrikam-invoices.example', ip: '203.0.113.141', port: 443 }
export const LURE_URL = `https://${LURE.name}/INV-20931`
export const CONTROL: Host = { name: 'cdn-telemetry.example.org', ip: '203.0.113.66', port: 443 }
export const DROP: Host = { name: 'storage.nimbus-drive.example', ip: '198.51.100.77', port: 443 }
export const ATTACKER_IP = '203.0.113.99'

/** What PowerShell's -EncodedCommand takes: base64 of UTF-16. It prints a sentence. */
export const SCRIPT = `Write-Host 'Harrier demo data: nothing is fetched from https://${CONTROL.name}/start'`
const ENCODED = Buffer.from(SCRIPT, 'utf16le').toString('base64')
export const POWERSHELL_LINE = `powershell.exe -NoProfile -WindowStyle Hidden -EncodedCommand ${ENCODED}`

export const DISCOVERY: readonly (readonly [string, string])[] = [
  ['whoami', 'whoami /all'],
  ['ipconfig', 'ipconfig /all'],
  ['systeminfo', 'systeminfo'],
  ['net', 'net group "Domain Admins" /domain'],
  ['net', 'net view \\\\tb-file01'],
  ['nltest', 'nltest /dclist:ternbay.example'],
  ['quser', 'quser'],
]

export const runKey = (person: Account): string =>
  `HKEY_CURRENT_USER\\${person.sid}\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run`

export function plotOf(world: World, machine: (device: Device) => Machine): Plot {
  const { firm, random, now } = world
  const steps: Step[] = []
  const end = now - 26 * HOUR
  // A mail is opened in the morning: the last one that leaves a day and a half.
  const latest = end - 38 * HOUR
  const morning = startOfDay(latest) + 9 * HOUR + 12 * MINUTE
  const mailed = morning > latest ? morning - DAY : morning
  const files = filesOf(firm.victim)
  const recipients = recipientsOf(firm)
  return {
    world,
    firm,
    machine,
    steps,
    step(about, device, run) {
      const at = about + random.next() * 900
      steps.push({ at, ...(device && { device }), run: () => run(at) })
    },
    times: { mailed, opened: mailed + 9 * MINUTE, night: mailed + 20 * HOUR, lateral: end - 230 * MINUTE, end },
    files,
    recipients,
    mails: mailsTo(world, recipients, files.document, mailed),
    acting: {},
  }
}

function filesOf(victim: Person): Files {
  const home = `C:\\Users\\${victim.name}`
  const cache = `${home}\\AppData\\Local\\Microsoft\\Windows\\INetCache\\Content.Outlook\\7K2M9QPD\\INV-20931.docm`
  const document = fileFacts(cache, 'INV-20931.docm', 84_480)
  const helper: Program = {
    ...program(
      `${home}\\AppData\\Roaming\\OneSync\\onesync.exe`,
      'OneSync',
      'OneSync Helper',
      'OneSync Helper',
      '1.0.3.0',
    ),
    signer: 'Unsigned',
  }
  const service: Program = {
    ...program('C:\\Windows\\onesvc.exe', 'OneSync', 'OneSync Helper', 'OneSync Service', '1.0.3.0'),
    signer: 'Unsigned',
  }
  const archiver: Program = { ...PROGRAMS.get('7z')!, folderPath: 'C:\\ProgramData\\sync\\7z.exe' }
  const copier: Program = {
    ...program(
      'C:\\ProgramData\\sync\\syncutil.exe',
      'https://rclone.example',
      'Rclone',
      'Rclone',
      '1.71.2',
      'rclone.exe',
    ),
    signer: 'Unsigned',
  }
  const archive = fileFacts('C:\\ProgramData\\sync\\fin.7z', 'fin.7z', 1_873_240_064)
  const memory = fileFacts('C:\\Users\\Public\\sync.dat', 'sync.dat', 61_202_432)
  return { document, helper, memory, service, archiver, archive, copier }
}

const recipientsOf = (firm: Firm): Person[] => [
  firm.victim,
  ...firm.people.filter((p) => p !== firm.victim && p.department === 'Finance').slice(0, 3),
  ...firm.people.filter((p) => p.department === 'Sales').slice(0, 2),
]

/** The last two copies are junked. */
const mailsTo = ({ random }: World, recipients: readonly Person[], document: FileFacts, mailed: number): Mail[] =>
  recipients.map(
    (person, i): Mail => ({
      at: mailed + i * 2 * MOMENT,
      id: random.guid(),
      sender: PHISHER,
      recipient: person.upn,
      recipientObjectId: person.objectId,
      subject: 'Overdue invoice INV-20931 - final reminder',
      direction: 'Inbound',
      attachments: [{ ...document, fileName: 'INV-20931.docm' }],
      urls: [LURE_URL],
      cluster: 2_093_100_417,
      ...(i >= 4 && { verdict: { threat: 'Phish', action: 'Junked', by: 'Advanced filter' } as const }),
    }),
  )

/** A process of the story, with its row. */
export function started(
  { world }: Plot,
  machine: Machine,
  file: Program,
  at: number,
  parent: Process | undefined,
  commandLine: string,
  account: Account,
): Process {
  const process = machine.run(file, { at, commandLine, account, parent })
  processCreated(world, process)
  return process
}
