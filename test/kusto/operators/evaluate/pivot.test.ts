import { afterAll, beforeAll, describe, expect, test } from 'vitest'
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

const LOGONS = `datatable(Host: string, Kind: string, N: long)[
  'ws-1', 'local', 1, 'ws-1', 'remote', 5, 'ws-2', 'local', 2, 'ws-2', 'local', 3]`

describe('pivot', () => {
  test('counts by the columns that are left', async () => {
    expect(await ask(`${LOGONS} | project-away N | evaluate pivot(Kind) | sort by Host asc`)).toEqual({
      columns: ['Host:string', 'local:long', 'remote:long'],
      rows: [
        ['ws-1', 1, 1],
        ['ws-2', 2, 0],
      ],
    })
  })

  test('takes an aggregate and columns; later operators use its columns', async () => {
    const query = `${LOGONS} | extend Site = 'x' | evaluate pivot(Kind, max(N), Host) | extend more = remote > local | sort by Host asc`
    expect(await ask(query)).toEqual({
      columns: ['Host:string', 'local:long', 'remote:long', 'more:bool'],
      rows: [
        ['ws-1', 1, 5, true],
        ['ws-2', 3, null, null],
      ],
    })
  })

  test('takes the schema that the query says', async () => {
    const query = `${LOGONS} | evaluate pivot(Kind, sum(N)): (Host: string, local: long, never: long) | sort by Host asc`
    expect(await ask(query)).toEqual({
      columns: ['Host:string', 'local:long', 'never:long'],
      rows: [
        ['ws-1', 1, 0],
        ['ws-2', 5, 0],
      ],
    })
  })

  test('refuses an aggregate that it does not know', async () => {
    await expect(ask(`${LOGONS} | evaluate pivot(Kind, countif(N > 1))`)).rejects.toThrow(
      /The aggregate .* of pivot is not supported/,
    )
  })
})

describe('narrow and the refused', () => {
  test('narrow gives a row for each cell', async () => {
    expect(await ask("datatable(a: int, b: string)[1, 'x', 2, ''] | evaluate narrow()")).toEqual({
      columns: ['Row:long', 'Column:string', 'Value:string'],
      rows: [
        [0, 'a', '1'],
        [0, 'b', 'x'],
        [1, 'a', '2'],
        [1, 'b', ''],
      ],
    })
  })

  test('what reaches outside or runs code is refused with its reason', async () => {
    await expect(ask("print 1 | evaluate http_request('https://example.org')")).rejects.toThrow(/outside of the store/)
    await expect(ask("print 1 | evaluate python(typeof(*), 'x')")).rejects.toThrow(/no code runs/)
  })
})
