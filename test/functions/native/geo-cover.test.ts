/** Coverings and circles, where examples do not reach: held against points drawn by chance. */
import { expect, test } from 'vitest'
import { natives } from '../../../src/functions/index.ts'
import type { Dynamic } from '../../../src/types/dynamic.ts'

const call = (name: string, ...args: unknown[]) => natives[name]!.run(...args) as Dynamic

const shape = (type: string, coordinates: Dynamic): Dynamic =>
  new Map<string, Dynamic>([
    ['type', type],
    ['coordinates', coordinates],
  ])
const TRIANGLE: Dynamic = [
  [8.1, 47.1],
  [8.9, 47.2],
  [8.4, 47.6],
  [8.1, 47.1],
]
const BENT: Dynamic = [
  [8.1, 47.1],
  [8.9, 47.2],
  [8.4, 47.6],
]

/** Numbers that look like chance and are the same in every run. */
function* places(count: number): Generator<readonly [number, number]> {
  let seed = 1
  const next = () => {
    seed = (seed * 48271) % 2147483647
    return seed / 2147483647
  }
  for (let i = 0; i < count; i++) yield [7.9 + 1.3 * next(), 46.9 + 0.9 * next()]
}

test.each([
  ['geo_polygon_to_s2cells', 'geo_distance_point_to_polygon', shape('Polygon', [TRIANGLE]), 0],
  ['geo_polygon_to_s2cells', 'geo_distance_point_to_polygon', shape('Polygon', [TRIANGLE]), 4000],
  ['geo_line_to_s2cells', 'geo_distance_point_to_line', shape('LineString', BENT), 4000],
])('%s holds the cells of all points within the radius, and no others', (cover, distance, value, radius) => {
  const level = 11
  const cells = call(cover, value, level, radius) as readonly string[]
  const within = new Set<string>()
  for (const [longitude, latitude] of places(60_000)) {
    if ((call(distance, longitude, latitude, value) as number) <= radius)
      within.add(call('geo_point_to_s2cell', longitude, latitude, level) as string)
  }
  const known = new Set(cells)
  expect(cells).toHaveLength(known.size)
  expect([...within].filter((cell) => !known.has(cell))).toEqual([])
  // A corner may be too small for a point to fall into it.
  expect(within.size / known.size).toBeGreaterThan(0.9)
  expect(cells).toEqual([...cells].sort())
})

test('sides of a circle stay within the tolerance', () => {
  const circle = call('geo_point_buffer', 8.5, 47.4, 3000, 10) as ReadonlyMap<string, readonly Dynamic[]>
  const ring = circle.get('coordinates')![0] as readonly (readonly number[])[]
  const line = shape('LineString', ring)
  expect(call('geo_distance_point_to_line', 8.5, 47.4, line)).toBeGreaterThan(2990)
  for (const [longitude, latitude] of ring)
    expect(call('_geo_metres', 8.5, 47.4, longitude, latitude)).toBeCloseTo(3000, 6)
})
