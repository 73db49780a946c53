/** Functions that look into a dynamic value, and that turn it into text and back. */
import { type Dynamic, isArray, isBag, parseJson, printJson, sortedBag, textOf, typeName } from '../../types/dynamic.ts'
import { textAt } from '../clickhouse.ts'
import { NotSaid, native } from '../define.ts'
import { followPath, parseJsonPath } from './json-path.ts'

export const dynamicNatives = {
  _json_of_text: native({
    doc: 'The text `s` read as JSON; text that is not JSON is a dynamic text, "" is null (measured).',
    takes: ['string'],
    gives: 'dynamic',
    nulls: 'propagate',
    run: (s: string) => (s === '' ? null : (parseJson(s) ?? s)),
    examples: [],
  }),
  _gettype_dynamic: native({
    doc: 'The name of the type that the dynamic `d` holds (measured: array, dictionary, null, long, double, string, bool).',
    takes: ['dynamic'],
    gives: 'string',
    nulls: 'own',
    run: (d?: Dynamic) => typeName(d ?? null),
    examples: [],
  }),
  _dynamic_get: native({
    doc: 'The property or element `step` of the dynamic `d`; null for what is not there (rule 102: it never fails).',
    takes: ['dynamic', 'dynamic'],
    gives: 'dynamic',
    nulls: 'propagate',
    run: get,
    examples: [],
  }),
  dynamic_to_json: native({
    doc: 'Canonical JSON of `value`: the properties of bags in the order of their names.',
    takes: ['dynamic'],
    gives: 'string',
    nulls: 'empty-string',
    run: (d: Dynamic) => (isArray(d) || isBag(d) ? printJson(canonical(d)) : textOf(d)),
    examples: [
      [
        "dynamic_to_json(dynamic({'host': 'a', 'age': 3, 'disks': [{'z': 1.0, 'c': null}]}))",
        '{"age":3,"disks":[{"c":null,"z":1.0}],"host":"a"}',
      ],
      ['dynamic_to_json(dynamic(null))', ''],
    ],
  }),
  extract_json: native({
    doc: 'Text of what the JSONPath `path` finds in the JSON text `source`; "" when there is nothing, or no JSON.',
    takes: ['string', 'string'],
    gives: 'string',
    nulls: 'empty-string',
    clickhouse: ([path, source], cx) => {
      const steps = typeof path!.constant === 'string' ? parseJsonPath(path!.constant) : null
      if (!steps || steps.length === 0) throw new NotSaid('extract_json() with a path that is not constant')
      return textAt({ ...source!, jsonText: source!.sql }, steps, cx)
    },
    run: extractJson,
    examples: [
      ['extract_json(\'$.hosts[1].name\', \'{"hosts": [{"name": "a"}, {"name": "b"}]}\')', 'b'],
      ["extract_json('$.port', '{\"port\": 443}')", '443'],
      ['extract_json("$[\'first name\']", \'{"first name": "Ada"}\')', 'Ada'],
      ["extract_json('$.port', 'no json')", ''],
    ],
  }),
  treepath: native({
    doc: 'The paths of all leaves inside `object`; an array is listed itself, and its elements share the index 0.',
    takes: ['dynamic'],
    gives: 'dynamic',
    nulls: 'propagate',
    run: (d: Dynamic) => (isBag(d) || isArray(d) ? [...new Set(leaves(d, ''))] : null),
    examples: [
      ["treepath(dynamic({'a': 1, 'b': [1, {'c': 2}]}))", ["['a']", "['b']", "['b'][0]", "['b'][0]['c']"]],
      ['treepath(dynamic(null))', null],
    ],
  }),
}

function get(d: Dynamic, step: Dynamic): Dynamic {
  if (typeof step === 'string') return isBag(d) ? (d.get(step) ?? null) : null
  if (typeof step === 'bigint') return isArray(d) ? (d.at(Number(step)) ?? null) : null
  return null
}

const canonical = (d: Dynamic): Dynamic => (isArray(d) ? d.map(canonical) : isBag(d) ? sortedBag(d, canonical) : d)

function extractJson(path: string, source: string): string {
  const steps = parseJsonPath(path)
  const document = steps && parseJson(source)
  return steps && document !== undefined ? textOf(followPath(document, steps) ?? null) : ''
}

/** Order and form as in the documentation's examples of treepath(). */
function* leaves(d: Dynamic, path: string): Generator<string> {
  if (isBag(d)) {
    for (const [key, value] of d) yield* leaves(value, `${path}['${key}']`)
  } else if (isArray(d)) {
    if (path !== '') yield path
    for (const item of d) yield* leaves(item, `${path}[0]`)
  } else {
    yield path
  }
}
