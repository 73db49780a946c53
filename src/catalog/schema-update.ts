/** Brings Defender's tables up to date with their documentation: for `npm run schema`, which writes defender-tables.ts. */
import { type KqlType, kqlTypes } from '../types/kql-type.ts'

/** Table → one-line schema, as defender-tables.ts has them. */
export type Schemas = Readonly<Record<string, string>>

/** Column → type, in the documentation's order. */
export type Columns = ReadonlyMap<string, KqlType>

export interface TableChange {
  readonly table: string
  /** The table itself is new. */
  readonly isNew: boolean
  readonly added: readonly string[]
  /** No longer documented: they become unlisted, as a store may hold them and queries name them. */
  readonly gone: readonly string[]
  readonly retyped: readonly string[]
}

export interface SchemaUpdate {
  readonly changes: readonly TableChange[]
  readonly listed: Schemas
  readonly unlisted: Schemas
  /** Tables that the sources say nothing of; they stay as they are. */
  readonly untold: readonly string[]
}

/** What the tables' own pages lack. */
const CORRECTIONS: Readonly<Record<string, Readonly<Record<string, KqlType>>>> = {
  // The pages of the functions that read it have it.
  BehaviorInfo: { Insights: 'string' },
}

const OTHER_NAMES: Readonly<Record<string, KqlType>> = {
  boolean: 'bool',
  'nullable bool': 'bool',
  integer: 'int',
  double: 'real',
  enum: 'string',
  object: 'dynamic',
}

function typeOf(written: string, where: string): KqlType {
  const name = written.trim().toLowerCase()
  const type = OTHER_NAMES[name] ?? kqlTypes.find((t) => t === name)
  if (!type) throw new Error(`${where} is documented as '${written}', which is no type of KQL`)
  return type
}

/** `{"Table": [{"name": …, "type": …}]}` */
export function tablesOfJson(text: string): Map<string, Columns> {
  const tables = JSON.parse(text) as Record<string, readonly { readonly name: string; readonly type: string }[]>
  return new Map(
    Object.entries(tables).map(([table, columns]) => [
      table,
      new Map(columns.map((c) => [c.name, typeOf(c.type, `${table}.${c.name}`)])),
    ]),
  )
}

const PAGE = /advanced-hunting-(\w+)-table\.md$/

export const isTablePage = (path: string): boolean => PAGE.test(path)

/** A page of the documentation, `advanced-hunting-emailevents-table.md`; undefined when it has no table of columns. */
export function tableOfPage(path: string, text: string): readonly [table: string, columns: Columns] | undefined {
  const lower = PAGE.exec(path)?.[1] ?? ''
  const spellings = text.match(new RegExp(`\\b${lower}\\b`, 'gi')) ?? []
  const table = spellings.find((name) => name !== lower)
  const lines = text.split(/\r?\n/)
  const start = lines.findIndex((line) => /^\|\s*Column name\s*\|\s*Data type\s*\|/i.test(line))
  if (table === undefined || start < 0) return undefined
  const columns = new Map<string, KqlType>()
  for (const line of lines.slice(start + 2)) {
    const [, name, type] = /^\|([^|]*)\|([^|]*)\|/.exec(line) ?? []
    if (name === undefined || type === undefined) break
    // Beside the name: stars of footnotes, and "(Preview)".
    const [column] = /\w+/.exec(name) ?? []
    if (column !== undefined) columns.set(column, typeOf(type.replaceAll('`', ''), `${table}.${column}`))
  }
  return [table, columns]
}

/** What the documentation makes of the catalogue. */
export function updateSchemas(
  listed: Schemas,
  unlisted: Schemas,
  documented: ReadonlyMap<string, Columns>,
): SchemaUpdate {
  const changes: TableChange[] = []
  const newListed = { ...listed }
  const newUnlisted = { ...unlisted }
  for (const [table, told] of documented) {
    const columns = corrected(table, told)
    const present = parse(listed[table] ?? '')
    const added = [...columns].filter(([name]) => !present.has(name))
    const gone = [...present].filter(([name]) => !columns.has(name))
    const retyped = [...columns].filter(([name, type]) => present.has(name) && present.get(name) !== type)
    const beside = [...parse(unlisted[table] ?? ''), ...gone].filter(([name]) => !columns.has(name))
    newListed[table] = written(columns)
    if (beside.length > 0) newUnlisted[table] = written(beside)
    else delete newUnlisted[table]
    if (added.length + gone.length + retyped.length === 0) continue
    changes.push({
      table,
      isNew: !(table in listed),
      added: added.map(([name, type]) => `${name}:${type}`),
      gone: gone.map(([name, type]) => `${name}:${type}`),
      retyped: retyped.map(([name, type]) => `${name}:${present.get(name)} → ${type}`),
    })
  }
  const untold = Object.keys(listed).filter((table) => !documented.has(table))
  return { changes, listed: newListed, unlisted: newUnlisted, untold }
}

const corrected = (table: string, told: Columns): Columns =>
  new Map([...told, ...Object.entries(CORRECTIONS[table] ?? {})])

const written = (columns: Iterable<readonly [string, string]>): string =>
  [...columns].map(([name, type]) => `${name}:${type}`).join(', ')

const parse = (schema: string): Map<string, string> =>
  new Map(
    schema
      .split(', ')
      .filter((part) => part !== '')
      .map((part) => part.split(':') as [string, string]),
  )

/** The text of defender-tables.ts, which the formatter has yet to see. */
export const sourceOf = (listed: Schemas, unlisted: Schemas): string => `/**
 * Defender's tables as data, written by \`npm run schema\` from the documentation: table → its columns, in the order that the
 * service lists them.
 */

export const defenderTables: Readonly<Record<string, string>> = ${recordOf(listed)}

/** Columns that the portal has without documenting them, and those that are no longer documented. */
export const unlistedColumns: Readonly<Record<string, string>> = ${recordOf(unlisted)}
`

const recordOf = (schemas: Schemas): string =>
  `{\n${Object.entries(schemas)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([table, schema]) => `  ${table}:\n${linesOf(schema)},\n`)
    .join('')}}`

/** String literals of some hundred characters, broken after commas. */
function linesOf(schema: string): string {
  const lines = ['']
  for (const part of schema.split(/(?<=, )/)) {
    if (lines.at(-1)!.length + part.length > 105) lines.push('')
    lines[lines.length - 1] += part
  }
  return lines.map((line) => `    '${line}'`).join(' +\n')
}
