import { describe, expect, it } from 'vitest'
import { randomFrom, weighted } from '../../src/demo/random.ts'

describe('the random source', () => {
  it('gives the same for the same seed and other for another', () => {
    const draw = (seed: number) => {
      const random = randomFrom(seed)
      return [random.hex(20), random.int(1, 1000), random.next(), random.guid()]
    }
    expect(draw(1)).toEqual(draw(1))
    expect(draw(1)).not.toEqual(draw(2))
  })

  it('spreads over its whole range', () => {
    const random = randomFrom(7)
    const counts = new Array<number>(10).fill(0)
    for (let i = 0; i < 10_000; i++) counts[random.int(0, 9)]! += 1
    expect(Math.min(...counts)).toBeGreaterThan(850)
    expect(Math.max(...counts)).toBeLessThan(1150)
  })

  it('makes guids and hexadecimal digits of the right form', () => {
    const random = randomFrom(3)
    expect(random.hex(37)).toMatch(/^[0-9a-f]{37}$/)
    expect(random.guid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/)
  })

  it('draws by weight, and never what weighs nothing', () => {
    const random = randomFrom(5)
    const choice = weighted([
      ['often', 9],
      ['seldom', 1],
      ['never', 0],
    ])
    const counts: Record<string, number> = {}
    for (let i = 0; i < 10_000; i++) {
      const drawn = choice.draw(random)
      counts[drawn] = (counts[drawn] ?? 0) + 1
    }
    expect(counts.never).toBeUndefined()
    expect(counts.often! / counts.seldom!).toBeGreaterThan(7.5)
    expect(counts.often! / counts.seldom!).toBeLessThan(11)
  })
})
