/** Geospatial functions of polygons. */
import type { Dynamic } from '../../types/dynamic.ts'
import { native } from '../define.ts'
import { isPlace, pointOf } from './geo-json.ts'
import { lengthOf, nearestOf } from './geo-line.ts'
import { areaIn, contains, outline } from './geo-shape.ts'
import {
  add,
  angle,
  cross,
  dot,
  EARTH_RADIUS,
  type Edge,
  length,
  normal,
  positionOf,
  scale,
  unit,
  type Vector,
  vectorOf,
} from './geo-sphere.ts'

/** Area of the triangle on the unit sphere, below 0 when it runs clockwise. */
function triangle(a: Vector, b: Vector, c: Vector): number {
  const volume = dot(a, cross(add(b, scale(a, -1)), add(c, scale(a, -1))))
  return 2 * Math.atan2(volume, 1 + dot(a, b) + dot(b, c) + dot(c, a))
}

/** A place near the edges, from which triangles to them cover what they enclose. */
const middle = (edges: readonly Edge[]): Vector => unit(edges.reduce<Vector>((sum, [a]) => add(sum, a), [1e-300, 0, 0]))

function areaOf(edges: readonly Edge[]): number {
  const from = middle(edges)
  return edges.reduce((sum, [a, b]) => sum + triangle(from, a, b), 0)
}

/** Half the sum of the edges' normals, each as long as its edge: the area's own centroid (Stokes). */
const centroidOf = (edges: readonly Edge[]): Vector =>
  edges.reduce<Vector>(
    (sum, [a, b]) => {
      const n = normal(a, b)
      return add(sum, scale(n, angle(a, b) / length(n)))
    },
    [0, 0, 0],
  )

const SQUARE = `dynamic({"type":"Polygon","coordinates":[[[0,-1],[2,-1],[2,1],[0,1],[0,-1]]]})`
const NO_POLYGON = `dynamic({"type":"Polygon","coordinates":[[[0,0],[2,0],[2,0],[0,0]]]})`

export const geoPolygonNatives = {
  geo_point_in_polygon: native({
    doc: 'Whether a point is inside a polygon or multipolygon; null for a place off the earth or a value that is no polygon.',
    takes: ['real', 'real', 'dynamic'],
    gives: 'bool',
    nulls: 'propagate',
    run: (longitude: number, latitude: number, value: Dynamic) => {
      const area = areaIn(value)
      return area && isPlace(longitude, latitude) ? contains(area, vectorOf([longitude, latitude])) : null
    },
    examples: [
      [`geo_point_in_polygon(1, 0, ${SQUARE})`, true],
      [`geo_point_in_polygon(3, 0, ${SQUARE})`, false],
      [`geo_point_in_polygon(1, 0, ${NO_POLYGON})`, null],
    ],
  }),
  geo_distance_point_to_polygon: native({
    doc: 'Shortest distance in metres from a point to a polygon or multipolygon, 0 inside of it; null for a place off the earth or a value that is no polygon.',
    takes: ['real', 'real', 'dynamic'],
    gives: 'real',
    nulls: 'propagate',
    run: (longitude: number, latitude: number, value: Dynamic) => {
      const area = areaIn(value)
      if (!area || !isPlace(longitude, latitude)) return null
      const place = vectorOf([longitude, latitude])
      return contains(area, place) ? 0 : EARTH_RADIUS * nearestOf(place, area.edges.flat()).distance
    },
    examples: [
      [`geo_distance_point_to_polygon(1, 0, ${SQUARE})`, 0],
      [`geo_distance_point_to_polygon(300, 0, ${SQUARE})`, null],
    ],
  }),
  geo_closest_point_on_polygon: native({
    doc: 'GeoJSON point of a polygon or multipolygon that is nearest to a point, which is the point itself inside of it; null for a place off the earth or a value that is no polygon.',
    takes: ['real', 'real', 'dynamic'],
    gives: 'dynamic',
    nulls: 'propagate',
    run: (longitude: number, latitude: number, value: Dynamic) => {
      const area = areaIn(value)
      if (!area || !isPlace(longitude, latitude)) return null
      const place = vectorOf([longitude, latitude])
      return pointOf(
        contains(area, place) ? [longitude, latitude] : positionOf(nearestOf(place, area.edges.flat()).point),
      )
    },
    examples: [
      [`geo_closest_point_on_polygon(1, 0.5, ${SQUARE})`, { type: 'Point', coordinates: [1, 0.5] }],
      [`geo_closest_point_on_polygon(1, 0, ${NO_POLYGON})`, null],
    ],
  }),
  geo_polygon_area: native({
    doc: 'Area in square metres of a polygon or of all of a multipolygon; null for a value that is none.',
    takes: ['dynamic'],
    gives: 'real',
    nulls: 'propagate',
    run: (value: Dynamic) => {
      const area = areaIn(value)
      return area && areaOf(outline(area)) * EARTH_RADIUS ** 2
    },
    examples: [
      [`round(geo_polygon_area(${SQUARE}) / 1e9)`, 49],
      [`geo_polygon_area(${NO_POLYGON})`, null],
    ],
  }),
  geo_polygon_perimeter: native({
    doc: 'Length in metres of the outline of a polygon, its holes included, or of all of a multipolygon; null for a value that is none.',
    takes: ['dynamic'],
    gives: 'real',
    nulls: 'propagate',
    run: (value: Dynamic) => {
      const area = areaIn(value)
      return area && EARTH_RADIUS * lengthOf(outline(area))
    },
    examples: [
      [`round(geo_polygon_perimeter(${SQUARE}) / 1000)`, 889],
      [`geo_polygon_perimeter(${NO_POLYGON})`, null],
    ],
  }),
  geo_polygon_centroid: native({
    doc: 'GeoJSON point in the middle of a polygon or of all of a multipolygon; null for a value that is none.',
    takes: ['dynamic'],
    gives: 'dynamic',
    nulls: 'propagate',
    run: (value: Dynamic) => {
      const area = areaIn(value)
      return area && pointOf(positionOf(centroidOf(outline(area))))
    },
    examples: [[`geo_polygon_centroid(${NO_POLYGON})`, null]],
  }),
}
