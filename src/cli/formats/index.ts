/** How the command line prints an answer: a table for people, CSV, JSON and JSON lines for programs. */
import type { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import Table from 'cli-table3'
import type { Column } from '../../plan/nodes.ts'
import type { QueryAnswer } from '../../query/query-service.ts'
import { type Dynamic, parseJson, printJson } from '../../types/dynamic.ts'

type Format = (result: QueryAnswer, out: Writable) => Promise<void>

export const formats = {
  table: printTable,
  json: async ({ answer }, out) => {
    out.write('[')
    await pipeline(answer.stream(), out, { end: false })
    out.write(']\n')
  },
  csv: async (result, out) => {
    out.write(`${result.columns.map((c) => csvField(c.name)).join(',')}\n`)
    for (const row of await rowsOf(result))
      out.write(`${result.columns.map((c) => csvField(cell(row, c))).join(',')}\n`)
  },
  ndjson: async (result, out) => {
    for (const row of await rowsOf(result)) out.write(`${printJson(row)}\n`)
  },
} satisfies Record<string, Format>

/** The whole answer: it is at most as large as the size limit. */
async function rowsOf({ answer }: QueryAnswer): Promise<readonly ReadonlyMap<string, Dynamic>[]> {
  const chunks: Buffer[] = []
  for await (const chunk of answer.stream()) chunks.push(chunk as Buffer)
  return parseJson(`[${Buffer.concat(chunks).toString()}]`) as unknown as readonly ReadonlyMap<string, Dynamic>[]
}

function cell(row: ReadonlyMap<string, Dynamic>, column: Column): string {
  const value = row.get(column.name) ?? null
  if (value === null) return ''
  return typeof value === 'string' ? value : printJson(value)
}

/** A field that a spreadsheet would take for a formula is preceded by an apostrophe. */
function csvField(text: string): string {
  const safe = /^[=+@\t\r]|^-(?!\d)/.test(text) ? `'${text}` : text
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** Characters of a cell beyond which it is cut. */
const CELL_WIDTH = 60
/** Control characters in data must not steer the terminal. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\x00-\x1f\x7f-\x9f]/g

async function printTable(result: QueryAnswer, out: Writable): Promise<void> {
  const rows = await rowsOf(result)
  const table = new Table({ head: result.columns.map((c) => c.name), style: { head: [], border: [] } })
  for (const row of rows) {
    table.push(
      result.columns.map((c) => {
        const text = cell(row, c).replace(CONTROL, ' ')
        return text.length > CELL_WIDTH ? `${text.slice(0, CELL_WIDTH - 1)}…` : text
      }),
    )
  }
  if (result.columns.length > 0 && rows.length > 0) out.write(`${table.toString()}\n`)
  out.write(`${rows.length} ${rows.length === 1 ? 'row' : 'rows'} in ${result.seconds.toFixed(2)} s\n`)
}
