/** DeviceEvents: the table of everything else, each ActionType with the AdditionalFields that it has in Defender. */
import { type Device, isWindows } from '../firm.ts'
import { outsideHost } from '../hosts.ts'
import { initiating, type Process } from '../machine.ts'
import { type Random, weighted } from '../random.ts'
import { documentName } from '../recipes.ts'
import { type FileFacts, fileFacts, PROGRAMS } from '../software.ts'
import { json, type World } from '../world.ts'

const TABLE = 'DeviceEvents'

interface Facts {
  readonly columns?: Record<string, unknown>
  readonly fields?: Record<string, unknown>
}

type Describe = (world: World, process: Process) => Facts

const fields =
  (make: (random: Random, process: Process) => Record<string, unknown>): Describe =>
  (world, process) => ({
    fields: make(world.random, process),
  })

export const fileColumns = (file: FileFacts) => ({
  FileName: file.fileName,
  FolderPath: file.folderPath,
  SHA1: file.sha1,
  SHA256: file.sha256,
  MD5: file.md5,
  FileSize: file.size,
})

const PIPES = [
  'lsass',
  'wkssvc',
  'srvsvc',
  'spoolss',
  'crashpad_{n}_MSEDGE',
  'mojo.{n}.{n}.{n}',
  'PSHost.{n}.DefaultAppDomain.powershell',
  'LOCAL\\chrome.sync.{n}',
]
const COMMANDLETS =
  'Get-ChildItem,Get-Content,Write-Verbose,Where-Object,Out-String,Import-Module,Get-CimInstance,ConvertTo-Json,Test-Path,Get-ADUser,Export-Csv,Get-Service,Resolve-DnsName'.split(
    ',',
  )
const OPENED = ['svchost', 'explorer', 'msmpeng', 'services', 'taskhostw', 'dllhost'].map((key) => PROGRAMS.get(key)!)
const DRIVERS = 'tcpip,ntfs,WdFilter,mrxsmb,usbhub3,vmci,nvlddmkm,iaStorVD,HidUsb,bthport'
  .split(',')
  .map((name) => fileFacts(`C:\\Windows\\System32\\drivers\\${name}.sys`, `${name}.sys 26100.4652`))
const TASKS = [
  '\\Microsoft\\Windows\\UpdateOrchestrator\\Schedule Scan',
  '\\MicrosoftEdgeUpdateTaskMachineUA',
  '\\Ternbay\\Inventory',
  '\\Microsoft\\Windows\\Windows Defender\\Windows Defender Scheduled Scan',
]
const SERVICES: readonly (readonly [string, string])[] = [
  ['MpKslDrv', 'C:\\ProgramData\\Microsoft\\Windows Defender\\Definition Updates\\MpKslDrv.sys'],
  ['WtBackupAgent', 'C:\\Program Files\\Wingtip\\Backup\\wtbackup.exe'],
  ['edgeupdatem', 'C:\\Program Files (x86)\\Microsoft\\EdgeUpdate\\MicrosoftEdgeUpdate.exe'],
]
const DEVICES: readonly (readonly [string, string])[] = [
  ['HIDClass', 'USB Input Device'],
  ['Monitor', 'Generic PnP Monitor'],
  ['AudioEndpoint', 'Headset (Wireless)'],
  ['DiskDrive', 'USB Flash Disk'],
  ['Printer', 'Office Printer 2'],
]

/** How often each kind is, and what it says. */
const WINDOWS: readonly (readonly [string, number, Describe])[] = [
  [
    'DnsQueryResponse',
    22,
    ({ random }, process) => dnsAnswer(outsideHost(random, process.program.fileName.toLowerCase())),
  ],
  [
    'NamedPipeEvent',
    10,
    fields((r, p) => ({
      FileOperation: r.chance(0.5) ? 'File created' : 'File opened',
      NamedPipeEnd: r.chance(0.5) ? 'Server' : 'Client',
      PipeName: `\\Device\\NamedPipe\\${r.pick(PIPES).replace(/\{n\}/g, () => String(r.int(100, 99_999)))}`,
      SessionId: p.session,
      RemoteClientsAccess: 'AcceptRemote',
      DesiredAccess: 1_180_063,
    })),
  ],
  ['PowerShellCommand', 12, fields((r) => ({ Command: r.pick(COMMANDLETS) }))],
  [
    'ScriptContent',
    3,
    fields((r) => ({
      ScriptContent: `$items = ${r.pick(COMMANDLETS)} -ErrorAction SilentlyContinue\r\n$items | Select-Object -First ${r.int(1, 50)}`,
    })),
  ],
  [
    'OpenProcessApiCall',
    9,
    ({ random }) => openedProcess(random.pick(OPENED), 4 * random.int(150, 7900), random.pick([4096, 5136, 1_052_672])),
  ],
  [
    'ReadProcessMemoryApiCall',
    1,
    ({ random }) => ({
      columns: fileColumns(random.pick(OPENED)),
      fields: { TotalBytesCopied: random.int(100, 90_000) },
    }),
  ],
  [
    'NtAllocateVirtualMemoryApiCall',
    3,
    fields((r) => ({
      AllocationType: 4096,
      BaseAddress: `0x${r.hex(10)}`,
      RegionSize: 4096 * r.int(1, 90),
      ProtectionMask: 64,
    })),
  ],
  [
    'CreateRemoteThreadApiCall',
    0.7,
    ({ random }) => ({
      columns: fileColumns(random.pick(OPENED)),
      fields: { RemoteThreadId: random.int(500, 30_000) },
    }),
  ],
  [
    'ProcessPrimaryTokenModified',
    2,
    fields(() => ({
      CurrentTokenIntegrityLevel: 16_384,
      OriginalTokenIntegrityLevel: 12_288,
      TokenModificationProperties: '{"privilegesModified":1}',
    })),
  ],
  [
    'BrowserLaunchedToOpenUrl',
    3,
    ({ random }) => ({ columns: { RemoteUrl: `https://${outsideHost(random, '').name}/${random.hex(5)}` } }),
  ],
  [
    'SmartScreenUrlWarning',
    0.3,
    ({ random }) => ({
      columns: { RemoteUrl: `https://${outsideHost(random, '').name}/` },
      fields: {
        Experience: random.pick(['Phishing', 'Malicious', 'Untrusted']),
        ActivityId: random.guid().toUpperCase(),
      },
    }),
  ],
  [
    'ShellLinkCreateFileEvent',
    2,
    ({ random }, { account }) => {
      const target = `C:\\Users\\${account.name}\\Documents\\${documentName(random)}.docx`
      return {
        columns: fileColumns(
          fileFacts(
            `C:\\Users\\${account.name}\\AppData\\Roaming\\Microsoft\\Windows\\Recent\\${random.hex(6)}.lnk`,
            target,
          ),
        ),
        fields: {
          ShellLinkIconPath: '',
          ShellLinkRunTarget: target,
          ShellLinkCommandLine: '',
          ShellLinkShowCommand: 'SW_SHOWNORMAL',
          ShellLinkWorkingDirectory: '',
        },
      }
    },
  ],
  [
    'ScheduledTaskUpdated',
    1.5,
    fields((r) => ({
      TaskName: r.pick(TASKS),
      TaskContent:
        '<Task version="1.4"><Actions><Exec><Command>%systemroot%\\system32\\usoclient.exe</Command></Exec></Actions></Task>',
    })),
  ],
  [
    'ScheduledTaskCreated',
    0.4,
    fields((r) => ({
      TaskName: r.pick(TASKS),
      TaskContent:
        '<Task version="1.4"><Actions><Exec><Command>C:\\Program Files (x86)\\Microsoft\\EdgeUpdate\\MicrosoftEdgeUpdate.exe</Command></Exec></Actions></Task>',
    })),
  ],
  [
    'ServiceInstalled',
    0.4,
    ({ random }) => {
      const [name, path] = random.pick(SERVICES)
      return serviceInstalled(name, fileFacts(path, path))
    },
  ],
  ['DriverLoad', 2, ({ random }) => ({ columns: fileColumns(random.pick(DRIVERS)) })],
  [
    'PnpDeviceConnected',
    1.2,
    fields((r) => {
      const [className, description] = r.pick(DEVICES)
      return {
        ClassName: className,
        ClassId: `{${r.guid()}}`,
        DeviceDescription: description,
        DeviceId: `USB\\VID_${r.hex(4).toUpperCase()}&PID_${r.hex(4).toUpperCase()}\\${r.hex(8)}`,
        VendorIds: '',
      }
    }),
  ],
  [
    'UsbDriveMounted',
    0.3,
    fields((r) => ({
      BusType: '7',
      DriveLetter: 'E:',
      LoadTimeMs: r.int(100, 900),
      Manufacturer: 'Generic',
      ProductName: 'Flash Disk',
      ProductRevision: '1.00',
      SerialNumber: r.hex(12).toUpperCase(),
      Volume: `\\\\?\\Volume{${r.guid()}}`,
    })),
  ],
  [
    'LdapSearch',
    3,
    fields((r) => ({
      AttributeList: ['distinguishedName', 'objectSid'],
      DistinguishedName: 'DC=ternbay,DC=example',
      ScopeOfSearch: 'subtree',
      SearchFilter: `(&(objectClass=user)(sAMAccountName=${r.hex(5)}))`,
    })),
  ],
  ['GetClipboardData', 2.5, fields(() => ({}))],
  ['ScreenshotTaken', 0.3, fields(() => ({}))],
  [
    'DpapiAccessed',
    4,
    fields((_, p) => ({ CallerProcessID: p.id, DataDescription: 'Microsoft Edge', OperationType: 'SPCryptUnprotect' })),
  ],
  [
    'AsrLsassCredentialTheftAudited',
    0.5,
    () => ({
      columns: fileColumns(PROGRAMS.get('lsass')!),
      fields: { IsAudit: true, RuleId: '9e6c4e1f-7d60-472f-ba1a-a39ef669e4b2' },
    }),
  ],
  [
    'AsrOfficeChildProcessAudited',
    0.05,
    () => ({
      columns: {
        ...fileColumns(PROGRAMS.get('msedge')!),
        ProcessCommandLine: '"msedge.exe" --single-argument https://www.example.com/',
      },
      fields: { IsAudit: true },
    }),
  ],
  [
    'ExploitGuardNetworkProtectionAudited',
    0.3,
    ({ random }) => ({
      columns: { RemoteUrl: outsideHost(random, '').name },
      fields: { ResponseCategory: 'CustomPolicy', IsAudit: true },
    }),
  ],
  [
    'FirewallInboundConnectionBlocked',
    2,
    ({ random, firm }, { device }) => ({
      columns: {
        RemoteIP: random.pick(firm.devices).ip,
        RemotePort: random.int(49_152, 65_500),
        LocalIP: device.ip,
        LocalPort: random.pick([445, 139, 5357, 7680]),
      },
    }),
  ],
  ['AntivirusDefinitionsUpdated', 1, fields((r) => ({ SignatureVersion: `1.439.${r.int(1, 999)}.0` }))],
  [
    'AntivirusScanCompleted',
    0.6,
    fields((r) => ({
      ScanId: r.guid(),
      ScanTypeIndex: 'Quick',
      ScanParametersIndex: 'Scheduled',
      Domain: 'NT AUTHORITY',
      User: 'SYSTEM',
    })),
  ],
  [
    'DeviceBootAttestationInfo',
    0.3,
    fields(() => ({
      IsSecureBootOn: true,
      IsVsmOn: true,
      IsHvciOn: true,
      IsElamDriverLoaded: true,
      IsIommuOn: true,
      TpmVersion: 2,
      SystemGuardSecurityLevel: 1,
      IsDriverCodeIntegrityEnforced: true,
    })),
  ],
  [
    'PasswordChangeAttempt',
    0.1,
    ({ random, firm }) => {
      const person = random.pick(firm.people)
      return { columns: { AccountName: person.name, AccountDomain: person.domain, AccountSid: person.sid } }
    },
  ],
  [
    'AntivirusDetection',
    0.02,
    ({ random }, { account }) => ({
      columns: fileColumns(
        fileFacts(`C:\\Users\\${account.name}\\Downloads\\coupon-toolbar-setup.exe`, 'coupon toolbar'),
      ),
      fields: {
        ThreatName: 'PUA:Win32/CouponToolbar',
        WasExecutingWhileDetected: false,
        WasRemediated: true,
        Action: 2,
        ReportSource: random.pick(['Windows Defender', 'Real-time']),
      },
    }),
  ],
]

/** macOS and Linux know far fewer kinds. */
const ELSEWHERE: readonly (readonly [string, number, Describe])[] = [
  ['ScriptContent', 6, fields(() => ({ ScriptContent: '#!/bin/sh\nset -e\n/opt/yard/import.py --batch "$1"' }))],
  [
    'DnsQueryResponse',
    8,
    ({ random }, process) => dnsAnswer(outsideHost(random, process.program.fileName.toLowerCase())),
  ],
  ['AntivirusScanCompleted', 1, fields(() => ({ ScanTypeIndex: 'Quick' }))],
  ['AntivirusDefinitionsUpdated', 1, fields((r) => ({ SignatureVersion: `1.439.${r.int(1, 999)}.0` }))],
]

const drawFrom = (kinds: typeof WINDOWS) =>
  weighted(kinds.map(([kind, share, describe]) => [{ kind, describe }, share] as const))
const WINDOWS_KINDS = drawFrom(WINDOWS)
const OTHER_KINDS = drawFrom(ELSEWHERE)

const kindsOf = (device: Device) => (isWindows(device) ? WINDOWS_KINDS : OTHER_KINDS)

export function deviceEvent(world: World, at: number, process: Process): void {
  const { kind, describe } = kindsOf(process.device).draw(world.random)
  deviceEventRow(world, at, process, kind, describe(world, process))
}

export function deviceEventRow(world: World, at: number, process: Process, kind: string, facts: Facts): void {
  world.deviceRow(TABLE, process.device, at, {
    ...initiating(process, TABLE),
    ActionType: kind,
    ...facts.columns,
    AdditionalFields: json(facts.fields ?? {}),
  })
}

export const dnsAnswer = ({ name, ip }: { readonly name: string; readonly ip: string }): Facts => ({
  columns: { RemoteUrl: name },
  fields: { DnsQueryString: name, DnsQueryResult: json([{ Result: ip, DnsQueryType: 'A' }]) },
})

export const openedProcess = (file: FileFacts, id: number, access: number): Facts => ({
  columns: { ...fileColumns(file), ProcessId: id },
  fields: { DesiredAccess: access },
})

export const serviceInstalled = (name: string, file: FileFacts): Facts => ({
  columns: fileColumns(file),
  fields: { ServiceName: name, ServiceAccount: 'LocalSystem', ServiceStartType: 2, ServiceType: 16 },
})
