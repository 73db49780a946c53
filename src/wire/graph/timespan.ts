/** Graph's `Timespan`: a duration, a start, or two of start, end and duration (ISO 8601), as documented and as clients send it. */
import { KqlError } from '../../base/errors.ts'
import type { TimeWindow } from '../../query/query-service.ts'
import { parseDatetime } from '../../types/datetime.ts'

const TICKS_PER_SECOND = 10_000_000n
/** Seconds; years and months as .NET reads them in durations. */
const UNITS = [365 * 86_400, 30 * 86_400, 7 * 86_400, 86_400, 3600, 60, 1]
const DURATION = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/i

/** @throws KqlError invalid_request */
export function readTimespan(text: string): TimeWindow {
  const parts = text.split('/').map((p) => p.trim())
  const refuse = () =>
    new KqlError('invalid_request', {
      why: `Invalid Timespan '${text}': expected a duration such as P7D, a time, or two of them around a slash.`,
    })
  if (parts.length > 2) throw refuse()
  const read = parts.map((p): { time?: bigint; length?: bigint } => {
    const length = durationOf(p)
    // Some clients send Python's form of a time, with a space and an offset.
    const time = length === undefined ? parseDatetime(p.replace(/^(\d{4}-\d\d-\d\d) (\d)/, '$1T$2')) : null
    if (length === undefined && time === null) throw refuse()
    return length !== undefined ? { length } : { time: time! }
  })
  const [first, second] = read
  if (!second) return first!.length !== undefined ? { length: first!.length } : { start: first!.time! }
  if (first!.time !== undefined && second.time !== undefined) return { start: first!.time, end: second.time }
  if (first!.time !== undefined) return { start: first!.time, length: second.length! }
  if (second.time !== undefined) return { end: second.time, length: first!.length! }
  throw refuse()
}

function durationOf(text: string): bigint | undefined {
  const m = DURATION.exec(text)
  if (!m || !/\d/.test(text)) return undefined
  const seconds = UNITS.reduce((sum, unit, i) => sum + BigInt(m[i + 1] ?? 0) * BigInt(unit), 0n)
  return seconds * TICKS_PER_SECOND
}
