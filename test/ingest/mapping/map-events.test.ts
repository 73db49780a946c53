import { randomUUID } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { eventLog } from '../../../src/ingest/mapping/event-log.ts'
import { deviceIdOf, mapEvents } from '../../../src/ingest/mapping/map-events.ts'
import { windowsEvent } from '../../../src/ingest/windows-event.ts'

const SYSMON = 'Microsoft-Windows-Sysmon/Operational'
const GUID = '{11111111-0000-5f00-0100-000000000100}'
const PARENT = '{11111111-0001-5f00-0100-000000000100}'

/** Rows of events in NXLog's style, whose clock is two hours ahead of UTC. */
function rows(events: readonly Record<string, unknown>[]) {
  const skipped: string[] = []
  const log = eventLog(join(tmpdir(), `harrier-events-${randomUUID()}`))
  for (const [i, e] of events.entries()) log.add({ event: windowsEvent(e)!, source: 'one.json', line: i + 1 })
  const mapped = [...mapEvents(log, (what) => skipped.push(what))]
  log.close()
  return { rows: mapped, skipped }
}

const start = {
  Channel: SYSMON,
  EventID: 1,
  Hostname: 'PC7.corp.example',
  EventTime: '2020-07-04 06:00:01',
  UtcTime: '2020-07-04 04:00:00.123',
  ProcessGuid: GUID,
  ProcessID: 4,
  ProcessId: '77',
  Image: 'C:\\Tools\\Run.exe',
  CommandLine: 'run.exe /all',
  User: 'CORP\\Ann',
  LogonId: '0x3e7',
  Hashes: 'MD5=AB,SHA256=00',
  ParentProcessGuid: PARENT,
  ParentProcessId: '9',
  ParentImage: 'C:\\Windows\\Explorer.EXE',
  ParentCommandLine: 'explorer',
}

describe('mapEvents', () => {
  it('maps the start of a process, with its parent as the initiating one', () => {
    const row = rows([start]).rows[0]!
    expect(row.table).toBe('DeviceProcessEvents')
    expect(row.properties).toMatchObject({
      Timestamp: '2020-07-04T04:00:00.123Z',
      DeviceName: 'pc7.corp.example',
      DeviceId: deviceIdOf('pc7.corp.example'),
      FileName: 'Run.exe',
      FolderPath: 'C:\\Tools\\Run.exe',
      ProcessId: 77,
      AccountDomain: 'corp',
      AccountName: 'ann',
      LogonId: 999,
      MD5: 'ab',
      SHA256: null,
      InitiatingProcessFileName: 'Explorer.EXE',
      InitiatingProcessFolderPath: 'c:\\windows\\explorer.exe',
      InitiatingProcessId: 9,
      InitiatingProcessCommandLine: 'explorer',
      InitiatingProcessCreationTime: new Date(0x5f000001 * 1000).toISOString(),
      ReportId: 1,
    })
  })

  it('names both ends of a connection from the own machine, whoever began it, and the process by its GUID', () => {
    const net = {
      ...start,
      EventID: 3,
      Protocol: 'tcp',
      SourceIp: '8.8.8.8',
      SourcePort: '1',
      DestinationIp: '10.0.0.1',
    }
    const all = rows([{ ...net, DestinationPort: '445', Initiated: 'false', ProcessId: '' }, start]).rows
    expect(all.find((r) => r.table === 'DeviceNetworkEvents')!.properties).toMatchObject({
      ActionType: 'InboundConnectionAccepted',
      LocalIP: '10.0.0.1',
      LocalPort: 445,
      LocalIPType: 'Private',
      RemoteIP: '8.8.8.8',
      RemoteIPType: 'Public',
      Protocol: 'Tcp',
      InitiatingProcessId: 77,
      InitiatingProcessCommandLine: 'run.exe /all',
    })
  })

  it('puts Security events on UTC by the clock of the Sysmon events, and a short name on its full one', () => {
    const logon = {
      Channel: 'security',
      EventID: 4624,
      Hostname: 'PC7',
      EventTime: '2020-07-04 06:00:05',
      TargetUserName: 'Ann',
      TargetDomainName: 'CORP',
      LogonType: '10',
      IpAddress: '::ffff:10.1.1.1',
      TargetLogonId: '0x10',
    }
    const all = rows([start, logon, { ...logon, EventID: 4672, SubjectLogonId: '0x10' }])
    expect(all.rows.find((r) => r.table === 'DeviceLogonEvents')!.properties).toMatchObject({
      Timestamp: '2020-07-04T04:00:05.000Z',
      DeviceName: 'pc7.corp.example',
      LogonType: 'RemoteInteractive',
      RemoteIP: '10.1.1.1',
      IsLocalAdmin: true,
    })
    expect(all.skipped).toEqual(['security 4672'])
  })

  it('takes a 4688 only where Sysmon has not told of the process', () => {
    const made = { Channel: 'Security', EventID: 4688, Hostname: start.Hostname, EventTime: '2020-07-04 06:00:02' }
    const all = rows([
      start,
      { ...made, NewProcessName: 'c:\\tools\\run.exe' },
      { ...made, NewProcessName: 'c:\\b.exe' },
    ])
    const names = all.rows.filter((r) => r.table === 'DeviceProcessEvents').map((r) => r.properties.FileName)
    expect(names.sort()).toEqual(['Run.exe', 'b.exe'])
  })

  it('splits registry values and reads numbers out of them', () => {
    const set = { ...start, EventID: 13, TargetObject: 'HKLM\\Software\\A\\B', Details: 'DWORD (0x0000001f)' }
    expect(rows([set]).rows[0]!.properties).toMatchObject({
      RegistryKey: 'HKEY_LOCAL_MACHINE\\Software\\A',
      RegistryValueName: 'B',
      RegistryValueType: 'Dword',
      RegistryValueData: '31',
    })
  })

  it('gives each device a row of its own, and one of its addresses', () => {
    const net = { ...start, EventID: 3, Initiated: 'true', SourceIp: '10.0.0.1', DestinationIp: '10.0.0.2' }
    const tables = rows([net]).rows.map((r) => r.table)
    expect(tables).toEqual(['DeviceNetworkEvents', 'DeviceInfo', 'DeviceNetworkInfo'])
  })

  it('gives the events of PowerShell the process that wrote them', () => {
    const shell = {
      ...start,
      ProcessId: '3448',
      Image: 'C:\\Windows\\PowerShell.exe',
      CommandLine: 'PowerShell -enc AA',
    }
    const event = {
      Channel: 'Microsoft-Windows-PowerShell/Operational',
      EventID: 4104,
      Hostname: start.Hostname,
      EventTime: '2020-07-04 06:00:02',
      ExecutionProcessID: 3448,
      ScriptBlockText: 'Get-Date',
    }
    const { rows: all } = rows([shell, event, { ...event, EventID: 4103, ContextInfo: 'Command Name = Get-Date' }])
    const properties = all.filter((r) => r.table === 'DeviceEvents').map((r) => r.properties)
    const process = {
      InitiatingProcessId: 3448,
      InitiatingProcessFileName: 'PowerShell.exe',
      InitiatingProcessCommandLine: 'PowerShell -enc AA',
      InitiatingProcessAccountName: 'ann',
      InitiatingProcessParentFileName: 'Explorer.EXE',
    }
    expect(properties).toMatchObject([
      { ActionType: 'ScriptContent', ...process },
      { ActionType: 'PowerShellCommand', ...process },
    ])
  })
})
