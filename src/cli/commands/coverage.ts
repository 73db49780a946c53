/** `harrier coverage`: what of the language is implemented, and what is refused and why. */
import Table from 'cli-table3'
import { Command, Option } from 'commander'
import { type Covered, coverage } from '../../kusto/coverage.ts'

export function coverageCommand(): Command {
  return new Command('coverage')
    .description(
      'Prints which operators, functions, aggregates and plug-ins are implemented, and which are refused and why.',
    )
    .addOption(new Option('--format <name>', 'How it is printed.').choices(['table', 'json']).default('table'))
    .option('--refused', 'Only what is refused.')
    .action(({ format, refused }) => {
      const rows = coverage().filter((r) => !refused || r.state === 'refused')
      console.log(format === 'json' ? JSON.stringify(rows.map(plain), null, 1) : table(rows))
    })
}

const plain = ({ kind, name, state, reason }: Covered) => ({ kind, name, state, ...(reason && { reason }) })

function table(rows: readonly Covered[]): string {
  const printed = new Table({ head: ['kind', 'name', 'state', 'why'], style: { head: [], border: [] } })
  for (const r of rows) printed.push([r.kind, r.name, r.state, r.reason ?? ''])
  const implemented = rows.filter((r) => r.state === 'implemented').length
  return `${printed.toString()}\n${implemented} implemented, ${rows.length - implemented} refused`
}
