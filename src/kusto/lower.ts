/** A query text to a plan: parse and bind against a catalogue, then lower statement by statement. */
import type { Catalog } from '../catalog/catalog.ts'
import { keep } from '../plan/build.ts'
import type { Query } from '../plan/nodes.ts'
import { type Context, isHidden, Names, Numbering, refuse } from './context.ts'
import { COLUMN_ARGUMENT } from './defender-functions.ts'
import { throwFirst } from './diagnostics.ts'
import { analyze, elements, type Globals, isTabular, kindOf, mustChild, type Syntax, textOf } from './language.ts'
import { bindLet } from './statements.ts'
import { lowerTable } from './tables.ts'

/** @throws KqlError syntax, semantic, unsupported, query_too_complex */
export function lowerQuery(queryText: string, catalog: Catalog, globals: Globals): Query {
  const { root, diagnostics } = analyze(queryText, globals)
  throwFirst(root, diagnostics, queryText)
  const context: Context = {
    catalog,
    numbering: new Numbering(),
    names: storedNames(globals),
    ingestionTime: queryText.includes('ingestion_time'),
    visualization: {},
    tableNames: new Map(),
    engineNames: { differ: false },
  }
  const result = lastTable(root, context)
  const plan = lowerTable(result, context)
  const visible = plan.columns.filter((c) => !isHidden(c))
  const hasChart = Object.keys(context.visualization).length > 0
  return { plan: keep(plan, visible), ...(hasChart && { visualization: context.visualization }) }
}

function storedNames({ functions }: Globals): Names {
  const names = new Names()
  for (const [name, declaration] of functions) {
    names.bind(name, { kind: 'function', names: new Names(), declaration, namesColumns: COLUMN_ARGUMENT.has(name) })
  }
  return names
}

/** Binds the statements in order; the first tabular expression is the answer, as the API gives one result table. */
function lastTable(root: Syntax, context: Context): Syntax {
  let result: Syntax | undefined
  for (const statement of elements(root, 'Statements')) {
    switch (kindOf(statement)) {
      case 'LetStatement':
        bindLet(statement, context)
        break
      case 'ExpressionStatement':
        result ??= mustChild(statement, 'Expression')
        break
      case 'SetOptionStatement':
        break
      default:
        throw refuse(statement, `The statement '${textOf(statement).slice(0, 40)}'`)
    }
  }
  if (!result) throw refuse(root, 'A query without a tabular expression')
  if (!isTabular(result)) throw refuse(result, 'A query whose result is not a table')
  return result
}
