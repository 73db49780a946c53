/** `harrier store`: what a store holds, whether it is whole, and its upkeep. */
import Table from 'cli-table3'
import { Command, Option } from 'commander'
import { exportStore } from '../../ingest/export.ts'
import { compact } from '../../ingest/ingest.ts'
import { backupStore, restoreStore } from '../../store/backup.ts'
import { storeStatus, type TableStatus, verifyStore } from '../../store/inspect.ts'
import { repairStore } from '../../store/repair.ts'
import { printDatetime } from '../../types/datetime.ts'
import { createCountBar } from '../count-bar.ts'
import { grouped } from '../grouped.ts'
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
  const repair = new Command('repair').description(
    'Keeps what is whole of a damaged store, so that it can be written to again; the rest is put aside and named.',
  )
  withSettings(repair, ['store']).action(async (options) => {
    const { damage, aside } = await repairStore(configOf(options).store)
    for (const what of damage) console.log(what)
    console.log(aside ? `Put aside in ${aside}. Ingest what is lost again: the rest is known.` : 'Nothing is damaged.')
  })
  const compacting = new Command('compact').description(
    'Drops what is older than the setting retention keeps, and merges small segments; queries go on meanwhile.',
  )
  withSettings(compacting, ['store', 'retention']).action(async (options) => {
    const { store, retention } = configOf(options)
    const bar = createCountBar('{bar} | {value} segments merged')
    const { merged, into, dropped, droppedRows } = await compact(store, {
      retention,
      progress: (done) => bar.show(done.merged, done.merged),
    }).finally(bar.stop)
    console.log(
      `${grouped(merged)} segments merged into ${grouped(into)}, ${grouped(dropped)} dropped with ${grouped(droppedRows)} rows`,
    )
  })
  const exporting = new Command('export')
    .description('Writes tables as Parquet files for other programs, one file a table.')
    .requiredOption('--to <folder>', 'Where the files go.')
    .option('--table <name>', 'A table; may be repeated. Default: all.', (v: string, all: string[]) => [...all, v], [])
  withSettings(exporting, ['store']).action(async ({ to, table, ...options }) => {
    for (const { file, rows, bytes } of await exportStore(configOf(options).store, to, table))
      console.log(`${file}: ${grouped(rows)} rows, ${grouped(bytes)} bytes`)
  })
  const backup = new Command('backup')
    .description('Copies a store; into a folder that holds an earlier copy, only what is new.')
    .requiredOption('--to <folder>', 'Where the copy goes.')
  withSettings(backup, ['store']).action(({ to, ...options }) => copying(backupStore, configOf(options).store, to))
  const restore = new Command('restore')
    .description('Brings a copy back into a new store.')
    .requiredOption('--from <folder>', 'The copy.')
  withSettings(restore, ['store']).action(async ({ from, ...options }) => {
    const { store } = configOf(options)
    copying(restoreStore, from, store)
    const { problems } = await verifyStore(store)
    for (const { file, why } of problems) console.log(`${file}: ${why}`)
    setStatus(problems.length > 0 ? 1 : 0)
  })
  const store = new Command('store').description('Looks after a store.')
  for (const command of [status, verify, repair, compacting, exporting, backup, restore])
    store.addCommand(command.exitOverride())
  return store
}

function copying(copy: typeof backupStore, from: string, to: string): void {
  const bar = createCountBar('{bar} {percentage}% | {value} of {total} files')
  try {
    const { segments, copied, bytes } = copy(from, to, bar.show)
    bar.stop()
    console.log(`${grouped(segments)} segments; ${grouped(copied)} files, ${grouped(bytes)} bytes copied`)
  } finally {
    bar.stop()
  }
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
