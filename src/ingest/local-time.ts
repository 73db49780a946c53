/** Times as the portal's export writes them for the person who looks: `13/03/2024, 3:40:13.988 pm`, in that person's own zone. */
import { datetimeOf, hourOf, printDatetime } from '../types/datetime.ts'
import { utcOfLocal } from '../types/timezone.ts'

export const DATE_ORDERS = ['day-first', 'month-first'] as const
export type DateOrder = (typeof DATE_ORDERS)[number]

/** What is known of the local times of a record. */
export interface LocalTimes {
  readonly order: DateOrder | undefined
  /** IANA name; undefined when nothing says it. */
  zoneOf(column: string): string | undefined
}

// Browsers put a narrow space before the half of the day, and some locales write it with points.
const LOCAL = /^(\d{1,2})\/(\d{1,2})\/(\d{4}),? (\d{1,2}):(\d\d):(\d\d)(?:\.(\d{1,7}))?(?:\s?([ap])\.?m\.?)?$/i

export const isLocalTime = (text: string): boolean => LOCAL.test(text)

/** The order that a text proves, because no month has such a number. */
export function orderOf(text: string): DateOrder | undefined {
  const [, first, second] = LOCAL.exec(text) ?? []
  if (Number(first) > 12) return 'day-first'
  return Number(second) > 12 ? 'month-first' : undefined
}

/** @returns ISO text in UTC; undefined for a date that no calendar has, or an unknown zone */
export function utcText(text: string, order: DateOrder, zone: string): string | undefined {
  const [, first, second, year, hour, minute, secondOfMinute, fraction = '', half] = LOCAL.exec(text) ?? []
  const [day, month] = order === 'day-first' ? [first, second] : [second, first]
  const ofDay = hourOf(Number(hour), half && `${half.toLowerCase()}m`)
  if (ofDay === null) return undefined
  const local = datetimeOf({
    year: Number(year),
    month: Number(month),
    day: Number(day),
    hour: ofDay,
    minute: Number(minute),
    second: Number(secondOfMinute),
    fraction: Number(fraction.padEnd(7, '0')),
  })
  const utc = local === null ? null : utcOfLocal(local, zone)
  return utc === null ? undefined : printDatetime(utc)
}
