/** Geospatial functions of points, on a sphere as the engine has them (measured). */
import { KqlError } from '../../base/errors.ts'
import { type Arg, native, scalar } from '../define.ts'
import { isPlace } from './geo-json.ts'
import { angle, cross, dot, EARTH_RADIUS, length, radians, type Vector, vectorOf } from './geo-sphere.ts'

/** Longitude and latitude in turn. */
const arePlaces = (...numbers: readonly number[]): boolean =>
  numbers.every((n, i) => i % 2 === 1 || isPlace(n, numbers[i + 1] ?? Number.NaN))

const vector = (longitude: number, latitude: number): Vector => vectorOf([longitude, latitude])

/** Sines below this are rounding. */
const NO_ANGLE = 1e-15
const makeLine = (a: Vector, b: Vector): boolean => length(cross(a, b)) > NO_ANGLE

const metres = (lon1: number, lat1: number, lon2: number, lat2: number): number => {
  const [dLon, dLat] = [Math.sin(radians(lon2 - lon1) / 2), Math.sin(radians(lat2 - lat1) / 2)]
  const h = dLat * dLat + Math.cos(radians(lat1)) * Math.cos(radians(lat2)) * dLon * dLon
  return 2 * EARTH_RADIUS * Math.asin(Math.sqrt(Math.min(1, h)))
}

/** On a spheroid, lines are other curves, of which only the engine's library knows the digits. */
export function refuseSpheroid(spheroid: Arg | undefined): void {
  if (spheroid === undefined || spheroid.constant === false) return
  throw new KqlError('unsupported', {
    what: 'use_spheroid',
    reason: 'distances are measured on a sphere here',
  })
}

export const geoPointNatives = {
  geo_angle: native({
    doc: 'Angle in radians, clockwise from the line `p2`-`p1` to the line `p2`-`p3`; null for places off the earth or points that are the same or opposite.',
    takes: ['real', 'real', 'real', 'real', 'real', 'real'],
    gives: 'real',
    nulls: 'propagate',
    run: (lon1: number, lat1: number, lon2: number, lat2: number, lon3: number, lat3: number) => {
      if (!arePlaces(lon1, lat1, lon2, lat2, lon3, lat3)) return null
      const [a, b, c] = [vector(lon1, lat1), vector(lon2, lat2), vector(lon3, lat3)]
      // Points that are the same or opposite make no line (documentation page).
      if (!makeLine(a, b) || !makeLine(b, c)) return null
      // The angle at `p2` grows clockwise as seen from above: from north by east to south.
      const turn = angle(cross(a, b), cross(c, b))
      return dot(cross(a, c), b) > 0 ? 2 * Math.PI - turn : turn
    },
    examples: [['geo_angle(0, 10, 0, 10, 3, -10)', null]],
  }),
  geo_azimuth: native({
    doc: 'Angle in radians, clockwise from north to the line from `p1` to `p2`; null for places off the earth or points that are the same or opposite.',
    takes: ['real', 'real', 'real', 'real'],
    gives: 'real',
    nulls: 'propagate',
    run: (lon1: number, lat1: number, lon2: number, lat2: number) => {
      if (!arePlaces(lon1, lat1, lon2, lat2) || !makeLine(vector(lon1, lat1), vector(lon2, lat2))) return null
      const [from, to, turn] = [radians(lat1), radians(lat2), radians(lon2 - lon1)]
      const east = Math.sin(turn) * Math.cos(to)
      const north = Math.cos(from) * Math.sin(to) - Math.sin(from) * Math.cos(to) * Math.cos(turn)
      const angle = Math.atan2(east, north)
      return angle < 0 ? angle + 2 * Math.PI : angle
    },
    examples: [
      ['geo_azimuth(0, 0, 90, 0)', Math.PI / 2],
      ['geo_azimuth(0, 0, -90, 0)', (3 * Math.PI) / 2],
      ['geo_azimuth(7, 7, 7, 7)', null],
    ],
  }),
  geo_distance_2points: scalar({
    doc: 'Shortest distance in metres between two points; null for places off the earth.',
    takes: ['real', 'real', 'real', 'real', 'bool'],
    gives: 'real',
    nulls: 'propagate',
    render: {
      duckdb: ([lon1, lat1, lon2, lat2, spheroid], cx) => {
        refuseSpheroid(spheroid)
        return cx.native('_geo_metres', lon1!.sql, lat1!.sql, lon2!.sql, lat2!.sql)
      },
    },
    examples: [
      ['geo_distance_2points(20, 10, 20, 10)', 0],
      ['geo_distance_2points(181, 1, 1, 1)', null],
    ],
  }),
  _geo_metres: native({
    doc: 'Distance in metres between two points, on a sphere.',
    takes: ['real', 'real', 'real', 'real'],
    gives: 'real',
    nulls: 'propagate',
    run: (lon1: number, lat1: number, lon2: number, lat2: number) =>
      arePlaces(lon1, lat1, lon2, lat2) ? metres(lon1, lat1, lon2, lat2) : null,
    examples: [],
  }),
  geo_point_in_circle: native({
    doc: 'Whether a point is within `radius` metres of a centre; null for places off the earth or a radius below 0.',
    takes: ['real', 'real', 'real', 'real', 'real'],
    gives: 'bool',
    nulls: 'propagate',
    run: (lon: number, lat: number, centreLon: number, centreLat: number, radius: number) =>
      arePlaces(lon, lat, centreLon, centreLat) && radius >= 0
        ? metres(lon, lat, centreLon, centreLat) <= radius
        : null,
    examples: [
      ['geo_point_in_circle(20, 10, 20.001, 10, 200)', true],
      ['geo_point_in_circle(20, 10, 21, 10, 200)', false],
      ['geo_point_in_circle(20, 91, 21, 10, 200)', null],
    ],
  }),
}
