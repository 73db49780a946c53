/** Quota events in a file of the store, one JSON line each, so that neither a restart nor a crash resets what was used. */
import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { LONGEST_WINDOW, type QuotaEvent, type QuotaJournal } from './quota.ts'

/** Lines after which the file is written anew with what still counts. */
const MAX_LINES = 20_000

/** A line that a crash cut short is passed over: its call was never answered. */
export function openQuotaFile(path: string): QuotaJournal {
  mkdirSync(dirname(path), { recursive: true })
  let lines = 0
  const read = (now: number): readonly QuotaEvent[] => {
    if (!existsSync(path)) return []
    const events = readFileSync(path, 'utf8').split('\n').flatMap(eventOf)
    const counting = events.filter((e) => e.at > now - LONGEST_WINDOW)
    writeFileSync(`${path}.new`, counting.map(line).join(''), { mode: 0o600 })
    renameSync(`${path}.new`, path)
    lines = 0
    return counting
  }
  return {
    read,
    append(event) {
      appendFileSync(path, line(event), { mode: 0o600 })
      if (++lines >= MAX_LINES) read(event.at)
    },
  }
}

const line = (event: QuotaEvent): string => `${JSON.stringify(event)}\n`

function eventOf(text: string): QuotaEvent[] {
  try {
    const event = JSON.parse(text) as QuotaEvent
    return typeof event.key === 'string' && typeof event.at === 'number' ? [event] : []
  } catch {
    return []
  }
}
