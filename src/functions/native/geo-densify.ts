/** Straight edges of a flat map as chains of geodesics, cut where S2's own tessellator cuts them. */

import { KqlError } from '../../base/errors.ts'
import { raw } from '../../sql/sql.ts'
import type { Dynamic } from '../../types/dynamic.ts'
import { type Arg, native, scalar } from '../define.ts'
import { geometry, type Position, pathsIn } from './geo-json.ts'
import { areaIn, lineIn, ringsOf } from './geo-shape.ts'
import { along, angle, EARTH_RADIUS, positionOf, vectorOf } from './geo-sphere.ts'

const DEFAULT_SQL = raw('10::DOUBLE')
/** Limits of the documentation page, in metres. */
const [MIN_TOLERANCE, MAX_TOLERANCE] = [0.1, 10_000]

/** Where on an edge S2 takes its error to be the largest, and by how much it may be wrong. */
const [NEAR, SAFE] = [0.31215691082248315, 0.8382999256988851]

const between = (a: Position, b: Position, t: number): Position => [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t]

function isFlatEnough(a: Position, b: Position, tolerance: number): boolean {
  const [from, to] = [vectorOf(a), vectorOf(b)]
  const error = (t: number): number => angle(along(from, to, t), vectorOf(between(a, b, t)))
  return Math.max(error(NEAR), error(1 - NEAR)) <= tolerance
}

/** All after `a`. */
function chain(a: Position, b: Position, tolerance: number): Position[] {
  if (isFlatEnough(a, b, tolerance)) return [b]
  const middle = between(a, b, 0.5)
  return [...chain(a, middle, tolerance), ...chain(middle, b, tolerance)]
}

function densified(path: readonly Position[], metres: number): Position[] {
  const tolerance = (SAFE * metres) / EARTH_RADIUS
  const rest = path.slice(1).flatMap((to, i) => chain(path[i] as Position, to, tolerance))
  // Each place goes over the sphere and back, which shows in its last digit.
  return [path[0] as Position, ...rest].map((place) => positionOf(vectorOf(place)))
}

const isTolerance = (metres: number): boolean => metres >= MIN_TOLERANCE && metres <= MAX_TOLERANCE

function refuseCrossing(crossing: Arg | undefined): void {
  if (crossing === undefined || crossing.constant === false) return
  throw new KqlError('unsupported', {
    what: 'preserve_crossing',
    reason: 'how the engine cuts edges at the antimeridian is not documented',
  })
}

const LINE = `dynamic({"type":"LineString","coordinates":[[0,60],[2,60]]})`
const SQUARE = `dynamic({"type":"Polygon","coordinates":[[[0,59],[2,59],[2,60],[0,60],[0,59]]]})`

export const geoDensifyNatives = {
  geo_line_densify: scalar({
    doc: 'GeoJSON of a line or multiline of a flat map, with places put between until it is within `tolerance` metres (0.1 to 10000, 10 unless given) of geodesics; null for another tolerance or a value that is no line.',
    takes: ['dynamic', 'real', 'bool'],
    gives: 'dynamic',
    nulls: 'propagate',
    render: {
      duckdb: ([line, tolerance, crossing], cx) => {
        refuseCrossing(crossing)
        return cx.native('_geo_line_densify', line!.sql, tolerance?.sql ?? DEFAULT_SQL)
      },
    },
    examples: [
      [`array_length(geo_line_densify(${LINE}, 100).coordinates)`, 5],
      [`geo_line_densify(${LINE}, 0)`, null],
    ],
  }),
  _geo_line_densify: native({
    doc: 'The line with places put between.',
    takes: ['dynamic', 'real'],
    gives: 'dynamic',
    nulls: 'propagate',
    run: (value: Dynamic, tolerance: number) => {
      if (!lineIn(value) || !isTolerance(tolerance)) return null
      const paths = (pathsIn(value) ?? []).map((path) => densified(path, tolerance))
      return paths.length === 1 ? geometry('LineString', paths[0] ?? null) : geometry('MultiLineString', paths)
    },
    examples: [],
  }),
  geo_polygon_densify: scalar({
    doc: 'GeoJSON of a polygon or multipolygon of a flat map, with places put between until its edges are within `tolerance` metres (0.1 to 10000, 10 unless given) of geodesics; null for another tolerance or a value that is no polygon.',
    takes: ['dynamic', 'real', 'bool'],
    gives: 'dynamic',
    nulls: 'propagate',
    render: {
      duckdb: ([polygon, tolerance, crossing], cx) => {
        refuseCrossing(crossing)
        return cx.native('_geo_polygon_densify', polygon!.sql, tolerance?.sql ?? DEFAULT_SQL)
      },
    },
    examples: [
      [`array_length(geo_polygon_densify(${SQUARE}, 100).coordinates[0])`, 11],
      [`geo_polygon_densify(${SQUARE}, 0)`, null],
    ],
  }),
  _geo_polygon_densify: native({
    doc: 'The polygon with places put between.',
    takes: ['dynamic', 'real'],
    gives: 'dynamic',
    nulls: 'propagate',
    run: (value: Dynamic, tolerance: number) => {
      const area = areaIn(value)
      if (!area || !isTolerance(tolerance)) return null
      const polygons = area.polygons.map((polygon) =>
        ringsOf(polygon).map((ring) => densified(ring.map(positionOf), tolerance)),
      )
      return polygons.length === 1 ? geometry('Polygon', polygons[0] ?? null) : geometry('MultiPolygon', polygons)
    },
    examples: [],
  }),
}
