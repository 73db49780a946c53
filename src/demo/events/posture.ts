/** The tables that say how devices are set up: baselines, browser extensions, certificates, firmware, and what was gathered of them. */
import { createHash } from 'node:crypto'
import { type Device, isServer, isWindows } from '../firm.ts'
import { randomFrom } from '../random.ts'
import { DAY, HOUR, isoTime } from '../time.ts'
import { json, type World } from '../world.ts'
import type { StateRow } from './vulnerabilities.ts'

const PROFILE = 'b7c0d2a4-5e1f-4c3b-9a80-1f2e3d4c5b6a'
/** Id, name, category, recommended value. */
const BASELINE: readonly (readonly [id: string, name: string, category: string, value: string])[] = [
  ['18.9.1', 'Ensure script execution is logged', 'Administrative templates', 'Enabled'],
  ['2.3.7', 'Ensure the screen locks after fifteen minutes', 'Local policies', '900'],
  ['9.1.1', 'Ensure the domain firewall is on', 'Windows firewall', 'On'],
  ['1.1.5', 'Ensure passwords have fourteen characters', 'Account policies', '14'],
]

const EXTENSIONS = [
  {
    id: 'aapbdbdomjkkjkaonfhkkikfgjllcleb',
    name: 'Translate pages',
    vendor: 'Fabrikam',
    version: '2.0.13',
    risk: 'Low',
  },
  {
    id: 'cfhdojbkjhnklbpkdaibdccddilifddb',
    name: 'Block advertisements',
    vendor: 'Wingtip',
    version: '4.12.1',
    risk: 'Medium',
  },
  {
    id: 'mpognobbkildjkofajifpdfhcoklimli',
    name: 'Coupons at once',
    vendor: 'Tailspin',
    version: '1.3.0',
    risk: 'High',
  },
] as const
const PERMISSIONS = [
  { id: 'tabs', name: 'Tabs', text: 'Sees the addresses of open pages.', risk: 'Medium' },
  { id: 'webRequest', name: 'Web requests', text: 'Sees and changes what pages ask for.', risk: 'High' },
] as const

const GATHERED = [
  { id: 'ig-90001', name: 'AvMode', text: 'How the antivirus runs.', categories: ['Antivirus'], structure: 'String' },
  {
    id: 'ig-90002',
    name: 'TpmVersion',
    text: 'Version of the platform module.',
    categories: ['Hardware'],
    structure: 'String',
  },
] as const

/** Devices that are described; the others are as they are. */
const DESCRIBED = 12

/** Drawn by numbers of its own, so that the month is the same with and without it. */
const SEED = 20_240_607

export function posture(month: World): StateRow[] {
  const world = { ...month, random: randomFrom(SEED) }
  const { firm } = world
  const first = [firm.victimDevice, firm.fileServer, firm.domainController, ...firm.devices]
  const devices = [...new Set(first)].filter(isWindows).slice(0, DESCRIBED)
  return [...knowledge(world), ...devices.flatMap((device) => stateOf(world, device))]
}

function knowledge({ start }: World): StateRow[] {
  return [
    {
      table: 'DeviceBaselineComplianceProfiles',
      properties: {
        ProfileId: PROFILE,
        ProfileName: 'Workstations and servers',
        ProfileDescription: 'What every Windows device of the firm has to fulfil.',
        OSPlatform: json(['Windows11', 'WindowsServer2022']),
        OSVersion: 'all',
        BaseBenchmark: 'CIS',
        BenchmarkVersion: '3.0.0',
        BenchmarkProfileLevel: 'Level 1',
        Status: true,
        CreatedBy: 'it@ternbay.example',
        CreatedOn: isoTime(start - 200 * DAY),
        LastUpdatedBy: 'it@ternbay.example',
        LastUpdatedOn: isoTime(start - 20 * DAY),
      },
    },
    ...BASELINE.map(([id, name, category, value]) => ({
      table: 'DeviceBaselineComplianceAssessmentKB',
      properties: {
        ConfigurationId: id,
        ConfigurationName: name,
        ConfigurationDescription: `${name}.`,
        ConfigurationRationale: 'It makes an attack harder, or easier to see.',
        ConfigurationCategory: category,
        BenchmarkProfileLevels: json(['Level 1']),
        CCEReference: '',
        RemediationOptions: 'Group policy.',
        ConfigurationBenchmark: 'CIS',
        Source: json(['registry']),
        RecommendedValue: json([value]),
      },
    })),
    ...EXTENSIONS.flatMap((e) =>
      PERMISSIONS.map((p) => ({
        table: 'DeviceTvmBrowserExtensionsKB',
        properties: {
          BrowserName: 'edge',
          ExtensionId: e.id,
          ExtensionName: e.name,
          ExtensionDescription: `${e.name}, by ${e.vendor}.`,
          ExtensionVersion: json([e.version]),
          ExtensionRisk: e.risk,
          PermissionId: p.id,
          PermissionName: p.name,
          PermissionDescription: p.text,
          PermissionRisk: p.risk,
          IsPermissionRequired: 'true',
        },
      })),
    ),
    ...GATHERED.map((g) => ({
      table: 'DeviceTvmInfoGatheringKB',
      properties: {
        IgId: g.id,
        FieldName: g.name,
        Description: g.text,
        Categories: json(g.categories),
        DataStructure: g.structure,
      },
    })),
  ]
}

function stateOf({ random, now, start }: World, device: Device): StateRow[] {
  const own = { DeviceId: device.id, DeviceName: device.name }
  const extension = random.pick(EXTENSIONS)
  const thumbprint = createHash('sha1').update(device.name).digest('hex')
  return [
    ...BASELINE.map(([id, , , value]) => {
      const complies = random.chance(0.85)
      return {
        table: 'DeviceBaselineComplianceAssessment',
        properties: {
          ...own,
          OSPlatform: device.platform,
          OSVersion: device.osVersion,
          ConfigurationId: id,
          ProfileId: PROFILE,
          IsCompliant: complies,
          IsApplicable: true,
          Source: json(['registry']),
          RecommendedValue: json([value]),
          CurrentValue: json([complies ? value : '']),
          IsExempt: false,
        },
      }
    }),
    ...(isServer(device)
      ? []
      : [
          {
            table: 'DeviceTvmBrowserExtensions',
            properties: {
              DeviceId: device.id,
              BrowserName: 'edge',
              ExtensionId: extension.id,
              ExtensionName: extension.name,
              ExtensionDescription: `${extension.name}, by ${extension.vendor}.`,
              ExtensionVersion: extension.version,
              ExtensionRisk: extension.risk,
              ExtensionVendor: extension.vendor,
              IsActivated: 'true',
              InstallationTime: isoTime(start - random.next() * 90 * DAY),
            },
          },
        ]),
    {
      table: 'DeviceTvmCertificateInfo',
      properties: {
        DeviceId: device.id,
        Thumbprint: thumbprint,
        Path: 'LocalMachine\\My',
        SerialNumber: thumbprint.slice(0, 20),
        IssuedTo: json({ CommonName: device.name }),
        IssuedBy: json({ CommonName: 'Ternbay Issuing CA' }),
        FriendlyName: 'Device certificate',
        SignatureAlgorithm: 'sha256RSA',
        KeySize: '2048',
        IssueDate: isoTime(start - 100 * DAY),
        ExpirationDate: isoTime(now + random.next() * 300 * DAY),
        SubjectType: 'End Entity',
        KeyUsage: 'Digital Signature, Key Encipherment',
        ExtendedKeyUsage: 'Client Authentication',
      },
    },
    ...[
      ['Bios', `${device.model} System BIOS`, '1.24.0'],
      ['Processor', 'Sixth-generation processor', 'A0653'],
    ].map(([type, name, version]) => ({
      table: 'DeviceTvmHardwareFirmware',
      properties: {
        ...own,
        ComponentType: type,
        Manufacturer: device.vendor,
        ComponentName: name,
        ComponentFamily: device.model,
        ComponentVersion: version,
        AdditionalFields: json({}),
      },
    })),
    {
      table: 'DeviceTvmInfoGathering',
      properties: {
        ...own,
        Timestamp: isoTime(now - random.next() * 20 * HOUR),
        LastSeenTime: isoTime(now - random.next() * HOUR),
        OSPlatform: device.platform,
        AdditionalFields: json({ AvMode: 'Active', TpmVersion: '2.0' }),
      },
    },
    {
      table: 'DeviceTvmSoftwareEvidenceBeta',
      properties: {
        DeviceId: device.id,
        SoftwareVendor: '7-zip',
        SoftwareName: '7-zip',
        SoftwareVersion: '25.01',
        RegistryPaths: json(['HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\7-Zip']),
        DiskPaths: json(['C:\\Program Files\\7-Zip\\7z.exe']),
        LastSeenTime: isoTime(now - random.next() * DAY),
      },
    },
  ]
}
