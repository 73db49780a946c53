/** `POST /api/advancedqueries/run` and `/api/advancedhunting/run`: the Defender for Endpoint and XDR hunting APIs. */
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { Api } from '../../access/access.ts'
import { DOTNET } from '../../types/kql-type.ts'
import { readQuery } from '../body.ts'
import { defenderError, documented } from '../documentation.ts'
import { type HuntingServices, hunt } from '../hunting.ts'
import { encodeAnswer } from './encode.ts'
import { errorAnswer } from './errors.ts'

const ROUTES: readonly { readonly path: string; readonly api: Api }[] = [
  { path: '/api/advancedqueries/run', api: 'advancedqueries' },
  { path: '/api/advancedhunting/run', api: 'advancedhunting' },
]

const DOCUMENTATION = documented({
  summary: 'Runs a KQL query and gives its rows.',
  tag: 'Hunting',
  bearer: true,
  body: { type: 'application/json', schema: z.object({ Query: z.string().describe('KQL.') }) },
  answers: {
    200: {
      means: 'The rows, at most 100,000 of them.',
      schema: z.object({
        Stats: z.object({
          ExecutionTime: z.number().describe('Seconds.'),
          resource_usage: z.object({
            cache: z.object({ memory: z.null(), disk: z.null() }),
            cpu: z.object({ user: z.string(), kernel: z.string(), 'total cpu': z.string() }),
            memory: z.object({ peak_per_node: z.int().describe('Bytes.') }),
          }),
          dataset_statistics: z.array(z.object({ table_row_count: z.int(), table_size: z.int().describe('Bytes.') })),
        }),
        Schema: z.array(z.object({ Name: z.string(), Type: z.enum(Object.values(DOTNET)) })),
        Results: z.array(z.record(z.string(), z.unknown())),
      }),
    },
    400: { means: 'The query is wrong, or too large an answer, or took too long.', schema: defenderError },
    401: { means: 'There is no token, or one that does not count.', schema: defenderError },
    403: { means: 'The token lacks the role or scope.', schema: defenderError },
    413: { means: 'The body is too large.', schema: defenderError },
    429: { means: 'A quota is used up; Retry-After says for how many seconds.', schema: defenderError },
    500: { means: 'Something went wrong here.', schema: defenderError },
    503: { means: 'Tokens or quotas cannot be checked at the moment.', schema: defenderError },
  },
})

export function defenderRoutes(app: FastifyInstance, services: HuntingServices): void {
  for (const { path, api } of ROUTES) {
    app.post(path, DOCUMENTATION, (request, reply) =>
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
