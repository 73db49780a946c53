/** The vulnerability tables: software, its weaknesses and the settings of each device. The CVE numbers are invented. */
import { type Device, type Firm, isServer, isWindows } from '../firm.ts'
import { HOUR, isoTime } from '../time.ts'
import { json, type World } from '../world.ts'

interface Software {
  readonly vendor: string
  readonly name: string
  readonly versions: readonly string[]
  readonly on: (device: Device) => boolean
  readonly endOfSupport?: string
}

const everywhere = isWindows
const onWorkstations = (d: Device): boolean => isWindows(d) && !isServer(d)
const workstationsOf =
  (department: string) =>
  (d: Device): boolean =>
    onWorkstations(d) && d.owner?.department === department

const SOFTWARE: readonly Software[] = [
  {
    vendor: 'microsoft',
    name: 'edge_chromium-based',
    versions: ['142.0.3595.80', '142.0.3595.65', '141.0.3537.99'],
    on: everywhere,
  },
  { vendor: 'microsoft', name: 'office', versions: ['16.0.19127.20264', '16.0.19029.20208'], on: onWorkstations },
  { vendor: 'microsoft', name: 'teams', versions: ['25290.302.4044.3989'], on: onWorkstations },
  { vendor: 'microsoft', name: 'onedrive', versions: ['25.199.1012.2'], on: onWorkstations },
  { vendor: 'google', name: 'chrome', versions: ['142.0.7444.176', '142.0.7444.60'], on: onWorkstations },
  { vendor: 'adobe', name: 'acrobat_dc', versions: ['25.1.20844.0', '25.1.20756.0'], on: onWorkstations },
  { vendor: '7-zip', name: '7-zip', versions: ['25.01', '23.01'], on: onWorkstations },
  { vendor: 'fabrikam', name: 'hullcad', versions: ['9.4.2.118', '9.3.0.44'], on: workstationsOf('Engineering') },
  { vendor: 'northwind', name: 'ledger', versions: ['12.0.6.0'], on: workstationsOf('Finance') },
  {
    vendor: 'wingtip',
    name: 'backup_agent',
    versions: ['7.2.1.40', '6.8.0.12'],
    on: isServer,
    endOfSupport: '2025-06-30T00:00:00.0000000Z',
  },
  { vendor: 'microsoft', name: 'sql_server_2022', versions: ['16.0.4215.2'], on: (d) => d.role === 'database' },
  {
    vendor: 'f5',
    name: 'nginx',
    versions: ['1.18.0'],
    on: (d) => d.platform === 'Linux',
    endOfSupport: '2021-04-20T00:00:00.0000000Z',
  },
  { vendor: 'openbsd', name: 'openssh', versions: ['8.9p1'], on: (d) => d.platform === 'Linux' },
  { vendor: 'apple', name: 'safari', versions: ['18.5'], on: (d) => d.platform === 'macOS' },
]

interface Weakness {
  readonly id: string
  readonly software: string
  readonly severity: 'Critical' | 'High' | 'Medium' | 'Low'
  readonly score: string
  readonly exploit: boolean
  readonly text: string
}

const weakness = (id: string, software: string, score: string, exploit: boolean, text: string): Weakness => {
  const value = Number(score)
  return {
    id,
    software,
    score,
    exploit,
    text,
    severity: value >= 9 ? 'Critical' : value >= 7 ? 'High' : value >= 4 ? 'Medium' : 'Low',
  }
}

const WEAKNESSES: readonly Weakness[] = [
  weakness('CVE-2026-90001', 'hullcad', '8.8', false, 'A crafted drawing can run code when it is opened.'),
  weakness('CVE-2026-90002', 'backup_agent', '9.8', true, 'The agent accepts commands without authentication.'),
  weakness('CVE-2026-90003', 'backup_agent', '6.5', false, 'The agent writes credentials to its log.'),
  weakness('CVE-2026-90004', 'ledger', '7.2', false, 'A report template can read files of other users.'),
  weakness('CVE-2025-90011', 'hullcad', '5.5', false, 'Licence files are readable by every user.'),
  weakness('CVE-2025-90012', 'ledger', '3.3', false, 'The session stays valid after signing out.'),
]

const SETTINGS: readonly (readonly [string, string, string, number, string])[] = [
  ['scid-90001', 'Security controls', 'Antivirus', 9, 'Turn on real-time protection'],
  [
    'scid-90002',
    'Security controls',
    'Attack Surface Reduction',
    9,
    'Block Office applications from creating child processes',
  ],
  ['scid-90003', 'Security controls', 'Attack Surface Reduction', 9, 'Block credential stealing from lsass.exe'],
  ['scid-90004', 'OS', 'Encryption', 8, 'Encrypt all drives'],
  ['scid-90005', 'Accounts', 'Password Policy', 6, 'Require fourteen characters in passwords'],
  ['scid-90006', 'Network', 'Firewall', 8, 'Turn on the firewall for every profile'],
  ['scid-90007', 'Application', 'Office', 7, 'Block macros in files from the internet'],
  ['scid-90008', 'Network', 'SMB', 6, 'Require signing of SMB traffic'],
]

export interface StateRow {
  readonly table: string
  readonly properties: Record<string, unknown>
}

/** The tables that say what is, not what happened: whole for a month of usual size, the most telling devices first when cut. */
export function vulnerabilityState(world: World): StateRow[] {
  const { firm, now } = world
  const rows: StateRow[] = []
  const devices = mostTellingFirst(firm)
  for (const device of devices) {
    const os = {
      DeviceId: device.id,
      DeviceName: device.name,
      OSPlatform: device.platform,
      OSVersion: device.osVersion,
      OSArchitecture: device.platform === 'macOS' ? 'arm64' : 'x64',
    }
    for (const software of SOFTWARE.filter((s) => s.on(device))) {
      const version = world.random.pick(software.versions)
      const facts = { SoftwareVendor: software.vendor, SoftwareName: software.name, SoftwareVersion: version }
      rows.push({
        table: 'DeviceTvmSoftwareInventory',
        properties: {
          ...os,
          ...facts,
          ...(software.endOfSupport && { EndOfSupportStatus: 'EOS Software', EndOfSupportDate: software.endOfSupport }),
          ProductCodeCpe: `cpe:2.3:a:${software.vendor}:${software.name}:${version}:*:*:*:*:*:*:*`,
        },
      })
      for (const w of WEAKNESSES.filter((w) => w.software === software.name)) {
        rows.push({
          table: 'DeviceTvmSoftwareVulnerabilities',
          properties: {
            ...os,
            ...facts,
            CveId: w.id,
            VulnerabilitySeverityLevel: w.severity,
            RecommendedSecurityUpdate: `${software.name} update`,
            CveTags: json(w.exploit ? ['Exploit'] : []),
          },
        })
      }
    }
    for (const [id, category, subcategory, impact] of isWindows(device) ? SETTINGS : SETTINGS.slice(3, 6)) {
      rows.push({
        table: 'DeviceTvmSecureConfigurationAssessment',
        properties: {
          DeviceId: device.id,
          DeviceName: device.name,
          OSPlatform: device.platform,
          Timestamp: isoTime(now - world.random.next() * 20 * HOUR),
          ConfigurationId: id,
          ConfigurationCategory: category,
          ConfigurationSubcategory: subcategory,
          ConfigurationImpact: impact,
          IsCompliant: world.random.chance(0.8),
          IsApplicable: true,
          Context: json([]),
          IsExpectedUserImpact: false,
        },
      })
    }
  }
  return rows
}

/** The same for every device: few rows, always whole. */
export function vulnerabilityKnowledge(world: World): StateRow[] {
  return [
    ...SETTINGS.map(([id, category, subcategory, impact, name]) => ({
      table: 'DeviceTvmSecureConfigurationAssessmentKB',
      properties: {
        ConfigurationId: id,
        ConfigurationImpact: impact,
        ConfigurationName: name,
        ConfigurationDescription: `${name}.`,
        RiskDescription: 'Without it an attacker gets further.',
        ConfigurationCategory: category,
        ConfigurationSubcategory: subcategory,
        ConfigurationBenchmarks: json([]),
        Tags: json([]),
        RemediationOptions: 'Group policy or device management.',
      },
    })),
    ...WEAKNESSES.map((w) => ({
      table: 'DeviceTvmSoftwareVulnerabilitiesKB',
      properties: {
        CveId: w.id,
        CvssScore: w.score,
        IsExploitAvailable: w.exploit,
        VulnerabilitySeverityLevel: w.severity,
        LastModifiedTime: isoTime(world.start + HOUR),
        PublishedDate: isoTime(world.start - 900 * HOUR),
        VulnerabilityDescription: w.text,
        AffectedSoftware: json([w.software]),
      },
    })),
  ]
}

const mostTellingFirst = (firm: Firm): Device[] => [
  ...new Set([
    firm.victimDevice,
    firm.fileServer,
    firm.domainController,
    ...firm.devices.filter((_, i) => i % 5 === 0),
    ...firm.devices,
  ]),
]
