/** Functions whose meaning depends on the query around them: columns by star, the caller, conversions that change nothing. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { nobody, startService, type TestService } from '../support/service.ts'

let service: TestService
beforeAll(async () => {
  service = await startService()
})
afterAll(() => service.close())

it('takes a star among the arguments as all columns', async () => {
  const { rows } = await service.ask(
    'print n = int(7), t = "ab" | project p = pack_array(*), size = estimate_data_size(*)',
  )
  expect(rows).toEqual([[[7n, 'ab'], 6n]])
})

it('counts the bytes of values with one size, and those of the text of a dynamic', async () => {
  const { rows } = await service.ask('print b = true, t = now(), g = guid(null) | project estimate_data_size(b, t, g)')
  expect(rows).toEqual([[25n]])
  expect((await service.ask('print d = dynamic([1]) | project estimate_data_size(d)')).rows).toEqual([[3n]])
})

it('names the caller anew in each request, though the plan is cached', async () => {
  const ask = (kind: 'application' | 'user', id: string) =>
    service.ask('print who = current_principal()', { ...nobody, kind, id, application: 'app', tenant: 'ten' })
  expect((await ask('user', 'u1')).rows).toEqual([['aaduser=u1;ten']])
  expect((await ask('user', 'u2')).rows).toEqual([['aaduser=u2;ten']])
  expect((await ask('application', 'u1')).rows).toEqual([['aadapp=app;ten']])
})

it('leaves a group key out of the star when its conversion changes nothing', async () => {
  const data = 'datatable(k: string, n: long)["a", 1, "a", 3, "b", 2]'
  const same = await service.ask(`${data} | summarize arg_max(n, *) by tostring(k) | sort by k asc`)
  expect(same).toEqual({
    columns: ['k:string', 'n:long'],
    rows: [
      ['a', 3n],
      ['b', 2n],
    ],
  })
  const changed = await service.ask(`${data} | summarize arg_max(n, *) by toupper(k) | where n == 2`)
  expect(changed).toEqual({ columns: ['Column1:string', 'n:long', 'k:string'], rows: [['B', 2n, 'b']] })
})

it('keeps of a function with several results the one that is named, through mv-expand and mv-apply too', async () => {
  const decomposed = 'print a = dynamic([1, 2, 3]) | extend b = series_decompose_anomalies(a)'
  const expanded = await service.ask(`${decomposed} | mv-expand a, b`)
  expect(expanded.columns).toEqual(['a:dynamic', 'b:dynamic'])
  const applied = await service.ask(`${decomposed} | mv-apply x = b to typeof(long) on (summarize s = sum(x))`)
  expect(applied.columns).toEqual(['a:dynamic', 'b:dynamic', 's:long'])
})

it('refuses to repeat a dynamic value', async () => {
  await expect(service.ask('print repeat(dynamic([1]), 2)')).rejects.toThrow(/cannot be dynamic/)
  expect((await service.ask('print repeat(1, 2)')).rows).toEqual([[[1n, 1n]]])
})

it('takes the text of the old replace() last', async () => {
  const { rows } = await service.ask(
    "print a = replace(@'a(b)', @'<\\1>', 'xaby'), b = replace_regex('xaby', @'a(b)', @'<\\1>')",
  )
  expect(rows).toEqual([['x<b>y', 'x<b>y']])
})

it('takes numbers and times within a distance, ends included', async () => {
  const { rows } = await service.ask(
    'print around(1.5, 1.2, 0.4), around(5, 3, 2), around(6, 3, 2), around(1h, 2h, 60m), around(datetime(2024-01-01), datetime(2024-01-02), 23h), around(decimal(1.5), 1, 1)',
  )
  expect(rows).toEqual([[true, true, false, true, false, true]])
  await expect(service.ask('print around("a", 1, 2)')).rejects.toThrow(/around\(\) takes/)
})

it('refuses a size of a list that differs from row to row', async () => {
  await expect(service.ask('range x from 1 to 3 step 1 | summarize make_list(x, x)')).rejects.toThrow(/constant/)
  const { rows } = await service.ask('range x from 1 to 3 step 1 | summarize make_list(x, toscalar(print 2))')
  expect(rows).toEqual([[[1n, 2n]]])
})
