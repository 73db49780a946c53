/** Sysmon's events as rows of Defender's tables: one event id, one entry. */

import type { Context, Mapping } from './mapping.ts'
import { accountColumns, versionColumns } from './processes.ts'
import {
  account,
  address,
  addressType,
  fieldsText,
  fileName,
  hashColumns,
  hashes,
  integrity,
  isoTime,
  number,
  pathColumns,
  port,
  type Row,
  registryData,
  registryKey,
  registryValue,
} from './values.ts'

type Get = Context['get']

export const SYSMON: Readonly<Record<number, Mapping>> = {
  1: {
    table: 'DeviceProcessEvents',
    action: 'ProcessCreated',
    columns: (c) => ({
      ...pathColumns(c.get('Image')),
      ...hashColumns(c.get('Hashes')),
      ProcessId: c.own?.pid ?? number(c.get('ProcessId')),
      ProcessCommandLine: c.get('CommandLine'),
      ProcessCreationTime: isoTime(c.get('UtcTime')),
      ProcessIntegrityLevel: integrity(c.get('IntegrityLevel')),
      ProcessTokenElevation: c.own?.elevation ?? null,
      ...versionColumns('Process', c.get),
      ...accountColumns('Account', c.get('User'), c.processes.sidOf),
      LogonId: number(c.get('LogonId')),
      CreatedProcessSessionId: number(c.get('TerminalSessionId')),
      ProcessUniqueId: c.processes.uniqueId(c.own, c.deviceId),
      ...c.initiating(c.process(c.get('ParentProcessGuid')), c.get('ParentImage')),
      AdditionalFields: fieldsText({
        CurrentDirectory: c.get('CurrentDirectory'),
        ProcessGuid: c.get('ProcessGuid'),
        Imphash: hashes(c.get('Hashes')).IMPHASH,
      }),
    }),
  },
  2: {
    table: 'DeviceEvents',
    action: 'FileTimestampModificationEvent',
    columns: (c) => ({
      ...file(c),
      AdditionalFields: fieldsText({
        PreviousCreationTime: c.get('PreviousCreationUtcTime'),
        CreationTime: c.get('CreationUtcTime'),
      }),
    }),
  },
  3: {
    table: 'DeviceNetworkEvents',
    action: (c) => (isTrue(c.get('Initiated')) ? 'ConnectionSuccess' : 'InboundConnectionAccepted'),
    columns: (c) => {
      const [near, far] = isTrue(c.get('Initiated')) ? ['Source', 'Destination'] : ['Destination', 'Source']
      return {
        ...ends(c.get(`${near}Ip`), c.get(`${near}Port`), c.get(`${far}Ip`), c.get(`${far}Port`)),
        Protocol: capital(c.get('Protocol')),
        RemoteUrl: farName(c.get(`${far}Hostname`), c.device),
        ...c.initiating(),
        AdditionalFields: fieldsText(pick(c.get, 'SourceHostname', 'DestinationHostname', 'DestinationPortName')),
      }
    },
  },
  6: {
    table: 'DeviceEvents',
    action: 'DriverLoad',
    columns: (c) => ({
      ...pathColumns(c.get('ImageLoaded')),
      ...hashColumns(c.get('Hashes')),
      InitiatingProcessFileName: 'System',
      InitiatingProcessId: 4,
      AdditionalFields: fieldsText(pick(c.get, 'Signed', 'Signature', 'SignatureStatus')),
    }),
  },
  7: {
    table: 'DeviceImageLoadEvents',
    action: 'ImageLoaded',
    columns: (c) => ({ ...pathColumns(c.get('ImageLoaded')), ...hashColumns(c.get('Hashes')), ...c.initiating() }),
  },
  8: {
    table: 'DeviceEvents',
    action: 'CreateRemoteThreadApiCall',
    columns: (c) => ({
      ...target(c),
      AdditionalFields: fieldsText({
        TargetProcess: c.get('TargetImage'),
        ...pick(c.get, 'NewThreadId', 'StartAddress', 'StartModule', 'StartFunction'),
      }),
    }),
  },
  9: {
    table: 'DeviceEvents',
    action: 'SysmonRawAccessRead',
    columns: (c) => ({
      FolderPath: c.get('Device'),
      ...c.initiating(),
      AdditionalFields: fieldsText(pick(c.get, 'Device')),
    }),
  },
  10: {
    table: 'DeviceEvents',
    action: 'OpenProcessApiCall',
    columns: (c) => ({
      ...target(c),
      AdditionalFields: fieldsText({
        DesiredAccess: number(c.get('GrantedAccess')),
        ...pick(c.get, 'CallTrace', 'SourceThreadId'),
      }),
    }),
  },
  11: fileEvent('FileCreated', (c) => ({ AdditionalFields: fieldsText(pick(c.get, 'CreationUtcTime')) })),
  12: {
    table: 'DeviceRegistryEvents',
    action: (c) => REGISTRY_ACTIONS[c.get('EventType')] ?? 'SysmonRegistryObjectAddedOrDeleted',
    columns: (c) => {
      const type = c.get('EventType')
      const path = c.get('TargetObject')
      const { key, name } = type === 'DeleteValue' ? registryValue(path) : { key: registryKey(path), name: '' }
      const now = { RegistryKey: key, RegistryValueName: name }
      const before = type.startsWith('Delete') ? { PreviousRegistryKey: key, PreviousRegistryValueName: name } : {}
      return { ...now, ...before, ...c.initiating() }
    },
  },
  13: {
    table: 'DeviceRegistryEvents',
    action: 'RegistryValueSet',
    columns: (c) => {
      const { key, name } = registryValue(c.get('TargetObject'))
      return { RegistryKey: key, RegistryValueName: name, ...registryData(c.get('Details')), ...c.initiating() }
    },
  },
  14: {
    table: 'DeviceRegistryEvents',
    action: 'RegistryKeyRenamed',
    columns: (c) => ({
      PreviousRegistryKey: registryKey(c.get('TargetObject')),
      RegistryKey: registryKey(c.get('NewName')),
      ...c.initiating(),
    }),
  },
  15: {
    table: 'DeviceFileEvents',
    action: 'FileCreated',
    columns: (c) => {
      const path = c.get('TargetFilename')
      // The colon of a drive is the second character.
      const at = path.indexOf(':', 2)
      const contents = c.get('Contents')
      const said = (name: string): string => new RegExp(`${name}=(\\S+)`).exec(contents)?.[1] ?? ''
      return {
        ...pathColumns(at < 0 ? path : path.slice(0, at)),
        // With a stream's name the hash is the stream's.
        ...(at < 0 && hashColumns(c.get('Hash'))),
        FileOriginUrl: said('HostUrl'),
        FileOriginReferrerUrl: said('ReferrerUrl'),
        FileOriginIP: said('HostIpAddress'),
        ...request(c),
        ...c.initiating(),
        AdditionalFields: fieldsText({ StreamName: at < 0 ? '' : path.slice(at + 1), ZoneId: said('ZoneId') }),
      }
    },
  },
  17: pipe('File created', 'Server'),
  18: pipe('File opened', 'Client'),
  19: wmi('SysmonWmiFilter', 'Operation', 'EventNamespace', 'Name', 'Query'),
  20: wmi('SysmonWmiConsumer', 'Operation', 'Name', 'Type', 'Destination'),
  21: wmi('WmiBindEventFilterToConsumer', 'Operation', 'Consumer', 'Filter'),
  22: {
    table: 'DeviceEvents',
    action: 'DnsQueryResponse',
    columns: (c) => ({
      RemoteUrl: c.get('QueryName'),
      ...c.initiating(),
      AdditionalFields: fieldsText({
        DnsQueryString: c.get('QueryName'),
        DnsQueryResult: JSON.stringify(
          c
            .get('QueryResults')
            .split(';')
            .map((r) => r.replace('::ffff:', '').trim())
            .filter((r) => r !== ''),
        ),
        QueryStatus: c.get('QueryStatus'),
      }),
    }),
  },
  23: fileEvent('FileDeleted', deleted),
  24: {
    table: 'DeviceEvents',
    action: 'GetClipboardData',
    columns: (c) => ({
      RemoteIP: address(/\bip: (\S+)/.exec(c.get('ClientInfo'))?.[1] ?? ''),
      RemoteDeviceName: /\bhostname: (\S+)/.exec(c.get('ClientInfo'))?.[1] ?? '',
      ...c.initiating(),
      AdditionalFields: fieldsText(pick(c.get, 'Session', 'ClientInfo')),
    }),
  },
  25: {
    table: 'DeviceEvents',
    action: 'SysmonProcessTampering',
    columns: (c) => ({
      ...pathColumns(c.get('Image')),
      ...c.initiating(),
      AdditionalFields: fieldsText(pick(c.get, 'Type')),
    }),
  },
  26: fileEvent('FileDeleted', deleted),
  27: blocked('SysmonFileBlockExecutable'),
  28: blocked('SysmonFileBlockShredding'),
  29: fileEvent('FileCreated', (c) => ({
    ...hashColumns(c.get('Hashes')),
    AdditionalFields: fieldsText({ FileType: 'PortableExecutable' }),
  })),
}

const REGISTRY_ACTIONS: Readonly<Record<string, string>> = {
  CreateKey: 'RegistryKeyCreated',
  DeleteKey: 'RegistryKeyDeleted',
  DeleteValue: 'RegistryValueDeleted',
}

const isTrue = (text: string): boolean => text.toLowerCase() === 'true'

const pick = (get: Get, ...names: readonly string[]): Row => Object.fromEntries(names.map((n) => [n, unquoted(get(n))]))

/** WMI events quote their values. */
const unquoted = (text: string): string => {
  const inner = /^\s*"(.*)"\s*$/s.exec(text)?.[1]
  return inner === undefined ? text : inner.replaceAll('\\"', '"')
}

export const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1).toLowerCase()

export function ends(localIp: string, localPort: string, remoteIp: string, remotePort: string): Row {
  const [local, remote] = [address(localIp), address(remoteIp)]
  return {
    LocalIP: local,
    LocalPort: port(localPort),
    LocalIPType: addressType(local),
    RemoteIP: remote,
    RemotePort: port(remotePort),
    RemoteIPType: addressType(remote),
  }
}

/** The far end's name, when it is one, and not the machine's own. */
function farName(name: string, device: string): string | null {
  const own = name.toLowerCase() === device || name.toLowerCase() === device.split('.')[0]
  return name === '' || own || /^[\d.]+$|:/.test(name) ? null : name
}

const file = (c: Context): Row => ({ ...pathColumns(c.get('TargetFilename')), ...c.initiating() })

function request(c: Context): Row {
  const { domain, name } = account(c.get('User') || (c.own?.user ?? ''))
  return { RequestProtocol: 'Local', RequestAccountDomain: domain, RequestAccountName: name }
}

function fileEvent(action: string, more: (c: Context) => Row): Mapping {
  return { table: 'DeviceFileEvents', action, columns: (c) => ({ ...file(c), ...request(c), ...more(c) }) }
}

function deleted(c: Context): Row {
  return { ...hashColumns(c.get('Hashes')), AdditionalFields: fieldsText(pick(c.get, 'IsExecutable', 'Archived')) }
}

function blocked(action: string): Mapping {
  return {
    table: 'DeviceEvents',
    action,
    columns: (c) => ({
      ...file(c),
      ...hashColumns(c.get('Hashes')),
      AdditionalFields: fieldsText(pick(c.get, 'IsExecutable')),
    }),
  }
}

/** The process that was opened, or got a thread; the source is the initiating one. */
function target(c: Context): Row {
  const opened = c.process(c.get('TargetProcessGuid'))
  const image = c.get('TargetImage')
  return {
    FileName: fileName(image),
    FolderPath: fileName(image) === image ? null : image,
    ProcessId: number(c.get('TargetProcessId')) ?? opened?.pid ?? null,
    ProcessCommandLine: opened?.command,
    ProcessCreationTime: opened?.start,
    ...c.initiating(c.process(c.get('SourceProcessGuid')), c.get('SourceImage')),
  }
}

function pipe(operation: string, end: string): Mapping {
  return {
    table: 'DeviceEvents',
    action: 'NamedPipeEvent',
    columns: (c) => ({
      ...c.initiating(),
      AdditionalFields: fieldsText({
        PipeName: `\\Device\\NamedPipe${c.get('PipeName')}`,
        FileOperation: operation,
        NamedPipeEnd: end,
      }),
    }),
  }
}

function wmi(action: string, ...names: readonly string[]): Mapping {
  return {
    table: 'DeviceEvents',
    action,
    columns: (c) => ({
      ...accountColumns('Account', c.get('User'), c.processes.sidOf),
      ...accountColumns('InitiatingProcessAccount', c.get('User'), c.processes.sidOf),
      AdditionalFields: fieldsText(pick(c.get, ...names)),
    }),
  }
}
