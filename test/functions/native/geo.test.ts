/** Shapes on the earth where flat geometry goes wrong: the antimeridian, the poles, holes; and values that are no shapes. */
import { describe, expect, test } from 'vitest'
import { natives } from '../../../src/functions/index.ts'
import { callNative } from './call.ts'

const run = (name: string, ...args: unknown[]) => callNative(natives[name]!, ...args)
const read = (name: string, ...args: unknown[]) => JSON.parse(String(run(name, ...args)))

type Ring = readonly (readonly [number, number])[]
const polygon = (...rings: Ring[]) => JSON.stringify({ type: 'Polygon', coordinates: rings })
const multipolygon = (...polygons: Ring[][]) => JSON.stringify({ type: 'MultiPolygon', coordinates: polygons })
const line = (...path: Ring) => JSON.stringify({ type: 'LineString', coordinates: path })
const square = (west: number, south: number, east: number, north: number): Ring => [
  [west, south],
  [east, south],
  [east, north],
  [west, north],
  [west, south],
]
const backwards = (ring: Ring): Ring => [...ring].reverse()

describe('points in polygons', () => {
  const acrossAntimeridian = polygon(square(170, -10, -170, 10))
  const overPole = polygon([
    [0, 80],
    [90, 80],
    [180, 80],
    [-90, 80],
    [0, 80],
  ])
  const withHole = polygon(square(0, 0, 10, 10), backwards(square(2, 2, 8, 8)))

  test.each([
    ['across the antimeridian, inside', 180, 0, acrossAntimeridian, true],
    ['across the antimeridian, on the other side of the earth', 0, 0, acrossAntimeridian, false],
    ['over the pole, inside', 33, 89, overPole, true],
    ['over the pole, outside', 33, 70, overPole, false],
    ['in the hole', 5, 5, withHole, false],
    ['beside the hole', 1, 1, withHole, true],
    ['clockwise: the smaller side is meant', 5, 5, polygon(backwards(square(0, 0, 10, 10))), true],
    ['an edge is a geodesic: north of the parallel', 5, 60.05, polygon(square(0, 50, 10, 60)), true],
    ['the second of two', 25, 5, multipolygon([square(0, 0, 10, 10)], [square(20, 0, 30, 10)]), true],
    ['the pole itself', 0, 90, overPole, true],
  ])('%s', (_, longitude, latitude, area, inside) => {
    expect(run('geo_point_in_polygon', longitude, latitude, area)).toBe(inside)
  })

  test('the type is read in any case', () => {
    expect(run('geo_point_in_polygon', 1, 1, withHole.replace('Polygon', 'polygon'))).toBe(true)
  })
})

describe('values that are no polygons', () => {
  test.each([
    ['no coordinates', '{"type":"Polygon"}'],
    ['no rings', '{"type":"Polygon","coordinates":[]}'],
    ['a line', line([0, 0], [1, 1])],
    ['text', '"Polygon"'],
    ['a null', 'null'],
    ['an open ring', polygon(square(0, 0, 1, 1).slice(1))],
    ['a ring of two places', polygon([[0, 0], [1, 1], [0, 0]])], // biome-ignore format: one line a case
    ['a place twice', polygon([[0, 0], [1, 1], [1, 1], [0, 0]])], // biome-ignore format: one line a case
    ['a ring that crosses itself', polygon([[0, 0], [10, 10], [10, 0], [0, 10], [0, 0]])], // biome-ignore format: one line a case
    ['a hole outside', polygon(square(0, 0, 1, 1), square(5, 5, 6, 6))],
    ['off the earth', polygon(square(0, 0, 200, 1))],
    ['text for a number', '{"type":"Polygon","coordinates":[[["0","0"],[1,0],[1,1],["0","0"]]]}'],
  ])('%s', (_, value) => {
    for (const name of ['geo_polygon_area', 'geo_polygon_perimeter', 'geo_polygon_centroid'])
      expect(run(name, value)).toBeNull()
    expect(run('geo_point_in_polygon', 0.5, 0.5, value)).toBeNull()
    expect(run('geo_distance_point_to_polygon', 0.5, 0.5, value)).toBeNull()
    expect(run('geo_intersects_2polygons', polygon(square(0, 0, 1, 1)), value)).toBeNull()
  })
})

describe('measures of polygons', () => {
  const area = (value: string) => Number(run('geo_polygon_area', value))
  const octant = polygon([
    [0, 0],
    [90, 0],
    [0, 90],
    [0, 0],
  ])

  test('the area of an eighth of the earth', () => {
    expect(area(octant)).toBeCloseTo((4 * Math.PI * 6371010 ** 2) / 8, -3)
    const [longitude, latitude] = read('geo_polygon_centroid', octant).coordinates
    expect(longitude).toBeCloseTo(45, 9)
    expect(latitude).toBeCloseTo((Math.asin(1 / Math.sqrt(3)) * 180) / Math.PI, 9)
  })
  test('a hole is no part of it', () => {
    const [whole, hole] = [square(0, 0, 10, 10), square(2, 2, 8, 8)]
    expect(area(polygon(whole, hole))).toBeCloseTo(area(polygon(whole)) - area(polygon(hole)), 0)
  })
  test('what two polygons share counts once', () => {
    const [west, east] = [square(0, 0, 10, 1), square(5, -1, 15, 2)]
    const shared = area(multipolygon([west], [east]))
    expect(shared).toBeLessThan(area(polygon(west)) + area(polygon(east)))
    expect(area(multipolygon([square(2, 2, 3, 3)], [square(0, 0, 10, 10)]))).toBeCloseTo(
      area(polygon(square(0, 0, 10, 10))),
      0,
    )
  })
  test('across the antimeridian as elsewhere', () => {
    expect(area(polygon(square(175, -5, -175, 5)))).toBeCloseTo(area(polygon(square(0, -5, 10, 5))), 0)
  })
})

describe('lines', () => {
  test('the shorter way is across the antimeridian', () => {
    expect(run('geo_line_length', line([179, 0], [-179, 0]))).toBeCloseTo((2 * Math.PI * 6371010) / 180, 3)
    const [longitude] = read('geo_line_interpolate_point', line([179, 0], [-179, 0]), 0.5).coordinates
    expect(Math.abs(longitude)).toBe(180)
  })
  test('over the pole', () => {
    expect(run('geo_distance_point_to_line', 45, 90, line([0, 80], [180, 80]))).toBeCloseTo(0, 6)
  })
  test.each([
    ['a single place', line([0, 0])],
    ['twice the same place', line([0, 0], [0, 0])],
    ['opposite places', line([0, 0], [180, 0])],
    ['no coordinates', '{"type":"LineString"}'],
    ['off the earth', line([0, 0], [0, 91])],
  ])('%s is none', (_, value) => {
    expect(run('geo_line_length', value)).toBeNull()
    expect(run('geo_line_centroid', value)).toBeNull()
    expect(run('geo_closest_point_on_line', 0, 0, value)).toBeNull()
    expect(run('geo_intersects_2lines', value, line([0, 0], [1, 1]))).toBeNull()
  })
  test('a line within a polygon meets it, and one in its hole does not', () => {
    const withHole = polygon(square(0, 0, 10, 10), square(2, 2, 8, 8))
    expect(run('geo_intersects_line_with_polygon', line([1, 1], [1, 2]), withHole)).toBe(true)
    expect(run('geo_intersects_line_with_polygon', line([4, 4], [5, 5]), withHole)).toBe(false)
  })
  test('polygons that only share a vertex meet', () => {
    expect(run('geo_intersects_2polygons', polygon(square(0, 0, 1, 1)), polygon(square(1, 1, 2, 2)))).toBe(true)
  })
})

describe('intersections', () => {
  const withHole = polygon(square(0, 0, 10, 10), square(4, 4, 6, 6))

  test('a line through a hole is two', () => {
    const got = read('geo_intersection_line_with_polygon', line([5, -5], [5, 15]), withHole)
    expect(got.type).toBe('MultiLineString')
    expect(got.coordinates.flat().map(([longitude]: number[]) => Math.round(longitude! * 1e9) / 1e9)).toEqual([
      5, 5, 5, 5,
    ])
  })
  test('a line that ends at a vertex has that point', () => {
    expect(read('geo_intersection_line_with_polygon', line([-1, -1], [0, 0]), withHole)).toEqual({
      type: 'Point',
      coordinates: [0, 0],
    })
  })
  test('an edge that two lines share, and a point where they cross', () => {
    const got = read('geo_intersection_2lines', line([0, 0], [1, 0], [1, 5]), line([1, 0], [0, 0], [0, 3], [2, 3]))
    expect(got.geometries.map((g: { type: string }) => g.type)).toEqual(['Point', 'LineString'])
  })
  test('across the antimeridian', () => {
    const got = read('geo_intersection_2lines', line([179, 0], [-179, 0]), line([180, -1], [180, 1]))
    expect(got.type).toBe('Point')
    expect(Math.abs(got.coordinates[0])).toBeCloseTo(180, 9)
  })
})

describe('flat edges', () => {
  test('a meridian and the equator are geodesics already', () => {
    expect(read('geo_line_length', line([0, 0], [0, 80]))).toBeGreaterThan(0)
    expect(read('_geo_line_densify', line([0, 0], [0, 80]), 10).coordinates).toHaveLength(2)
    expect(read('_geo_line_densify', line([0, 0], [90, 0]), 10).coordinates).toHaveLength(2)
  })
  test('a parallel is cut until all is near it', () => {
    const { coordinates } = read('_geo_line_densify', line([0, 60], [40, 60]), 50)
    expect(coordinates.every(([, latitude]: number[]) => Math.abs(latitude! - 60) < 1e-9)).toBe(true)
    expect(coordinates.length).toBeGreaterThan(16)
  })
  test('rings keep their inside on the left', () => {
    const { coordinates } = read(
      '_geo_polygon_densify',
      polygon(backwards(square(0, 0, 1, 1)), square(0.2, 0.2, 0.4, 0.4)),
      9999,
    )
    const area = (ring: number[][]) =>
      ring.slice(1).reduce((sum, [x, y], i) => sum + ring[i]![0]! * y! - x! * ring[i]![1]!, 0)
    expect(coordinates.map(area).map(Math.sign)).toEqual([1, -1])
  })
})

describe('cells', () => {
  test('cells of a polygon are those whose middle is inside', () => {
    const area = polygon(square(0, 0, 1, 1))
    const cells: string[] = read('_geo_h3cells', area, 5)
    expect(cells.length).toBeGreaterThan(20)
    for (const cell of cells) {
      const [longitude, latitude] = read('geo_h3cell_to_central_point', cell).coordinates
      expect(run('geo_point_in_polygon', longitude, latitude, area)).toBe(true)
    }
    expect(run('_geo_h3cells', polygon(square(0, 0, 50, 50)), 12)).toBeNull()
  })
  test('neighbours of a geohash across the antimeridian and none beyond the pole', () => {
    expect(read('geo_geohash_neighbors', 'b').sort()).toEqual(['8', '9', 'c', 'x', 'z'])
  })
  test('a point lies in the cells that are named after it', () => {
    for (const [longitude, latitude] of [
      [180, 0],
      [-180, -90],
      [0, 90],
      [12.5, 41.9],
    ] as const) {
      // biome-ignore format: one line
      const s2 = String(run('geo_point_to_s2cell', longitude, latitude, 10))
      const h3 = String(run('geo_point_to_h3cell', longitude, latitude, 5))
      expect(run('geo_h3cell_level', h3)).toBe(5)
      expect(read('geo_s2cell_neighbors', s2)).toHaveLength(8)
      expect(read('geo_h3cell_rings', h3, 1)[1].sort()).toEqual(read('geo_h3cell_neighbors', h3).sort())
    }
  })
})

describe('well-known text', () => {
  test.each([
    ['POINT(1 2', null],
    ['POINT(1 2) x', null],
    ['POINT(1, 2)', null],
    ['CIRCLE(1 2)', null],
    ['', null],
    ['multipoint((1 2), (3 4))', { type: 'MultiPoint', coordinates: [[1, 2], [3, 4]] }], // biome-ignore format: one line
    ['POINT (-1.5e1 .5)', { type: 'Point', coordinates: [-15, 0.5] }],
  ])('%s', (text, value) => {
    const got = run('geo_from_wkt', text)
    expect(got === null ? null : JSON.parse(String(got))).toEqual(value)
  })
  test('collections that nest without end are no geometry', () => {
    expect(run('geo_from_wkt', 'GEOMETRYCOLLECTION('.repeat(100_000))).toBeNull()
  })
})
