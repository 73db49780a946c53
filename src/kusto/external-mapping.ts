/** The ingestionMapping of external data: which part of a document a column takes. */
import { parseJsonPath } from '../functions/native/json-path.ts'
import type { Origin } from '../plan/external.ts'
import type { NamedType } from '../plan/nodes.ts'
import { type Dynamic, isArray, isBag, parseJson, textOf } from '../types/dynamic.ts'
import { refuse, semantic } from './context.ts'
import type { Syntax } from './language.ts'

/** `[{"Column": …, "Properties": {"Path" | "Ordinal" | "ConstValue": …}}, …]` (documentation of data mappings). */
export function mappingOf(
  node: Syntax,
  value: unknown,
  columns: readonly NamedType[],
): Readonly<Record<string, Origin>> {
  const wrong = (why: string) => semantic(node, `The ingestionMapping of externaldata: ${why}`)
  const list = parseJson(String(value)) ?? null
  if (!isArray(list)) throw wrong('it is no JSON array')
  return Object.fromEntries(
    list.map((element) => {
      const column = propertyOf(element, 'column')
      if (typeof column !== 'string' || !columns.some((c) => c.name === column))
        throw wrong(`an element names no column of the schema: ${textOf(element)}`)
      const properties = propertyOf(element, 'properties')
      if (propertyOf(properties, 'transform') !== undefined)
        throw refuse(node, 'A transformation in the ingestionMapping of externaldata')
      const [ordinal, constantValue] = [propertyOf(properties, 'ordinal'), propertyOf(properties, 'constvalue')]
      if (constantValue !== undefined) return [column, { constant: textOf(constantValue) }]
      if (ordinal !== undefined) {
        if (!/^\d{1,9}$/.test(textOf(ordinal))) throw wrong(`no column has the number ${textOf(ordinal)}`)
        return [column, { ordinal: Number(textOf(ordinal)) }]
      }
      const path = propertyOf(properties, 'path')
      if (typeof path !== 'string') throw wrong(`'${column}' has no Path, Ordinal or ConstValue`)
      if (!path.startsWith('$')) return [column, { constant: path }]
      const steps = parseJsonPath(path.replaceAll('.[', '['))
      if (!steps) throw wrong(`'${path}' is no path of the language`)
      return [column, { path: steps }]
    }),
  )
}

/** The property of a bag, however its name is written. */
function propertyOf(bag: Dynamic | undefined, name: string): Dynamic | undefined {
  if (bag === undefined || !isBag(bag)) return undefined
  return [...bag].find(([key]) => key.toLowerCase() === name)?.[1]
}
