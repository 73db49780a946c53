/**
 * The circle around a point, as S2 draws it: corners at the radius, as few as keep the sides within the tolerance.
 * Source: https://learn.microsoft.com/kusto/query/geo-point-buffer-function
 */
import { native } from '../define.ts'
import { geometry, isPlace } from './geo-json.ts'
import { add, cross, EARTH_RADIUS, positionOf, scale, unit, type Vector, vectorOf } from './geo-sphere.ts'

const DEFAULT_TOLERANCE = 10
/** Of the radius (documentation page). */
const LEAST_TOLERANCE = 1e-6
/** Of a tolerance above the radius, the most that is below it is left (documentation page). */
const MOST_TOLERANCE = 1 - Number.EPSILON

/** A direction at right angles to `v`: the cross product with the axis before its largest coordinate, a little tilted. */
function aside(v: Vector): Vector {
  const [x, y, z] = v.map(Math.abs) as [number, number, number]
  const largest = x > y ? (x > z ? 0 : 2) : y > z ? 1 : 2
  const axis: [number, number, number] = [0.012, 0.0053, 0.00457]
  axis[(largest + 2) % 3] = 1
  return unit(cross(v, axis))
}

/** Corners of the circle; none where it would be a great circle or more. */
function cornersOf(radius: number, tolerance: number): number {
  const inner = radius * (1 - Math.min(tolerance / radius, MOST_TOLERANCE))
  const angle = radius / EARTH_RADIUS
  if (!(angle < Math.PI / 2)) return 0
  return Math.ceil(Math.PI / Math.acos(Math.tan(inner / EARTH_RADIUS) / Math.tan(angle)))
}

export const geoBufferNatives = {
  geo_point_buffer: native({
    doc: 'GeoJSON polygon of what is within `radius` metres of a point, true to `tolerance` metres (10 unless given); null for a place off the earth, a radius that is not positive, or a tolerance below a millionth of it.',
    takes: ['real', 'real', 'real', 'real'],
    optional: 1,
    gives: 'dynamic',
    nulls: 'propagate',
    run: (longitude: number, latitude: number, radius: number, tolerance = DEFAULT_TOLERANCE) => {
      if (!isPlace(longitude, latitude) || !(radius > 0 && tolerance >= LEAST_TOLERANCE * radius)) return null
      const corners = cornersOf(radius, tolerance)
      if (corners === 0) return null
      const middle = vectorOf([longitude, latitude])
      const first = aside(middle)
      const second = cross(middle, first)
      const angle = radius / EARTH_RADIUS
      const ring = Array.from({ length: corners }, (_, i) => {
        const turn = (2 * Math.PI * i) / corners
        const direction = add(scale(first, Math.cos(turn)), scale(second, Math.sin(turn)))
        return positionOf(add(scale(middle, Math.cos(angle)), scale(direction, Math.sin(angle))))
      })
      return geometry('Polygon', [[...ring, ring[0]!]])
    },
    examples: [
      ['array_length(geo_point_buffer(2.35, 48.86, 20000).coordinates[0])', 101],
      ['array_length(geo_point_buffer(2.35, 48.86, 3000).coordinates[0])', 40],
      ['array_length(geo_point_buffer(2.35, 48.86, 20000, 100).coordinates[0])', 33],
      ['array_length(geo_point_buffer(2.35, 48.86, 5, 10).coordinates[0])', 4],
      ['geo_point_in_polygon(2.36, 48.86, geo_point_buffer(2.35, 48.86, 1000))', true],
      ['geo_point_buffer(200, 48.86, 10)', null],
      ['geo_point_buffer(2.35, 48.86, -1)', null],
      ['geo_point_buffer(2.35, 48.86, 10, 0)', null],
    ],
  }),
}
