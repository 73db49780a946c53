/** The HTTP application: health, the protocols, the page, and an envelope around everything that goes wrong. */
import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import compress from '@fastify/compress'
import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Clock } from '../base/clock.ts'
import { KqlError } from '../base/errors.ts'
import { errorAnswer } from '../wire/defender/errors.ts'
import { defenderRoutes } from '../wire/defender/routes.ts'
import { documented } from '../wire/documentation.ts'
import { graphRoutes } from '../wire/graph/routes.ts'
import type { Identity } from '../wire/login/identity.ts'
import { loginRoutes } from '../wire/login/routes.ts'
import { type PortalServices, portalRoutes } from '../wire/portal/routes.ts'
import { type PushServices, pushRoutes } from '../wire/push/routes.ts'
import { guardHosts } from './host-guard.ts'
import { metricsRoute } from './metrics.ts'
import { documentRoutes } from './openapi.ts'
import { pageRoutes } from './page.ts'

export interface AppServices extends PortalServices, PushServices {
  readonly clock: Clock
  readonly logLevel: string
  /** False: every caller is anonymous. */
  readonly authenticated: boolean
  /** The local issuer, where tokens are its own. */
  readonly identity?: Identity
  /** Absent = plain http. */
  readonly tls?: { readonly cert: string; readonly key: string }
  /** Empty = as callers write it. */
  readonly publicUrl: string
  /** Addresses and networks, separated by commas. */
  readonly trustedProxies: string
}

/** Bytes of a request body: a list of 50,000 hashes has two megabytes and a half. */
const BODY_LIMIT = 8 * 1024 * 1024

export async function createApp(services: AppServices): Promise<FastifyInstance> {
  const app: FastifyInstance = fastify({
    https: services.tls ?? null,
    trustProxy: services.trustedProxies || false,
    bodyLimit: BODY_LIMIT,
    requestTimeout: 30_000,
    genReqId: () => randomUUID(),
    // Only the path of an address: queries and codes stand behind its question mark, and in Graph's calls.
    logger: { level: services.logLevel, serializers: { req: ({ method, url }) => ({ method, path: pathOf(url) }) } },
    routerOptions: { ignoreTrailingSlash: true },
  })
  await documentRoutes(app)
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body))
  await app.register(compress, { encodings: ['gzip', 'deflate'] })

  // Before the routes: each takes the handler that is there when it is made.
  app.setNotFoundHandler((request, reply) => {
    const answer = errorAnswer(
      new KqlError('not_found', { what: `${request.method} ${request.url.split('?')[0]}` }),
      request.id,
    )
    return reply.code(answer.status).send(answer.body)
  })
  app.setErrorHandler((error: { statusCode?: number; message: string }, request, reply) => {
    const known =
      error.statusCode === 413
        ? new KqlError('body_too_large', { bytes: request.routeOptions.bodyLimit ?? BODY_LIMIT })
        : error.statusCode && error.statusCode < 500
          ? new KqlError('invalid_request', { why: error.message })
          : error
    if (!(known instanceof KqlError)) request.log.error(error)
    const answer = errorAnswer(known, request.id)
    return reply.code(answer.status).headers(answer.headers).send(answer.body)
  })

  drainBeforeClose(app)
  if (!services.authenticated) guardHosts(app, services.publicUrl)

  let ready = false
  Promise.all([services.query, ...services.regional.values()].map((s) => s.ready())).then(
    () => {
      ready = true
    },
    (error: unknown) => app.log.error(error),
  )
  app.get('/healthz', health('The process is alive.'), () => ({ status: 'alive' }))
  app.get('/readyz', health('The parser is warm and the store is open.', 503), (_request, reply) =>
    reply.code(ready ? 200 : 503).send({ status: ready ? 'ready' : 'starting' }),
  )
  app.get('/api', API, () => ({ name: 'Harrier', hunting: ['/api/advancedqueries/run', '/api/advancedhunting/run'] }))

  metricsRoute(app, services.query)
  defenderRoutes(app, services)
  graphRoutes(app, services)
  await pushRoutes(app, services)
  portalRoutes(app, services)
  const origin = (request: FastifyRequest) =>
    services.publicUrl ? services.publicUrl.replace(/\/+$/, '') : `${request.protocol}://${request.host}`
  if (services.identity) loginRoutes(app, { identity: services.identity, clock: services.clock, origin })

  await pageRoutes(app)

  return app
}

const health = (summary: string, otherwise?: number) => {
  const schema = z.object({ status: z.string() })
  const answers = { 200: { means: 'Yes.', schema }, ...(otherwise && { [otherwise]: { means: 'Not yet.', schema } }) }
  return documented({ summary, tag: 'Server', answers })
}
const API = documented({
  summary: 'The name of the server and where it hunts; what connectors ask to see whether it is there.',
  tag: 'Server',
  answers: { 200: { means: 'It is.', schema: z.object({ name: z.string(), hunting: z.array(z.string()) }) } },
})

const pathOf = (url: string): string => url.replace(/[?(].*$/s, '')

/** Seconds that open requests are given when the server ends; less than the ten after which fastify gives up. */
const DRAIN_SECONDS = 8

/** Open requests are answered; then connections that clients keep open for later are cut, or the server would wait for them. */
function drainBeforeClose(app: FastifyInstance): void {
  const open = new Set<string>()
  app.addHook('onRequest', async (request) => void open.add(request.id))
  app.addHook('onResponse', async (request) => void open.delete(request.id))
  app.addHook('onRequestAbort', async (request) => void open.delete(request.id))
  app.addHook('preClose', async () => {
    const end = Date.now() + DRAIN_SECONDS * 1000
    while (open.size > 0 && Date.now() < end) await pause(20)
    app.server.closeAllConnections()
  })
}
