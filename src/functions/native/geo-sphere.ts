/** Geometry on the unit sphere, where the edge between two places is the shorter arc of a great circle. */
import type { Position } from './geo-json.ts'

/** Mean radius of the earth in metres, as S2 has it. */
export const EARTH_RADIUS = 6371010

export type Vector = readonly [x: number, y: number, z: number]

// Formulas as S2 has them, to the order of their factors: answers then agree to the last digit.
export const radians = (degrees: number): number => (Math.PI / 180) * degrees
const degrees = (angle: number): number => (180 / Math.PI) * angle

export function vectorOf([longitude, latitude]: Position): Vector {
  const [lon, lat] = [radians(longitude), radians(latitude)]
  return [Math.cos(lon) * Math.cos(lat), Math.sin(lon) * Math.cos(lat), Math.sin(lat)]
}

export const positionOf = ([x, y, z]: Vector): Position => [
  degrees(Math.atan2(y, x)),
  degrees(Math.atan2(z, Math.sqrt(x * x + y * y))),
]

export const cross = (a: Vector, b: Vector): Vector => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
]
export const dot = (a: Vector, b: Vector): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
export const add = (a: Vector, b: Vector): Vector => [a[0] + b[0], a[1] + b[1], a[2] + b[2]]
export const scale = (a: Vector, by: number): Vector => [a[0] * by, a[1] * by, a[2] * by]
export const length = (a: Vector): number => Math.sqrt(dot(a, a))
export const unit = (a: Vector): Vector => scale(a, 1 / length(a))
export const equal = (a: Vector, b: Vector): boolean => a[0] === b[0] && a[1] === b[1] && a[2] === b[2]

export const angle = (a: Vector, b: Vector): number => Math.atan2(length(cross(a, b)), dot(a, b))

/** Twice the cross product, exact also for points that are near each other. */
export const normal = (a: Vector, b: Vector): Vector => cross(add(a, scale(b, -1)), add(a, b))

/** The point of the edge `a`-`b` that is nearest to `p`. */
export function nearestOn(p: Vector, a: Vector, b: Vector): Vector {
  const n = normal(a, b)
  const onCircle = add(p, scale(n, -dot(p, n) / dot(n, n)))
  const between = dot(cross(n, a), onCircle) > 0 && dot(cross(b, n), onCircle) > 0
  if (between) return unit(onCircle)
  return dot(p, a) >= dot(p, b) ? a : b
}

export const shareEnd = (a: Vector, b: Vector, c: Vector, d: Vector): boolean =>
  equal(a, c) || equal(a, d) || equal(b, c) || equal(b, d)

/** Where two edges cross inside of both, else null. */
export function crossing(a: Vector, b: Vector, c: Vector, d: Vector): Vector | null {
  if (shareEnd(a, b, c, d)) return null
  const ab = normal(a, b)
  const side = Math.sign(dot(ab, d))
  if (side === 0 || Math.sign(dot(ab, c)) !== -side) return null
  const cd = normal(c, d)
  if (Math.sign(dot(cd, a)) !== side || Math.sign(dot(cd, b)) !== -side) return null
  const point = unit(cross(ab, cd))
  return dot(point, add(add(a, b), add(c, d))) < 0 ? scale(point, -1) : point
}

/** The point at a fraction of the edge `a`-`b`. */
export function along(a: Vector, b: Vector, fraction: number): Vector {
  const whole = angle(a, b)
  const sine = Math.sin(whole)
  if (sine === 0) return a
  return unit(add(scale(a, Math.sin((1 - fraction) * whole) / sine), scale(b, Math.sin(fraction * whole) / sine)))
}

export type Edge = readonly [from: Vector, to: Vector]

export const edgesOf = (path: readonly Vector[]): Edge[] => path.slice(1).map((to, i): Edge => [path[i] as Vector, to])
