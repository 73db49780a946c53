import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startServer, type TestServer } from '../../support/server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer({ byteLimit: 2_000_000, timeoutSeconds: 5, now: '2024-05-01T00:00:00Z' })
})
afterAll(() => server.close())

describe('an answer', () => {
  it('has Stats, Schema and Results, in this order', async () => {
    const { status, headers, body } = await server.ask('print a = 1, b = "x"')
    expect(status).toBe(200)
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8')
    expect(Object.keys(body)).toEqual(['Stats', 'Schema', 'Results'])
    expect(body.Schema).toEqual([
      { Name: 'a', Type: 'Int64' },
      { Name: 'b', Type: 'String' },
    ])
    expect(body.Results).toEqual([{ a: 1, b: 'x' }])
  })

  it('says what it cost', async () => {
    const { body } = await server.ask('range x from 1 to 10 step 1')
    expect(body.Stats).toEqual({
      ExecutionTime: expect.any(Number),
      resource_usage: {
        cache: { memory: null, disk: null },
        cpu: {
          user: expect.stringMatching(/^\d\d:\d\d:\d\d(\.\d{7})?$/),
          kernel: expect.stringMatching(/^\d\d:\d\d:\d\d(\.\d{7})?$/),
          'total cpu': expect.stringMatching(/^\d\d:\d\d:\d\d(\.\d{7})?$/),
        },
        memory: { peak_per_node: expect.any(Number) },
      },
      dataset_statistics: [{ table_row_count: 10, table_size: expect.any(Number) }],
    })
  })

  it('writes every type as the service does', async () => {
    const answer = await fetch(`${server.url}/api/advancedhunting/run`, {
      method: 'POST',
      body: JSON.stringify({
        Query: `print yes = true, no = false, i = int(7), big = 9223372036854775807, whole = 10.0, half = 0.5, nan = real(nan),
          dec = decimal(1.5), t = datetime(2020-02-05T01:10:26.2648757Z), round = datetime(2020-02-05), span = 1d + 2h + 3tick,
          g = guid(74be27de-1e4e-49d9-b579-fe0b331d3642), d = dynamic({"a": [1, null, true]}), none = long(null), empty = ""`,
      }),
    })
    const text = await answer.text()
    expect(text).toContain(
      '"Results":[{"yes":1,"no":0,"i":7,"big":9223372036854775807,"whole":10.0,"half":0.5,"nan":"NaN","dec":"1.5",' +
        '"t":"2020-02-05T01:10:26.2648757Z","round":"2020-02-05T00:00:00Z","span":"1.02:00:00.0000003",' +
        '"g":"74be27de-1e4e-49d9-b579-fe0b331d3642","d":{"a":[1,null,true]},"none":null,"empty":""}]}',
    )
    expect(JSON.parse(text).Schema.map((c: { Type: string }) => c.Type)).toEqual([
      'SByte',
      'SByte',
      'Int32',
      'Int64',
      'Double',
      'Double',
      'Double',
      'SqlDecimal',
      'DateTime',
      'DateTime',
      'TimeSpan',
      'Guid',
      'Object',
      'Int64',
      'String',
    ])
  })

  it('without rows has its schema all the same', async () => {
    const { body } = await server.ask('DeviceProcessEvents | project Timestamp, FileName, ProcessId')
    expect(body.Results).toEqual([])
    expect(body.Schema).toEqual([
      { Name: 'Timestamp', Type: 'DateTime' },
      { Name: 'FileName', Type: 'String' },
      { Name: 'ProcessId', Type: 'Int64' },
    ])
  })

  it('is cut at the row limit without a word', async () => {
    const small = await startServer({ rowLimit: 1000 })
    const { status, body } = await small.ask('range x from 1 to 1500 step 1')
    expect(status).toBe(200)
    expect(body.Results).toHaveLength(1000)
    await small.close()
  })

  it('follows the fixed clock', async () => {
    const { body } = await server.ask('print now(), ago(1d)')
    expect(body.Results).toEqual([{ print_0: '2024-05-01T00:00:00Z', print_1: '2024-04-30T00:00:00Z' }])
  })
})

describe('a mistake', () => {
  const message = async (kql: string) => {
    const { status, body } = await server.ask(kql)
    expect(status).toBe(400)
    expect(body.error!.code).toBe('BadRequest')
    expect(body.error!.target).toMatch(/^[0-9a-f-]{36}$/)
    return body.error!.message
  }

  it.each([
    ['syntax', 'DeviceInfo | ', 'Query operator expected. Fix syntax errors in your query.'],
    [
      'an unknown column',
      'DeviceInfo | where Nope == 1',
      "'where' operator: Failed to resolve scalar expression named 'Nope'. Fix semantic errors in your query.",
    ],
    [
      'an unknown column of summarize',
      'DeviceInfo | summarize count() by Nope',
      "'summarize' operator: Failed to resolve scalar expression named 'Nope'. Fix semantic errors in your query.",
    ],
    [
      'an unknown table',
      'NoSuchTable | take 1',
      "'take' operator: Failed to resolve table or column expression named 'NoSuchTable'. Fix semantic errors in your query.",
    ],
    [
      'an unknown function',
      'print nosuchfunction(1)',
      "Unknown function: 'nosuchfunction'. Fix semantic errors in your query.",
    ],
  ])('in the query is told in the engine’s words: %s', async (_, kql, text) => {
    expect(await message(kql)).toBe(text)
  })

  it('that is ours is told by name and place', async () => {
    expect(await message('let a = 1;\nDeviceInfo | evaluate python(typeof(*), "x=1")')).toMatch(/line 2, column/)
  })

  it('in the body is told as the service tells it', async () => {
    const { status, body } = await server.ask('', { body: 'not json' })
    expect(status).toBe(400)
    expect(body.error).toMatchObject({ code: 'InvalidRequestBody', message: 'Missing query.' })
  })

  it('in the path is a 404 with the same envelope', async () => {
    const { status, body } = await server.ask('print 1', { path: '/api/nothing' })
    expect(status).toBe(404)
    expect(body.error!.code).toBe('NotFound')
  })

  it('of too many bytes is refused before the answer begins', async () => {
    const { status, body } = await server.ask(
      'range x from 1 to 100000 step 1 | extend y = strcat("some text that makes a row longer ", x)',
    )
    expect(status).toBe(400)
    expect(body.error).toMatchObject({
      code: 'BadRequest',
      message:
        'Query execution has exceeded the allowed result size. Optimize your query by limiting the number of results and try again',
    })
  })

  const ENDLESS =
    'range a from 1 to 3000000 step 1 | extend k = a % 3 | join kind=inner (range b from 1 to 3000000 step 1 | extend k = b % 3) on k | summarize count()'

  it('of a query that runs too long is told, and the next one is answered', async () => {
    const { status, body } = await server.ask(ENDLESS)
    expect(status).toBe(400)
    expect(body.error!.message).toBe('Query exceeded the timeout period.')
    expect((await server.ask('print 1')).status).toBe(200)
  })

  it('of a caller who goes away does not keep the engine busy', async () => {
    const gone = new AbortController()
    const asked = fetch(`${server.url}/api/advancedqueries/run`, {
      method: 'POST',
      body: JSON.stringify({ Query: ENDLESS }),
      signal: gone.signal,
    })
    await pause(500)
    gone.abort()
    await expect(asked).rejects.toThrow()
    const answers = await Promise.all(Array.from({ length: 4 }, () => server.ask('print 1')))
    expect(answers.map((a) => a.status)).toEqual([200, 200, 200, 200])
  })
})
