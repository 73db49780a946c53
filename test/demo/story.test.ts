/** The attack at the smallest size: its pieces are all there and lead from one to the next. */
import { describe, expect, it } from 'vitest'
import { demoRecords } from '../../src/demo/records.ts'
import { HOUR } from '../../src/demo/time.ts'

const NOWS = ['2026-11-24T15:30:00Z', '2026-03-02T00:10:00Z', '2026-07-05T23:59:00Z']

describe.each(NOWS)('the story before %s', (text) => {
  const now = Date.parse(text)
  const records = [...demoRecords({ now, events: 5000 })]
  const find = (table: string, where: Record<string, unknown>) =>
    records
      .filter((r) => r.table === table && Object.entries(where).every(([k, v]) => r.properties[k] === v))
      .map((r) => r.properties)
  const one = (table: string, where: Record<string, unknown>) => {
    const found = find(table, where)
    expect(found.length, `${table} ${JSON.stringify(where)}`).toBeGreaterThan(0)
    return found[0]!
  }

  const word = one('DeviceProcessEvents', { InitiatingProcessFileName: 'winword.exe', FileName: 'cmd.exe' })
  const device = word.DeviceId
  const shell = one('DeviceProcessEvents', {
    DeviceId: device,
    FileName: 'powershell.exe',
    InitiatingProcessParentFileName: 'winword.exe',
  })
  const helper = one('DeviceProcessEvents', { DeviceId: device, FileName: 'onesync.exe' })

  it('begins with a mail whose link is clicked and whose attachment lands on the device', () => {
    const click = one('UrlClickEvents', {
      ActionType: 'ClickAllowed',
      AccountUpn: word.AccountUpn,
      Url: 'https://view.fabrikam-invoices.example/INV-20931',
    })
    const mail = one('EmailEvents', {
      NetworkMessageId: click.NetworkMessageId,
      RecipientEmailAddress: word.AccountUpn,
    })
    const attachment = one('EmailAttachmentInfo', { NetworkMessageId: mail.NetworkMessageId })
    one('EmailUrlInfo', { NetworkMessageId: mail.NetworkMessageId, Url: click.Url })
    const file = one('DeviceFileEvents', { DeviceId: device, SHA256: attachment.SHA256 })
    expect(file.FileName).toBe('INV-20931.docm')
    expect(String(mail.Timestamp) < String(click.Timestamp) && String(click.Timestamp) < String(file.Timestamp)).toBe(
      true,
    )
  })

  it('runs a command that only prints', () => {
    expect(shell.InitiatingProcessId).toBe(word.ProcessId)
    const encoded = /-EncodedCommand (\S+)/.exec(String(shell.ProcessCommandLine))?.[1]
    expect(Buffer.from(encoded!, 'base64').toString('utf16le')).toMatch(/^Write-Host '[^']*'$/)
  })

  it('leaves a helper that starts with the user and calls home', () => {
    const file = one('DeviceFileEvents', { DeviceId: device, FileName: 'onesync.exe' })
    expect(file.SHA256).toBe(helper.SHA256)
    expect(file.InitiatingProcessId).toBe(shell.ProcessId)
    expect(
      one('DeviceRegistryEvents', { DeviceId: device, RegistryValueName: 'OneSyncHelper' }).InitiatingProcessId,
    ).toBe(helper.ProcessId)
    const calls = find('DeviceNetworkEvents', {
      DeviceId: device,
      InitiatingProcessId: helper.ProcessId,
      RemoteUrl: 'cdn-telemetry.example.org',
    })
    expect(calls.length).toBeGreaterThan(60)
  })

  it('reads credentials that an administrator left, and uses them on the file server', () => {
    const access = one('DeviceEvents', {
      DeviceId: device,
      ActionType: 'OpenProcessApiCall',
      FileName: 'lsass.exe',
      InitiatingProcessFileName: 'onesync.exe',
    })
    const helped = one('DeviceLogonEvents', {
      DeviceId: device,
      LogonType: 'RemoteInteractive',
      ActionType: 'LogonSuccess',
    })
    expect(String(helped.Timestamp) < String(access.Timestamp)).toBe(true)
    const service = one('DeviceProcessEvents', { FileName: 'onesvc.exe', InitiatingProcessFileName: 'services.exe' })
    expect(service.DeviceName).toBe('tb-file01.ternbay.example')
    const logon = one('DeviceLogonEvents', {
      DeviceId: service.DeviceId,
      AccountName: helped.AccountName,
      LogonType: 'Network',
      Protocol: 'NTLM',
      RemoteDeviceName: String(word.DeviceName).split('.')[0],
    })
    expect(String(access.Timestamp) < String(logon.Timestamp)).toBe(true)
    one('IdentityLogonEvents', {
      AccountName: helped.AccountName,
      DeviceName: word.DeviceName,
      ActionType: 'LogonSuccess',
      Protocol: 'Ntlm',
    })
    expect(one('DeviceEvents', { ActionType: 'ServiceInstalled', FileName: 'onesvc.exe' }).SHA256).toBe(service.SHA256)
  })

  it('ends about 26 hours before now with data leaving under a false name', () => {
    const copy = one('DeviceProcessEvents', { FileName: 'syncutil.exe' })
    expect(copy.ProcessVersionInfoOriginalFileName).toBe('rclone.exe')
    const sent = find('DeviceNetworkEvents', {
      InitiatingProcessId: copy.ProcessId,
      RemoteUrl: 'storage.nimbus-drive.example',
    })
    expect(sent.length).toBeGreaterThan(20)
    const last = Date.parse(String(sent.at(-1)!.Timestamp))
    expect(Math.abs(now - 26 * HOUR - last)).toBeLessThan(HOUR / 2)
  })

  it('raises alerts whose evidence names the devices and files', () => {
    const evidence = find('AlertEvidence', { EntityType: 'File', SHA256: helper.SHA256, DeviceId: device })
    expect(evidence.length).toBeGreaterThan(1)
    for (const { AlertId } of evidence) one('AlertInfo', { AlertId })
    one('AlertEvidence', { EntityType: 'Machine', DeviceName: 'tb-file01.ternbay.example', Severity: 'High' })
  })

  it('names nothing outside that is not reserved', () => {
    const hosts = records.flatMap((r) =>
      typeof r.properties.RemoteUrl === 'string'
        ? [r.properties.RemoteUrl.replace(/^https?:\/\//, '').split('/')[0]!]
        : [],
    )
    expect([...new Set(hosts)].filter((h) => !/(^|\.)(example|example\.(com|net|org))$/.test(h))).toEqual([])
    const addresses = records.flatMap((r) => (typeof r.properties.RemoteIP === 'string' ? [r.properties.RemoteIP] : []))
    expect([...new Set(addresses)].filter((a) => !/^(10\.|192\.0\.2\.|198\.51\.100\.|203\.0\.113\.)/.test(a))).toEqual(
      [],
    )
  })
})
