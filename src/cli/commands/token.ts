/** `harrier token`: a bearer token of the store's local issuer, as the last line. */
import { resolve } from 'node:path'
import { Command } from 'commander'
import { openIdentity } from '../../wire/login/identity.ts'
import { HUNTING_ROLES } from '../../wire/login/roles.ts'
import { COMMAND_LINE, DEFENDER_AUDIENCE, issueToken } from '../../wire/login/tokens.ts'
import { configOf, withSettings } from '../settings.ts'

const gathered = (value: string, all: string[]) => [...all, value]

export function tokenCommand(): Command {
  const command = new Command('token')
    .description("Prints a bearer token of the store's own issuer; without options, one with every hunting role.")
    .option('--role <name>', 'An application role of the token; may be repeated.', gathered, [])
    .option('--user <name>', 'The user that the token is for; absent for an application.')
    .option('--scope <name>', 'A scope of a user token; may be repeated.', gathered, [])
    .option('--audience <uri>', 'The API that the token is for.', DEFENDER_AUDIENCE)
  return withSettings(command, ['store']).action(async ({ role, user, scope, audience, ...options }) => {
    const identity = await openIdentity(resolve(configOf(options).store))
    const token = await issueToken(identity, {
      audience,
      application: COMMAND_LINE,
      name: 'harrier command line',
      roles: role.length > 0 ? role : HUNTING_ROLES,
      ...(user && { user: { name: user, scopes: scope } }),
      now: Date.now(),
    })
    console.log(token)
  })
}
