/** The walk that every hunting route takes: who asks, what, may they now, the answer with back-pressure. */
import type { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Access, Api } from '../access/access.ts'
import type { Principal } from '../access/principal.ts'
import { KqlError } from '../base/errors.ts'
import type { QueryLog } from '../query/query-log.ts'
import type { QueryAnswer, QueryLimits, QueryRequest, QueryService } from '../query/query-service.ts'
import { regionOf } from '../query/regions.ts'

export interface HuntingServices {
  readonly query: QueryService
  /** Of regions that have a store of their own. */
  readonly regional: ReadonlyMap<string, QueryService>
  readonly access: Access
  readonly queryLog: QueryLog
  readonly strictBody: boolean
  /** Of the APIs that have limits of their own. */
  readonly limits: Partial<Record<Api, QueryLimits>>
}

export interface ErrorAnswer {
  readonly status: number
  /** The status that is sent, where the protocol has another one for it. */
  readonly sent?: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
}

/** What a protocol is to the walk. */
export interface Protocol {
  readonly api: Api
  readonly format: QueryRequest['format']
  /** @throws KqlError missing_query, invalid_request */
  read(request: FastifyRequest): Pick<QueryRequest, 'text' | 'window'>
  headers(request: FastifyRequest): Readonly<Record<string, string>>
  encode(result: QueryAnswer): Readable
  error(error: unknown, request: FastifyRequest): ErrorAnswer
}

/** Milliseconds that a connection may stand still while an answer is sent. */
const STALLED_MS = 60_000

export async function hunt(
  request: FastifyRequest,
  reply: FastifyReply,
  protocol: Protocol,
  { query, regional, access, limits, queryLog }: HuntingServices,
): Promise<FastifyReply> {
  const gone = new AbortController()
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) gone.abort()
  })
  const region = regionOf(request.host)
  reply.headers({ ...protocol.headers(request), 'x-harrier-region': region })
  const at = Date.now()
  let principal: Principal | undefined
  let text = ''
  const log = (status: number, outcome: string, result?: QueryAnswer) => {
    const stats = result?.answer.stats
    queryLog.record({
      at,
      requestId: request.id,
      api: protocol.api,
      region,
      ...(principal && { caller: principal }),
      text,
      tables: result?.tables ?? [],
      status,
      outcome,
      rows: result?.answer.rows ?? 0,
      bytes: result?.answer.bytes ?? 0,
      seconds: result?.seconds ?? (Date.now() - at) / 1000,
      cpuSeconds: (stats?.cpuUser ?? 0) + (stats?.cpuKernel ?? 0),
      peakMemory: stats?.peakMemory ?? 0,
    })
  }
  try {
    principal = await access.authorize(request.headers.authorization, protocol.api)
    const asked = protocol.read(request)
    text = asked.text
    const ticket = await access.admit(principal, protocol.api)
    try {
      const result = await (regional.get(region) ?? query).run({
        ...asked,
        principal,
        format: protocol.format,
        signal: gone.signal,
        ...(limits[protocol.api] && { limits: limits[protocol.api] }),
      })
      log(200, 'completed', result)
      if (result.leftOut)
        reply.header('warning', `199 harrier "damaged files of ${result.leftOut.join(', ')} are left out"`)
      reply.raw.setTimeout(STALLED_MS, () => reply.raw.destroy())
      gone.signal.addEventListener('abort', () => void result.answer.dispose())
      return reply.header('content-type', 'application/json; charset=utf-8').send(protocol.encode(result))
    } finally {
      await ticket.settle()
    }
  } catch (error) {
    const answer = protocol.error(error, request)
    log(answer.status, error instanceof KqlError ? error.code : 'internal')
    if (answer.status >= 500) request.log.error(error)
    return reply
      .code(answer.sent ?? answer.status)
      .headers(answer.headers)
      .send(answer.body)
  }
}
