/** Users meet what the file of roles and device groups gives them, over HTTP with real tokens, and changes without a restart. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ingest } from '../../src/ingest/ingest.ts'
import { DEFENDER_AUDIENCE, issueToken } from '../../src/wire/login/tokens.ts'
import { startServer, type TestServer } from '../support/server.ts'

const folder = mkdtempSync(join(tmpdir(), 'harrier-users-'))
const access = join(folder, 'access.json')
let server: TestServer

const policy = (hunters: string[]) =>
  writeFileSync(
    access,
    JSON.stringify({
      roles: [
        { name: 'hunters', members: hunters },
        { name: 'mail', members: ['bob@corp.example'], workloads: ['email'] },
      ],
      deviceGroups: [{ name: 'servers', rules: { name: ['srv*'] }, assignedTo: ['ada@corp.example'] }],
    }),
  )

beforeAll(async () => {
  const store = join(folder, 'store')
  const record = (table: string, properties: Record<string, unknown>) => ({
    table,
    properties: { Timestamp: new Date(Date.now() - 3_600_000).toISOString(), ...properties },
  })
  await ingest({
    store,
    records: [
      record('DeviceInfo', { DeviceId: 's', DeviceName: 'srv-1.corp.example' }),
      record('DeviceInfo', { DeviceId: 'w', DeviceName: 'ws-1.corp.example' }),
      record('DeviceProcessEvents', { DeviceId: 's', FileName: 'a.exe' }),
      record('DeviceProcessEvents', { DeviceId: 'w', FileName: 'b.exe' }),
      record('EmailEvents', { Subject: 'x' }),
    ],
  })
  policy(['ada@corp.example', 'carl@corp.example'])
  server = await startServer({ store, access, auth: 'local' })
}, 60_000)
afterAll(async () => {
  await server?.close()
  rmSync(folder, { recursive: true, force: true })
})

async function ask(user: string | undefined, kql: string) {
  const token = await issueToken(server.identity!, {
    audience: DEFENDER_AUDIENCE,
    application: 'app',
    name: 'test',
    roles: ['AdvancedQuery.Read.All'],
    ...(user && { user: { name: user, scopes: ['AdvancedQuery.Read'] } }),
    now: Date.now(),
  })
  const { status, body } = await server.ask(kql, { token })
  return status === 200 ? body.Results : `${status} ${body.error!.message}`
}

const FILES = 'DeviceProcessEvents | distinct FileName | sort by FileName asc'

it('shows each user the devices of their groups, and an application all', async () => {
  expect(await ask(undefined, FILES)).toEqual([{ FileName: 'a.exe' }, { FileName: 'b.exe' }])
  expect(await ask('ada@corp.example', FILES)).toEqual([{ FileName: 'a.exe' }, { FileName: 'b.exe' }])
  expect(await ask('Carl@corp.example', FILES)).toEqual([{ FileName: 'b.exe' }])
})

it('knows no table of a workload that the user lacks', async () => {
  expect(await ask('bob@corp.example', 'EmailEvents | count')).toEqual([{ Count: 1 }])
  const hidden = await ask('bob@corp.example', 'DeviceProcessEvents | count')
  const unknown = await ask('bob@corp.example', 'NoSuchTable | count')
  expect(hidden).toBe(String(unknown).replace('NoSuchTable', 'DeviceProcessEvents'))
  expect(await ask('bob@corp.example', 'union * | count')).toEqual([{ Count: 1 }])
})

it('refuses a user without View data, from the moment that the file changes', async () => {
  policy(['ada@corp.example'])
  expect(await ask('carl@corp.example', FILES)).toBe('403 Missing user permission. API required permission: View data.')
})
