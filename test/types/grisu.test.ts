/** The digits of reals as the engine prints them. */
import { expect, test } from 'vitest'
import { printReal } from '../../src/types/real.ts'

test('prints the digits of Grisu2, which read back as the same number', () => {
  expect(printReal(0.1 + 0.2)).toBe('0.30000000000000007')
  expect(printReal(1 / 3)).toBe('0.3333333333333333')
  expect(printReal(-(0.1 + 0.2))).toBe('-0.30000000000000007')
  let n = 0.7361
  for (let i = 0; i < 3000; i++) {
    n = (n * 9301.7 + 0.49297) % 233.28
    for (const value of [n, -n, n * 1e200, n * 1e-200, n * 1e-310, n * 1e17])
      expect(Number(printReal(value))).toBe(value)
  }
})
