import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { plain, startService, type TestService } from '../support/service.ts'

let service: TestService
beforeAll(async () => {
  service = await startService()
})
afterAll(() => service.close())

const rowsOf = async (kql: string) => plain((await service.ask(kql)).rows)
const fails = (kql: string) => expect(service.ask(kql)).rejects

describe('declare', () => {
  test('uses the defaults of query parameters and asks for the others', async () => {
    expect(await rowsOf("declare query_parameters(n: long = 5, s: string = 'x'); print n + 1, s")).toEqual([[6, 'x']])
    await fails('declare query_parameters(n: long); print n').toThrow(/neither a value nor a default/)
  })

  test('takes the body of a pattern whose values are those of the call', async () => {
    const pattern =
      "declare pattern Log = (app: string)[what: string] { ('a').['Start'] = { let n = 1; print n, app, what }; ('b').['Start'] = { print 2, app, what }; };"
    expect(await rowsOf(`${pattern} Log('b').Start`)).toEqual([[2, 'b', 'Start']])
    expect(await rowsOf(`${pattern} union (Log('a').Start), (Log('b').Start) | count`)).toEqual([[2]])
    await fails(`${pattern} Log('c').Start`).toThrow(/pattern/i)
  })
})

describe('restrict access', () => {
  const views = 'let A = datatable(x: long)[1]; let B = view () { DeviceInfo | count }; let C = datatable(x: long)[3];'

  test('leaves what is listed, with all that it reads', async () => {
    expect(await rowsOf(`${views} restrict access to (A, B); union A, B | count`)).toEqual([[2]])
  })

  test('hides every other table and view, from wildcards too', async () => {
    await fails(`${views} restrict access to (A, B); C`).toThrow(/Failed to resolve/)
    await fails(`${views} restrict access to (A, B); DeviceInfo`).toThrow(/Failed to resolve/)
    expect(
      await rowsOf('restrict access to (DeviceInfo); union withsource=T Device* | summarize by T | count'),
    ).toEqual([[0]])
  })
})

describe('statements', () => {
  test('the first table is the answer; set changes nothing', async () => {
    expect(await rowsOf('set notruncation; print 1; print 2')).toEqual([[1]])
    expect(await rowsOf('range x from 1 to 4 step 1 | fork (where x > 2 | count) (count)')).toEqual([[2]])
    expect(await service.ask("datatable(a: string)['x', 'x'] | facet by a")).toEqual({
      columns: ['a:string', 'count_a:long'],
      rows: [['x', 2n]],
    })
  })

  test('nothing outside of the store can be reached', async () => {
    await fails("externaldata(a: string)['https://example.invalid/x']").toThrow(
      /example.invalid is not among those that the setting externalHosts allows/,
    )
    for (const source of [
      "cluster('c').database('d').T",
      "database('d').T",
      "external_table('t')",
      "materialized_view('t')",
      "workspace('w').T",
    ])
      await fails(source).toThrow()
  })
})

describe('what the engine refuses and the binder lets pass', () => {
  const T = "datatable(g: string, v: long, d: dynamic)['a', 1, dynamic([1])]"
  test.each([
    ['a summary without an aggregate', `${T} | summarize 1 + 2 by g`],
    ['two dynamics compared', `${T} | where d == d`],
    ['windows over rows without an order', `${T} | extend row_number()`],
    ['an offset of no rows', `${T} | sort by v asc | extend prev(v, 0)`],
    ['a format that is none', "print format_datetime(now(), 'zzz')"],
    ['a span format that is none', "print format_timespan(1h, 'c')"],
    ['a number too large for a dynamic', 'print dynamic(1e400)'],
  ])('%s', async (_, kql) => {
    await fails(kql).toMatchObject({ code: 'semantic' })
  })

  test('rows serialized in any way have windows', async () => {
    for (const how of [
      'serialize',
      'sort by v asc',
      'top 5 by v',
      'sort by v asc | where v > 0 | extend w = v | take 3',
    ])
      expect(await rowsOf(`${T} | ${how} | extend n = row_number() | project n`)).toEqual([[1]])
  })
})
