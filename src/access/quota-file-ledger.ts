/** Quota events in memory and in a file of the store, one JSON line each, so that neither a restart nor a crash resets what was used. */
import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { HOUR, LONGEST_WINDOW, type QuotaLedger } from './quota.ts'

/** A call at `at`, or the running time of one that began then. Milliseconds. */
interface QuotaEvent {
  readonly key: string
  readonly at: number
  readonly ran?: number
}

/** Lines after which the file is written anew with what still counts. */
const MAX_LINES = 20_000

interface Kept {
  calls: number[]
  running: { at: number; length: number }[]
}

/** A line that a crash cut short is passed over: its call was never answered. `now`: milliseconds since 1970. */
export function openQuotaFile(path: string, now: number): QuotaLedger {
  mkdirSync(dirname(path), { recursive: true })
  const usages = new Map<string, Kept>()
  let lines = 0
  const usageOf = (key: string, at: number): Kept => {
    const known = usages.get(key)
    const kept: Kept = {
      calls: known?.calls.filter((t) => t > at - HOUR) ?? [],
      running: known?.running.filter((r) => r.at > at - LONGEST_WINDOW) ?? [],
    }
    usages.set(key, kept)
    return kept
  }
  const record = ({ key, at, ran }: QuotaEvent) => {
    const usage = usageOf(key, at)
    if (ran === undefined) usage.calls.push(at)
    else usage.running.push({ at, length: ran })
  }
  const append = (event: QuotaEvent) => {
    // Durable against the end of the process when it returns.
    appendFileSync(path, line(event), { mode: 0o600 })
    record(event)
    if (++lines >= MAX_LINES) {
      lines = 0
      rewrite(path, event.at)
    }
  }
  for (const event of rewrite(path, now)) record(event)
  return {
    async called(key, at) {
      append({ key, at })
      return usageOf(key, at)
    },
    ran: async (key, at, length) => append({ key, at, ran: length }),
    usage: async (key, at) => usageOf(key, at),
  }
}

/** Leaves the events that may still count at `now`, oldest first. */
function rewrite(path: string, now: number): readonly QuotaEvent[] {
  if (!existsSync(path)) return []
  const events = readFileSync(path, 'utf8').split('\n').flatMap(eventOf)
  const counting = events.filter((e) => e.at > now - LONGEST_WINDOW)
  writeFileSync(`${path}.new`, counting.map(line).join(''), { mode: 0o600 })
  renameSync(`${path}.new`, path)
  return counting
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
