/** What a line has in common with a line or a polygon. */
import type { Dynamic } from '../../types/dynamic.ts'
import { native } from '../define.ts'
import { collection, geometry } from './geo-json.ts'
import { areaIn, contains, cut, type Line, lineIn } from './geo-shape.ts'
import { add, crossing, type Edge, equal, positionOf, unit, type Vector } from './geo-sphere.ts'

interface Common {
  readonly points: readonly Vector[]
  readonly paths: readonly (readonly Vector[])[]
}

/** The simplest GeoJSON of it: an empty collection when there is nothing. */
function shapeOf({ points, paths }: Common): Dynamic {
  const places = points.map(positionOf)
  const lines = paths.map((path) => path.map(positionOf))
  const shapes: Dynamic[] = []
  if (places.length > 0)
    shapes.push(places.length === 1 ? geometry('Point', places[0] ?? null) : geometry('MultiPoint', places))
  if (lines.length > 0)
    shapes.push(lines.length === 1 ? geometry('LineString', lines[0] ?? null) : geometry('MultiLineString', lines))
  return shapes.length === 1 ? (shapes[0] ?? null) : collection(shapes)
}

/** Edges that follow each other are one path. */
function joined(edges: readonly Edge[]): Vector[][] {
  const paths: Vector[][] = []
  for (const [a, b] of edges) {
    const last = paths[paths.length - 1]
    if (last && equal(last[last.length - 1] as Vector, a)) last.push(b)
    else paths.push([a, b])
  }
  return paths
}

const isOn = (p: Vector, paths: readonly (readonly Vector[])[]): boolean =>
  paths.some((path) => path.some((v) => equal(v, p)))

const distinct = (points: readonly Vector[]): Vector[] =>
  points.filter((p, i) => points.findIndex((q) => equal(p, q)) === i)

function commonOfLines(first: Line, second: Line): Common {
  const isShared = ([a, b]: Edge): boolean =>
    second.edges.some(([c, d]) => (equal(a, c) && equal(b, d)) || (equal(a, d) && equal(b, c)))
  const paths = joined(first.edges.filter(isShared))
  const vertices = first.paths.flat().filter((v) => isOn(v, second.paths) && !isOn(v, paths))
  const crossings = first.edges.flatMap(([a, b]) =>
    second.edges.map(([c, d]) => crossing(a, b, c, d)).filter((point) => point !== null),
  )
  return { points: distinct([...vertices, ...crossings]), paths }
}

const LINE = `dynamic({"type":"LineString","coordinates":[[-1,0],[1,0]]})`
const UPWARDS = `dynamic({"type":"LineString","coordinates":[[0,-1],[0,1]]})`
const FAR = `dynamic({"type":"LineString","coordinates":[[7,7],[8,8]]})`
const SQUARE = `dynamic({"type":"Polygon","coordinates":[[[0,-1],[2,-1],[2,1],[0,1],[0,-1]]]})`
const NOTHING = { type: 'GeometryCollection', geometries: [] }

export const geoIntersectionNatives = {
  geo_intersection_2lines: native({
    doc: 'GeoJSON of what two lines or multilines have in common, an empty collection for nothing; null for a value that is no line.',
    takes: ['dynamic', 'dynamic'],
    gives: 'dynamic',
    nulls: 'propagate',
    run: (first: Dynamic, second: Dynamic) => {
      const [a, b] = [lineIn(first), lineIn(second)]
      return a && b && shapeOf(commonOfLines(a, b))
    },
    examples: [
      [`geo_intersection_2lines(${LINE}, ${UPWARDS})`, { type: 'Point', coordinates: [0, 0] }],
      [`geo_intersection_2lines(${LINE}, ${FAR})`, NOTHING],
      [`geo_intersection_2lines(${LINE}, ${SQUARE})`, null],
    ],
  }),
  geo_intersection_line_with_polygon: native({
    doc: 'GeoJSON of the parts of a line or multiline inside of a polygon or multipolygon, an empty collection for none; null for a value that is none.',
    takes: ['dynamic', 'dynamic'],
    gives: 'dynamic',
    nulls: 'propagate',
    run: (first: Dynamic, second: Dynamic) => {
      const [line, area] = [lineIn(first), areaIn(second)]
      if (!line || !area) return null
      const outlines = area.edges.flat()
      const pieces = line.edges.flatMap((edge) => cut(edge, outlines))
      const paths = joined(pieces.filter(([a, b]) => contains(area, unit(add(a, b)))))
      const vertices = line.paths.flat().filter((v) => outlines.some(([a]) => equal(a, v)) && !isOn(v, paths))
      return shapeOf({ points: distinct(vertices), paths })
    },
    examples: [
      [`tostring(geo_intersection_line_with_polygon(${LINE}, ${SQUARE}).type)`, 'LineString'],
      [`geo_intersection_line_with_polygon(${FAR}, ${SQUARE})`, NOTHING],
      [`geo_intersection_line_with_polygon(${SQUARE}, ${SQUARE})`, null],
    ],
  }),
}
