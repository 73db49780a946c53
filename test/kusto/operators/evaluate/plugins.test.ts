import { afterAll, beforeAll, expect, test } from 'vitest'
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

const NETWORKS = `let Networks = datatable(net: string, Site: string)['10.0.0.0/8', 'all', '10.1.0.0/16', 'lab', 'no network', 'none'];
  datatable(ip: string)['10.1.2.3', '9.9.9.9', '']`

test('ipv4_lookup gives a row for each network that holds the address, and unmatched rows when asked', async () => {
  expect((await ask(`${NETWORKS} | evaluate ipv4_lookup(Networks, ip, net) | sort by Site asc`)).rows).toEqual([
    ['10.1.2.3', '10.0.0.0/8', 'all'],
    ['10.1.2.3', '10.1.0.0/16', 'lab'],
  ])
  const all = `${NETWORKS} | evaluate ipv4_lookup(Networks, ip, net, return_unmatched = true) | where isempty(net) | sort by ip asc`
  expect((await ask(all)).rows).toEqual([
    ['', '', ''],
    ['9.9.9.9', '', ''],
  ])
})

test('ipv4_lookup takes further keys', async () => {
  const query = `let N = datatable(net: string, T: long, Site: string)['10.0.0.0/8', 1, 'a', '10.0.0.0/8', 2, 'b'];
    datatable(ip: string, T: long)['10.1.2.3', 2] | evaluate ipv4_lookup(N, ip, net, T)`
  expect(await ask(query)).toEqual({
    columns: ['ip:string', 'T:long', 'net:string', 'Site:string'],
    rows: [['10.1.2.3', 2, '10.0.0.0/8', 'b']],
  })
})

test("ipv6_lookup gives the table's columns first", async () => {
  const query = `let N = datatable(net: string, Site: string)['2001:db8::/32', 'docs'];
    datatable(ip: string)['2001:0DB8::1', '::1'] | evaluate ipv6_lookup(N, ip, net)`
  expect(await ask(query)).toEqual({
    columns: ['net:string', 'Site:string', 'ip:string'],
    rows: [['2001:db8::/32', 'docs', '2001:0DB8::1']],
  })
})

test('rows_near keeps the rows around those that match, in their order', async () => {
  const rows = async (call: string) =>
    ((await ask(`range i from 1 to 10 step 1 | sort by i desc | evaluate ${call}`)).rows as number[][]).flat()
  expect(await rows('rows_near(i == 9 or i == 4, 1, 2)')).toEqual([10, 9, 8, 7, 5, 4, 3, 2])
  expect(await rows('rows_near(i == 1, 2)')).toEqual([3, 2, 1])
  expect(await rows('rows_near(i == 99, 2)')).toEqual([])
})

const EVENTS = `datatable(Id: string, At: datetime, Site: string)[
  'a', datetime(2026-01-01 05:00), 'x', 'b', datetime(2026-01-02), 'x', 'a', datetime(2026-01-03), 'x',
  'a', datetime(2026-01-03 09:00), 'y']`
const RANGE = 'datetime(2026-01-02), datetime(2026-01-04)'

test('sliding_window_counts counts what lies in the window before the end of each bin', async () => {
  const query = `${EVENTS} | evaluate sliding_window_counts(Id, At, ${RANGE}, 2d, 1d) | sort by At asc | project Count, Dcount`
  expect((await ask(query)).rows).toEqual([
    [2, 2],
    [3, 2],
    [2, 1],
  ])
})

test('rolling_percentile looks back over bins', async () => {
  const query = `range i from 0 to 5 step 1 | extend v = i * 10 | evaluate rolling_percentile(v, 50, i, 2, 2) | sort by i asc`
  expect(await ask(query)).toEqual({
    columns: ['i:long', 'rolling_2_percentile_v_50:long'],
    rows: [
      [0, 0],
      [2, 10],
      [4, 30],
    ],
  })
})

test('activity_counts_metrics tells new ids from known ones, by dimension', async () => {
  const query = `${EVENTS} | evaluate activity_counts_metrics(Id, At, datetime(2026-01-01), datetime(2026-01-04), 1d, Site) | sort by Site asc, At asc | project-away At`
  expect(await ask(query)).toEqual({
    columns: ['Site:string', 'count:long', 'dcount:long', 'new_dcount:long', 'aggregated_dcount:long'],
    rows: [
      ['x', 1, 1, 1, 1],
      ['x', 1, 1, 1, 2],
      ['x', 1, 1, 0, 2],
      ['y', 1, 1, 1, 1],
    ],
  })
})

test('active_users_count counts ids with enough active periods behind them', async () => {
  const count = async (periods: number) =>
    (await ask(`${EVENTS} | evaluate active_users_count(Id, At, ${RANGE}, 3d, 1d, ${periods}, 7d) | project dcount`))
      .rows
  expect(await count(1)).toEqual([[2]])
  expect(await count(2)).toEqual([[1]])
  expect(await count(3)).toEqual([])
})

test('schema_merge joins schemas, and says which column has no one place', async () => {
  const query = (options: string) => `let A = datatable(Url: string, Code: int)[] | getschema;
    let B = datatable(Url: string, Referrer: string, Code: int)[] | getschema;
    union A, B | evaluate schema_merge(${options})`
  expect((await ask(query('PreserveOrder = false'))).rows).toEqual([
    ['Url', 0, 'System.String', 'string'],
    ['Referrer', 1, 'System.String', 'string'],
    ['Code', 2, 'System.Int32', 'int'],
  ])
  const inOrder = (await ask(query(''))).rows as unknown[][]
  expect(inOrder.map((r) => r[1])).toEqual([0, 1, -1])
})
