/** `harrier keys rotate`: a new signing key for the store's own issuer. */
import { Command } from 'commander'
import { withSettings } from '../settings.ts'
import { identityOf } from './client.ts'

export function keysCommand(): Command {
  const rotate = new Command('rotate').description(
    'Signs with a new key from now on; tokens of the key before it hold until they expire.',
  )
  return new Command('keys').description("Signing keys of the store's own issuer.").addCommand(
    withSettings(rotate, ['store']).action(async (options) => {
      const { keys } = await identityOf(options)
      await keys.rotate(Date.now())
      console.log((await keys.current()).kid)
    }),
  )
}
