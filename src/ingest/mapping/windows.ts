/** Events of Windows itself (Security, System, PowerShell …) as rows of Defender's tables: one channel and id, one entry. */
import { createHash } from 'node:crypto'
import { unescaped } from '../windows-event.ts'
import type { Context, Mapping } from './mapping.ts'
import { accountColumns, imageColumns } from './processes.ts'
import { capital, ends } from './sysmon.ts'
import {
  address,
  addressType,
  devicePath,
  elevation,
  fieldsText,
  fileName,
  integrity,
  number,
  pathColumns,
  port,
  type Row,
} from './values.ts'

const LOGON_TYPES: Readonly<Record<string, string>> = {
  '2': 'Interactive',
  '3': 'Network',
  '4': 'Batch',
  '5': 'Service',
  '7': 'Unlock',
  '8': 'NetworkCleartext',
  '9': 'NewCredentials',
  '10': 'RemoteInteractive',
  '11': 'CachedInteractive',
  '12': 'CachedRemoteInteractive',
  '13': 'CachedUnlock',
}

const FAILURES: Readonly<Record<string, string>> = {
  '0xc000006a': 'InvalidUserNameOrPassword',
  '0xc0000064': 'InvalidUserNameOrPassword',
  '0xc000006d': 'InvalidUserNameOrPassword',
  '0xc0000234': 'AccountLocked',
  '0xc0000072': 'AccountDisabled',
  '0xc000015b': 'LogonTypeNotGranted',
  '0xc0000193': 'AccountExpired',
  '0xc0000071': 'PasswordExpired',
  '0xc0000224': 'PasswordExpired',
}

const SECURITY: Readonly<Record<number, Mapping>> = {
  1102: { table: 'DeviceEvents', action: 'SecurityLogCleared', columns: subject },
  4624: {
    table: 'DeviceLogonEvents',
    action: 'LogonSuccess',
    columns: (c) => ({
      ...logon(c),
      LogonId: number(c.get('TargetLogonId')),
      IsLocalAdmin: c.facts.admins.has(`${c.device} ${c.get('TargetLogonId').toLowerCase()}`),
    }),
  },
  4625: {
    table: 'DeviceLogonEvents',
    action: 'LogonFailed',
    columns: (c) => {
      const sub = c.get('SubStatus').toLowerCase()
      const code = sub === '' || sub === '0x0' ? c.get('Status').toLowerCase() : sub
      return { ...logon(c), FailureReason: FAILURES[code] ?? 'Unknown' }
    },
  },
  4648: {
    table: 'DeviceLogonEvents',
    action: 'LogonAttempted',
    columns: (c) => ({ ...logon(c), RemoteDeviceName: c.get('TargetServerName'), AdditionalFields: null }),
  },
  4662: {
    table: 'IdentityDirectoryEvents',
    action: 'Directory Services replication',
    when: (c) => /1131f6aa|1131f6ad|89e95b76/i.test(c.get('Properties')),
    columns: (c) => accountColumns('Account', user(c, 'Subject'), c.processes.sidOf, c.get('SubjectUserSid')),
  },
  4688: {
    table: 'DeviceProcessEvents',
    action: 'ProcessCreated',
    when: (c) => !c.facts.near('sysmon/1', c.placed, fileName(c.get('NewProcessName')), 5000),
    columns: (c) => {
      const who = c.get('TargetUserName') ? 'Target' : 'Subject'
      const parent = c.processes.byPid(c.device, number(c.get('ProcessId')), c.placed.time)
      return {
        ...pathColumns(c.get('NewProcessName')),
        ProcessId: number(c.get('NewProcessId')),
        ProcessCommandLine: c.get('CommandLine'),
        ProcessCreationTime: c.placed.time,
        ProcessIntegrityLevel: integrity(c.get('MandatoryLabel')),
        ProcessTokenElevation: elevation(c.get('TokenElevationType')),
        LogonId: number(c.get(`${who}LogonId`)),
        ...accountColumns('Account', user(c, who), c.processes.sidOf, c.get(`${who}UserSid`)),
        ...imageColumns(c.get('ParentProcessName')),
        InitiatingProcessId: number(c.get('ProcessId')),
        ...(parent && c.processes.initiating(parent, c.deviceId)),
      }
    },
  },
  4697: service((c) => c.get('ServiceFileName'), undefined),
  ...Object.fromEntries(
    Object.entries({ 4698: 'Created', 4699: 'Deleted', 4700: 'Enabled', 4701: 'Disabled', 4702: 'Updated' }).map(
      ([id, done]) => [id, task(`ScheduledTask${done}`)],
    ),
  ),
  4719: plain('AuditPolicyModification', 'CategoryId', 'SubcategoryId', 'SubcategoryGuid', 'AuditPolicyChanges'),
  4720: onAccount('UserAccountCreated'),
  4723: onAccount('PasswordChangeAttempt'),
  4724: onAccount('PasswordChangeAttempt'),
  4726: onAccount('UserAccountDeleted'),
  4731: group('SecurityGroupCreated'),
  4732: group('UserAccountAddedToLocalGroup'),
  4733: group('UserAccountRemovedFromLocalGroup'),
  4734: group('SecurityGroupDeleted'),
  4738: onAccount('UserAccountModified'),
  4768: identity('Kerberos'),
  4769: identity('Kerberos'),
  4771: identity('Kerberos'),
  4776: identity('Ntlm'),
  4797: onAccount('AccountCheckedForBlankPassword'),
  5136: plain(
    'DirectoryServiceObjectModified',
    'ObjectDN',
    'ObjectClass',
    'AttributeLDAPDisplayName',
    'AttributeValue',
  ),
  5137: plain('DirectoryServiceObjectCreated', 'ObjectDN', 'ObjectClass'),
  5142: share('NetworkShareObjectAdded'),
  5143: share('NetworkShareObjectModified'),
  5144: share('NetworkShareObjectDeleted'),
  5145: share('NetworkShareObjectAccessChecked'),
  5154: {
    table: 'DeviceNetworkEvents',
    action: 'ListeningConnectionCreated',
    columns: (c) => ({
      ...ends(c.get('SourceAddress'), c.get('SourcePort'), '', ''),
      Protocol: PROTOCOLS[c.get('Protocol')],
      ...writer(c, devicePath(c.get('Application'))),
    }),
  },
  5156: filtering(undefined),
  5157: filtering('ConnectionFailed'),
  6416: plain('PnpDeviceConnected', 'ClassName', 'DeviceId', 'DeviceDescription', 'VendorIds'),
}

const POWERSHELL: Readonly<Record<number, Mapping>> = {
  4103: {
    table: 'DeviceEvents',
    action: 'PowerShellCommand',
    columns: (c) => {
      const info = `${c.get('ContextInfo')}\n${c.placed.event.message}`
      const said = (name: string): string => new RegExp(`${name} = ([^\\r\\n]*)`).exec(info)?.[1]?.trim() ?? ''
      const [command, who] = [said('Host Application'), said('User')]
      return {
        ...shell(c),
        ...(command !== '' && { InitiatingProcessCommandLine: command }),
        ...(who !== '' && accountColumns('InitiatingProcessAccount', who, c.processes.sidOf)),
        AdditionalFields: fieldsText({ Command: said('Command Name') }),
      }
    },
  },
  4104: {
    table: 'DeviceEvents',
    action: 'ScriptContent',
    columns: (c) => {
      const script = unescaped(c.get('ScriptBlockText'))
      return {
        ...shell(c),
        SHA256: createHash('sha256').update(script).digest('hex'),
        AdditionalFields: fieldsText({ ScriptContent: script }),
      }
    },
  },
}

const CHANNELS: Readonly<Record<string, Readonly<Record<number, Mapping>>>> = {
  security: SECURITY,
  system: {
    7045: service(
      (c) => c.get('ImagePath'),
      (c) => !c.facts.near('security/4697', c.placed, c.get('ServiceName'), 10_000),
    ),
  },
  'microsoft-windows-powershell/operational': POWERSHELL,
  'microsoft-windows-wmi-activity/operational': {
    5861: {
      table: 'DeviceEvents',
      action: 'WmiBindEventFilterToConsumer',
      when: (c) => !c.facts.near('sysmon/21', c.placed, '', 5000),
      columns: () => ({}),
    },
  },
  'microsoft-windows-windows defender/operational': { 1116: antivirus(), 1117: antivirus() },
}

export const windowsMapping = (channel: string, id: number): Mapping | undefined => CHANNELS[channel]?.[id]

const PROTOCOLS: Readonly<Record<string, string>> = { '6': 'Tcp', '17': 'Udp', '1': 'Icmp' }

const user = (c: Context, side: string): string => {
  const name = c.get(`${side}UserName`)
  const domain = c.get(`${side}DomainName`)
  return name === '' ? '' : domain === '' ? name : `${domain}\\${name}`
}

function subject(c: Context): Row {
  return accountColumns('InitiatingProcessAccount', user(c, 'Subject'), c.processes.sidOf, c.get('SubjectUserSid'))
}

/** The process that an event names by its id and its image. */
function writer(c: Context, image: string): Row {
  const pid = number(c.get('ProcessId'))
  const known = c.processes.byPid(c.device, pid, c.placed.time)
  const same = known && fileName(known.image).toLowerCase() === fileName(image).toLowerCase()
  return { ...(same && c.processes.initiating(known, c.deviceId)), ...imageColumns(image), InitiatingProcessId: pid }
}

/** The PowerShell that wrote the event itself. */
function shell(c: Context): Row {
  const pid = c.placed.event.writerPid
  return {
    ...c.processes.initiating(c.processes.byPid(c.device, pid, c.placed.time), c.deviceId),
    InitiatingProcessId: pid,
  }
}

function logon(c: Context): Row {
  const remote = address(c.get('IpAddress'))
  return {
    ...accountColumns('Account', user(c, 'Target'), c.processes.sidOf, c.get('TargetUserSid')),
    LogonType: LOGON_TYPES[c.get('LogonType')] ?? null,
    RemoteIP: remote,
    RemoteIPType: addressType(remote),
    RemotePort: port(c.get('IpPort')),
    RemoteDeviceName: c.get('WorkstationName'),
    Protocol: c.get('AuthenticationPackageName'),
    ...writer(c, c.get('ProcessName')),
    ...subject(c),
    AdditionalFields: remote === '' ? fieldsText({ IsLocalLogon: true }) : null,
  }
}

function additional(c: Context, names: readonly string[]): string | null {
  return fieldsText(Object.fromEntries(names.map((n) => [n, c.get(n)])))
}

function plain(action: string, ...names: readonly string[]): Mapping {
  return {
    table: 'DeviceEvents',
    action,
    columns: (c) => ({ ...subject(c), AdditionalFields: additional(c, names) }),
  }
}

function onAccount(action: string): Mapping {
  return {
    table: 'DeviceEvents',
    action,
    columns: (c) => ({
      ...accountColumns('Account', user(c, 'Target'), c.processes.sidOf, c.get('TargetSid')),
      ...subject(c),
    }),
  }
}

function group(action: string): Mapping {
  return {
    table: 'DeviceEvents',
    action,
    columns: (c) => ({
      AccountSid: c.get('MemberSid'),
      AccountName: c.get('MemberName'),
      ...subject(c),
      AdditionalFields: fieldsText({
        GroupName: c.get('TargetUserName'),
        GroupDomainName: c.get('TargetDomainName'),
        GroupSid: c.get('TargetSid'),
      }),
    }),
  }
}

function task(action: string): Mapping {
  return {
    table: 'DeviceEvents',
    action,
    columns: (c) => ({
      ...subject(c),
      AdditionalFields: fieldsText({
        TaskName: c.get('TaskName'),
        TaskContent: unescaped(c.get('TaskContent') || c.get('TaskContentNew')),
      }),
    }),
  }
}

function service(line: (c: Context) => string, when: Mapping['when']): Mapping {
  return {
    table: 'DeviceEvents',
    action: 'ServiceInstalled',
    ...(when && { when }),
    columns: (c) => {
      const whole = line(c)
      const message = /Service Account:\s*([^\r\n]*)/.exec(c.placed.event.message)?.[1]?.trim()
      return {
        ...pathColumns(/^"([^"]*)"|^\S+/.exec(whole)?.slice(0, 2).reverse().find(Boolean) ?? ''),
        ...subject(c),
        AdditionalFields: fieldsText({
          ServiceName: c.get('ServiceName'),
          ServiceAccount: c.get('ServiceAccount') || message || c.get('AccountName'),
          ServiceStartType: c.get('ServiceStartType') || c.get('StartType'),
          ServiceType: c.get('ServiceType'),
          ServiceFileName: whole,
        }),
      }
    },
  }
}

function identity(protocol: string): Mapping {
  return {
    table: 'IdentityLogonEvents',
    action: (c) => (number(c.get('Status')) === 0 ? 'LogonSuccess' : 'LogonFailed'),
    columns: (c) => ({
      Application: 'Active Directory',
      Protocol: protocol,
      AccountName: (c.get('TargetUserName').split('@')[0] ?? '').toLowerCase(),
      AccountDomain: c.get('TargetDomainName').toLowerCase(),
      IPAddress: address(c.get('IpAddress')),
      Port: port(c.get('IpPort')),
      DeviceName: c.get('Workstation').toLowerCase(),
      DestinationDeviceName: c.device,
      AdditionalFields: additional(c, ['ServiceName', 'TicketEncryptionType', 'Status', 'TicketOptions']),
    }),
  }
}

function share(action: string): Mapping {
  return {
    table: 'DeviceEvents',
    action,
    columns: (c) => ({
      ...accountColumns('Account', user(c, 'Subject'), c.processes.sidOf, c.get('SubjectUserSid')),
      RemoteIP: address(c.get('IpAddress')),
      RemotePort: port(c.get('IpPort')),
      AdditionalFields: additional(c, ['ShareName', 'ShareLocalPath', 'RelativeTargetName', 'AccessMask']),
    }),
  }
}

/** The filtering platform's connections, which Sysmon tells better where it runs. */
function filtering(action: string | undefined): Mapping {
  const outbound = (c: Context): boolean => c.get('Direction') === '%%14593'
  return {
    table: 'DeviceNetworkEvents',
    action: (c) => action ?? (outbound(c) ? 'ConnectionSuccess' : 'InboundConnectionAccepted'),
    ...(action === undefined && { when: (c: Context) => !c.facts.sysmonDevices.has(c.device) }),
    columns: (c) => {
      const known = (side: string): boolean => c.facts.addresses.has(`${c.device} ${address(c.get(`${side}Address`))}`)
      const [near, far] = outbound(c) || (known('Source') && !known('Dest')) ? ['Source', 'Dest'] : ['Dest', 'Source']
      return {
        ...ends(c.get(`${near}Address`), c.get(`${near}Port`), c.get(`${far}Address`), c.get(`${far}Port`)),
        Protocol: PROTOCOLS[c.get('Protocol')] ?? capital(c.get('Protocol')),
        ...writer(c, devicePath(c.get('Application'))),
      }
    },
  }
}

function antivirus(): Mapping {
  return {
    table: 'DeviceEvents',
    action: 'AntivirusDetection',
    columns: (c) => ({
      ...pathColumns(c.get('Path').replace(/^\w+:_/, '')),
      AdditionalFields: fieldsText({
        ThreatName: c.get('Threat Name'),
        WasRemediated: c.placed.event.id === 1117,
        Action: c.get('Action Name'),
      }),
    }),
  }
}
