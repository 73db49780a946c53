/** `/openapi.json`: OpenAPI 3.1, made from what each route says of itself. */
import swagger from '@fastify/swagger'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { version } from '../base/version.ts'
import { bearerScheme, documented } from '../wire/documentation.ts'

/** Before any route is made. */
export async function documentRoutes(app: FastifyInstance): Promise<void> {
  // The schemas describe; bodies are read by the protocols, which forgive what real clients send.
  app.setValidatorCompiler(() => () => true)
  app.setSerializerCompiler(() => (data) => JSON.stringify(data))
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Harrier', version: version(), description: 'Advanced hunting on your own data.' },
      components: { securitySchemes: { [bearerScheme]: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } } },
    },
  })
  app.get('/openapi.json', DOCUMENTATION, () => app.swagger())
}

const DOCUMENTATION = documented({
  summary: 'This document.',
  tag: 'Server',
  answers: { 200: { means: 'OpenAPI 3.1.', schema: z.record(z.string(), z.unknown()) } },
})
