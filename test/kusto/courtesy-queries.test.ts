/** Former names, and Defender's functions, through the whole service on an empty store. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startService, type TestService } from '../support/service.ts'

let service: TestService
beforeAll(async () => {
  service = await startService()
})
afterAll(() => service.close())
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

describe('AdditionalFields', () => {
  it('is text, and a dynamic where only that binds', async () => {
    expect(await columnsOf('DeviceEvents | project AdditionalFields')).toEqual(['AdditionalFields:string'])
    expect(await columnsOf('DeviceEvents | project x = AdditionalFields.Description')).toEqual(['x:dynamic'])
  })
})

describe('Defender’s functions', () => {
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
