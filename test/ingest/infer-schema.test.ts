/** What is learned of the columns of a table from its rows, and that its rows then fit. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { inferSchema } from '../../src/ingest/infer-schema.ts'
import { ingest } from '../../src/ingest/ingest.ts'
import { startService } from '../support/service.ts'

const folder = mkdtempSync(join(tmpdir(), 'harrier-infer-'))
afterAll(() => rmSync(folder, { recursive: true }))
const file = (name: string, text: string) => {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

it('gives each column the narrowest type that holds all of its values', async () => {
  const rows = [
    { At: '2026-01-01T00:00:00Z', N: 1, R: 1, B: true, D: { a: 1 }, S: 'x', Mixed: 1, Zip: '01234', Empty: null },
    { At: '2026-01-01 00:00:00.1234567', N: 9007199254740990, R: 1.5, B: false, D: [1], S: '', Mixed: 'a', Late: 7 },
  ]
  const path = file('mine.ndjson', rows.map((r) => `${JSON.stringify(r)}\n`).join(''))
  expect(await inferSchema([path])).toBe(
    'At:datetime, N:long, R:real, B:bool, D:dynamic, S:string, Mixed:string, Zip:string, Empty:string, Late:long',
  )
  await expect(inferSchema([file('empty.ndjson', '')])).rejects.toThrow('no row in it')
})

it('makes a table of a CSV that can be asked at once', async () => {
  const path = file(
    'sales.csv',
    'Day,Country,Amount,Paid\n2026-01-01T00:00:00Z,NO,12.5,true\n2026-01-02T00:00:00Z,SE,7,false\n',
  )
  const schema = await inferSchema([path])
  expect(schema).toBe('Day:datetime, Country:string, Amount:real, Paid:bool')
  const store = join(folder, 'store')
  expect(await ingest({ store, paths: [path], table: 'Sales', schema })).toMatchObject({ added: 2, rejected: 0 })
  const service = await startService({ store, lookback: 'unlimited' })
  const { rows } = await service.ask('Sales | where Paid | project Country, Amount, Month = monthofyear(Day)')
  expect(rows.map((r) => r.map(String))).toEqual([['NO', '12.5', '1']])
  await service.close()
}, 60_000)
