/** Programs that people have, unmodified but for the addresses: MSAL, the Graph client, Python's urllib, curl. Over https with the server's own certificate. */
import { execFile } from 'node:child_process'
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { generate } from 'selfsigned'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ingest } from '../../src/ingest/ingest.ts'
import { isInstalled } from '../support/programs.ts'
import { startServer, type TestServer } from '../support/server.ts'

const run = promisify(execFile)
const programs = fileURLToPath(new URL('../clients', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'harrier-clients-'))

let server: TestServer
let client: { id: string; secret: string }
let environment: NodeJS.ProcessEnv
beforeAll(async () => {
  const store = join(folder, 'store')
  const properties = {
    Timestamp: new Date(Date.now() - 60_000).toISOString(),
    FileName: 'powershell.exe',
    ProcessId: 7,
  }
  await ingest({ store, records: [{ table: 'DeviceProcessEvents', properties }] })
  server = await startServer({ store, auth: 'local', tls: 'self-signed', host: 'localhost' })
  const added = await server.identity!.addClient({ name: 'a script' })
  client = { id: added.client.id, secret: added.secret! }
  environment = {
    ...process.env,
    NODE_EXTRA_CA_CERTS: server.certificate!,
    HARRIER_URL: server.url.replace('127.0.0.1', 'localhost'),
    TENANT: server.identity!.tenant,
    CLIENT_ID: client.id,
    CLIENT_SECRET: client.secret,
  }
}, 60_000)
afterAll(async () => {
  await server?.close()
  rmSync(folder, { recursive: true, force: true })
})

const program = async (command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
  (await run(command, args, { env: { ...environment, ...env }, timeout: 60_000 })).stdout

describe('MSAL for Node', () => {
  it('gets a token with a secret, and the API takes it', async () => {
    expect(JSON.parse(await program(process.execPath, [join(programs, 'msal.mjs')]))).toMatchObject({
      Results: [{ FileName: 'powershell.exe' }],
    })
  })

  it('gets a token with a certificate', async () => {
    const pems = await generate([{ name: 'commonName', value: 'a script' }], { keySize: 2048, algorithm: 'sha256' })
    const added = await server.identity!.addClient({ name: 'with a certificate', certificate: pems.cert })
    const key = join(folder, 'client-key.pem')
    writeFileSync(key, createPrivateKey(pems.private).export({ type: 'pkcs8', format: 'pem' }))
    const thumbprint = new X509Certificate(pems.cert).fingerprint256.replaceAll(':', '').toLowerCase()
    const env = { CLIENT_ID: added.client.id, CLIENT_SECRET: '', CLIENT_KEY: key, CLIENT_THUMBPRINT: thumbprint }
    const answer = JSON.parse(await program(process.execPath, [join(programs, 'msal.mjs')], env))
    expect(answer).toMatchObject({ Results: [{ FileName: 'powershell.exe' }] })
    const other = await generate([{ name: 'commonName', value: 'a thief' }], { keySize: 2048, algorithm: 'sha256' })
    writeFileSync(key, createPrivateKey(other.private).export({ type: 'pkcs8', format: 'pem' }))
    await expect(program(process.execPath, [join(programs, 'msal.mjs')], env)).rejects.toThrow(/AADSTS700027/)
  })
})

describe("Microsoft's Graph client", () => {
  it('runs a hunting query', async () => {
    const answer = JSON.parse(await program(process.execPath, [join(programs, 'graph.mjs')]))
    expect(answer.schema).toEqual([
      { name: 'FileName', type: 'String' },
      { name: 'ProcessId', type: 'Int64' },
    ])
    expect(answer.results[0]).toMatchObject({ FileName: 'powershell.exe', ProcessId: 7 })
  })
})

describe.skipIf(!isInstalled('python3'))("Python's standard library", () => {
  it('runs the script that the documentation shows', async () => {
    const said = await program('python3', [join(programs, 'hunt.py')], { SSL_CERT_FILE: server.certificate! })
    expect(said).toBe('FileName,ProcessId\npowershell.exe,7\n')
  })
})

describe.skipIf(!isInstalled('curl'))('curl', () => {
  it('without a Content-Type posts a form for a token and a query', async () => {
    const tokens = `${environment.HARRIER_URL}/${environment.TENANT}/oauth2/v2.0/token`
    const form = `grant_type=client_credentials&client_id=${client.id}&client_secret=${client.secret}&scope=https%3A%2F%2Fapi.security.microsoft.com%2F.default`
    const flags = ['-sS', '--cacert', server.certificate!, '-H', 'Content-Type:']
    const { access_token } = JSON.parse(await program('curl', [...flags, '--data', form, tokens])) as {
      access_token: string
    }
    const hunt = `${environment.HARRIER_URL}/api/advancedhunting/run`
    const header = `Authorization: Bearer ${access_token}`
    const body = '{"Query": "DeviceProcessEvents | project FileName"}'
    const answer = JSON.parse(await program('curl', [...flags, '-H', header, '--data', body, hunt])) as unknown
    expect(answer).toMatchObject({ Results: [{ FileName: 'powershell.exe' }] })
  })

  it('posts a body as PowerShell scripts make it: a here-string with raw line breaks and tabs in the query', async () => {
    const token = (
      await run(process.execPath, [
        fileURLToPath(new URL('../../bin/harrier.js', import.meta.url)),
        'token',
        '--store',
        server.store,
      ])
    ).stdout.trim()
    const path = join(folder, 'body.json')
    writeFileSync(
      path,
      '{\r\n  "Query":"DeviceProcessEvents\r\n| where FileName == \\"powershell.exe\\" // a comment\r\n\t| project FileName"\r\n}',
    )
    const args = [
      '-sS',
      '--cacert',
      server.certificate!,
      '-H',
      `Authorization: Bearer ${token}`,
      '--data-binary',
      `@${path}`,
    ]
    const answer = JSON.parse(
      await program('curl', [...args, `${environment.HARRIER_URL}/api/advancedqueries/run`]),
    ) as unknown
    expect(answer).toMatchObject({ Results: [{ FileName: 'powershell.exe' }] })
  })
})

it('the certificate is kept from start to start', async () => {
  const before = readFileSync(server.certificate!, 'utf8')
  const again = await startServer({ store: server.store, auth: 'local', tls: 'self-signed' })
  expect(readFileSync(again.certificate!, 'utf8')).toBe(before)
  await again.close()
})
