import { afterAll, beforeAll, expect, test } from 'vitest'
import { plain, startService, type TestService } from '../../../support/service.ts'

let service: TestService
beforeAll(async () => {
  service = await startService()
})
afterAll(() => service.close())

const LOGONS = `datatable(Host: string, Kind: string, Port: long, At: datetime)[
  'ws-1', 'local', 22, datetime(2026-01-01), 'ws-1', 'local', 22, datetime(2026-01-02), 'ws-2', 'local', 23, datetime(2026-01-03)]`

test('basket gives the frequent combinations in typed columns, the most frequent first', async () => {
  const { columns, rows } = await service.ask(`${LOGONS} | evaluate basket(0.6)`)
  expect(columns).toEqual([
    'SegmentId:long',
    'Count:long',
    'Percent:real',
    'Host:string',
    'Kind:string',
    'Port:long',
    'At:datetime',
  ])
  const counts = plain(rows.map((r) => [r[1], r[3], r[4], r[5], r[6]]))
  expect((counts as unknown[])[0]).toEqual([3, '', 'local', null, null])
  expect((counts as unknown[])[1]).toEqual([2, 'ws-1', 'local', 22, null])
  expect(counts).toHaveLength(7)
})

test('a table function given too many rows ends with an error of its own', async () => {
  await expect(service.ask('range i from 1 to 600000 step 1 | evaluate basket()')).rejects.toMatchObject({
    code: 'preempted',
  })
  await expect(service.ask('print x = 1 | evaluate basket(0.001)')).rejects.toThrow(/between 0.015 and 1/)
})

test('basket of no rows is empty', async () => {
  expect((await service.ask('print x = 1 | where x > 1 | evaluate basket()')).rows).toEqual([])
})
