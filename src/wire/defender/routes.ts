/** `POST /api/advancedqueries/run` and `/api/advancedhunting/run`: the Defender for Endpoint and XDR hunting APIs. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Access, Api } from '../../access/access.ts'
import type { QueryService } from '../../query/query-service.ts'
import { readQuery } from './body.ts'
import { encodeAnswer } from './encode.ts'
import { errorAnswer } from './errors.ts'

export interface DefenderServices {
  readonly query: QueryService
  readonly access: Access
  readonly strictBody: boolean
}

const ROUTES: readonly { readonly path: string; readonly api: Api }[] = [
  { path: '/api/advancedqueries/run', api: 'advancedqueries' },
  { path: '/api/advancedhunting/run', api: 'advancedhunting' },
]

/** Milliseconds that a connection may stand still while an answer is sent. */
const STALLED_MS = 60_000

export function defenderRoutes(app: FastifyInstance, services: DefenderServices): void {
  for (const { path, api } of ROUTES) {
    app.post(path, (request, reply) => run(request, reply, api, services))
  }
}

async function run(
  request: FastifyRequest,
  reply: FastifyReply,
  api: Api,
  { query, access, strictBody }: DefenderServices,
) {
  const gone = new AbortController()
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) gone.abort()
  })
  try {
    const principal = await access.authorize(request.headers.authorization, api)
    const text = readQuery(String(request.body ?? ''), strictBody)
    const ticket = access.admit(principal)
    try {
      const result = await query.run({ text, principal, format: 'defender', signal: gone.signal })
      reply.raw.setTimeout(STALLED_MS, () => reply.raw.destroy())
      gone.signal.addEventListener('abort', () => void result.answer.dispose())
      return reply.header('content-type', 'application/json; charset=utf-8').send(encodeAnswer(result))
    } finally {
      ticket.settle()
    }
  } catch (error) {
    const answer = errorAnswer(error, request.id)
    if (answer.status >= 500) request.log.error(error)
    return reply.code(answer.status).headers(answer.headers).send(answer.body)
  }
}
