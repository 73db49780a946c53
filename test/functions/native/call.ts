/** Calls a function of the catalogue as an engine does: dynamics come as JSON text and go back as JSON text. */
import type { NativeScalar } from '../../../src/functions/define.ts'
import { parseJson, printJson } from '../../../src/types/dynamic.ts'
import type { KqlValue } from '../../../src/types/kql-type.ts'

/** `args`: JSON text for every dynamic, the plain value for everything else; undefined for one that is left out. */
export function callNative(entry: NativeScalar, ...args: readonly unknown[]): unknown {
  const given = args.map((arg, i) => {
    const type = entry.takes[i] ?? entry.rest
    if (type !== 'dynamic' || arg === undefined || arg === null) return arg
    const value = parseJson(String(arg))
    if (value === undefined) throw new Error(`not JSON: ${String(arg)}`)
    return value
  })
  const skipped = entry.nulls !== 'own' && given.some((a) => a === null)
  const result: KqlValue = skipped ? null : entry.run(...given)
  if (entry.gives === 'dynamic') return result === null ? null : printJson(result)
  return result === null && entry.nulls === 'empty-string' ? '' : result
}
