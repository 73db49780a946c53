/** Geospatial functions of S2 cells, named by their tokens. */
import type { Dynamic } from '../../types/dynamic.ts'
import { native } from '../define.ts'
import { geometry, isPlace, type Position, pointOf } from './geo-json.ts'
import { type S2Point, s2 } from './geo-library.ts'
import { positionOf } from './geo-sphere.ts'

const DEFAULT_LEVEL = 11
const MAX_LEVEL = 30
const TOKEN = /^[0-9a-fA-F]{1,16}$/

/** Null for text that is no token of a cell. */
function cellOf(token: string): bigint | null {
  if (!TOKEN.test(token)) return null
  const cell = BigInt(`0x${token.padEnd(16, '0')}`)
  return s2().cellid.valid(cell) ? cell : null
}

const placeOf = ({ x, y, z }: S2Point): Position => positionOf([x, y, z])

export const geoS2cellNatives = {
  geo_point_to_s2cell: native({
    doc: 'Token of the S2 cell of a point at `level` (0 to 30, 11 unless given); empty for a place off the earth or another level.',
    takes: ['real', 'real', 'int'],
    optional: 1,
    gives: 'string',
    nulls: 'empty-string',
    run: (longitude: number, latitude: number, level = DEFAULT_LEVEL) => {
      if (!isPlace(longitude, latitude) || !(level >= 0 && level <= MAX_LEVEL)) return ''
      const { cellid, LatLng } = s2()
      return cellid.toToken(cellid.parent(cellid.fromLatLng(LatLng.fromDegrees(latitude, longitude)), level))
    },
    examples: [
      ['geo_point_to_s2cell(2.35, 48.86, 8)', '47e67'],
      ['geo_point_to_s2cell(200.0, 48.86, 8)', ''],
      ['geo_point_to_s2cell(2.35, 48.86, int(null))', ''],
    ],
  }),
  geo_s2cell_to_central_point: native({
    doc: 'GeoJSON point in the middle of an S2 cell; null for text that is no token of one.',
    takes: ['string'],
    gives: 'dynamic',
    nulls: 'propagate',
    run: (token: string) => {
      const cell = cellOf(token)
      return cell === null ? null : pointOf(placeOf(s2().cellid.point(cell)))
    },
    examples: [
      ["geo_s2cell_to_central_point('1')", { type: 'Point', coordinates: [0, 0] }],
      ["geo_s2cell_to_central_point('a')", null],
    ],
  }),
  geo_s2cell_to_polygon: native({
    doc: 'GeoJSON polygon of an S2 cell; null for text that is no token of one.',
    takes: ['string'],
    gives: 'dynamic',
    nulls: 'propagate',
    run: (token: string): Dynamic => {
      const id = cellOf(token)
      if (id === null) return null
      const cell = s2().Cell.fromCellID(id)
      return geometry('Polygon', [[0, 1, 2, 3, 0].map((corner) => placeOf(cell.vertex(corner)))])
    },
    examples: [
      ["array_length(geo_s2cell_to_polygon('47e67').coordinates[0])", 5],
      ["geo_s2cell_to_polygon('')", null],
    ],
  }),
  geo_s2cell_neighbors: native({
    doc: 'Tokens of the S2 cells around `s2cell`; null for text that is no token of one.',
    takes: ['string'],
    gives: 'dynamic',
    nulls: 'propagate',
    run: (token: string) => {
      const cell = cellOf(token)
      if (cell === null) return null
      const { cellid } = s2()
      // Around a corner of the cube, a neighbour comes twice.
      return [...new Set(cellid.allNeighbors(cell, cellid.level(cell)).map(cellid.toToken))]
    },
    examples: [
      ["array_length(geo_s2cell_neighbors('47e67'))", 8],
      ["geo_s2cell_neighbors('a')", null],
    ],
  }),
}
