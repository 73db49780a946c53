/** `harrier user`: people who sign in at the store's own issuer. */
import { createInterface } from 'node:readline/promises'
import { Command } from 'commander'
import { newSecret } from '../../wire/login/secrets.ts'
import { type SetStatus, withSettings } from '../settings.ts'
import { identityOf } from './client.ts'

export function userCommand(setStatus: SetStatus): Command {
  const add = new Command('add')
    .description('Adds a user, or gives one a new password; a password that is made up is shown once.')
    .requiredOption('--name <name>', 'Name to sign in with, such as ada@corp.example.')
    .option('--password-stdin', 'Takes the password from the first line of the standard input.')
  const list = new Command('list').description('Lists the users, one name a line.')
  const remove = new Command('remove').description('Removes a user.').argument('<name>', 'The name.')
  return new Command('user')
    .description("Users of the store's own issuer.")
    .addCommand(
      withSettings(add, ['store']).action(async ({ name, passwordStdin, ...options }) => {
        const password = passwordStdin ? await firstLine() : newSecret()
        if (password === '') {
          console.error('harrier: the standard input holds no password')
          return setStatus(1)
        }
        await (await identityOf(options)).setUser(name, password)
        console.log(JSON.stringify({ user: name, ...(!passwordStdin && { password }) }))
      }),
    )
    .addCommand(
      withSettings(list, ['store']).action(async (options) => {
        for (const { name } of (await identityOf(options)).users()) console.log(name)
      }),
    )
    .addCommand(
      withSettings(remove, ['store']).action(async (name: string, options) => {
        if ((await identityOf(options)).removeUser(name)) return
        console.error(`harrier: there is no user ${name}`)
        setStatus(1)
      }),
    )
}

async function firstLine(): Promise<string> {
  for await (const line of createInterface({ input: process.stdin })) return line
  return ''
}
