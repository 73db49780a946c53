/** The records of one table in one batch: their lines in a file, their hashes in memory. */
import { hash } from 'node:crypto'
import { closeSync, openSync, writeSync } from 'node:fs'
import { DELIMITER } from './field.ts'
import { HASH_BYTES } from './hash-set.ts'

export interface BatchFile {
  readonly rows: number
  readonly bytes: number
  /**
   * Writes a line after its hash was found to be new.
   * @param isNew is given the 16 bytes of the hash at an offset
   */
  add(line: string, ingested: string, isNew: (bytes: Uint8Array, offset: number) => boolean): boolean
  /** Everything is in the file. */
  finish(): void
  /** 16 bytes a record, in order. */
  hashes(): Uint8Array
}

/** Bytes gathered before they are written. */
const CHUNK = 1 << 20

/** @param path undefined keeps nothing but the hashes */
export function batchFile(path: string | undefined): BatchFile {
  const file = path === undefined ? undefined : openSync(path, 'wx')
  let chunk = Buffer.allocUnsafe(CHUNK * 2)
  let filled = 0
  let written = 0
  let rows = 0
  let hashes = Buffer.allocUnsafe(HASH_BYTES * 1024)

  const flush = (): void => {
    if (file !== undefined) for (let at = 0; at < filled; ) at += writeSync(file, chunk, at, filled - at)
    written += filled
    filled = 0
  }

  return {
    get rows() {
      return rows
    },
    get bytes() {
      return written + filled
    },
    add(line, ingested, isNew) {
      // UTF-8 takes at most three bytes for each unit of a string.
      const most = line.length * 3 + ingested.length + 2
      if (filled + most > chunk.length) {
        flush()
        if (most > chunk.length) chunk = Buffer.allocUnsafe(most)
      }
      const end = filled + chunk.write(line, filled)
      if ((rows + 1) * HASH_BYTES > hashes.length) hashes = Buffer.concat([hashes, hashes])
      const at = rows * HASH_BYTES
      hash('sha1', chunk.subarray(filled, end), 'buffer').copy(hashes, at, 0, HASH_BYTES)
      if (!isNew(hashes, at)) return false
      filled = end + chunk.write(`${DELIMITER}${ingested}\n`, end)
      rows++
      if (filled >= CHUNK) flush()
      return true
    },
    finish() {
      flush()
      if (file !== undefined) closeSync(file)
    },
    hashes: () => hashes.subarray(0, rows * HASH_BYTES),
  }
}
