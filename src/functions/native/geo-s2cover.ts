/**
 * The S2 cells of a level that a shape, or what is within a distance of it, has a part in.
 * Source: https://learn.microsoft.com/kusto/query/geo-polygon-to-s2cells-function and …/geo-line-to-s2cells-function
 */
import type { Dynamic } from '../../types/dynamic.ts'
import { native } from '../define.ts'
import { type S2Cell, s2 } from './geo-library.ts'
import { nearestOf } from './geo-line.ts'
import { areaIn, lineIn } from './geo-shape.ts'
import { crossing, EARTH_RADIUS, type Edge, edgesOf, type Vector } from './geo-sphere.ts'

const DEFAULT_LEVEL = 11
const MAX_LEVEL = 30
/** More are null (documentation pages). */
const MAX_CELLS = 65_536
const FACES = [0, 1, 2, 3, 4, 5]

interface Shape {
  readonly edges: readonly Edge[]
  meets(cell: S2Cell): boolean
}

const outlineOf = (cell: S2Cell): Edge[] =>
  edgesOf(
    [0, 1, 2, 3, 0].map((corner): Vector => {
      const { x, y, z } = cell.vertex(corner)
      return [x, y, z]
    }),
  )

/** Whether the edges come within a distance of one another: then an end does, unless they cross. */
const near = (some: readonly Edge[], others: readonly Edge[], distance: number): boolean =>
  some.some(([a]) => nearestOf(a, others).distance <= distance) ||
  others.some(([a, b]) => [a, b].some((end) => nearestOf(end, some).distance <= distance)) ||
  some.some(([a, b]) => others.some(([c, d]) => crossing(a, b, c, d) !== null))

/** In the order of the cells' numbers. */
function cover(shape: Shape | null, level: number, radius: number): Dynamic {
  if (!shape || !(level >= 0 && level <= MAX_LEVEL) || !(radius >= 0)) return null
  const { Cell, cellid } = s2()
  const reaches = (cell: S2Cell): boolean =>
    shape.meets(cell) || (radius > 0 && near(outlineOf(cell), shape.edges, radius / EARTH_RADIUS))
  const open = FACES.map((face) => cellid.fromFace(face)).reverse()
  const found: string[] = []
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (!reaches(Cell.fromCellID(id))) continue
    if (cellid.level(id) < level) open.push(...cellid.children(id).reverse())
    else if (found.push(cellid.toToken(id)) > MAX_CELLS) return null
  }
  return found
}

function areaShape(value: Dynamic): Shape | null {
  const area = areaIn(value)
  return area && { edges: area.edges.flat(), meets: (cell) => area.polygons.some((p) => p.intersectsCell(cell)) }
}

function lineShape(value: Dynamic): Shape | null {
  const line = lineIn(value)
  if (!line) return null
  const { Point, Polyline } = s2()
  const paths = line.paths.map((path) => new Polyline(path.map(([x, y, z]) => new Point(x, y, z))))
  return { edges: line.edges, meets: (cell) => paths.some((path) => path.intersectsCell(cell)) }
}

const TRIANGLE = `dynamic({"type":"Polygon","coordinates":[[[0,0],[0,50],[100,50],[0,0]]]})`
const LINE = `dynamic({"type":"LineString","coordinates":[[2.3,48.8],[2.4,48.9]]})`

const covering = (
  doc: string,
  shapeOf: (value: Dynamic) => Shape | null,
  examples: readonly (readonly [string, unknown])[],
) =>
  native({
    doc,
    takes: ['dynamic', 'int', 'real'],
    optional: 2,
    gives: 'dynamic',
    nulls: 'propagate',
    run: (value: Dynamic, level = DEFAULT_LEVEL, radius = 0) => cover(shapeOf(value), level, radius),
    examples,
  })

export const geoS2coverNatives = {
  geo_polygon_to_s2cells: covering(
    'Tokens of the S2 cells of a `level` (0 to 30, 11 unless given) that a polygon or multipolygon, or a place within `radius` metres of it, has a part in; null for another level, a radius below 0, a value that is no polygon, or more than 65536 cells.',
    areaShape,
    [
      [`array_length(geo_polygon_to_s2cells(${TRIANGLE}, 5))`, 286],
      [`geo_polygon_to_s2cells(${TRIANGLE}, 1)`, ['04', '0c', '14', '1c', '44', '4c', '5c']],
      [`geo_polygon_to_s2cells(${TRIANGLE}, 30)`, null],
      [`geo_polygon_to_s2cells(${TRIANGLE}, 31)`, null],
      [`geo_polygon_to_s2cells(${TRIANGLE}, 5, -1.0)`, null],
      [`geo_polygon_to_s2cells(${LINE})`, null],
    ],
  ),
  geo_line_to_s2cells: covering(
    'Tokens of the S2 cells of a `level` (0 to 30, 11 unless given) that a line or multiline, or a place within `radius` metres of it, has a part in; null for another level, a radius below 0, a value that is no line, or more than 65536 cells.',
    lineShape,
    [
      [`geo_line_to_s2cells(${LINE}, 8)`, ['47e67']],
      [`array_length(geo_line_to_s2cells(${LINE}, 8, 50000.0))`, 20],
      [`geo_line_to_s2cells(dynamic({"type":"LineString","coordinates":[[0,0],[0,0]]}))`, null],
    ],
  ),
}
