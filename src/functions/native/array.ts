/** Functions on dynamic arrays. Where a rule is not measured, it is that of the function's documentation page. */
import {
  compareDynamic,
  type Dynamic,
  type DynamicArray,
  equalDynamic,
  isArray,
  isNumber,
  textOf,
} from '../../types/dynamic.ts'
import type { KqlValue } from '../../types/kql-type.ts'
import { parseTimespan, printTimespan } from '../../types/timespan.ts'
import { jsonArray } from '../clickhouse.ts'
import { type Example, type NativeScalar, native } from '../define.ts'
import { rangeOf } from './range.ts'

/** Null for every argument that is no array. */
const arrayFunction =
  <A extends readonly unknown[]>(run: (array: DynamicArray, ...rest: A) => KqlValue) =>
  (d: Dynamic, ...rest: A): KqlValue =>
    isArray(d) ? run(d, ...rest) : null

/** A function of an array and a count. */
const counted = (
  doc: string,
  run: (array: DynamicArray, n: bigint) => Dynamic,
  examples: readonly Example[],
): NativeScalar =>
  native({
    doc,
    takes: ['dynamic', 'long'],
    gives: 'dynamic',
    nulls: 'propagate',
    run: arrayFunction(run),
    examples,
  })

const sorting = (doc: string, sign: number, examples: readonly Example[]): NativeScalar =>
  native({
    doc,
    takes: ['dynamic', 'bool'],
    gives: 'dynamic',
    nulls: 'own',
    run: (d?: Dynamic, nullsLast?: boolean | null) =>
      isArray(d ?? null) ? sorted(d as DynamicArray, sign, nullsLast ?? true) : null,
    examples,
  })

const shifting = (doc: string, sign: number, examples: readonly Example[]): NativeScalar =>
  native({
    doc,
    takes: ['dynamic', 'long', 'dynamic'],
    gives: 'dynamic',
    nulls: 'own',
    run: (d?: Dynamic, n?: bigint | null, fill?: Dynamic) =>
      isArray(d ?? null) && typeof n === 'bigint'
        ? shifted(d as DynamicArray, sign * Number(n), fill ?? emptyOf(d as DynamicArray))
        : null,
    examples,
  })

export const arrayNatives = {
  array_concat: native({
    doc: 'All elements of the arrays `array`, in order; what is no array is left out (measured).',
    takes: [],
    rest: 'dynamic',
    gives: 'dynamic',
    nulls: 'own',
    run: (...arrays: readonly Dynamic[]) => {
      const given = arrays.filter((a) => isArray(a ?? null))
      return given.length > 0 ? given.flat() : null
    },
    examples: [
      ["array_concat(dynamic(['a']), dynamic([]), dynamic([1, [2]]))", ['a', 1, [2]]],
      ['array_concat(dynamic([1]), dynamic(null))', [1]],
      ['array_concat(parse_json(\'{"pid":4}\'), dynamic([9]))', [9]],
      ['array_concat(dynamic(null), dynamic(null))', null],
    ],
  }),
  array_iff: native({
    doc: 'For each element of `condition`, the element or value `when_true` or `when_false`; null for conditions that are neither bool nor number.',
    takes: ['dynamic', 'dynamic', 'dynamic'],
    gives: 'dynamic',
    nulls: 'own',
    run: arrayIff,
    examples: [
      ["array_iff(dynamic([true, 0, 'x', 7]), dynamic([1, 2]), 'no')", [1, 'no', null, null]],
      ['array_iff(dynamic(null), 1, 2)', null],
    ],
  }),
  array_index_of: native({
    doc: 'Position of `value` in `array`, from 0; -1 when it is not there. Looks at `length` elements from `start` (negative: from the end) for the given `occurrence`.',
    takes: ['dynamic', 'dynamic', 'long', 'long', 'long'],
    gives: 'long',
    nulls: 'own',
    run: arrayIndexOf,
    examples: [
      ["array_index_of(dynamic(['cmd', 'sh', 'cmd']), 'cmd')", 0n],
      ["array_index_of(dynamic(['cmd', 'sh', 'cmd']), 'cmd', 1)", 2n],
      ["array_index_of(dynamic(['cmd', 'sh', 'cmd']), 'cmd', 0, -1, 2)", 2n],
      ["array_index_of(dynamic(['cmd', 'sh', 'cmd']), 'cmd', -1)", 2n],
      ["array_index_of(dynamic(['cmd', 'sh', 'cmd']), 'sh', -1)", -1n],
      ["array_index_of(dynamic(['cmd', 'sh', 'cmd']), 'cmd', 1, 1)", -1n],
      ["array_index_of(dynamic(['cmd']), 'cmd', 0, -2)", null],
      ["array_index_of(dynamic(['cmd']), 'cmd', 0, -1, -1)", null],
      ["array_index_of(dynamic([1, 2]), '1')", -1n],
      ["array_index_of(dynamic(null), 'x')", null],
    ],
  }),
  array_reverse: native({
    doc: 'The elements of `array`, last first.',
    takes: ['dynamic'],
    gives: 'dynamic',
    nulls: 'propagate',
    run: arrayFunction((array) => array.toReversed()),
    examples: [
      ['array_reverse(dynamic([1, null, "x"]))', ['x', null, 1]],
      ["array_reverse(parse_json('{}'))", null],
    ],
  }),
  array_rotate_left: counted(
    '`array` turned left by `count` places; a negative count turns right.',
    (a, n) => rotated(a, n),
    [
      ['array_rotate_left(dynamic([1, 2, 3]), 1)', [2, 3, 1]],
      ['array_rotate_left(dynamic([1, 2, 3]), -4)', [3, 1, 2]],
      ['array_rotate_left(dynamic([]), 1)', []],
    ],
  ),
  array_rotate_right: counted(
    '`array` turned right by `count` places; a negative count turns left.',
    (a, n) => rotated(a, -n),
    [
      ['array_rotate_right(dynamic([1, 2, 3]), 1)', [3, 1, 2]],
      ['array_rotate_right(dynamic([1, 2, 3]), -2)', [3, 1, 2]],
      ['array_rotate_right(dynamic([1, 2, 3]), 9223372036854775807)', [3, 1, 2]],
    ],
  ),
  array_shift_left: shifting(
    '`array` moved left by `count` places, filled with `fill`, or null, or "" among texts; a negative count moves right.',
    1,
    [
      ['array_shift_left(dynamic([1, 2, 3]), 1)', [2, 3, null]],
      ["array_shift_left(dynamic([1, 2, 3]), -2, 'new')", ['new', 'new', 1]],
      ['array_shift_left(dynamic([1, 2, 3]), 9, 0)', [0, 0, 0]],
      ["array_shift_left(dynamic(['a', 'b']), 1)", ['b', '']],
      [
        'array_shift_left(pack_array(datetime(2024-02-29), datetime(2024-03-01)), 1)',
        ['2024-03-01T00:00:00.0000000Z', null],
      ],
      ["array_shift_left(dynamic(['a', 2]), -1)", [null, 'a']],
    ],
  ),
  array_shift_right: shifting(
    '`array` moved right by `count` places, filled with `fill`, or null, or "" among texts; a negative count moves left.',
    -1,
    [
      ['array_shift_right(dynamic([1, 2, 3]), 1)', [null, 1, 2]],
      ["array_shift_right(dynamic(['a', 'b']), -1)", ['b', '']],
      ['array_shift_right(dynamic([1, 2]), 0)', [1, 2]],
    ],
  ),
  array_slice: native({
    doc: 'The elements of `array` from `start` to `end`, both included; negative positions count from the end.',
    takes: ['dynamic', 'long', 'long'],
    gives: 'dynamic',
    nulls: 'propagate',
    run: arrayFunction((array, start: bigint, end: bigint) => {
      const [from, to] = [fromStart(array, start), fromStart(array, end)]
      return array.slice(Math.max(0, from), Math.max(0, to + 1))
    }),
    examples: [
      ["array_slice(dynamic(['a', 'b', 'c', 'd']), 1, 2)", ['b', 'c']],
      ["array_slice(dynamic(['a', 'b', 'c', 'd']), -2, -1)", ['c', 'd']],
      ["array_slice(dynamic(['a', 'b']), 2, 5)", []],
      ["array_slice(dynamic(['a', 'b', 'c']), -9, 1)", ['a', 'b']],
      ["array_slice(dynamic(['a', 'b', 'c']), 1, 9)", ['b', 'c']],
    ],
  }),
  array_sort_asc: sorting('`array` sorted, smallest first; nulls last unless `nulls_last` is false.', 1, [
    ['array_sort_asc(dynamic([10, "b", null, 9.5, "B"]))', [9.5, 10, 'B', 'b', null]],
    ['array_sort_asc(dynamic([2, null, 1]), false)', [null, 1, 2]],
    ['array_sort_asc(pack_array(1d, 23h, 10d, -1m))', ['-00:01:00', '23:00:00', '1.00:00:00', '10.00:00:00']],
    ['array_sort_asc(parse_json(\'"a"\'))', null],
  ]),
  array_sort_desc: sorting('`array` sorted, greatest first; nulls last unless `nulls_last` is false.', -1, [
    ['array_sort_desc(dynamic([1, null, 3]))', [3, 1, null]],
    ["array_sort_desc(dynamic(['sc.exe', null, 'at.exe']), false)", [null, 'sc.exe', 'at.exe']],
  ]),
  _array_sort_multi: native({
    doc: 'The arrays after `nulls_last`, all put into the order that sorts the first one; null for one of another length.',
    takes: ['bool', 'bool'],
    rest: 'dynamic',
    gives: 'dynamic',
    nulls: 'own',
    run: sortedAlike,
    examples: [],
  }),
  array_split: native({
    doc: 'The pieces of `array` between the positions `indices`, one or an array of them; negative positions count from the end.',
    takes: ['dynamic', 'dynamic'],
    gives: 'dynamic',
    nulls: 'propagate',
    run: arrayFunction(arraySplit),
    examples: [
      ['array_split(dynamic([1, 2, 3]), 1)', [[1], [2, 3]]],
      ['array_split(dynamic([1, 2, 3, 4]), dynamic([1, -1]))', [[1], [2, 3], [4]]],
      ['array_split(dynamic([1, 2]), dynamic([]))', [[1, 2]]],
      ['array_split(dynamic([1, 2]), 2)', [[1, 2], []]],
    ],
  }),
  array_sum: native({
    doc: 'Sum of the numbers in `array`, as real; null when an element is no number, and when there is none (measured).',
    takes: ['dynamic'],
    gives: 'real',
    nulls: 'propagate',
    run: arrayFunction((array) =>
      array.length > 0 && array.every(isNumber) ? array.reduce((sum: number, x) => sum + Number(x), 0) : null,
    ),
    examples: [
      ['array_sum(dynamic([1, 2.5]))', 3.5],
      ["array_sum(dynamic([1, 'x']))", null],
      ['array_sum(dynamic([]))', null],
    ],
  }),
  pack_array: native({
    doc: 'An array of the values `value`, nulls too; an argument `*` is not supported here.',
    takes: [],
    rest: 'dynamic',
    gives: 'dynamic',
    nulls: 'own',
    clickhouse: (values) => jsonArray(values.map((v) => v.sql)),
    run: (...values: readonly Dynamic[]) => values.map((v) => v ?? null),
    examples: [
      ["pack_array(1, 'a', 2s, long(null))", [1, 'a', '00:00:02', null]],
      ['pack_array(dynamic([1]), 2.0)', [[1], 2]],
    ],
  }),
  range: native({
    doc: 'The values from `start` by `step` (1, or 1h for times) up to and including `stop`; at most 1,048,576 of them.',
    takes: ['dynamic', 'dynamic', 'dynamic'],
    optional: 1,
    gives: 'dynamic',
    nulls: 'propagate',
    run: (start: Dynamic, stop: Dynamic, step?: Dynamic) => rangeOf(start, stop, step),
    examples: [
      ['range(1, 7, 3)', [1, 4, 7]],
      ['range(3, 1, -1)', [3, 2, 1]],
      ['range(0.5, 2)', [0.5, 1.5]],
      ['range(2h, 3h, 30m)', ['02:00:00', '02:30:00', '03:00:00']],
      [
        'range(datetime(2024-02-28), datetime(2024-03-01), 1d)',
        ['2024-02-28T00:00:00.0000000Z', '2024-02-29T00:00:00.0000000Z', '2024-03-01T00:00:00.0000000Z'],
      ],
      ['range(long(null), 3)', null],
      ['range(1, 3, long(null))', null],
    ],
  }),
  repeat: native({
    doc: 'An array of `count` times `value`; null for a negative count.',
    takes: ['dynamic', 'long'],
    gives: 'dynamic',
    nulls: 'own',
    run: (value?: Dynamic, count?: bigint | null) =>
      typeof count === 'bigint' && count >= 0n && count <= MAX_LENGTH
        ? new Array<Dynamic>(Number(count)).fill(value ?? null)
        : null,
    examples: [
      ["repeat('ab', 2)", ['ab', 'ab']],
      ['repeat(1, -1)', null],
      ['repeat(1, 0)', []],
    ],
  }),
  strcat_array: native({
    doc: 'The texts of the elements of `array` with `delimiter` between them; a null element is "" (measured).',
    takes: ['dynamic', 'string'],
    gives: 'string',
    nulls: 'empty-string',
    run: (d: Dynamic, delimiter: string) => (isArray(d) ? d.map(textOf).join(delimiter) : ''),
    examples: [
      ["strcat_array(dynamic(['a', null, 1, true]), '-')", 'a--1-true'],
      ["strcat_array(dynamic([]), '-')", ''],
    ],
  }),
  zip: native({
    doc: 'An array of arrays: the first elements of all `array`, the second ones …; shorter arrays are filled up with null.',
    takes: [],
    rest: 'dynamic',
    gives: 'dynamic',
    nulls: 'propagate',
    run: (...arrays: readonly Dynamic[]) => {
      if (!arrays.every(isArray)) return null
      const length = Math.max(0, ...arrays.map((a) => a.length))
      return Array.from({ length }, (_, i) => arrays.map((a) => a[i] ?? null))
    },
    examples: [
      [
        "zip(dynamic([1, 2]), dynamic(['a']))",
        [
          [1, 'a'],
          [2, null],
        ],
      ],
    ],
  }),
} satisfies Record<string, NativeScalar>

/** The largest array that range() and repeat() build (documentation of range). */
const MAX_LENGTH = 1_048_576n

/** A position counted from the start; a negative one counts from the end. */
const fromStart = (array: DynamicArray, i: bigint | number): number => (i < 0 ? array.length + Number(i) : Number(i))

function arrayIff(condition?: Dynamic, whenTrue?: Dynamic, whenFalse?: Dynamic): Dynamic {
  if (!isArray(condition ?? null)) return null
  const pick = (from: Dynamic, i: number): Dynamic => (isArray(from) ? (from[i] ?? null) : from)
  return (condition as DynamicArray).map((c, i) => {
    if (typeof c !== 'boolean' && !isNumber(c)) return null
    return pick((Number(c) !== 0 ? whenTrue : whenFalse) ?? null, i)
  })
}

function arrayIndexOf(
  d?: Dynamic,
  value?: Dynamic,
  start?: bigint | null,
  length?: bigint | null,
  occurrence?: bigint | null,
): bigint | null {
  const [limit, nth] = [Number(length ?? -1n), Number(occurrence ?? 1n)]
  if (!isArray(d ?? null) || limit < -1 || nth < 0) return null
  const array = d as DynamicArray
  const from = Math.max(0, fromStart(array, start ?? 0n))
  const to = limit < 0 ? array.length : Math.min(array.length, from + limit)
  let seen = 0
  for (let i = from; i < to; i++) {
    if (equalDynamic(array[i]!, value ?? null) && ++seen === nth) return BigInt(i)
  }
  return -1n
}

function rotated(array: DynamicArray, n: bigint): Dynamic {
  if (array.length === 0) return array
  const length = BigInt(array.length)
  const by = Number(((n % length) + length) % length)
  return [...array.slice(by), ...array.slice(0, by)]
}

/** What stands for nothing in an array: "" among texts, else null (documentation of array_shift_left). Times and guids are no texts, though written so. */
const emptyOf = (array: DynamicArray): Dynamic =>
  array.length > 0 && array.every((x) => typeof x === 'string' && !isTime(x) && !GUID.test(x)) ? '' : null

const GUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/
const DATETIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z$/

/** Whether a text is just what a datetime or timespan inside an array is written as. */
const isTime = (text: string): boolean => DATETIME.test(text) || ticksOf(text) !== null

/** The ticks of a timespan as it is written inside an array. */
function ticksOf(d: Dynamic): bigint | null {
  const ticks = typeof d === 'string' && d.includes(':') ? parseTimespan(d) : null
  return ticks !== null && printTimespan(ticks) === d ? ticks : null
}

/** Positive `n` moves left. */
function shifted(array: DynamicArray, n: number, fill: Dynamic): Dynamic {
  return array.map((_, i) => {
    const from = i + n
    return from >= 0 && from < array.length ? array[from]! : fill
  })
}

function arraySplit(array: DynamicArray, at: Dynamic): Dynamic {
  const indices = isArray(at) ? at : [at]
  if (!indices.every((i) => typeof i === 'bigint')) return null
  const edges = indices.map((i) => Math.min(array.length, Math.max(0, fromStart(array, i))))
  return [...edges, array.length].map((end, i) => array.slice(i === 0 ? 0 : edges[i - 1], end))
}

/** The places of the elements in their order. Nulls go to the end that `nullsLast` says, whatever the direction of the rest. */
function order(array: DynamicArray, sign: number, nullsLast: boolean): number[] {
  // Timespans are sorted by their length, not by their text.
  const ticks = array.map(ticksOf)
  const keys = array.every((x, i) => x === null || ticks[i] !== null) ? ticks : array
  return keys
    .map((_, i) => i)
    .sort((i, j) => {
      const [a, b] = [keys[i]!, keys[j]!]
      if (a !== null && b !== null) return sign * compareDynamic(a, b)
      return (nullsLast ? 1 : -1) * (Number(a === null) - Number(b === null))
    })
}

const sorted = (array: DynamicArray, sign: number, nullsLast: boolean): Dynamic =>
  order(array, sign, nullsLast).map((i) => array[i]!)

function sortedAlike(ascending?: boolean | null, nullsLast?: boolean | null, ...arrays: readonly Dynamic[]): Dynamic {
  const first = arrays[0] ?? null
  if (!isArray(first)) return arrays.map(() => null)
  const places = order(first, (ascending ?? true) ? 1 : -1, nullsLast ?? true)
  return arrays.map((a) => (isArray(a) && a.length === first.length ? places.map((i) => a[i]!) : null))
}
