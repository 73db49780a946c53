/** Which table a record belongs to: by the name it gives, or by the name of its file. */
import { KqlError } from '../base/errors.ts'
import { catalogOf, type Table, table } from '../catalog/catalog.ts'

export interface Tables {
  /** @throws KqlError unknown_table, which names the closest one */
  named(name: string): Table
  /** The table that a file is named after (`DeviceEvents.csv`, `DeviceEvents-2024.ndjson.gz`), or its folder. */
  ofFile(path: string): Table | undefined
  /** The table of Defender's that has nearly all of these columns, and of those the one with fewest others. */
  ofColumns(names: readonly string[]): Table | undefined
}

/** Columns that rows must share with a table before they are taken for its own, and the share of theirs. */
const FEWEST_COLUMNS = 5
const MOST_OF = 0.8

export function tablesOf(custom: readonly Table[]): Tables {
  const { tables } = catalogOf(custom)
  const byLowerCase = new Map([...tables.values()].map((t) => [t.name.toLowerCase(), t]))
  return {
    named(name) {
      const found = tables.get(name) ?? byLowerCase.get(name.toLowerCase())
      if (found) return found
      const closest = closestName(name, [...tables.keys()])
      throw new KqlError('unknown_table', { name, ...(closest && { closest }) })
    },
    ofFile(path) {
      const [file = '', folder = ''] = path.split(/[\\/]/).reverse()
      return ofName(file, byLowerCase) ?? ofName(folder, byLowerCase)
    },
    ofColumns(names) {
      const fitting = [...tables.values()]
        .map((t) => ({ table: t, known: names.filter((n) => t.columns.some((c) => c.name === n)).length }))
        .filter(({ known }) => known >= FEWEST_COLUMNS && known >= names.length * MOST_OF)
        .sort((a, b) => b.known - a.known || a.table.columns.length - b.table.columns.length)
      const [best, second] = fitting
      // Tables of one shape cannot be told apart.
      const alike = second?.known === best?.known && second?.table.columns.length === best?.table.columns.length
      return alike ? undefined : best?.table
    },
  }
}

/** The longest table name that a name begins with, up to something that is neither letter nor digit; else any word of it. */
function ofName(name: string, byLowerCase: ReadonlyMap<string, Table>): Table | undefined {
  const lower = name.toLowerCase()
  for (let end = lower.length; end > 0; end--) {
    if (/[a-z0-9]/.test(lower[end] ?? '')) continue
    const found = byLowerCase.get(lower.slice(0, end))
    if (found) return found
  }
  for (const word of lower.split(/[^a-z0-9]+/)) {
    const found = byLowerCase.get(word)
    if (found) return found
  }
  return undefined
}

/** A custom table's schema as a person writes it, checked. @throws KqlError bad_setting */
export function declareTable(name: string, schema: string): Table {
  if (!/^[A-Za-z_][A-Za-z0-9_]{0,127}$/.test(name)) {
    throw new KqlError('bad_setting', { name: 'table', why: `'${name}' is not a name of letters, digits and _` })
  }
  const declared = table(name, schema.trim().replace(/^\((.*)\)$/s, '$1'))
  const names = declared.columns.map((c) => c.name)
  const twice = names.find((n, i) => names.indexOf(n) !== i)
  if (twice) throw new KqlError('bad_setting', { name: `schema of ${name}`, why: `'${twice}' is there twice` })
  // Refuses the names of Defender's tables.
  catalogOf([declared])
  return declared
}

export const schemaText = (t: Table): string => t.columns.map((c) => `${c.name}:${c.type}`).join(', ')

/** The name that is fewest changes away, if those are few for its length. */
function closestName(name: string, all: readonly string[]): string | undefined {
  let best: { name: string; distance: number } | undefined
  for (const candidate of all) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase())
    if (!best || distance < best.distance) best = { name: candidate, distance }
  }
  return best && best.distance <= Math.max(2, name.length / 2) ? best.name : undefined
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(next[j - 1]! + 1, row[j]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)))
    }
    row = next
  }
  return row[b.length]!
}
