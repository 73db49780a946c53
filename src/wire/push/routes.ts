/** Records by HTTP: `POST /api/ingest/{table}`, and the address of Kusto's streaming ingest. Answered when they are durable. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Access } from '../../access/access.ts'
import { KqlError } from '../../base/errors.ts'
import { regionOf } from '../../query/regions.ts'
import { defenderError, documented } from '../documentation.ts'

/** As the ingest has it. */
export interface PushServices {
  readonly access: Access
  push(
    region: string,
    push: { readonly name: string; readonly table: string; readonly body: Uint8Array },
  ): Promise<Pushed>
  /** Bytes of a body. */
  readonly pushBytes: number
}

export interface Pushed {
  readonly added: number
  readonly repeated: number
  readonly rejected: number
  readonly firstRejected?: { readonly line: number; readonly reason: string }
  readonly error?: string
}

type Answer = (pushed: Pushed) => unknown

/** In a scope of its own: bodies are bytes there, also packed ones, of which the reader keeps what is whole. */
export async function pushRoutes(app: FastifyInstance, services: PushServices): Promise<void> {
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))

    const raw = { decompress: false as const, bodyLimit: services.pushBytes }
    scope.post('/api/ingest/:table', { ...HARRIER, ...raw }, (request, reply) =>
      push(request, reply, services, (pushed) => pushed),
    )
    scope.post('/v1/rest/ingest/:database/:table', { ...KUSTO, ...raw }, (request, reply) =>
      push(request, reply, services, () => ({}), kustoFormat),
    )
  })
}

async function push(
  request: FastifyRequest,
  reply: FastifyReply,
  { access, push: write }: PushServices,
  answer: Answer,
  check?: (request: FastifyRequest) => void,
): Promise<FastifyReply> {
  await access.authorizeIngest(request.headers.authorization)
  check?.(request)
  const { table } = request.params as { table: string }
  const body = request.body instanceof Uint8Array ? request.body : new Uint8Array()
  const pushed = await write(regionOf(request.host), { name: `push ${request.id}`, table, body })
  const why = refusal(pushed)
  if (why !== undefined) throw new KqlError('push_refused', { why, kept: pushed.added + pushed.repeated })
  return reply.code(200).send(answer(pushed))
}

/** A body that could not be read to its end, or of which nothing was good. */
function refusal({ added, repeated, rejected, firstRejected, error }: Pushed): string | undefined {
  if (error !== undefined) return error.replace(/\.$/, '')
  if (added + repeated > 0 || !firstRejected) return undefined
  return `${rejected === 1 ? 'its record was' : `all ${rejected} records were`} refused, the first in line ${firstRejected.line}: ${firstRejected.reason}`
}

/** Its other formats have no names in them, and a mapping of the service stands for them, which there is none of here. */
function kustoFormat(request: FastifyRequest): void {
  const { streamFormat = 'json' } = request.query as { streamFormat?: string }
  if (/^(?:multi)?json$/i.test(streamFormat)) return
  throw new KqlError('push_refused', {
    why: `streamFormat ${streamFormat} is not taken; json and multijson are`,
    kept: 0,
  })
}

const pushed = z.object({
  added: z.int(),
  repeated: z.int().describe('Records that the store had already.'),
  rejected: z.int(),
  firstRejected: z.object({ line: z.int(), reason: z.string() }).optional(),
})
const ERRORS = {
  400: {
    means: 'Nothing of it was good, or it could not be read to its end; what was good is kept.',
    schema: defenderError,
  },
  401: { means: 'There is no token, or one that does not count.', schema: defenderError },
  403: { means: 'The caller may not bring data.', schema: defenderError },
  409: { means: 'Another process is writing to the store.', schema: defenderError },
  413: { means: 'The body is too large.', schema: defenderError },
  429: { means: 'Too much is waiting to be written; send it again after Retry-After.', schema: defenderError },
}
const BODY = {
  type: 'application/x-ndjson',
  schema: z.string().describe('Records as NDJSON, JSON, CSV or event XML, also packed with gzip.'),
}
const HARRIER = documented({
  summary: 'Adds records to a table, each once; answered when they are on the disk.',
  tag: 'Ingest',
  bearer: true,
  body: BODY,
  answers: { 200: { means: 'The good records are durable.', schema: pushed }, ...ERRORS },
})
const KUSTO = documented({
  summary: "Kusto's streaming ingest of JSON records; names of databases and mappings count for nothing.",
  tag: 'Ingest',
  bearer: true,
  body: BODY,
  answers: { 200: { means: 'The good records are durable.', schema: z.object({}) }, ...ERRORS },
})
