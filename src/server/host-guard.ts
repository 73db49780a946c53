/** Without authentication only names of this machine count: a web page whose name is pointed at loopback (DNS rebinding) must not read telemetry. */
import type { FastifyInstance } from 'fastify'
import { KqlError } from '../base/errors.ts'

/** Loopback, and the service's own hosts, which scripts keep when their resolver is turned to this machine. */
const OWN = /^(?:localhost|127(?:\.\d+){3}|\[::1\]|(?:[\w-]+\.)+(?:microsoft\.(?:com|us)|windows\.com))$/

const hostOf = (origin: string): string | undefined => (URL.canParse(origin) ? new URL(origin).host : undefined)

/** @param publicUrl an administrator's own name for the server, or empty */
export function guardHosts(app: FastifyInstance, publicUrl: string): void {
  const own = publicUrl === '' ? '' : new URL(publicUrl).hostname
  app.addHook('onRequest', async (request) => {
    const name = request.hostname.toLowerCase()
    if (name !== own && !OWN.test(name)) throw new KqlError('unknown_host', { host: request.hostname })
    // A page of another site can send a form here without being asked; its browser says where it comes from.
    const { origin } = request.headers
    if (origin !== undefined && hostOf(origin) !== request.host) throw new KqlError('unknown_host', { host: origin })
  })
}
