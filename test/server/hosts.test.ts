/** One server under many names: regions by host name, a public address, proxies in front, https. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generate } from 'selfsigned'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ingest } from '../../src/ingest/ingest.ts'
import { type Answer, startServer, type TestServer } from '../support/server.ts'

const folder = mkdtempSync(join(tmpdir(), 'harrier-hosts-'))
let server: TestServer
beforeAll(async () => {
  const [shared, eu] = [join(folder, 'shared'), join(folder, 'eu')]
  const properties = { Timestamp: new Date(Date.now() - 60_000).toISOString() }
  await ingest({
    store: shared,
    records: [{ table: 'DeviceInfo', properties: { ...properties, DeviceName: 'shared' } }],
  })
  await ingest({ store: eu, records: [{ table: 'DeviceInfo', properties: { ...properties, DeviceName: 'european' } }] })
  server = await startServer({ store: shared, regions: `eu=${eu}`, queryProcesses: 1, spareProcesses: 0 })
}, 180_000)
afterAll(async () => {
  await server?.close()
  rmSync(folder, { recursive: true, force: true })
})

/** fetch() sets the Host header itself, so the plain client is used. */
function ask(host: string, path = '/api/advancedhunting/run') {
  return new Promise<{ status: number; region: unknown; body: Answer }>((resolve, reject) => {
    const sent = httpRequest(`${server.url}${path}`, { method: 'POST', headers: { host } }, async (response) => {
      const chunks: Buffer[] = []
      for await (const chunk of response) chunks.push(chunk as Buffer)
      const body = JSON.parse(Buffer.concat(chunks).toString()) as Answer
      resolve({ status: response.statusCode!, region: response.headers['x-harrier-region'], body })
    })
    sent.on('error', reject).end('{"Query":"DeviceInfo | project DeviceName"}')
  })
}

describe('regions', () => {
  it('are told by the host name, in every form that clients have', async () => {
    for (const host of [
      'eu.api.security.microsoft.com',
      'api-eu.securitycenter.microsoft.com',
      'API-EU.security.microsoft.com:443',
    ]) {
      expect(await ask(host)).toMatchObject({ region: 'eu', body: { Results: [{ DeviceName: 'european' }] } })
    }
    for (const [host, region] of [
      ['api.security.microsoft.com', 'global'],
      ['api.securitycenter.windows.com', 'global'],
      ['us.api.security.microsoft.com', 'us'],
      ['api-gcc.security.microsoft.us', 'gcc'],
      ['api-gov.securitycenter.microsoft.us', 'gov'],
      ['127.0.0.1', 'global'],
    ]) {
      expect(await ask(host!), host).toMatchObject({ region, body: { Results: [{ DeviceName: 'shared' }] } })
    }
  })

  it('that do not exist are a wrong setting', async () => {
    await expect(startServer({ regions: 'mars=/tmp/x' })).rejects.toThrow(/no region 'mars'/)
    await expect(startServer({ regions: 'eu' })).rejects.toThrow(/'eu' is not NAME=FOLDER/)
  })
})

describe('without authentication', () => {
  it('a name that is not this machine’s is refused, so that no web page can point its own name here', async () => {
    for (const host of [
      'evil.example',
      'localhost.evil.example',
      'microsoft.com.evil.example',
      '127.0.0.1.evil.example',
    ]) {
      const { status, body } = await ask(host)
      expect(status, host).toBe(403)
      expect(body.Results).toBeUndefined()
      expect(body.error!.message).toContain(host)
    }
    expect((await ask('localhost:8080')).status).toBe(200)
  })

  it('a page of another site can send nothing, also where its browser does not ask first', async () => {
    const send = async (origin: string) => {
      const init = { method: 'POST', body: '{"Query":"print 1"}', headers: { origin, 'content-type': 'text/plain' } }
      return (await fetch(`${server.url}/api/advancedqueries/run`, init)).status
    }
    expect(await send(server.url)).toBe(200)
    for (const origin of ['https://evil.example', 'http://127.0.0.1:1', 'null']) expect(await send(origin)).toBe(403)
  })
})

describe('the public address', () => {
  const tokenEndpoint = async (of: TestServer, headers: Record<string, string> = {}) => {
    const path = `${of.identity!.tenant}/v2.0/.well-known/openid-configuration`
    return ((await (await fetch(`${of.url}/${path}`, { headers })).json()) as { token_endpoint: string }).token_endpoint
  }

  it('is what discovery states; without it, what the caller says, and a proxy counts only where it is trusted', async () => {
    const proxied = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'hunt.corp.example' }
    const stated = await startServer({ auth: 'local', publicUrl: 'https://harrier.corp.example/' })
    expect(await tokenEndpoint(stated, proxied)).toMatch(/^https:\/\/harrier\.corp\.example\/[0-9a-f-]{36}\/oauth2/)
    await stated.close()
    const plain = await startServer({ auth: 'local' })
    expect(await tokenEndpoint(plain, proxied)).toMatch(new RegExp(`^${plain.url}/`))
    await plain.close()
    const trusting = await startServer({ auth: 'local', trustedProxies: '10.0.0.0/8, 127.0.0.1' })
    expect(await tokenEndpoint(trusting, proxied)).toMatch(/^https:\/\/hunt\.corp\.example\//)
    await trusting.close()
  }, 180_000)
})

describe('tls', () => {
  it('takes the administrator’s certificate, and says which setting is wrong', async () => {
    const pems = await generate([{ name: 'commonName', value: 'localhost' }], { keyType: 'ec', algorithm: 'sha256' })
    const [tlsCertificate, tlsKey] = [join(folder, 'c.pem'), join(folder, 'k.pem')]
    writeFileSync(tlsCertificate, pems.cert)
    writeFileSync(tlsKey, pems.private)
    const secure = await startServer({ tls: 'files', tlsCertificate, tlsKey })
    expect(secure.url).toMatch(/^https:/)
    expect(secure.certificate).toBeUndefined()
    await secure.close()
    await expect(startServer({ tls: 'files', tlsCertificate, tlsKey: join(folder, 'none.pem') })).rejects.toThrow(
      /Setting tlsKey: .*none\.pem cannot be read/,
    )
    await expect(startServer({ tls: 'files' })).rejects.toThrow(/Setting tlsCertificate: tls files needs a PEM file/)
  })
})
