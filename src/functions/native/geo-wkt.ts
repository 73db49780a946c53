/** geo_from_wkt: Well-Known Text (OGC 06-103r4, 7.2) to GeoJSON. */
import type { Dynamic } from '../../types/dynamic.ts'
import { native } from '../define.ts'
import { collection, geometry } from './geo-json.ts'

const TOKEN = /\s*([A-Za-z]+|[(),]|[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)/y

/** Deeper collections are not read: nothing may run out of stack. */
const MAX_DEPTH = 64

/** Reads tokens in turn; each reader gives undefined for what it cannot read. */
class Reader {
  private readonly tokens: readonly string[]
  private at = 0

  constructor(tokens: readonly string[]) {
    this.tokens = tokens
  }

  atEnd(): boolean {
    return this.at === this.tokens.length
  }

  geometry(depth = 0): Dynamic | undefined {
    const word = this.tokens[this.at++]?.toUpperCase()
    if (word === 'GEOMETRYCOLLECTION') {
      const geometries = depth < MAX_DEPTH ? this.list(() => this.geometry(depth + 1)) : undefined
      return geometries && collection(geometries)
    }
    const [type, coordinates] = this.shapes[word ?? ''] ?? []
    const value = coordinates?.()
    return type === undefined || value === undefined ? undefined : geometry(type, value)
  }

  private readonly point = (): Dynamic | undefined => {
    const [x, y] = [Number(this.tokens[this.at]), Number(this.tokens[this.at + 1])]
    this.at += 2
    return Number.isFinite(x) && Number.isFinite(y) ? [x, y] : undefined
  }
  private readonly inParentheses = (): Dynamic | undefined => {
    const points = this.list(this.point)
    return points?.length === 1 ? points[0] : undefined
  }
  private readonly path = (): Dynamic[] | undefined => this.list(this.point)
  private readonly paths = (): Dynamic[] | undefined => this.list(this.path)

  private readonly shapes: Readonly<Record<string, readonly [type: string, coordinates: () => Dynamic | undefined]>> = {
    POINT: ['Point', this.inParentheses],
    LINESTRING: ['LineString', this.path],
    POLYGON: ['Polygon', this.paths],
    // Each point may stand in parentheses of its own.
    MULTIPOINT: ['MultiPoint', () => this.list(() => (this.next('(', 0) ? this.inParentheses() : this.point()))],
    MULTILINESTRING: ['MultiLineString', this.paths],
    MULTIPOLYGON: ['MultiPolygon', () => this.list(this.paths)],
  }

  private next(token: string, step = 1): boolean {
    if (this.tokens[this.at] !== token) return false
    this.at += step
    return true
  }

  private list(item: () => Dynamic | undefined): Dynamic[] | undefined {
    if (!this.next('(')) return undefined
    const items: Dynamic[] = []
    do {
      const value = item()
      if (value === undefined) return undefined
      items.push(value)
    } while (this.next(','))
    return this.next(')') ? items : undefined
  }
}

function tokensOf(text: string): string[] | null {
  const tokens: string[] = []
  TOKEN.lastIndex = 0
  let read = 0
  for (let match = TOKEN.exec(text); match; match = TOKEN.exec(text)) {
    tokens.push(match[1] ?? '')
    read = TOKEN.lastIndex
  }
  return text.slice(read).trim() === '' ? tokens : null
}

export const geoWktNatives = {
  geo_from_wkt: native({
    doc: 'GeoJSON of a geometry in Well-Known Text; null for text that is none.',
    takes: ['string'],
    gives: 'dynamic',
    nulls: 'propagate',
    run: (text: string) => {
      const tokens = tokensOf(text)
      if (!tokens) return null
      const reader = new Reader(tokens)
      const value = reader.geometry()
      return value === undefined || !reader.atEnd() ? null : value
    },
    examples: [
      ["geo_from_wkt('POINT (1.5 -2)')", { type: 'Point', coordinates: [1.5, -2] }],
      [
        "geo_from_wkt('linestring(1 2, 3 4)')",
        {
          type: 'LineString',
          coordinates: [
            [1, 2],
            [3, 4],
          ],
        },
      ],
      ["geo_from_wkt('POINT')", null],
    ],
  }),
}
