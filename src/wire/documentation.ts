/** What a route is, for the document at /openapi.json: zod schemas become JSON schemas. Nothing is checked or cut by them. */
import type { FastifySchema } from 'fastify'
import { z } from 'zod'

export interface Documentation {
  /** One sentence. */
  readonly summary: string
  readonly tag: 'Hunting' | 'Ingest' | 'Sign-in' | 'Page' | 'Server'
  /** Media type and shape of the request body. */
  readonly body?: { readonly type: string; readonly schema: z.ZodType }
  /** By status: what it means and the body's shape (absent: a page, or none). */
  readonly answers: Readonly<Record<number, { readonly means: string; readonly schema?: z.ZodType }>>
  /** Callers show a bearer token. */
  readonly bearer?: boolean
}

export const bearerScheme = 'bearer'

export function documented({ summary, tag, body, answers, bearer }: Documentation): { readonly schema: FastifySchema } {
  const schema = {
    summary,
    tags: [tag],
    ...(bearer && { security: [{ [bearerScheme]: [] }] }),
    ...(body && { body: { content: { [body.type]: { schema: jsonSchema(body.schema) } } } }),
    response: Object.fromEntries(
      Object.entries(answers).map(([status, { means, schema: shape }]) => [
        status,
        { description: means, ...(shape ? jsonSchema(shape) : { type: 'null' }) },
      ]),
    ),
  }
  return { schema }
}

function jsonSchema(schema: z.ZodType): Record<string, unknown> {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
  return rest
}

/** The error envelope of the Defender APIs. */
export const defenderError = z.object({
  error: z.object({
    code: z.string().describe('Such as BadRequest, Unauthorized, Forbidden, 429.'),
    message: z.string(),
    target: z.string().describe('Id of the request.'),
  }),
})
