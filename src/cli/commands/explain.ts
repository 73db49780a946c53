/** `harrier explain`: the plan and the SQL of a query. */
import { Command } from 'commander'
import { anonymous } from '../../access/access.ts'
import { createServices } from '../../services.ts'
import { configOf, QUERY_SETTINGS, withSettings } from '../settings.ts'

export function explainCommand(): Command {
  const command = new Command('explain')
    .description('Prints the plan and the SQL of a query.')
    .argument('<kql>', 'The query.')
  return withSettings(command, QUERY_SETTINGS).action(async (text: string, options) => {
    const services = await createServices({ ...configOf(options), queryProcesses: 1, spareProcesses: 0 })
    try {
      const { plan, sql } = await services.query.explain({ text, principal: anonymous })
      console.log(`${plan}\n\n${sql}`)
    } finally {
      await services.close()
    }
  })
}
