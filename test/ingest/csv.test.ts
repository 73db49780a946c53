import { describe, expect, it } from 'vitest'
import { delimiterOf, readCsv } from '../../src/ingest/csv.ts'
import { blocksOf, collector } from './collect.ts'

async function read(content: string, size?: number) {
  const sink = collector()
  await readCsv(blocksOf(content, size), delimiterOf(content.split(/\r?\n/)[0]!), sink)
  return sink
}

describe('readCsv', () => {
  it('reads quotes, line breaks inside them and empty fields, in blocks of any size', async () => {
    const text = 'A,B [UTC],C\r\n1,"x, ""y""\r\nz",\r\n2,é,"{""k"":[1]}"\r\n'
    for (const size of [1, 3, 10, 1000]) {
      const { records, rejects } = await read(text, size)
      expect(records.map((r) => [r.line, r.properties])).toEqual([
        [2, { A: '1', B: 'x, "y"\r\nz', C: '' }],
        [4, { A: '2', B: 'é', C: '{"k":[1]}' }],
      ])
      expect(rejects).toEqual([])
    }
  })

  it('refuses rows that are longer or shorter than the header, by their line', async () => {
    const { records, rejects } = await read('A,B\n1,2\n1\n1,2,3\n3,4\n')
    expect(records.map((r) => r.line)).toEqual([2, 5])
    expect(rejects.map((r) => [r.line, r.reason])).toEqual([
      [3, 'the row has 1 fields, the header 2'],
      [4, 'the row has 3 fields, the header 2'],
    ])
  })

  it('takes a stray quote for itself, and keeps what stands before a quote that never ends', async () => {
    expect((await read('A,B\nit"s,2\n')).records[0]!.properties).toEqual({ A: 'it"s', B: '2' })
    const { records, rejects } = await read('A,B\n1,2\n"open,4\n')
    expect(records).toHaveLength(1)
    expect(rejects[0]!.reason).toContain('the CSV is broken, the rest is not read')
  })

  it('takes the table from its column, and divides at tabs and semicolons', async () => {
    const { records } = await read('$table;A\nT;1,5\n;2\n')
    expect(records.map((r) => [r.table, r.properties.A])).toEqual([
      ['T', '1,5'],
      [undefined, '2'],
    ])
    expect((await read('A\tB\n1\t2\n')).records[0]!.properties).toEqual({ A: '1', B: '2' })
  })
})
