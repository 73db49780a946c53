import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { type Device, visibleDevices } from '../../src/access/device-groups.ts'
import {
  openPolicy,
  policyJsonSchema,
  policySchema,
  readPolicy,
  rightsOf,
  UNASSIGNED,
} from '../../src/access/policy.ts'
import type { KqlError } from '../../src/base/errors.ts'

const folder = mkdtempSync(join(tmpdir(), 'harrier-policy-'))
afterAll(() => rmSync(folder, { recursive: true }))
const file = (name: string, value: unknown) => {
  const path = join(folder, name)
  writeFileSync(path, typeof value === 'string' ? value : JSON.stringify(value))
  return path
}

const POLICY = policySchema.parse({
  roles: [
    { name: 'hunters', members: ['Ada@corp.example', 'team-1'] },
    { name: 'mail', members: ['bob@corp.example'], workloads: ['email'] },
    { name: 'auditors', members: ['eve@corp.example'], viewData: false },
  ],
  deviceGroups: [
    { name: 'servers', rules: { os: ['WindowsServer*', 'Linux'] }, assignedTo: ['ada@corp.example'] },
    { name: 'tagged', rules: { tag: ['vip'], domain: ['corp.example'] }, assignedTo: ['team-1'] },
    { name: 'open', rules: { name: ['ws-*'] } },
  ],
})

describe('rights', () => {
  it('come from the roles that name a user or a group of theirs, in any letter case', () => {
    expect(rightsOf(POLICY, ['ada@corp.example'])).toMatchObject({
      viewData: true,
      devices: { visible: ['servers', 'open', UNASSIGNED] },
    })
    expect(rightsOf(POLICY, ['bob@corp.example'])).toMatchObject({ viewData: true, workloads: ['email'] })
    expect(rightsOf(POLICY, ['eve@corp.example']).viewData).toBe(false)
    expect(rightsOf(POLICY, ['nobody']).viewData).toBe(false)
    expect(rightsOf(POLICY, ['x', 'TEAM-1']).devices?.visible).toEqual(['tagged', 'open', UNASSIGNED])
    expect(rightsOf(POLICY, ['ada@corp.example', 'team-1']).devices).toBeUndefined()
  })

  it('are whole without roles and groups', () => {
    expect(rightsOf(policySchema.parse({}), ['x'])).toEqual({
      administrator: false,
      viewData: true,
      workloads: ['endpoint', 'email', 'identity', 'cloudApps'],
    })
  })
})

describe('device groups', () => {
  const device = (id: string, d: Partial<Device>): Device => ({
    id,
    name: '',
    os: '',
    tags: [],
    machineGroup: '',
    ...d,
  })
  const devices = [
    device('S1', { name: 'ws-1.corp.example', os: 'WindowsServer2022' }),
    device('v1', { name: 'v1.corp.example', tags: ['VIP'] }),
    device('v2', { name: 'v2.other.example', tags: ['vip'] }),
    device('w1', { name: 'WS-7' }),
  ]

  it('take a device into the first group that it fits', () => {
    const visible = (...names: string[]) => visibleDevices({ groups: POLICY.deviceGroups, visible: names }, devices)
    expect(visible('servers')).toEqual({ ids: ['s1'], seen: true })
    expect(visible('open')).toEqual({ ids: ['w1'], seen: true })
    expect(visible('tagged', UNASSIGNED)).toEqual({ ids: ['s1', 'w1'], seen: false })
    expect(visible()).toEqual({ ids: [], seen: true })
  })
})

describe('the file', () => {
  it.each([
    ['{', /JSON/],
    [{ roles: [{ name: 'x' }] }, /roles\.0\.members/],
    [{ deviceGroup: [] }, /deviceGroup/],
    [
      {
        deviceGroups: [
          { name: 'a', rules: { os: ['x'] } },
          { name: 'a', rules: {} },
        ],
      },
      /'a' is taken/,
    ],
    [{ deviceGroups: [{ name: UNASSIGNED, rules: {} }] }, /is taken/],
  ])('that is not valid is refused with the place: %j', (value, message) => {
    expect(() => readPolicy(file('bad.json', value))).toThrow(message)
  })

  it('is read anew when it changes, and a bad version leaves the one before in force', () => {
    const path = file('policy.json', { roles: [{ name: 'a', members: ['x'] }] })
    const reported: KqlError[] = []
    const source = openPolicy(path, (e) => reported.push(e))
    expect(source.current().roles[0]!.name).toBe('a')
    file('policy.json', { roles: [{ name: 'second', members: ['x'] }] })
    expect(source.current().roles[0]!.name).toBe('second')
    file('policy.json', '{ "roles": ')
    expect(source.current().roles[0]!.name).toBe('second')
    expect(reported).toHaveLength(1)
    rmSync(path)
    expect(source.current().roles[0]!.name).toBe('second')
  })

  it('has the schema that the documentation ships (npm run reference)', () => {
    const shipped = readFileSync(new URL('../../docs/access.schema.json', import.meta.url), 'utf8')
    expect(JSON.parse(shipped)).toEqual(JSON.parse(JSON.stringify(policyJsonSchema())))
  })
})
