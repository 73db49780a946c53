import { describe, expect, it } from 'vitest'
import { randomFrom } from '../../src/demo/random.ts'
import { DAY, dayWeight, drawTimes, HOUR, isoTime, isWorkTime } from '../../src/demo/time.ts'

const MONDAY = Date.parse('2026-11-23T00:00:00Z')

describe('times', () => {
  it('are written with seven digits and Z', () => {
    expect(isoTime(MONDAY)).toBe('2026-11-23T00:00:00.0000000Z')
    expect(isoTime(MONDAY + 13 * HOUR + 61_005.25)).toBe('2026-11-23T13:01:01.0052500Z')
    expect(isoTime(MONDAY - 1)).toBe('2026-11-22T23:59:59.9990000Z')
  })

  it('know working hours', () => {
    expect(isWorkTime(MONDAY + 10 * HOUR)).toBe(true)
    expect(isWorkTime(MONDAY + 20 * HOUR)).toBe(false)
    expect(isWorkTime(MONDAY - 14 * HOUR)).toBe(false)
  })

  it('are drawn in order, in the window, and mostly by day', () => {
    const [from, to] = [MONDAY + 6 * HOUR, MONDAY + 20 * HOUR]
    const times = drawTimes(randomFrom(1), 'people', MONDAY, from, to, 2000)
    expect(times).toHaveLength(2000)
    expect(times.every((t, i) => t >= from && t <= to && (i === 0 || t >= times[i - 1]!))).toBe(true)
    expect(times.filter(isWorkTime).length).toBeGreaterThan(1700)
  })

  it('weigh a weekend less than a working day, and nothing outside the window', () => {
    const weight = (day: number) => dayWeight('people', day, day, day + DAY)
    expect(weight(MONDAY - DAY)).toBeLessThan(weight(MONDAY) / 4)
    expect(dayWeight('people', MONDAY, MONDAY + DAY, MONDAY + 2 * DAY)).toBe(0)
  })
})
