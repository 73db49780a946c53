import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { coverage } from '../../src/kusto/coverage.ts'
import { referencePages } from '../../src/kusto/reference.ts'

describe('the reference pages', () => {
  it.each([...referencePages()])('%s says what the code does (npm run reference)', (name, text) => {
    expect(readFileSync(new URL(`../../docs/reference/${name}`, import.meta.url), 'utf8')).toBe(text)
  })
})

describe('coverage', () => {
  const rows = coverage()

  it('names everything that the parser knows, once', () => {
    const of = (kind: string) => rows.filter((r) => r.kind === kind).map((r) => r.name)
    expect(of('function').length).toBeGreaterThan(400)
    expect(of('aggregate').length).toBeGreaterThan(55)
    expect(of('operator')).toEqual(
      expect.arrayContaining(['where', 'summarize', 'mv-expand', 'parse-kv', 'top-nested']),
    )
    for (const kind of ['operator', 'function', 'aggregate', 'plug-in'])
      expect(new Set(of(kind)).size).toBe(of(kind).length)
  })

  it('gives a reason for every refusal', () => {
    expect(rows.filter((r) => r.state === 'refused' && !r.reason)).toEqual([])
    expect(rows.find((r) => r.name === 'http_request')).toMatchObject({
      state: 'refused',
      reason: expect.stringMatching(/outside/),
    })
  })
})
