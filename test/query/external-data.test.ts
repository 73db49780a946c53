/** externaldata against a real web server: formats, packing, redirects, and the hosts that are not allowed. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startService, type TestService } from '../support/service.ts'

const DOCUMENTS: Readonly<Record<string, string | Buffer>> = {
  '/iocs.csv': 'name,score,when,tags\r\n"evil, inc",7,2024-01-02T03:04:05Z,"[1,2]"\r\nplain,,,x\r\n',
  '/packed.csv.gz': gzipSync('a,1\nb,2\n'),
  '/lines.json': '{"name":"a","score":9007199254740993}\n{"name":"b","more":{"x":1}}\n',
  '/array.json': '[{"name":"a","score":1},{"score":2}]',
  '/list.txt': 'one\n\ntwo\n',
  '/broken.json': '{"name":"a"}\n{oops\n',
  '/large.txt': Buffer.alloc(33 * 1024 * 1024, 'x'),
}

let web: Server
let host: string
let open: TestService
let closed: TestService
beforeAll(async () => {
  web = createServer((request, response) => {
    const path = request.url!.replace(/\?.*/, '')
    if (path === '/away') return response.writeHead(302, { location: 'http://127.0.0.2:1/iocs.csv' }).end()
    if (path === '/moved') return response.writeHead(301, { location: '/list.txt' }).end()
    const document = DOCUMENTS[path]
    response.writeHead(document === undefined ? 404 : 200).end(document)
  })
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve))
  host = `http://127.0.0.1:${(web.address() as AddressInfo).port}`
  ;[open, closed] = await Promise.all([startService({ externalHosts: host }), startService()])
})
afterAll(async () => {
  await Promise.all([open?.close(), closed?.close()])
  web.close()
})

describe('inline_external_table', () => {
  it('reads what externaldata reads, and skips headers where they are', async () => {
    const { rows } = await open.ask(
      `inline_external_table(name: string, score: long) kind=storage dataformat=csv (h@'${host}/iocs.csv', h@'${host}/iocs.csv') with (includeHeaders='All', encoding='UTF8NoBOM') | where isnotnull(score)`,
    )
    expect(rows).toEqual([
      ['evil, inc', 7n],
      ['evil, inc', 7n],
    ])
  })

  it.each([
    ["inline_external_table kind=delta ('HOST')", "'kind=delta'"],
    ["inline_external_table(x: string) kind=storage dataformat=txt ('HOST') with (namePrefix='a')", "'nameprefix'"],
    [
      "inline_external_table(x: string) kind=storage dataformat=csv ('HOST') with (includeHeaders='FirstFile')",
      "'firstfile'",
    ],
    [
      "inline_external_table(x: string, d: datetime) kind=storage partition by (day: datetime = startofday(d)) dataformat=csv ('HOST')",
      "'partition by",
    ],
    ["inline_external_table(x: string) kind=storage dataformat=avro ('HOST/iocs.csv')", "format 'avro'"],
    ["inline_external_table(x: string) kind=storage dataformat=csv ('http://127.0.0.2/a.csv')", 'externalHosts'],
  ])('refuses %s', async (query, why) => {
    await expect(open.ask(query.replace('HOST', host))).rejects.toThrow(why)
  })
})

describe('an allowed host', () => {
  it('gives rows of delimited text, converted to the declared types', async () => {
    const { columns, rows } = await open.ask(
      `externaldata(name: string, score: long, when: datetime, tags: dynamic)["${host}/iocs.csv"] with (ignoreFirstRecord = true)`,
    )
    expect(columns).toEqual(['name:string', 'score:long', 'when:datetime', 'tags:dynamic'])
    expect(rows).toEqual([
      ['evil, inc', 7n, '2024-01-02T03:04:05Z', [1n, 2n]],
      ['plain', null, null, 'x'],
    ])
  })

  it('reads gzip, JSON by line and by document, and text', async () => {
    expect((await open.ask(`externaldata(k: string, v: int)["${host}/packed.csv.gz"]`)).rows).toEqual([
      ['a', 1n],
      ['b', 2n],
    ])
    expect(
      (await open.ask(`externaldata(name: string, score: long, more: dynamic)["${host}/lines.json"]`)).rows,
    ).toEqual([
      ['a', 9007199254740993n, null],
      ['b', null, new Map([['x', 1n]])],
    ])
    expect(
      (await open.ask(`externaldata(name: string, score: long)["${host}/array.json"] with (format = "multijson")`))
        .rows,
    ).toEqual([
      ['a', 1n],
      ['', 2n],
    ])
    expect(
      (await open.ask(`externaldata(line: string)["${host}/moved", "${host}/list.txt"] with (format="txt")`)).rows,
    ).toEqual([['one'], ['two'], ['one'], ['two']])
  })

  it('can be joined, used in a let and in a sub-query', async () => {
    const { rows } = await open.ask(
      `let bad = externaldata(line: string)[h@"${host}/list.txt"]; datatable(w: string)["one", "three"] | where w in (bad)`,
    )
    expect(rows).toEqual([['one']])
  })

  it('says what is wrong with a document', async () => {
    const ask = (path: string) => open.ask(`externaldata(name: string)["${host}${path}"]`)
    await expect(ask('/missing.csv?sig=secret')).rejects.toThrow(/missing\.csv: the host answers 404/)
    await expect(ask('/missing.csv?sig=secret')).rejects.not.toThrow(/secret/)
    await expect(ask('/broken.json')).rejects.toThrow(/line 2 is no JSON/)
    await expect(ask('/large.txt')).rejects.toThrow(/larger than/)
    await expect(open.ask(`externaldata(a: string)["${host}/list.txt"] with (format="parquet")`)).rejects.toThrow(
      /parquet/,
    )
  })

  it('does not lead to others', async () => {
    await expect(open.ask(`externaldata(a: string)["${host}/away"]`)).rejects.toThrow(
      /host 127\.0\.0\.2:1 is not among/,
    )
  })
})

it.each([
  'https://example.org/list.csv',
  'http://169.254.169.254/latest',
  'file:///etc/passwd',
  '/etc/passwd',
  'https://user:word@example.org/x',
])('reads nothing from anywhere by default: %s', async (uri) => {
  await expect(closed.ask(`externaldata(a: string)[@"${uri}"]`)).rejects.toMatchObject({ code: 'external_data' })
})
