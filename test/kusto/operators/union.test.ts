import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { once } from '../../../src/kusto/operators/union.ts'
import { plain, startService, type TestService } from '../../support/service.ts'

let service: TestService
beforeAll(async () => {
  service = await startService()
})
afterAll(() => service.close())

const ask = async (kql: string) => {
  const { columns, rows } = await service.ask(kql)
  return { columns, rows: (plain(rows) as unknown[][]).sort() }
}
const VIEWS =
  'let A_1 = view () { print x = 1 }; let A_2 = view () { let y = 2; print x = y }; let B = view () { print x = 3 };'

describe('wildcards', () => {
  test('find the views of the query', async () => {
    expect((await ask(`${VIEWS} union withsource=T A_*`)).rows).toEqual([
      ['A_1', 1],
      ['A_2', 2],
    ])
    expect((await ask(`${VIEWS} search x > 1 | project x | sort by x asc`)).rows).toEqual([[2], [3]])
  })

  test('read a table once that they find under two names', () => {
    const table = { name: 'DeviceInfo', columns: [] }
    const former = { ...table, name: 'MachineInfo', formerNameOf: 'DeviceInfo' }
    expect(once([table, former] as never).map((t) => t.name)).toEqual(['DeviceInfo'])
    expect(once([former] as never).map((t) => t.name)).toEqual(['MachineInfo'])
  })
})

describe('isfuzzy', () => {
  test('leaves out what does not exist, but not everything', async () => {
    expect((await ask('union isfuzzy=true (Nowhere | where x > 1), (print a = 1)')).rows).toEqual([[1]])
    await expect(service.ask('union isfuzzy=true Nowhere, Neither')).rejects.toMatchObject({ code: 'semantic' })
  })
})

describe('a name with several types', () => {
  const SEVERAL = "union (print a = 1), (print a = 2), (print a = 'x')"

  test('gets a column for each, though the parser lists one', async () => {
    expect((await ask(`${SEVERAL}`)).columns).toEqual(['a_long:long', 'a_string:string'])
  })

  test('keeps them all when columns are moved', async () => {
    expect(
      (await ask("union (print a = 1), (print a = 2), (print a = 'x', b = 1) | project-reorder b")).columns,
    ).toEqual(['b:long', 'a_long:long', 'a_string:string'])
  })
})

test('a summary of no rows counts as a row', async () => {
  expect((await ask('union (print n = 1), (DeviceInfo | count) | count')).rows).toEqual([[2]])
})
