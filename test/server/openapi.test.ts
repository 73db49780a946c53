/** The document at /openapi.json: every route is in it, says what it does, and answers as it says. */
import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DEFENDER_AUDIENCE, issueToken } from '../../src/wire/login/tokens.ts'
import { startServer, type TestServer } from '../support/server.ts'

interface Operation {
  readonly summary?: string
  readonly tags?: readonly string[]
  readonly requestBody?: { readonly content: Record<string, { readonly schema: object }> }
  readonly responses: Record<
    string,
    { readonly description: string; readonly content?: Record<string, { readonly schema: object }> }
  >
}

let server: TestServer
let document: { openapi: string; paths: Record<string, Record<string, Operation>> }
beforeAll(async () => {
  server = await startServer({ auth: 'local' })
  document = (await (await fetch(`${server.url}/openapi.json`)).json()) as typeof document
})
afterAll(() => server.close())

const operations = () =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ name: `${method} ${path}`, method, operation })),
  )

/** What an answer is by the document. */
function schemaOf(path: string, method: string, status: number): object {
  const response = document.paths[path]?.[method]?.responses[status]
  expect(response, `${method} ${path} ${status}`).toBeDefined()
  return response!.content!['application/json']!.schema
}

const ajv = new Ajv2020({ strict: false })
function expectValid(value: unknown, schema: object): void {
  const fits = ajv.validate(schema, value)
  expect(fits, ajv.errorsText()).toBe(true)
}

describe('the OpenAPI document', () => {
  it('is of version 3.1 and describes every operation and answer', () => {
    expect(document.openapi).toBe('3.1.0')
    expect(operations().length).toBeGreaterThan(20)
    for (const { name, method, operation } of operations()) {
      expect(operation.summary, name).toMatch(/^[A-Z].*\.$/)
      expect(operation.tags, name).toHaveLength(1)
      if (method === 'post') expect(operation.requestBody, name).toBeDefined()
      expect(Object.keys(operation.responses).length, name).toBeGreaterThan(0)
      for (const r of Object.values(operation.responses)) expect(r.description, name).not.toBe('Default Response')
    }
  })

  it('has every route: only what Graph says of unknown addresses is left out', () => {
    const hidden = ['src/wire/graph/routes.ts']
    for (const file of [
      'src/server/app.ts',
      'src/server/metrics.ts',
      'src/wire/login/routes.ts',
      'src/wire/login/authorize.ts',
      'src/wire/defender/routes.ts',
      'src/wire/push/routes.ts',
      'src/wire/portal/routes.ts',
      ...hidden,
    ]) {
      const source = readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')
      expect((source.match(/hide: true/g) ?? []).length, file).toBe(hidden.includes(file) ? 1 : 0)
    }
    for (const path of [
      '/api/advancedqueries/run',
      '/v1.0/security/runHuntingQuery',
      '/{tenant}/oauth2/token',
      '/healthz',
      '/metrics',
      '/openapi.json',
    ])
      expect(Object.keys(document.paths)).toContain(path)
  })

  it('tells the truth of answers and errors', async () => {
    const roles = ['AdvancedQuery.Read.All', 'ThreatHunting.Read.All']
    const application = 'b1b1b1b1-0000-4000-8000-000000000001'
    const token = await issueToken(server.identity!, {
      audience: DEFENDER_AUDIENCE,
      application,
      name: 'test',
      roles,
      now: Date.now(),
    })
    const defender = '/api/advancedqueries/run'
    const graph = '/v1.0/security/runHuntingQuery'
    for (const path of [defender, graph]) {
      for (const kql of ['print a = 1, b = "x", c = dynamic({"d": 1}), e = datetime(null)', 'Nothing']) {
        const { status, body } = await server.ask(kql, { path, token })
        expectValid(body, schemaOf(path, 'post', status))
      }
      const refused = await server.ask('print 1', { path })
      expect(refused.status).toBe(401)
      expectValid(refused.body, schemaOf(path, 'post', 401))
    }
    const { client, secret } = await server.identity!.addClient({ name: 'a script' })
    const form = { grant_type: 'client_credentials', client_id: client.id }
    for (const client_secret of [secret!, 'wrong']) {
      const body = new URLSearchParams({ ...form, client_secret })
      const answer = await fetch(`${server.url}/${server.identity!.tenant}/oauth2/token`, { method: 'POST', body })
      expectValid(await answer.json(), schemaOf('/{tenant}/oauth2/token', 'post', answer.status))
    }
    for (const path of ['/healthz', '/readyz', '/api', '/openapi.json'])
      expectValid(await (await fetch(server.url + path)).json(), schemaOf(path, 'get', 200))
  })
})
