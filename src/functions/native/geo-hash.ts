/** Geospatial functions of geohash cells: a rectangle that each letter cuts into 32. */
import type { Dynamic } from '../../types/dynamic.ts'
import { native } from '../define.ts'

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

const geometry = (type: string, coordinates: Dynamic): Dynamic =>
  new Map<string, Dynamic>([
    ['type', type],
    ['coordinates', coordinates],
  ])

export const geoHashNatives = {
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
    gives: 'string',
    nulls: 'own',
    run: (longitude?: number | null, latitude?: number | null, accuracy: bigint | null = DEFAULT_LENGTH) => {
      if (typeof longitude !== 'number' || typeof latitude !== 'number' || accuracy === null) return ''
      const onEarth = Math.abs(longitude) <= 180 && Math.abs(latitude) <= 90
      return onEarth && accuracy >= 1n && accuracy <= MAX_LENGTH ? geohashOf(longitude, latitude, Number(accuracy)) : ''
    },
    examples: [
      ['geo_point_to_geohash(22.5, 22.5, 1)', 's'],
      ['geo_point_to_geohash(200.0, 1, 8)', ''],
    ],
  }),
}
