import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { plain, startService, type TestService } from '../../support/service.ts'

let service: TestService
beforeAll(async () => {
  service = await startService()
})
afterAll(() => service.close())

const SALES =
  "datatable(shop: string, item: string, sold: long)['n', 'ink', 50, 'n', 'pen', 40, 'n', 'cap', 9, 's', 'ink', 5, 's', 'pen', 2, 'w', 'pen', 1]"
const ask = async (kql: string) => {
  const { columns, rows } = await service.ask(`${SALES} | ${kql}`)
  return {
    columns,
    rows: (plain(rows) as unknown[][]).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
  }
}

describe('top-nested', () => {
  test('takes the top of each level inside of the level above', async () => {
    const { columns, rows } = await ask('top-nested 2 of shop by sum(sold), top-nested 1 of item by Most = max(sold)')
    expect(columns).toEqual(['shop:string', 'aggregated_shop:long', 'item:string', 'Most:long'])
    expect(rows).toEqual([
      ['n', 99, 'ink', 50],
      ['s', 7, 'ink', 5],
    ])
  })

  test('takes the bottom with asc, all without a number, and scalars around aggregates', async () => {
    const { rows } = await ask('top-nested of shop by sum(sold) * 10, top-nested 1 of item by min(sold) asc')
    expect(rows).toEqual([
      ['n', 990, 'cap', 9],
      ['s', 70, 'pen', 2],
      ['w', 10, 'pen', 1],
    ])
  })

  test('puts what is outside of the top under the name of with others, at every level that says so', async () => {
    const { rows } = await ask(
      "top-nested 1 of shop with others = 'rest' by sum(sold), top-nested 1 of item by sum(sold), top-nested 1 of sold with others = -1 by count()",
    )
    expect(rows).toEqual([
      ['n', 99, '', null, -1, 2],
      ['n', 99, 'ink', 50, 50, 1],
      ['rest', 8, '', null, -1, 3],
    ])
  })

  test('keeps a row for the others of a first level when deeper levels name none', async () => {
    const { rows } = await ask(
      "top-nested 1 of shop with others = 'rest' by sum(sold), top-nested 1 of item by sum(sold)",
    )
    expect(rows).toEqual([
      ['n', 99, 'ink', 50],
      ['rest', 8, '', null],
    ])
  })
})

describe('top-hitters', () => {
  test('counts rows, or sums a weight', async () => {
    expect(await ask('top-hitters 1 of item')).toEqual({
      columns: ['item:string', 'approximate_count_item:long'],
      rows: [['pen', 3]],
    })
    expect(await ask('top-hitters 2 of shop by sold')).toEqual({
      columns: ['shop:string', 'approximate_sum_sold:long'],
      rows: [
        ['n', 99],
        ['s', 7],
      ],
    })
  })
})
