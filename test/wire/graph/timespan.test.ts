import { describe, expect, it } from 'vitest'
import { parseDatetime } from '../../../src/types/datetime.ts'
import { readTimespan } from '../../../src/wire/graph/timespan.ts'

const time = (text: string) => parseDatetime(text)!
const day = 864_000_000_000n

describe('a Timespan', () => {
  it.each([
    [
      '2024-02-01T08:00:00Z/2024-02-15T08:00:00Z',
      { start: time('2024-02-01T08:00:00Z'), end: time('2024-02-15T08:00:00Z') },
    ],
    ['P30D/2024-02-15T08:00:00Z', { length: 30n * day, end: time('2024-02-15T08:00:00Z') }],
    ['2024-02-01T08:00:00Z/P30D', { start: time('2024-02-01T08:00:00Z'), length: 30n * day }],
    ['P30D', { length: 30n * day }],
    ['PT1H30M', { length: day / 16n }],
    ['P1W', { length: 7n * day }],
    ['P1Y2M', { length: 425n * day }],
    ['2024-02-01T08:00:00Z', { start: time('2024-02-01T08:00:00Z') }],
    ['2025-09-11 14:30:57.141021+00:00', { start: time('2025-09-11T14:30:57.141021Z') }],
  ])('%s is read', (text, window) => {
    expect(readTimespan(text)).toEqual(window)
  })

  it.each(['', 'P', 'PT', '30D', 'P1D/P1D', 'a/b/c', '2024-13-01'])('%s is refused', (text) => {
    expect(() => readTimespan(text)).toThrow(/Invalid Timespan/)
  })
})
