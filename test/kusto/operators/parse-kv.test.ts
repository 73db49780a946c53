import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { plain, startService, type TestService } from '../../support/service.ts'

let service: TestService
beforeAll(async () => {
  service = await startService()
})
afterAll(() => service.close())

const parse = async (source: string, schema: string, options = '') => {
  const withClause = options && ` with (${options})`
  const { rows } = await service.ask(
    `print s = ${JSON.stringify(source)} | parse-kv s as ${schema}${withClause} | project-away s`,
  )
  return plain(rows[0])
}
const SPACES = "pair_delimiter=' ', kv_delimiter='='"

describe('parse-kv', () => {
  test('gives typed columns, null or empty where a key is missing, and adds them to the row', async () => {
    const { columns, rows } = await service.ask(
      "print s = 'pid=12;up=00:01:00' | parse-kv s as (pid: long, up: timespan, name: string, n: int) with (pair_delimiter=';', kv_delimiter='=')",
    )
    expect(columns).toEqual(['s:string', 'pid:long', 'up:timespan', 'name:string', 'n:int'])
    expect(plain(rows[0]!.slice(1))).toEqual([12, '00:01:00', '', null])
  })

  test('ends an unquoted value at the delimiter, or greedily before the next key', async () => {
    const source = 'user=Ada of London host=ws 1'
    expect(await parse(source, '(user: string, host: string)', SPACES)).toEqual(['Ada', 'ws'])
    expect(await parse(source, '(user: string, host: string)', `${SPACES}, greedy=true`)).toEqual([
      'Ada of London',
      'ws 1',
    ])
  })

  test('takes delimiters inside of quotes as text, several kinds of quotes, and escapes', async () => {
    expect(await parse('a=<x y> b=(1 = 1)', '(a: string, b: string)', `${SPACES}, quote='<>', quote='()'`)).toEqual([
      'x y',
      '1 = 1',
    ])
    expect(await parse("a='it~'s' b=2", '(a: string, b: int)', `${SPACES}, quote="'", escape='~'`)).toEqual(["it's", 2])
    expect(await parse("a='never closed b=2", '(a: string, b: int)', `${SPACES}, quote="'"`)).toEqual(["'never", 2])
  })

  test('keeps the first of a repeated key', async () => {
    expect(await parse('a=1 a=2', '(a: int)', SPACES)).toEqual([1])
  })

  test('reads words without any delimiters said', async () => {
    expect(await parse('[x] pid: 7, image -> cmd', '(image: string, pid: long)')).toEqual(['cmd', 7])
  })

  test('reads pairs by a regular expression of two groups', async () => {
    expect(await parse('<pid is 7> <ppid is 9>', '(pid: long, ppid: long)', "regex=@'<(\\w+) is (\\d+)>'")).toEqual([
      7, 9,
    ])
    await expect(service.ask("print s = 'a' | parse-kv s as (a: string) with (regex='(a)')")).rejects.toThrow(
      /two capture groups/,
    )
  })

  test('replaces a column of the same name', async () => {
    const { columns, rows } = await service.ask(
      "print a = 'a=1', b = 2 | parse-kv a as (a: long) with (pair_delimiter=';', kv_delimiter='=')",
    )
    expect(columns).toEqual(['a:long', 'b:long'])
    expect(plain(rows)).toEqual([[1, 2]])
  })
})
