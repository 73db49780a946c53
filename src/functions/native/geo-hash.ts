/** Geospatial functions of geohash cells: a rectangle that each letter cuts into 32. */
import { native } from '../define.ts'
import { geometry, isPlace } from './geo-json.ts'

const LETTERS = '0123456789bcdefghjkmnpqrstuvwxyz'
const MAX_LENGTH = 18
const DEFAULT_LENGTH = 5n

interface Cell {
  readonly west: number
  readonly east: number
  readonly south: number
  readonly north: number
}

/** Null for text that is no geohash. */
function cellOf(geohash: string): Cell | null {
  if (geohash === '' || geohash.length > MAX_LENGTH) return null
  const longitude: [number, number] = [-180, 180]
  const latitude: [number, number] = [-90, 90]
  let axis = longitude
  for (const letter of geohash) {
    const digit = LETTERS.indexOf(letter)
    if (digit < 0) return null
    for (let bit = 16; bit > 0; bit >>= 1) {
      axis[digit & bit ? 0 : 1] = (axis[0] + axis[1]) / 2
      axis = axis === longitude ? latitude : longitude
    }
  }
  return { west: longitude[0], east: longitude[1], south: latitude[0], north: latitude[1] }
}

function geohashOf(longitude: number, latitude: number, length: number): string {
  const [x, y] = [[-180, 180, longitude] as [number, number, number], [-90, 90, latitude] as [number, number, number]]
  let axis = x
  let text = ''
  while (text.length < length) {
    let digit = 0
    for (let bit = 16; bit > 0; bit >>= 1) {
      const middle = (axis[0] + axis[1]) / 2
      const upper = axis[2] >= middle
      if (upper) digit |= bit
      axis[upper ? 0 : 1] = middle
      axis = axis === x ? y : x
    }
    text += LETTERS[digit]
  }
  return text
}

/** North-west to south-east, without the cell itself. */
const AROUND: readonly (readonly [east: number, north: number])[] = [
  [-1, 1],
  [0, 1],
  [1, 1],
  [-1, 0],
  [1, 0],
  [-1, -1],
  [0, -1],
  [1, -1],
]

const wrapped = (longitude: number): number =>
  longitude > 180 ? longitude - 360 : longitude < -180 ? longitude + 360 : longitude

/** The cells that touch it, also across the antimeridian; beyond a pole there are none. */
function neighbours(geohash: string, cell: Cell): string[] {
  const [width, height] = [cell.east - cell.west, cell.north - cell.south]
  const [x, y] = [(cell.west + cell.east) / 2, (cell.south + cell.north) / 2]
  return AROUND.filter(([, north]) => Math.abs(y + north * height) < 90).map(([east, north]) =>
    geohashOf(wrapped(x + east * width), y + north * height, geohash.length),
  )
}

export const geoHashNatives = {
  geo_geohash_neighbors: native({
    doc: 'The geohashes of the cells around `geohash`; null for text that is no geohash.',
    takes: ['string'],
    gives: 'dynamic',
    nulls: 'propagate',
    run: (geohash: string) => {
      const cell = cellOf(geohash)
      return cell && neighbours(geohash, cell)
    },
    examples: [
      ["array_sort_asc(geo_geohash_neighbors('e'))", ['6', '7', 'd', 'f', 'g', 'k', 's', 'u']],
      ["geo_geohash_neighbors('a')", null],
    ],
  }),
  geo_geohash_to_central_point: native({
    doc: 'GeoJSON point in the middle of the cell `geohash`; null for text that is no geohash.',
    takes: ['string'],
    gives: 'dynamic',
    nulls: 'propagate',
    run: (geohash: string) => {
      const cell = cellOf(geohash)
      return cell && geometry('Point', [(cell.west + cell.east) / 2, (cell.south + cell.north) / 2])
    },
    examples: [
      ["geo_geohash_to_central_point('s')", { type: 'Point', coordinates: [22.5, 22.5] }],
      ["geo_geohash_to_central_point('ai')", null],
    ],
  }),
  geo_geohash_to_polygon: native({
    doc: 'GeoJSON polygon of the cell `geohash`, counter-clockwise from its south-west corner; null for text that is no geohash.',
    takes: ['string'],
    gives: 'dynamic',
    nulls: 'propagate',
    run: (geohash: string) => {
      const cell = cellOf(geohash)
      if (!cell) return null
      const { west, east, south, north } = cell
      return geometry('Polygon', [
        [
          [west, south],
          [east, south],
          [east, north],
          [west, north],
          [west, south],
        ],
      ])
    },
    examples: [["geo_geohash_to_polygon('')", null]],
  }),
  geo_point_to_geohash: native({
    doc: 'The geohash of a point, `accuracy` letters long (1 to 18, 5 unless given); empty for a place off the earth or another accuracy.',
    takes: ['real', 'real', 'long'],
    optional: 1,
    gives: 'string',
    nulls: 'empty-string',
    run: (longitude: number, latitude: number, accuracy = DEFAULT_LENGTH) => {
      return isPlace(longitude, latitude) && accuracy >= 1n && accuracy <= MAX_LENGTH
        ? geohashOf(longitude, latitude, Number(accuracy))
        : ''
    },
    examples: [
      ['geo_point_to_geohash(22.5, 22.5, 1)', 's'],
      ['geo_point_to_geohash(200.0, 1, 8)', ''],
    ],
  }),
}
