/** Microsoft Graph's `security/runHuntingQuery`, v1.0 and beta, and beta's form of it that is a GET. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Clock } from '../../base/clock.ts'
import { KqlError } from '../../base/errors.ts'
import type { QueryRequest } from '../../query/query-service.ts'
import { queryIn, readObject } from '../body.ts'
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
      app.post(`/${version}/security/${action}`, (request, reply) =>
        run(request, reply, version, () => fromBody(String(request.body ?? ''), services.strictBody)),
      )
    }
    app.all(`/${version}/*`, (request, reply) => {
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
