/** What was noticed of it, some of it too late. */
import { alertRows, type Evidence, fileEvidence, machineEvidence, userEvidence } from '../events/alerts.ts'
import { deviceEventRow, fileColumns } from '../events/device-events.ts'
import type { Host } from '../hosts.ts'
import type { Process } from '../machine.ts'
import { HOUR, MINUTE } from '../time.ts'
import { ATTACKER_IP, CONTROL, DROP, LURE_URL, type Plot, runKey } from './plot.ts'

const ENDPOINT = { source: 'Microsoft Defender for Endpoint', detection: 'EDR' } as const

export function alertsChapter({ world, firm, machine, step, times, files, mails, acting }: Plot): void {
  const { victim, victimDevice, fileServer, stolen } = firm
  const server = machine(fileServer)
  step(times.mailed + 5 * HOUR + 2 * MINUTE, undefined, (at) =>
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
        fileEvidence({ ...files.document, fileName: 'INV-20931.docm' }),
      ],
    }),
  )
  step(times.opened + 2 * HOUR, victimDevice, (at) =>
    alertRows(world, {
      at,
      title: 'Suspicious process launched from an Office application',
      category: 'Execution',
      severity: 'Medium',
      ...ENDPOINT,
      techniques: ['PowerShell (T1059.001)', 'Malicious File (T1204.002)'],
      evidence: [userEvidence(victim), ...processEvidence(acting.helper!.parent!, CONTROL)],
    }),
  )
  step(times.opened + 2 * HOUR + 3 * MINUTE, victimDevice, (at) =>
    alertRows(world, {
      at,
      title: 'Anomaly detected in ASEP registry',
      category: 'Persistence',
      severity: 'Medium',
      ...ENDPOINT,
      techniques: ['Registry Run Keys / Startup Folder (T1547.001)'],
      evidence: [
        userEvidence(victim),
        ...processEvidence(acting.helper!),
        {
          type: 'RegistryValue',
          columns: {
            RegistryKey: runKey(victim),
            RegistryValueName: 'OneSyncHelper',
            RegistryValueData: `"${files.helper.folderPath}" --quiet`,
          },
        },
      ],
    }),
  )
  step(times.opened + 3 * HOUR, victimDevice, (at) =>
    alertRows(world, {
      at,
      title: 'Sensitive credential memory read',
      category: 'CredentialAccess',
      severity: 'High',
      ...ENDPOINT,
      techniques: ['LSASS Memory (T1003.001)'],
      evidence: [userEvidence(victim), ...processEvidence(acting.helper!), fileEvidence(files.memory, victimDevice)],
    }),
  )
  step(times.night + 30 * MINUTE, undefined, (at) =>
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
  step(times.lateral + 2 * HOUR, fileServer, (at) =>
    alertRows(world, {
      at,
      title: 'Suspicious service launched by a remote logon',
      category: 'LateralMovement',
      severity: 'High',
      ...ENDPOINT,
      techniques: ['SMB/Windows Admin Shares (T1021.002)', 'Windows Service (T1543.003)'],
      evidence: [
        userEvidence(stolen),
        machineEvidence(victimDevice),
        machineEvidence(fileServer),
        fileEvidence(files.service, fileServer),
      ],
    }),
  )
  step(times.end - MINUTE, fileServer, (at) =>
    alertRows(world, {
      at,
      title: 'Possible data exfiltration by a renamed copy tool',
      category: 'Exfiltration',
      severity: 'High',
      ...ENDPOINT,
      techniques: ['Exfiltration to Cloud Storage (T1567.002)'],
      evidence: [userEvidence(stolen), ...processEvidence(acting.copier!, DROP)],
    }),
  )
  step(times.end, fileServer, (at) =>
    deviceEventRow(world, at, server.ensure('msmpeng', at), 'AntivirusDetection', {
      columns: { ...fileColumns(files.copier), ProcessId: acting.copier!.id, RemoteUrl: DROP.name },
      fields: {
        ThreatName: 'Behavior:Win32/HarrierDemo.A',
        WasExecutingWhileDetected: true,
        WasRemediated: true,
        Action: 3,
        ReportSource: 'Windows Defender',
      },
    }),
  )
}

/** A process, its file and device, and where it connected to. */
const processEvidence = (evidence: Process, host?: Host): Evidence[] => [
  machineEvidence(evidence.device),
  {
    type: 'Process',
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
