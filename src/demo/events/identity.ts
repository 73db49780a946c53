/** The identity tables: logons seen by the domain controller and the cloud, directory queries and changes, and the people themselves. */
import { type Device, isServer, OFFICE_IP, type Person, TENANT } from '../firm.ts'
import { weighted } from '../random.ts'
import { DAY, isoTime, isWorkTime } from '../time.ts'
import { cloudAccount, identityAccount, json, type World } from '../world.ts'
import { deviceOf } from './logons.ts'

export function identityLogon(world: World, at: number): void {
  const { random, firm } = world
  const person = random.chance(0.12) ? random.pick(firm.admins) : random.pick(firm.people)
  const failed = random.chance(0.04)
  if (random.chance(0.3)) {
    world.row('IdentityLogonEvents', at, {
      ActionType: failed ? 'LogonFailed' : 'LogonSuccess',
      Application: random.pick(['Microsoft 365', 'Microsoft Exchange Online', 'Microsoft Teams']),
      LogonType: 'Sign-in',
      Protocol: 'OAuth2',
      ...(failed && { FailureReason: 'WrongPassword' }),
      ...identityAccount(person),
      ...from(deviceOf(world, person)),
      IPAddress: placeOf(world, person, at).ip,
      Location: placeOf(world, person, at).country,
      ReportId: random.guid(),
      AdditionalFields: json({ 'ACTOR.ACCOUNT': person.upn, 'FROM.DEVICE': '' }),
    })
    return
  }
  const target = random.pick(firm.devices.filter(isServer))
  domainLogon(world, at, person, deviceOf(world, person), target, random.chance(0.85) ? 'Kerberos' : 'Ntlm', failed)
}

/** A logon that the domain controller answered. */
export function domainLogon(
  world: World,
  at: number,
  person: Person,
  device: Device,
  target: Device,
  protocol: 'Kerberos' | 'Ntlm',
  failed: boolean,
): void {
  const controller = world.firm.domainController
  world.row('IdentityLogonEvents', at, {
    ActionType: failed ? 'LogonFailed' : 'LogonSuccess',
    Application: 'Active Directory',
    LogonType: protocol === 'Ntlm' ? 'Credentials validation' : 'Resource access',
    Protocol: protocol,
    ...(failed && { FailureReason: 'WrongPassword' }),
    ...identityAccount(person),
    ...from(device),
    IPAddress: device.ip,
    Port: world.random.int(49_152, 65_500),
    DestinationDeviceName: controller.name,
    DestinationIPAddress: controller.ip,
    DestinationPort: protocol === 'Kerberos' ? 88 : 445,
    TargetDeviceName: target.name,
    ReportId: world.random.guid(),
    AdditionalFields: json({
      Count: 1,
      'FROM.DEVICE': device.name,
      'TO.DEVICE': controller.name,
      Spns: `cifs/${target.name}`,
    }),
  })
}

const from = (device: Device) => ({
  DeviceName: device.name,
  DeviceType: isServer(device) ? 'Server' : 'Workstation',
  OSPlatform: device.platform,
})

/** People work in the office by day and at home in the evening. */
export function placeOf(world: World, person: Person, at: number) {
  const inOffice = isWorkTime(at) && world.random.chance(0.85)
  return {
    ip: inOffice ? OFFICE_IP : person.homeIp,
    country: person.city === 'Galway' ? 'IE' : 'NL',
    city: person.city,
  }
}

export function identityQuery(world: World, at: number): void {
  const { random, firm } = world
  const person = random.chance(0.4) ? random.pick(firm.admins) : random.pick(firm.people)
  const kind = random.pick(['LDAP query', 'LDAP query', 'DNS query', 'SAMR query'] as const)
  queryRow(
    world,
    at,
    person,
    deviceOf(world, person),
    kind,
    {
      'LDAP query': ['AllUsers', `(&(objectCategory=person)(mail=${person.name}*))`],
      'DNS query': ['A', random.pick(firm.devices).name],
      'SAMR query': ['QueryUser', person.name],
    }[kind] as [string, string],
  )
}

export function queryRow(
  world: World,
  at: number,
  person: Person,
  device: Device,
  kind: string,
  [type, query]: readonly [string, string],
): void {
  const controller = world.firm.domainController
  world.row('IdentityQueryEvents', at, {
    ActionType: kind,
    Application: 'Active Directory',
    QueryType: type,
    QueryTarget: query,
    Query: query,
    Protocol: kind.slice(0, kind.indexOf(' ')),
    ...identityAccount(person),
    DeviceName: device.name,
    IPAddress: device.ip,
    Port: world.random.int(49_152, 65_500),
    DestinationDeviceName: controller.name,
    DestinationIPAddress: controller.ip,
    DestinationPort: kind === 'LDAP query' ? 389 : kind === 'DNS query' ? 53 : 445,
    ReportId: world.random.guid(),
    AdditionalFields: json({ Count: 1, 'TO.DEVICE': controller.name }),
  })
}

const CHANGES = weighted([
  ['Account Password changed', 6],
  ['Group Membership changed', 3],
  ['Device Operating System changed', 2],
  ['Account Display Name changed', 1],
  ['Service creation', 1],
] as const)

export function directoryChange(world: World, at: number): void {
  const { random, firm } = world
  const admin = random.pick(firm.admins)
  const target = random.pick(firm.people)
  const kind = CHANGES.draw(random)
  world.row('IdentityDirectoryEvents', at, {
    ActionType: kind,
    Application: 'Active Directory',
    TargetAccountUpn: target.upn,
    TargetAccountDisplayName: target.displayName,
    ...(kind === 'Device Operating System changed' && { TargetDeviceName: deviceOf(world, target).name }),
    DestinationDeviceName: firm.domainController.name,
    DestinationIPAddress: firm.domainController.ip,
    DestinationPort: 389,
    Protocol: 'Ldap',
    ...identityAccount(admin),
    DeviceName: deviceOf(world, admin).name,
    IPAddress: deviceOf(world, admin).ip,
    ReportId: random.guid(),
    AdditionalFields: json({
      ...(kind === 'Group Membership changed' && { 'TO.GROUP': `GG-${target.department}` }),
      'ACTOR.ACCOUNT': admin.name,
    }),
  })
}

/** One row a person (people of the firm and administrators' accounts), as the daily snapshot writes them. */
export function identityInfo(world: World, at: number, person: Person): void {
  const ou = person.isAdmin ? 'Admins' : person.department
  const roles = person.isAdmin ? ['Global Administrator'] : []
  world.row('IdentityInfo', at, {
    ReportId: world.random.guid(),
    ...cloudAccount(person),
    AccountName: person.name,
    AccountDomain: person.domain,
    AccountUpn: person.upn,
    OnPremSid: person.sid,
    CloudSid: `S-1-12-1-${world.random.int(1e8, 2e9)}-${world.random.int(1e8, 2e9)}-${world.random.int(1e8, 2e9)}-${world.random.int(1e8, 2e9)}`,
    CriticalityLevel: person.isAdmin ? 0 : 3,
    Type: 'User',
    DistinguishedName: `CN=${person.displayName},OU=${ou},DC=ternbay,DC=example`,
    GivenName: person.givenName,
    Surname: person.surname,
    Department: person.department,
    JobTitle: person.title,
    EmailAddress: person.upn,
    SipProxyAddress: person.isAdmin ? '' : person.upn,
    City: person.city,
    Country: person.city === 'Galway' ? 'IE' : 'NL',
    IsAccountEnabled: true,
    Phone: person.phone,
    CreatedDateTime: isoTime(world.start - 700 * DAY),
    ChangeSource: 'System-UserPersisted',
    BlastRadius: person.isAdmin ? 'High' : 'Low',
    CompanyName: 'Ternbay Marine',
    EmployeeId: person.employeeId,
    RiskLevel: 'None',
    Tags: json(person.isAdmin ? ['Sensitive'] : []),
    AssignedRoles: json(roles),
    PrivilegedEntraPimRoles: json([]),
    TenantId: TENANT,
    SourceSystem: 'AzureActiveDirectory',
    TenantMembershipType: 'Member',
    IdentityEnvironment: 'Hybrid',
    SourceProviders: json(['ActiveDirectory', 'AzureActiveDirectory']),
    GroupMembership: json([`GG-${ou}`, ...(person.isAdmin ? ['Domain Admins'] : ['Domain Users'])]),
  })
}

const APPLICATIONS = [
  ['Office 365 Exchange Online', '00000002-0000-0ff1-ce00-000000000000'],
  ['Microsoft Teams', '1fec8e78-bce4-4aaf-ab1b-5451cc387264'],
  ['Office 365 SharePoint Online', '00000003-0000-0ff1-ce00-000000000000'],
  ['Ternbay Yard Portal', '5d0c0e58-30f1-4f6e-9a0e-77d0a9a1c402'],
] as const

export interface SignIn {
  readonly at: number
  readonly person: Person
  readonly ip: string
  readonly country: string
  readonly city: string
  readonly errorCode?: number
  /** Absent for a device that the firm does not know. */
  readonly device?: Device
  readonly userAgent?: string
  readonly risk?: number
  readonly application?: string
}

export function signIn(world: World, at: number): void {
  const { random, firm } = world
  const person = random.pick(firm.people)
  const place = placeOf(world, person, at)
  const fails = random.chance(0.05)
  signInRow(world, {
    at,
    person,
    ip: place.ip,
    country: place.country,
    city: place.city,
    device: deviceOf(world, person),
    ...(fails && { errorCode: random.pick([50126, 50074, 50055]) }),
  })
}

export function signInRow(world: World, { person, device, ...signIn }: SignIn): void {
  const { random } = world
  const [application, applicationId] =
    APPLICATIONS.find(([name]) => name === signIn.application) ?? random.pick(APPLICATIONS)
  const mac = device?.platform === 'macOS'
  world.row('EntraIdSignInEvents', signIn.at, {
    Application: application,
    ApplicationId: applicationId,
    LogonType: json(['interactiveUser']),
    ErrorCode: signIn.errorCode ?? 0,
    CorrelationId: random.guid(),
    SessionId: random.guid(),
    ...cloudAccount(person),
    AccountUpn: person.upn,
    IsExternalUser: 0,
    IsGuestUser: false,
    LastPasswordChangeTimestamp: isoTime(world.start - 20 * DAY),
    ResourceDisplayName: 'Microsoft Graph',
    ResourceId: '00000003-0000-0000-c000-000000000000',
    ResourceTenantId: TENANT,
    ...(device && {
      DeviceName: device.name.slice(0, device.name.indexOf('.')),
      EntraIdDeviceId: device.aadId,
      DeviceTrustType: 'Hybrid Azure AD joined',
    }),
    OSPlatform: mac ? 'MacOs' : 'Windows',
    IsManaged: device ? 1 : 0,
    IsCompliant: device ? 1 : 0,
    AuthenticationProcessingDetails: json({ 'Legacy TLS': 'False' }),
    AuthenticationRequirement: device ? 'singleFactorAuthentication' : 'multiFactorAuthentication',
    TokenIssuerType: 'AzureAD',
    RiskLevelAggregated: signIn.risk ?? 0,
    RiskLevelDuringSignIn: signIn.risk ?? 0,
    RiskState: signIn.risk ? 4 : 0,
    UserAgent:
      signIn.userAgent ??
      (mac
        ? 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Safari/605.1.15'
        : 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) Edg/142.0.0.0'),
    ClientAppUsed: 'Browser',
    Browser: mac ? 'Safari 18.5' : 'Edge 142.0.0',
    ConditionalAccessPolicies: json([
      { displayName: 'Require multifactor outside the office', result: signIn.errorCode ? 'failure' : 'success' },
    ]),
    ConditionalAccessStatus: signIn.errorCode ? 1 : 0,
    IPAddress: signIn.ip,
    Country: signIn.country,
    City: signIn.city,
    NetworkLocationDetails: json(
      signIn.ip === OFFICE_IP ? [{ networkType: 'trustedNamedLocation', networkNames: ['Office'] }] : [],
    ),
    RequestId: random.guid(),
    ReportId: random.guid(),
  })
}

const WORKLOADS = ['Yard Sync', 'Wingtip Backup Connector', 'HR Import'] as const

export function servicePrincipalSignIn(world: World, at: number): void {
  const { random } = world
  const name = random.pick(WORKLOADS)
  const at0 = WORKLOADS.indexOf(name)
  world.row('EntraIdSpnSignInEvents', at, {
    Application: name,
    ApplicationId: `7e1d2c3b-0000-4000-a000-00000000000${at0}`,
    IsManagedIdentity: false,
    ErrorCode: random.chance(0.01) ? 7000222 : 0,
    CorrelationId: random.guid(),
    ServicePrincipalName: name,
    ServicePrincipalId: `7e1d2c3b-0000-4000-a000-00000000001${at0}`,
    ResourceDisplayName: 'Microsoft Graph',
    ResourceId: '00000003-0000-0000-c000-000000000000',
    ResourceTenantId: TENANT,
    IPAddress: OFFICE_IP,
    Country: 'IE',
    City: 'Galway',
    RequestId: random.guid(),
    ReportId: random.guid(),
  })
}
