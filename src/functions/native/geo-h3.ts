/** Geospatial functions of H3 cells, by the library of those who made them. */

import { KqlError } from '../../base/errors.ts'
import { raw } from '../../sql/sql.ts'
import type { Dynamic } from '../../types/dynamic.ts'
import { native, scalar } from '../define.ts'
import { geometry, isPlace, type Position, pointOf, ringsIn } from './geo-json.ts'
import { h3 } from './geo-library.ts'
import { geoPolygonNatives } from './geo-polygon.ts'
import { areaIn } from './geo-shape.ts'

const DEFAULT_RESOLUTION = 6
const MAX_RESOLUTION = 15
/** As many as fit into 1 MB, the most that a dynamic holds in the engine. */
const MAX_CELLS = 58_000

/** Limits of the documentation pages. */
const MAX_LEVELS_DOWN = 5
const MAX_DISTANCE = 142

const isWithin = (n: number, low: number, high: number): boolean => Number.isInteger(n) && n >= low && n <= high

/** Null where the library gives up, as on rings that span most of the earth. */
function cellsIn(rings: readonly (readonly Position[])[], resolution: number): string[] | null {
  const polygon = rings.map((ring) => ring.map(([longitude, latitude]) => [longitude, latitude]))
  try {
    return h3().polygonToCells(polygon, resolution, true)
  } catch {
    return null
  }
}

const TRIANGLE = `dynamic({"type":"Polygon","coordinates":[[[0,0],[2,0],[1,2],[0,0]]]})`

export const geoH3Natives = {
  geo_point_to_h3cell: native({
    doc: 'The H3 cell of a point at `resolution` (0 to 15, 6 unless given); empty for a place off the earth or another resolution.',
    takes: ['real', 'real', 'int'],
    optional: 1,
    gives: 'string',
    nulls: 'empty-string',
    run: (longitude: number, latitude: number, resolution = DEFAULT_RESOLUTION) => {
      const possible = isPlace(longitude, latitude) && isWithin(resolution, 0, MAX_RESOLUTION)
      return possible ? h3().latLngToCell(latitude, longitude, resolution) : ''
    },
    examples: [
      ['geo_point_to_h3cell(2.35, 48.86, 5)', '851fb467fffffff'],
      ['geo_point_to_h3cell(2.35, 98.86, 5)', ''],
      ['geo_point_to_h3cell(2.35, 48.86, int(null))', ''],
    ],
  }),
  geo_h3cell_to_central_point: native({
    doc: 'GeoJSON point in the middle of an H3 cell; null for text that is no cell.',
    takes: ['string'],
    gives: 'dynamic',
    nulls: 'propagate',
    run: (cell: string) => {
      if (!h3().isValidCell(cell)) return null
      const [latitude, longitude] = h3().cellToLatLng(cell)
      return pointOf([longitude, latitude])
    },
    examples: [["geo_h3cell_to_central_point('x')", null]],
  }),
  geo_h3cell_to_polygon: native({
    doc: 'GeoJSON polygon of an H3 cell; null for text that is no cell.',
    takes: ['string'],
    gives: 'dynamic',
    nulls: 'propagate',
    run: (cell: string) => (h3().isValidCell(cell) ? geometry('Polygon', [h3().cellToBoundary(cell, true)]) : null),
    examples: [["array_length(geo_h3cell_to_polygon('851fb467fffffff').coordinates[0])", 7]],
  }),
  geo_h3cell_level: native({
    doc: 'Resolution of an H3 cell; null for text that is no cell.',
    takes: ['string'],
    gives: 'int',
    nulls: 'propagate',
    run: (cell: string) => (h3().isValidCell(cell) ? h3().getResolution(cell) : null),
    examples: [
      ["geo_h3cell_level('851fb467fffffff')", 5],
      ["geo_h3cell_level('')", null],
    ],
  }),
  geo_h3cell_parent: native({
    doc: 'The H3 cell at `resolution` that holds `h3cell`, the next larger one unless given; empty for text that is no cell or a resolution that is not lower.',
    takes: ['string', 'int'],
    optional: 1,
    gives: 'string',
    nulls: 'empty-string',
    run: (cell: string, resolution?: number) => {
      if (!h3().isValidCell(cell)) return ''
      const own = h3().getResolution(cell)
      const wanted = resolution ?? own - 1
      return isWithin(wanted, 0, own - 1) ? h3().cellToParent(cell, wanted) : ''
    },
    examples: [
      ["geo_h3cell_parent('851fb467fffffff')", '841fb47ffffffff'],
      ["geo_h3cell_parent('851fb467fffffff', 6)", ''],
      ["geo_h3cell_parent('851fb467fffffff', int(null))", ''],
    ],
  }),
  geo_h3cell_children: native({
    doc: 'The H3 cells at `resolution` within `h3cell`, those of the next resolution unless given; null for text that is no cell, a resolution that is not higher, or more than 5 higher.',
    takes: ['string', 'int'],
    optional: 1,
    gives: 'dynamic',
    nulls: 'propagate',
    run: (cell: string, resolution?: number) => {
      if (!h3().isValidCell(cell)) return null
      const own = h3().getResolution(cell)
      const wanted = resolution ?? own + 1
      const most = Math.min(MAX_RESOLUTION, own + MAX_LEVELS_DOWN)
      return isWithin(wanted, own + 1, most) ? h3().cellToChildren(cell, wanted) : null
    },
    examples: [
      ["array_length(geo_h3cell_children('851fb467fffffff', 7))", 49],
      ["geo_h3cell_children('851fb467fffffff', 5)", null],
      ["geo_h3cell_children('851fb467fffffff', int(null))", null],
    ],
  }),
  geo_h3cell_neighbors: native({
    doc: 'The H3 cells around `h3cell`; null for text that is no cell.',
    takes: ['string'],
    gives: 'dynamic',
    nulls: 'propagate',
    run: (cell: string) => (h3().isValidCell(cell) ? h3().gridDisk(cell, 1).slice(1) : null),
    examples: [
      ["array_length(geo_h3cell_neighbors('851fb467fffffff'))", 6],
      ["geo_h3cell_neighbors('8')", null],
    ],
  }),
  geo_h3cell_rings: native({
    doc: 'Arrays of the H3 cells at each distance from `h3cell`, from 0 to `distance` (at most 142); null for text that is no cell or another distance.',
    takes: ['string', 'int'],
    gives: 'dynamic',
    nulls: 'propagate',
    run: (cell: string, distance: number): Dynamic =>
      h3().isValidCell(cell) && isWithin(distance, 0, MAX_DISTANCE) ? h3().gridDiskDistances(cell, distance) : null,
    examples: [
      ["geo_h3cell_rings('851fb467fffffff', 0)", [['851fb467fffffff']]],
      ["geo_h3cell_rings('851fb467fffffff', 143)", null],
    ],
  }),
  geo_polygon_to_h3cells: scalar({
    doc: 'The H3 cells at `resolution` (0 to 15, 6 unless given) whose middle is inside of a polygon or multipolygon; null for another resolution, a value that is no polygon, or more than 1 MB of cells.',
    takes: ['dynamic', 'int', 'real'],
    gives: 'dynamic',
    nulls: 'propagate',
    render: {
      duckdb: ([polygon, resolution, radius], cx) => {
        if (radius)
          throw new KqlError('unsupported', {
            what: 'A radius around a polygon',
            reason: "its outline depends on how the engine's own geometry library rounds",
          })
        return cx.native('_geo_h3cells', polygon!.sql, resolution?.sql ?? raw(String(DEFAULT_RESOLUTION)))
      },
    },
    examples: [
      [`array_length(geo_polygon_to_h3cells(${TRIANGLE}, 3))`, 3],
      [`geo_polygon_to_h3cells(${TRIANGLE}, 16)`, null],
    ],
  }),
  _geo_h3cells: native({
    doc: 'The H3 cells whose middle is inside of a polygon.',
    takes: ['dynamic', 'int'],
    gives: 'dynamic',
    nulls: 'propagate',
    run: (value: Dynamic, resolution: number) => {
      const polygons = areaIn(value) && ringsIn(value)
      if (!polygons || !isWithin(resolution, 0, MAX_RESOLUTION)) return null
      const size = Number(geoPolygonNatives.geo_polygon_area.run(value)) / h3().getHexagonAreaAvg(resolution, 'm2')
      if (size > MAX_CELLS) return null
      const cells = polygons.map((rings) => cellsIn(rings, resolution))
      return cells.some((c) => c === null) ? null : [...new Set(cells.flatMap((c) => c ?? []))]
    },
    examples: [],
  }),
}
