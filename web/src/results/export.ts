/** Rows as CSV, JSON and Markdown. Text of telemetry can be hostile: a spreadsheet must not take it for a formula. */
import type { Column } from '../api/api.ts'
import type { Row } from '../api/rows-reader.ts'

/** A value as text: bags and arrays as JSON. */
export function textOf(value: unknown): string {
  if (value === null || value === undefined) return ''
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** Spreadsheets run what begins like this; a quote before it makes it text (OWASP, CSV injection). */
const FORMULA = /^[=+\-@\t\r]/

function csvField(value: unknown): string {
  const text = textOf(value)
  const safe = typeof value === 'string' && FORMULA.test(text) && !/^-?\d+(?:\.\d+)?$/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

export function toCsv(columns: readonly Column[], rows: readonly Row[]): string {
  const head = columns.map((c) => csvField(c.name)).join(',')
  return [head, ...rows.map((row) => columns.map((c) => csvField(row[c.name])).join(','))].join('\r\n')
}

export const toJson = (rows: readonly Row[]): string => JSON.stringify(rows, null, 2)

export function toMarkdown(columns: readonly Column[], rows: readonly Row[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((c) => c.replaceAll('\\', '\\\\').replaceAll('|', '\\|').replaceAll(/\r?\n/g, ' ').replaceAll('<', '&lt;')).join(' | ')} |`
  return [
    line(columns.map((c) => c.name)),
    line(columns.map(() => '---')),
    ...rows.map((row) => line(columns.map((c) => textOf(row[c.name])))),
  ].join('\n')
}

export function download(name: string, type: string, content: BlobPart): void {
  const url = URL.createObjectURL(new Blob([content], { type }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 1000)
}
