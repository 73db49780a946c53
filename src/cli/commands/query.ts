/** `harrier query`: one query on a store, without a server. */
import { readFileSync } from 'node:fs'
import { Command, Option } from 'commander'
import { anonymous } from '../../access/access.ts'
import { createServices } from '../../services.ts'
import { formats } from '../formats/index.ts'
import { paged } from '../pager.ts'
import { configOf, QUERY_SETTINGS, type SetStatus, withSettings } from '../settings.ts'

const EXAMPLES = `
Examples:
  harrier query --store ./hunting 'DeviceProcessEvents | summarize count() by FileName | top 10 by count_'
  harrier query --store ./hunting --lookback unlimited --format csv - < hunt.kql > rows.csv

Exit status: 0 the query was answered, 1 it was not, 2 the words of the call are wrong.`

export function queryCommand(setStatus: SetStatus): Command {
  const command = new Command('query')
    .description('Runs a query on a store and prints its rows.')
    .argument('<kql>', "The query, or '-' to read it from the standard input.")
    .addHelpText('after', EXAMPLES)
    .addOption(new Option('--format <name>', 'How rows are printed.').choices(Object.keys(formats)).default('table'))
  return withSettings(command, QUERY_SETTINGS).action(async (kql: string, { format, ...options }) => {
    const services = await createServices({ ...configOf(options), queryProcesses: 1, spareProcesses: 0, parsers: 1 })
    const gone = new AbortController()
    process.once('SIGINT', () => gone.abort())
    try {
      const text = kql === '-' ? readFileSync(0, 'utf8') : kql
      const result = await services.query.run({ text, principal: anonymous, format: 'plain', signal: gone.signal })
      for (const table of result.leftOut ?? [])
        console.error(`Warning: damaged files of ${table} are left out; harrier store verify names them`)
      for (const hint of result.hints ?? []) console.error(`Hint: ${hint}`)
      await paged((out) => formats[format as keyof typeof formats](result, out))
    } finally {
      await services.close()
    }
    setStatus(0)
  })
}
