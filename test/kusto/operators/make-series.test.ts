import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { plain, startService, type TestService } from '../../support/service.ts'

let service: TestService
beforeAll(async () => {
  service = await startService()
})
afterAll(() => service.close())

const rowsOf = async (kql: string) => plain((await service.ask(kql)).rows)
const SOME = 'datatable(t: long, v: long)[5, 10, 7, 1, 19, 4]'

describe('make-series', () => {
  test('lays bins from the start up to the end, which is left out', async () => {
    expect(await rowsOf(`${SOME} | make-series sum(v), n = count() default = -1 on t from 3 to 19 step 4`)).toEqual([
      [
        [10, 1, 0, 0],
        [1, 1, -1, -1],
        [3, 7, 11, 15],
      ],
    ])
  })

  test('begins and ends with the data of each group where no bounds are given', async () => {
    const days =
      "datatable(t: datetime, k: string)[datetime(2021-03-01 05:00), 'a', datetime(2021-03-03), 'a', datetime(2021-03-07 23:59), 'b']"
    expect(
      await rowsOf(`${days} | make-series count() on t step 1d by k | project k, count_, t0 = t[0] | sort by k asc`),
    ).toEqual([
      ['a', [1, 0, 1], '2021-03-01T00:00:00.0000000Z'],
      ['b', [1], '2021-03-07T00:00:00.0000000Z'],
    ])
    expect(await rowsOf(`${SOME} | make-series count() on t from 2 step 5`)).toEqual([
      [
        [1, 1, 0, 1],
        [2, 7, 12, 17],
      ],
    ])
    expect(await rowsOf(`${SOME} | make-series count() on t to 15 step 4`)).toEqual([
      [
        [2, 0, 0],
        [4, 8, 12],
      ],
    ])
  })

  test('takes real and timespan axes', async () => {
    expect(await rowsOf('datatable(t: real)[0.1, 0.25, 1.3] | make-series count() on t step 0.5')).toEqual([
      [
        [2, 0, 1],
        [0, 0.5, 1],
      ],
    ])
    expect(
      await rowsOf('datatable(t: timespan)[1h, 2h, 25h] | make-series count() on t from 1h to 4h step 90m'),
    ).toEqual([
      [
        [2, 0],
        ['01:00:00', '02:30:00'],
      ],
    ])
  })

  test('counts both ends in with in range(…)', async () => {
    expect(await rowsOf(`${SOME} | make-series count() on t in range(7, 19, 4)`)).toEqual([
      [
        [1, 0, 0, 1],
        [4, 8, 12, 16],
      ],
    ])
  })

  test('gives nothing for no rows, or the defaults with kind=nonempty', async () => {
    const none = 'datatable(t: long)[]'
    expect(await rowsOf(`${none} | make-series count() on t from 0 to 2 step 1`)).toEqual([])
    expect(await rowsOf(`${none} | make-series kind=nonempty count() default = 7 on t from 0 to 2 step 1`)).toEqual([
      [
        [7, 7],
        [0, 1],
      ],
    ])
  })
})
