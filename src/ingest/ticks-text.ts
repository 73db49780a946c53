/** ISO dates to ticks, as decimal text: no bigint on the way, because an ingest reads millions of them. */
import { daysOf, parseDatetime } from '../types/datetime.ts'

/** An ISO 8601 time (UTC where it names no zone) as ticks since 0001-01-01; undefined when it is none. */
export function ticksText(text: string): string | undefined {
  if (!ISO.test(text)) return STARTS_WITH_DATE.test(text) ? parseDatetime(text)?.toString() : undefined
  const days = daysOf(number4(text), number2(text, 5), number2(text, 8))
  const [hour, minute, second] = [number2(text, 11), number2(text, 14), number2(text, 17)]
  if (days === null || hour > 23 || minute > 59 || second > 59) return undefined
  const seconds = days * 86_400 + hour * 3600 + minute * 60 + second
  const fraction = text.slice(20, text.endsWith('Z') ? -1 : undefined).padEnd(7, '0')
  return seconds === 0 ? String(Number(fraction)) : seconds + fraction
}

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,7})?Z?$/
const STARTS_WITH_DATE = /^\d{4}-\d\d?-\d\d?(?!\d)/

const digit = (text: string, at: number): number => text.charCodeAt(at) - 48
const number2 = (text: string, at: number): number => digit(text, at) * 10 + digit(text, at + 1)
const number4 = (text: string): number => number2(text, 0) * 100 + number2(text, 2)
