/** The programs of the demo data as files on disk: path, hashes and what their version resource says. */
import { createHash } from 'node:crypto'

/** Values for a column each; hashes look real, are equal for equal files, and belong to no real file. */
export interface FileFacts {
  readonly fileName: string
  /** The whole path, file name included, as Defender writes it. */
  readonly folderPath: string
  readonly sha1: string
  readonly sha256: string
  readonly md5: string
  readonly size: number
}

export interface Program extends FileFacts {
  readonly company: string
  readonly product: string
  readonly version: string
  readonly internalName: string
  readonly originalName: string
  readonly description: string
  readonly signer: 'OsVendor' | 'OsVendorApplication' | 'Publisher' | 'Unsigned'
}

/** @param identity what makes the file this file: its path and version, or its contents' story */
export function fileFacts(folderPath: string, identity: string, size?: number): FileFacts {
  const sha256 = createHash('sha256').update(identity).digest('hex')
  return {
    fileName: fileNameOf(folderPath),
    folderPath,
    sha1: createHash('sha1').update(identity).digest('hex'),
    sha256,
    md5: createHash('sha256').update(sha256).digest('hex').slice(0, 32),
    size: size ?? 2048 + (Number.parseInt(sha256.slice(0, 6), 16) % 900_000),
  }
}

export const fileNameOf = (path: string): string =>
  path.slice(Math.max(path.lastIndexOf('\\'), path.lastIndexOf('/')) + 1)

const WINDOWS = 'Microsoft® Windows® Operating System'
const OS = '10.0.26100.4652'
const S32 = 'C:\\Windows\\System32\\'
const PF = 'C:\\Program Files\\'
const PF86 = 'C:\\Program Files (x86)\\'
const OFFICE = `${PF}Microsoft Office\\root\\Office16\\`
const EDGE = `${PF86}Microsoft\\Edge\\Application\\`

/** Key, path, description of a part of Windows. */
const PARTS_OF_WINDOWS: readonly (readonly [string, string, string])[] = [
  ['smss', `${S32}smss.exe`, 'Windows Session Manager'],
  ['csrss', `${S32}csrss.exe`, 'Client Server Runtime Process'],
  ['wininit', `${S32}wininit.exe`, 'Windows Start-Up Application'],
  ['winlogon', `${S32}winlogon.exe`, 'Windows Logon Application'],
  ['services', `${S32}services.exe`, 'Services and Controller app'],
  ['lsass', `${S32}lsass.exe`, 'Local Security Authority Process'],
  ['svchost', `${S32}svchost.exe`, 'Host Process for Windows Services'],
  ['spoolsv', `${S32}spoolsv.exe`, 'Spooler SubSystem App'],
  ['dwm', `${S32}dwm.exe`, 'Desktop Window Manager'],
  ['userinit', `${S32}userinit.exe`, 'Userinit Logon Application'],
  ['explorer', 'C:\\Windows\\explorer.exe', 'Windows Explorer'],
  ['sihost', `${S32}sihost.exe`, 'Shell Infrastructure Host'],
  ['taskhostw', `${S32}taskhostw.exe`, 'Host Process for Windows Tasks'],
  ['runtimebroker', `${S32}RuntimeBroker.exe`, 'Runtime Broker'],
  ['dllhost', `${S32}dllhost.exe`, 'COM Surrogate'],
  ['backgroundtaskhost', `${S32}backgroundTaskHost.exe`, 'Background Task Host'],
  ['wmiprvse', `${S32}wbem\\WmiPrvSE.exe`, 'WMI Provider Host'],
  ['conhost', `${S32}conhost.exe`, 'Console Window Host'],
  ['cmd', `${S32}cmd.exe`, 'Windows Command Processor'],
  ['powershell', `${S32}WindowsPowerShell\\v1.0\\powershell.exe`, 'Windows PowerShell'],
  ['rundll32', `${S32}rundll32.exe`, 'Windows host process (Rundll32)'],
  ['regsvr32', `${S32}regsvr32.exe`, 'Microsoft(C) Register Server'],
  ['msiexec', `${S32}msiexec.exe`, 'Windows® installer'],
  ['searchindexer', `${S32}SearchIndexer.exe`, 'Microsoft Windows Search Indexer'],
  ['searchprotocolhost', `${S32}SearchProtocolHost.exe`, 'Microsoft Windows Search Protocol Host'],
  ['searchfilterhost', `${S32}SearchFilterHost.exe`, 'Microsoft Windows Search Filter Host'],
  ['compattelrunner', `${S32}CompatTelRunner.exe`, 'Microsoft Compatibility Telemetry'],
  ['usoclient', `${S32}UsoClient.exe`, 'UsoClient'],
  ['sppsvc', `${S32}sppsvc.exe`, 'Microsoft Software Protection Platform Service'],
  ['trustedinstaller', 'C:\\Windows\\servicing\\TrustedInstaller.exe', 'Windows Modules Installer'],
  ['smartscreen', `${S32}smartscreen.exe`, 'Windows Defender SmartScreen'],
  ['sc', `${S32}sc.exe`, 'Service Control Manager Configuration Tool'],
  ['net', `${S32}net.exe`, 'Net Command'],
  ['net1', `${S32}net1.exe`, 'Net Command'],
  ['nltest', `${S32}nltest.exe`, 'Microsoft® Logon Server Test Utility'],
  ['whoami', `${S32}whoami.exe`, 'whoami - displays logged on user information'],
  ['ipconfig', `${S32}ipconfig.exe`, 'IP Configuration Utility'],
  ['systeminfo', `${S32}systeminfo.exe`, 'Displays system information'],
  ['quser', `${S32}quser.exe`, 'Query User Utility'],
  ['gpupdate', `${S32}gpupdate.exe`, 'Microsoft® Group Policy Update Utility'],
  ['schtasks', `${S32}schtasks.exe`, 'Task Scheduler Configuration Tool'],
  ['reg', `${S32}reg.exe`, 'Registry Console Tool'],
  ['robocopy', `${S32}Robocopy.exe`, 'Microsoft Robocopy'],
  ['mmc', `${S32}mmc.exe`, 'Microsoft Management Console'],
  ['mstsc', `${S32}mstsc.exe`, 'Remote Desktop Connection'],
  ['notepad', `${S32}notepad.exe`, 'Notepad'],
  ['mspaint', `${S32}mspaint.exe`, 'Paint'],
  ['calc', `${S32}calc.exe`, 'Windows Calculator'],
  ['dns', `${S32}dns.exe`, 'Domain Name System (DNS) Server'],
  ['dfsrs', `${S32}dfsrs.exe`, 'Distributed File System Replication'],
  ['w3wp', `${S32}inetsrv\\w3wp.exe`, 'IIS Worker Process'],
  ['wsmprovhost', `${S32}wsmprovhost.exe`, 'Host process for WinRM plug-ins'],
  ['rdpclip', `${S32}rdpclip.exe`, 'RDP Clipboard Monitor'],
]

/** Key, path, company, product, description, version. */
const APPLICATIONS: readonly (readonly [string, string, string, string, string, string])[] = [
  [
    'msmpeng',
    'C:\\ProgramData\\Microsoft\\Windows Defender\\Platform\\4.18.26090.9-0\\MsMpEng.exe',
    'Microsoft Corporation',
    WINDOWS,
    'Antimalware Service Executable',
    '4.18.26090.9',
  ],
  [
    'mpcmdrun',
    'C:\\ProgramData\\Microsoft\\Windows Defender\\Platform\\4.18.26090.9-0\\MpCmdRun.exe',
    'Microsoft Corporation',
    WINDOWS,
    'Microsoft Malware Protection Command Line Utility',
    '4.18.26090.9',
  ],
  [
    'mssense',
    `${PF}Windows Defender Advanced Threat Protection\\MsSense.exe`,
    'Microsoft Corporation',
    WINDOWS,
    'Windows Defender Advanced Threat Protection Service Executable',
    '10.8760.26100.4652',
  ],
  [
    'senseir',
    `${PF}Windows Defender Advanced Threat Protection\\SenseIR.exe`,
    'Microsoft Corporation',
    WINDOWS,
    'Windows Defender Advanced Threat Protection Sense IR Module',
    '10.8760.26100.4652',
  ],
  [
    'outlook',
    `${OFFICE}OUTLOOK.EXE`,
    'Microsoft Corporation',
    'Microsoft Outlook',
    'Microsoft Outlook',
    '16.0.19127.20264',
  ],
  [
    'winword',
    `${OFFICE}WINWORD.EXE`,
    'Microsoft Corporation',
    'Microsoft Office',
    'Microsoft Word',
    '16.0.19127.20264',
  ],
  ['excel', `${OFFICE}EXCEL.EXE`, 'Microsoft Corporation', 'Microsoft Office', 'Microsoft Excel', '16.0.19127.20264'],
  [
    'powerpnt',
    `${OFFICE}POWERPNT.EXE`,
    'Microsoft Corporation',
    'Microsoft Office',
    'Microsoft PowerPoint',
    '16.0.19127.20264',
  ],
  [
    'officec2r',
    `${PF}Common Files\\Microsoft Shared\\ClickToRun\\OfficeC2RClient.exe`,
    'Microsoft Corporation',
    'Microsoft Office',
    'Microsoft Office Click-to-Run Client',
    '16.0.19127.20264',
  ],
  [
    'teams',
    `${PF}WindowsApps\\MSTeams_25290.302_x64__8wekyb3d8bbwe\\ms-teams.exe`,
    'Microsoft Corporation',
    'Microsoft Teams',
    'Microsoft Teams',
    '25290.302.4044.3989',
  ],
  [
    'webview',
    `${PF86}Microsoft\\EdgeWebView\\Application\\142.0.3595.80\\msedgewebview2.exe`,
    'Microsoft Corporation',
    'Microsoft Edge WebView2',
    'Microsoft Edge WebView2',
    '142.0.3595.80',
  ],
  [
    'onedrive',
    `${PF}Microsoft OneDrive\\OneDrive.exe`,
    'Microsoft Corporation',
    'Microsoft OneDrive',
    'Microsoft OneDrive',
    '25.199.1012.2',
  ],
  ['msedge', `${EDGE}msedge.exe`, 'Microsoft Corporation', 'Microsoft Edge', 'Microsoft Edge', '142.0.3595.80'],
  [
    'edgeupdate',
    `${PF86}Microsoft\\EdgeUpdate\\MicrosoftEdgeUpdate.exe`,
    'Microsoft Corporation',
    'Microsoft Edge Update',
    'Microsoft Edge Update',
    '1.3.213.11',
  ],
  [
    'chrome',
    `${PF}Google\\Chrome\\Application\\chrome.exe`,
    'Google LLC',
    'Google Chrome',
    'Google Chrome',
    '142.0.7444.176',
  ],
  [
    'googleupdater',
    `${PF86}Google\\GoogleUpdater\\144.0.7527.0\\updater.exe`,
    'Google LLC',
    'Google Updater',
    'Google Updater',
    '144.0.7527.0',
  ],
  [
    'acrobat',
    `${PF}Adobe\\Acrobat DC\\Acrobat\\Acrobat.exe`,
    'Adobe Systems Incorporated',
    'Adobe Acrobat',
    'Adobe Acrobat',
    '25.1.20844.0',
  ],
  ['7zfm', `${PF}7-Zip\\7zFM.exe`, 'Igor Pavlov', '7-Zip', '7-Zip File Manager', '25.01'],
  ['7z', `${PF}7-Zip\\7z.exe`, 'Igor Pavlov', '7-Zip', '7-Zip Console', '25.01'],
  [
    'code',
    `${PF}Microsoft VS Code\\Code.exe`,
    'Microsoft Corporation',
    'Visual Studio Code',
    'Visual Studio Code',
    '1.106.2',
  ],
  ['git', `${PF}Git\\cmd\\git.exe`, 'The Git Development Community', 'Git', 'Git for Windows', '2.51.2.1'],
  ['node', `${PF}nodejs\\node.exe`, 'Node.js', 'Node.js', 'Node.js JavaScript Runtime', '22.21.1'],
  ['python', `${PF}Python313\\python.exe`, 'Python Software Foundation', 'Python', 'Python', '3.13.9'],
  ['hullcad', `${PF}Fabrikam\\HullCAD 9\\hullcad.exe`, 'Fabrikam Software', 'HullCAD', 'HullCAD 9', '9.4.2.118'],
  [
    'ledger',
    `${PF86}Northwind\\Ledger\\ledger.exe`,
    'Northwind Business Systems',
    'Ledger',
    'Northwind Ledger',
    '12.0.6.0',
  ],
  [
    'intune',
    `${PF86}Microsoft Intune Management Extension\\Microsoft.Management.Services.IntuneWindowsAgent.exe`,
    'Microsoft Corporation',
    'Microsoft Intune Management Extension',
    'Microsoft Intune Management Extension',
    '1.93.102.0',
  ],
  [
    'agentexecutor',
    `${PF86}Microsoft Intune Management Extension\\AgentExecutor.exe`,
    'Microsoft Corporation',
    'Microsoft Intune Management Extension',
    'AgentExecutor',
    '1.93.102.0',
  ],
  [
    'sqlservr',
    `${PF}Microsoft SQL Server\\MSSQL16.MSSQLSERVER\\MSSQL\\Binn\\sqlservr.exe`,
    'Microsoft Corporation',
    'Microsoft SQL Server',
    'SQL Server Windows NT - 64 Bit',
    '16.0.4215.2',
  ],
  [
    'sqlagent',
    `${PF}Microsoft SQL Server\\MSSQL16.MSSQLSERVER\\MSSQL\\Binn\\SQLAGENT.EXE`,
    'Microsoft Corporation',
    'Microsoft SQL Server',
    'SQL Server Agent',
    '16.0.4215.2',
  ],
  [
    'backup',
    `${PF}Wingtip\\Backup\\wtbackup.exe`,
    'Wingtip Systems',
    'Wingtip Backup',
    'Wingtip Backup Agent',
    '7.2.1.40',
  ],
  [
    'yardapp',
    `${PF}Ternbay\\YardService\\yardservice.exe`,
    'Ternbay Marine',
    'Yard Service',
    'Yard planning service',
    '3.8.0.0',
  ],
]

/** Key and path of what has no version resource. */
const ELSEWHERE: readonly (readonly [string, string])[] = [
  ['systemd', '/usr/lib/systemd/systemd'],
  ['sshd', '/usr/sbin/sshd'],
  ['bash', '/usr/bin/bash'],
  ['sh', '/usr/bin/dash'],
  ['cron', '/usr/sbin/cron'],
  ['curl', '/usr/bin/curl'],
  ['python3', '/usr/bin/python3.10'],
  ['apt', '/usr/bin/apt-get'],
  ['logrotate', '/usr/sbin/logrotate'],
  ['nginx', '/usr/sbin/nginx'],
  ['sudo', '/usr/bin/sudo'],
  ['systemctl', '/usr/bin/systemctl'],
  ['ls', '/usr/bin/ls'],
  ['grep', '/usr/bin/grep'],
  ['wdavdaemon', '/opt/microsoft/mdatp/sbin/wdavdaemon'],
  ['launchd', '/sbin/launchd'],
  [
    'mdworker',
    '/System/Library/Frameworks/CoreServices.framework/Versions/A/Frameworks/Metadata.framework/Versions/A/Support/mdworker_shared',
  ],
  ['softwareupdated', '/System/Library/CoreServices/Software Update.app/Contents/Resources/softwareupdated'],
  ['safari', '/Applications/Safari.app/Contents/MacOS/Safari'],
  ['macoutlook', '/Applications/Microsoft Outlook.app/Contents/MacOS/Microsoft Outlook'],
  ['terminal', '/System/Applications/Utilities/Terminal.app/Contents/MacOS/Terminal'],
  ['zsh', '/bin/zsh'],
  ['macsketch', '/Applications/Fabrikam Sketch.app/Contents/MacOS/Fabrikam Sketch'],
]

export function program(
  folderPath: string,
  company: string,
  product: string,
  description: string,
  version: string,
  originalName: string = fileNameOf(folderPath),
): Program {
  return {
    ...fileFacts(folderPath, `${folderPath} ${version}`),
    company,
    product,
    version,
    internalName: originalName.replace(/\.exe$/i, ''),
    originalName,
    description,
    signer: company === '' ? 'Unsigned' : company.startsWith('Microsoft') ? 'OsVendorApplication' : 'Publisher',
  }
}

export const PROGRAMS: ReadonlyMap<string, Program> = new Map<string, Program>([
  ...PARTS_OF_WINDOWS.map(([key, path, description]): [string, Program] => [
    key,
    { ...program(path, 'Microsoft Corporation', WINDOWS, description, OS), signer: 'OsVendor' },
  ]),
  ...APPLICATIONS.map(([key, ...facts]): [string, Program] => {
    const [path, company, product, description, version] = facts
    return [key, program(path, company, product, description, version)]
  }),
  ...ELSEWHERE.map(([key, path]): [string, Program] => [key, program(path, '', '', '', '', '')]),
])

/** Windows itself, which acts for the network; it has no file. */
export const KERNEL: Program = {
  fileName: 'System',
  folderPath: '',
  sha1: '',
  sha256: '',
  md5: '',
  size: 0,
  company: '',
  product: '',
  version: '',
  internalName: '',
  originalName: '',
  description: '',
  signer: 'OsVendor',
}
