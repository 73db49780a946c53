/** Starts the server on its address, and drains it when the process is told to end. */
import type { AddressInfo } from 'node:net'
import { join, resolve } from 'node:path'
import { createAccess } from '../access/access.ts'
import { discoveredKeys, knownKeys } from '../access/issuer-keys.ts'
import { openPolicy } from '../access/policy.ts'
import { createQuotas } from '../access/quota.ts'
import { openQuotaFile } from '../access/quota-file.ts'
import { createVerifier, type Issuer } from '../access/verify.ts'
import type { Clock } from '../base/clock.ts'
import { KqlError } from '../base/errors.ts'
import type { Config } from '../config.ts'
import type { QueryService } from '../query/query-service.ts'
import { type Identity, openIdentity } from '../wire/login/identity.ts'
import { issuersOf } from '../wire/login/tokens.ts'
import { createApp } from './app.ts'

export interface Listening {
  readonly url: string
  readonly identity?: Identity
  close(): Promise<void>
}

const LOOPBACK = ['127.0.0.1', '::1', 'localhost']

/** @throws KqlError bad_setting */
export async function listen(
  config: Config,
  services: { readonly query: QueryService; readonly clock: Clock },
): Promise<Listening> {
  if (config.auth === 'off' && !LOOPBACK.includes(config.host)) {
    throw new KqlError('bad_setting', { name: 'auth', why: `off is for loopback addresses; ${config.host} is none` })
  }
  if (config.auth === 'entra' && config.entraTenant === '')
    throw new KqlError('bad_setting', { name: 'entraTenant', why: 'auth entra needs the id of a tenant' })
  const identity = config.auth === 'local' ? await openIdentity(resolve(config.store)) : undefined
  const issuer = identity ? localIssuer(identity) : config.auth === 'entra' ? entraIssuer(config) : undefined
  // A fixed clock is for queries: tokens live in real time.
  const verifier = issuer && createVerifier({ ...issuer, now: () => Date.now() })
  // Counted in real time too, in a file that outlives the process.
  const journal = openQuotaFile(join(resolve(config.store), 'quotas.jsonl'))
  const quotas = config.limits === 'defender' ? createQuotas({ now: () => Date.now() }, config, journal) : undefined
  const policy = openPolicy(config.access && resolve(config.access), (error) =>
    console.error(`harrier: ${error.message}`),
  )
  const app = await createApp({
    query: services.query,
    access: createAccess(verifier, quotas, policy),
    clock: { now: () => Date.now() },
    strictBody: config.strictBody,
    limits: {
      advancedhunting: { timeoutMs: config.xdrTimeoutSeconds * 1000, bytes: config.byteLimit },
      graph: { timeoutMs: config.graphTimeoutSeconds * 1000, bytes: config.graphByteLimit },
    },
    logLevel: config.logLevel,
    ...(identity && { identity }),
  })
  await app.listen({ host: config.host, port: config.port }).catch((error: NodeJS.ErrnoException) => {
    const taken = error.code === 'EADDRINUSE' ? `${config.port} is taken by another program` : error.message
    throw new KqlError('bad_setting', { name: 'port', why: taken })
  })
  const address = app.server.address() as AddressInfo
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address
  return {
    url: `http://${host}:${address.port}`,
    ...(identity && { identity }),
    close: () => app.close(),
  }
}

const localIssuer = (identity: Identity): Omit<Issuer, 'now'> => ({
  tenant: identity.tenant,
  issuers: issuersOf(identity.tenant),
  key: knownKeys(identity.jwks),
})

/** Both versions of tokens are signed with the same keys; only version 2 names the cloud's own host as issuer. */
function entraIssuer({ entraTenant, entraAuthority }: Config): Omit<Issuer, 'now'> {
  const authority = `${entraAuthority.replace(/\/+$/, '')}/${entraTenant}/v2.0`
  return {
    tenant: entraTenant,
    issuers: [`https://sts.windows.net/${entraTenant}/`, authority],
    key: discoveredKeys(authority),
  }
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
