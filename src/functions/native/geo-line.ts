/** Geospatial functions of lines. */
import type { Dynamic } from '../../types/dynamic.ts'
import { native, scalar } from '../define.ts'
import { isPlace, pointOf } from './geo-json.ts'
import { refuseSpheroid } from './geo-point.ts'
import { type Line, lineIn } from './geo-shape.ts'
import {
  add,
  along,
  angle,
  dot,
  EARTH_RADIUS,
  type Edge,
  nearestOn,
  positionOf,
  scale,
  type Vector,
  vectorOf,
} from './geo-sphere.ts'

export const lengthOf = (edges: readonly Edge[]): number => edges.reduce((sum, [a, b]) => sum + angle(a, b), 0)

interface Nearest {
  readonly point: Vector
  /** The edge that it is on. */
  readonly at: number
  /** In radians. */
  readonly distance: number
}

export function nearestOf(p: Vector, edges: readonly Edge[]): Nearest {
  let nearest: Nearest = { point: p, at: 0, distance: Number.POSITIVE_INFINITY }
  for (const [at, [a, b]] of edges.entries()) {
    const point = nearestOn(p, a, b)
    const distance = angle(p, point)
    if (distance < nearest.distance) nearest = { point, at, distance }
  }
  return nearest
}

/** Sum of the middles of the edges, each as heavy as it is long (S2's true centroid of an edge). */
function centroidOf(edges: readonly Edge[]): Vector {
  return edges.reduce<Vector>(
    (sum, [a, b]) => {
      const [together, apart] = [add(a, b), add(a, scale(b, -1))]
      return add(sum, scale(together, Math.sqrt(dot(apart, apart) / dot(together, together))))
    },
    [0, 0, 0],
  )
}

function pointAt(line: Line, fraction: number): Vector {
  let left = fraction * lengthOf(line.edges)
  for (const [a, b] of line.edges) {
    const edge = angle(a, b)
    if (left <= edge) return along(a, b, left / edge)
    left -= edge
  }
  return line.edges[line.edges.length - 1]?.[1] as Vector
}

function fractionAt(line: Line, place: Vector): number {
  const { point, at } = nearestOf(place, line.edges)
  const before = lengthOf(line.edges.slice(0, at)) + angle(line.edges[at]?.[0] as Vector, point)
  return Math.min(1, before / lengthOf(line.edges))
}

const LINE = `dynamic({"type":"LineString","coordinates":[[0,0],[2,0]]})`
const NO_LINE = `dynamic({"type":"LineString","coordinates":[[0,0]]})`

export const geoLineNatives = {
  geo_distance_point_to_line: native({
    doc: 'Shortest distance in metres from a point to a line or multiline; null for a place off the earth or a value that is no line.',
    takes: ['real', 'real', 'dynamic'],
    gives: 'real',
    nulls: 'propagate',
    run: (longitude: number, latitude: number, value: Dynamic) => {
      const line = lineIn(value)
      if (!line || !isPlace(longitude, latitude)) return null
      return EARTH_RADIUS * nearestOf(vectorOf([longitude, latitude]), line.edges).distance
    },
    examples: [
      [`geo_distance_point_to_line(1, 0, ${LINE})`, 0],
      [`geo_distance_point_to_line(1, 0, ${NO_LINE})`, null],
    ],
  }),
  geo_closest_point_on_line: native({
    doc: 'GeoJSON point of a line or multiline that is nearest to a point; null for a place off the earth or a value that is no line.',
    takes: ['real', 'real', 'dynamic'],
    gives: 'dynamic',
    nulls: 'propagate',
    run: (longitude: number, latitude: number, value: Dynamic) => {
      const line = lineIn(value)
      if (!line || !isPlace(longitude, latitude)) return null
      return pointOf(positionOf(nearestOf(vectorOf([longitude, latitude]), line.edges).point))
    },
    examples: [
      [`geo_closest_point_on_line(-3, 0, ${LINE})`, { type: 'Point', coordinates: [0, 0] }],
      [`geo_closest_point_on_line(1, 91, ${LINE})`, null],
    ],
  }),
  geo_line_length: native({
    doc: 'Length in metres of a line or multiline; null for a value that is none.',
    takes: ['dynamic'],
    gives: 'real',
    nulls: 'propagate',
    run: (value: Dynamic) => {
      const line = lineIn(value)
      return line && EARTH_RADIUS * lengthOf(line.edges)
    },
    examples: [
      [`round(geo_line_length(${LINE}))`, 222390],
      [`geo_line_length(${NO_LINE})`, null],
    ],
  }),
  geo_line_centroid: native({
    doc: 'GeoJSON point in the middle of a line or multiline; null for a value that is none.',
    takes: ['dynamic'],
    gives: 'dynamic',
    nulls: 'propagate',
    run: (value: Dynamic) => {
      const line = lineIn(value)
      return line && pointOf(positionOf(centroidOf(line.edges)))
    },
    examples: [
      [`round(todouble(geo_line_centroid(${LINE}).coordinates[0]), 9)`, 1],
      [`geo_line_centroid(${NO_LINE})`, null],
    ],
  }),
  geo_line_interpolate_point: native({
    doc: 'GeoJSON point at `fraction` (0 to 1) of the length of a line; null for another fraction or a value that is no line.',
    takes: ['dynamic', 'real'],
    gives: 'dynamic',
    nulls: 'propagate',
    run: (value: Dynamic, fraction: number) => {
      const line = lineIn(value)
      if (line?.paths.length !== 1 || !(fraction >= 0 && fraction <= 1)) return null
      return pointOf(positionOf(pointAt(line, fraction)))
    },
    examples: [
      [`geo_line_interpolate_point(${LINE}, 0.5)`, { type: 'Point', coordinates: [1, 0] }],
      [`geo_line_interpolate_point(${LINE}, 2.0)`, null],
    ],
  }),
  geo_line_locate_point: scalar({
    doc: 'Fraction of the length of a line at which it is nearest to a point; null for a place off the earth or a value that is no line.',
    takes: ['dynamic', 'real', 'real', 'bool'],
    gives: 'real',
    nulls: 'propagate',
    render: {
      duckdb: ([line, longitude, latitude, spheroid], cx) => {
        refuseSpheroid(spheroid)
        return cx.native('_geo_fraction', line!.sql, longitude!.sql, latitude!.sql)
      },
    },
    examples: [
      [`geo_line_locate_point(${LINE}, 3, 0)`, 1],
      [`geo_line_locate_point(${NO_LINE}, 3, 0)`, null],
    ],
  }),
  _geo_fraction: native({
    doc: 'Fraction of the length of a line at which it is nearest to a point, on a sphere.',
    takes: ['dynamic', 'real', 'real'],
    gives: 'real',
    nulls: 'propagate',
    run: (value: Dynamic, longitude: number, latitude: number) => {
      const line = lineIn(value)
      if (line?.paths.length !== 1 || !isPlace(longitude, latitude)) return null
      return fractionAt(line, vectorOf([longitude, latitude]))
    },
    examples: [],
  }),
}
