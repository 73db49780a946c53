/** row_window_session(): sessions of rows by the distance from their first row and between neighbours. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { plain, startService, type TestService } from '../support/service.ts'

let service: TestService
beforeAll(async () => {
  service = await startService()
})
afterAll(() => service.close())

/** Minutes after midnight, or null, of each row's session. */
const sessions = async (minutes: readonly (number | null)[], call: string) => {
  const table = `datatable(i: long, m: long)[${minutes.map((m, i) => `${i}, ${m ?? 'long(null)'}`)}]`
  const { rows } = await service.ask(
    `${table} | sort by i asc | extend t = datetime(2024-03-01) + m * 1m, other = i >= 3 | extend s = ${call} | project (s - datetime(2024-03-01)) / 1m`,
  )
  return (plain(rows) as unknown[][]).flat()
}

describe('row_window_session', () => {
  test('begins anew after a gap between neighbours', async () => {
    expect(await sessions([0, 4, 8, 13, 14], 'row_window_session(t, 1h, 5m)')).toEqual([0, 0, 0, 13, 13])
  })

  test('begins anew at the distance from the first row, again and again', async () => {
    expect(await sessions([0, 4, 8, 12, 16, 20, 24], 'row_window_session(t, 10m, 5m)')).toEqual([
      0, 0, 0, 12, 12, 12, 24,
    ])
  })

  test('begins anew where restart is true', async () => {
    expect(await sessions([0, 1, 2, 3, 4], 'row_window_session(t, 1h, 5m, i == 3)')).toEqual([0, 0, 0, 3, 3])
  })

  test('takes window functions in restart', async () => {
    expect(await sessions([0, 1, 2, 3, 4], 'row_window_session(t, 1h, 5m, other != prev(other))')).toEqual([
      0, 0, 0, 3, 3,
    ])
  })

  test('has no session for a null, and a new one after it', async () => {
    expect(await sessions([0, null, 1, 2], 'row_window_session(t, 1h, 5m)')).toEqual([0, null, 1, 1])
  })

  test('keeps the order of the rows', async () => {
    const { rows } = await service.ask(
      'range i from 1 to 5 step 1 | sort by i desc | extend s = row_window_session(datetime(2024-01-01) - i * 1h, 1d, 2h) | extend n = row_number() | project i, n',
    )
    expect(plain(rows)).toEqual([5, 4, 3, 2, 1].map((i, n) => [i, n + 1]))
  })

  test('is per partition', async () => {
    const { rows } = await service.ask(
      `datatable(k: string, m: long)['a', 0, 'a', 1, 'b', 2, 'b', 3]
       | partition by k (sort by m asc | extend s = row_window_session(datetime(2024-01-01) + m * 1m, 1h, 5m))
       | project k, began = (s - datetime(2024-01-01)) / 1m | sort by k asc, began asc`,
    )
    expect(plain(rows)).toEqual([
      ['a', 0],
      ['a', 0],
      ['b', 2],
      ['b', 2],
    ])
  })

  test('needs rows in an order', async () => {
    await expect(
      service.ask('datatable(t: datetime)[datetime(2024-01-01)] | extend s = row_window_session(t, 1h, 1h)'),
    ).rejects.toThrow('serialized')
  })
})
