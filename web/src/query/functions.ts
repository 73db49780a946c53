/** Functions that a person saved: they stand before a query that calls them, as its own `let` statements. */

export interface SavedFunction {
  readonly name: string
  /** As KQL has them between the parentheses: `since: timespan, name: string = "a"`. */
  readonly parameters: string
  readonly body: string
}

export const FUNCTION_NAME = /^[A-Za-z_]\w*$/

export interface Asked {
  readonly text: string
  /** Lines that stand before those of the person. */
  readonly linesBefore: number
}

/** @param functions of which those that the query calls, and those that these call, come along */
export function withFunctions(query: string, functions: readonly SavedFunction[]): Asked {
  const placed: string[] = []
  const known = new Set<string>()
  const take = (text: string): void => {
    for (const f of functions) {
      if (known.has(f.name) || !calls(text, f.name)) continue
      known.add(f.name)
      take(f.body)
      placed.push(`let ${f.name} = (${f.parameters}) {\n${f.body.trim().replace(/;$/, '')}\n};\n`)
    }
  }
  take(query)
  const before = placed.join('')
  return { text: before + query, linesBefore: before.split('\n').length - 1 }
}

/** A query that has a function of that name of its own means that one. */
const calls = (text: string, name: string): boolean =>
  new RegExp(`\\b${name}\\s*\\(`).test(text) && !new RegExp(`\\blet\\s+${name}\\s*=`).test(text)

interface Placed {
  readonly message: string
  /** From 1. */
  readonly line: number
  readonly column: number
  readonly length: number
}

/** A problem where it stands in what the person sees. */
export function placeOf(problem: Placed, { linesBefore }: Asked): Placed {
  if (problem.line > linesBefore) return { ...problem, line: problem.line - linesBefore }
  return { message: `In a saved function: ${problem.message}`, line: 1, column: 1, length: 1 }
}

export interface Parameter {
  readonly name: string
  readonly type: string
}

/** Scalar parameters; those that take a table are left out. */
export function parametersOf({ parameters }: SavedFunction): Parameter[] {
  return parameters.split(',').flatMap((part) => {
    const [, name, type] = /^\s*(\w+)\s*:\s*(\w+)/.exec(part) ?? []
    return name && type ? [{ name, type }] : []
  })
}
