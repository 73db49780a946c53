/** `harrier client`: clients of the store's own issuer; what is added is printed as one JSON line. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { Command } from 'commander'
import { KqlError } from '../../base/errors.ts'
import { type Identity, openIdentity } from '../../wire/login/identity.ts'
import { HUNTING_ROLES } from '../../wire/login/roles.ts'
import { configOf, type SetStatus, withSettings } from '../settings.ts'

const gathered = (value: string, all: string[]) => [...all, value]

export function clientCommand(setStatus: SetStatus): Command {
  const add = new Command('add')
    .description('Registers a client; its secret is shown once.')
    .requiredOption('--name <name>', 'Name of the client, for people.')
    .option('--role <name>', 'An application role; may be repeated. Default: every hunting role.', gathered, [])
    .option('--certificate <file>', 'PEM file of the certificate that the client signs with, in place of a secret.')
    .option('--public', 'A client that can keep no secret: it hunts in the names of users only.')
    .option('--redirect <uri>', 'Where the login page may send users back to; may be repeated.', gathered, [])
  const list = new Command('list').description('Lists the clients, one JSON line each.')
  const remove = new Command('remove').description('Removes a client.').argument('<id>', 'Its client_id.')
  return new Command('client')
    .description("Clients of the store's own issuer.")
    .addCommand(
      withSettings(add, ['store']).action(async ({ name, role, certificate, public: isPublic, redirect, ...rest }) => {
        const identity = await identityOf(rest)
        const { client, secret } = await identity.addClient({
          name,
          roles: role.length > 0 ? role : HUNTING_ROLES,
          redirects: redirect,
          ...(isPublic && { isPublic }),
          ...(certificate && { certificate: certificateAt(certificate) }),
        })
        const shown = secret && { client_secret: secret }
        console.log(JSON.stringify({ tenant_id: identity.tenant, client_id: client.id, ...shown }))
      }),
    )
    .addCommand(
      withSettings(list, ['store']).action(async (options) => {
        for (const { id, name, roles, secret, certificate } of (await identityOf(options)).clients()) {
          const proof = secret ? 'secret' : certificate ? 'certificate' : 'none'
          console.log(JSON.stringify({ client_id: id, name, roles, proof }))
        }
      }),
    )
    .addCommand(
      withSettings(remove, ['store']).action(async (id: string, options) => {
        if ((await identityOf(options)).removeClient(id)) return
        console.error(`harrier: there is no client ${id}`)
        setStatus(1)
      }),
    )
}

export const identityOf = (options: Record<string, unknown>): Promise<Identity> =>
  openIdentity(resolve(configOf(options).store))

function certificateAt(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new KqlError('unreadable_input', { path, why: (error as Error).message })
  }
}
