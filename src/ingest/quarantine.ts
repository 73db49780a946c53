/** Refused records, one JSON line each, in a file of the store that is made when the first one comes. */
import { closeSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'

export interface Refused {
  readonly source: string
  readonly line: number
  readonly table?: string
  readonly reason: string
  readonly text: string
}

export interface Quarantine {
  /** Absent while nothing was refused. */
  readonly path: string | undefined
  put(refused: Refused): void
  close(): void
}

/** Characters of a record that are kept. */
const KEPT = 1 << 20
/** Characters gathered before they are written. */
const GATHERED = 1 << 16

/** @param folder undefined keeps nothing */
export function openQuarantine(folder: string | undefined, name: string): Quarantine {
  let path: string | undefined
  let file: number | undefined
  let pending = ''
  const flush = (): void => {
    if (folder === undefined || pending === '') return
    path ??= join(folder, `${name}.ndjson`)
    file ??= openSync(path, 'a')
    writeSync(file, pending)
    pending = ''
  }
  return {
    get path() {
      return path
    },
    put(refused) {
      if (folder === undefined) return
      pending += `${JSON.stringify({ ...refused, text: refused.text.slice(0, KEPT) })}\n`
      if (path === undefined || pending.length > GATHERED) flush()
    },
    close() {
      flush()
      if (file !== undefined) closeSync(file)
      file = undefined
    },
  }
}
