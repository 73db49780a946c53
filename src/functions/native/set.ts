/** Functions on arrays as sets. Elements are equal as equalDynamic has it; results keep the order of first appearance. */
import { type Dynamic, type DynamicArray, isArray, keyOf } from '../../types/dynamic.ts'
import type { KqlValue } from '../../types/kql-type.ts'
import { hasElement } from '../clickhouse.ts'
import { native } from '../define.ts'

type Key = ReturnType<typeof keyOf>

const keysOf = (array: DynamicArray): Set<Key> => new Set(array.map(keyOf))

const common = (a: ReadonlySet<Key>, b: ReadonlySet<Key>): number => [...a].filter((key) => b.has(key)).length

/** Null unless all arguments are arrays. */
const ofArrays =
  (run: (...arrays: readonly DynamicArray[]) => KqlValue) =>
  (...values: readonly Dynamic[]): KqlValue =>
    values.every(isArray) ? run(...values) : null

/** The elements that `keep` wants, each once. */
export function distinct(array: DynamicArray, keep: (key: Key) => boolean = () => true): DynamicArray {
  const seen = new Set<Key>()
  return array.filter((x) => {
    const key = keyOf(x)
    if (seen.has(key) || !keep(key)) return false
    seen.add(key)
    return true
  })
}

export const setNatives = {
  set_difference: native({
    doc: 'The elements of the first `array` that are in none of the others, each once.',
    takes: [],
    rest: 'dynamic',
    gives: 'dynamic',
    nulls: 'propagate',
    run: ofArrays((first = [], ...others) => {
      const excluded = keysOf(others.flat())
      return distinct(first, (key) => !excluded.has(key))
    }),
    examples: [
      ["set_difference(dynamic(['a', 'b', 'a', 'c']), dynamic(['b']), dynamic(['x']))", ['a', 'c']],
      ['set_difference(dynamic([1]), dynamic(null))', null],
    ],
  }),
  set_equals: native({
    doc: 'Whether two arrays hold the same elements, however often and in whatever order.',
    takes: ['dynamic', 'dynamic'],
    gives: 'bool',
    nulls: 'propagate',
    run: ofArrays((a = [], b = []) => {
      const [x, y] = [keysOf(a), keysOf(b)]
      return x.size === y.size && common(x, y) === x.size
    }),
    examples: [
      ['set_equals(dynamic([1, 2, 2]), dynamic([2, 1]))', true],
      ["set_equals(dynamic([1]), dynamic(['1']))", false],
    ],
  }),
  set_has_element: native({
    doc: 'Whether `array` holds `value`; types do not mix (measured).',
    takes: ['dynamic', 'dynamic'],
    gives: 'bool',
    nulls: 'propagate',
    clickhouse: hasElement,
    run: (array: Dynamic, value: Dynamic) => (isArray(array) ? keysOf(array).has(keyOf(value)) : null),
    examples: [
      ["set_has_element(dynamic(['sc.exe', 'net.exe']), 'net.exe')", true],
      ["set_has_element(dynamic([1, 2]), '1')", false],
      ["set_has_element(dynamic(null), 'x')", null],
    ],
  }),
  set_intersect: native({
    doc: 'The elements of the first `array` that are in all the others, each once.',
    takes: [],
    rest: 'dynamic',
    gives: 'dynamic',
    nulls: 'propagate',
    run: ofArrays((first = [], ...others) => {
      const keys = others.map(keysOf)
      return distinct(first, (key) => keys.every((k) => k.has(key)))
    }),
    examples: [["set_intersect(dynamic(['a', 'b', 'b', 'c']), dynamic(['c', 'b']))", ['b', 'c']]],
  }),
  set_union: native({
    doc: 'The elements of all the arrays `array`, each once.',
    takes: [],
    rest: 'dynamic',
    gives: 'dynamic',
    nulls: 'propagate',
    run: ofArrays((...arrays) => distinct(arrays.flat())),
    examples: [['set_union(dynamic([1, 2, 1]), dynamic([2, 3]))', [1, 2, 3]]],
  }),
  jaccard_index: native({
    doc: 'How much two sets overlap: the number of their common elements by the number of all; null when both are empty.',
    takes: ['dynamic', 'dynamic'],
    gives: 'real',
    nulls: 'propagate',
    run: ofArrays((a = [], b = []) => {
      const [x, y] = [keysOf(a), keysOf(b)]
      const shared = common(x, y)
      const all = x.size + y.size - shared
      return all === 0 ? null : shared / all
    }),
    examples: [["jaccard_index(dynamic(['a', 'b', 'b']), dynamic(['b', 'c']))", 0.3333333333333333]],
  }),
}
