/** datetime: ticks of 100 ns since 0001-01-01 UTC, how its text is read and written, and its calendar. */
import { TICKS_PER_DAY, TICKS_PER_MINUTE } from './timespan.ts'

/** 9999-12-31T23:59:59.9999999Z */
export const MAX_DATETIME = 3_155_378_975_999_999_999n
/** 1970-01-01T00:00:00Z */
export const UNIX_EPOCH_TICKS = 621_355_968_000_000_000n

/** Parts of a moment in the proleptic Gregorian calendar; month and day count from 1. */
export interface DatetimeParts {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
  /** 0..9999999 */
  readonly fraction: number
}

export const isDatetime = (ticks: bigint): boolean => ticks >= 0n && ticks <= MAX_DATETIME

/** `yyyy-MM-ddTHH:mm:ss.fffffffZ`, always with seven digits (measured). `ticks` is within 0..MAX_DATETIME. */
export function printDatetime(ticks: bigint): string {
  const p = datetimeParts(ticks)
  const date = `${pad(p.year, 4)}-${pad(p.month, 2)}-${pad(p.day, 2)}`
  return `${date}T${pad(p.hour, 2)}:${pad(p.minute, 2)}:${pad(p.second, 2)}.${pad(p.fraction, 7)}Z`
}

/** Calendar parts of ticks within 0..MAX_DATETIME. */
export function datetimeParts(ticks: bigint): DatetimeParts {
  const date = dateOfDays(Number(ticks / TICKS_PER_DAY))
  const ticksOfDay = Number(ticks % TICKS_PER_DAY)
  const seconds = Math.floor(ticksOfDay / 1e7)
  return {
    ...date,
    hour: Math.floor(seconds / 3600),
    minute: Math.floor(seconds / 60) % 60,
    second: seconds % 60,
    fraction: ticksOfDay % 1e7,
  }
}

/** Ticks of calendar parts, or null where there is no such moment (month 13, 30 February, year 10000). */
export function datetimeOf(p: DatetimeParts): bigint | null {
  const days = daysOf(p.year, p.month, p.day)
  const inRange = within(p.hour, 23) && within(p.minute, 59) && within(p.second, 59) && within(p.fraction, 9_999_999)
  if (days === null || !inRange) return null
  return BigInt(days) * TICKS_PER_DAY + BigInt((p.hour * 3600 + p.minute * 60 + p.second) * 1e7 + p.fraction)
}

/** Days since 0001-01-01, or null where there is no such day. */
export function daysOf(year: number, month: number, day: number): number | null {
  if (!Number.isInteger(year) || year < 1 || year > 9999 || !Number.isInteger(month) || month < 1 || month > 12)
    return null
  if (!Number.isInteger(day) || day < 1 || day > daysInMonth(year, month)) return null
  return daysBeforeYear(year) + daysBeforeMonth(year, month) + day - 1
}

export function daysInMonth(year: number, month: number): number {
  return month === 2 && isLeap(year) ? 29 : MONTH_LENGTHS[month - 1]!
}

/** 1..366 */
export function dayOfYear(p: { readonly year: number; readonly month: number; readonly day: number }): number {
  return daysBeforeMonth(p.year, p.month) + p.day
}

/** 0 = Sunday … 6 = Saturday, from days since 0001-01-01, which was a Monday. */
export const weekday = (days: number): number => (days + 1) % 7

function dateOfDays(days: number): { year: number; month: number; day: number } {
  // Years begin in March inside this calculation, so that the leap day is the last one of a year.
  const shifted = days + 306
  const era = Math.floor(shifted / 146_097)
  const dayOfEra = shifted - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  )
  const dayOfMarchYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const monthFromMarch = Math.floor((5 * dayOfMarchYear + 2) / 153)
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
  return {
    year: era * 400 + yearOfEra + (month <= 2 ? 1 : 0),
    month,
    day: dayOfMarchYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1,
  }
}

const MONTH_LENGTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
const DAYS_BEFORE_MONTH = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334]

const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
const daysBeforeMonth = (year: number, month: number): number =>
  DAYS_BEFORE_MONTH[month - 1]! + (month > 2 && isLeap(year) ? 1 : 0)
function daysBeforeYear(year: number): number {
  const y = year - 1
  return y * 365 + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400)
}

/**
 * Reads what `todatetime()` and `datetime(…)` accept (measured, and the list of the documentation): ISO 8601 and its
 * loose relatives (`2022-12-02 13:45`, `2022/12/2`, `2022, 12, 2`, `20221202`, `2022-12`, `2022`), `MM-DD-YYYY` with `-`, `/` or `.`,
 * `2 Dec 2022`, `Dec 2, 2022`, `Fri, 02 Dec 2022 13:45:56 GMT`, `02-Dec-22 13:45`, `13:45 2 dec 2022`, `min`, `max`.
 * An offset (`Z`, `GMT`, `UTC`, `+02:00`) is converted to UTC; without one the text is UTC. Digits beyond 100 ns are cut.
 * @returns ticks, or null for anything else.
 */
export function parseDatetime(text: string): bigint | null {
  const trimmed = text.trim()
  if (trimmed.length > 64) return null
  if (trimmed === 'min') return 0n
  if (trimmed === 'max') return MAX_DATETIME
  for (const form of FORMS) {
    const m = form.exec(trimmed)
    if (m) return fromGroups(m.groups!)
  }
  return null
}

const TIME = String.raw`(?<hour>\d{1,2}):(?<minute>\d{1,2})(?::(?<second>\d{1,2})(?:\.(?<fraction>\d{1,12}))?)?(?:\s*(?<half>[ap]m))?`
const ZONE = String.raw`(?:\s*(?:z|gmt|utc|(?<sign>[+-])(?<zoneHour>\d{2}):?(?<zoneMinute>\d{2})?))?`
const AFTER = String.raw`(?:(?:\s*t\s*|\s+)${TIME})?${ZONE}$`
const WEEKDAY = String.raw`(?:[a-z]{3,9},\s*)?`
const MONTH_NAME = '(?<name>[a-z]{3,9})'

const FORMS = [
  String.raw`^(?<year>\d{4})(?:(?<separator>\s*[-/.,]\s*)(?<month>\d{1,2})(?:\k<separator>(?<day>\d{1,2}))?)?${AFTER}`,
  String.raw`^(?<year>\d{4})(?<month>\d{2})(?<day>\d{2})${AFTER}`,
  String.raw`^(?<month>\d{1,2})(?<separator>[-/.])(?<day>\d{1,2})\k<separator>(?<year>\d{4})${AFTER}`,
  String.raw`^${WEEKDAY}(?<day>\d{1,2})[\s-]${MONTH_NAME}[\s-](?<year>\d{4}|\d{2})${AFTER}`,
  String.raw`^${WEEKDAY}${MONTH_NAME}\s+(?<day>\d{1,2})\s*,?\s+(?<year>\d{4})${AFTER}`,
  String.raw`^${TIME}\s+(?<day>\d{1,2})\s${MONTH_NAME}\s(?<year>\d{4}|\d{2})${ZONE}$`,
].map((source) => new RegExp(source, 'i'))

const MONTHS = 'january february march april may june july august september october november december'.split(' ')

function fromGroups(g: Record<string, string | undefined>): bigint | null {
  const month = g.name === undefined ? Number(g.month ?? 1) : monthOf(g.name)
  const hour = hourOf(Number(g.hour ?? 0), g.half?.toLowerCase())
  if (month === null || hour === null) return null
  const ticks = datetimeOf({
    year: fullYear(g.year!),
    month,
    day: Number(g.day ?? 1),
    hour,
    minute: Number(g.minute ?? 0),
    second: Number(g.second ?? 0),
    fraction: Number((g.fraction ?? '').padEnd(7, '0').slice(0, 7)),
  })
  if (ticks === null || g.sign === undefined) return ticks
  const [zoneHour, zoneMinute] = [Number(g.zoneHour), Number(g.zoneMinute ?? 0)]
  if (zoneHour > 14 || zoneMinute > 59) return null
  const offset = BigInt(zoneHour * 60 + zoneMinute) * TICKS_PER_MINUTE
  const utc = g.sign === '+' ? ticks - offset : ticks + offset
  return isDatetime(utc) ? utc : null
}

function monthOf(name: string): number | null {
  const lower = name.toLowerCase()
  const index = MONTHS.findIndex((m) => m === lower || m.slice(0, 3) === lower)
  return index < 0 ? null : index + 1
}

export function hourOf(hour: number, half: string | undefined): number | null {
  if (half === undefined) return hour
  if (hour < 1 || hour > 12) return null
  return (hour % 12) + (half === 'pm' ? 12 : 0)
}

/** Two digits mean 1950..2049, as RFC 2822 has it. */
function fullYear(text: string): number {
  const year = Number(text)
  return text.length === 4 ? year : year + (year < 50 ? 2000 : 1900)
}

const within = (n: number, most: number): boolean => Number.isInteger(n) && n >= 0 && n <= most
const pad = (n: number, digits: number): string => String(n).padStart(digits, '0')
