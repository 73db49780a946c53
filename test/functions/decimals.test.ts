/** Decimals are texts below: their order and their aggregates must be those of numbers all the same. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startService, type TestService } from '../support/service.ts'

let service: TestService
beforeAll(async () => {
  service = await startService()
})
afterAll(() => service.close())

const DATA =
  'datatable(x: long, d: decimal)[1, decimal(9), 2, decimal(10.5), 3, decimal(-3), 4, decimal(null), 5, decimal(-12.25), 6, decimal(0.05)]'

it('sorts by value, nulls where they are asked for', async () => {
  const places = async (order: string) => (await service.ask(`${DATA} | sort by ${order} | project x`)).rows.flat()
  expect(await places('d asc')).toEqual([4n, 5n, 3n, 6n, 1n, 2n])
  expect(await places('d asc nulls last')).toEqual([5n, 3n, 6n, 1n, 2n, 4n])
  expect(await places('d desc')).toEqual([2n, 1n, 6n, 3n, 5n, 4n])
})

it('aggregates by value', async () => {
  const { rows } = await service.ask(
    `${DATA} | summarize max(d), min(d), sum(d), avg(d), maxif(d, x > 2), arg_max(d, x), countif(d > 0)`,
  )
  expect(rows).toEqual([['10.5', '-12.25', '4.3', '0.86', '0.05', '10.5', 2n, 3n]])
  const none = await service.ask(`${DATA} | where x > 9 | summarize max(d), sum(d), avg(d)`)
  expect(none.rows).toEqual([[null, '0', null]])
})

it('keeps the row of the least', async () => {
  expect((await service.ask(`${DATA} | summarize arg_min(d, *)`)).rows).toEqual([['-12.25', 5n]])
})

it('sums up from row to row', async () => {
  const { rows } = await service.ask(`${DATA} | sort by x asc | project row_cumsum(d)`)
  expect(rows.flat()).toEqual(['9', '19.5', '16.5', '16.5', '4.25', '4.3'])
})
