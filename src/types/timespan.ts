/** timespan: a signed count of ticks of 100 ns, how its text is read and written. */

export const TICKS_PER_MICROSECOND = 10n
export const TICKS_PER_MILLISECOND = 10_000n
export const TICKS_PER_SECOND = 10_000_000n
export const TICKS_PER_MINUTE = 600_000_000n
export const TICKS_PER_HOUR = 36_000_000_000n
export const TICKS_PER_DAY = 864_000_000_000n

export const MAX_TIMESPAN = 2n ** 63n - 1n
export const MIN_TIMESPAN = -(2n ** 63n)

/**
 * Reads `1d`, `1.5h`, `-90s`, `10ticks` (the literal forms) and `[-][d.]hh:mm[:ss[.fffffff]]`.
 * @returns ticks, or null for anything else, also for a bare number ("1.5") and for parts out of range (measured).
 */
export function parseTimespan(text: string): bigint | null {
  const trimmed = text.trim()
  const ticks = withUnit(trimmed) ?? withColons(trimmed)
  return ticks === null || ticks > MAX_TIMESPAN || ticks < MIN_TIMESPAN ? null : ticks
}

/** `[-][d.]hh:mm:ss[.fffffff]`: no days when they are zero, no fraction when it is zero, else seven digits (measured). */
export function printTimespan(ticks: bigint): string {
  const { negative, days, ticksOfDay } = timespanParts(ticks)
  const seconds = Math.floor(ticksOfDay / 1e7)
  const fraction = ticksOfDay % 1e7
  const clock = `${pad(Math.floor(seconds / 3600), 2)}:${pad(Math.floor(seconds / 60) % 60, 2)}:${pad(seconds % 60, 2)}`
  return `${negative ? '-' : ''}${days ? `${days}.` : ''}${clock}${fraction ? `.${pad(fraction, 7)}` : ''}`
}

/** Sign, whole days, and the ticks of the day that is left over. */
export function timespanParts(ticks: bigint): { negative: boolean; days: number; ticksOfDay: number } {
  const negative = ticks < 0n
  const size = negative ? -ticks : ticks
  return { negative, days: Number(size / TICKS_PER_DAY), ticksOfDay: Number(size % TICKS_PER_DAY) }
}

/** Ticks a unit of a literal, as numerator and denominator: a nanosecond is a hundredth of a tick. */
const UNITS: ReadonlyMap<string, readonly [ticks: bigint, per: bigint]> = new Map(
  (
    [
      ['d day days', TICKS_PER_DAY, 1n],
      ['h hr hrs hour hours', TICKS_PER_HOUR, 1n],
      ['m min minute minutes', TICKS_PER_MINUTE, 1n],
      ['s sec second seconds', TICKS_PER_SECOND, 1n],
      ['ms milli millis millisec millisecond milliseconds', TICKS_PER_MILLISECOND, 1n],
      ['micro micros microsec microsecond microseconds', TICKS_PER_MICROSECOND, 1n],
      ['nano nanos nanosec nanosecond nanoseconds', 1n, 100n],
      ['tick ticks', 1n, 1n],
    ] as const
  ).flatMap(([names, ticks, per]) => names.split(' ').map((name) => [name, [ticks, per]] as const)),
)

/** No exponent, and few enough digits that nothing here is slow. */
const NUMBER_AND_UNIT = /^([+-]?)(\d{1,19})(?:\.(\d{1,20}))?\s*([a-z]+)$/

function withUnit(text: string): bigint | null {
  const m = NUMBER_AND_UNIT.exec(text)
  const unit = m && UNITS.get(m[4]!)
  if (!m || !unit) return null
  const fraction = m[3] ?? ''
  const ticks = (BigInt(m[2]! + fraction) * unit[0]) / (unit[1] * 10n ** BigInt(fraction.length))
  return m[1] === '-' ? -ticks : ticks
}

const DAYS_AND_CLOCK = /^(-?)(?:(\d{1,8})\.)?(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,9}))?)?$/

function withColons(text: string): bigint | null {
  const m = DAYS_AND_CLOCK.exec(text)
  if (!m) return null
  const [hours, minutes, seconds] = [Number(m[3]), Number(m[4]), Number(m[5] ?? 0)]
  if (hours > 23 || minutes > 59 || seconds > 59) return null
  const fraction = Number((m[6] ?? '').padEnd(7, '0').slice(0, 7))
  const ticks = BigInt(m[2] ?? 0) * TICKS_PER_DAY + BigInt((hours * 3600 + minutes * 60 + seconds) * 1e7 + fraction)
  return m[1] ? -ticks : ticks
}

const pad = (n: number, digits: number): string => String(n).padStart(digits, '0')
