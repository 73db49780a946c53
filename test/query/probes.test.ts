/** A probe sees what its caller may see: neither rows of other device groups nor rows before the window leave a column behind. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WORKLOADS } from '../../src/access/policy.ts'
import type { Principal } from '../../src/access/principal.ts'
import { ingest } from '../../src/ingest/ingest.ts'
import { nobody, startService, type TestService } from '../support/service.ts'

let store: string
let service: TestService

const event = (MachineGroup: string, Timestamp: string, fields: Record<string, unknown>) => ({
  table: 'DeviceEvents',
  properties: { Timestamp, DeviceId: MachineGroup, MachineGroup, AdditionalFields: JSON.stringify(fields) },
})

/** A caller who sees the devices of these groups; those that are in no group are for others. */
const seeing = (...visible: string[]): Principal => ({
  ...nobody,
  rights: {
    administrator: false,
    viewData: true,
    workloads: WORKLOADS,
    devices: {
      groups: ['open', 'secret'].map((name) => ({ name, rules: { machineGroup: [name] }, assignedTo: ['somebody'] })),
      visible,
    },
  },
})
const device = (MachineGroup: string) => ({
  table: 'DeviceInfo',
  properties: { Timestamp: '2026-03-01T00:00:00Z', DeviceId: MachineGroup, MachineGroup },
})

beforeAll(async () => {
  store = mkdtempSync(join(tmpdir(), 'harrier-probes-'))
  const records = [
    device('open'),
    device('secret'),
    event('open', '2026-03-02T10:00:00Z', { Seen: 1 }),
    event('secret', '2026-03-02T11:00:00Z', { Hidden: 'x' }),
    event('open', '2025-01-01T00:00:00Z', { Old: true }),
  ]
  await ingest({ store, records })
  service = await startService({ store, now: '2026-03-03T00:00:00Z', lookback: '30d' })
})
afterAll(async () => {
  await service.close()
  rmSync(store, { recursive: true, force: true })
})

const UNPACK = 'DeviceEvents | project d = parse_json(AdditionalFields) | evaluate bag_unpack(d)'

test('a restricted caller meets the columns of their own rows only', async () => {
  expect(await service.ask(UNPACK)).toEqual({ columns: ['Hidden:string', 'Seen:long'], rows: expect.anything() })
  const restricted = seeing('open')
  expect(await service.ask(UNPACK, restricted)).toEqual({ columns: ['Seen:long'], rows: [[1n]] })
  // The same text, asked in between by somebody who sees more.
  expect((await service.ask(UNPACK)).columns).toHaveLength(2)
  expect((await service.ask(UNPACK, restricted)).columns).toEqual(['Seen:long'])
  expect((await service.ask(UNPACK, seeing())).columns).toEqual([])
})

test('explain asks the same probe', async () => {
  const { plan } = await service.services.query.explain({
    text: UNPACK,
    principal: seeing('open'),
  })
  expect(plan).toContain('Seen')
  expect(plan).not.toContain('Hidden')
})
