/** Datetime functions that are plain arithmetic on ticks. */
import { call, raw, sql } from '../sql/sql.ts'
import { NotSaid, scalar } from './define.ts'

const UNIX = '621355968000000000'

const unixTime = (unit: string, ticks: string) =>
  scalar({
    doc: `A count of ${unit} since 1970-01-01 as a datetime.`,
    takes: ['real'],
    gives: 'datetime',
    nulls: 'propagate',
    render: {
      duckdb: ([n], cx) => call`k_datetime(k_long(${cx.once(sql`${n!.sql} * ${raw(ticks)}`)})::HUGEINT + ${raw(UNIX)})`,
    },
    examples: [],
  })

export const datetimes = {
  unixtime_seconds_todatetime: {
    ...unixTime('seconds', '10000000.0::DOUBLE'),
    examples: [['unixtime_seconds_todatetime(1546300800)', '2019-01-01T00:00:00.0000000Z'] as const],
  },
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
