/** Every example of every entry of the catalogue, run as a query on the real engine. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { catalogue } from '../../src/functions/index.ts'
import { fullTime, plain, startService, type TestService } from '../support/service.ts'

let service: TestService
beforeAll(async () => {
  service = await startService()
})
afterAll(() => service.close())

const cases = [...catalogue].flatMap(([name, entry]) =>
  entry.examples.map(([kql, value]) => ({
    name,
    kql,
    value,
    query: entry.kind === 'aggregate' || entry.kind === 'window' ? kql : `print x = ${kql}`,
  })),
)

describe('examples of the catalogue', () => {
  test.each(cases)('$name: $kql', async ({ query, value }) => {
    const { rows } = await service.ask(query)
    expect(rows).toHaveLength(1)
    const got = fullTime(plain(rows[0]![0]))
    const want = fullTime(plain(value))
    if (typeof want === 'number' && typeof got === 'number') expect(got).toBeCloseTo(want, 9)
    else expect(got).toEqual(want)
  })
})

describe('entries', () => {
  test.each([...catalogue])('%s is described', (name, entry) => {
    expect(entry.doc).toMatch(/\.$/)
    const refused = entry.kind !== 'native' && 'unsupported' in entry.render.duckdb
    if (!name.startsWith('_') && !name.endsWith(' array') && !refused) expect(entry.examples.length).toBeGreaterThan(0)
  })
})
