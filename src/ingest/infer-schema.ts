/** The columns of a table of one's own, by its first rows: each has the narrowest type that holds all of its values. */
import { KqlError } from '../base/errors.ts'
import type { KqlType } from '../types/kql-type.ts'
import { listSources, readSource, type SourceFile } from './source.ts'
import type { RecordSink } from './source-record.ts'

/** Rows that are looked at. */
const ROWS = 10_000

/** Ends the reading of a file whose rest is not needed. */
class Enough extends Error {}

/** @returns `Name:type, Name:type` @throws KqlError unreadable_input when there is not one row */
export async function inferSchema(paths: readonly string[]): Promise<string> {
  const { files, unreadable } = listSources(paths)
  const columns = await columnsOfRows(files, unreadable[0]?.why)
  return columns.map(({ name, type }) => `${name}:${type}`).join(', ')
}

/** @throws KqlError unreadable_input when there is not one row */
export async function columnsOfRows(
  files: readonly SourceFile[],
  why = 'there is no row in it to learn columns from',
): Promise<{ name: string; type: KqlType }[]> {
  const seen = new Map<string, Set<KqlType>>()
  let rows = 0
  const sink: RecordSink = {
    record({ properties }) {
      for (const [name, value] of Object.entries(properties)) {
        const types = seen.get(name) ?? new Set()
        seen.set(name, types)
        const type = typeOf(value)
        if (type) types.add(type)
      }
      rows++
    },
    reject() {},
    unfinished() {},
    async breathe() {
      if (rows >= ROWS) throw new Enough()
    },
  }
  for (const file of files) {
    // The standard input could not be read a second time.
    if (file.blocks) continue
    try {
      await readSource(file, sink, () => {})
    } catch (error) {
      if (rows >= ROWS) break
      if (!(error instanceof KqlError)) throw error
    }
  }
  if (rows === 0) throw new KqlError('unreadable_input', { path: files[0]?.path ?? '', why })
  // What cannot be said in a schema is left out, and named after the ingest like every unknown column.
  const columns = [...seen].filter(([name]) => name.trim() === name && !/[,:]/.test(name))
  return columns.map(([name, types]) => ({ name, type: common(types) }))
}

/** The type of one value; none for what is absent. */
function typeOf(value: unknown): KqlType | undefined {
  if (value === null || value === undefined || value === '') return undefined
  if (typeof value === 'boolean') return 'bool'
  if (typeof value === 'bigint') return 'long'
  if (typeof value === 'number') return Number.isInteger(value) ? 'long' : 'real'
  if (typeof value === 'object') return 'dynamic'
  const text = String(value)
  if (/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?$/.test(text)) return 'datetime'
  // Of CSV, whose values are all texts. A number that begins with a zero is a name.
  if (/^-?(?:0|[1-9]\d{0,17})$/.test(text)) return 'long'
  if (/^-?(?:0|[1-9]\d*)\.\d+$/.test(text)) return 'real'
  return /^(?:true|false)$/i.test(text) ? 'bool' : 'string'
}

function common(types: ReadonlySet<KqlType>): KqlType {
  const [only = 'string', ...others] = types
  if (others.length === 0) return only
  if (types.has('dynamic')) return 'dynamic'
  return types.size === 2 && types.has('long') && types.has('real') ? 'real' : 'string'
}
