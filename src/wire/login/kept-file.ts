/** A JSON file of the store that several processes read and write: seen anew when it changed, replaced as a whole. */
import { existsSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'

export interface KeptFile<T> {
  read(): T
  write(value: T): void
}

/** `fallback` stands for a file that is not there. */
export function keptFile<T>(path: string, fallback: T): KeptFile<T> {
  let stamp = ''
  let known = fallback
  return {
    read() {
      if (!existsSync(path)) return fallback
      const { mtimeMs, size, ino } = statSync(path)
      if (`${mtimeMs} ${size} ${ino}` !== stamp) {
        known = JSON.parse(readFileSync(path, 'utf8')) as T
        stamp = `${mtimeMs} ${size} ${ino}`
      }
      return known
    },
    /** Readers see the old file or the new one, never half of it; only the owner may read it. */
    write(value) {
      writeFileSync(`${path}.new`, JSON.stringify(value, null, 1), { mode: 0o600, flush: true })
      renameSync(`${path}.new`, path)
    },
  }
}
