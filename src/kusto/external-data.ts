/** `externaldata (schema) [ uris ] with (…)`: rows of documents that the query service fetches, if the settings allow their hosts. */
import { project } from '../plan/build.ts'
import { call, columnOf, long, text } from '../plan/expr.ts'
import { EXTERNAL_ROWS, type ExternalSource } from '../plan/external.ts'
import type { NamedType, Plan } from '../plan/nodes.ts'
import { coerce } from './coerce.ts'
import { type Context, quoted, refuse, semantic } from './context.ts'
import { lowerScalar } from './expressions.ts'
import { child, elements, mustChild, type Syntax, spanOf, typeNamed } from './language.ts'

export function lowerExternalData(node: Syntax, context: Context): Plan {
  const columns = elements(mustChild(node, 'Schema'), 'Columns').map((d): NamedType => {
    const name = mustChild(d, 'Name')
    const type = typeNamed(name.ReferencedSymbol?.Type as never)
    if (!type) throw refuse(d, `The type of ${quoted(d)}`)
    return { name: String(name.SimpleName), type }
  })
  const properties = propertiesOf(node, context)
  const source: ExternalSource = {
    uris: elements(node, 'URIs').map((u) => String(constant(u, context))),
    columns,
    ignoreFirstRecord: properties.ignorefirstrecord === true,
    ...(properties.format !== undefined && { format: String(properties.format).toLowerCase() }),
  }
  const { numbering } = context
  const one = numbering.column('$one', 'long')
  const row = numbering.column('$row', 'dynamic')
  const rows = call(EXTERNAL_ROWS, [text(JSON.stringify(source))], 'dynamic', spanOf(node))
  const unnested: Plan = {
    kind: 'unnest',
    input: { kind: 'values', rows: [[long(0)]], columns: [one] },
    items: [{ column: row, value: rows, bags: 'bag' }],
    columns: [one, row],
  }
  return project(
    unnested,
    columns.map(({ name, type }, i) => ({
      column: numbering.column(name, type),
      expr: coerce(call('path', [columnOf(row), long(i)], 'dynamic'), type),
    })),
  )
}

const PROPERTIES = ['format', 'ignorefirstrecord'] as const

function propertiesOf(node: Syntax, context: Context): Partial<Record<(typeof PROPERTIES)[number], unknown>> {
  const clause = child(node, 'WithClause')
  if (!clause) return {}
  return Object.fromEntries(
    elements(clause, 'Properties').map((p) => {
      const name = String(mustChild(p, 'Name').SimpleName).toLowerCase()
      if (!(PROPERTIES as readonly string[]).includes(name)) throw refuse(p, `The property '${name}' of externaldata`)
      return [name, constant(mustChild(p, 'Expression'), context)]
    }),
  )
}

function constant(node: Syntax, context: Context): unknown {
  const value = lowerScalar(node, { columns: [] }, context)
  if (value.kind !== 'literal') throw semantic(node, 'externaldata takes constants')
  return value.value
}
