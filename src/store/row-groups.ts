/** Which row groups of a segment a range of time touches, by the statistics in the file itself. */
import { parquetMetadataAsync } from 'hyparquet'
import { asyncBufferFromFile } from 'hyparquet/src/node.js'
import { UNIX_EPOCH_TICKS } from '../types/datetime.ts'
import type { Segment } from './snapshot.ts'

export interface RowGroups {
  readonly total: number
  readonly read: number
  /** Rows of those that are read. */
  readonly rows: number
}

/** Ticks, whichever of the two forms a time column has. */
const parsers = {
  dateFromDays: (days: number) => BigInt(days) * 864_000_000_000n + UNIX_EPOCH_TICKS,
  timestampFromMilliseconds: (value: bigint) => value * 10_000n + UNIX_EPOCH_TICKS,
  timestampFromMicroseconds: (value: bigint) => value * 10n + UNIX_EPOCH_TICKS,
  timestampFromNanoseconds: (value: bigint) => value / 100n + UNIX_EPOCH_TICKS,
}

/**
 * @param time the table's time column; without it all are read
 * @param range ticks, both ends inclusive
 */
export async function rowGroups(
  segment: Segment,
  time: string | undefined,
  range: { readonly from?: string; readonly to?: string } | undefined,
): Promise<RowGroups> {
  // Text has no statistics: it is read as a whole.
  if (segment.format !== undefined) return { total: 1, read: 1, rows: segment.rows }
  const metadata = await parquetMetadataAsync(await asyncBufferFromFile(segment.path), { parsers })
  const from = range?.from === undefined ? undefined : BigInt(range.from)
  const to = range?.to === undefined ? undefined : BigInt(range.to)
  const touched = metadata.row_groups.filter((group) => {
    const column = group.columns.find((c) => c.meta_data?.path_in_schema[0] === time)
    const { min_value: min, max_value: max } = column?.meta_data?.statistics ?? {}
    if (typeof min !== 'bigint' || typeof max !== 'bigint') return true
    return (from === undefined || max >= from) && (to === undefined || min <= to)
  })
  const rows = touched.reduce((sum, group) => sum + Number(group.num_rows), 0)
  return { total: metadata.row_groups.length, read: touched.length, rows }
}
