/** What `externaldata` reads: documents of the web, fetched before the query runs and put into the plan as rows. */
import { mapExpr } from './expr.ts'
import type { Expr, NamedType, Plan } from './nodes.ts'
import { transform } from './walk.ts'

/** Where a column of delimited text, of a record of fields, or of neither comes from. */
export type Origin =
  | { readonly ordinal: number }
  | { readonly path: readonly (string | number)[] }
  | { readonly constant: string }

export interface ExternalSource {
  readonly uris: readonly string[]
  readonly columns: readonly NamedType[]
  /** By the column's name; a column without one is null. Absent: by place or by name, as the format has it. */
  readonly mapping?: Readonly<Record<string, Origin>>
  /** As the query states it; absent: each document's extension tells. */
  readonly format?: string
  readonly ignoreFirstRecord: boolean
}

/** The call that stands for the rows of a source, as an array of arrays; its one argument is the source as JSON. */
export const EXTERNAL_ROWS = '_external_rows'

/** The source that an expression stands for, if it does. */
export function externalSourceOf(e: Expr): ExternalSource | undefined {
  if (e.kind !== 'call' || e.name !== EXTERNAL_ROWS) return undefined
  const [source] = e.args
  return source?.kind === 'literal' ? (JSON.parse(String(source.value)) as ExternalSource) : undefined
}

/** Every expression of a plan that stands for a source, in any depth, exchanged. */
export const replaceExternal = (plan: Plan, by: (e: Expr, source: ExternalSource) => Expr): Plan =>
  transform(
    plan,
    (p) => p,
    (e) =>
      mapExpr(e, (x) => {
        const source = externalSourceOf(x)
        return source ? by(x, source) : x
      }),
  )
