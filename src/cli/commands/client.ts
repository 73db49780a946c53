/** `harrier client add`: registers a client of the local issuer and prints its credentials as one JSON line. */
import { resolve } from 'node:path'
import { Command } from 'commander'
import { openIdentity } from '../../wire/login/identity.ts'
import { HUNTING_ROLES } from '../../wire/login/roles.ts'
import { configOf, withSettings } from '../settings.ts'

export function clientCommand(): Command {
  const add = new Command('add')
    .description('Registers a client; its secret is shown once.')
    .requiredOption('--name <name>', 'Name of the client, for people.')
    .option(
      '--role <name>',
      'An application role; may be repeated. Default: every hunting role.',
      (v: string, all: string[]) => [...all, v],
      [],
    )
  withSettings(add, ['store']).action(async ({ name, role, ...options }) => {
    const identity = await openIdentity(resolve(configOf(options).store))
    const { client, secret } = identity.addClient(name, role.length > 0 ? role : HUNTING_ROLES)
    console.log(JSON.stringify({ tenant_id: identity.tenant, client_id: client.id, client_secret: secret }))
  })
  return new Command('client').description("Clients of the store's own issuer.").addCommand(add)
}
