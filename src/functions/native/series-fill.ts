/** Functions that fill the gaps of a series: null, or another value that stands for "missing". */
import { type Dynamic, type DynamicArray, equalDynamic, isArray, isNumber } from '../../types/dynamic.ts'
import { native } from '../define.ts'

/** Nulls are missing only where null stands for it. */
const gapIn =
  (missing: Dynamic | undefined) =>
  (x: Dynamic): boolean =>
    equalDynamic(x, missing ?? null)

/** Every gap becomes the nearest value before it; where there is none, it stays what it was. */
function carried(series: DynamicArray, isGap: (x: Dynamic) => boolean): Dynamic[] {
  let last: { readonly value: Dynamic } | undefined
  return series.map((x) => {
    if (!isGap(x)) last = { value: x }
    return last ? last.value : x
  })
}

export const seriesFillNatives = {
  series_fill_forward: native({
    doc: 'The `series` with each missing element replaced by the nearest one before it; `missing` is null unless given.',
    takes: ['dynamic', 'dynamic'],
    gives: 'dynamic',
    nulls: 'own',
    run: (series: Dynamic = null, missing?: Dynamic) => (isArray(series) ? carried(series, gapIn(missing)) : null),
    examples: [
      ['series_fill_forward(dynamic([null, 1, null, 2.5]))', [null, 1, 1, 2.5]],
      ['series_fill_forward(dynamic([0, 1, 0]), 0)', [0, 1, 1]],
      ['series_fill_forward(dynamic([5, null, 0]), 0)', [5, null, null]],
    ],
  }),
  series_fill_backward: native({
    doc: 'The `series` with each missing element replaced by the nearest one after it; `missing` is null unless given.',
    takes: ['dynamic', 'dynamic'],
    gives: 'dynamic',
    nulls: 'own',
    run: (series: Dynamic = null, missing?: Dynamic) =>
      isArray(series) ? carried(series.toReversed(), gapIn(missing)).toReversed() : null,
    examples: [
      ['series_fill_backward(dynamic([null, 1, null]))', [1, 1, null]],
      ['series_fill_backward(dynamic([-1, 1.5, -1]), -1)', [1.5, 1.5, -1]],
    ],
  }),
  series_fill_const: native({
    doc: 'The `series` with each missing element replaced by `constant`; `missing` is null unless given.',
    takes: ['dynamic', 'dynamic', 'dynamic'],
    gives: 'dynamic',
    nulls: 'own',
    run: (series: Dynamic = null, constant?: Dynamic, missing?: Dynamic) => {
      const isGap = gapIn(missing)
      return isArray(series) ? series.map((x) => (isGap(x) ? (constant ?? null) : x)) : null
    },
    examples: [
      ['series_fill_const(dynamic([1, null]), 7)', [1, 7]],
      ['series_fill_const(dynamic([1, -1]), 0, -1)', [1, 0]],
      ['series_fill_const(dynamic([1, -1.0]), 2.5, -1)', [1, 2.5]],
      ['series_fill_const(dynamic([1, null]), real(null))', [1, null]],
    ],
  }),
  series_fill_linear: native({
    doc: 'The `series` with missing elements on the straight line between their neighbours, at the ends equal to the nearest one if `fill_edges`; `constant`, or 0.0, where all are missing. A series of integers stays one (measured: cut, not rounded).',
    takes: ['dynamic', 'dynamic', 'bool', 'dynamic'],
    optional: 3,
    gives: 'dynamic',
    nulls: 'own',
    // A constant that is null keeps the nulls (documentation); one that is left out is 0.0.
    run: (...[series, missing, fillEdges, ...constant]: FillLinear) =>
      fillLinear(series, missing, fillEdges, constant.length === 0 ? 0 : (constant[0] ?? null)),
    examples: [
      ['series_fill_linear(dynamic([null, 1.0, null, null, 4.0, null]))', [1, 1, 2, 3, 4, 4]],
      ['series_fill_linear(dynamic([1, null, 4]))', [1, 2, 4]],
      ['series_fill_linear(dynamic([null, 1, null]), long(null), false)', [null, 1, null]],
      ['series_fill_linear(dynamic([null, null]), long(null), true, 9)', [9, 9]],
      ['series_fill_linear(dynamic([null, null]), long(null), true, real(null))', [null, null]],
      ['series_fill_linear(dynamic([0, 5, 0, 10]), 0.0)', [5, 5, 7, 10]],
    ],
  }),
}

type FillLinear = [series?: Dynamic, missing?: Dynamic, fillEdges?: boolean | null, constant?: Dynamic]

function fillLinear(
  series: Dynamic | undefined,
  missing: Dynamic | undefined,
  fillEdges: boolean | null | undefined,
  constant: Dynamic,
): Dynamic {
  if (series === undefined || !isArray(series)) return null
  const isGap = gapIn(missing)
  const known = series.flatMap((x, i) => (isGap(x) ? [] : [i]))
  if (known.length === 0) return series.map(() => constant)
  const integers = known.every((i) => typeof series[i] === 'bigint')
  const edge = (x: Dynamic, nearest: number): Dynamic => ((fillEdges ?? true) ? series[nearest]! : x)
  let next = 0
  return series.map((x, i) => {
    if (!isGap(x)) {
      next++
      return x
    }
    const [before, after] = [known[next - 1], known[next]]
    if (before === undefined) return edge(x, after!)
    if (after === undefined) return edge(x, before)
    const [from, to] = [series[before]!, series[after]!]
    if (!isNumber(from) || !isNumber(to)) return null
    const value = Number(from) + (Number(to) - Number(from)) * ((i - before) / (after - before))
    return integers ? BigInt(Math.trunc(value)) : value
  })
}
