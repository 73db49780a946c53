/** Datetime functions that are plain arithmetic on ticks. */
import { call, raw, sql } from '../sql/sql.ts'
import { NotSaid, scalar } from './define.ts'

const UNIX = '621355968000000000'

export const datetimes = {
  /** Whole numbers exactly; a real holds the last tick of a moment only roughly. */
  unixtime_seconds_todatetime: scalar({
    doc: 'The datetime that is `number` seconds after 1970-01-01.',
    gives: 'datetime',
    nulls: 'propagate',
    render: {
      duckdb: ([n], cx) => {
        const isWhole = n!.type === 'int' || n!.type === 'long'
        const ticks = isWhole
          ? sql`CAST(${n!.sql} AS HUGEINT) * 10000000`
          : call`k_long(${cx.once(sql`${cx.convert(n!, 'real')} * 10000000.0::DOUBLE`)})::HUGEINT`
        return call`k_datetime(${ticks} + ${raw(UNIX)})`
      },
    },
    examples: [
      ['unixtime_seconds_todatetime(1546300800)', '2019-01-01T00:00:00.0000000Z'],
      ['unixtime_seconds_todatetime(253402300799)', '9999-12-31T23:59:59.0000000Z'],
      ['unixtime_seconds_todatetime(253402300800)', null],
      ['unixtime_seconds_todatetime(1.5)', '1970-01-01T00:00:01.5000000Z'],
    ],
  }),
  startofday: scalar({
    doc: 'Midnight of the day, moved by `offset` days.',
    takes: ['datetime', 'long'],
    gives: 'datetime',
    nulls: 'propagate',
    render: {
      duckdb: ([t, offset], cx) => {
        const x = cx.once(t!.sql)
        const day = sql`${x} - ${x} % 864000000000`
        return offset ? call`k_datetime(${sql`${day} + CAST(${offset.sql} AS HUGEINT) * 864000000000`})` : day
      },
      clickhouse: ([t, offset], cx) => {
        if (offset) throw new NotSaid('startofday() with an offset')
        const x = cx.once(t!.sql)
        return sql`${x} - ${x} % toInt64(864000000000)`
      },
    },
    examples: [
      ['startofday(datetime(2020-06-15 13:45))', '2020-06-15T00:00:00.0000000Z'],
      ['startofday(datetime(2020-06-15 13:45), -1)', '2020-06-14T00:00:00.0000000Z'],
    ],
  }),
}
