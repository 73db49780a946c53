/** Starts the server on its address, and drains it when the process is told to end. */
import type { AddressInfo } from 'node:net'
import { join, resolve } from 'node:path'
import { createAccess } from '../access/access.ts'
import { openPolicy } from '../access/policy.ts'
import { createQuotas } from '../access/quota.ts'
import { openQuotaFile } from '../access/quota-file-ledger.ts'
import { openRedisLedger } from '../access/quota-redis-ledger.ts'
import { createVerifier } from '../access/verify.ts'
import { KqlError } from '../base/errors.ts'
import { version } from '../base/version.ts'
import type { Config } from '../config.ts'
import { EXAMPLE_HUNTS } from '../demo/examples.ts'
import type { Services } from '../services.ts'
import { type Identity, openIdentity } from '../wire/login/identity.ts'
import { createApp } from './app.ts'
import { issuerOf } from './issuer.ts'
import { openTls } from './tls.ts'

export interface Listening {
  readonly url: string
  readonly identity?: Identity
  /** The file of a certificate that the server made for itself, for clients to trust. */
  readonly certificate?: string
  close(): Promise<void>
}

const LOOPBACK = ['127.0.0.1', '::1', 'localhost']
const DAY = 24 * 60 * 60 * 1000

/** @throws KqlError bad_setting */
export async function listen(config: Config, services: Services): Promise<Listening> {
  if (config.auth === 'off' && !LOOPBACK.includes(config.host)) {
    throw new KqlError('bad_setting', { name: 'auth', why: `off is for loopback addresses; ${config.host} is none` })
  }
  const store = resolve(config.store)
  const identity = config.auth === 'local' ? await openIdentity(store, config.keyDays * DAY) : undefined
  const issuer = issuerOf(config, identity)
  const tls = await openTls(config, join(store, 'keys'))
  const ledger = await openLedger(config, store)
  const complain = (error: Error) => console.error(`harrier: ${error.message}`)
  const app = await createApp({
    query: services.query,
    regional: services.regional,
    queryLog: services.queryLog,
    access: createAccess(
      issuer && createVerifier(issuer),
      // Counted in real time, whatever the clock of queries says.
      ledger && createQuotas({ now: () => Date.now() }, config, ledger),
      openPolicy(config.access && resolve(config.access), complain),
    ),
    signIn: identity ? { kind: 'local', tenant: identity.tenant } : { kind: config.auth === 'off' ? 'off' : 'token' },
    version: version(),
    examples: EXAMPLE_HUNTS,
    push: services.push,
    pushBytes: config.pushBytes,
    clock: { now: () => Date.now() },
    strictBody: config.strictBody,
    limits: {
      advancedhunting: { timeoutMs: config.xdrTimeoutSeconds * 1000, bytes: config.byteLimit },
      graph: { timeoutMs: config.graphTimeoutSeconds * 1000, bytes: config.graphByteLimit },
    },
    logLevel: config.logLevel,
    authenticated: issuer !== undefined,
    publicUrl: config.publicUrl,
    trustedProxies: config.trustedProxies,
    ...(identity && { identity }),
    ...(tls && { tls }),
  })
  app.addHook('onClose', async () => ledger?.close?.())
  await app.listen({ host: config.host, port: config.port }).catch((error: NodeJS.ErrnoException) => {
    const taken = error.code === 'EADDRINUSE' ? `${config.port} is taken by another program` : error.message
    throw new KqlError('bad_setting', { name: 'port', why: taken })
  })
  const address = app.server.address() as AddressInfo
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address
  return {
    url: `${tls ? 'https' : 'http'}://${host}:${address.port}`,
    ...(identity && { identity }),
    ...(tls?.trust && { certificate: tls.trust }),
    close: () => app.close(),
  }
}

async function openLedger({ limits, redis }: Config, store: string) {
  if (limits === 'off') return undefined
  if (redis === '') return openQuotaFile(join(store, 'quotas.jsonl'), Date.now())
  return openRedisLedger(redis, (error) => console.error(`harrier: Redis: ${error.message}`))
}

/** Ends open requests, then the services, when the process is asked to stop. */
export function drainOnSignals(close: () => Promise<void>): void {
  let ending = false
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (ending) process.exit(1)
      ending = true
      void close().then(() => process.exit(0))
    })
  }
}
