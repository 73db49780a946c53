/** What the page at `/` asks: who signs people in, the caller's schema, a query with its chart and sizes, what is wrong with a text, quotas. */
import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { KqlError } from '../../base/errors.ts'
import { lineAndColumn } from '../../base/span.ts'
import type { QueryAnswer, TableInfo } from '../../query/query-service.ts'
import { regionOf } from '../../query/regions.ts'
import { parseDatetime, printDatetime } from '../../types/datetime.ts'
import { documented } from '../documentation.ts'
import { type ErrorAnswer, type HuntingServices, hunt } from '../hunting.ts'
import { retryAfter } from '../retry-after.ts'

export interface PortalServices extends HuntingServices {
  /** How people sign in: not at all, at the server's own issuer, or with a token that they bring. */
  readonly signIn:
    | { readonly kind: 'off' }
    | { readonly kind: 'local'; readonly tenant: string }
    | { readonly kind: 'token' }
  readonly version: string
  readonly examples: readonly { readonly name: string; readonly description: string; readonly query: string }[]
}

/** The permission and the quotas of people who hunt in the portal. */
const API = 'advancedhunting'

const asked = z.object({
  query: z.string(),
  /** ISO times; without them as far back as the server lets queries see. */
  from: z.iso.datetime().optional(),
  to: z.iso.datetime().optional(),
})

export function portalRoutes(app: FastifyInstance, services: PortalServices): void {
  const serviceOf = (request: FastifyRequest) => services.regional.get(regionOf(request.host)) ?? services.query
  const caller = (request: FastifyRequest) => services.access.authorize(request.headers.authorization, API)

  app.get('/api/portal/session', SESSION, () => {
    const { signIn, version, examples } = services
    return { signIn, version, examples }
  })
  app.get('/api/portal/schema', SCHEMA, async (request) => {
    const principal = await caller(request)
    return {
      tables: (await serviceOf(request).tables(principal)).map(shown),
      administrator: principal.administrator === true,
    }
  })
  app.post('/api/portal/check', CHECK, async (request) => {
    const principal = await caller(request)
    const { query } = read(request)
    const problem = await serviceOf(request).check({ text: query, principal })
    return { problems: problem ? [placed(problem, query)] : [] }
  })
  app.get('/api/portal/access', ACCESS, async (request) => services.access.policy(await caller(request)))
  app.get('/api/portal/quotas', QUOTAS, async (request) => {
    const principal = await caller(request)
    return (await services.access.usage(principal, API)) ?? {}
  })
  app.post('/api/portal/query', QUERY, (request, reply) => {
    let text = ''
    return hunt(
      request,
      reply,
      {
        api: API,
        format: 'plain',
        read() {
          const { query, from, to } = read(request)
          text = query
          const window = {
            ...(from !== undefined && { start: ticks(from) }),
            ...(to !== undefined && { end: ticks(to) }),
          }
          return { text: query, ...((from ?? to) !== undefined && { window }) }
        },
        headers: () => ({}),
        encode: (result) => Readable.from(pieces(result), { objectMode: false }),
        error: (error) => errorAnswer(error, text, request.id),
      },
      services,
    )
  })
}

/** The shape is checked before. */
const ticks = (iso: string): bigint => parseDatetime(iso)!

function read(request: FastifyRequest): z.infer<typeof asked> {
  let body: unknown
  try {
    body = JSON.parse(String(request.body ?? ''))
  } catch {
    throw new KqlError('missing_query', {})
  }
  const parsed = asked.safeParse(body)
  if (!parsed.success || parsed.data.query.trim() === '') throw new KqlError('missing_query', {})
  return parsed.data
}

/** Everything that is known before the rows comes before them, so that the page can lay out its grid at once. */
async function* pieces({
  columns,
  answer,
  seconds,
  visualization,
  hints,
  leftOut,
}: QueryAnswer): AsyncGenerator<Buffer> {
  const head = {
    columns: columns.map(({ name, type }) => ({ name, type })),
    rowCount: answer.rows,
    bytes: answer.bytes,
    seconds,
    cpuSeconds: answer.stats.cpuUser + answer.stats.cpuKernel,
    peakMemory: answer.stats.peakMemory,
    visualization: visualization ?? null,
    notes: [...(hints ?? []), ...(leftOut ?? []).map((table) => `Damaged files of ${table} are left out.`)],
  }
  yield Buffer.from(`${JSON.stringify(head).slice(0, -1)},"rows":[`)
  for await (const chunk of answer.stream()) yield chunk as Buffer
  yield Buffer.from(']}')
}

const shown = ({ name, columns, custom, rows, time }: TableInfo) => ({
  name,
  custom,
  columns: columns.map((c) => ({ name: c.name, type: c.type })),
  ...(rows !== undefined && { rows }),
  ...(time && { from: printDatetime(BigInt(time.min)), to: printDatetime(BigInt(time.max)) }),
})

/** Where in the text, for the editor; the first character of what the parser has no place for. */
function placed(error: KqlError, text: string) {
  const { line, column } = error.params as { line?: number; column?: number }
  const start = error.span ? lineAndColumn(text, error.span.start) : { line: line ?? 1, column: column ?? 1 }
  return { message: error.message, ...start, length: Math.max(1, error.span?.length ?? 1) }
}

function errorAnswer(error: unknown, text: string, id: string): ErrorAnswer {
  const known: KqlError = error instanceof KqlError ? error : new KqlError('internal', {})
  const isOfText = known.span !== undefined || 'line' in known.params
  return {
    status: known.status,
    // A query that is wrong is an answer to the page: browsers report other statuses as failures of the page itself.
    ...(known.status === 400 && { sent: 200 }),
    headers: retryAfter(known),
    body: {
      error: { code: known.code, message: known.message, target: id, ...(isOfText && { at: placed(known, text) }) },
    },
  }
}

const problem = z.object({ message: z.string(), line: z.int(), column: z.int(), length: z.int() })
const failure = z.object({
  error: z.object({ code: z.string(), message: z.string(), target: z.string(), at: problem.optional() }),
})
const REFUSED = {
  401: { means: 'There is no token, or one that does not count.', schema: failure },
  403: { means: 'The token lacks the role or scope.', schema: failure },
}
const tag = 'Page'
const SESSION = documented({
  summary: 'How people sign in to the page, and hunts to begin with.',
  tag,
  answers: { 200: { means: 'Always.', schema: z.record(z.string(), z.unknown()) } },
})
const SCHEMA = documented({
  summary: 'The tables that the caller sees, with their columns and, for those who see all devices, what is in them.',
  tag,
  bearer: true,
  answers: {
    200: { means: 'The tables.', schema: z.object({ tables: z.array(z.unknown()), administrator: z.boolean() }) },
    ...REFUSED,
  },
})
const BODY = { type: 'application/json', schema: asked }
const CHECK = documented({
  summary: 'What is wrong with a query, and where; it is not run.',
  tag,
  bearer: true,
  body: BODY,
  answers: {
    200: { means: 'The problems; none when it can be run.', schema: z.object({ problems: z.array(problem) }) },
    ...REFUSED,
  },
})
const ACCESS = documented({
  summary: 'Roles and device groups with who is in them, for administrators.',
  tag,
  bearer: true,
  answers: {
    200: {
      means: 'As in the file of roles; empty where nobody is restricted.',
      schema: z.record(z.string(), z.unknown()),
    },
    ...REFUSED,
  },
})
const QUOTAS = documented({
  summary: "What is used of the caller's quotas.",
  tag,
  bearer: true,
  answers: {
    200: {
      means: 'Calls and seconds inside each window; nothing where nobody is counted.',
      schema: z.record(z.string(), z.unknown()),
    },
    ...REFUSED,
  },
})
const QUERY = documented({
  summary: 'Runs a query: its columns, sizes and chart, then its rows.',
  tag,
  bearer: true,
  body: BODY,
  answers: {
    200: {
      means: 'The rows, as plain JSON objects; or `error`, when the query is wrong, with its place `at`.',
      schema: z.record(z.string(), z.unknown()),
    },
    429: { means: 'A quota is used up.', schema: failure },
    ...REFUSED,
  },
})
