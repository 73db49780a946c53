/** How an application proves who it is at the token endpoint: a secret, an assertion signed with its certificate, or not at all. */
import { createPublicKey, X509Certificate } from 'node:crypto'
import { errors as joseErrors, jwtVerify } from 'jose'
import type { Client, Identity } from './identity.ts'
import { Refusal } from './refusal.ts'
import { secretMatches } from './secrets.ts'

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

export interface ProofRequest {
  readonly form: URLSearchParams
  /** HTTP Basic, which version 2 allows. */
  readonly authorization: string | undefined
  /** Addresses that an assertion may be meant for. */
  readonly endpoints: readonly string[]
  /** Milliseconds since 1970. */
  readonly now: number
}

export interface ClientProof {
  /** The client, and whether it proved to be it. @throws Refusal unknown_client, wrong_secret, wrong_assertion … */
  check(request: ProofRequest): Promise<{ readonly client: Client; readonly proven: boolean }>
}

/** `known`: a client that is not in the store, such as the page's own. */
export function createClientProof(identity: Identity, known: (id: string) => Client | undefined): ClientProof {
  /** Ids of assertions that were taken, until they expire by themselves (seconds). */
  const used = new Map<string, number>()

  async function asserted(client: Client, assertion: string, { endpoints, now }: ProofRequest): Promise<void> {
    if (!client.certificate) throw new Refusal('wrong_assertion', 'the application has no certificate')
    const key = createPublicKey(
      new X509Certificate(client.certificate).publicKey.export({ type: 'spki', format: 'pem' }),
    )
    const { payload } = await jwtVerify(assertion, key, {
      algorithms: ['RS256', 'PS256'],
      issuer: client.id,
      subject: client.id,
      audience: [...endpoints],
      requiredClaims: ['exp'],
      clockTolerance: 300,
      currentDate: new Date(now),
    }).catch((error: unknown) => {
      if (error instanceof joseErrors.JWTExpired) throw new Refusal('assertion_time')
      if (error instanceof joseErrors.JWTClaimValidationFailed)
        throw new Refusal('wrong_assertion', `the claim '${error.claim}' does not fit`)
      throw new Refusal('wrong_assertion', "its signature is not of the application's certificate")
    })
    for (const [id, until] of used) if (until < now / 1000 - 300) used.delete(id)
    if (payload.jti === undefined) return
    if (used.has(payload.jti)) throw new Refusal('assertion_used')
    used.set(payload.jti, payload.exp!)
  }

  return {
    async check(request) {
      const { form, authorization } = request
      const basic = basicOf(authorization)
      const id = basic?.id ?? form.get('client_id') ?? ''
      if (id === '') throw new Refusal('missing_parameter', 'client_id')
      const client = known(id) ?? identity.client(id)
      if (!client) throw new Refusal('unknown_client', id)
      const assertion = form.get('client_assertion')
      if (assertion !== null) {
        if (form.get('client_assertion_type') !== ASSERTION_TYPE)
          throw new Refusal('wrong_assertion', `client_assertion_type must be ${ASSERTION_TYPE}`)
        await asserted(client, assertion, request)
        return { client, proven: true }
      }
      const secret = basic?.secret ?? form.get('client_secret')
      if (secret !== null) {
        if (!(await secretMatches(client.secret, secret))) throw new Refusal('wrong_secret')
        return { client, proven: true }
      }
      if (client.secret || client.certificate) throw new Refusal('missing_secret')
      return { client, proven: false }
    },
  }
}

function basicOf(header: string | undefined): { id: string; secret: string } | undefined {
  const basic = /^Basic +(\S+)$/i.exec(header ?? '')?.[1]
  if (!basic) return undefined
  try {
    const [id = '', secret = ''] = Buffer.from(basic, 'base64').toString().split(':').map(decodeURIComponent)
    return { id, secret }
  } catch {
    throw new Refusal('wrong_secret')
  }
}
