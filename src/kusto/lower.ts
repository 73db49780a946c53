/** A query text to a plan: parse and bind against a catalogue, then lower statement by statement. */
import { KqlError } from '../base/errors.ts'
import type { Catalog } from '../catalog/catalog.ts'
import { keep } from '../plan/build.ts'
import type { OutputSchema, Query } from '../plan/nodes.ts'
import { type Context, isHidden, Names, Numbering, refuse } from './context.ts'
import { COLUMN_ARGUMENT } from './defender-functions.ts'
import { firstError } from './diagnostics.ts'
import { graphNeeded } from './graph-needed.ts'
import {
  analyze,
  elements,
  type Globals,
  isTabular,
  kindOf,
  mustChild,
  ParserFailure,
  type Syntax,
  textOf,
} from './language.ts'
import { setOption, withOptions } from './set-options.ts'
import { bindLet, bindPattern, bindQueryParameters, restrictAccess } from './statements.ts'
import { lowerTable } from './tables.ts'

/** A catalogue as a query may see it, and as the parser knows it. */
export interface View {
  readonly catalog: Catalog
  readonly globals: Globals
  /** Shown beside the rows: what the query should say instead. */
  readonly hints?: readonly string[]
}

/**
 * `views` are tried in turn until the query means something; when it does in none, the last one tried says why.
 * @throws KqlError syntax, semantic, unsupported, query_too_complex; ProbeNeeded
 */
export function lowerQuery(queryText: string, views: Iterable<View>, schemas: readonly OutputSchema[] = []): Query {
  const [, before = '', command] = COMMAND.exec(queryText) ?? []
  if (command !== undefined) {
    const message = `The management command '${command}' is no query`
    throw new KqlError('syntax', { message }, { start: before.length, length: command.length })
  }
  let error: KqlError | undefined
  for (const view of views) {
    try {
      return lowerIn(queryText, view, schemas)
    } catch (failure) {
      if (!(failure instanceof KqlError && failure.code === 'semantic')) throw failure
      error = failure
    }
  }
  throw error ?? new Error('no view of the catalogue')
}

function lowerIn(queryText: string, view: View, schemas: readonly OutputSchema[]): Query {
  const root = bind(queryText, view)
  const context: Context = {
    catalog: view.catalog,
    numbering: new Numbering(),
    names: storedNames(view.globals),
    ingestionTime: queryText.includes('ingestion_time'),
    visualization: {},
    schemas,
    tableNames: new Map(),
    engineNames: { differ: false, absent: new Set() },
    options: new Map(),
  }
  const hints = [...(view.hints ?? [])]
  const answer = firstTable(root, context, hints)
  const plan = lowerTable(answer.node, answer.context)
  const visible = plan.columns.filter((c) => !isHidden(c) && !context.numbering.isUnlisted(c.id))
  const hasChart = Object.keys(context.visualization).length > 0
  return {
    plan: withOptions(keep(plan, visible), context),
    ...(hasChart && { visualization: context.visualization }),
    ...(hints.length > 0 && { hints }),
  }
}

/** A command such as `.show tables`, behind comments too: text before the dot, and the command's first words. */
const COMMAND = /^((?:\s|\/\/[^\n]*(?:\n|$))*)(\.[a-z]+(?: +[a-z]+)?)/i

function bind(queryText: string, { globals }: View): Syntax {
  let error: KqlError | undefined
  try {
    const analysis = analyze(queryText, globals)
    error = firstError(analysis, queryText)
    if (!error) return analysis.root
  } catch (failure) {
    if (!(failure instanceof ParserFailure)) throw failure
    error = graphNeeded(queryText, globals)
  }
  throw error
}

function storedNames({ functions }: Globals): Names {
  const names = new Names()
  for (const [name, declaration] of functions) {
    names.bind(name, { kind: 'function', names: new Names(), declaration, namesColumns: COLUMN_ARGUMENT.has(name) })
  }
  return names
}

/** Binds the statements in order; the first tabular expression is the answer, as the API gives one result table. */
function firstTable(root: Syntax, start: Context, hints: string[]): { node: Syntax; context: Context } {
  let context = start
  let answer: { node: Syntax; context: Context } | undefined
  for (const statement of elements(root, 'Statements')) {
    switch (kindOf(statement)) {
      case 'LetStatement':
        bindLet(statement, context)
        break
      case 'QueryParametersStatement':
        bindQueryParameters(statement, context)
        break
      case 'PatternStatement':
        bindPattern(statement, context)
        break
      case 'RestrictStatement':
        context = restrictAccess(statement, context)
        break
      case 'ExpressionStatement':
        answer ??= { node: mustChild(statement, 'Expression'), context }
        break
      case 'SetOptionStatement':
        setOption(statement, context, hints)
        break
      default:
        throw refuse(statement, `The statement '${textOf(statement).slice(0, 40)}'`)
    }
  }
  if (!answer) throw refuse(root, 'A query without a tabular expression')
  if (!isTabular(answer.node)) throw refuse(answer.node, 'A query whose result is not a table')
  return answer
}
