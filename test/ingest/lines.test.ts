import { describe, expect, it } from 'vitest'
import { MAX_LINE, readLines } from '../../src/ingest/lines.ts'
import { blocksOf, collector } from './collect.ts'

async function read(content: string | Buffer, size?: number) {
  const sink = collector()
  await readLines(blocksOf(content, size), sink)
  return sink
}

const exported = (n: number) =>
  `{"category":"AdvancedHunting-DeviceEvents","_TimeReceivedBySvc":"2025-01-01T00:00:00Z","properties":{"ReportId":${n},"FileName":"ü"}}`

describe('readLines', () => {
  it('takes the envelope off, and counts lines, in blocks of any size', async () => {
    const text = `${exported(1)}\r\n\r\nnot json\r\n${exported(2)}\r\n`
    for (const size of [1, 2, 3, 7, 64, 1000]) {
      const { records, rejects, ends } = await read(text, size)
      expect(records.map((r) => [r.table, r.properties.ReportId, r.properties.FileName, r.received, r.line])).toEqual([
        ['DeviceEvents', 1, 'ü', '2025-01-01T00:00:00Z', 1],
        ['DeviceEvents', 2, 'ü', '2025-01-01T00:00:00Z', 4],
      ])
      expect(rejects).toEqual([{ line: 3, reason: 'the line is not JSON', text: 'not json\r' }])
      expect(ends).toBe(0)
    }
  })

  it('takes messages apart, with the records below body too, and says which records are none', async () => {
    const message = `{"records":[${exported(1)},${exported(2)},7,{"category":"AdvancedHunting-X","properties":null}]}`
    const { records, rejects } = await read(`${message}\n{"body":${message}}\n`)
    expect(records.map((r) => r.properties.ReportId)).toEqual([1, 2, 1, 2])
    expect(rejects.map((r) => [r.line, r.reason])).toEqual([
      [1, 'the record is not a JSON object'],
      [1, 'its properties are not a JSON object'],
      [2, 'the record is not a JSON object'],
      [2, 'its properties are not a JSON object'],
    ])
  })

  it('takes flat rows, with a table of their own or without', async () => {
    const { records } = await read('{"$table":"T","A":1}\n{"A":2}\n')
    expect(records.map((r) => [r.table, r.properties])).toEqual([
      ['T', { A: 1 }],
      [undefined, { A: 2 }],
    ])
  })

  it('keeps numbers that JavaScript would change', async () => {
    const { records } = await read('{"A":639199803770463703,"B":[1.0],"C":-9223372036854775808}\n')
    expect(records[0]!.exact).toBe(true)
    expect(records[0]!.properties.A).toBe(639199803770463703n)
    expect(records[0]!.properties.C).toBe(-9223372036854775808n)
  })

  it('takes a whole last line without its end, and waits for one that is half written', async () => {
    expect((await read(`${exported(1)}\n${exported(2)}`)).records).toHaveLength(2)
    const torn = await read(`${exported(1)}\n${exported(2).slice(0, -5)}`)
    expect([torn.records.length, torn.rejects.length, torn.ends]).toEqual([1, 0, 1])
  })

  it('refuses a line that is not UTF-8, and no other', async () => {
    const bad = Buffer.concat([Buffer.from('{"A":"'), Buffer.from([0xc3, 0x28]), Buffer.from('"}\n')])
    const { records, rejects } = await read(Buffer.concat([Buffer.from('{"A":"é"}\n'), bad, Buffer.from('{"A":2}\n')]))
    expect(records.map((r) => [r.line, r.properties.A])).toEqual([
      [1, 'é'],
      [3, 2],
    ])
    expect(rejects.map((r) => r.line)).toEqual([2])
  })

  it('refuses a line that is too long, and goes on after it', async () => {
    const { records, rejects } = await read(`{"A":"${'x'.repeat(MAX_LINE)}"}\n{"A":1}\n`, 1 << 20)
    expect(records.map((r) => r.line)).toEqual([2])
    expect(rejects.map((r) => r.reason)).toEqual([`the line is longer than ${MAX_LINE} bytes`])
  })
})
