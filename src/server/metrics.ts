/** `/metrics` for Prometheus: requests by route and status, the plan cache, the process itself. */
import type { FastifyInstance } from 'fastify'
import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client'
import { z } from 'zod'
import { KqlError } from '../base/errors.ts'
import type { QueryService } from '../query/query-service.ts'
import { defenderError, documented } from '../wire/documentation.ts'

/** Counts tell what a server does, so only its own machine may read them. */
const LOOPBACK = /^(?:::ffff:)?127\.|^::1$/

const DOCUMENTATION = documented({
  summary: 'What Prometheus reads, from the same machine only.',
  tag: 'Server',
  answers: {
    200: { means: 'Metrics as text.', schema: z.string() },
    404: { means: 'The caller is on another machine.', schema: defenderError },
  },
})

export function metricsRoute(app: FastifyInstance, query: QueryService): void {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const requests = new Histogram({
    name: 'harrier_request_seconds',
    help: 'Seconds from a request to the end of its answer.',
    labelNames: ['route', 'status'],
    buckets: [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300],
    registers: [registry],
  })
  for (const outcome of ['hits', 'misses'] as const) {
    const counter: Counter = new Counter({
      name: `harrier_plan_cache_${outcome}_total`,
      help: outcome === 'hits' ? 'Queries whose plan was known.' : 'Queries that were parsed and bound.',
      registers: [registry],
      collect: () => {
        counter.reset()
        counter.inc(query.planCache()[outcome])
      },
    })
  }
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none'
    requests.observe({ route, status: String(reply.statusCode) }, reply.elapsedTime / 1000)
  })
  app.get('/metrics', DOCUMENTATION, async (request, reply) => {
    // A proxy of this machine speaks for callers elsewhere.
    const forwarded = request.headers['x-forwarded-for'] ?? request.headers.forwarded
    if (!LOOPBACK.test(request.ip) || forwarded) throw new KqlError('not_found', { what: 'GET /metrics' })
    return reply.type(registry.contentType).send(await registry.metrics())
  })
}
