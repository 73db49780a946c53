/** `POST /api/advancedqueries/run` and `/api/advancedhunting/run`: the Defender for Endpoint and XDR hunting APIs. */
import type { FastifyInstance } from 'fastify'
import type { Api } from '../../access/access.ts'
import { readQuery } from '../body.ts'
import { type HuntingServices, hunt } from '../hunting.ts'
import { encodeAnswer } from './encode.ts'
import { errorAnswer } from './errors.ts'

const ROUTES: readonly { readonly path: string; readonly api: Api }[] = [
  { path: '/api/advancedqueries/run', api: 'advancedqueries' },
  { path: '/api/advancedhunting/run', api: 'advancedhunting' },
]

export function defenderRoutes(app: FastifyInstance, services: HuntingServices): void {
  for (const { path, api } of ROUTES) {
    app.post(path, (request, reply) =>
      hunt(
        request,
        reply,
        {
          api,
          format: 'defender',
          read: () => ({ text: readQuery(String(request.body ?? ''), services.strictBody) }),
          headers: () => ({}),
          encode: encodeAnswer,
          error: (error) => errorAnswer(error, request.id),
        },
        services,
      ),
    )
  }
}
