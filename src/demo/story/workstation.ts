/** The victim's workstation: document, macro, PowerShell, a helper that calls home, discovery, credentials. */
import { deviceEventRow, dnsAnswer, fileColumns, openedProcess } from '../events/device-events.ts'
import { fileRow } from '../events/files.ts'
import { queryRow } from '../events/identity.ts'
import { imageLoaded, MACRO_ENGINE } from '../events/images.ts'
import { deviceOf, logonRow } from '../events/logons.ts'
import { connection } from '../events/network.ts'
import { registryValueSet } from '../events/registry.ts'
import { PROGRAMS } from '../software.ts'
import { MINUTE } from '../time.ts'
import {
  CONTROL,
  DISCOVERY,
  LURE,
  LURE_URL,
  MOMENT,
  type Plot,
  POWERSHELL_LINE,
  runKey,
  SCRIPT,
  started,
} from './plot.ts'

export function workstationChapter(plot: Plot): void {
  openDocument(plot)
  lookAround(plot)
  readCredentials(plot)
}

/** Link, document, macro, PowerShell, helper. */
function openDocument(plot: Plot): void {
  const { world, firm, machine, step, times, files, acting } = plot
  const { victim, victimDevice } = firm
  const { random } = world
  const desk = machine(victimDevice)
  step(times.mailed + 7 * MINUTE + MOMENT, victimDevice, (at) => {
    deviceEventRow(world, at, desk.ensure('outlook', at), 'BrowserLaunchedToOpenUrl', {
      columns: { RemoteUrl: LURE_URL },
    })
    connection(world, at + MOMENT, desk.ensure('msedge', at), LURE)
  })
  step(times.opened, victimDevice, (at) => {
    const outlook = desk.ensure('outlook', at)
    fileRow(world, at, outlook, 'FileCreated', files.document, { FileOriginReferrerUrl: LURE_URL })
    const word = started(
      plot,
      desk,
      PROGRAMS.get('winword')!,
      at + 4 * MOMENT,
      outlook,
      `"WINWORD.EXE" /n "${files.document.folderPath}" /o ""`,
      victim,
    )
    imageLoaded(world, at + 21 * MOMENT, word, MACRO_ENGINE)
    const cmd = started(
      plot,
      desk,
      PROGRAMS.get('cmd')!,
      at + 40 * MOMENT,
      word,
      `cmd.exe /c ${POWERSHELL_LINE}`,
      victim,
    )
    deviceEventRow(world, at + 40 * MOMENT, word, 'AsrOfficeChildProcessAudited', {
      columns: { ...fileColumns(PROGRAMS.get('cmd')!), ProcessCommandLine: cmd.commandLine },
      fields: { IsAudit: true, RuleId: 'd4f940ab-401b-4efc-aadc-ad5f3c50688a' },
    })
    const shell = started(plot, desk, PROGRAMS.get('powershell')!, at + 41 * MOMENT, cmd, POWERSHELL_LINE, victim)
    started(plot, desk, PROGRAMS.get('conhost')!, at + 41.2 * MOMENT, cmd, 'conhost.exe 0xffffffff -ForceV1', victim)
    deviceEventRow(world, at + 43 * MOMENT, shell, 'ScriptContent', { fields: { ScriptContent: SCRIPT } })
    deviceEventRow(world, at + 43.5 * MOMENT, shell, 'PowerShellCommand', { fields: { Command: 'Write-Host' } })
    deviceEventRow(world, at + 44 * MOMENT, shell, 'DnsQueryResponse', dnsAnswer(CONTROL))
    connection(world, at + 45 * MOMENT, shell, CONTROL)
    fileRow(world, at + 47 * MOMENT, shell, 'FileCreated', files.helper, {
      FileOriginUrl: `https://${CONTROL.name}/onesync.exe`,
      FileOriginIP: CONTROL.ip,
      AdditionalFields: '{"FileType":"PortableExecutable"}',
    })
    acting.helper = started(
      plot,
      desk,
      files.helper,
      at + 52 * MOMENT,
      shell,
      `"${files.helper.folderPath}" --quiet`,
      victim,
    )
    registryValueSet(
      world,
      at + 55 * MOMENT,
      acting.helper,
      runKey(victim),
      'OneSyncHelper',
      'String',
      `"${files.helper.folderPath}" --quiet`,
    )
    connection(world, at + 58 * MOMENT, acting.helper, CONTROL)
  })
  for (let at = times.opened + 30 * MINUTE; at < times.end; at += (30 + random.next()) * MINUTE) {
    step(at, victimDevice, (time) => connection(world, time, acting.helper!, CONTROL))
  }
}

/** First on the device, then in the directory. */
function lookAround(plot: Plot): void {
  const { world, firm, machine, step, times, acting } = plot
  const { victim, victimDevice, domainController } = firm
  const desk = machine(victimDevice)
  step(times.opened + 22 * MINUTE, victimDevice, (at) => {
    DISCOVERY.forEach(([key, line], i) => {
      const time = at + i * 17 * MOMENT
      const cmd = started(plot, desk, PROGRAMS.get('cmd')!, time, acting.helper, `cmd.exe /c ${line}`, victim)
      started(plot, desk, PROGRAMS.get(key)!, time + MOMENT, cmd, line, victim)
    })
    deviceEventRow(world, at + 3 * MINUTE, acting.helper!, 'LdapSearch', {
      fields: {
        AttributeList: ['sAMAccountName', 'memberOf'],
        DistinguishedName: 'DC=ternbay,DC=example',
        ScopeOfSearch: 'subtree',
        SearchFilter: '(&(objectCategory=person)(adminCount=1))',
      },
    })
    connection(world, at + 3 * MINUTE, acting.helper!, {
      name: domainController.name,
      ip: domainController.ip,
      port: 389,
    })
    queryRow(world, at + 3 * MINUTE, victim, victimDevice, 'LDAP query', [
      'AllDomainAdmins',
      '(&(objectCategory=person)(adminCount=1))',
    ])
    queryRow(world, at + 4 * MINUTE, victim, victimDevice, 'SAMR query', ['EnumerateGroups', 'Domain Admins'])
  })
}

/** The service desk helps with "the document that does not open", and so leaves credentials in memory. */
function readCredentials({ world, firm, machine, step, times, files, acting }: Plot): void {
  const { victimDevice, stolen } = firm
  const desk = machine(victimDevice)
  step(times.opened + 48 * MINUTE, victimDevice, (at) =>
    logonRow(world, {
      device: victimDevice,
      at,
      account: stolen,
      type: 'RemoteInteractive',
      protocol: 'Negotiate',
      from: deviceOf(world, stolen),
      isLocalAdmin: true,
      process: desk.ensure('svchost:termservice', at),
    }),
  )
  step(times.opened + 70 * MINUTE, victimDevice, (at) => {
    const lsass = desk.ensure('lsass', at)
    deviceEventRow(world, at, acting.helper!, 'OpenProcessApiCall', openedProcess(lsass.program, lsass.id, 2_097_151))
    deviceEventRow(world, at + MOMENT, acting.helper!, 'ReadProcessMemoryApiCall', {
      columns: { ...fileColumns(lsass.program), ProcessId: lsass.id },
      fields: { TotalBytesCopied: files.memory.size },
    })
    deviceEventRow(world, at + MOMENT, acting.helper!, 'AsrLsassCredentialTheftAudited', {
      columns: fileColumns(lsass.program),
      fields: { IsAudit: true },
    })
    fileRow(world, at + 3 * MOMENT, acting.helper!, 'FileCreated', files.memory)
  })
}
