/** Queries whose columns only the data knows: asks for them, probe by probe, until the query can be planned. */
import { KqlError } from '../base/errors.ts'
import { limit } from '../plan/build.ts'
import { long } from '../plan/expr.ts'
import type { NamedType, OutputSchema, Plan, Probe, Query } from '../plan/nodes.ts'
import type { KqlType } from '../types/kql-type.ts'

/** Columns that one plug-in may give; Kusto names no number, and the parser has to bind them all. */
const MAX_COLUMNS = 1000
const MAX_PROBES = 20

export interface ProbeParts {
  /** Plans the query with the schemas that are known so far. */
  readonly plan: (schemas: readonly OutputSchema[]) => Promise<{ readonly query: Query } | { readonly probe: Probe }>
  /** The rows of a plan, run as the query itself would be. */
  readonly rows: (plan: Plan) => Promise<readonly { readonly name: string; readonly type: KqlType }[]>
}

/** @throws KqlError semantic, query_too_complex, and those of planning and running a query */
export async function planWithProbes({ plan, rows }: ProbeParts): Promise<Query> {
  const schemas: OutputSchema[] = []
  for (let i = 0; i <= MAX_PROBES; i++) {
    const planned = await plan(schemas)
    if ('query' in planned) return planned.query
    const { probe } = planned
    const found = await rows(limit(probe.plan, long(MAX_COLUMNS + 1)))
    if (found.length > MAX_COLUMNS) {
      throw new KqlError(
        'query_too_complex',
        { what: `a plug-in would give more than ${MAX_COLUMNS} columns` },
        probe.span,
      )
    }
    schemas.push(
      found.length > 0 || probe.unknown.names.length === 0
        ? schemaOf(probe, found)
        : await assumed(probe, (schema) => plan([...schemas, schema])),
    )
  }
  throw new KqlError('query_too_complex', {
    what: `more than ${MAX_PROBES} plug-ins give columns that only the data knows`,
  })
}

function schemaOf({ span, columns, place, conflict }: Probe, found: readonly NamedType[]): OutputSchema {
  if (found.some((f) => f.name === ''))
    throw new KqlError('semantic', { message: "'evaluate' operator: the data has a column without a name" }, span)
  const taken = new Set(columns.map((c) => c.name))
  const clash = found.find((f) => taken.has(f.name))
  if (clash && conflict === 'error') {
    const message = `'evaluate' operator: the data has a column named '${clash.name}', and so have the rows`
    throw new KqlError('semantic', { message }, span)
  }
  const added = conflict === 'keep' ? found.filter((f) => !taken.has(f.name)) : found
  const replaced = new Map(added.map((f) => [f.name, f]))
  const [before, after] = [columns.slice(0, place?.at), columns.slice(place?.at ?? columns.length)]
  const inPlace = added.filter((f) => f.name === place?.name)
  const behind = added.filter((f) => !taken.has(f.name) && f.name !== place?.name)
  return {
    at: span.start + span.length,
    columns: [...[...before, ...inPlace, ...after].map((c) => replaced.get(c.name) ?? c), ...behind],
    found: added.map((f) => f.name),
  }
}

/**
 * No row tells of any column. The engine calls the columns that the query names unknown; here the query has no rows, as it
 * will have some when the data has: the columns are those named, of the first type with which the query binds.
 */
async function assumed(probe: Probe, bind: (schema: OutputSchema) => Promise<unknown>): Promise<OutputSchema> {
  const taken = new Set(probe.columns.map((c) => c.name))
  const names = probe.unknown.names.filter((n) => !taken.has(n))
  for (const type of probe.unknown.types) {
    const schema = schemaOf(
      probe,
      names.map((name) => ({ name, type })),
    )
    if (await binds(bind(schema))) return schema
  }
  return schemaOf(probe, [])
}

async function binds(planned: Promise<unknown>): Promise<boolean> {
  try {
    await planned
    return true
  } catch (error) {
    if (error instanceof KqlError && error.code === 'semantic') return false
    throw error
  }
}
