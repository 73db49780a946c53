import { afterAll, beforeAll, expect, it } from 'vitest'
import { startServer, type TestServer } from '../support/server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.close())

const value = async (name: string) =>
  Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(await (await fetch(`${server.url}/metrics`)).text())?.[1])

it('a repeated query is taken from the cache of plans, and the metrics show it', async () => {
  await server.ask('print 41 + 1')
  const [hits, misses] = [await value('harrier_plan_cache_hits_total'), await value('harrier_plan_cache_misses_total')]
  await server.ask('print 41 + 1')
  expect(await value('harrier_plan_cache_hits_total')).toBe(hits + 1)
  expect(await value('harrier_plan_cache_misses_total')).toBe(misses)
  await server.ask('print 41 + 2')
  expect(await value('harrier_plan_cache_misses_total')).toBe(misses + 1)
})

it('requests are counted by route and status', async () => {
  await server.ask('NoSuchTable')
  const text = await (await fetch(`${server.url}/metrics`)).text()
  expect(text).toMatch(/harrier_request_seconds_count\{route="\/api\/advancedqueries\/run",status="400"\} 1/)
})
