/** The formats of format_datetime() and format_timespan(), which are Kusto's own and no more than resemble .NET's. */
import type { DatetimeParts } from '../../types/datetime.ts'
import { datetimeParts } from '../../types/datetime.ts'
import { timespanParts } from '../../types/timespan.ts'

/** @returns null for a format with a letter or mark that the function does not know; the service rejects it (measured). */
export const formatDatetime = (ticks: bigint, format: string): string | null => {
  const pieces = piecesOf(format, DATETIME)
  return pieces && shown(pieces, DATETIME, datetimeParts(ticks))
}

/** A negative timespan gets a `-` in front of everything (measured). @returns null as formatDatetime does */
export const formatTimespan = (ticks: bigint, format: string): string | null => {
  const pieces = piecesOf(format, TIMESPAN)
  if (!pieces) return null
  const { negative, days, ticksOfDay } = timespanParts(ticks)
  const seconds = Math.floor(ticksOfDay / 1e7)
  const parts = {
    days,
    hour: Math.floor(seconds / 3600),
    minute: Math.floor(seconds / 60) % 60,
    second: seconds % 60,
    fraction: ticksOfDay % 1e7,
  }
  return (negative ? '-' : '') + shown(pieces, TIMESPAN, parts)
}

/** Tokens and delimiters of a format; null as formatDatetime gives it. */
export const datetimePieces = (format: string): readonly string[] | null => piecesOf(format, DATETIME)
export const isDatetimeFormat = (format: string): boolean => piecesOf(format, DATETIME) !== null
export const isTimespanFormat = (format: string): boolean => piecesOf(format, TIMESPAN) !== null

type Clock = Pick<DatetimeParts, 'hour' | 'minute' | 'second' | 'fraction'>
type Tokens<P> = Readonly<Record<string, (p: P) => string>>

const pad = (n: number, digits: number): string => String(n).padStart(digits, '0')

/** `x` for the number, `xx` for two digits. A longer run is read as several tokens: `ddd` is `dd` and `d` (measured). */
const oneOrTwo = <P>(letter: string, value: (p: P) => number): Tokens<P> => ({
  [letter]: (p) => String(value(p)),
  [letter + letter]: (p) => pad(value(p), 2),
})

const counts = [1, 2, 3, 4, 5, 6, 7]
const digitsOf = (p: Clock, n: number): string => pad(p.fraction, 7).slice(0, n)

const CLOCK: Tokens<Clock> = {
  ...oneOrTwo('H', (p) => p.hour),
  ...oneOrTwo('m', (p) => p.minute),
  ...oneOrTwo('s', (p) => p.second),
  ...Object.fromEntries(counts.map((n) => ['f'.repeat(n), (p: Clock) => digitsOf(p, n)])),
  // Zeros at the end are left out, all of them if need be.
  ...Object.fromEntries(counts.map((n) => ['F'.repeat(n), (p: Clock) => digitsOf(p, n).replace(/0+$/, '')])),
}

const DATETIME: Tokens<DatetimeParts> = {
  ...CLOCK,
  ...oneOrTwo('y', (p: DatetimeParts) => p.year % 100),
  yyyy: (p) => pad(p.year, 4),
  ...oneOrTwo('M', (p: DatetimeParts) => p.month),
  ...oneOrTwo('d', (p: DatetimeParts) => p.day),
  ...oneOrTwo('h', (p: DatetimeParts) => p.hour % 12 || 12),
  tt: (p) => (p.hour < 12 ? 'AM' : 'PM'),
}

const TIMESPAN: Tokens<Clock & { readonly days: number }> = {
  ...CLOCK,
  ...oneOrTwo('h', (p: Clock) => p.hour),
  ...Object.fromEntries([...counts, 8].map((n) => ['d'.repeat(n), (p: { readonly days: number }) => pad(p.days, n)])),
}

const DELIMITER = /^[ /\-:,._[\]]$/

/** Tokens and delimiters, longest tokens first; formats are constants, so the last ones are kept. */
const known = new Map<object, Map<string, readonly string[] | null>>()

function piecesOf<P>(format: string, tokens: Tokens<P>): readonly string[] | null {
  const cache = known.get(tokens) ?? new Map<string, readonly string[] | null>()
  known.set(tokens, cache)
  let pieces = cache.get(format)
  if (pieces === undefined) {
    pieces = split(format, tokens)
    if (cache.size >= 100) cache.clear()
    cache.set(format, pieces)
  }
  return pieces
}

function split<P>(format: string, tokens: Tokens<P>): readonly string[] | null {
  const pieces: string[] = []
  for (const run of format.match(/(.)\1*/gsu) ?? []) {
    for (let rest = run; rest; ) {
      const length = [8, 7, 6, 5, 4, 3, 2, 1].find((n) => n <= rest.length && tokens[rest.slice(0, n)])
      if (length === undefined && !DELIMITER.test(rest[0]!)) return null
      pieces.push(rest.slice(0, length ?? 1))
      rest = rest.slice(length ?? 1)
    }
  }
  return pieces
}

function shown<P>(pieces: readonly string[], tokens: Tokens<P>, parts: P): string {
  let text = ''
  for (const piece of pieces) text += tokens[piece]?.(parts) ?? piece
  return text
}
