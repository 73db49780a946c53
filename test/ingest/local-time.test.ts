import { describe, expect, it } from 'vitest'
import { isLocalTime, orderOf, utcText } from '../../src/ingest/local-time.ts'

describe('utcText', () => {
  it.each([
    ['13/03/2024, 3:40:13.988 pm', 'day-first', 'Europe/London', '2024-03-13T15:40:13.9880000Z'],
    ['13/07/2024, 12:00:00 a.m.', 'day-first', 'Europe/London', '2024-07-12T23:00:00.0000000Z'],
    ['9/3/2026, 5:29:42.893\u202fPM', 'month-first', 'UTC', '2026-09-03T17:29:42.8930000Z'],
    ['31/12/2024 23:59:59.1234567', 'day-first', 'America/New_York', '2025-01-01T04:59:59.1234567Z'],
    ['12/13/2024, 1:00:00 AM', 'day-first', 'UTC', undefined],
    ['30/02/2024, 1:00:00 AM', 'day-first', 'UTC', undefined],
    ['1/2/2024, 13:00:00 PM', 'day-first', 'UTC', undefined],
    ['1/2/2024, 1:00:00 PM', 'day-first', 'Nowhere/Land', undefined],
  ] as const)('reads %s, %s, in %s', (text, order, zone, utc) => {
    expect(isLocalTime(text)).toBe(true)
    expect(utcText(text, order, zone)).toBe(utc)
  })
})

describe('orderOf', () => {
  it('tells by a number that no month has', () => {
    expect(['13/03/2024, 3:40:13 pm', '9/30/2026, 5:29:42 AM', '9/3/2026, 5:29:42 AM'].map(orderOf)).toEqual([
      'day-first',
      'month-first',
      undefined,
    ])
  })
  it('takes ISO times and other text for no such time', () => {
    expect(['2024-03-13T15:40:13Z', '1/2/3', 'on 1/2/2024, 1:00:00 PM', ''].filter(isLocalTime)).toEqual([])
  })
})
