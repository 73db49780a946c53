/** A sink that keeps what a reader finds, and blocks of any size to feed one. */
import type { RecordSink, SourceRecord } from '../../src/ingest/source-record.ts'

export interface Collected extends RecordSink {
  readonly records: SourceRecord[]
  readonly rejects: { line: number; reason: string; text: string }[]
  ends: number
}

export function collector(): Collected {
  const records: SourceRecord[] = []
  const rejects: { line: number; reason: string; text: string }[] = []
  const sink: Collected = {
    records,
    rejects,
    ends: 0,
    record: (r) => void records.push(r),
    reject: (line, reason, text) => void rejects.push({ line, reason, text }),
    unfinished: () => void sink.ends++,
    breathe: async () => {},
  }
  return sink
}

/** The bytes in blocks of one size. */
export async function* blocksOf(content: string | Buffer, size = 1 << 20): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(content)
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}
