/** `harrier store`: what a store holds, and whether it is whole. */
import Table from 'cli-table3'
import { Command, Option } from 'commander'
import { storeStatus, type TableStatus, verifyStore } from '../../store/inspect.ts'
import { printDatetime } from '../../types/datetime.ts'
import { configOf, type SetStatus, withSettings } from '../settings.ts'

export function storeCommand(setStatus: SetStatus): Command {
  const status = new Command('status')
    .description('Lists the tables of a store with their segments, rows, bytes and time span.')
    .addOption(formatOption())
  withSettings(status, ['store']).action(({ format, ...options }) => {
    const tables = storeStatus(configOf(options).store)
    console.log(format === 'json' ? JSON.stringify(tables.map(plain)) : report(tables))
  })
  const verify = new Command('verify')
    .description('Reads every file of a store and names each that is not what was written; the exit status is then 1.')
    .addOption(formatOption())
  withSettings(verify, ['store']).action(async ({ format, ...options }) => {
    const found = await verifyStore(configOf(options).store)
    if (format === 'json') console.log(JSON.stringify(found))
    else {
      for (const { file, why } of found.problems) console.log(`${file}: ${why}`)
      const sum =
        found.problems.length === 0 ? 'all is as it was written' : `${grouped(found.problems.length)} problems`
      console.log(`${grouped(found.segments)} segments, ${grouped(found.bytes)} bytes: ${sum}`)
    }
    setStatus(found.problems.length > 0 ? 1 : 0)
  })
  return new Command('store')
    .description('Looks after a store.')
    .addCommand(status.exitOverride())
    .addCommand(verify.exitOverride())
}

const formatOption = (): Option =>
  new Option('--format <name>', 'How it is printed.').choices(['table', 'json']).default('table')

/** Times as ISO text instead of ticks. */
function plain({ time, ...counts }: TableStatus): object {
  return { ...counts, ...(time && { from: iso(time.min), to: iso(time.max) }) }
}

function report(tables: readonly TableStatus[]): string {
  const shown = new Table({
    head: ['Table', 'Segments', 'Rows', 'Bytes', 'From', 'To'],
    style: { head: [], border: [] },
    colAligns: ['left', 'right', 'right', 'right', 'left', 'left'],
  })
  let [segments, rows, bytes] = [0, 0, 0]
  for (const t of tables) {
    const { min, max } = t.time ?? {}
    const numbers = [t.segments, t.rows, t.bytes].map(grouped)
    shown.push([t.table, ...numbers, min ? iso(min) : '', max ? iso(max) : ''])
    segments += t.segments
    rows += t.rows
    bytes += t.bytes
  }
  if (tables.length > 1) shown.push(['All', ...[segments, rows, bytes].map(grouped), '', ''])
  return tables.length > 0 ? shown.toString() : 'The store is empty.'
}

const iso = (ticks: string): string => printDatetime(BigInt(ticks))
const grouped = (count: number): string => count.toLocaleString('en-US')
