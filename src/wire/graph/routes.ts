/** Microsoft Graph's `security/runHuntingQuery`, v1.0 and beta, and beta's form of it that is a GET. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Clock } from '../../base/clock.ts'
import { KqlError } from '../../base/errors.ts'
import type { QueryRequest } from '../../query/query-service.ts'
import { queryIn, readObject } from '../body.ts'
import { documented } from '../documentation.ts'
import { type HuntingServices, hunt } from '../hunting.ts'
import { encodeAnswer } from './encode.ts'
import { errorAnswer } from './errors.ts'
import { readTimespan } from './timespan.ts'

export interface GraphServices extends HuntingServices {
  readonly clock: Clock
}

type Asked = Pick<QueryRequest, 'text' | 'window'>
const VERSIONS = ['v1.0', 'beta'] as const

export function graphRoutes(app: FastifyInstance, services: GraphServices): void {
  const run = (request: FastifyRequest, reply: FastifyReply, version: string, read: () => Asked) => {
    const ids = idsOf(request)
    return hunt(
      request,
      reply,
      {
        api: 'graph',
        format: 'graph',
        read,
        headers: () => ({
          'request-id': ids.request,
          'client-request-id': ids.client,
          'x-ms-ags-diagnostic': DIAGNOSTIC,
        }),
        encode: (result) => encodeAnswer(result, version),
        error: (error) => errorAnswer(error, ids, services.clock.now()),
      },
      services,
    )
  }
  for (const version of VERSIONS) {
    // Generated clients call the action by its full name.
    for (const action of ['runHuntingQuery', 'microsoft.graph.security.runHuntingQuery']) {
      app.post(`/${version}/security/${action}`, DOCUMENTATION, (request, reply) =>
        run(request, reply, version, () => fromBody(String(request.body ?? ''), services.strictBody)),
      )
    }
    // No address of its own: what Graph says of addresses that it does not know, and beta's form of the call that is a GET.
    app.all(`/${version}/*`, { schema: { hide: true } }, (request, reply) => {
      const path = (request.params as { '*': string })['*']
      const call = /^security\/(?:microsoft\.graph\.security\.)?getRunHuntingQuery\((.*)\)$/s.exec(path)
      if (call && version === 'beta' && request.method === 'GET')
        return run(request, reply, version, () => fromCall(call[1]!))
      const segment = path.split('/').at(-1) ?? ''
      const unknown = new KqlError('invalid_request', { why: `Resource not found for the segment '${segment}'.` })
      const answer = errorAnswer(unknown, idsOf(request), services.clock.now())
      return reply.code(answer.status).send(answer.body)
    })
  }
}

const graphError = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    innerError: z.object({ date: z.string(), 'request-id': z.string(), 'client-request-id': z.string() }),
  }),
})
const DOCUMENTATION = documented({
  summary: "Microsoft Graph's action that runs a KQL query; beta takes it as GET getRunHuntingQuery(query='…') too.",
  tag: 'Hunting',
  bearer: true,
  body: {
    type: 'application/json',
    schema: z.object({
      Query: z.string().describe('KQL. The name counts in any letter case.'),
      Timespan: z.string().optional().describe('ISO 8601: P7D, START/END, START/P1D, P1D/END.'),
    }),
  },
  answers: {
    200: {
      means: 'The rows, with OData types beside values of other types than JSON has.',
      schema: z.object({
        '@odata.context': z.string(),
        schema: z.array(z.object({ name: z.string(), type: z.string() })),
        results: z.array(z.record(z.string(), z.unknown())),
      }),
    },
    400: { means: 'The query is wrong, or its answer too large.', schema: graphError },
    401: { means: 'There is no token, or one that does not count.', schema: graphError },
    403: { means: 'The token lacks the role or scope.', schema: graphError },
    429: { means: 'A quota is used up; Retry-After says for how many seconds.', schema: graphError },
    504: { means: 'The query took too long.', schema: graphError },
  },
})

const DIAGNOSTIC = JSON.stringify({
  ServerInfo: { DataCenter: 'Harrier', Slice: 'E', Ring: '1', ScaleUnit: '000', RoleInstance: 'harrier' },
})

function idsOf(request: FastifyRequest) {
  const sent = request.headers['client-request-id']
  return { request: request.id, client: typeof sent === 'string' && sent !== '' ? sent : request.id }
}

/** Names of members count in any letter case: documentation and clients differ. */
function fromBody(body: string, strict: boolean): Asked {
  const members = new Map(Object.entries(readObject(body, strict)).map(([k, v]) => [k.toLowerCase(), v]))
  return asked(members.get('query'), members.get('timespan'))
}

/** `query='…',timespan='…',workspaceId=…`: a quote within a text is doubled. The path arrives decoded. */
function fromCall(parameters: string): Asked {
  const named = new Map(
    [...parameters.matchAll(/(\w+)\s*=\s*(?:'((?:[^']|'')*)'|([^,]*))/g)].map((m) => [
      m[1]!.toLowerCase(),
      m[2]?.replaceAll("''", "'") ?? m[3]!,
    ]),
  )
  return asked(named.get('query'), named.get('timespan'))
}

function asked(query: unknown, timespan: unknown): Asked {
  const text = queryIn(query)
  if (timespan === undefined || timespan === null || timespan === '') return { text }
  if (typeof timespan !== 'string') throw new KqlError('invalid_request', { why: 'Timespan must be a string.' })
  return { text, window: readTimespan(timespan) }
}
