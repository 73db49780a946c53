/** Tables and columns: what exists, for whom. The parser is shown this and nothing else. */
import { KqlError } from '../base/errors.ts'
import { type KqlType, kqlTypes } from '../types/kql-type.ts'
import { defenderTables, unlistedColumns } from './defender-tables.ts'
import { recentColumns } from './recent-columns.ts'

export interface TableColumn {
  readonly name: string
  readonly type: KqlType
  /** The name under which it is stored, where that is another. */
  readonly source?: string
  /** It resolves where a query names it; it is listed neither in a schema nor in the rows of a query that does not. */
  readonly unlisted?: true
  /** The type in the store, where the query sees another. */
  readonly readFrom?: KqlType
}

export interface Table {
  readonly name: string
  readonly columns: readonly TableColumn[]
  /** The column that the time window applies to; absent for state tables. */
  readonly time?: string
  /** Rows belong to devices, so device groups decide who sees them. */
  readonly perDevice: boolean
  /** Set for a courtesy name: the present name, under which the table is stored. */
  readonly formerNameOf?: string
}

export interface Catalog {
  readonly tables: ReadonlyMap<string, Table>
  /** Equal for equal contents: the key under which bound plans are cached. */
  readonly version: string
}

/** The column of its time: of CallActivityEvents alone it has another name. */
const TIMES: readonly string[] = ['Timestamp', 'ActivityTimestamp']

/** Makes a table from its one-line schema, `Name:type, Name:type`. */
export function table(name: string, schema: string): Table {
  const columns = columnsOf(name, schema)
  const times = TIMES.filter((time) => columns.some((c) => c.name === time && c.type === 'datetime'))
  const perDevice = columns.some((c) => c.name === 'DeviceId')
  return { name, columns, ...(times[0] && { time: times[0] }), perDevice }
}

function columnsOf(name: string, schema: string): TableColumn[] {
  return schema.split(',').map((part) => {
    const [column = '', type = ''] = part.split(':').map((s) => s.trim())
    if (!(kqlTypes as readonly string[]).includes(type) || column === '') {
      throw new KqlError('bad_setting', {
        name: `schema of ${name}`,
        why: `'${part.trim()}' is not a column: Name:type`,
      })
    }
    return { name: column, type: type as KqlType }
  })
}

/** A table of Defender's, with what it has beyond the documentation. */
function defenderTable(name: string, schema: string, isCurrent: boolean): Table {
  const { columns, ...rest } = table(name, schema)
  const recent = isCurrent ? [] : (recentColumns[name] ?? [])
  const unlisted = name in unlistedColumns ? columnsOf(name, unlistedColumns[name]!) : []
  return {
    ...rest,
    columns: [
      // Some tables are documented with both; they hold the same, and a record may give one of them alone.
      ...columns.map((c) => ({
        ...c,
        ...(c.name === 'TimeGenerated' && rest.time && { source: rest.time }),
        ...(recent.includes(c.name) && { unlisted: true as const }),
      })),
      ...unlisted.map((c) => ({ ...c, unlisted: true as const })),
    ],
  }
}

/**
 * Defender's tables and the given custom ones; a custom table cannot take a Defender name. `current` are the tables that list
 * their recent columns.
 */
export function catalogOf(custom: readonly Table[] = [], current: readonly string[] = []): Catalog {
  const tables = new Map<string, Table>()
  // The order in which the service lists them, and in which `search` and `union *` take their columns.
  const listed = Object.entries(defenderTables).sort(([a], [b]) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1))
  for (const [name, schema] of listed) tables.set(name, defenderTable(name, schema, current.includes(name)))
  for (const t of custom) {
    if (tables.has(t.name))
      throw new KqlError('bad_setting', { name: `table ${t.name}`, why: 'Defender has a table of this name' })
    tables.set(t.name, t)
  }
  return { tables, version: `${versionOf(custom)}${current.join()}` }
}

const versionOf = (custom: readonly Table[]): string =>
  JSON.stringify(custom.map((t) => [t.name, t.columns.map((c) => [c.name, c.type])]))
