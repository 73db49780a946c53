/** GeoJSON as dynamic values: what geospatial functions take and give. */
import { type Dynamic, isArray, isBag, isNumber } from '../../types/dynamic.ts'

/** Longitude and latitude in degrees. */
export type Position = readonly [longitude: number, latitude: number]

export const isPlace = (longitude: number, latitude: number): boolean =>
  Math.abs(longitude) <= 180 && Math.abs(latitude) <= 90

export const geometry = (type: string, coordinates: Dynamic): Dynamic =>
  new Map<string, Dynamic>([
    ['type', type],
    ['coordinates', coordinates],
  ])

export const collection = (geometries: readonly Dynamic[]): Dynamic =>
  new Map<string, Dynamic>([
    ['type', 'GeometryCollection'],
    ['geometries', geometries],
  ])

export const pointOf = (position: Position): Dynamic => geometry('Point', position)

function positionIn(value: Dynamic): Position | null {
  if (!isArray(value) || value.length < 2) return null
  const [longitude, latitude] = [value[0] ?? null, value[1] ?? null]
  if (!isNumber(longitude) || !isNumber(latitude)) return null
  const position: Position = [Number(longitude), Number(latitude)]
  return isPlace(...position) ? position : null
}

/** Null unless every item is read. */
export function all<T>(value: Dynamic, read: (item: Dynamic) => T | null): T[] | null {
  if (!isArray(value)) return null
  const items: T[] = []
  for (const item of value) {
    const found = read(item)
    if (found === null) return null
    items.push(found)
  }
  return items
}

const pathIn = (value: Dynamic): Position[] | null => all(value, positionIn)

/** The type in lower case (the engine takes any case) and the coordinates. */
function shapeIn(value: Dynamic): readonly [type: string, coordinates: Dynamic] | null {
  if (!isBag(value)) return null
  const type = value.get('type')
  return typeof type === 'string' ? [type.toLowerCase(), value.get('coordinates') ?? null] : null
}

/** The paths of a LineString or MultiLineString, null for anything else. */
export function pathsIn(value: Dynamic): Position[][] | null {
  const [type, coordinates] = shapeIn(value) ?? []
  if (coordinates === undefined) return null
  const paths =
    type === 'linestring' ? all([coordinates], pathIn) : type === 'multilinestring' ? all(coordinates, pathIn) : null
  return paths && paths.length > 0 ? paths : null
}

/** The rings of each polygon of a Polygon or MultiPolygon, null for anything else. */
export function ringsIn(value: Dynamic): Position[][][] | null {
  const [type, coordinates] = shapeIn(value) ?? []
  if (coordinates === undefined) return null
  const rings = (polygon: Dynamic): Position[][] | null => all(polygon, pathIn)
  const polygons =
    type === 'polygon' ? all([coordinates], rings) : type === 'multipolygon' ? all(coordinates, rings) : null
  return polygons && polygons.length > 0 ? polygons : null
}
