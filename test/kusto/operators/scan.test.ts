import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { plain, startService, type TestService } from '../../support/service.ts'

let service: TestService
beforeAll(async () => {
  service = await startService()
})
afterAll(() => service.close())

const ask = async (kql: string) => {
  const { columns, rows } = await service.ask(kql)
  return { columns, rows: plain(rows) }
}
const rowsOf = async (kql: string) => (await ask(kql)).rows

const DOORS =
  "datatable(t: long, what: string)[1, 'open', 2, 'open', 3, 'walk', 4, 'shut', 5, 'walk', 6, 'open', 7, 'shut', 8, 'shut'] | sort by t asc"

describe('scan', () => {
  test('carries a value from row to row; the bare name is the default of the row itself', async () => {
    expect(
      await ask(
        'range x from 1 to 4 step 1 | scan declare (total: long = 0, bare: long = 7) with (step s: true => total = x + s.total, bare = bare + x;)',
      ),
    ).toEqual({
      columns: ['x:long', 'total:long', 'bare:long'],
      rows: [
        [1, 1, 8],
        [2, 3, 9],
        [3, 6, 10],
        [4, 10, 11],
      ],
    })
  })

  test('matches steps one after the other, numbers the sequences, and drops what no step matches', async () => {
    expect(
      await ask(
        `${DOORS} | scan with_match_id = m declare (since: long) with (step A: what == 'open'; step B: what == 'walk' and t - A.t < 3 => since = A.t; step C: what == 'shut' => since = A.t;)`,
      ),
    ).toEqual({
      columns: ['t:long', 'what:string', 'since:long', 'm:long'],
      rows: [
        [1, 'open', null, 0],
        [2, 'open', null, 0],
        [3, 'walk', 2, 0],
        [4, 'shut', 2, 0],
        [6, 'open', null, 1],
        [7, 'shut', 2, 0],
        [8, 'shut', 2, 0],
      ],
    })
  })

  test('gives only the last row of a run with output=last, none with output=none', async () => {
    expect(
      await rowsOf(
        `${DOORS} | scan with (step A output=last: what == 'open'; step B output=none: what == 'walk'; step C: what == 'shut';)`,
      ),
    ).toEqual([
      [2, 'open'],
      [4, 'shut'],
      [6, 'open'],
      [7, 'shut'],
      [8, 'shut'],
    ])
  })

  test('gives a row once for each step that it matches, the last step first', async () => {
    expect(
      await rowsOf(
        "range x from 1 to 2 step 1 | scan declare (by: string) with (step A: true => by = 'A'; step B: x > 1 => by = strcat('B', A.x);)",
      ),
    ).toEqual([
      [1, 'A'],
      [2, 'B1'],
      [2, 'A'],
    ])
  })

  test('has its own order and partitions, each with a state of its own', async () => {
    expect(
      await rowsOf(
        'range x from 1 to 5 step 1 | extend odd = x % 2 | scan order by x desc partition by odd declare (sum: long = 0) with (step s: true => sum = s.sum + x;) | sort by x asc | project sum',
      ),
    ).toEqual([[9], [6], [8], [4], [5]])
  })

  test('may assign to a column of the input', async () => {
    expect(
      await rowsOf(
        'datatable(t: long, v: long)[1, 5, 2, long(null), 3, long(null), 4, 2] | sort by t asc | scan with (step s: true => v = coalesce(v, s.v);)',
      ),
    ).toEqual([
      [1, 5],
      [2, 5],
      [3, 5],
      [4, 2],
    ])
  })
})
