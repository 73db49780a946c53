/** A real server on a free port with its own store, for tests that speak HTTP. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readConfig } from '../../src/config.ts'
import { type Listening, listen } from '../../src/server/listen.ts'
import { createServices } from '../../src/services.ts'

export interface TestServer extends Listening {
  readonly store: string
  /** Posts a query; the body is the parsed answer. */
  ask(
    kql: string,
    init?: { path?: string; token?: string; body?: string },
  ): Promise<{ status: number; headers: Headers; body: Answer }>
}

export interface Answer {
  readonly Stats?: Record<string, unknown>
  readonly Schema?: readonly { readonly Name: string; readonly Type: string }[]
  readonly Results?: readonly Record<string, unknown>[]
  readonly error?: { readonly code: string; readonly message: string; readonly target: string }
}

/** Without a store folder, an empty one. Authentication and quotas are off unless `flags` say otherwise. */
export async function startServer(flags: Record<string, unknown> = {}): Promise<TestServer> {
  const own = flags.store === undefined ? mkdtempSync(join(tmpdir(), 'harrier-server-')) : undefined
  const store = own ?? String(flags.store)
  const config = readConfig(
    { store, auth: 'off', limits: 'off', port: 0, logLevel: 'silent', queryProcesses: 2, parsers: 1, ...flags },
    {},
  )
  const services = await createServices(config)
  const server = await listen(config, services).catch(async (error) => {
    await services.close()
    throw error
  })
  await services.query.ready()
  return {
    ...server,
    store,
    async ask(kql, { path = '/api/advancedqueries/run', token, body = JSON.stringify({ Query: kql }) } = {}) {
      const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) }
      const answer = await fetch(server.url + path, { method: 'POST', headers, body })
      return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Answer }
    },
    async close() {
      await server.close()
      await services.close()
      if (own) rmSync(own, { recursive: true, force: true })
    },
  }
}
