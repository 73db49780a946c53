/** Functions on property bags. Where a rule is not measured, it is that of the function's documentation page. */
import { type Dynamic, type DynamicBag, isArray, isBag, textOf, typeName } from '../../types/dynamic.ts'
import { jsonBag } from '../clickhouse.ts'
import { NotSaid, native } from '../define.ts'
import { followPath, parseBagPath } from './json-path.ts'

export const bagNatives = {
  bag_has_key: native({
    doc: 'Whether `bag` has the property `key`, a name or a JSONPath.',
    takes: ['dynamic', 'string'],
    gives: 'bool',
    nulls: 'propagate',
    run: (bag: Dynamic, key: string) => {
      const path = parseBagPath(key)
      return path !== null && followPath(bag, path) !== undefined
    },
    examples: [
      ["bag_has_key(dynamic({'user': {'id': null}}), 'user')", true],
      ["bag_has_key(dynamic({'user': {'id': null}}), '$.user.id')", true],
      ["bag_has_key(dynamic({'user': {'id': null}}), 'id')", false],
    ],
  }),
  bag_keys: native({
    doc: 'The names of the properties of `bag`, in order; null for what is no bag.',
    takes: ['dynamic'],
    gives: 'dynamic',
    nulls: 'propagate',
    run: (bag: Dynamic) => (isBag(bag) ? [...bag.keys()] : null),
    examples: [
      ["bag_keys(dynamic({'pid': 4, 'name': {'full': 'System'}}))", ['pid', 'name']],
      ['bag_keys(dynamic({}))', []],
      ["bag_keys(parse_json('[1]'))", null],
    ],
  }),
  bag_merge: native({
    doc: 'All properties of the bags `bag`; of a repeated name the leftmost value stays, null arguments are left out (measured).',
    takes: [],
    rest: 'dynamic',
    gives: 'dynamic',
    nulls: 'own',
    run: (...bags: readonly Dynamic[]) => {
      const given = bags.filter((b) => b !== null && b !== undefined)
      return given.length > 0 && given.every(isBag) ? mergedBags(given) : null
    },
    examples: [
      ["bag_merge(dynamic({'a': 1}), dynamic({'b': 2, 'a': 3}))", { a: 1, b: 2 }],
      ["bag_merge(dynamic(null), dynamic({'a': 1}))", { a: 1 }],
    ],
  }),
  bag_pack: native({
    doc: 'A bag of the properties `key` with the values `value`, nulls too.',
    takes: [],
    rest: 'dynamic',
    gives: 'dynamic',
    nulls: 'own',
    clickhouse: (pairs) => jsonBag(pairs, false),
    run: (...pairs: readonly Dynamic[]) => packed(pairs, false),
    examples: [
      [
        "bag_pack('name', 'a.exe', 'size', 12, 'age', 1d, 'note', long(null))",
        { name: 'a.exe', size: 12, age: '1.00:00:00', note: null },
      ],
      ["bag_pack('inner', bag_pack('x', 1.5))", { inner: { x: 1.5 } }],
    ],
  }),
  _pack: native({
    doc: 'As bag_pack, for the pairs after `ignore_empty`, which leaves out nulls and empty texts.',
    takes: ['bool'],
    rest: 'dynamic',
    gives: 'dynamic',
    nulls: 'own',
    clickhouse: ([ignoreEmpty, ...pairs]) => {
      if (typeof ignoreEmpty!.constant !== 'boolean') throw new NotSaid('pack() of what is not constant')
      return jsonBag(pairs, ignoreEmpty!.constant)
    },
    run: (ignoreEmpty?: boolean | null, ...pairs: readonly Dynamic[]) => packed(pairs, ignoreEmpty ?? false),
    examples: [],
  }),
  bag_remove_keys: native({
    doc: '`bag` without the properties in the array `keys`, names or JSONPaths.',
    takes: ['dynamic', 'dynamic'],
    gives: 'dynamic',
    nulls: 'propagate',
    run: (bag: Dynamic, keys: Dynamic) => {
      if (!isBag(bag) || !isArray(keys)) return null
      const paths = keys.map((k) => (typeof k === 'string' ? parseBagPath(k) : null))
      return paths.reduce<DynamicBag>((rest, path) => (path ? without(rest, path) : rest), bag)
    },
    examples: [
      [
        "bag_remove_keys(dynamic({'a': 1, 'b': 2, 'c': {'d': 3, 'e': 4}}), dynamic(['b', '$.c.d', 'zz']))",
        { a: 1, c: { e: 4 } },
      ],
    ],
  }),
  bag_set_key: native({
    doc: '`bag` with the property `key`, a name or a JSONPath, set to `value`.',
    takes: ['dynamic', 'string', 'dynamic'],
    gives: 'dynamic',
    nulls: 'own',
    run: (bag?: Dynamic, key?: string | null, value?: Dynamic) => {
      const path = parseBagPath(key ?? '')
      return isBag(bag ?? null) && path && path.length > 0 && key !== '$'
        ? withValue(bag as DynamicBag, path, value ?? null)
        : null
    },
    examples: [
      ["bag_set_key(dynamic({'a': 1}), 'b', 'x')", { a: 1, b: 'x' }],
      ["bag_set_key(dynamic({'a': {'b': 1, 'c': 2}}), '$.a.b', 9)", { a: { b: 9, c: 2 } }],
      ["bag_set_key(dynamic(null), 'a', 1)", null],
    ],
  }),
  _bag_slots: native({
    doc: 'Names, after `prefix`, and column types of the properties of `bag` that are not `ignored`, as pairs; none of what is no bag.',
    takes: ['dynamic', 'string', 'dynamic'],
    gives: 'dynamic',
    nulls: 'own',
    run: (bag?: Dynamic, prefix?: string, ignored?: Dynamic) => {
      if (!isBag(bag ?? null)) return []
      const left = new Set(isArray(ignored ?? null) ? (ignored as readonly Dynamic[]) : [])
      return [...(bag as DynamicBag)]
        .filter(([k]) => !left.has(k))
        .map(([k, v]) => [`${prefix ?? ''}${k}`, columnType(v)])
    },
    examples: [],
  }),
  _slot_type: native({
    doc: 'The type that all of `types` are, whatever the nulls among them; dynamic where they differ (documentation).',
    takes: ['dynamic'],
    gives: 'string',
    nulls: 'own',
    run: (types?: Dynamic) => {
      const known = (isArray(types ?? null) ? (types as readonly Dynamic[]) : []).filter((t) => t !== 'null')
      return known.length === 1 ? textOf(known[0]!) : 'dynamic'
    },
    examples: [],
  }),
  bag_zip: native({
    doc: 'A bag of the names `keys` with the values at the same places of `values`; names that are no texts are left out, missing values are null (measured).',
    takes: ['dynamic', 'dynamic'],
    gives: 'dynamic',
    nulls: 'own',
    run: (keys?: Dynamic, values?: Dynamic) => {
      if (!isArray(keys ?? null)) return null
      const from = isArray(values ?? null) ? (values as readonly Dynamic[]) : []
      const pairs = (keys as readonly Dynamic[]).map((k, i) => [k, from[i] ?? null] as const)
      return new Map(pairs.filter((p): p is [string, Dynamic] => typeof p[0] === 'string'))
    },
    examples: [
      ["bag_zip(dynamic(['x', 'y', 7]), dynamic([1]))", { x: 1, y: null }],
      ["bag_zip(parse_json('x'), dynamic([1]))", null],
    ],
  }),
}

const COLUMN_TYPES: Readonly<Record<string, string>> = { double: 'real', array: 'dynamic', dictionary: 'dynamic' }
const columnType = (value: Dynamic): string => COLUMN_TYPES[typeName(value)] ?? typeName(value)

/** Of a repeated name the first value stays. */
export function mergedBags(bags: readonly DynamicBag[]): DynamicBag {
  const merged = new Map<string, Dynamic>()
  for (const bag of bags) for (const [key, value] of bag) if (!merged.has(key)) merged.set(key, value)
  return merged
}

function packed(pairs: readonly Dynamic[], ignoreEmpty: boolean): DynamicBag {
  const bag = new Map<string, Dynamic>()
  for (let i = 0; i + 1 < pairs.length; i += 2) {
    const value = pairs[i + 1] ?? null
    if (!ignoreEmpty || (value !== null && value !== '')) bag.set(textOf(pairs[i] ?? null), value)
  }
  return bag
}

function without(bag: DynamicBag, [name, ...rest]: readonly string[]): DynamicBag {
  if (name === undefined || !bag.has(name)) return bag
  const copy = new Map(bag)
  const inner = bag.get(name) ?? null
  if (rest.length === 0) copy.delete(name)
  else if (isBag(inner)) copy.set(name, without(inner, rest))
  return copy
}

function withValue(bag: DynamicBag, [name, ...rest]: readonly string[], value: Dynamic): DynamicBag {
  const inner = bag.get(name!) ?? null
  return new Map(bag).set(name!, rest.length === 0 ? value : withValue(isBag(inner) ? inner : new Map(), rest, value))
}
