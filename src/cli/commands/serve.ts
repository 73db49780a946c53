/** `harrier serve`: the API on a store, until it is told to stop. */
import { Command } from 'commander'
import { type SettingName, settings } from '../../config.ts'
import { drainOnSignals, listen } from '../../server/listen.ts'
import { createServices } from '../../services.ts'
import { configOf, withSettings } from '../settings.ts'

export function serveCommand(): Command {
  const command = new Command('serve').description('Serves the API on a store.')
  return withSettings(command, Object.keys(settings) as SettingName[]).action(async (options) => {
    const config = configOf(options)
    const services = await createServices(config)
    const server = await listen(config, services)
    drainOnSignals(async () => {
      await server.close()
      await services.close()
    })
    await services.query.ready()
    services.readQueues()
    console.log(`Harrier is ready at ${server.url}`)
  })
}
