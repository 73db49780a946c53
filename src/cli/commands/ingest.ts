/** `harrier ingest`: loads files into a store, and says what became of their records. */
import { SingleBar } from 'cli-progress'
import Table from 'cli-table3'
import { Command, Option } from 'commander'
import { KqlError } from '../../base/errors.ts'
import { follow } from '../../ingest/follow.ts'
import { inferSchema } from '../../ingest/infer-schema.ts'
import { type IngestProgress, type IngestSummary, ingest } from '../../ingest/ingest.ts'
import { DATE_ORDERS } from '../../ingest/local-time.ts'
import { grouped } from '../grouped.ts'
import { configOf, type SetStatus, withSettings } from '../settings.ts'

/** Sources, columns and files named one by one before the rest is counted. */
const NAMED = 10

export function ingestCommand(setStatus: SetStatus): Command {
  const command = new Command('ingest')
    .description(
      "Loads Defender's export (blobs, Event Hub messages), answers of the API, JSON, NDJSON, CSV, Parquet, and Sysmon and Windows events into a store.",
    )
    .argument('[path...]', "Files and folders; '-' reads the standard input. gzip, zip and tar are unpacked.")
    .option(
      '--table <name>',
      'The table of rows that do not name one. Default: from the name of the file, or from its columns.',
    )
    .option(
      '--schema <columns>',
      "Declares --table as a table of your own: 'Name:type, Name:type', or infer, which learns it from the first rows.",
    )
    .addOption(
      new Option(
        '--dates <order>',
        'Which comes first in dates like 03/04/2024 of a CSV from the portal. Default: told by a day above 12.',
      ).choices(DATE_ORDERS),
    )
    .option(
      '--time-zone <name>',
      'Zone of such dates and of Windows events with a local clock, such as Europe/London, where nothing in the file tells it.',
    )
    .option('--follow', 'Goes on reading what is new in the files and folders, until Ctrl-C.')
    .option('--dry-run', 'Reads and checks everything, and writes nothing.')
    .addOption(new Option('--format <name>', 'How the summary is printed.').choices(['table', 'json']).default('table'))
  return withSettings(command, ['store', 'retention']).action(
    async (paths: string[], { table, schema, dates, timeZone, dryRun, follow: isFollowing, format, ...options }) => {
      if (paths.length === 0 && schema === undefined) command.error('error: name at least one file or folder')
      const columns = schema === 'infer' ? await inferSchema(paths) : schema
      if (schema === 'infer') console.error(`--schema '${columns}'`)
      const reading = {
        paths,
        patience: PATIENCE,
        ...(table !== undefined && { table }),
        ...(dates !== undefined && { dates }),
        ...(timeZone !== undefined && { timeZone }),
        ...(columns !== undefined && { schema: columns }),
      }
      const config = configOf(options)
      const bar = createBar()
      const stop = new AbortController()
      process.once('SIGINT', () => stop.abort(new Error('interrupted; what was committed is kept')))
      const { store, retention } = config
      const { signal } = stop
      if (isFollowing) {
        if (dryRun) command.error('error: --follow and --dry-run do not go together')
        if (paths.includes('-'))
          command.error('error: --follow reads files and folders; the standard input is read to its end anyway')
        process.once('SIGTERM', () => stop.abort())
        const passed = (summary: IngestSummary) =>
          console.log(format === 'json' ? JSON.stringify(summary) : line(summary))
        return await follow({ store, retention, ...reading, signal, passed })
      }
      let summary: IngestSummary
      try {
        summary = await ingest({ store, retention, ...reading, signal, progress: bar.show, ...(dryRun && { dryRun }) })
      } catch (error) {
        // Nothing was read: the words of the call do not fit what the store has.
        const wrong = error instanceof KqlError && (error.code === 'unknown_table' || error.code === 'bad_setting')
        if (!wrong && !stop.signal.aborted) throw error
        bar.stop()
        console.error(`harrier: ${(error as Error).message}`)
        return setStatus(wrong ? 2 : 1)
      } finally {
        bar.stop()
      }
      console.log(format === 'json' ? JSON.stringify(summary) : report(summary, dryRun === true))
      setStatus(summary.rejected > 0 || summary.sources.some((s) => s.error !== undefined) ? 1 : 0)
    },
  )
}

/** Milliseconds that an ingest waits for another writer, such as a server that is taking records. */
const PATIENCE = 30_000

/** What a pass of `--follow` brought, in one line. */
function line({ added, repeated, rejected, sources, quarantine, seconds }: IngestSummary): string {
  const time = new Date().toISOString().slice(11, 19)
  const what = `${grouped(added)} added, ${grouped(repeated)} repeated, ${grouped(rejected)} rejected`
  const failed = sources.flatMap((s) => (s.error === undefined ? [] : [s.error]))
  const more = [...failed, ...(quarantine ? [`rejected records: ${quarantine}`] : [])]
  return [`${time}  ${what} from ${sources.length} files in ${seconds.toFixed(1)} s`, ...more].join('\n          ')
}

function createBar(): { show(progress: IngestProgress): void; stop(): void } {
  if (!process.stderr.isTTY) return { show: () => {}, stop: () => {} }
  const format = '{bar} {percentage}% | {records} records, {rate}/s | {rejected} rejected | {left} left'
  const bar = new SingleBar({ format, hideCursor: true, stopOnComplete: false, stream: process.stderr })
  const started = performance.now()
  let running = false
  return {
    show({ records, rejected, bytes, totalBytes }) {
      const elapsed = performance.now() - started
      const rate = Math.round((records * 1000) / elapsed)
      const left = totalBytes && bytes > 0 ? timeText((elapsed * (totalBytes - bytes)) / bytes / 1000) : '?'
      const payload = { records: grouped(records), rejected: grouped(rejected), rate: grouped(rate), left }
      if (!running) bar.start(totalBytes ?? 0, 0, payload)
      running = true
      bar.update(bytes, payload)
    },
    stop() {
      if (running) bar.stop()
      running = false
    },
  }
}

/** Seconds as people say them: `42 s`, `3 min 10 s`. */
function timeText(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`
}

function report(summary: IngestSummary, dryRun: boolean): string {
  const lines: string[] = []
  const names = Object.keys(summary.tables).sort()
  if (names.length > 0) {
    const table = new Table({
      head: ['Table', dryRun ? 'To add' : 'Added', 'Repeated', 'Rejected'],
      style: { head: [], border: [] },
      colAligns: ['left', 'right', 'right', 'right'],
    })
    for (const name of names) {
      const { added, repeated, rejected } = summary.tables[name]!
      table.push([name || '(none)', grouped(added), grouped(repeated), grouped(rejected)])
    }
    if (names.length > 1) {
      table.push(['All', grouped(summary.added), grouped(summary.repeated), grouped(summary.rejected)])
    }
    lines.push(table.toString())
  }
  if (dryRun) lines.push(...named(summary.sources, (s) => `${s.path}: ${s.records} into ${s.tables.join(', ') || '-'}`))
  const failed = summary.sources.filter((s) => s.error !== undefined)
  lines.push(...named(failed, (s) => s.error!))
  const open = summary.sources.filter((s) => s.unfinished)
  lines.push(...named(open, (s) => `${s.path}: its last line is not finished; read it again later`))
  lines.push(...named(summary.skipped, (path) => `${path}: skipped, its name is not one of JSON or CSV`))
  for (const [table, columns] of Object.entries(summary.unknownColumns)) {
    const all = Object.entries(columns).map(([name, count]) => `${name} (${grouped(count)})`)
    lines.push(`${table} has no column ${all.slice(0, NAMED).join(', ')}${rest(all)}: left out`)
  }
  const left = Object.entries(summary.notMapped ?? {}).sort((a, b) => b[1] - a[1])
  if (left.length > 0) {
    const all = left.map(([what, count]) => `${what} (${grouped(count)})`)
    lines.push(`Windows events without a row in Defender's tables: ${all.slice(0, NAMED).join(', ')}${rest(all)}`)
  }
  if (summary.quarantine) lines.push(`Rejected records with their reasons: ${summary.quarantine}`)
  lines.push(
    `${grouped(summary.added)} records ${dryRun ? 'to add' : 'added'}, ${grouped(summary.repeated)} repeated, ${grouped(summary.rejected)} rejected in ${summary.seconds.toFixed(1)} s`,
  )
  return lines.join('\n')
}

function named<T>(all: readonly T[], show: (one: T) => string): string[] {
  return [...all.slice(0, NAMED).map(show), ...(all.length > NAMED ? [`…${rest(all)}`] : [])]
}

const rest = (all: readonly unknown[]): string => (all.length > NAMED ? ` and ${all.length - NAMED} more` : '')
