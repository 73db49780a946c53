/** What mv-expand and the aggregates over dynamics need: their input as arrays, taken apart and put together. */
import { type Dynamic, type DynamicArray, type DynamicBag, isArray, isBag, typeName } from '../../types/dynamic.ts'
import { native } from '../define.ts'
import { mergedBags } from './bag.ts'
import { distinct } from './set.ts'

/** What an aggregate gathers: `most` elements of it, or all. */
const gathered = (doc: string, run: (list: DynamicArray, most: number | undefined) => Dynamic) =>
  native({
    doc,
    takes: ['dynamic', 'long'],
    gives: 'dynamic',
    nulls: 'own',
    run: (list: Dynamic = null, size: bigint | null = null) =>
      run(isArray(list) ? list : [], size === null ? undefined : Math.max(0, Number(size))),
    examples: [],
  })

export const miscNatives = {
  _mv_items: native({
    doc: 'What mv-expand makes rows of: the elements of an array, the properties of a bag as one-property bags (or as pairs, for `bags` = "array"), any other value itself.',
    takes: ['dynamic', 'string'],
    gives: 'dynamic',
    nulls: 'own',
    run: (value?: Dynamic, bags?: string | null) => {
      const d = value ?? null
      if (isBag(d)) return Array.from(d, ([k, v]): Dynamic => (bags === 'array' ? [k, v] : new Map([[k, v]])))
      return isArray(d) ? d : [d]
    },
    examples: [],
  }),
  _list_flatten: gathered(
    'The values of `list`, with the elements of arrays in place of the arrays (rule 151).',
    (list, most) => list.flat().slice(0, most),
  ),
  _list_to_set: gathered('As _list_flatten, each value once, where it came first.', (list, most) =>
    distinct(list.flat()).slice(0, most),
  ),
  _bags_merge: gathered(
    'The bags in `list` as one; of a repeated name the first value stays (rule 110).',
    (list, most) => new Map([...mergedBags(list.filter(isBag))].slice(0, most)),
  ),
  _schema_of: native({
    doc: 'The schema that all values in `list` have, as buildschema() writes it; null when there are none.',
    takes: ['dynamic'],
    gives: 'dynamic',
    nulls: 'own',
    run: (list?: Dynamic) => (isArray(list ?? null) ? schemaOf(list as DynamicArray) : null),
    examples: [],
  }),
}

/** What holds the type of an array's elements, among the properties of a schema. */
const INDEXER = '`indexer`'

/** The types of the values, one alone or several as an array, bags and arrays first (measured order). */
function schemaOf(values: DynamicArray): Dynamic {
  const bags = values.filter(isBag)
  const arrays = values.filter(isArray)
  const container = bags.length + arrays.length > 0 ? [containerSchema(bags, arrays)] : []
  const simple = new Set(values.filter((v) => v !== null && !isBag(v) && !isArray(v)).map(typeName))
  const types: Dynamic[] = [...container, ...simple]
  return types.length > 1 ? types : (types[0] ?? null)
}

function containerSchema(bags: readonly DynamicBag[], arrays: readonly DynamicArray[]): Dynamic {
  const values = new Map<string, Dynamic[]>()
  const collect = (name: string, value: Dynamic) => {
    const known = values.get(name)
    if (known) known.push(value)
    else values.set(name, [value])
  }
  for (const bag of bags) for (const [name, value] of bag) collect(name, value)
  for (const array of arrays) for (const value of array) collect(INDEXER, value)
  return new Map(Array.from(values, ([name, found]) => [name, schemaOf(found)]))
}
