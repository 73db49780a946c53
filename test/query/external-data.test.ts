/** externaldata against a real web server: formats, packing, redirects, and the hosts that are not allowed. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startService, type TestService } from '../support/service.ts'

const DOCUMENTS: Record<string, string | Buffer> = {
  '/iocs.csv': 'name,score,when,tags\r\n"evil, inc",7,2024-01-02T03:04:05Z,"[1,2]"\r\nplain,,,x\r\n',
  '/packed.csv.gz': gzipSync('a,1\nb,2\n'),
  '/lines.json': '{"name":"a","score":9007199254740993}\n{"name":"b","more":{"x":1}}\n',
  '/array.json': '[{"name":"a","score":1},{"score":2}]',
  '/list.txt': 'one\n\ntwo\n',
  '/many.json': '{\n  "at": {"when": "2024-01-02"},\n  "my id": 1\n}\n{"at": {"when": "2024-01-03"}}\n[{"my id": 3}]',
  '/escaped.tsv': 'a\\tb\t"q"\nc\\\\d\t\n',
  '/iis.log': '#Fields: date\n2024-01-02\n',
  '/packed.csv.zip': Buffer.from(
    'UEsDBBQAAAAAAAAAIQBKgDqCCAAAAAgAAAAFAAAAYS5jc3ZoLG4KYSwxClBLAwQUAAAAAAAAACEAZ3yiuwgAAAAIAAAABQAAAGIuY3N2aCxuCmIsMgpQSwECFAMUAAAAAAAAACEASoA6gggAAAAIAAAABQAAAAAAAAAAAAAAgAEAAAAAYS5jc3ZQSwECFAMUAAAAAAAAACEAZ3yiuwgAAAAIAAAABQAAAAAAAAAAAAAAgAErAAAAYi5jc3ZQSwUGAAAAAAIAAgBmAAAAVgAAAAAA',
    'base64',
  ),
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

  it('takes the words of its properties bare, and as texts', async () => {
    const rows = async (properties: string) =>
      (await open.ask(`externaldata(name: string)["${host}/iocs.csv"] with (${properties})`)).rows
    expect(await rows('format=csv, ignoreFirstRecord=true')).toEqual([['evil, inc'], ['plain']])
    expect(await rows('format="CSV", ignoreFirstRecord="True"')).toEqual([['evil, inc'], ['plain']])
    expect(await rows('format=txt, IgnoreFirstRecord=True')).toHaveLength(2)
    await expect(rows('format=avro')).rejects.toThrow(/The format 'avro'/)
    await expect(rows('ignoreLastRecord=true')).rejects.toThrow(/'ignorelastrecord'/)
    await expect(rows('ignoreFirstRecord=2')).rejects.toThrow(/true or false/)
  })

  it('reads records one behind the other by a mapping of paths', async () => {
    const mapping = JSON.stringify([
      { Column: 'when', Properties: { Path: '$.at.when' } },
      { column: 'id', properties: { path: "$.['my id']" } },
      { Column: 'all', Properties: { Path: '$' } },
      { Column: 'feed', Properties: { ConstValue: 'x' } },
    ])
    const { rows } = await open.ask(
      `externaldata(id: long, when: datetime, all: dynamic, feed: string, none: string)["${host}/many.json"] with (format=multijson, ingestionMapping=\`\`\`${mapping}\`\`\`) | project id, when, keys = bag_keys(all), feed, none`,
    )
    expect(rows).toEqual([
      [1n, '2024-01-02T00:00:00Z', ['at', 'my id'], 'x', ''],
      [null, '2024-01-03T00:00:00Z', ['at'], 'x', ''],
      [3n, null, ['my id'], 'x', ''],
    ])
  })

  it('reads columns by a mapping of ordinals, escaped text, and every file of a zip', async () => {
    const mapped = `[{"Column":"b","Properties":{"Ordinal":"0"}}]`
    expect(
      (
        await open.ask(
          `externaldata(a: string, b: string)["${host}/list.txt"] with (format=csv, ingestionMapping='${mapped}')`,
        )
      ).rows,
    ).toEqual([
      ['', 'one'],
      ['', 'two'],
    ])
    expect(
      (await open.ask(`externaldata(a: string, b: string)["${host}/escaped.tsv"] with (format=tsve)`)).rows,
    ).toEqual([
      ['a\tb', '"q"'],
      ['c\\d', ''],
    ])
    expect(
      (await open.ask(`externaldata(h: string, n: long)["${host}/packed.csv.zip"] with (ignoreFirstRecord=true)`)).rows,
    ).toEqual([
      ['a', 1n],
      ['b', 2n],
    ])
  })

  it('reads Parquet by the names of its columns', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'external-'))
    const duck = await (await DuckDBInstance.create()).connect()
    await duck.run(`COPY (SELECT 'svchost.exe' AS name, 9007199254740993 AS size, 1.5::DOUBLE AS score,
      TIMESTAMP '2024-01-02 03:04:05.123456' AS "when", [1, 2] AS ports, {'os': 'Windows'} AS host)
      TO '${folder}/p.parquet' (FORMAT parquet)`)
    duck.closeSync()
    DOCUMENTS['/p.parquet'] = readFileSync(join(folder, 'p.parquet'))
    rmSync(folder, { recursive: true })
    const { rows } = await open.ask(
      `externaldata(when: datetime, name: string, size: long, score: real, ports: dynamic, host: dynamic, none: int)["${host}/p.parquet"]`,
    )
    expect(rows).toEqual([
      [
        '2024-01-02T03:04:05.123456Z',
        'svchost.exe',
        9007199254740993n,
        1.5,
        [1n, 2n],
        new Map([['os', 'Windows']]),
        null,
      ],
    ])
  })

  it('refuses a mapping that it cannot follow', async () => {
    const ask = (mapping: string) =>
      open.ask(`externaldata(a: string)["${host}/lines.json"] with (format=json, ingestionMapping='${mapping}')`)
    await expect(ask('x')).rejects.toThrow(/no JSON array/)
    await expect(ask('[{"Column":"z","Properties":{"Path":"$"}}]')).rejects.toThrow(/no column of the schema/)
    await expect(ask('[{"Column":"a","Properties":{"Path":"$..x"}}]')).rejects.toThrow(/no path/)
    await expect(ask('[{"Column":"a"}]')).rejects.toThrow(/no Path/)
    await expect(ask('[{"Column":"a","Properties":{"Ordinal":0}}]')).rejects.toThrow(/has an Ordinal/)
    await expect(ask('[{"Column":"a","Properties":{"Transform":"SourceLocation"}}]')).rejects.toThrow(/transformation/)
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
    await expect(ask('/iis.log')).rejects.toThrow(/w3clogfile/)
    await expect(ask('/many.json')).rejects.toThrow(/line 1 is no JSON/)
    await expect(ask('/list.txt;managed_identity=system')).rejects.toThrow(/'managed_identity' is not supported/)
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
