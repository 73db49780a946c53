/** The small JSONPath that KQL knows: `$`, `.name`, `['name']`, `[0]`; no wildcards, slices or filters (documentation of JSONPath). */
import { type Dynamic, isArray, isBag } from '../../types/dynamic.ts'

/** A property name, or an index from the start of an array. */
export type Step = string | number

/** @returns the steps below `$`, or null for text that is no such path. */
export function parseJsonPath(path: string): Step[] | null {
  if (!path.startsWith('$')) return null
  const steps: Step[] = []
  STEP.lastIndex = 1
  while (STEP.lastIndex < path.length) {
    const m = STEP.exec(path)
    if (!m) return null
    steps.push(m[4] === undefined ? (m[1] ?? m[2] ?? m[3] ?? '') : Number(m[4]))
  }
  return steps
}

const STEP = /\.([^.[\]'"\s*]+)|\['([^']*)'\]|\["([^"]*)"\]|\[(\d{1,9})\]/y

/** Steps of a path through bags only (arrays cannot be indexed there), or a plain key; null when neither. */
export function parseBagPath(key: string): string[] | null {
  if (!key.startsWith('$.') && !key.startsWith('$[')) return [key]
  const steps = parseJsonPath(key)
  return steps?.every((s) => typeof s === 'string') ? (steps as string[]) : null
}

/** What lies at the end of the steps; undefined where there is nothing. */
export function followPath(value: Dynamic, steps: readonly Step[]): Dynamic | undefined {
  let at: Dynamic | undefined = value
  for (const step of steps) {
    if (at === undefined) return undefined
    if (typeof step === 'string') at = isBag(at) ? at.get(step) : undefined
    else at = isArray(at) ? at[step] : undefined
  }
  return at
}
