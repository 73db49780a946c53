/** A store's tables as Parquet files for other programs. */
import { mkdirSync, renameSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { KqlError } from '../base/errors.ts'
import { catalogOf } from '../catalog/catalog.ts'
import type { Segment } from '../store/snapshot.ts'
import { wholeSnapshot } from '../store/store.ts'
import { startSegmentProcess } from './segment-process.ts'

export interface ExportedTable {
  readonly table: string
  /** Absolute path. */
  readonly file: string
  readonly rows: number
  readonly bytes: number
}

const MEMORY_MB = 2048

/**
 * One file a table, sorted by time, of one moment of the store; nothing is locked. Times are timestamps (nanoseconds, or microseconds
 * where one needs it), timespans ticks (BIGINT), dynamics JSON text.
 * @param tables names; none = all that have rows
 * @throws KqlError unknown_table, bad_setting
 */
export async function exportStore(
  store: string,
  folder: string,
  tables: readonly string[],
  progress: (table: string) => void = () => {},
): Promise<readonly ExportedTable[]> {
  const snapshot = wholeSnapshot(store)
  const catalog = catalogOf(snapshot.custom).tables
  for (const name of tables) if (!catalog.has(name)) throw new KqlError('unknown_table', { name })
  const names = tables.length > 0 ? tables : [...catalog.keys()].filter((t) => snapshot.segments(t).length > 0)
  const target = resolve(folder)
  const temporary = join(target, '.harrier-export')
  mkdirSync(temporary, { recursive: true })
  const engine = startSegmentProcess(join(temporary, 'engine'), MEMORY_MB)
  const exported: ExportedTable[] = []
  try {
    for (const table of names) {
      progress(table)
      const segments = snapshot.segments(table)
      if (segments.length === 0) continue
      const [output, file] = [join(temporary, `${table}.parquet`), join(target, `${table}.parquet`)]
      const rows = segments.reduce((sum, s) => sum + s.rows, 0)
      const time = catalog.get(table)?.time
      const { bytes } = await engine.write({
        kind: 'export',
        groups: groupsOf(segments),
        output,
        rows,
        ...(time && { sortBy: time }),
      })
      // A file that is there is whole.
      renameSync(output, file)
      exported.push({ table, file, rows, bytes })
    }
    return exported
  } finally {
    engine.close()
    rmSync(temporary, { recursive: true, force: true })
  }
}

function groupsOf(segments: readonly Segment[]) {
  const groups = new Map<string, { inputs: string[]; columns: Segment['columns'] }>()
  for (const s of segments) {
    const key = JSON.stringify(s.columns)
    const group = groups.get(key) ?? { inputs: [], columns: s.columns }
    groups.set(key, group)
    group.inputs.push(s.path)
  }
  return [...groups.values()]
}
