/** Where a query process gathers an answer: in memory, and from there in a file when it does not fit into a message. */
import { closeSync, openSync, unlinkSync, writeSync } from 'node:fs'

/** Bytes up to which an answer travels inside the message. */
export const INLINE_LIMIT = 256 * 1024

export interface Spool {
  /** Puts a row behind the others, after a comma; false when that would exceed the byte limit, and nothing is added. */
  add(row: Uint8Array): boolean
  /** Ends the answer. `inline` is absent when the answer is in the file. */
  finish(): { readonly bytes: number; readonly inline?: Uint8Array }
  /** Removes what was written. */
  discard(): void
}

const SEPARATOR = Buffer.from(',')

/** @param path file that is created only when the answer exceeds `INLINE_LIMIT`; must not exist */
export function createSpool(path: string, byteLimit: number): Spool {
  const block = Buffer.allocUnsafe(INLINE_LIMIT)
  let used = 0
  let bytes = 0
  let rows = 0
  let file: number | undefined

  const put = (piece: Uint8Array): void => {
    if (piece.length > block.length - used) flush()
    if (piece.length > block.length) {
      write(piece)
      return
    }
    block.set(piece, used)
    used += piece.length
  }
  const flush = (): void => {
    write(block.subarray(0, used))
    used = 0
  }
  const write = (piece: Uint8Array): void => {
    file ??= openSync(path, 'wx', 0o600)
    for (let at = 0; at < piece.length; ) at += writeSync(file, piece, at)
  }
  const close = (): void => {
    if (file !== undefined) closeSync(file)
  }

  return {
    add(row) {
      const separator = rows === 0 ? 0 : SEPARATOR.length
      if (bytes + separator + row.length > byteLimit) return false
      if (separator > 0) put(SEPARATOR)
      put(row)
      bytes += separator + row.length
      rows++
      return true
    },
    finish() {
      if (file === undefined) return { bytes, inline: block.subarray(0, used) }
      flush()
      close()
      return { bytes }
    },
    discard() {
      if (file === undefined) return
      close()
      unlinkSync(path)
    },
  }
}
