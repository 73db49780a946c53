/** The two libraries of cells on the earth, read when a query first asks for them: most never do. */
import { createRequire } from 'node:module'
import type * as H3 from 'h3-js'
import type * as S2 from 's2js'

const require = createRequire(import.meta.url)

export const h3 = (): typeof H3 => require('h3-js')
export const s2 = (): typeof S2.s2 => (require('s2js') as typeof S2).s2
export type S2Polygon = S2.s2.Polygon
export type S2Point = S2.s2.Point
export type S2Cell = S2.s2.Cell
