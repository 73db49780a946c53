/** Names and types beyond the documentation, and Defender's functions, through the whole service. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startService, type TestService } from '../support/service.ts'

const folder = mkdtempSync(join(tmpdir(), 'harrier-courtesy-'))
let service: TestService
beforeAll(async () => {
  mkdirSync(join(folder, 'kb'))
  mkdirSync(join(folder, 'clicks'))
  mkdirSync(join(folder, 'mail'))
  writeFileSync(
    join(folder, 'kb', 'all.ndjson'),
    `{"CveId":"CVE-2026-1","CvssScore":"9.8","EpssScore":0.7,"CvssVector":"AV:N"}
{"CveId":"CVE-2026-2","CvssScore":"10.0","EpssScore":0.1}
{"CveId":"CVE-2026-3","CvssScore":""}
`,
  )
  writeFileSync(
    join(folder, 'clicks', 'all.ndjson'),
    '{"Timestamp":"2026-11-20T10:00:00Z","Url":"https://mail.example"}\n',
  )
  writeFileSync(
    join(folder, 'mail', 'all.ndjson'),
    `{"Timestamp":"2026-11-20T10:00:00Z","Subject":"a","To":["ann@fabrikam.example","bob@fabrikam.example"],"IsFirstContact":1}
{"Timestamp":"2026-11-20T10:00:00Z","Subject":"b","To":["cid@fabrikam.example"],"IsFirstContact":0}
`,
  )
  service = await startService({
    store: join(folder, 'store'),
    now: '2026-11-22',
    attach: `DeviceTvmSoftwareVulnerabilitiesKB=${join(folder, 'kb')}, UrlClickEvents=${join(folder, 'clicks')}, EmailEvents=${join(folder, 'mail')}`,
  })
})
afterAll(async () => {
  await service?.close()
  rmSync(folder, { recursive: true, force: true })
})
const columnsOf = async (kql: string) => (await service.ask(kql)).columns

describe('a former name', () => {
  it('resolves, and is in the answer only where the query names it', async () => {
    expect(await columnsOf('DeviceInfo | where TimeGenerated > ago(1d) | project TimeGenerated, DeviceId')).toEqual([
      'TimeGenerated:datetime',
      'DeviceId:string',
    ])
    expect(await columnsOf('DeviceInfo | where TimeGenerated > ago(1d) | project-keep Timestamp, DeviceId')).toEqual([
      'Timestamp:datetime',
      'DeviceId:string',
    ])
    const all = await columnsOf('DeviceInfo | where TimeGenerated > ago(1d)')
    expect(all).toEqual(await columnsOf('DeviceInfo'))
  })

  it('stays out of stars and schemas', async () => {
    expect(
      await columnsOf('DeviceInfo | where TimeGenerated > ago(1d) | summarize arg_max(Timestamp, *) by DeviceId'),
    ).toEqual(await columnsOf('DeviceInfo | summarize arg_max(Timestamp, *) by DeviceId'))
    const { rows } = await service.ask(
      'DeviceInfo | where TimeGenerated > ago(1d) | getschema | where ColumnName == "TimeGenerated"',
    )
    expect(rows).toEqual([])
  })

  it('of a table works with the former names of its columns', async () => {
    expect(
      await columnsOf('MiscEvents | where EventTime > ago(1d) | project ComputerName, MachineId, ActionType'),
    ).toEqual(['ComputerName:string', 'MachineId:string', 'ActionType:string'])
  })

  it('that is no courtesy is refused', async () => {
    await expect(service.ask('DeviceInfo | where TimeWritten > ago(1d)')).rejects.toThrow(
      /Failed to resolve scalar expression named 'TimeWritten'/,
    )
  })
})

it('TimeGenerated is Timestamp where a table is documented with both', async () => {
  const { rows } = await service.ask(
    'UrlClickEvents | where TimeGenerated > ago(5d) | project same = TimeGenerated == Timestamp',
  )
  expect(rows).toEqual([[true]])
})

describe('a column that no documentation lists', () => {
  it('resolves, and is in the answer only where the query names it', async () => {
    const table = 'DeviceTvmSoftwareVulnerabilitiesKB'
    expect(await columnsOf(`${table} | project CveId, EpssScore, CvssVector`)).toEqual([
      'CveId:string',
      'EpssScore:real',
      'CvssVector:string',
    ])
    expect(await columnsOf(`${table} | where EpssScore > 0.5`)).toEqual(await columnsOf(table))
    const { rows } = await service.ask(`${table} | where EpssScore > 0.5 | project CveId, CvssVector`)
    expect(rows).toEqual([['CVE-2026-1', 'AV:N']])
  })
})

describe('text that is a number or JSON', () => {
  it('CvssScore is text, and a number where only that binds', async () => {
    const table = 'DeviceTvmSoftwareVulnerabilitiesKB'
    expect(await columnsOf(`${table} | where CvssScore == "9.8" | project CvssScore`)).toEqual(['CvssScore:string'])
    const { columns, rows } = await service.ask(`${table} | where CvssScore > 9.9 | project CveId, CvssScore`)
    expect(columns).toEqual(['CveId:string', 'CvssScore:real'])
    expect(rows).toEqual([['CVE-2026-2', 10]])
  })

  it('AdditionalFields is text, and a dynamic where only that binds', async () => {
    expect(await columnsOf('DeviceEvents | project AdditionalFields')).toEqual(['AdditionalFields:string'])
    expect(await columnsOf('DeviceEvents | project x = AdditionalFields.Description')).toEqual(['x:dynamic'])
    expect(await columnsOf('DeviceEvents | project x = bag_keys(AdditionalFields)')).toEqual(['x:dynamic'])
  })

  it('recipients and first contacts are what binds', async () => {
    const { rows } = await service.ask('EmailEvents | where array_length(To) > 1 and To has "bob" | project Subject')
    expect(rows).toEqual([['a']])
    expect(await columnsOf('EmailEvents | mv-expand To | project To')).toEqual(['To:dynamic'])
    expect((await service.ask('EmailEvents | where IsFirstContact == 1 | project Subject')).rows).toEqual([['a']])
    expect((await service.ask('EmailEvents | where not(IsFirstContact) | project Subject')).rows).toEqual([['b']])
  })
})

describe('Defender’s functions', () => {
  it('read a column that the query does not name', async () => {
    expect(await columnsOf('BehaviorInfo | invoke GetFirstSeenBehaviors() | project BehaviorId')).toEqual([
      'BehaviorId:string',
    ])
    const about = 'GetAnomalousBehaviorsAbout(dynamic([{"Kind": "Country"}]))'
    expect((await service.ask(`BehaviorInfo | invoke ${about}`)).rows).toEqual([])
  })

  const PROFILE =
    'SHA1 SHA256 MD5 FileSize GlobalPrevalence GlobalFirstSeen GlobalLastSeen Signer Issuer SignerHash IsCertificateValid IsRootSignerMicrosoft SignatureState IsExecutable ThreatName Publisher SoftwareName ProfileAvailability'

  it.each(['FileProfile("X")', 'FileProfile(X, 500)', "FileProfile('X', 1000)"])(
    'add a file’s profile: %s',
    async (call) => {
      const names = (await columnsOf(`DeviceFileEvents | project X = SHA1 | invoke ${call}`)).map(
        (c) => c.split(':')[0],
      )
      expect(names).toEqual(['X', ...PROFILE.split(' ')])
    },
  )

  it.each([
    ['FileProfile()', 'SHA1'],
    ['FileProfile(Y)', 'Y'],
    ['SeenBy()', 'DeviceId'],
    ['DeviceFromIP()', 'IP'],
  ])('refuse a column that is not there: %s', async (call, name) => {
    await expect(columnsOf(`DeviceFileEvents | project X = SHA1 | invoke ${call}`)).rejects.toThrow(
      `Failed to resolve scalar expression named '${name}'`,
    )
  })

  it('keep a column of the same name beside theirs', async () => {
    const names = (await columnsOf('DeviceFileEvents | project SHA1, FileSize | invoke FileProfile(SHA1)')).map(
      (c) => c.split(':')[0],
    )
    expect(names.slice(0, 6)).toEqual(['SHA1', 'FileSize', 'SHA11', 'SHA256', 'MD5', 'FileSize1'])
  })

  it('tell devices by address, addresses by device, and who saw a device', async () => {
    expect(await columnsOf('DeviceNetworkEvents | project IP = LocalIP | invoke DeviceFromIP()')).toEqual([
      'IP:string',
      'IP1:string',
      'DeviceId:string',
    ])
    expect((await columnsOf("AssignedIPAddresses('pc-1', datetime(2024-05-01))")).slice(0, 3)).toEqual([
      'Timestamp:datetime',
      'IPAddress:string',
      'IPType:string',
    ])
    expect(await columnsOf('DeviceInfo | project DeviceId | invoke SeenBy(DeviceId)')).toEqual([
      'DeviceId:string',
      'SeenBy:dynamic',
    ])
  })
})
