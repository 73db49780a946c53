/** Tables read in place: folders of Parquet, CSV or NDJSON files that stay where they are and are never written. */
import { statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { type FileMetaData, parquetMetadataAsync, parquetSchema, type SchemaElement } from 'hyparquet'
import { asyncBufferFromFile } from 'hyparquet/src/node.js'
import { KqlError } from '../base/errors.ts'
import { catalogOf, type Table, table } from '../catalog/catalog.ts'
import type { Segment, SegmentColumn, SegmentFormat, Snapshot } from '../store/snapshot.ts'
import type { KqlType } from '../types/kql-type.ts'
import { columnsOfRows } from './infer-schema.ts'
import { listSources, type SourceFile } from './source.ts'

export interface Attached {
  /** Absolute folders that the engine must be able to read. */
  readonly folders: readonly string[]
  /** The snapshot with the attached tables added; folders are looked at anew when the last look is a second old. */
  over(snapshot: Snapshot): Promise<Snapshot>
}

const LOOK_MS = 1000
const FORMATS: Readonly<Record<string, SegmentFormat | 'parquet'>> = {
  parquet: 'parquet',
  csv: 'csv',
  tsv: 'tsv',
  ndjson: 'ndjson',
  jsonl: 'ndjson',
  json: 'json',
}

const { tables: DEFENDER } = catalogOf()

interface Attachment {
  readonly name: string
  readonly path: string
}

/** A file as it was read last. */
interface Known {
  readonly stamp: string
  readonly segment: Segment
}

/**
 * @param setting `Name=PATH, Name=PATH`: a folder with everything below it, a pattern, or a file. A Defender table keeps its
 *   columns, and the rows of the files are added to its own; any other name is a table with the columns that its files have.
 * @param complain is told once of each file that cannot be read; it is left out
 * @throws KqlError bad_setting
 */
export function attachTables(setting: string, complain: (what: string) => void): Attached {
  const attachments = readSetting(setting)
  const known = new Map<string, Known>()
  const refused = new Map<string, string>()
  let changes = 0
  let looked = Number.NEGATIVE_INFINITY
  let current: { segments: Map<string, Segment[]>; custom: Table[] } = { segments: new Map(), custom: [] }
  let looking: Promise<void> | undefined

  async function look(): Promise<void> {
    const segments = new Map<string, Segment[]>()
    const paths = new Set<string>()
    for (const { name, path } of attachments) {
      const own = segments.get(name) ?? []
      segments.set(name, own)
      for (const file of listSources([path]).files) {
        const absolute = resolve(file.path)
        paths.add(absolute)
        const segment = await segmentOf(name, { ...file, path: absolute })
        if (segment) own.push(segment)
      }
    }
    for (const path of known.keys()) {
      if (paths.has(path)) continue
      known.delete(path)
      changes++
    }
    current = { segments, custom: customTables(segments) }
    looked = performance.now()
  }

  async function segmentOf(name: string, file: SourceFile): Promise<Segment | undefined> {
    const stamp = `${file.bytes} ${file.changed}`
    const before = known.get(file.path)
    if (before?.stamp === stamp) return before.segment
    if (refused.get(file.path) === stamp) return undefined
    try {
      const segment = await readSegment(name, file)
      known.set(file.path, { stamp, segment })
      changes++
      return segment
    } catch (error) {
      refused.set(file.path, stamp)
      complain(`${file.path}: ${error instanceof Error ? error.message : String(error)}`)
      return undefined
    }
  }

  return {
    folders: attachments.map(({ path }) => folderOf(path)),
    async over(snapshot) {
      if (attachments.length === 0) return snapshot
      if (performance.now() - looked > LOOK_MS) {
        looking ??= look().finally(() => {
          looking = undefined
        })
        await looking
      }
      const { segments, custom } = current
      const stored = new Set(snapshot.custom.map((t) => t.name))
      const twice = custom.find((t) => stored.has(t.name))
      if (twice) throw new KqlError('bad_setting', { name: 'attach', why: `the store has a table ${twice.name}` })
      return {
        version: snapshot.version + changes,
        custom: [...snapshot.custom, ...custom],
        segments: (name) => [...snapshot.segments(name), ...(segments.get(name) ?? [])],
        leftOut: snapshot.leftOut,
      }
    },
  }
}

function readSetting(setting: string): Attachment[] {
  return setting
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => {
      const [, name = '', path = ''] = /^([A-Za-z_]\w*)\s*=\s*(.+)$/.exec(part) ?? []
      const bad = (why: string) => new KqlError('bad_setting', { name: 'attach', why })
      if (path === '') throw bad(`'${part}' is not TABLE=FOLDER`)
      const { files, unreadable } = listSources([path])
      if (unreadable[0]) throw bad(`${path} cannot be read: ${unreadable[0].why}`)
      if (files.length === 0) throw bad(`${path} holds no file of data`)
      return { name, path }
    })
}

/** The folder that holds all that a path may name: of a pattern, the part before its first wildcard. */
function folderOf(path: string): string {
  const whole = resolve(path)
  if (statSync(whole, { throwIfNoEntry: false })?.isDirectory()) return whole
  return dirname(whole.replace(/[*?[{(!].*$/, 'x'))
}

/** Tables of one's own have the columns of their files; where two files disagree on a type, it is text. */
function customTables(segments: ReadonlyMap<string, readonly Segment[]>): Table[] {
  return [...segments]
    .filter(([name, files]) => !DEFENDER.has(name) && files.length > 0)
    .map(([name, files]) => {
      const columns = new Map<string, KqlType>()
      for (const column of files.flatMap((f) => f.columns)) {
        const type = columns.get(column.name) ?? column.type
        columns.set(column.name, type === column.type ? type : 'string')
      }
      return table(name, [...columns].map(([column, type]) => `${column}:${type}`).join(', '))
    })
}

/** @throws Error when the file is none that can be read in place */
async function readSegment(name: string, file: SourceFile): Promise<Segment> {
  const extension = /\.([a-z]+)(?:\.gz)?$/i.exec(file.path)?.[1]?.toLowerCase() ?? ''
  const format = FORMATS[extension]
  const bytes = file.bytes ?? 0
  if (format === undefined) throw new Error('only .parquet, .csv, .tsv, .ndjson, .jsonl and .json files are attached')
  if (format === 'parquet') {
    const metadata = await parquetMetadataAsync(await asyncBufferFromFile(file.path))
    return { path: file.path, rows: Number(metadata.num_rows), bytes, columns: parquetColumns(metadata) }
  }
  const defender = DEFENDER.get(name)
  const columns = (await columnsOfRows([file])).map(
    (c): SegmentColumn => ({
      ...c,
      type: defender?.columns.find((d) => d.name === c.name)?.type ?? c.type,
      storedAs: 'text',
    }),
  )
  return { path: file.path, format, rows: 0, bytes, columns }
}

const parquetColumns = (metadata: FileMetaData): SegmentColumn[] =>
  parquetSchema(metadata)
    .children.filter(({ element: { name } }) => name.trim() === name && !/[,:]/.test(name))
    .map(({ element, children }): SegmentColumn => {
      if (children.length > 0) return { name: element.name, type: 'dynamic', storedAs: 'nested' }
      const type = typeOf(element)
      return {
        name: element.name,
        type,
        storedAs: type === 'datetime' ? 'time' : type === 'string' ? 'text' : 'native',
      }
    })

/** Whole numbers are longs, as nobody's files say how Kusto would have them. */
function typeOf({ type, converted_type: converted, logical_type: logical }: SchemaElement): KqlType {
  if (logical?.type === 'TIMESTAMP' || /^TIMESTAMP|^DATE$/.test(converted ?? '') || type === 'INT96') return 'datetime'
  if (logical?.type === 'UUID') return 'string'
  if (type === 'BOOLEAN') return 'bool'
  if (converted === 'DECIMAL' || logical?.type === 'DECIMAL') return 'string'
  if (type === 'INT32' || type === 'INT64') return converted === 'UINT_64' ? 'string' : 'long'
  return type === 'FLOAT' || type === 'DOUBLE' ? 'real' : 'string'
}
