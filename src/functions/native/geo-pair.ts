/** Geospatial functions of two shapes. */
import type { Dynamic } from '../../types/dynamic.ts'
import { native } from '../define.ts'
import { type Area, areaIn, contains, lineIn } from './geo-shape.ts'
import { crossing, type Edge, shareEnd, type Vector } from './geo-sphere.ts'

/** Also shapes that only share a vertex touch (measured). */
const touch = (some: readonly Edge[], others: readonly Edge[]): boolean =>
  some.some(([a, b]) => others.some(([c, d]) => shareEnd(a, b, c, d) || crossing(a, b, c, d) !== null))

const covers = (area: Area, edges: readonly Edge[]): boolean => contains(area, edges[0]?.[0] as Vector)

const SQUARE = `dynamic({"type":"Polygon","coordinates":[[[0,0],[2,0],[2,2],[0,2],[0,0]]]})`
const FAR_SQUARE = `dynamic({"type":"Polygon","coordinates":[[[5,0],[7,0],[7,2],[5,2],[5,0]]]})`
const LINE = `dynamic({"type":"LineString","coordinates":[[-1,1],[1,1]]})`

export const geoPairNatives = {
  geo_intersects_2lines: native({
    doc: 'Whether two lines or multilines cross or touch; null for a value that is no line.',
    takes: ['dynamic', 'dynamic'],
    gives: 'bool',
    nulls: 'propagate',
    run: (first: Dynamic, second: Dynamic) => {
      const [a, b] = [lineIn(first), lineIn(second)]
      return a && b && touch(a.edges, b.edges)
    },
    examples: [
      [`geo_intersects_2lines(${LINE}, dynamic({"type":"LineString","coordinates":[[0,0],[0,2]]}))`, true],
      [`geo_intersects_2lines(${LINE}, dynamic({"type":"LineString","coordinates":[[0,2],[0,3]]}))`, false],
      [`geo_intersects_2lines(${LINE}, ${SQUARE})`, null],
    ],
  }),
  geo_intersects_line_with_polygon: native({
    doc: 'Whether a line or multiline has a point in common with a polygon or multipolygon; null for a value that is none.',
    takes: ['dynamic', 'dynamic'],
    gives: 'bool',
    nulls: 'propagate',
    run: (first: Dynamic, second: Dynamic) => {
      const [line, area] = [lineIn(first), areaIn(second)]
      if (!line || !area) return null
      const outlines = area.edges.flat()
      return touch(line.edges, outlines) || line.paths.some((path) => contains(area, path[0] as Vector))
    },
    examples: [
      [`geo_intersects_line_with_polygon(${LINE}, ${SQUARE})`, true],
      [`geo_intersects_line_with_polygon(${LINE}, ${FAR_SQUARE})`, false],
      [`geo_intersects_line_with_polygon(${SQUARE}, ${LINE})`, null],
    ],
  }),
  geo_intersects_2polygons: native({
    doc: 'Whether two polygons or multipolygons have a point in common; null for a value that is none.',
    takes: ['dynamic', 'dynamic'],
    gives: 'bool',
    nulls: 'propagate',
    run: (first: Dynamic, second: Dynamic) => {
      const [a, b] = [areaIn(first), areaIn(second)]
      if (!a || !b) return null
      if (touch(a.edges.flat(), b.edges.flat())) return true
      return b.edges.some((edges) => covers(a, edges)) || a.edges.some((edges) => covers(b, edges))
    },
    examples: [
      [`geo_intersects_2polygons(${SQUARE}, ${SQUARE})`, true],
      [`geo_intersects_2polygons(${SQUARE}, ${FAR_SQUARE})`, false],
      [`geo_intersects_2polygons(${SQUARE}, ${LINE})`, null],
    ],
  }),
}
