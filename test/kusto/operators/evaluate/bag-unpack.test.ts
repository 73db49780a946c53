import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { KqlError } from '../../../../src/base/errors.ts'
import { plain, startService, type TestService } from '../../../support/service.ts'

let service: TestService
beforeAll(async () => {
  service = await startService()
})
afterAll(() => service.close())

const ask = async (kql: string) => {
  const { columns, rows } = await service.ask(kql)
  return { columns, rows: plain(rows) }
}

const BAGS = `datatable(Host: string, d: dynamic)[
  'ws-1', dynamic({"Pid": 4, "Load": 1.5, "Signed": true, "Tags": ["a"], "Mixed": 1}),
  'ws-2', dynamic({"Pid": 8, "Owner": "ada", "Mixed": "x", "Host": "other"})]`

describe('bag_unpack', () => {
  test('gives the columns that the data has, typed where all values agree, in the order of their names', async () => {
    expect(await ask(`${BAGS} | project d | evaluate bag_unpack(d)`)).toEqual({
      columns: ['Host:string', 'Load:real', 'Mixed:dynamic', 'Owner:string', 'Pid:long', 'Signed:bool', 'Tags:dynamic'],
      rows: [
        ['', 1.5, 1, '', 4, true, ['a']],
        ['other', null, 'x', 'ada', 8, null, null],
      ],
    })
  })

  test('lets the rest of the query use them, with names that only quotes can hold', async () => {
    const bag = `dynamic({"a b": 2, "it's": "x"})`
    expect(await ask(`print d = ${bag} | evaluate bag_unpack(d, 'p_') | extend twice = ['p_a b'] * 2`)).toEqual({
      columns: ['p_a b:long', "p_it's:string", 'twice:long'],
      rows: [[2, 'x', 4]],
    })
  })

  test('a name that is taken is an error, or gives way, or takes the place', async () => {
    const unpack = (conflict: string) => `${BAGS} | evaluate bag_unpack(d${conflict}) | project Host, Pid`
    await expect(ask(unpack(''))).rejects.toThrow(/a column named 'Host'/)
    expect((await ask(unpack(", columnsConflict='keep_source'"))).rows).toEqual([
      ['ws-1', 4],
      ['ws-2', 8],
    ])
    expect((await ask(unpack(", columnsConflict='replace_source'"))).rows).toEqual([
      ['', 4],
      ['other', 8],
    ])
  })

  test('leaves out ignored properties; takes the schema that the query says without asking', async () => {
    const ignoring = "evaluate bag_unpack(d, ignoredProperties=dynamic(['Host', 'Mixed', 'Tags']))"
    expect((await ask(`${BAGS} | ${ignoring}`)).columns).toEqual([
      'Host:string',
      'Load:real',
      'Owner:string',
      'Pid:long',
      'Signed:bool',
    ])
    expect(await ask(`${BAGS} | evaluate bag_unpack(d) : (*, Pid: int, Other: string)`)).toEqual({
      columns: ['Host:string', 'Pid:int', 'Other:string'],
      rows: [
        ['ws-1', 4, ''],
        ['ws-2', 8, ''],
      ],
    })
  })

  test('several plug-ins of a query are asked one after the other', async () => {
    const query = `let T = ${BAGS} | project d | evaluate bag_unpack(d) | project Pid, Inner = bag_pack('Depth', Pid);
      T | evaluate bag_unpack(Inner) | join kind=inner (T | evaluate bag_unpack(Inner, 'x')) on Pid | summarize sum(xDepth) by Depth | sort by Depth asc`
    expect(await ask(query)).toEqual({
      columns: ['Depth:long', 'sum_xDepth:long'],
      rows: [
        [4, 4],
        [8, 8],
      ],
    })
  })

  test('an error behind it has its place in the text of the caller', async () => {
    const query = `${BAGS} | evaluate bag_unpack(d, 'p_') | where Nowhere == 1`
    const error = await ask(query).catch((e: unknown) => e)
    expect(error).toBeInstanceOf(KqlError)
    expect((error as KqlError).span).toEqual({ start: query.indexOf('Nowhere'), length: 7 })
  })

  test('without rows the columns are those that the query names', async () => {
    expect(
      await ask('datatable(d: dynamic)[] | evaluate bag_unpack(d) | where Signer has "x" | project Signer'),
    ).toEqual({
      columns: ['Signer:string'],
      rows: [],
    })
  })
})
