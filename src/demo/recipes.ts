/** How programs come to run in the demo data: whose child, under which account, with which command line, and how often. */
import { type Device, isServer, type Person } from './firm.ts'
import type { Random } from './random.ts'

export type RunsAs = 'system' | 'local service' | 'network service' | 'user' | 'admin' | 'root' | 'www'

export interface Recipe {
  readonly key: string
  /** Key of the program (software.ts). */
  readonly program: string
  /** Key of the recipe of its parent; absent for what the kernel starts. */
  readonly parent?: string
  readonly as: RunsAs
  /** `{…}` stands for something drawn each time (see fill). */
  readonly command: string
  /** It runs on until it is closed or the device restarts, rather than doing one thing. */
  readonly stays: boolean
  /** Runs from the start of the device on. */
  readonly atBoot: boolean
}

const all = new Map<string, Recipe>()

/** The key is the program's, with more after a colon where a program runs in several ways. */
function add(
  key: string,
  parent: string | undefined,
  as: RunsAs,
  command: string,
  life: 'boot' | 'stays' | 'short',
): void {
  const program = key.split(':')[0]!
  all.set(key, {
    key,
    program,
    ...(parent && { parent }),
    as,
    command,
    stays: life !== 'short',
    atBoot: life === 'boot',
  })
}

add('smss', undefined, 'system', 'smss.exe', 'boot')
add(
  'csrss',
  'smss',
  'system',
  '%SystemRoot%\\system32\\csrss.exe ObjectDirectory=\\Windows SharedSection=1024,20480,768 Windows=On',
  'boot',
)
add('wininit', 'smss', 'system', 'wininit.exe', 'boot')
add('winlogon', 'smss', 'system', 'winlogon.exe', 'boot')
add('services', 'wininit', 'system', 'services.exe', 'boot')
add('lsass', 'wininit', 'system', 'lsass.exe', 'boot')
add('svchost:dcom', 'services', 'system', 'svchost.exe -k DcomLaunch -p', 'boot')
add('svchost:rpcss', 'services', 'network service', 'svchost.exe -k RPCSS -p', 'boot')
add('svchost:schedule', 'services', 'system', 'svchost.exe -k netsvcs -p -s Schedule', 'boot')
add('svchost:dnscache', 'services', 'network service', 'svchost.exe -k NetworkService -p -s Dnscache', 'boot')
add(
  'svchost:eventlog',
  'services',
  'local service',
  'svchost.exe -k LocalServiceNetworkRestricted -p -s EventLog',
  'boot',
)
add('svchost:bits', 'services', 'system', 'svchost.exe -k netsvcs -p -s BITS', 'boot')
add('svchost:update', 'services', 'system', 'svchost.exe -k netsvcs -p -s wuauserv', 'boot')
add('svchost:diagtrack', 'services', 'system', 'svchost.exe -k utcsvc -p -s DiagTrack', 'boot')
add('svchost:termservice', 'services', 'network service', 'svchost.exe -k termsvcs -s TermService', 'boot')
add('spoolsv', 'services', 'system', 'spoolsv.exe', 'boot')
add('msmpeng', 'services', 'system', '"MsMpEng.exe"', 'boot')
add('mssense', 'services', 'system', '"MsSense.exe"', 'boot')
add('searchindexer', 'services', 'system', 'SearchIndexer.exe /Embedding', 'boot')
add('intune', 'services', 'system', '"Microsoft.Management.Services.IntuneWindowsAgent.exe"', 'boot')

add('taskhostw', 'svchost:schedule', 'system', 'taskhostw.exe {word}', 'short')
add('sc', 'svchost:schedule', 'system', 'sc.exe start wuauserv', 'short')
add('usoclient', 'svchost:schedule', 'system', 'usoclient.exe StartScan', 'short')
add(
  'compattelrunner',
  'svchost:schedule',
  'system',
  'compattelrunner.exe -m:appraiser.dll -f:DoScheduledTelemetryRun -cv:{base64}',
  'short',
)
add('edgeupdate', 'svchost:schedule', 'system', '"MicrosoftEdgeUpdate.exe" /ua /installsource scheduler', 'short')
add('googleupdater', 'svchost:schedule', 'system', '"updater.exe" --wake --system --enable-logging', 'short')
add(
  'officec2r',
  'svchost:schedule',
  'system',
  '"OfficeC2RClient.exe" /update SCHEDULEDTASK displaylevel=False',
  'short',
)
add(
  'powershell:inventory',
  'svchost:schedule',
  'system',
  'powershell.exe -NoProfile -ExecutionPolicy AllSigned -File C:\\ProgramData\\Ternbay\\Scripts\\Inventory.ps1',
  'short',
)
add('schtasks', 'powershell:inventory', 'system', 'schtasks.exe /query /fo csv /v', 'short')
add('svchost:wsappx', 'services', 'system', 'svchost.exe -k wsappx -p -s AppXSvc', 'short')
add('sppsvc', 'services', 'network service', 'sppsvc.exe', 'short')
add('trustedinstaller', 'services', 'system', 'TrustedInstaller.exe', 'short')
add('msiexec', 'services', 'system', 'msiexec.exe /V', 'short')
add(
  'msiexec:install',
  'agentexecutor',
  'system',
  'msiexec.exe /i "C:\\Windows\\IMECache\\{guid}\\{package}.msi" /qn /norestart',
  'short',
)
add('dllhost', 'svchost:dcom', 'user', 'dllhost.exe /Processid:{guidbraces}', 'short')
add('runtimebroker', 'svchost:dcom', 'user', 'RuntimeBroker.exe -Embedding', 'short')
add('backgroundtaskhost', 'svchost:dcom', 'user', '"backgroundTaskHost.exe" -ServerName:App.AppX{hex}.mca', 'short')
add('smartscreen', 'svchost:dcom', 'user', 'smartscreen.exe -Embedding', 'short')
add('wmiprvse', 'svchost:dcom', 'network service', 'wmiprvse.exe -secured -Embedding', 'short')
add(
  'mpcmdrun',
  'msmpeng',
  'network service',
  '"MpCmdRun.exe" SignatureUpdate -ScheduleJob -RestrictPrivileges -UnmanagedUpdate',
  'short',
)
add(
  'senseir',
  'mssense',
  'system',
  '"SenseIR.exe" "OnlineSenseIR" "{n}" "eyJDb21tYW5kSWQiOiIiLCJEb3dubG9hZFRyYW5zYWN0aW9uSWQiOm51bGx9" "{guid}"',
  'short',
)
add(
  'powershell:sense',
  'senseir',
  'system',
  'powershell.exe -ExecutionPolicy AllSigned -NoProfile -NonInteractive -Command "& {$OutputEncoding = [Console]::OutputEncoding =[System.Text.Encoding]::UTF8;$scriptFileStream = [System.IO.File]::Open(\'C:\\ProgramData\\Microsoft\\Windows Defender Advanced Threat Protection\\DataCollection\\{n}.ps1\')}"',
  'short',
)
add(
  'searchprotocolhost',
  'searchindexer',
  'system',
  '"SearchProtocolHost.exe" Global\\UsGthrFltPipeMssGthrPipe{n}_ Global\\UsGthrCtrlFltPipeMssGthrPipe{n}',
  'short',
)
add('searchfilterhost', 'searchindexer', 'system', '"SearchFilterHost.exe" 0 {n} {n} {n} 8192 {n}', 'short')
add(
  'agentexecutor',
  'intune',
  'system',
  '"AgentExecutor.exe" -powershell "C:\\Windows\\IMECache\\HealthScripts\\{guid}_1\\detect.ps1"',
  'short',
)
add(
  'powershell:intune',
  'agentexecutor',
  'system',
  '"powershell.exe" -NoProfile -executionPolicy bypass -file "C:\\Windows\\IMECache\\HealthScripts\\{guid}_1\\detect.ps1"',
  'short',
)
add('conhost:intune', 'powershell:intune', 'system', 'conhost.exe 0xffffffff -ForceV1', 'short')
add('conhost:inventory', 'powershell:inventory', 'system', 'conhost.exe 0xffffffff -ForceV1', 'short')

add('userinit', 'winlogon', 'user', 'userinit.exe', 'stays')
add('explorer', 'userinit', 'user', 'Explorer.EXE', 'stays')
add('sihost', 'svchost:dcom', 'user', 'sihost.exe', 'stays')
add('onedrive', 'explorer', 'user', '"OneDrive.exe" /background', 'stays')
add('outlook', 'explorer', 'user', '"OUTLOOK.EXE"', 'stays')
add('teams', 'explorer', 'user', '"ms-teams.exe" ms-teams:system-initiated', 'stays')
add(
  'webview',
  'teams',
  'user',
  '"msedgewebview2.exe" --type=renderer --noerrdialogs --user-data-dir="C:\\Users\\{user}\\AppData\\Local\\Packages\\MSTeams_8wekyb3d8bbwe\\LocalCache\\Microsoft\\MSTeams\\EBWebView" --lang=en-GB --device-scale-factor=1 --renderer-client-id={n} /prefetch:1',
  'short',
)
add('msedge', 'explorer', 'user', '"msedge.exe" --profile-directory=Default', 'stays')
add(
  'msedge:renderer',
  'msedge',
  'user',
  '"msedge.exe" --type=renderer --lang=en-GB --js-flags=--ms-user-locale= --device-scale-factor=1 --num-raster-threads=4 --renderer-client-id={n} --time-ticks-at-unix-epoch=-{n}{n} --launch-time-ticks={n}{n} --field-trial-handle={n},i,{n}{n},262144 /prefetch:1',
  'short',
)
add(
  'msedge:utility',
  'msedge',
  'user',
  '"msedge.exe" --type=utility --utility-sub-type=network.mojom.NetworkService --lang=en-GB --service-sandbox-type=none --field-trial-handle={n},i,{n}{n},262144 /prefetch:3',
  'short',
)
add('chrome', 'explorer', 'user', '"chrome.exe"', 'stays')
add(
  'chrome:renderer',
  'chrome',
  'user',
  '"chrome.exe" --type=renderer --lang=en-GB --device-scale-factor=1 --num-raster-threads=4 --renderer-client-id={n} --field-trial-handle={n},i,{n}{n},262144 /prefetch:1',
  'short',
)
add('winword', 'explorer', 'user', '"WINWORD.EXE" /n "C:\\Users\\{user}\\Documents\\{doc}.docx" /o ""', 'short')
add('excel', 'explorer', 'user', '"EXCEL.EXE" "C:\\Users\\{user}\\OneDrive - Ternbay Marine\\{doc}.xlsx"', 'short')
add(
  'excel:mail',
  'outlook',
  'user',
  '"EXCEL.EXE" "C:\\Users\\{user}\\AppData\\Local\\Microsoft\\Windows\\INetCache\\Content.Outlook\\{hexupper}\\{doc}.xlsx"',
  'short',
)
add('powerpnt', 'explorer', 'user', '"POWERPNT.EXE" "C:\\Users\\{user}\\Documents\\{doc}.pptx" /ou ""', 'short')
add('acrobat', 'explorer', 'user', '"Acrobat.exe" "C:\\Users\\{user}\\Downloads\\{doc}.pdf"', 'short')
add(
  'acrobat:mail',
  'outlook',
  'user',
  '"Acrobat.exe" "C:\\Users\\{user}\\AppData\\Local\\Microsoft\\Windows\\INetCache\\Content.Outlook\\{hexupper}\\{doc}.pdf"',
  'short',
)
add('notepad', 'explorer', 'user', '"notepad.exe" C:\\Users\\{user}\\Desktop\\{doc}.txt', 'short')
add('mspaint', 'explorer', 'user', '"mspaint.exe"', 'short')
add('calc', 'explorer', 'user', '"calc.exe"', 'short')
add('7zfm', 'explorer', 'user', '"7zFM.exe" "C:\\Users\\{user}\\Downloads\\{doc}.zip"', 'short')
add(
  'rundll32',
  'explorer',
  'user',
  '"rundll32.exe" C:\\Windows\\system32\\shell32.dll,Control_RunDLL {word}.cpl',
  'short',
)
add('cmd:logon', 'userinit', 'user', 'cmd.exe /c "\\\\tb-dc01\\netlogon\\logon.cmd"', 'short')
add('net:use', 'cmd:logon', 'user', 'net.exe use H: \\\\tb-file01\\home\\{user} /persistent:no', 'short')
add('hullcad', 'explorer', 'user', '"hullcad.exe" "P:\\Designs\\{doc}.hull"', 'stays')
add('ledger', 'explorer', 'user', '"ledger.exe" /company:1', 'stays')
add('code', 'explorer', 'user', '"Code.exe"', 'stays')
add(
  'powershell:dev',
  'code',
  'user',
  'powershell.exe -noexit -command "try { . \\"c:\\Program Files\\Microsoft VS Code\\shellIntegration.ps1\\" } catch {}"',
  'stays',
)
add('git', 'code', 'user', 'git.exe -c core.quotepath=false -c color.ui=false status -z -uall', 'short')
add(
  'node',
  'powershell:dev',
  'user',
  '"node.exe" "C:\\Users\\{user}\\source\\yard-web\\node_modules\\vite\\bin\\vite.js" build',
  'short',
)
add(
  'python',
  'powershell:dev',
  'user',
  '"python.exe" C:\\Users\\{user}\\source\\hull-tests\\run.py --case {n}',
  'short',
)

add('powershell:admin', 'explorer', 'admin', '"powershell.exe" ', 'stays')
add('mmc', 'explorer', 'admin', '"mmc.exe" "C:\\Windows\\system32\\dsa.msc"', 'short')
add('mstsc', 'explorer', 'admin', '"mstsc.exe" /v:{server}', 'short')
add('cmd:admin', 'explorer', 'admin', '"cmd.exe" /k cd C:\\Scripts', 'stays')
add('gpupdate', 'cmd:admin', 'admin', 'gpupdate.exe /force', 'short')
add('ipconfig', 'cmd:admin', 'admin', 'ipconfig.exe /all', 'short')
add('net:admin', 'cmd:admin', 'admin', 'net.exe user {someone} /domain', 'short')
add('nltest', 'cmd:admin', 'admin', 'nltest.exe /dsgetdc:ternbay.example', 'short')
add('quser', 'cmd:admin', 'admin', 'quser.exe /server:{server}', 'short')
add(
  'robocopy',
  'cmd:admin',
  'admin',
  'robocopy.exe D:\\Shares\\{department} E:\\Archive\\{department} /MIR /R:1 /W:1 /LOG:C:\\Scripts\\{department}.log',
  'short',
)
add(
  'powershell:report',
  'powershell:admin',
  'admin',
  'powershell.exe -NoProfile -Command "Get-ADUser -Filter * -Properties LastLogonDate | Export-Csv C:\\Scripts\\users.csv"',
  'short',
)
add(
  'powershell:restart',
  'powershell:admin',
  'admin',
  'powershell.exe -NoProfile -Command "Invoke-Command -ComputerName {server} -ScriptBlock { Restart-Service Spooler }"',
  'short',
)

add('dns', 'services', 'system', 'dns.exe', 'boot')
add('dfsrs', 'services', 'system', 'DFSRs.exe', 'boot')
add('sqlservr', 'services', 'network service', '"sqlservr.exe" -sMSSQLSERVER', 'boot')
add('sqlagent', 'services', 'network service', '"SQLAGENT.EXE" -i MSSQLSERVER', 'boot')
add(
  'powershell:sqljob',
  'sqlagent',
  'network service',
  'powershell.exe -NoProfile -File D:\\Jobs\\Reindex.ps1 -Database Yard',
  'short',
)
add('svchost:iis', 'services', 'system', 'svchost.exe -k iissvcs', 'boot')
add(
  'w3wp',
  'svchost:iis',
  'network service',
  'w3wp.exe -ap "YardPortal" -v "v4.0" -l "webengine4.dll" -a \\\\.\\pipe\\iisipm{guid} -h "C:\\inetpub\\temp\\apppools\\YardPortal\\YardPortal.config"',
  'stays',
)
add('yardapp', 'services', 'network service', '"yardservice.exe" --port 8443', 'boot')
add('backup', 'services', 'system', '"wtbackup.exe" --service', 'boot')
add(
  'cmd:backup',
  'backup',
  'system',
  'cmd.exe /c ""C:\\Program Files\\Wingtip\\Backup\\pre.cmd" {server} {n}"',
  'short',
)
add('wsmprovhost', 'svchost:dcom', 'admin', 'wsmprovhost.exe -Embedding', 'short')

add('systemd', undefined, 'root', '/sbin/init splash', 'boot')
add('sshd', 'systemd', 'root', 'sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups', 'boot')
add('cron', 'systemd', 'root', '/usr/sbin/cron -f -P', 'boot')
add('nginx', 'systemd', 'www', 'nginx: worker process', 'boot')
add('wdavdaemon', 'systemd', 'root', '/opt/microsoft/mdatp/sbin/wdavdaemon', 'boot')
add('bash', 'sshd', 'admin', '-bash', 'short')
add('sudo', 'bash', 'admin', 'sudo systemctl restart yard-sync', 'short')
add('systemctl', 'sudo', 'root', 'systemctl restart yard-sync', 'short')
add('ls', 'bash', 'admin', 'ls --color=auto -la /srv/yard', 'short')
add('grep', 'bash', 'admin', 'grep -ri error /var/log/yard/sync.log', 'short')
add('sh', 'cron', 'root', '/bin/sh -c /opt/yard/sync.sh', 'short')
add(
  'curl',
  'sh',
  'root',
  'curl -fsS https://api.contoso.example/v1/tides?port=galway -o /var/lib/yard/tides.json',
  'short',
)
add('python3', 'sh', 'root', '/usr/bin/python3 /opt/yard/import.py --batch {n}', 'short')
add('logrotate', 'cron', 'root', '/usr/sbin/logrotate /etc/logrotate.conf', 'short')
add('apt', 'systemd', 'root', 'apt-get -qq -y update', 'short')

add('launchd', undefined, 'root', '/sbin/launchd', 'boot')
add(
  'mdworker',
  'launchd',
  'user',
  'mdworker_shared -s mdworker -c MDSImporterWorker -m com.apple.mdworker.shared',
  'short',
)
add('softwareupdated', 'launchd', 'root', 'softwareupdated', 'short')
add('safari', 'launchd', 'user', '/Applications/Safari.app/Contents/MacOS/Safari', 'stays')
add('macoutlook', 'launchd', 'user', '/Applications/Microsoft Outlook.app/Contents/MacOS/Microsoft Outlook', 'stays')
add('macsketch', 'launchd', 'user', '/Applications/Fabrikam Sketch.app/Contents/MacOS/Fabrikam Sketch', 'stays')
add('terminal', 'launchd', 'user', '/System/Applications/Utilities/Terminal.app/Contents/MacOS/Terminal', 'stays')
add('zsh', 'terminal', 'user', '-zsh', 'short')

export const RECIPES: ReadonlyMap<string, Recipe> = all

/** Keys of what runs on a device from its start on, parents first. */
export function bootRecipes(device: Device): string[] {
  if (device.platform === 'Linux') return ['systemd', 'sshd', 'cron', 'nginx', 'wdavdaemon']
  if (device.platform === 'macOS') return ['launchd']
  const forRole: Readonly<Record<string, readonly string[]>> = {
    workstation: ['searchindexer', 'intune'],
    'domain controller': ['dns', 'dfsrs'],
    'file server': ['dfsrs', 'searchindexer'],
    database: ['sqlservr', 'sqlagent'],
    web: ['svchost:iis'],
    application: ['yardapp', 'backup'],
    management: ['intune'],
  }
  const common = [...all.values()].filter((r) => r.atBoot && !ONLY_SOME.has(r.key)).map((r) => r.key)
  return [...common, ...forRole[device.role]!]
}

/** Started with the device, but not on every Windows device. */
const ONLY_SOME: ReadonlySet<string> = new Set(
  'searchindexer intune dns dfsrs sqlservr sqlagent svchost:iis yardapp backup systemd sshd cron nginx wdavdaemon launchd'.split(
    ' ',
  ),
)

type Shares = readonly (readonly [string, number])[]

const WINDOWS_SYSTEM: Shares = [
  ['taskhostw', 8],
  ['sc', 3],
  ['usoclient', 2],
  ['compattelrunner', 1],
  ['edgeupdate', 5],
  ['googleupdater', 4],
  ['officec2r', 2],
  ['powershell:inventory', 2],
  ['conhost:inventory', 2],
  ['schtasks', 1],
  ['svchost:wsappx', 4],
  ['sppsvc', 2],
  ['trustedinstaller', 1],
  ['msiexec', 1],
  ['wmiprvse', 6],
  ['mpcmdrun', 4],
  ['senseir', 2],
  ['powershell:sense', 1],
]
const WORKSTATION_SYSTEM: Shares = [
  ...WINDOWS_SYSTEM,
  ['searchprotocolhost', 7],
  ['searchfilterhost', 6],
  ['agentexecutor', 2],
  ['powershell:intune', 2],
  ['conhost:intune', 2],
  ['msiexec:install', 0.4],
]
const WINDOWS_USER: Shares = [
  ['msedge:renderer', 22],
  ['msedge:utility', 5],
  ['webview', 8],
  ['chrome:renderer', 8],
  ['runtimebroker', 8],
  ['backgroundtaskhost', 9],
  ['dllhost', 8],
  ['smartscreen', 4],
  ['winword', 4],
  ['excel', 4],
  ['excel:mail', 1.5],
  ['acrobat', 2],
  ['acrobat:mail', 2],
  ['powerpnt', 1.5],
  ['notepad', 1.5],
  ['mspaint', 0.5],
  ['calc', 0.7],
  ['7zfm', 0.7],
  ['rundll32', 1],
  ['cmd:logon', 1],
  ['net:use', 1],
]
const ADMIN: Shares = [
  ['mmc', 2],
  ['mstsc', 4],
  ['gpupdate', 2],
  ['ipconfig', 2],
  ['net:admin', 2],
  ['nltest', 0.5],
  ['quser', 1],
  ['powershell:report', 2],
  ['powershell:restart', 2],
]
const BY_ROLE: Readonly<Record<string, Shares>> = {
  database: [['powershell:sqljob', 8]],
  'file server': [['wsmprovhost', 2]],
  application: [['cmd:backup', 8]],
  management: [...ADMIN, ['robocopy', 1]],
}

/** What starts on a device while nobody is at it. */
export function systemStarts(device: Device): Shares {
  if (device.platform === 'Linux')
    return [
      ['sh', 10],
      ['curl', 6],
      ['python3', 6],
      ['logrotate', 1],
      ['apt', 1],
      ['bash', 1],
      ['ls', 2],
      ['grep', 2],
      ['sudo', 1],
      ['systemctl', 1],
    ]
  if (device.platform === 'macOS') return [['softwareupdated', 1]]
  return isServer(device) ? [...WINDOWS_SYSTEM, ...(BY_ROLE[device.role] ?? [])] : WORKSTATION_SYSTEM
}

/** What starts while its owner is at work. */
export function ownerStarts(device: Device): Shares {
  if (device.platform === 'macOS')
    return [
      ['mdworker', 10],
      ['safari', 2],
      ['macoutlook', 1],
      ['macsketch', 1],
      ['zsh', 1],
    ]
  const department = device.owner?.department
  return [
    ...WINDOWS_USER,
    ...(department === 'Engineering'
      ? ([
          ['git', 12],
          ['node', 3],
          ['python', 3],
        ] as const)
      : []),
    ...(department === 'IT' ? ADMIN : []),
  ]
}

/** The program that a user of the device keeps open and that acts for them, with how much it does. */
export function openPrograms(device: Device): Shares {
  if (device.platform === 'macOS')
    return [
      ['safari', 8],
      ['macoutlook', 3],
      ['macsketch', 2],
    ]
  const department = device.owner?.department
  return [
    ['msedge', 12],
    ['chrome', 5],
    ['outlook', 7],
    ['teams', 8],
    ['onedrive', 5],
    ['explorer', 5],
    ...(department === 'Engineering'
      ? ([
          ['hullcad', 4],
          ['code', 3],
        ] as const)
      : []),
    ...(department === 'Finance' ? ([['ledger', 4]] as const) : []),
    ...(department === 'IT' ? ([['powershell:admin', 2]] as const) : []),
  ]
}

/** What acts on a device by itself. */
export function services(device: Device): Shares {
  if (device.platform === 'Linux')
    return [
      ['nginx', 6],
      ['wdavdaemon', 2],
      ['sshd', 1],
    ]
  if (device.platform === 'macOS') return [['launchd', 1]]
  const forRole: Readonly<Record<string, Shares>> = {
    'domain controller': [
      ['lsass', 14],
      ['dns', 14],
    ],
    database: [['sqlservr', 14]],
    web: [['w3wp', 14]],
    application: [
      ['yardapp', 9],
      ['backup', 7],
    ],
    workstation: [
      ['intune', 2],
      ['searchindexer', 1],
    ],
  }
  return [
    ['svchost:dnscache', 5],
    ['svchost:bits', 3],
    ['svchost:update', 3],
    ['svchost:diagtrack', 4],
    ['svchost:schedule', 2],
    ['msmpeng', 4],
    ['mssense', 4],
    ['lsass', 2],
    ['spoolsv', 0.5],
    ...(forRole[device.role] ?? []),
  ]
}

/** The words that commands and documents are made of. */
const DOCUMENTS =
  'Budget,Quote,Hull survey,Minutes,Offer,Contract,Timesheet,Invoice,Drawing list,Test report,Holiday plan,Price list,Specification,Delivery note'.split(
    ',',
  )
const WORDS = 'Install,SYSTEM,KEYROAMING,Logon,main,timedate,desk,RegisterDevice,Maintenance'.split(',')
const PACKAGES = 'HullCAD-9.4.2,Ledger-12.0.6,Wingtip-Agent-7.2,Acrobat-25.1'.split(',')

export const documentName = (random: Random): string =>
  `${random.pick(DOCUMENTS)} ${random.int(2024, 2026)}-${random.int(10, 99)}`

export interface FillFacts {
  readonly user: string
  readonly servers: readonly string[]
  readonly people: readonly Person[]
}

/** Fills the places of a command line. */
export function fill(command: string, random: Random, facts: FillFacts): string {
  if (!command.includes('{')) return command
  return command.replace(PLACE, (_, name: keyof typeof PLACES) => PLACES[name](random, facts))
}

const PLACES = {
  n: (r: Random) => String(r.int(1000, 999_999)),
  hex: (r: Random) => r.hex(16),
  hexupper: (r: Random) => r.hex(8).toUpperCase(),
  base64: (r: Random) => Buffer.from(r.hex(20)).toString('base64'),
  guid: (r: Random) => r.guid(),
  guidbraces: (r: Random) => `{${r.guid().toUpperCase()}}`,
  doc: documentName,
  word: (r: Random) => r.pick(WORDS),
  package: (r: Random) => r.pick(PACKAGES),
  user: (_: Random, facts: FillFacts) => facts.user,
  server: (r: Random, facts: FillFacts) => r.pick(facts.servers),
  someone: (r: Random, facts: FillFacts) => r.pick(facts.people).name,
  department: (r: Random, facts: FillFacts) => r.pick(facts.people).department,
} as const

const PLACE = new RegExp(`\\{(${Object.keys(PLACES).join('|')})\\}`, 'g')
