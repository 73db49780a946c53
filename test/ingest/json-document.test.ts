import { describe, expect, it } from 'vitest'
import { readDocument } from '../../src/ingest/json-document.ts'
import { blocksOf, collector } from './collect.ts'

async function read(content: string, size?: number) {
  const sink = collector()
  await readDocument(blocksOf(content, size), sink)
  return sink
}

describe('readDocument', () => {
  it('takes the elements of an array, in blocks of any size', async () => {
    const text = '[\n  {"A": 1, "B": "]}\\"{[é"},\n  {"A": 2, "C": [[{}]]}\n]\n'
    for (const size of [1, 2, 5, 11, 1000]) {
      const { records, rejects, ends } = await read(text, size)
      expect(records.map((r) => [r.line, r.properties])).toEqual([
        [2, { A: 1, B: ']}"{[é' }],
        [3, { A: 2, C: [[{}]] }],
      ])
      expect([rejects.length, ends]).toEqual([0, 0])
    }
  })

  it('takes values over several lines, and messages', async () => {
    const text = '{\n "A": 1\n}\n{\n "records": [\n {"category": "AdvancedHunting-T", "properties": {"A": 2}}\n ]\n}\n'
    expect((await read(text)).records.map((r) => [r.line, r.table, r.properties])).toEqual([
      [1, undefined, { A: 1 }],
      [4, 'T', { A: 2 }],
    ])
  })

  it('refuses an element that is not JSON, and goes on', async () => {
    const { records, rejects } = await read('[{"A": 1}, {"A": x}, {"A": 3}]')
    expect(records.map((r) => r.properties.A)).toEqual([1, 3])
    expect(rejects.map((r) => r.reason)).toEqual(['the value is not JSON'])
  })

  it('counts what stands beside the objects', async () => {
    const { records, rejects } = await read('[1, "two, {}", {"A": 3}, null]\nand so on\n{"A": 4}')
    expect(records.map((r) => r.properties.A)).toEqual([3, 4])
    expect(rejects.map((r) => [r.line, r.reason])).toEqual([
      [1, 'the value is not a JSON object'],
      [1, 'the value is not a JSON object'],
      [1, 'the value is not a JSON object'],
      [2, 'the value is not a JSON object'],
    ])
  })

  it('waits for the end of a value that is half written', async () => {
    const { records, ends } = await read('[{"A": 1}, {"A": ')
    expect([records.length, ends]).toEqual([1, 1])
  })
})
