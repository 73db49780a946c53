/** Names of the columns of summarize, where the engine's differ from the parser's. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startService, type TestService } from '../../support/service.ts'

let service: TestService
beforeAll(async () => {
  service = await startService()
})
afterAll(() => service.close())

test.each([
  ['percentiles(n, 5, 10), covariance(n, m)', ['percentile_n_5', 'percentile_n_10', 'covariance_n_m']],
  ['arg_max(n, m), round(percentile(n, 50))', ['n', 'm', 'percentile_n_50']],
  ['round(percentile(n, 50)), round(percentile(n, 50), 1)', ['percentile_n_50', 'percentile_n_501']],
  ['covariance(n, m), covariance_n_m = count()', ['covariance_n_m1', 'covariance_n_m']],
  ['covariance(n, m) by covariance_n_m = n', ['covariance_n_m', 'covariance_n_m1']],
])('%s', async (aggregates, names) => {
  const { columns } = await service.ask(`datatable(n: long, m: long)[1, 2, 3, 6] | summarize ${aggregates}`)
  expect(columns.map((c) => c.replace(/:.*/, ''))).toEqual(names)
})
