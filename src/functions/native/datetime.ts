/** Functions on datetimes and timespans: calendar, formats, time zones. */

import { call, raw, sql } from '../../sql/sql.ts'
import {
  datetimeOf,
  datetimeParts,
  dayOfYear,
  daysInMonth,
  daysOf,
  isDatetime,
  UNIX_EPOCH_TICKS,
  weekday,
} from '../../types/datetime.ts'
import { isNumeric } from '../../types/kql-type.ts'
import {
  MAX_TIMESPAN,
  TICKS_PER_DAY,
  TICKS_PER_HOUR,
  TICKS_PER_MICROSECOND,
  TICKS_PER_MILLISECOND,
  TICKS_PER_MINUTE,
  TICKS_PER_SECOND,
} from '../../types/timespan.ts'
import { isZoneName, localOfUtc, utcOfLocal } from '../../types/timezone.ts'
import { ZONE_NAMES } from '../../types/timezone-names.ts'
import { formatDatetimeIn } from '../clickhouse.ts'
import { type Arg, type Example, NotSaid, native, scalar } from '../define.ts'
import { datetimePieces, formatDatetime, formatTimespan } from './format-time.ts'

/** A part of a datetime as long, which is what the engine gives (rule 87). */
const part = (doc: string, run: (ticks: bigint) => number, ...examples: readonly Example[]) =>
  native({ doc, takes: ['datetime'], gives: 'long', nulls: 'propagate', run: (t: bigint) => BigInt(run(t)), examples })

const daysSinceStart = (ticks: bigint): number => Number(ticks / TICKS_PER_DAY)
const checked = (ticks: bigint | null): bigint | null => (ticks !== null && isDatetime(ticks) ? ticks : null)

/** ISO 8601: weeks begin on Monday, and the first one of a year has its first Thursday (rule 86). */
function isoWeek(ticks: bigint): number {
  const days = daysSinceStart(ticks)
  const thursday = days - (days % 7) + 3 // 0001-01-01 was a Monday.
  const p = thursday > LAST_DAY ? { year: 9999, month: 12, day: 31 } : datetimeParts(BigInt(thursday) * TICKS_PER_DAY)
  return Math.floor((dayOfYear(p) - 1) / 7) + 1
}

const LAST_DAY = 3_652_058
const END_OF_TIME_MONTH = 9999 * 12

/** First tick of the period that a datetime is in, moved by whole periods; may lie one period after the end of time. */
type Start = (ticks: bigint, offset: number) => bigint | null

const dayStart: Start = (ticks, offset) => BigInt(daysSinceStart(ticks) + offset) * TICKS_PER_DAY
const weekStart: Start = (ticks, offset) => {
  const days = daysSinceStart(ticks)
  return BigInt(days - weekday(days) + 7 * offset) * TICKS_PER_DAY
}
const monthStart: Start = (ticks, offset) => {
  const { year, month } = datetimeParts(ticks)
  return startOfMonth((year - 1) * 12 + month - 1 + offset)
}
const yearStart: Start = (ticks, offset) => startOfMonth((datetimeParts(ticks).year - 1 + offset) * 12)

/** `index` counts months since January of year 1. */
function startOfMonth(index: number): bigint | null {
  if (index === END_OF_TIME_MONTH) return BigInt(LAST_DAY + 1) * TICKS_PER_DAY
  const days = daysOf(Math.floor(index / 12) + 1, (((index % 12) + 12) % 12) + 1, 1)
  return days === null ? null : BigInt(days) * TICKS_PER_DAY
}

/** No period fits more often into the range of datetimes than days. */
const offsetOf = (offset: bigint | undefined): number | null => {
  const n = Number(offset ?? 0n)
  return Math.abs(n) > LAST_DAY ? null : n
}

const startOf = (period: string, start: Start, ...examples: readonly Example[]) =>
  native({
    doc: `First moment of the ${period} of \`date\`, moved by \`offset\` ${period}s.`,
    takes: ['datetime', 'long'],
    optional: 1,
    gives: 'datetime',
    nulls: 'propagate',
    run: (date: bigint, offset?: bigint) => {
      const by = offsetOf(offset)
      return by === null ? null : checked(start(date, by))
    },
    examples,
  })

const endOf = (period: string, start: Start, ...examples: readonly Example[]) =>
  native({
    doc: `Last tick of the ${period} of \`date\`, moved by \`offset\` ${period}s.`,
    takes: ['datetime', 'long'],
    optional: 1,
    gives: 'datetime',
    nulls: 'propagate',
    run: (date: bigint, offset?: bigint) => {
      const by = offsetOf(offset)
      const next = by === null ? null : start(date, by + 1)
      return next === null ? null : checked(next - 1n)
    },
    examples,
  })

type Period =
  | 'year'
  | 'quarter'
  | 'month'
  | 'week'
  | 'day'
  | 'hour'
  | 'minute'
  | 'second'
  | 'millisecond'
  | 'microsecond'

const UNIT_TICKS: ReadonlyMap<string, bigint> = new Map<Period, bigint>([
  ['week', 7n * TICKS_PER_DAY],
  ['day', TICKS_PER_DAY],
  ['hour', TICKS_PER_HOUR],
  ['minute', TICKS_PER_MINUTE],
  ['second', TICKS_PER_SECOND],
  ['millisecond', TICKS_PER_MILLISECOND],
  ['microsecond', TICKS_PER_MICROSECOND],
])
const UNIT_MONTHS: ReadonlyMap<string, number> = new Map<Period, number>([
  ['year', 12],
  ['quarter', 3],
  ['month', 1],
])

/** Months are added with the day held to the last one of the month (rule 89). */
function add(part: string, count: bigint, date: bigint): bigint | null {
  const unit = part.toLowerCase()
  const ticks = UNIT_TICKS.get(unit)
  if (ticks !== undefined) return checked(date + count * ticks)
  if (unit === 'nanosecond') return checked(date + count / 100n)
  const months = UNIT_MONTHS.get(unit)
  const by = Number(count)
  if (months === undefined || Math.abs(by) > END_OF_TIME_MONTH) return null
  const p = datetimeParts(date)
  const index = (p.year - 1) * 12 + p.month - 1 + by * months
  const [year, month] = [Math.floor(index / 12) + 1, (((index % 12) + 12) % 12) + 1]
  if (year < 1 || year > 9999) return null
  return datetimeOf({ ...p, year, month, day: Math.min(p.day, daysInMonth(year, month)) })
}

/** The length of a unit, when it is a constant and has one. */
const ticksOf = ({ constant }: Arg): bigint | undefined =>
  typeof constant === 'string' ? UNIT_TICKS.get(constant.toLowerCase()) : undefined

/** How many boundaries of the unit lie between (rule 88); weeks begin on Sunday. Nanoseconds are counted exactly, and wrap as a long does. */
function difference(part: string, a: bigint, b: bigint): bigint | null {
  const unit = part.toLowerCase()
  if (unit === 'nanosecond') return BigInt.asIntN(64, (a - b) * 100n)
  const months = UNIT_MONTHS.get(unit)
  if (months !== undefined) {
    const index = (t: bigint) => {
      const p = datetimeParts(t)
      return Math.floor((p.year * 12 + p.month - 1) / months)
    }
    return BigInt(index(a) - index(b))
  }
  const ticks = UNIT_TICKS.get(unit)
  if (ticks === undefined) return null
  const shift = unit === 'week' ? TICKS_PER_DAY : 0n
  return (a + shift) / ticks - (b + shift) / ticks
}

const PARTS: Readonly<Record<string, (ticks: bigint) => number>> = {
  year: (t) => datetimeParts(t).year,
  quarter: (t) => Math.ceil(datetimeParts(t).month / 3),
  month: (t) => datetimeParts(t).month,
  week_of_year: isoWeek,
  weekofyear: isoWeek,
  day: (t) => datetimeParts(t).day,
  dayofyear: (t) => dayOfYear(datetimeParts(t)),
  hour: (t) => datetimeParts(t).hour,
  minute: (t) => datetimeParts(t).minute,
  second: (t) => datetimeParts(t).second,
  millisecond: (t) => Math.floor(datetimeParts(t).fraction / 10_000),
  microsecond: (t) => Math.floor(datetimeParts(t).fraction / 10),
  nanosecond: (t) => datetimeParts(t).fraction * 100,
}

/** Takes a decimal: a real cannot hold a count of nanoseconds exactly. */
const sinceEpoch = (unit: string, ticks: number, example: Example) =>
  native({
    doc: `The datetime that is \`number\` ${unit}s after 1970-01-01.`,
    takes: ['decimal'],
    gives: 'datetime',
    nulls: 'propagate',
    run: (number: string) => {
      const [whole, fraction = ''] = number.split('.')
      if (whole!.length > 30) return null
      const part = Math.round(Number(`0.${fraction}`) * ticks) * (number.startsWith('-') ? -1 : 1)
      const count = ticks < 1 ? BigInt(whole!) / 100n : BigInt(whole!) * BigInt(ticks) + BigInt(part)
      return checked(UNIX_EPOCH_TICKS + count)
    },
    examples: [example],
  })

/** A part that is left out. */
const ZERO: Arg = { sql: raw('0.0::DOUBLE'), type: 'real', nonNull: true }

const isCount = (n: number, most: number): boolean => Number.isInteger(n) && n >= 0 && n <= most

export const datetimeNatives = {
  getyear: part(
    'Year of `date`.',
    PARTS.year!,
    ['getyear(datetime(2015-10-12))', 2015n],
    ['getyear(datetime(null))', null],
  ),
  monthofyear: part('Month of `date`, 1..12.', PARTS.month!, ['monthofyear(datetime(2015-10-12))', 10n]),
  dayofmonth: part('Day of the month of `date`, 1..31.', PARTS.day!, ['dayofmonth(datetime(2015-10-12))', 12n]),
  dayofyear: part('Day of the year of `date`, 1..366.', PARTS.dayofyear!, ['dayofyear(datetime(2020-12-31))', 366n]),
  hourofday: part('Hour of `date`, 0..23.', PARTS.hour!, ['hourofday(datetime(2015-10-12 17:30))', 17n]),
  week_of_year: part(
    'ISO 8601 week of `date`, 1..53.',
    isoWeek,
    ['week_of_year(datetime(2021-01-03))', 53n],
    ['week_of_year(datetime(2021-01-04))', 1n],
  ),
  dayofweek: native({
    doc: 'Time since the Sunday before `date`, in whole days: 0d is Sunday.',
    takes: ['datetime'],
    gives: 'timespan',
    nulls: 'propagate',
    run: (date: bigint) => {
      const [days, day] = [daysSinceStart(date), weekday(daysSinceStart(date))]
      // Null where the week goes on beyond the end of time (measured).
      return days - day + 6 > LAST_DAY ? null : BigInt(day) * TICKS_PER_DAY
    },
    examples: [
      ['dayofweek(datetime(9999-12-31))', null],
      ['dayofweek(datetime(2024-02-29))', '4.00:00:00'],
      ['dayofweek(datetime(null))', null],
    ],
  }),
  startofday: startOf('day', dayStart, ['startofday(datetime(2020-06-15 13:45), 1)', '2020-06-16T00:00:00.0000000Z']),
  startofweek: startOf(
    'week',
    weekStart,
    ['startofweek(datetime(2020-06-15 13:45))', '2020-06-14T00:00:00.0000000Z'],
    ['startofweek(datetime(null))', null],
  ),
  startofmonth: startOf('month', monthStart, [
    'startofmonth(datetime(2020-01-15), -1)',
    '2019-12-01T00:00:00.0000000Z',
  ]),
  startofyear: startOf('year', yearStart, ['startofyear(datetime(2020-06-15))', '2020-01-01T00:00:00.0000000Z']),
  endofday: endOf('day', dayStart, ['endofday(datetime(2020-06-15 13:45))', '2020-06-15T23:59:59.9999999Z']),
  endofweek: endOf(
    'week',
    weekStart,
    ['endofweek(datetime(2020-06-15 13:45))', '2020-06-20T23:59:59.9999999Z'],
    ['endofweek(datetime(null))', null],
  ),
  endofmonth: endOf('month', monthStart, ['endofmonth(datetime(2020-01-15), 1)', '2020-02-29T23:59:59.9999999Z']),
  endofyear: endOf('year', yearStart, ['endofyear(datetime(9999-01-01))', '9999-12-31T23:59:59.9999999Z']),
  datetime_add: scalar({
    doc: '`date` moved by `count` units of `part`.',
    takes: ['string', 'long', 'datetime'],
    gives: 'datetime',
    nulls: 'propagate',
    render: {
      duckdb: ([part, count, date], cx) => {
        const ticks = ticksOf(part!)
        return ticks === undefined
          ? cx.native('_datetime_add', part!.sql, count!.sql, date!.sql)
          : call`k_datetime(${sql`${date!.sql}::HUGEINT + ${count!.sql}::HUGEINT * ${raw(String(ticks))}`})`
      },
      clickhouse: ([part, count, date]) => {
        const ticks = ticksOf(part!)
        if (ticks === undefined || count!.constant === undefined) throw new NotSaid('datetime_add() of months')
        const moved = sql`toInt128(${date!.sql}) + toInt128(${count!.sql}) * ${raw(String(ticks))}`
        return call`if(${moved} >= 0 AND ${moved} <= 3155378975999999999, toInt64(${moved}), NULL)`
      },
    },
    examples: [
      ["datetime_add('Hour', -25, datetime(2020-01-31))", '2020-01-29T23:00:00.0000000Z'],
      ["datetime_add('month', 1, datetime(2020-01-31))", '2020-02-29T00:00:00.0000000Z'],
      ["datetime_add('day', -1, datetime(0001-01-01))", null],
    ],
  }),
  _datetime_add: native({
    doc: 'datetime_add() with calendar units, or a part that is no constant.',
    takes: ['string', 'long', 'datetime'],
    gives: 'datetime',
    nulls: 'propagate',
    run: add,
    examples: [],
  }),
  datetime_diff: scalar({
    doc: '`a` - `b` in calendar units of `part`.',
    takes: ['string', 'datetime', 'datetime'],
    gives: 'long',
    nulls: 'propagate',
    render: {
      duckdb: ([part, a, b], cx) => {
        const ticks = ticksOf(part!)
        if (ticks === undefined || ticks > TICKS_PER_DAY) return cx.native('_datetime_diff', part!.sql, a!.sql, b!.sql)
        const unit = raw(String(ticks))
        return sql`${sql`${a!.sql} // ${unit}`} - ${sql`${b!.sql} // ${unit}`}`
      },
      clickhouse: ([part, a, b]) => {
        const ticks = ticksOf(part!)
        if (ticks === undefined || ticks > TICKS_PER_DAY) throw new NotSaid('datetime_diff() of weeks and months')
        const unit = raw(`toInt64(${ticks})`)
        return sql`${call`intDiv(${a!.sql}, ${unit})`} - ${call`intDiv(${b!.sql}, ${unit})`}`
      },
    },
    examples: [
      ["datetime_diff('minute', datetime(2020-01-01 01:00:01), datetime(2020-01-01 00:58:59))", 2n],
      ["datetime_diff('year', datetime(2020-12-31), datetime(2021-01-01))", -1n],
      ["datetime_diff('day', datetime(null), datetime(2021-01-01))", null],
    ],
  }),
  _datetime_diff: native({
    doc: 'datetime_diff() with weeks and longer units, or a part that is no constant.',
    takes: ['string', 'datetime', 'datetime'],
    gives: 'long',
    nulls: 'propagate',
    run: difference,
    examples: [],
  }),
  datetime_part: native({
    doc: 'The `part` of `date`.',
    takes: ['string', 'datetime'],
    gives: 'long',
    nulls: 'propagate',
    run: (part: string, date: bigint) => {
      const read = PARTS[part.toLowerCase()]
      return read ? BigInt(read(date)) : null
    },
    examples: [
      ["datetime_part('quarter', datetime(2017-10-30))", 4n],
      ["datetime_part('nanosecond', datetime(2017-10-30 01:02:03.7654321))", 765432100n],
    ],
  }),
  make_datetime: scalar({
    doc: 'The datetime of calendar parts, or of a text.',
    gives: (types) =>
      types.length > 1 || ['string', 'datetime', 'dynamic'].includes(types[0]!) ? 'datetime' : undefined,
    nulls: 'propagate',
    render: {
      duckdb: (args, cx) =>
        args.length === 1
          ? cx.convert(args[0]!, 'datetime')
          : cx.native('_make_datetime', ...Array.from({ length: 6 }, (_, i) => cx.convert(args[i] ?? ZERO, 'real'))),
    },
    examples: [
      ['make_datetime(2020, 2, 29, 13, 45, 9.5)', '2020-02-29T13:45:09.5000000Z'],
      ['make_datetime(2020, 13, 1)', null],
    ],
  }),
  _make_datetime: native({
    doc: 'The datetime of six calendar parts; null where there is none.',
    takes: ['real', 'real', 'real', 'real', 'real', 'real'],
    gives: 'datetime',
    nulls: 'propagate',
    run: (year: number, month: number, day: number, hour: number, minute: number, second: number) => {
      const ticks = Math.round(second * 1e7)
      return datetimeOf({ year, month, day, hour, minute, second: Math.floor(ticks / 1e7), fraction: ticks % 1e7 })
    },
    examples: [],
  }),
  make_timespan: scalar({
    doc: 'The timespan of hours and minutes, with seconds, with days in front.',
    gives: (types) =>
      types.length > 1
        ? types.every((t) => isNumeric(t))
          ? 'timespan'
          : undefined
        : ['string', 'timespan', 'dynamic'].includes(types[0]!)
          ? 'timespan'
          : undefined,
    nulls: 'propagate',
    render: {
      duckdb: (args, cx) => {
        if (args.length === 1) return cx.convert(args[0]!, 'timespan')
        const parts = args.length === 4 ? args : [ZERO, ...args]
        return cx.native('_make_timespan', ...Array.from({ length: 4 }, (_, i) => cx.convert(parts[i] ?? ZERO, 'real')))
      },
    },
    examples: [
      ['make_timespan(1, 2, 3, 4.5)', '1.02:03:04.5000000'],
      ['make_timespan(2, 30)', '02:30:00'],
      ['make_timespan(25, 70)', null],
    ],
  }),
  _make_timespan: native({
    doc: 'The timespan of days, hours, minutes and seconds; null for a part out of range.',
    takes: ['real', 'real', 'real', 'real'],
    gives: 'timespan',
    nulls: 'propagate',
    run: (days: number, hours: number, minutes: number, seconds: number) => {
      const ticks = Math.round(seconds * 1e7)
      if (!isCount(days, 10_675_199) || !isCount(hours, 23) || !isCount(minutes, 59) || !isCount(ticks, 599_999_999))
        return null
      const span = BigInt(days) * TICKS_PER_DAY + BigInt((hours * 3600 + minutes * 60) * 1e7 + ticks)
      return span > MAX_TIMESPAN ? null : span
    },
    examples: [],
  }),
  format_datetime: native({
    doc: '`date` in the given `format`.',
    takes: ['datetime', 'string'],
    gives: 'string',
    nulls: 'empty-string',
    clickhouse: ([date, format], cx) => {
      const pieces = typeof format!.constant === 'string' ? datetimePieces(format!.constant) : null
      if (!pieces) throw new NotSaid('format_datetime() with a format that is not constant')
      return formatDatetimeIn(date!.sql, pieces, cx)
    },
    run: (date: bigint, format: string) => formatDatetime(date, format) ?? '',
    examples: [
      ["format_datetime(datetime(2020-06-15 13:45:09.12), 'M/d/yyyy h:mm:ss.FFF tt')", '6/15/2020 1:45:09.12 PM'],
      ["format_datetime(datetime(null), 'yyyy')", ''],
    ],
  }),
  format_timespan: native({
    doc: '`timespan` in the given `format`.',
    takes: ['timespan', 'string'],
    gives: 'string',
    nulls: 'empty-string',
    run: (span: bigint, format: string) => formatTimespan(span, format) ?? '',
    examples: [
      ["format_timespan(-1d - 2h, 'd.hh:mm')", '-1.02:00'],
      ["format_timespan(timespan(null), 'd')", ''],
    ],
  }),
  unixtime_seconds_todatetime: sinceEpoch('second', 1e7, [
    'unixtime_seconds_todatetime(1.5)',
    '1970-01-01T00:00:01.5000000Z',
  ]),
  unixtime_milliseconds_todatetime: sinceEpoch('millisecond', 1e4, [
    'unixtime_milliseconds_todatetime(-1)',
    '1969-12-31T23:59:59.9990000Z',
  ]),
  unixtime_microseconds_todatetime: sinceEpoch('microsecond', 10, [
    'unixtime_microseconds_todatetime(1)',
    '1970-01-01T00:00:00.0000010Z',
  ]),
  unixtime_nanoseconds_todatetime: sinceEpoch('nanosecond', 0.01, [
    'unixtime_nanoseconds_todatetime(1546300800123456700)',
    '2019-01-01T00:00:00.1234567Z',
  ]),
  datetime_utc_to_local: native({
    doc: 'Local time in `timezone` at the moment `from`; null for an unknown zone.',
    takes: ['datetime', 'string'],
    gives: 'datetime',
    nulls: 'propagate',
    run: (from: bigint, zone: string) => (isZoneName(zone) ? localOfUtc(from, zone) : null),
    examples: [
      ["datetime_utc_to_local(datetime(2022-07-01 12:00), 'Europe/Brussels')", '2022-07-01T14:00:00.0000000Z'],
      ["datetime_utc_to_local(datetime(0001-01-01 03:00), 'America/New_York')", null],
    ],
  }),
  datetime_local_to_utc: native({
    doc: 'The moment when it is `from` in `timezone`; null for an unknown zone.',
    takes: ['datetime', 'string'],
    gives: 'datetime',
    nulls: 'propagate',
    run: (from: bigint, zone: string) => (isZoneName(zone) ? utcOfLocal(from, zone) : null),
    examples: [
      ["datetime_local_to_utc(datetime(2022-03-27 02:00), 'Europe/Brussels')", '2022-03-27T00:00:00.0000000Z'],
    ],
  }),
  datetime_list_timezones: native({
    doc: 'Names of the time zones that are known.',
    takes: [],
    gives: 'dynamic',
    nulls: 'own',
    run: () => ZONE_NAMES,
    examples: [
      ["array_index_of(datetime_list_timezones(), 'Europe/Paris') > 0", true],
      ["array_index_of(datetime_list_timezones(), 'US/Pacific') > 0", true],
    ],
  }),
}
