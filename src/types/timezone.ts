/** Offsets of time zones from UTC, from the runtime's own zone database. */
import { datetimeOf, isDatetime, MAX_DATETIME, UNIX_EPOCH_TICKS } from './datetime.ts'
import { TICKS_PER_DAY, TICKS_PER_MILLISECOND, TICKS_PER_MINUTE } from './timespan.ts'
import { ZONE_NAMES } from './timezone-names.ts'

/** Local time of a zone as if it were UTC, in ticks; null for an unknown zone or a result out of range. */
export function localOfUtc(utc: bigint, zone: string): bigint | null {
  const offset = offsetAt(utc, zone)
  return offset === null ? null : inRange(utc + offset)
}

/**
 * UTC of a local time. A time that the clock skips, and one that it shows twice, are read with the offset that holds
 * after the change (measured for the skipped one: 02:00 in Brussels on 2022-03-27 is 00:00 UTC).
 */
export function utcOfLocal(local: bigint, zone: string): bigint | null {
  const before = offsetAt(local - TICKS_PER_DAY, zone)
  const after = offsetAt(local + TICKS_PER_DAY, zone)
  if (before === null || after === null) return null
  const early = local - before
  const isBeforeChange = before !== after && offsetAt(local - after, zone) !== after && offsetAt(early, zone) === before
  return inRange(isBeforeChange ? early : local - after)
}

export const isZone = (name: string): boolean => formatterOf(name) !== null

const NAMES: ReadonlySet<string> = new Set([...ZONE_NAMES, ...Intl.supportedValuesOf('timeZone')])
/** A name as the language knows it, by case; `isZone` also knows what the runtime forgives. */
export const isZoneName = (name: string): boolean => NAMES.has(name)

const inRange = (ticks: bigint): bigint | null => (isDatetime(ticks) ? ticks : null)

/** Zones change their offset at full quarters of an hour; so a row rarely needs the slow formatter. */
const QUARTER = 15n * TICKS_PER_MINUTE
/** Near the ends of time a local time has no year of its own; no zone changes its offset there. */
const [EARLIEST, LATEST] = [2n * TICKS_PER_DAY, MAX_DATETIME - 2n * TICKS_PER_DAY]
const MAX_CACHED = 20_000
const offsets = new Map<string, bigint>()
const formatters = new Map<string, Intl.DateTimeFormat | null>()

function offsetAt(moment: bigint, zone: string): bigint | null {
  const utc = moment < EARLIEST ? EARLIEST : moment > LATEST ? LATEST : moment
  const quarter = utc - (utc % QUARTER)
  const key = `${zone}|${quarter}`
  const known = offsets.get(key)
  if (known !== undefined) return known
  const formatter = formatterOf(zone)
  const offset = formatter && offsetFrom(formatter, quarter)
  if (offset === null) return null
  if (offsets.size >= MAX_CACHED) offsets.clear()
  offsets.set(key, offset)
  return offset
}

function formatterOf(zone: string): Intl.DateTimeFormat | null {
  const known = formatters.get(zone)
  if (known !== undefined) return known
  const numeric = 'numeric'
  let formatter: Intl.DateTimeFormat | null = null
  try {
    formatter = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: numeric,
      month: numeric,
      day: numeric,
      hour: numeric,
      minute: numeric,
      second: numeric,
    })
  } catch {} // No such zone.
  if (formatters.size >= 1000) formatters.clear()
  formatters.set(zone, formatter)
  return formatter
}

function offsetFrom(formatter: Intl.DateTimeFormat, utc: bigint): bigint | null {
  const parts: Record<string, number> = {}
  const milliseconds = Number((utc - UNIX_EPOCH_TICKS) / TICKS_PER_MILLISECOND)
  for (const { type, value } of formatter.formatToParts(milliseconds)) parts[type] = Number(value)
  const { year, month, day, hour, minute, second } = parts
  const local = datetimeOf({
    year: year!,
    month: month!,
    day: day!,
    hour: hour!,
    minute: minute!,
    second: second!,
    fraction: 0,
  })
  return local === null ? null : local - utc
}
