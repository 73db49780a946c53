/** The contract that clients of the service rely on, row by row: hosts, types and nulls, errors, tokens, permissions, limits. */
import { request as httpRequest } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AUDIENCES } from '../../src/access/verify.ts'
import { readConfig } from '../../src/config.ts'
import { issueToken } from '../../src/wire/login/tokens.ts'
import { startServer, type TestServer } from '../support/server.ts'

const DEFENDER = '/api/advancedqueries/run'
const XDR = '/api/advancedhunting/run'
const GRAPH = '/v1.0/security/runHuntingQuery'
const APPLICATION = 'b1b1b1b1-0000-4000-8000-000000000001'

let open: TestServer
let closed: TestServer
beforeAll(async () => {
  open = await startServer({
    timeoutSeconds: 6,
    xdrTimeoutSeconds: 6,
    graphTimeoutSeconds: 6,
    byteLimit: 5_000_000,
    graphByteLimit: 5_000_000,
  })
  closed = await startServer({ auth: 'local', queryProcesses: 1 })
}, 60_000)
afterAll(() => Promise.all([open?.close(), closed?.close()]))

/** The body as it goes over the wire: what JSON.parse would lose is the point. */
function raw(path: string, kql: string, host = '127.0.0.1'): Promise<{ status: number; text: string; type: string }> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(open.url + path, { method: 'POST', headers: { host } }, async (response) => {
      const chunks: Buffer[] = []
      for await (const chunk of response) chunks.push(chunk as Buffer)
      const type = response.headers['content-type'] ?? ''
      resolve({ status: response.statusCode!, text: Buffer.concat(chunks).toString(), type })
    })
    sent.on('error', reject).end(JSON.stringify({ Query: kql }))
  })
}
const rowOf = (text: string): string => /"[Rr]esults":\[(.*)\]\}$/s.exec(text)![1]!

const token = (claims: { audience?: string; roles?: string[]; scopes?: string[] }) =>
  issueToken(closed.identity!, {
    audience: claims.audience ?? 'https://api.security.microsoft.com',
    application: APPLICATION,
    name: 'contract',
    roles: claims.roles ?? [],
    ...(claims.scopes && { user: { name: 'ada@corp.example', scopes: claims.scopes } }),
    now: Date.now(),
  })

describe('hosts', () => {
  it.each([
    'api.securitycenter.microsoft.com',
    'api.securitycenter.windows.com',
    'api.security.microsoft.com',
    ...['us', 'eu', 'uk', 'au', 'swa', 'ina', 'aea'].map((r) => `${r}.api.security.microsoft.com`),
    ...['us', 'eu', 'uk'].flatMap((r) => [`api-${r}.securitycenter.microsoft.com`, `api-${r}.security.microsoft.com`]),
    'api-gcc.securitycenter.microsoft.us',
    'api-gov.securitycenter.microsoft.us',
    'api-gcc.security.microsoft.us',
    'api-gov.security.microsoft.us',
    'graph.microsoft.com',
    'graph.microsoft.us',
  ])('%s serves every path', async (host) => {
    for (const path of [DEFENDER, XDR, GRAPH, '/beta/security/runHuntingQuery']) {
      const { status, type } = await raw(path, 'print 1', host)
      expect([status, type], path).toEqual([200, 'application/json; charset=utf-8'])
    }
  })
})

/** Type; an expression, what it looks like at Defender's APIs and at Graph; a null of the type at both. */
const TYPES: readonly (readonly [type: string, kql: string, defender: string, graph: string, nullOf?: string])[] = [
  ['String', '"a\\"b"', '"x":"a\\"b"', '"x":"a\\"b"'],
  ['String', '""', '"x":""', '"x":""'],
  [
    'DateTime',
    'datetime(2024-03-26T09:39:50.7688641Z)',
    '"x":"2024-03-26T09:39:50.7688641Z"',
    '"x":"2024-03-26T09:39:50.7688641Z"',
    'datetime(null)',
  ],
  ['DateTime', 'datetime(2021-04-26T09:37:48Z)', '"x":"2021-04-26T09:37:48Z"', '"x":"2021-04-26T09:37:48Z"'],
  [
    'DateTime',
    'datetime(2026-07-23T18:03:20.928Z)',
    '"x":"2026-07-23T18:03:20.928Z"',
    '"x":"2026-07-23T18:03:20.928Z"',
  ],
  ['Int32', 'int(7)', '"x":7', '"x":7', 'int(null)'],
  ['Int64', '639199803770463703', '"x":639199803770463703', '"x":639199803770463703', 'long(null)'],
  ['Double', '10.0', '"x":10.0', '"x":10.0', 'real(null)'],
  ['Double', '4.3', '"x":4.3', '"x":4.3'],
  ['Double', 'real(nan)', '"x":"NaN"', '"x":"NaN"'],
  ['Double', 'real(+inf)', '"x":"Infinity"', '"x":"Infinity"'],
  ['SByte', 'true', '"x":1', '"x@odata.type":"#SByte","x":1', 'bool(null)'],
  ['SByte', 'false', '"x":0', '"x@odata.type":"#SByte","x":0'],
  [
    'Guid',
    'guid(74BE27DE-1E4E-49D9-B579-FE0B331D3642)',
    '"x":"74be27de-1e4e-49d9-b579-fe0b331d3642"',
    '"x":"74be27de-1e4e-49d9-b579-fe0b331d3642"',
    'guid(null)',
  ],
  ['TimeSpan', '1.02:03:04.5', '"x":"1.02:03:04.5000000"', '"x":"1.02:03:04.5000000"', 'timespan(null)'],
  ['TimeSpan', '0s', '"x":"00:00:00"', '"x":"00:00:00"'],
  ['SqlDecimal', 'decimal(1.5)', '"x":"1.5"', '"x":"1.5"', 'decimal(null)'],
  ['Object', 'dynamic({"a":true,"b":[1,{"c":2}]})', '"x":{"a":true,"b":[1,{"c":2}]}', '', 'dynamic(null)'],
  ['Object', 'dynamic([])', '"x":[]', '"x@odata.type":"#Collection(String)","x":[]'],
  ['Object', 'dynamic(["a"])', '"x":["a"]', '"x@odata.type":"#Collection(String)","x":["a"]'],
  [
    'Object',
    'dynamic([{"a":"b"}])',
    '"x":[{"a":"b"}]',
    '"x@odata.type":"#Collection(String)","x":["{\\"a\\":\\"b\\"}"]',
  ],
  [
    'Object',
    'dynamic({"n":"x","l":0})',
    '"x":{"n":"x","l":0}',
    '"x":{"@odata.type":"#microsoft.graph.security.dynamicColumnValue","n":"x","l@odata.type":"#Int64","l":0}',
  ],
]

describe('types', () => {
  it.each(TYPES)('%s: %s', async (type, kql, defender, graph, nullOf) => {
    const query = (e = '') => (e.startsWith('1.02') ? `print x = timespan(${e})` : `print x = ${e}`)
    for (const path of [DEFENDER, XDR]) {
      const { text } = await raw(path, query(kql))
      expect(text).toContain(`"Schema":[{"Name":"x","Type":"${type}"}]`)
      expect(rowOf(text)).toBe(`{${defender}}`)
      if (nullOf) expect(rowOf((await raw(path, query(nullOf))).text)).toBe('{"x":null}')
    }
    const { text } = await raw(GRAPH, query(kql))
    expect(text).toContain(`"schema":[{"name":"x","type":"${type}"}]`)
    if (graph !== '') expect(rowOf(text)).toBe(`{${graph}}`)
    if (nullOf) expect(rowOf((await raw(GRAPH, query(nullOf))).text)).toBe('{"x":{}}')
  })

  it('columns of equal names are numbered, so that no object has a key twice', async () => {
    const kql = 'datatable(k: long, v: string)[1, "a"] | join kind=inner (datatable(k: long, v: string)[1, "b"]) on k'
    expect(rowOf((await raw(DEFENDER, kql)).text)).toBe('{"k":1,"v":"a","k1":1,"v1":"b"}')
  })
})

/** What is asked; status and code at Defender's APIs; Graph's, where they differ; the sentence. */
const ERRORS: readonly (readonly [kql: string, status: number, code: string, message: string | RegExp])[] = [
  ['DeviceInfo | wher x == 1', 400, 'BadRequest', /\. Fix syntax errors in your query\.$/],
  ['DeviceInfo |', 400, 'BadRequest', /\. Fix syntax errors in your query\.$/],
  [
    '.show tables',
    400,
    'BadRequest',
    /^The management command '.show tables' is no query\. Fix syntax errors in your query\.$/,
  ],
  [
    'DeviceInfo | summarize count() by IsInteetFacing',
    400,
    'BadRequest',
    "'summarize' operator: Failed to resolve scalar expression named 'IsInteetFacing'. Fix semantic errors in your query.",
  ],
  [
    'NoSuchTable | where a == 1',
    400,
    'BadRequest',
    "'where' operator: Failed to resolve table or column expression named 'NoSuchTable'. Fix semantic errors in your query.",
  ],
  [
    'NoSuchTable | take 1',
    400,
    'BadRequest',
    "'take' operator: Failed to resolve table or column expression named 'NoSuchTable'. Fix semantic errors in your query.",
  ],
  [
    "print _MyOrgDeviceBaseline('x')",
    400,
    'BadRequest',
    /Unknown function: '_MyOrgDeviceBaseline'\. Fix semantic errors in your query\.$/,
  ],
  ["cluster('c').database('d').T", 400, 'BadRequest', /Fix semantic errors in your query\.$/],
  [
    'range x from 1 to 100000 step 1 | extend y = repeat("0123456789", 100) | project tostring(y)',
    400,
    'BadRequest',
    /^Query execution has exceeded the allowed result size\. Optimize your query by limiting the number of results and try again/,
  ],
]

describe('errors', () => {
  it.each(ERRORS)('%s', async (kql, status, code, message) => {
    for (const path of [DEFENDER, XDR, GRAPH]) {
      const answer = await raw(path, kql)
      const { error } = JSON.parse(answer.text) as { error: Record<string, unknown> }
      expect([answer.status, error.code]).toEqual([status, code])
      if (typeof message === 'string') expect(error.message).toBe(message)
      else expect(error.message).toMatch(message)
      expect(Object.keys(error)).toEqual(
        path === GRAPH ? ['code', 'message', 'innerError'] : ['code', 'message', 'target'],
      )
      expect(answer.type).toBe('application/json; charset=utf-8')
    }
  })

  it('a query over its time', async () => {
    // Long, but small: one that needs memory would be preempted first.
    const slow =
      'range a from 1 to 50000000 step 1 | where hash(hash(a)) == 1 and hash(hash(a + 1)) == 1 or hash(hash(a + 2)) == 7 | count'
    for (const path of [DEFENDER, XDR]) {
      expect(await raw(path, slow)).toMatchObject({
        status: 400,
        text: expect.stringContaining('"code":"BadRequest","message":"Query exceeded the timeout period."'),
      })
    }
    expect(await raw(GRAPH, slow)).toMatchObject({
      status: 504,
      text: expect.stringContaining('"code":"UnknownError","message":""'),
    })
  }, 60_000)

  it('every body without a query', async () => {
    for (const body of ['', 'x', '{}', '[]', '{"Query":null}', '{"Query":""}', '{"Query":7}', '{"query": ""}']) {
      const { status, body: answer } = await open.ask('', { body })
      expect([status, answer.error!.code, answer.error!.message], body).toEqual([
        400,
        'InvalidRequestBody',
        'Missing query.',
      ])
    }
  })

  it('an address that is none, at Defender and at Graph', async () => {
    expect(await raw('/api/machines', '')).toMatchObject({
      status: 404,
      text: expect.stringContaining('"code":"NotFound"'),
    })
    expect(await raw('/v1.0/security/savedQueries', '')).toMatchObject({
      status: 400,
      text: expect.stringContaining(`"message":"Resource not found for the segment 'savedQueries'."`),
    })
  })
})

describe('tokens', () => {
  it.each([...AUDIENCES])('for %s count, with a slash at the end too', async (audience) => {
    for (const aud of [audience, `${audience}/`]) {
      const each = await token({ audience: aud, roles: ['AdvancedQuery.Read.All'] })
      expect((await closed.ask('print 1', { token: each })).status).toBe(200)
    }
  })

  it.each([
    [DEFENDER, 'AdvancedQuery.Read.All', 'AdvancedQuery.Read'],
    [XDR, 'AdvancedHunting.Read.All', 'AdvancedHunting.Read'],
    [GRAPH, 'ThreatHunting.Read.All', 'ThreatHunting.Read.All'],
  ])('%s takes the role %s of applications and the scope %s of users, and no other', async (path, role, scope) => {
    const ask = async (claims: Parameters<typeof token>[0]) => {
      const { status, body } = await closed.ask('print 1', { path, token: await token(claims) })
      return status === 200 ? 200 : `${status} ${body.error!.code} ${body.error!.message}`
    }
    expect(await ask({ roles: [role] })).toBe(200)
    expect(await ask({ scopes: [scope] })).toBe(200)
    expect(await ask({ roles: ['Machine.Read.All', 'Alert.ReadWrite.All'] })).toBe(
      `403 Forbidden Missing application roles. API required roles: ${role}, application roles: Machine.Read.All,Alert.ReadWrite.All.`,
    )
    expect(await ask({ roles: [] })).toBe(
      `403 Forbidden Missing application roles. API required roles: ${role}, application roles: .`,
    )
    expect(await ask({ scopes: ['Machine.Read'] })).toBe(
      `403 Forbidden Missing user scopes. API required scopes: ${scope}, user scopes: Machine.Read.`,
    )
  })

  it('that are missing are a 401 in each API’s words', async () => {
    for (const path of [DEFENDER, XDR]) {
      const { status, body } = await closed.ask('print 1', { path })
      expect([status, body.error!.code]).toEqual([401, 'Unauthorized'])
      expect(body.error!.message).toMatch(/^Unauthorized request - reason of failure: /)
    }
    const { status, body } = await closed.ask('print 1', { path: GRAPH })
    expect([status, body.error!.code]).toEqual([401, 'InvalidAuthenticationToken'])
  })
})

describe('limits', () => {
  it('are those of the service unless they are set', () => {
    expect(readConfig({}, {})).toMatchObject({
      lookback: '30d',
      rowLimit: 100_000,
      byteLimit: 124 * 1024 * 1024,
      graphByteLimit: 50 * 1024 * 1024,
      timeoutSeconds: 200,
      xdrTimeoutSeconds: 180,
      graphTimeoutSeconds: 180,
      callsPerMinute: 45,
      callsPerHour: 1500,
      runningMinutesPerHour: 10,
      runningHoursPerDay: 3,
    })
  })

  it('of calls are told in the service’s words, with Retry-After in whole seconds', async () => {
    const counted = await startServer({ limits: 'defender', callsPerMinute: 1, queryProcesses: 1 })
    try {
      for (const [path, code] of [
        [DEFENDER, '429'],
        [XDR, '429'],
        [GRAPH, 'TooManyRequests'],
      ] as const) {
        expect((await counted.ask('print 1', { path })).status).toBe(200)
        const { status, headers, body } = await counted.ask('print 1', { path })
        expect([status, body.error!.code]).toEqual([429, code])
        expect(headers.get('retry-after')).toMatch(/^([1-9]|[1-5]\d|60)$/)
        expect(body.error!.message).toBe(
          `API calls quota exceeded! Maximum allowed 1 per 00:01:00 for the key Destination+TenantID+AppID. You can send requests again in ${headers.get('retry-after')} seconds.`,
        )
      }
    } finally {
      await counted.close()
    }
  })
})
