/** `harrier explain`: the plan and the SQL of a query, and what it has to read. */
import Table from 'cli-table3'
import { Command } from 'commander'
import { anonymous } from '../../access/access.ts'
import type { Analysis } from '../../query/query-service.ts'
import { createServices } from '../../services.ts'
import { grouped } from '../grouped.ts'
import { configOf, QUERY_SETTINGS, withSettings } from '../settings.ts'

export function explainCommand(): Command {
  const command = new Command('explain')
    .description('Prints the plan and the SQL of a query, or with --analyze runs it and prints what it reads.')
    .argument('<kql>', 'The query.')
    .option('--analyze', 'Runs the query; prints the segments and row groups that each scan reads, time and memory.')
  return withSettings(command, QUERY_SETTINGS).action(async (text: string, { analyze, ...options }) => {
    const services = await createServices({ ...configOf(options), queryProcesses: 1, spareProcesses: 0, parsers: 1 })
    try {
      if (analyze) return console.log(report(await services.query.analyze({ text, principal: anonymous })))
      const { plan, sql } = await services.query.explain({ text, principal: anonymous })
      console.log(`${plan}\n\n${sql}`)
    } finally {
      await services.close()
    }
  })
}

function report({ scans, rows, bytes, seconds, stats }: Analysis): string {
  const table = new Table({
    head: ['Scan', 'Segments read', 'of', 'Row groups read', 'of', '%', 'Rows in them', 'of'],
    style: { head: [], border: [] },
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right', 'right', 'right'],
  })
  for (const s of scans) {
    const percent = s.rowGroups.total === 0 ? 0 : (100 * s.rowGroups.read) / s.rowGroups.total
    const of = ({ read, total }: { read: number; total: number }) => [grouped(read), grouped(total)]
    table.push([s.table, ...of(s.segments), ...of(s.rowGroups), percent.toFixed(1), ...of(s.rows)])
  }
  const cpu = (stats.cpuUser + stats.cpuKernel).toFixed(2)
  const memory = Math.round(stats.peakMemory / 1024 / 1024)
  const engine = `${stats.seconds.toFixed(2)} s in the engine, ${cpu} s of CPU, ${memory} MB`
  const answer = `${grouped(rows)} rows (${grouped(bytes)} bytes) in ${seconds.toFixed(2)} s; ${engine}`
  return [...(scans.length > 0 ? [table.toString()] : []), answer].join('\n')
}
