/** Lines and areas of GeoJSON values, read once for neighbouring rows that hold the same value. */

import type { Dynamic } from '../../types/dynamic.ts'
import { type Position, pathsIn, ringsIn } from './geo-json.ts'
import type { S2Polygon } from './geo-library.ts'
import { s2 } from './geo-library.ts'
import { add, crossing, dot, type Edge, edgesOf, equal, length, unit, type Vector, vectorOf } from './geo-sphere.ts'

export interface Line {
  readonly paths: readonly (readonly Vector[])[]
  readonly edges: readonly Edge[]
}

export interface Area {
  readonly polygons: readonly S2Polygon[]
  /** Of each polygon, with the inside on the left. */
  readonly edges: readonly (readonly Edge[])[]
}

function remembered<T>(read: (value: Dynamic) => T | null): (value: Dynamic) => T | null {
  const known = new WeakMap<object, { readonly read: T | null }>()
  return (value) => {
    if (typeof value !== 'object' || value === null) return null
    let found = known.get(value)
    if (!found) {
      found = { read: read(value) }
      known.set(value, found)
    }
    return found.read
  }
}

const NEAR_OPPOSITE = 1e-14

/** Opposite points have no shortest edge. */
const isEdge = ([a, b]: Edge): boolean => length(add(a, b)) > NEAR_OPPOSITE

/** Null for anything but a LineString or MultiLineString whose every line has a length. */
export const lineIn = remembered((value): Line | null => {
  const paths = pathsIn(value)?.map((path) =>
    path.map(vectorOf).filter((v, i, all) => i === 0 || !equal(v, all[i - 1] as Vector)),
  )
  if (!paths || paths.some((path) => path.length < 2)) return null
  const edges = paths.flatMap(edgesOf)
  return edges.every(isEdge) ? { paths, edges } : null
})

/** Null for anything but a Polygon or MultiPolygon that S2 takes for valid. */
export const areaIn = remembered((value): Area | null => {
  const polygons = ringsIn(value)?.map(polygonOf)
  if (!polygons) return null
  const found = polygons.filter((p) => p !== null)
  return found.length === polygons.length ? { polygons: found, edges: found.map(edgesOfPolygon) } : null
})

function polygonOf(rings: readonly (readonly Position[])[]): S2Polygon | null {
  const { Loop, Point, Polygon } = s2()
  const paths = rings.map((ring) => ring.map(vectorOf))
  if (paths.length === 0 || !paths.every(isRing)) return null
  if (haveCrossing(paths.flatMap(edgesOf))) return null
  const loops = paths.map((path) => {
    const loop = new Loop(path.slice(0, -1).map(([x, y, z]) => new Point(x, y, z)))
    // Of the two parts of the earth that a ring makes, the smaller is meant (documentation page).
    loop.normalize()
    return loop
  })
  const [shell, ...holes] = loops
  if (!shell || loops.some((loop) => loop.validate() !== null) || !holes.every((hole) => shell.contains(hole)))
    return null
  const polygon = new Polygon(loops)
  return polygon.validate() === null ? polygon : null
}

/** Closed, of three places or more that are all different. */
function isRing(path: readonly Vector[]): boolean {
  const [first, last] = [path[0], path[path.length - 1]]
  if (!first || !last || path.length < 4 || !equal(first, last)) return false
  return new Set(path.map(String)).size === path.length - 1 && edgesOf(path).every(isEdge)
}

function haveCrossing(edges: readonly Edge[]): boolean {
  for (let i = 0; i < edges.length; i++) {
    const [a, b] = edges[i] as Edge
    for (let j = i + 1; j < edges.length; j++) {
      const [c, d] = edges[j] as Edge
      if (crossing(a, b, c, d) !== null) return true
    }
  }
  return false
}

/** Closed rings with the inside on the left: the shell, then the holes. */
export const ringsOf = (polygon: S2Polygon): Vector[][] =>
  polygon.loops.map((loop) => {
    const path = loop.vertices.map(({ x, y, z }): Vector => [x, y, z])
    const closed = [...path, path[0] as Vector]
    return loop.isHole() ? closed.reverse() : closed
  })

const edgesOfPolygon = (polygon: S2Polygon): Edge[] => ringsOf(polygon).flatMap(edgesOf)

export function contains(area: Area, [x, y, z]: Vector): boolean {
  const point = new (s2().Point)(x, y, z)
  return area.polygons.some((polygon) => polygon.containsPoint(point))
}

/** The edge in pieces, cut where others cross it. */
export function cut([a, b]: Edge, others: readonly Edge[]): Edge[] {
  const cuts = others
    .map(([c, d]) => crossing(a, b, c, d))
    .filter((point) => point !== null)
    .sort((p, q) => dot(a, q) - dot(a, p))
  return edgesOf([a, ...cuts, b])
}

/** The outline of all polygons together: pieces of edges that no other polygon covers. */
export function outline(area: Area): readonly Edge[] {
  if (area.edges.length === 1) return area.edges[0] as readonly Edge[]
  return area.edges.flatMap((edges, i) => {
    const others = area.edges.filter((_, j) => j !== i).flat()
    const rest: Area = { polygons: area.polygons.filter((_, j) => j !== i), edges: [] }
    return edges.flatMap((edge) => cut(edge, others)).filter(([a, b]) => !contains(rest, unit(add(a, b))))
  })
}
