/** Percentiles, digests, sets of distinct values and covariances, where groups are empty, large or odd. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { plain, startService, type TestService } from '../support/service.ts'

let service: TestService
beforeAll(async () => {
  service = await startService()
})
afterAll(() => service.close())

const row = async (kql: string) => (plain((await service.ask(kql)).rows) as unknown[][])[0]

describe('percentiles', () => {
  test('of a percentage that is worked out', async () => {
    expect(await row('range x from 1 to 10 step 1 | summarize percentile(x, toscalar(print 30))')).toEqual([3])
  })

  test('compare decimals as numbers', async () => {
    expect(await row('datatable(d: decimal)[decimal(10), decimal(9)] | summarize tostring(percentile(d, 50))')).toEqual(
      ['9'],
    )
  })

  test('of no values, nulls alone, one value', async () => {
    expect(await row('datatable(x: long)[] | summarize percentile(x, 50), percentilew(x, x, 50)')).toEqual([null, null])
    expect(await row('datatable(x: long)[long(null)] | summarize percentile(x, 50), percentiles_array(x, 50)')).toEqual(
      [null, null],
    )
    expect(
      await row('print x = 7 | summarize percentile(x, 0), percentile(x, 100), percentiles_array(x, 0, 100)'),
    ).toEqual([7, 7, [7, 7]])
  })

  test('leave out weights that are not positive', async () => {
    expect(
      await row('datatable(x: long, w: long)[1, 0, 2, -5, 3, 1, 4, long(null)] | summarize percentilesw(x, w, 0, 100)'),
    ).toEqual([3, 3])
  })

  test('keep times as times', async () => {
    expect(
      await row(
        'range t from datetime(2024-01-01) to datetime(2024-01-05) step 1d | summarize percentiles_array(t, 50), p = percentilew(t, 1, 50) | extend is = p == datetime(2024-01-03) | project-away p',
      ),
    ).toEqual([['2024-01-03T00:00:00.0000000Z'], true])
  })
})

describe('digests', () => {
  test('of times', async () => {
    expect(
      await row(`range t from datetime(2024-01-01) to datetime(2024-01-05) step 1d | summarize d = tdigest(t)
        | project percentile_tdigest(d, 50, typeof(datetime)) == datetime(2024-01-03), rank_tdigest(d, datetime(2024-01-02 12:00)), percentrank_tdigest(d, datetime(2023-01-01))`),
    ).toEqual([true, 2, 0])
  })

  test('stay small and near for many values, and keep the least and the greatest', async () => {
    const [length, least, middle, greatest, rank] =
      (await row(`range x from 1 to 100000 step 1 | summarize d = tdigest(x)
      | project array_length(d), percentile_tdigest(d, 0), percentile_tdigest(d, 50), percentile_tdigest(d, 100), rank_tdigest(d, 25000)`)) as number[]
    expect(length).toBeLessThan(9000)
    expect([least, greatest]).toEqual([1, 100_000])
    expect(Math.abs(middle! - 50_000)).toBeLessThan(50)
    expect(Math.abs(rank! - 25_000)).toBeLessThan(50)
  })

  test('keep whole numbers beyond 53 bits apart', async () => {
    expect(
      await row(
        'datatable(x: long)[9007199254740993, 9007199254740992] | summarize d = tdigest(x) | project array_length(d), rank_tdigest(d, 9007199254740992)',
      ),
    ).toEqual([2, 1])
  })
})

describe('sets of distinct values', () => {
  test('count exactly while they are small, and merge', async () => {
    expect(
      await row(
        'range x from 1 to 9000 step 1 | summarize h = hll(x % 4000) by x % 3 | summarize m = hll_merge(h) | project dcount_hll(m)',
      ),
    ).toEqual([4000])
  })

  test('estimate what they do not hold', async () => {
    const [found] = (await row(
      'range x from 1 to 300000 step 1 | summarize h = hll(x) | project dcount_hll(h)',
    )) as number[]
    expect(Math.abs(found! - 300_000)).toBeLessThan(9000)
  })

  test('of nulls alone have no members', async () => {
    expect(await row('datatable(x: long)[long(null)] | summarize h = hll(x) | project dcount_hll(h)')).toEqual([0])
  })
})

describe('order among equals', () => {
  test('is that of the group keys', async () => {
    const { rows } = await service.ask(
      "datatable(k: string)['c', 'a', 'b', 'd', 'd'] | summarize n = count() by k | sort by n desc | extend place = row_number() | project k, place",
    )
    expect(plain(rows)).toEqual([
      ['d', 1],
      ['a', 2],
      ['b', 3],
      ['c', 4],
    ])
  })
})

describe('functions with several results', () => {
  test('give what the query names and nothing else, wherever they stand', async () => {
    const { columns } = await service.ask(
      'print s = dynamic([1, 2, 4]) | extend (low, at) = series_stats(s), slope = series_fit_line(s), strlen("x") | project-away s | project-rename first_place = at',
    )
    expect(columns.map((c) => c.split(':')[0])).toEqual(['low', 'first_place', 'slope', expect.stringMatching(/./)])
  })

  test('give all columns when nothing is named', async () => {
    const { columns } = await service.ask('print s = dynamic([1, 2]) | project series_fit_line(s)')
    expect(columns).toEqual([
      'series_fit_line_s_rsquare:real',
      'series_fit_line_s_slope:real',
      'series_fit_line_s_variance:real',
      'series_fit_line_s_rvariance:real',
      'series_fit_line_s_interception:real',
      'series_fit_line_s_line_fit:dynamic',
    ])
  })
})
