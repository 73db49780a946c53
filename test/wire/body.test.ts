import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readQuery } from '../../src/wire/body.ts'

const missing = expect.objectContaining({ code: 'missing_query' })

describe('the request body', () => {
  it('gives the query as it was meant', () => {
    expect(readQuery('{"Query":"T | take 1"}', false)).toBe('T | take 1')
    expect(readQuery('\uFEFF{"Query":"T\\n| where a == \\"b\\\\c\\""}', false)).toBe('T\n| where a == "b\\c"')
  })

  it('may hold raw line breaks and tabs inside the string, as the documented sample does', () => {
    const body = '{\n  "Query":"T\n|where a == \\"x\\"\r\n\t|limit 2"\n}'
    expect(readQuery(body, false)).toBe('T\n|where a == "x"\r\n\t|limit 2')
    expect(() => readQuery(body, true)).toThrow(missing)
  })

  it('names the query with a capital, and strictly so where asked', () => {
    expect(readQuery('{"query":"T"}', false)).toBe('T')
    expect(() => readQuery('{"query":"T"}', true)).toThrow(missing)
  })

  it.each([
    '',
    'T | take 1',
    '[]',
    'null',
    '{}',
    '{"Query":null}',
    '{"Query":""}',
    '{"Query":"  "}',
    '{"Query":1}',
    '{"Query":"T',
  ])('without a query is refused: %s', (body) => {
    expect(() => readQuery(body, false)).toThrow(missing)
  })

  it('gives back any text that JSON can hold', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (text) => {
        fc.pre(text.trim() !== '')
        expect(readQuery(JSON.stringify({ Query: text }), false)).toBe(text)
      }),
    )
  })
})
