/** Graph's runHuntingQuery over HTTP: bodies, windows of time, OData values, errors and headers as captured and documented. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startServer, type TestServer } from '../../support/server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer({ now: '2024-05-01T00:00:00Z', graphTimeoutSeconds: 3 })
})
afterAll(() => server.close())

async function run(body: unknown, { path = '/v1.0/security/runHuntingQuery', headers = {} } = {}) {
  const answer = await fetch(server.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  const text = await answer.text()
  return { status: answer.status, headers: answer.headers, text, body: JSON.parse(text) }
}

describe('an answer', () => {
  it('has context, schema and results, in this order and in small letters', async () => {
    const { status, text } = await run({ Query: 'print n = 1, s = ""' })
    expect(status).toBe(200)
    expect(text).toBe(
      '{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#microsoft.graph.security.huntingQueryResults",' +
        '"schema":[{"name":"n","type":"Int64"},{"name":"s","type":"String"}],"results":[{"n":1,"s":""}]}',
    )
  })

  it('of beta names beta, and without rows has an empty list', async () => {
    const { body } = await run({ query: 'DeviceInfo | project DeviceId' }, { path: '/beta/security/runHuntingQuery' })
    expect(body['@odata.context']).toContain('/beta/$metadata#')
    expect(body).toMatchObject({ schema: [{ name: 'DeviceId', type: 'String' }], results: [] })
  })

  it.each([
    ['b = true', '"b@odata.type":"#SByte","b":1'],
    ['b = bool(null)', '"b":{}'],
    ['i = int(null), t = datetime(null)', '"i":{},"t":{}'],
    [
      'r = 10.0, l = 9223372036854775807, t = datetime(2026-07-23 18:03:20.928)',
      '"r":10.0,"l":9223372036854775807,"t":"2026-07-23T18:03:20.928Z"',
    ],
    ['d = dynamic([])', '"d@odata.type":"#Collection(String)","d":[]'],
    ['d = dynamic(["x", {"a": true}])', '"d@odata.type":"#Collection(String)","d":["x","{\\"a\\":true}"]'],
    [
      'd = dynamic({"name": "x", "level": 3, "on": false, "gone": null, "list": ["p"], "in": {"k": 1.5}})',
      '"d":{"@odata.type":"#microsoft.graph.security.dynamicColumnValue","name":"x","level@odata.type":"#Int64","level":3,"on":false,' +
        '"list@odata.type":"#Collection(String)","list":["p"],"in":{"@odata.type":"#microsoft.graph.security.dynamicColumnValue","k":1.5}}',
    ],
    ['d = dynamic(null)', '"d":{}'],
    ['[\'two "words"\'] = 1', '"two \\"words\\"":1'],
  ])('writes %s with the type beside it', async (kql, members) => {
    expect((await run({ Query: `print ${kql}` })).text).toContain(`"results":[{${members}}]`)
  })

  it('carries the ids of the request', async () => {
    const own = await run({ Query: 'print 1' })
    expect(own.headers.get('request-id')).toMatch(/^[0-9a-f-]{36}$/)
    expect(own.headers.get('client-request-id')).toBe(own.headers.get('request-id'))
    expect(JSON.parse(own.headers.get('x-ms-ags-diagnostic')!)).toHaveProperty('ServerInfo')
    const given = await run({ Query: 'print 1' }, { headers: { 'client-request-id': 'mine' } })
    expect(given.headers.get('client-request-id')).toBe('mine')
  })
})

describe('the GET form of beta', () => {
  const get = async (call: string) => {
    const answer = await fetch(`${server.url}/beta/security/getRunHuntingQuery(${call})`)
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
  }

  it('answers, with quotes doubled inside the query', async () => {
    const query = encodeURIComponent("print a = strcat('x', 'y'), b = \"(\"".replaceAll("'", "''"))
    const { status, body } = await get(`query='${query}',timespan='P1D'`)
    expect(status).toBe(200)
    expect(body.results).toEqual([{ a: 'xy', b: '(' }])
  })

  it('asks for a query', async () => {
    expect(await get("timespan='P1D'")).toMatchObject({ status: 400, body: { error: { message: 'Missing query.' } } })
  })
})

describe('an error', () => {
  it('has an inner error with date and ids, and nothing else', async () => {
    const { status, body, headers } = await run({ Query: 'NoSuchTable | take 1' })
    expect(status).toBe(400)
    expect(body).toEqual({
      error: {
        code: 'BadRequest',
        message:
          "'take' operator: Failed to resolve table or column expression named 'NoSuchTable'. Fix semantic errors in your query.",
        innerError: {
          date: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/),
          'request-id': headers.get('request-id'),
          'client-request-id': headers.get('request-id'),
        },
      },
    })
  })

  it('of an empty body asks for a query', async () => {
    expect((await run('')).body.error).toMatchObject({ message: 'Missing query.' })
  })

  it('of a query that takes too long is a 504 without a word', async () => {
    const { status, body } = await run({
      Query: 'range a from 1 to 100000000 step 1 | extend m = hash_md5(a) | summarize max(m), dcount(m)',
    })
    expect(status).toBe(504)
    expect(body.error).toMatchObject({ code: 'UnknownError', message: '' })
  })

  it('of a path that is none names the segment', async () => {
    const answer = await fetch(`${server.url}/v1.0/security/savedQueries`)
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({
      error: { code: 'BadRequest', message: "Resource not found for the segment 'savedQueries'." },
    })
  })

  it('of a Timespan that is none says what is expected', async () => {
    expect((await run({ Query: 'print 1', Timespan: 'yesterday' })).body.error.message).toMatch(
      /Invalid Timespan 'yesterday'/,
    )
  })
})
