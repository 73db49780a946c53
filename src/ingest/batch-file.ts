/** The records of one table in one batch: gathered in memory, then written in the order of their times. */
import { hash } from 'node:crypto'
import { closeSync, openSync, writeSync } from 'node:fs'
import { DELIMITER, NULL } from './field.ts'
import { HASH_BYTES } from './hash-set.ts'

export interface BatchFile {
  readonly rows: number
  readonly bytes: number
  /** Bytes of the longest record. */
  readonly longest: number
  /**
   * Takes a line when its hash is new.
   * @param time ticks, or NULL
   * @param isNew is given the 16 bytes of the hash at an offset
   * @param identity what tells whether the record was here before; without it, the line
   */
  add(
    line: string,
    ingested: string,
    time: string,
    isNew: (bytes: Uint8Array, offset: number) => boolean,
    identity?: string,
  ): boolean
  /** Writes everything into a new file and frees its memory. By time: sorted here the engine need not do it, which takes it longer than the rest. */
  write(path: string): void
  /** 16 bytes a record, in the order of arrival. */
  hashes(): Uint8Array
}

const CHUNK = 1 << 20

export function batchFile(): BatchFile {
  const chunks: Buffer[] = []
  /** The chunk that is being filled, and up to where. */
  let chunk = Buffer.alloc(0)
  let filled = 0
  let bytes = 0
  let longest = 0
  let hashes = Buffer.allocUnsafe(HASH_BYTES * 1024)
  /** By record: its chunk, its place in there, and its time. */
  const places: number[] = []
  const starts: number[] = []
  const ends: number[] = []
  const times: number[] = []

  return {
    get rows() {
      return times.length
    },
    get bytes() {
      return bytes
    },
    get longest() {
      return longest
    },
    add(line, ingested, time, isNew, identity) {
      // UTF-8 takes at most three bytes for each unit of a string.
      const most = line.length * 3 + ingested.length + 2
      if (filled + most > chunk.length) {
        chunk = Buffer.allocUnsafe(Math.max(CHUNK, most))
        chunks.push(chunk)
        filled = 0
      }
      const rows = times.length
      const end = filled + chunk.write(line, filled)
      if ((rows + 1) * HASH_BYTES > hashes.length) hashes = Buffer.concat([hashes, hashes])
      hash('sha1', identity ?? chunk.subarray(filled, end), 'buffer').copy(hashes, rows * HASH_BYTES, 0, HASH_BYTES)
      if (!isNew(hashes, rows * HASH_BYTES)) return false
      places.push(chunks.length - 1)
      starts.push(filled)
      bytes -= filled
      filled = end + chunk.write(`${DELIMITER}${ingested}\n`, end)
      bytes += filled
      longest = Math.max(longest, filled - starts[rows]!)
      ends.push(filled)
      // Not exact to the last digits, which the order inside of a file does not need.
      times.push(time === NULL ? 0 : Number(time))
      return true
    },
    write(path) {
      const order = Uint32Array.from(times.keys()).sort((a, b) => times[a]! - times[b]! || a - b)
      const file = openSync(path, 'wx')
      try {
        const out = Buffer.allocUnsafe(CHUNK)
        let gathered = 0
        for (const row of order) {
          const from = chunks[places[row]!]!
          const start = starts[row]!
          const end = ends[row]!
          if (gathered + end - start > out.length) {
            writeAll(file, out.subarray(0, gathered))
            gathered = 0
          }
          if (end - start > out.length) writeAll(file, from.subarray(start, end))
          else gathered += from.copy(out, gathered, start, end)
        }
        writeAll(file, out.subarray(0, gathered))
      } finally {
        closeSync(file)
        chunks.length = 0
      }
    },
    hashes: () => hashes.subarray(0, times.length * HASH_BYTES),
  }
}

function writeAll(file: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at)
}
