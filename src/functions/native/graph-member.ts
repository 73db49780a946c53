/** Dynamic values as Graph writes them: OData JSON with minimal metadata (captured; the rules are those of open types). */
import { type Dynamic, isArray, isBag, printJson } from '../../types/dynamic.ts'
import { native } from '../define.ts'

const COLUMN_VALUE = '#microsoft.graph.security.dynamicColumnValue'

/** A property with the type that stands before it, where the value is no JSON type of its own. */
function member(name: string, value: Dynamic): string {
  const key = JSON.stringify(name)
  const typed = (type: string, json: string) => `${JSON.stringify(`${name}@odata.type`)}:"#${type}",${key}:${json}`
  if (isArray(value)) return typed('Collection(String)', `[${value.map(element).join(',')}]`)
  if (isBag(value)) return `${key}:${object(value)}`
  if (typeof value === 'bigint') return typed('Int64', String(value))
  return `${key}:${printJson(value)}`
}

/** Properties without a value are left out. */
function object(bag: ReadonlyMap<string, Dynamic>): string {
  const members = [...bag].filter(([, v]) => v !== null).map(([k, v]) => member(k, v))
  return `{${[`"@odata.type":"${COLUMN_VALUE}"`, ...members].join(',')}}`
}

/** Every element of a collection of strings is text: objects and numbers as their JSON. */
const element = (value: Dynamic): string =>
  value === null || typeof value === 'string' ? printJson(value) : JSON.stringify(printJson(value))

export const graphMemberNatives = {
  _graph_member: native({
    doc: 'A dynamic column as a member of a row of Graph; a null is an empty object.',
    takes: ['string', 'dynamic'],
    gives: 'string',
    nulls: 'own',
    run: (name = '', value?: Dynamic) => {
      const d = value ?? null
      return d === null ? `${JSON.stringify(name)}:{}` : member(name, d)
    },
    examples: [],
  }),
}
