import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { plain, startService, type TestService } from '../../support/service.ts'

let service: TestService
beforeAll(async () => {
  service = await startService()
})
afterAll(() => service.close())

const rowsOf = async (kql: string) =>
  (plain((await service.ask(kql)).rows) as unknown[][]).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))

const LISTS = 'datatable(id: int, list: dynamic)[1, dynamic([3, 1, 2]), 2, dynamic([1]), 3, dynamic([])]'
const apply = (body: string) => rowsOf(`${LISTS} | mv-apply x = list to typeof(long) on (${body}) | project-away list`)
const KEYS = "datatable(k: string, v: long)['a', 1, 'b', 1, 'a', 5, 'a', 3]"
const partition = (body: string) => rowsOf(`${KEYS} | partition by k (${body})`)

describe('the sub-query of mv-apply', () => {
  test('gives a summary for every row that had elements, even if the sub-query drops them all', async () => {
    expect(await apply('where x > 1 | summarize n = count(), xs = make_list(x), m = max(x)')).toEqual([
      [1, 2, [3, 2], 3],
      [2, 0, [], null],
    ])
    expect(await apply('where x > 1 | count')).toEqual([
      [1, 2],
      [2, 0],
    ])
  })

  test('has windows that begin anew for each row', async () => {
    expect(await apply('sort by x asc | extend n = row_number(), before = prev(x), sum = row_cumsum(x)')).toEqual([
      [1, 1, 1, null, 1],
      [1, 2, 2, 1, 3],
      [1, 3, 3, 2, 6],
      [2, 1, 1, null, 1],
    ])
  })

  test('joins each row by itself, in every direction', async () => {
    const names = "(datatable(x: long, name: string)[1, 'one', 9, 'nine'])"
    expect(await apply(`join kind=inner ${names} on x | project x, name`)).toEqual([
      [1, 1, 'one'],
      [2, 1, 'one'],
    ])
    expect(await apply(`join kind=rightouter ${names} on x | project x, x1`)).toEqual([
      [1, 1, 1],
      [1, null, 9],
      [2, 1, 1],
      [2, null, 9],
    ])
    expect(await apply(`join kind=rightanti ${names} on x | project x`)).toEqual([
      [1, 9],
      [2, 9],
    ])
  })
})

describe('partition', () => {
  test('joins innerunique within each partition', async () => {
    expect(
      await rowsOf(
        "datatable(k: string, v: long)['a', 1, 'a', 1, 'b', 1] | partition by k (join (datatable(v: long, w: long)[1, 2]) on v)",
      ),
    ).toEqual([
      ['a', 1, 1, 2],
      ['b', 1, 1, 2],
    ])
  })

  test('unites each partition with all rows of another table, and with itself by name', async () => {
    expect(await partition('union (print v = 7) | summarize n = count(), sum(v)')).toEqual([
      [2, 8],
      [4, 16],
    ])
    expect(await partition('as T | union T | count')).toEqual([[2], [6]])
  })

  test('takes tops, samples, series and scans of each partition', async () => {
    expect(await partition('top-nested 1 of v by sum(v)')).toEqual([
      [1, 1],
      [5, 5],
    ])
    expect(await partition('sample 2 | count')).toEqual([[1], [2]])
    expect(await partition('make-series n = count() on v from 0 to 6 step 2')).toEqual([
      [
        [1, 0, 0],
        [0, 2, 4],
      ],
      [
        [1, 1, 1],
        [0, 2, 4],
      ],
    ])
    expect(
      await partition(
        'sort by v asc | scan declare (sum: long = 0) with (step s: true => sum = s.sum + v;) | project sum',
      ),
    ).toEqual([[1], [1], [4], [9]])
  })

  test('runs a query with tables of its own for each value', async () => {
    expect(
      await rowsOf(
        'range x from 1 to 3 step 1 | partition by x { range y from 1 to 3 step 1 | where y > x | summarize n = count(), m = max(toscalar(x)) }',
      ),
    ).toEqual([
      [0, null],
      [1, 2],
      [2, 1],
    ])
  })

  test('refuses what would mix the rows of partitions', async () => {
    await expect(partition('as T | where v > toscalar(T | summarize min(v))')).rejects.toThrow(/sub-query/)
    await expect(partition('getschema')).rejects.toThrow(/sub-query/)
  })
})
