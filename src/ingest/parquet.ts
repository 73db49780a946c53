/** Reader of Parquet files with a table's column names, a row group at a time. */
import { parquetMetadataAsync, parquetReadObjects } from 'hyparquet'
import { asyncBufferFromFile } from 'hyparquet/src/node.js'
import { compressors } from 'hyparquet-compressors'
import type { Properties, RecordSink } from './source-record.ts'

/** Rows between two moments in which a batch may be written. */
const PIECE = 2000

/** Times keep their nanoseconds, which a Date would lose. */
const parsers = {
  timestampFromMilliseconds: (value: bigint) => isoOf(value * 1_000_000n),
  timestampFromMicroseconds: (value: bigint) => isoOf(value * 1000n),
  timestampFromNanoseconds: isoOf,
  dateFromDays: (days: number) => isoOf(BigInt(days) * 86_400_000_000_000n),
}

function isoOf(nanoseconds: bigint): string {
  const second = 1_000_000_000n
  const fraction = ((nanoseconds % second) + second) % second
  const whole = new Date(Number((nanoseconds - fraction) / 1_000_000n)).toISOString().slice(0, 19)
  // Ticks have seven digits.
  return `${whole}.${String(fraction).padStart(9, '0').slice(0, 7)}Z`
}

/** @param read is told the bytes of each row group that was read */
export async function readParquet(path: string, sink: RecordSink, read: (bytes: number) => void): Promise<void> {
  const file = await asyncBufferFromFile(path)
  const metadata = await parquetMetadataAsync(file, { parsers })
  let line = 0
  for (const group of metadata.row_groups) {
    const rowStart = line
    const rowEnd = rowStart + Number(group.num_rows)
    const rows = await parquetReadObjects({ file, metadata, rowStart, rowEnd, compressors, parsers })
    read(Number(group.total_compressed_size ?? 0n))
    for (const row of rows) {
      sink.record({ properties: row as Properties, exact: false, line: ++line, text: '' })
      if (line % PIECE === 0) await sink.breathe()
    }
    await sink.breathe()
  }
}

export const isParquet = (start: Buffer): boolean => start.subarray(0, 4).toString('latin1') === 'PAR1'
