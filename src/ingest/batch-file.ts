/** The records of one table in one batch: gathered in memory, then written in the order of their times. */
import { hash } from 'node:crypto'
import { closeSync, openSync, writeSync } from 'node:fs'
import { DELIMITER, NULL } from './field.ts'
import { HASH_BYTES } from './hash-set.ts'

/** What a record becomes: its fields, without the ingestion time and the line feed. */
export interface Line {
  /** Bytes that it may take. */
  readonly most: number
  /** Writes it at a place. @returns its end */
  write(out: Buffer, at: number): number
}

/** A line as text. */
export const textLine = (text: string): Line => ({
  // UTF-8 takes at most three bytes for each unit of a string.
  most: text.length * 3,
  write: (out, at) => at + out.write(text, at),
})

/** A line that is encoded already; the bytes are read before anything else happens. */
export const bytesLine = (bytes: Uint8Array): Line => ({
  most: bytes.length,
  write(out, at) {
    out.set(bytes, at)
    return at + bytes.length
  },
})

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
    line: Line,
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
  /** Memory of which the beginning is filled with lines, one behind the other. */
  const chunks: { readonly bytes: Buffer; filled: number }[] = []
  let chunk = { bytes: Buffer.alloc(0), filled: 0 }
  let bytes = 0
  let longest = 0
  let hashes = Buffer.allocUnsafe(HASH_BYTES * 1024)
  /** By record: its chunk, its place in there, and its time. */
  const places: number[] = []
  const starts: number[] = []
  const ends: number[] = []
  const times: number[] = []

  /** Most telemetry comes in the order of its times, and lies in the chunks as it is to be written. */
  const writeChunks = (file: number): void => {
    for (const { bytes, filled } of chunks) writeAll(file, bytes.subarray(0, filled))
  }
  const writeSorted = (file: number): void => {
    const order = Uint32Array.from(times.keys()).sort((a, b) => times[a]! - times[b]! || a - b)
    const out = Buffer.allocUnsafe(CHUNK)
    let gathered = 0
    for (const row of order) {
      const from = chunks[places[row]!]!.bytes
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
  }

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
      const room = line.most + ingested.length + 2
      if (chunk.filled + room > chunk.bytes.length) {
        chunk = { bytes: Buffer.allocUnsafe(Math.max(CHUNK, room)), filled: 0 }
        chunks.push(chunk)
      }
      const rows = times.length
      const start = chunk.filled
      const out = chunk.bytes
      let end = line.write(out, start)
      if ((rows + 1) * HASH_BYTES > hashes.length) hashes = Buffer.concat([hashes, hashes])
      // As a text with a character a byte: a Buffer for each hash takes half as long again (measured).
      hashes.write(
        hash('sha1', identity ?? out.subarray(start, end), 'binary'),
        rows * HASH_BYTES,
        HASH_BYTES,
        'latin1',
      )
      if (!isNew(hashes, rows * HASH_BYTES)) return false
      end += out.write(`${DELIMITER}${ingested}\n`, end)
      chunk.filled = end
      bytes += end - start
      longest = Math.max(longest, end - start)
      places.push(chunks.length - 1)
      starts.push(start)
      ends.push(end)
      // Not exact to the last digits, which the order inside of a file does not need.
      times.push(time === NULL ? 0 : Number(time))
      return true
    },
    write(path) {
      const file = openSync(path, 'wx')
      try {
        if (isSorted(times)) writeChunks(file)
        else writeSorted(file)
      } finally {
        closeSync(file)
        chunks.length = 0
      }
    },
    hashes: () => hashes.subarray(0, times.length * HASH_BYTES),
  }
}

function isSorted(times: readonly number[]): boolean {
  for (let i = 1; i < times.length; i++) if (times[i]! < times[i - 1]!) return false
  return true
}

/** A write may take less than it is given. */
export function writeAll(file: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at)
}
