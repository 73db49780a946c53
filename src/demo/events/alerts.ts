/** AlertInfo and AlertEvidence: an alert, and a row for each thing that it is about. */
import type { Device, Person } from '../firm.ts'
import { weighted } from '../random.ts'
import { type FileFacts, fileFacts } from '../software.ts'
import { json, type World } from '../world.ts'

export interface Alert {
  readonly at: number
  readonly title: string
  readonly category: string
  readonly severity: 'Informational' | 'Low' | 'Medium' | 'High'
  readonly source:
    | 'Microsoft Defender for Endpoint'
    | 'Microsoft Defender for Office 365'
    | 'Microsoft Defender for Identity'
    | 'Microsoft Entra ID Protection'
  readonly detection: string
  readonly techniques: readonly string[]
  readonly evidence: readonly Evidence[]
}

export interface Evidence {
  readonly type: 'Machine' | 'User' | 'File' | 'Process' | 'Ip' | 'Url' | 'MailMessage' | 'RegistryValue'
  readonly role?: 'Impacted' | 'Related'
  /** The entity's own columns. */
  readonly columns: Readonly<Record<string, unknown>>
}

export const machineEvidence = (device: Device): Evidence => ({
  type: 'Machine',
  role: 'Impacted',
  columns: { DeviceId: device.id, DeviceName: device.name, LocalIP: device.ip },
})

export const userEvidence = (person: Person): Evidence => ({
  type: 'User',
  role: 'Impacted',
  columns: {
    AccountName: person.name,
    AccountDomain: person.domain,
    AccountSid: person.sid,
    AccountObjectId: person.objectId,
    AccountUpn: person.upn,
  },
})

export const fileEvidence = (file: FileFacts, device?: Device): Evidence => ({
  type: 'File',
  columns: {
    FileName: file.fileName,
    FolderPath: file.folderPath,
    SHA1: file.sha1,
    SHA256: file.sha256,
    FileSize: file.size,
    ...(device && { DeviceId: device.id, DeviceName: device.name }),
  },
})

export function alertRows(world: World, alert: Alert): void {
  const id = `${alert.source === 'Microsoft Defender for Endpoint' ? 'da' : 'fa'}${world.random.hex(8)}-${world.random.hex(4)}-4${world.random.hex(3)}-a${world.random.hex(3)}-${world.random.hex(12)}_1`
  const techniques = json(alert.techniques)
  world.row('AlertInfo', alert.at, {
    AlertId: id,
    Title: alert.title,
    Category: alert.category,
    Severity: alert.severity,
    ServiceSource: alert.source,
    DetectionSource: alert.detection,
    AttackTechniques: techniques,
  })
  for (const { type, role, columns } of alert.evidence) {
    world.row('AlertEvidence', alert.at, {
      AlertId: id,
      Title: alert.title,
      Categories: json([alert.category]),
      AttackTechniques: techniques,
      ServiceSource: alert.source,
      DetectionSource: alert.detection,
      EntityType: type,
      EvidenceRole: role ?? 'Related',
      ...columns,
      Severity: alert.severity,
      AdditionalFields: json({ Type: type.toLowerCase() }),
    })
  }
}

const USUAL = weighted<Pick<Alert, 'title' | 'category' | 'severity' | 'source' | 'detection' | 'techniques'>>([
  [
    {
      title: "'CouponToolbar' unwanted software was prevented",
      category: 'UnwantedSoftware',
      severity: 'Informational',
      source: 'Microsoft Defender for Endpoint',
      detection: 'Antivirus',
      techniques: [],
    },
    5,
  ],
  [
    {
      title: 'Unfamiliar sign-in properties',
      category: 'InitialAccess',
      severity: 'Low',
      source: 'Microsoft Entra ID Protection',
      detection: 'Microsoft Entra ID Protection',
      techniques: ['Valid Accounts (T1078)'],
    },
    3,
  ],
  [
    {
      title: 'Email reported by user as malware or phish',
      category: 'InitialAccess',
      severity: 'Low',
      source: 'Microsoft Defender for Office 365',
      detection: 'Microsoft Defender for Office 365',
      techniques: ['Phishing (T1566)'],
    },
    4,
  ],
  [
    {
      title: 'Suspicious PowerShell command line',
      category: 'Execution',
      severity: 'Medium',
      source: 'Microsoft Defender for Endpoint',
      detection: 'EDR',
      techniques: ['PowerShell (T1059.001)'],
    },
    1,
  ],
])

/** The alerts of an ordinary month. */
export function usualAlert(world: World, at: number): void {
  const person = world.random.pick(world.firm.people)
  const device = world.firm.devices.find((d) => d.owner === person)!
  const kind = USUAL.draw(world.random)
  const onDevice = kind.source === 'Microsoft Defender for Endpoint'
  alertRows(world, {
    at,
    ...kind,
    evidence: [
      userEvidence(person),
      ...(onDevice ? [machineEvidence(device)] : []),
      ...(kind.detection === 'Antivirus'
        ? [
            fileEvidence(
              fileFacts(`C:\\Users\\${person.name}\\Downloads\\coupon-toolbar-setup.exe`, 'coupon toolbar'),
              device,
            ),
          ]
        : []),
    ],
  })
}
