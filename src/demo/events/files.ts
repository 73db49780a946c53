/** DeviceFileEvents: files made, changed, renamed and deleted. */
import { isWindows } from '../firm.ts'
import { outsideHost } from '../hosts.ts'
import { initiating, type Process } from '../machine.ts'
import { type Random, weighted } from '../random.ts'
import { documentName } from '../recipes.ts'
import { type FileFacts, fileFacts } from '../software.ts'
import { json, type World } from '../world.ts'

const TABLE = 'DeviceFileEvents'

type Kind = 'FileCreated' | 'FileModified' | 'FileRenamed' | 'FileDeleted'

const KINDS = weighted<Kind>([
  ['FileCreated', 62],
  ['FileModified', 20],
  ['FileRenamed', 11],
  ['FileDeleted', 7],
])

export function fileEvent(world: World, at: number, process: Process): void {
  const { random } = world
  const path = pathFor(random, process)
  // One name in many places is one file only when its contents are too: a fresh identity each time.
  const file = fileFacts(path, `${path} ${random.hex(8)}`)
  const kind = KINDS.draw(random)
  const isDownload = kind === 'FileCreated' && /\\Downloads\\/.test(path)
  const host = isDownload ? outsideHost(random, '') : undefined
  fileRow(world, at, process, kind, file, {
    ...(host && {
      FileOriginUrl: `https://${host.name}/download/${encodeURIComponent(file.fileName)}`,
      FileOriginReferrerUrl: `https://${host.name}/`,
      FileOriginIP: host.ip,
    }),
    ...(kind === 'FileRenamed' && previousName(path)),
    ...(kind === 'FileCreated' && { AdditionalFields: json({ FileType: fileType(path) }) }),
  })
}

export function fileRow(
  world: World,
  at: number,
  process: Process,
  kind: string,
  file: FileFacts,
  more: Record<string, unknown> = {},
): void {
  const { account } = process
  world.deviceRow(TABLE, process.device, at, {
    ...initiating(process, TABLE),
    ActionType: kind,
    FileName: file.fileName,
    FolderPath: file.folderPath,
    ...(kind !== 'FileDeleted' && { SHA1: file.sha1, SHA256: file.sha256, MD5: file.md5 }),
    FileSize: file.size,
    RequestProtocol: 'Local',
    RequestAccountName: account.sid.startsWith('S-1-5-21') ? account.name : account.name.toUpperCase(),
    RequestAccountDomain: account.domain.toUpperCase(),
    RequestAccountSid: account.sid,
    ...more,
  })
}

/** Programs write under a temporary name first. */
const previousName = (path: string) => ({
  PreviousFileName: `${path.slice(path.lastIndexOf('\\') + 1)}.tmp`,
  PreviousFolderPath: path.slice(0, Math.max(path.lastIndexOf('\\'), path.lastIndexOf('/'))),
})

const TYPES: Readonly<Record<string, string>> = {
  exe: 'PortableExecutable',
  dll: 'PortableExecutable',
  docx: 'Docx',
  xlsx: 'Xlsx',
  pdf: 'Pdf',
  zip: 'Zip',
  ps1: 'Script',
}
const fileType = (path: string): string => TYPES[path.slice(path.lastIndexOf('.') + 1)] ?? 'Unknown'

/** Where a program writes, by the name of its file in lower case. */
function pathFor(random: Random, { program, account, device }: Process): string {
  if (!isWindows(device)) {
    return device.platform === 'macOS'
      ? `/Users/${account.name}/${random.pick(['Documents', 'Downloads', 'Library/Caches'])}/${documentName(random)}.${random.pick(['sketch', 'pdf', 'png'])}`
      : random.pick([
          `/var/lib/yard/batch-${random.int(1, 9999)}.json`,
          `/tmp/tmp.${random.hex(10)}`,
          `/var/log/yard/sync.log.${random.int(1, 30)}`,
        ])
  }
  const home = `C:\\Users\\${account.name}`
  switch (program.fileName.toLowerCase()) {
    case 'msedge.exe':
    case 'chrome.exe':
      return random.chance(0.3)
        ? `${home}\\Downloads\\${documentName(random)}.${random.pick(['pdf', 'xlsx', 'docx', 'zip', 'msi'])}`
        : `${home}\\AppData\\Local\\${program.company === 'Google LLC' ? 'Google\\Chrome' : 'Microsoft\\Edge'}\\User Data\\Default\\Cache\\Cache_Data\\f_${random.hex(6)}`
    case 'outlook.exe':
      return `${home}\\AppData\\Local\\Microsoft\\Windows\\INetCache\\Content.Outlook\\${random.hex(8).toUpperCase()}\\${documentName(random)}.${random.pick(['pdf', 'docx', 'xlsx'])}`
    case 'winword.exe':
    case 'excel.exe':
    case 'explorer.exe':
    case 'onedrive.exe':
      return `${home}\\${random.pick(['Documents', 'OneDrive - Ternbay Marine', 'Desktop'])}\\${documentName(random)}.${random.pick(['docx', 'xlsx', 'pdf', 'pptx', 'txt'])}`
    case 'hullcad.exe':
      return `P:\\Designs\\${documentName(random)}.hull`
    case 'ms-teams.exe':
    case 'msedgewebview2.exe':
      return `${home}\\AppData\\Local\\Packages\\MSTeams_8wekyb3d8bbwe\\LocalCache\\Microsoft\\MSTeams\\EBWebView\\WV2Profile_tfw\\Cache\\f_${random.hex(6)}`
    case 'msmpeng.exe':
    case 'mpcmdrun.exe':
      return `C:\\ProgramData\\Microsoft\\Windows Defender\\Definition Updates\\{${random.guid().toUpperCase()}}\\mpasdlta.vdm`
    case 'mssense.exe':
    case 'senseir.exe':
      return `C:\\ProgramData\\Microsoft\\Windows Defender Advanced Threat Protection\\DataCollection\\${random.int(1000, 9999)}.${random.int(10_000_000, 99_999_999)}.ps1`
    case 'code.exe':
    case 'node.exe':
    case 'python.exe':
      return `${home}\\source\\yard-web\\dist\\assets\\index-${random.hex(8)}.js`
    case 'powershell.exe':
      return `C:\\Windows\\Temp\\__PSScriptPolicyTest_${random.hex(8)}.${random.hex(3)}.ps1`
    case 'w3wp.exe':
      return `C:\\inetpub\\logs\\LogFiles\\W3SVC1\\u_ex${random.int(260_101, 261_231)}.log`
    case 'sqlservr.exe':
      return `D:\\Backup\\Yard_${random.int(1, 999)}.trn`
    case 'wtbackup.exe':
      return `E:\\Wingtip\\Vault\\${random.hex(2)}\\${random.hex(16)}.blk`
    default:
      return random.pick([
        `C:\\Windows\\Temp\\${random.hex(8)}.tmp`,
        `C:\\Windows\\SoftwareDistribution\\Download\\${random.hex(32)}\\update.cab`,
        `C:\\ProgramData\\Microsoft\\Diagnosis\\ETLLogs\\trace${random.int(1, 900)}.etl`,
        `C:\\Windows\\Prefetch\\${program.fileName.toUpperCase()}-${random.hex(8).toUpperCase()}.pf`,
      ])
  }
}
