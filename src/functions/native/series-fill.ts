/** Functions that fill the gaps of a series: null, or another value that stands for "missing". */
import { type Dynamic, type DynamicArray, equalDynamic, isArray, isNumber } from '../../types/dynamic.ts'
import { native } from '../define.ts'

/** The series with null where an element is missing. */
function gapsOf(series?: Dynamic, missing?: Dynamic): DynamicArray | null {
  if (!isArray(series ?? null)) return null
  return (series as DynamicArray).map((x) => (equalDynamic(x, missing ?? null) ? null : x))
}

/** Every gap becomes the nearest value before it; where there is none, it stays what it was. */
function carried(series: DynamicArray, original: DynamicArray): Dynamic[] {
  let last: Dynamic = null
  return series.map((x, i) => {
    if (x !== null) last = x
    return last ?? original[i]!
  })
}

export const seriesFillNatives = {
  series_fill_forward: native({
    doc: 'The `series` with each missing element replaced by the nearest one before it; `missing` is null unless given.',
    takes: ['dynamic', 'dynamic'],
    gives: 'dynamic',
    nulls: 'own',
    run: (series?: Dynamic, missing?: Dynamic) => {
      const gaps = gapsOf(series, missing)
      return gaps && carried(gaps, series as DynamicArray)
    },
    examples: [
      ['series_fill_forward(dynamic([null, 1, null, 2.5]))', [null, 1, 1, 2.5]],
      ['series_fill_forward(dynamic([0, 1, 0]), 0)', [0, 1, 1]],
    ],
  }),
  series_fill_backward: native({
    doc: 'The `series` with each missing element replaced by the nearest one after it; `missing` is null unless given.',
    takes: ['dynamic', 'dynamic'],
    gives: 'dynamic',
    nulls: 'own',
    run: (series?: Dynamic, missing?: Dynamic) => {
      const gaps = gapsOf(series, missing)
      return gaps && carried(gaps.toReversed(), (series as DynamicArray).toReversed()).toReversed()
    },
    examples: [['series_fill_backward(dynamic([null, 1, null]))', [1, 1, null]]],
  }),
  series_fill_const: native({
    doc: 'The `series` with each missing element replaced by `constant`, or 0; `missing` is null unless given.',
    takes: ['dynamic', 'dynamic', 'dynamic'],
    gives: 'dynamic',
    nulls: 'own',
    run: (series?: Dynamic, constant?: Dynamic, missing?: Dynamic) => {
      const gaps = gapsOf(series, missing)
      return gaps?.map((x) => x ?? constant ?? 0n) ?? null
    },
    examples: [
      ['series_fill_const(dynamic([1, null]), 7)', [1, 7]],
      ['series_fill_const(dynamic([1, -1]), 0, -1)', [1, 0]],
    ],
  }),
  series_fill_linear: native({
    doc: 'The `series` with missing elements on the straight line between their neighbours, at the ends equal to the nearest one if `fill_edges`; `constant` where all are missing. A series of integers stays one (measured: cut, not rounded).',
    takes: ['dynamic', 'dynamic', 'bool', 'dynamic'],
    gives: 'dynamic',
    nulls: 'own',
    run: fillLinear,
    examples: [
      ['series_fill_linear(dynamic([null, 1.0, null, null, 4.0, null]))', [1, 1, 2, 3, 4, 4]],
      ['series_fill_linear(dynamic([1, null, 4]))', [1, 2, 4]],
      ['series_fill_linear(dynamic([null, 1, null]), long(null), false)', [null, 1, null]],
      ['series_fill_linear(dynamic([null, null]), long(null), true, 9)', [9, 9]],
    ],
  }),
}

function fillLinear(series?: Dynamic, missing?: Dynamic, fillEdges?: boolean | null, constant?: Dynamic): Dynamic {
  const gaps = gapsOf(series, missing)
  if (!gaps) return null
  const known = gaps.flatMap((x, i) => (x === null ? [] : [i]))
  if (known.length === 0) return gaps.map(() => constant ?? 0)
  const integers = known.every((i) => typeof gaps[i] === 'bigint')
  const edge = (i: number, nearest: number): Dynamic =>
    (fillEdges ?? true) ? gaps[nearest]! : (series as DynamicArray)[i]!
  let next = 0
  return gaps.map((x, i) => {
    if (x !== null) {
      next++
      return x
    }
    const [before, after] = [known[next - 1], known[next]]
    if (before === undefined) return edge(i, after!)
    if (after === undefined) return edge(i, before)
    const [from, to] = [gaps[before]!, gaps[after]!]
    if (!isNumber(from) || !isNumber(to)) return null
    const value = Number(from) + (Number(to) - Number(from)) * ((i - before) / (after - before))
    return integers ? BigInt(Math.trunc(value)) : value
  })
}
