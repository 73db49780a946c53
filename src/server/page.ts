/** The page at `/`: built files of web/, with headers that let nothing from elsewhere run, be shown or be asked. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import staticFiles from '@fastify/static'
import type { FastifyInstance, FastifyReply } from 'fastify'

const ROOT = fileURLToPath(new URL('../../web/dist', import.meta.url))

/** Styles are set by the components at run time; scripts come from files alone. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ')

const HEADERS = {
  'content-security-policy': POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
}

/** Addresses of the page itself: its own, Defender's for a shared query, and where a sign-in comes back to. */
const PAGES = ['/', '/v2/advanced-hunting', '/signed-in']

export async function pageRoutes(app: FastifyInstance): Promise<void> {
  const index = join(ROOT, 'index.html')
  if (!existsSync(index)) {
    app.get('/', { schema: { hide: true } }, (_request, reply) => withHeaders(reply).type('text/html').send(NOT_BUILT))
    return
  }
  const html = readFileSync(index, 'utf8')
  for (const path of PAGES)
    app.get(path, { schema: { hide: true } }, (_request, reply) =>
      withHeaders(reply).header('cache-control', 'no-cache').type('text/html; charset=utf-8').send(html),
    )
  await app.register(staticFiles, {
    root: join(ROOT, 'assets'),
    prefix: '/assets/',
    index: false,
    // Their names change with their content.
    immutable: true,
    maxAge: '365d',
    setHeaders: (response) => {
      for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value)
    },
  })
}

const withHeaders = (reply: FastifyReply): FastifyReply => reply.headers(HEADERS)

const NOT_BUILT = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Harrier</title><h1>Harrier</h1>
<p>The server is running; its page is not built. <code>npm run build:web</code> builds it.</p></html>`
