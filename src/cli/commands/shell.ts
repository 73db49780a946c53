/** `harrier shell`: query after query on a store, with completion and a history. */
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Command, Option } from 'commander'
import { anonymous } from '../../access/access.ts'
import { KqlError } from '../../base/errors.ts'
import { lineAndColumn } from '../../base/span.ts'
import type { QueryService } from '../../query/query-service.ts'
import { createServices } from '../../services.ts'
import { formats } from '../formats/index.ts'
import { grouped } from '../grouped.ts'
import { paged } from '../pager.ts'
import { configOf, QUERY_SETTINGS, type SetStatus, withSettings } from '../settings.ts'

const HISTORY = join(homedir(), '.harrier_history')
/** Lines of it that are read. */
const REMEMBERED = 1000

const HELP = `A query ends with an empty line or a semicolon; Tab completes. Ctrl-C drops what is written, or stops a query.
  .tables          tables with rows, newest first
  .schema TABLE    its columns
  .format NAME     ${Object.keys(formats).join(', ')}
  .exit            ends the shell, as Ctrl-D does`

export function shellCommand(setStatus: SetStatus): Command {
  const command = new Command('shell')
    .description('Asks a store one query after the other, with completion and a history.')
    .addOption(new Option('--format <name>', 'How rows are printed.').choices(Object.keys(formats)).default('table'))
  return withSettings(command, QUERY_SETTINGS).action(async ({ format, ...options }) => {
    const services = await createServices({ ...configOf(options), spareProcesses: 0 })
    try {
      await services.query.ready()
      await shell(services.query, format as keyof typeof formats)
    } finally {
      await services.close()
    }
    setStatus(0)
  })
}

async function shell(query: QueryService, first: keyof typeof formats): Promise<void> {
  let format = first
  let written: string[] = []
  let running: AbortController | undefined
  const isTerminal = process.stdin.isTTY === true
  const remembered = existsSync(HISTORY)
    ? readFileSync(HISTORY, 'utf8').split('\n').filter(Boolean).slice(-REMEMBERED)
    : []
  const lines = createInterface({
    input: process.stdin,
    output: isTerminal ? process.stdout : undefined,
    terminal: isTerminal,
    history: remembered.reverse(),
    prompt: 'harrier> ',
    completer: (line: string, done: (error: null, result: [string[], string]) => void) => {
      const before = written.map((l) => `${l}\n`).join('')
      const text = before + line
      query.complete({ text, position: text.length, principal: anonymous }).then(
        ({ start, items }) => done(null, [items.slice(0, 200), text.slice(start)]),
        () => done(null, [[], line]),
      )
    },
  })
  const prompt = () => {
    lines.setPrompt(written.length === 0 ? 'harrier> ' : '      -> ')
    if (isTerminal) lines.prompt()
  }
  const ask = async (text: string) => {
    running = new AbortController()
    try {
      const result = await query.run({ text, principal: anonymous, format: 'plain', signal: running.signal })
      for (const hint of result.hints ?? []) console.error(`Hint: ${hint}`)
      await paged((out) => formats[format](result, out))
    } catch (error) {
      console.error(error instanceof KqlError ? sentenceOf(error, text) : error)
    } finally {
      running = undefined
    }
  }
  const command = async (line: string) => {
    const [name, argument = ''] = line.trim().split(/\s+/)
    const tables = await query.tables(anonymous)
    if (name === '.tables') {
      for (const t of tables.filter((t) => (t.rows ?? 0) > 0)) console.log(`${t.name}  ${grouped(t.rows!)}`)
    } else if (name === '.schema') {
      const found = tables.find((t) => t.name.toLowerCase() === argument.toLowerCase())
      if (!found) console.error(`There is no table named '${argument}'.`)
      for (const c of found?.columns ?? []) console.log(`${c.name}: ${c.type}`)
    } else if (name === '.format' && argument in formats) format = argument as keyof typeof formats
    else if (name === '.exit') lines.close()
    else console.log(HELP)
  }
  lines.on('SIGINT', () => {
    if (running) running.abort()
    else {
      written = []
      console.log()
      prompt()
    }
  })
  if (isTerminal) console.log(`${HELP}\n`)
  prompt()
  for await (const line of lines) {
    if (isTerminal && line.trim() !== '') appendFileSync(HISTORY, `${line}\n`, { mode: 0o600 })
    if (written.length === 0 && line.startsWith('.')) await command(line)
    else if (line.trim() !== '' && !line.trimEnd().endsWith(';')) written.push(line)
    else {
      const text = [...written, line].join('\n').trim().replace(/;$/, '')
      written = []
      if (text !== '') await ask(text)
    }
    prompt()
  }
  // What was begun before the end counts: a file that is piped in need not end with an empty line.
  if (written.length > 0) await ask(written.join('\n'))
}

/** With its place, and the line that it stands in. */
function sentenceOf(error: KqlError, text: string): string {
  if (!error.span) return error.message
  const { line, column } = lineAndColumn(text, error.span.start)
  const source = text.split('\n')[line - 1] ?? ''
  return `${error.message}\n  ${source}\n  ${' '.repeat(column - 1)}^ line ${line}, column ${column}`
}
