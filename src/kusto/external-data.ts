/**
 * `externaldata (schema) [ uris ] with (…)` and `inline_external_table (schema) kind=storage dataformat=… (uris) with (…)`: rows
 * of documents that the query service fetches, if the settings allow their hosts.
 */
import { project } from '../plan/build.ts'
import { call, columnOf, long, text } from '../plan/expr.ts'
import { EXTERNAL_ROWS, type ExternalSource } from '../plan/external.ts'
import type { NamedType, Plan } from '../plan/nodes.ts'
import { coerce } from './coerce.ts'
import { type Context, quoted, refuse, semantic } from './context.ts'
import { lowerScalar } from './expressions.ts'
import { mappingOf } from './external-mapping.ts'
import { child, elements, kindOf, mustChild, type Syntax, spanOf, textOf, typeNamed } from './language.ts'

export function lowerExternalData(node: Syntax, context: Context): Plan {
  const known = ['format', 'ignorefirstrecord', 'ingestionmapping']
  const properties = propertiesOf(node, known, 'externaldata', context)
  const [format, first, mapping] = known.map((name) => properties.get(name))
  const columns = columnsOf(node)
  return rowsOf(
    node,
    {
      uris: elements(node, 'URIs').map((u) => String(constant(u, context))),
      columns,
      ignoreFirstRecord: first !== undefined && truthOf(first),
      ...(format && { format: formatOf(format.node, String(format.value)) }),
      ...(mapping && { mapping: mappingOf(mapping.node, mapping.value, columns) }),
    },
    context,
  )
}

export function lowerInlineExternalTable(node: Syntax, context: Context): Plan {
  const table = 'inline_external_table'
  const kind = textOf(mustChild(mustChild(node, 'KindParameter'), 'Value'))
  if (kind === 'delta') throw refuse(node, `'kind=delta' of ${table}`)
  if (kind !== 'storage') throw semantic(node, `'${table}' operator: kind is storage or delta`)
  for (const clause of ['PartitionClause', 'PathFormat']) {
    const given = child(node, clause)
    if (given) throw refuse(given, `${quoted(given)} of ${table}`)
  }
  const format = child(mustChild(node, 'DataFormatParameter'), 'Value')
  if (!format || !child(node, 'Schema'))
    throw semantic(node, `'${table}' operator: kind=storage needs a schema and a dataformat`)
  const properties = propertiesOf(node, ['includeheaders', 'encoding'], table, context)
  const headers = String(properties.get('includeheaders')?.value ?? 'None').toLowerCase()
  if (headers !== 'all' && headers !== 'none') throw refuse(node, `includeHeaders='${headers}' of ${table}`)
  const encoding = String(properties.get('encoding')?.value ?? 'UTF8NoBOM')
  if (!/^utf8(no)?bom$/i.test(encoding)) throw refuse(node, `The encoding '${encoding}' of ${table}`)
  return rowsOf(
    node,
    {
      uris: elements(mustChild(node, 'ConnectionStrings'), 'ConnectionStrings').map((u) =>
        String(constant(u, context)),
      ),
      columns: columnsOf(node),
      ignoreFirstRecord: headers === 'all',
      format: formatOf(format, textOf(format)),
    },
    context,
  )
}

const columnsOf = (node: Syntax): NamedType[] =>
  elements(mustChild(node, 'Schema'), 'Columns').map((d) => {
    const name = mustChild(d, 'Name')
    const type = typeNamed(name.ReferencedSymbol?.Type as never)
    if (!type) throw refuse(d, `The type of ${quoted(d)}`)
    return { name: String(name.SimpleName), type }
  })

function rowsOf(node: Syntax, source: ExternalSource, { numbering }: Context): Plan {
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
    source.columns.map(({ name, type }, i) => ({
      column: numbering.column(name, type),
      expr: coerce(call('path', [columnOf(row), long(i)], 'dynamic'), type),
    })),
  )
}

interface Property {
  readonly node: Syntax
  readonly value: unknown
}

function propertiesOf(
  node: Syntax,
  known: readonly string[],
  of: string,
  context: Context,
): ReadonlyMap<string, Property> {
  const clause = child(node, 'WithClause')
  if (!clause) return new Map()
  return new Map(
    elements(clause, 'Properties').map((p) => {
      const name = String(mustChild(p, 'Name').SimpleName).toLowerCase()
      if (!known.includes(name)) throw refuse(p, `The property '${name}' of ${of}`)
      const expression = mustChild(p, 'Expression')
      return [name, { node: expression, value: constant(expression, context) }] as const
    }),
  )
}

function truthOf({ node, value }: Property): boolean {
  const said = String(value).toLowerCase()
  if (said !== 'true' && said !== 'false') throw semantic(node, 'ignoreFirstRecord of externaldata is true or false')
  return said === 'true'
}

/** The formats of ingestion that query/external-formats.ts reads. */
const FORMATS: ReadonlySet<string> = new Set([
  ...['csv', 'tsv', 'tsve', 'psv', 'scsv', 'sohsv', 'txt', 'raw'],
  ...['json', 'multijson', 'parquet'],
])

function formatOf(node: Syntax, said: string): string {
  const format = said.toLowerCase()
  if (!FORMATS.has(format)) throw refuse(node, `The format '${format}' of external data`)
  return format
}

/** `format=csv`: a bare name is its text. */
function constant(node: Syntax, context: Context): unknown {
  if (kindOf(node) === 'NameDeclaration') return String(node.SimpleName)
  const value = lowerScalar(node, { columns: [] }, context)
  if (value.kind !== 'literal')
    throw semantic(node, `${quoted(node)} is no constant, as the addresses and properties of external data are`)
  return value.value
}
