/** DeviceInfo, DeviceNetworkInfo and DeviceFileCertificateInfo: what the sensor reports about the device itself. */
import { type Device, isServer, isWindows, NETBIOS, OFFICE_IP } from '../firm.ts'
import type { Machine } from '../machine.ts'
import { PROGRAMS } from '../software.ts'
import { DAY, isoTime } from '../time.ts'
import { json, type World } from '../world.ts'

export function deviceInfo(world: World, at: number, { device, user }: Machine): void {
  const person = user ?? device.owner
  const server = isServer(device)
  world.deviceRow('DeviceInfo', device, at, {
    ClientVersion: isWindows(device) ? `10.8760.${device.build}.${device.revision}` : '101.25092.0005',
    PublicIP: OFFICE_IP,
    OSArchitecture: device.platform === 'macOS' ? 'arm64' : '64-bit',
    OSPlatform: device.platform,
    OSBuild: device.build,
    OsBuildRevision: device.revision,
    OSVersion: device.osVersion,
    OSVersionInfo:
      { Windows11: '24H2', Windows10: '22H2', WindowsServer2022: '21H2', WindowsServer2019: '1809' }[
        device.platform as string
      ] ?? '',
    OSDistribution: device.platform === 'Linux' ? 'Ubuntu' : '',
    IsAzureADJoined: !server,
    JoinType: server ? 'Domain Joined' : 'Hybrid Azure AD Join',
    AadDeviceId: device.aadId,
    LoggedOnUsers: json(person ? [{ UserName: person.name, DomainName: NETBIOS.toUpperCase(), Sid: person.sid }] : []),
    RegistryDeviceTag: server ? 'server' : (device.owner?.department ?? ''),
    MachineGroup: device.group,
    OnboardingStatus: 'Onboarded',
    DeviceCategory: 'Endpoint',
    DeviceType: server ? 'Server' : 'Workstation',
    Vendor: device.vendor,
    Model: device.model,
    IsInternetFacing: device.name.startsWith('tb-web'),
    SensorHealthState: 'Active',
    IsExcluded: false,
    ExposureLevel: server ? 'Medium' : 'Low',
    AssetValue: device.role === 'domain controller' ? 'High' : 'Normal',
    DeviceManualTags: json(device.owner?.department === 'Management' ? ['VIP'] : []),
    DeviceDynamicTags: '[]',
    ConnectivityType: 'Streamlined',
    HardwareUuid: device.aadId.toUpperCase(),
    IsTransient: false,
    Site: 'Galway',
  })
}

export function deviceNetworkInfo(world: World, at: number, { device }: Machine): void {
  const wireless = !isServer(device) && world.random.chance(0.6)
  const prefix = device.ip.slice(0, device.ip.lastIndexOf('.'))
  world.deviceRow('DeviceNetworkInfo', device, at, {
    NetworkAdapterName: isWindows(device) ? `{${device.aadId.toUpperCase()}}` : 'en0',
    MacAddress: device.mac.replaceAll(':', ''),
    NetworkAdapterType: wireless ? 'Wireless80211' : 'Ethernet',
    NetworkAdapterStatus: 'Up',
    NetworkAdapterVendor: device.vendor,
    NetworkAdapterDnsSuffix: 'ternbay.example',
    TunnelType: 'None',
    ConnectedNetworks: json([
      { Name: 'ternbay.example', Description: 'ternbay.example', IsConnectedToInternet: true, Category: 'Domain' },
    ]),
    DnsAddresses: json([world.firm.domainController.ip]),
    IPv4Dhcp: isServer(device) ? '' : world.firm.domainController.ip,
    DefaultGateways: json([`${prefix}.1`]),
    IPAddresses: json([{ IPAddress: device.ip, SubnetPrefix: 24, AddressType: 'Private' }]),
    OnboardingStatus: 'Onboarded',
  })
}

const SIGNED = [...PROGRAMS.values()].filter((p) => p.company !== '')

export function certificateInfo(world: World, at: number, device: Device): void {
  const file = world.random.pick(SIGNED)
  const microsoft = file.company.startsWith('Microsoft')
  const signer = microsoft && file.signer === 'OsVendor' ? 'Microsoft Windows' : file.company
  const issuer = microsoft ? 'Microsoft Windows Production PCA 2011' : 'Example Trust Code Signing CA 2'
  world.deviceRow('DeviceFileCertificateInfo', device, at, {
    SHA1: file.sha1,
    IsSigned: true,
    SignatureType: microsoft ? 'Catalog' : 'Embedded',
    Signer: signer,
    // A certificate has one hash and number wherever it is met: they are made from the file's.
    SignerHash: file.md5 + file.sha1.slice(0, 8),
    Issuer: issuer,
    IssuerHash: microsoft ? '61'.repeat(20) : '2f'.repeat(20),
    CertificateSerialNumber: `33${file.sha256.slice(0, 36)}`,
    CrlDistributionPointUrls: json([
      microsoft ? 'http://crl.windows.example/pca2011.crl' : 'http://crl.example.org/code2.crl',
    ]),
    CertificateCreationTime: isoTime(world.start - 300 * DAY),
    CertificateExpirationTime: isoTime(world.start + 400 * DAY),
    CertificateCountersignatureTime: isoTime(world.start - 60 * DAY),
    IsTrusted: true,
    IsRootSignerMicrosoft: microsoft,
  })
}
