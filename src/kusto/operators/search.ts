/** `search` and `find`: rows of several tables that match, with the table's name beside them. */
import { filter } from '../../plan/build.ts'
import { bool, call, columnOf, literal, not, nullOf, text } from '../../plan/expr.ts'
import type { Column, Expr, Plan } from '../../plan/nodes.ts'
import type { KqlType } from '../../types/kql-type.ts'
import { callTableFunction } from '../calls.ts'
import { coerce } from '../coerce.ts'
import { type Context, isHidden, refuse, type Scope, semantic } from '../context.ts'
import { lowerScalar } from '../expressions.ts'
import {
  child,
  elements,
  kindOf,
  literalTypeOf,
  mustChild,
  parametersOf,
  type ResultColumn,
  resultColumns,
  type Syntax,
  textOf,
  typeNamed,
} from '../language.ts'
import { stringOf } from '../literals.ts'
import { scan } from '../tables.ts'
import type { LowerLeading } from './operator.ts'
import { onlyParserHas } from './outputs.ts'
import { lowerSource, once, type Source, unionOf } from './union.ts'

export const search: LowerLeading = (op, input, context) => {
  const caseSensitive = textOf(parametersOf(op).get('kind') ?? op) === 'case_sensitive'
  const condition = mustChild(op, 'Condition')
  const sources = (input ? [{ plan: input, name: 'search_arg0' }] : sourcesOf(op, context)).map((s) => ({
    name: s.name,
    plan: filter(s.plan, predicate(condition, { columns: s.plan.columns }, caseSensitive, context)),
  }))
  const said = resultColumns(op)
  // Over views of the query itself the parser lists the tables' columns too.
  const known = (c: ResultColumn) =>
    c.type !== 'unknown' && (c.name === '$table' || sources.some((s) => behind(s.plan, c)))
  if (!input && said.length > 0 && said.every(known)) return asSaid(sources, said, context)
  return unionOf(sources, { withSource: '$table' }, context, op)
}

/** The column of a table that stands behind one of the answer. */
const behind = (plan: Plan, { name, type }: Pick<ResultColumn, 'name' | 'type'>): Column | undefined =>
  plan.columns.find((c) => c.name === name) ??
  plan.columns.find((c) => !isHidden(c) && c.type === type && `${c.name}_${c.type}` === name)

/** Of a name with several types the parser lists one column at times (of the first type), and one for each type at others. */
function asSaid(sources: readonly Source[], said: readonly ResultColumn[], context: Context): Plan {
  const columns = said.map((c) => context.numbering.column(c.name, c.type as KqlType))
  const inputs = sources.map(({ plan, name }) => ({
    plan,
    map: columns.map((column): Expr => {
      if (column.name === '$table') return text(name)
      const source = behind(plan, column)
      return source ? coerce(columnOf(source), column.type) : nullOf(column.type)
    }),
  }))
  for (const column of columns) {
    const found = sources.flatMap((s) => s.plan.columns.filter((c) => c.name === column.name))
    if (found.length > 0 && found.every((c) => context.numbering.isUnlisted(c.id))) context.numbering.unlist(column)
  }
  return { kind: 'union', columns, inputs }
}

function sourcesOf(op: Syntax, context: Context): Source[] {
  const clause = child(op, 'InClause')
  if (clause) return elements(clause, 'Expressions').flatMap((e, i) => lowerSource(e, i, false, context))
  const views = [...context.names.functions()].filter(([, f]) => /^view\b/.test(textOf(f.declaration)))
  const scanned =
    views.length > 0
      ? []
      : once([...context.catalog.tables.values()]).map((t) => ({ plan: scan(t, context), name: t.name }))
  return [...views.map(([name, f]) => ({ plan: callTableFunction(op, f, context), name })), ...scanned]
}

/** A bare text matches any column by term; columns that a table lacks are null in it. */
function predicate(node: Syntax, scope: Scope, caseSensitive: boolean, context: Context): Expr {
  switch (kindOf(node)) {
    case 'ParenthesizedExpression':
      return predicate(mustChild(node, 'Expression'), scope, caseSensitive, context)
    case 'LiteralExpression':
    case 'CompoundStringLiteralExpression':
      // A real as a term matches nothing (measured), not even the same real.
      if (literalTypeOf(node) === 'real') return bool(false)
      return anyColumn(stringOf(node), scope, caseSensitive)
    case 'StarExpression':
      return bool(true)
    case 'BinaryExpression': {
      const operator = textOf(mustChild(node, 'Operator'))
      const [left, right] = [mustChild(node, 'Left'), mustChild(node, 'Right')]
      if (operator === 'and' || operator === 'or') {
        return call(
          operator,
          [predicate(left, scope, caseSensitive, context), predicate(right, scope, caseSensitive, context)],
          'bool',
        )
      }
      if (operator === ':' && kindOf(right) === 'LiteralExpression' && typeNamed(right.ResultType) === 'string') {
        const column = scope.columns.find((c) => c.name === String(left.SimpleName))
        return column ? matches(columnOf(column), stringOf(right), caseSensitive) : bool(false)
      }
    }
  }
  if (kindOf(node) === 'FunctionCallExpression' && textOf(mustChild(node, 'Name')) === 'not') {
    const [inner] = elements(mustChild(node, 'ArgumentList'), 'Expressions')
    return not(predicate(inner!, scope, caseSensitive, context))
  }
  return lowerScalar(node, withMissing(node, scope, context), context)
}

/** The columns that the condition names but this table lacks, as typed nulls. */
function withMissing(node: Syntax, scope: Scope, context: Context): Scope {
  const missing = new Map<string, Expr>()
  visit(node, (n) => {
    const name = String(n.SimpleName ?? '')
    if (kindOf(n) !== 'NameReference' || n.ReferencedSymbol?.constructor === undefined || name === '') return
    if (scope.columns.some((c) => c.name === name) || context.names.find(name)) return
    const type = typeNamed(n.ResultType)
    if (type) missing.set(name, nullOf(type))
  })
  for (const [name, expr] of missing) context.names.bind(name, { kind: 'scalar', expr })
  return scope
}

function visit(node: Syntax, f: (n: Syntax) => void): void {
  f(node)
  for (let i = 0; i < node.ChildCount; i++) {
    const c = node.GetChild(i)
    if (c && !c.IsToken) visit(c, f)
  }
}

function anyColumn(term: string, scope: Scope, caseSensitive: boolean): Expr {
  if (/^\**$/.test(term)) return bool(true)
  const columns = scope.columns.filter((c) => !isHidden(c) && mayHold(c.type, term)).map(columnOf)
  if (columns.length === 0) return bool(false)
  // Looking at 60 columns one by one takes ten times as long as one look at the whole row.
  const texts = columns.map((c) => coerce(c, 'string'))
  return matches(call('_row_text', texts, 'string'), term, caseSensitive)
}

/** Stands between the columns in `_row_text`; no match may reach over it. */
const BETWEEN_TEXTS = '\\x1f'

/** What the text of a value of each type is made of: no other column can hold a term with other letters. */
const LETTERS: Partial<Record<KqlType, RegExp>> = {
  bool: /^[a-z]*$/i,
  int: /^[-\d]*$/,
  long: /^[-\d]*$/,
  decimal: /^[-.\d]*$/,
  real: /^[-+.\da-z]*$/i,
  datetime: /^[-:.\dtz]*$/i,
  timespan: /^[-:.\d]*$/,
  guid: /^[-\da-f]*$/i,
}

const mayHold = (type: KqlType, term: string): boolean => LETTERS[type]?.test(term.replaceAll('*', '')) !== false

/** `*` at the ends makes it a prefix, suffix or substring test (rule 204); inside of it, a regular expression of whole words. */
function matches(value: Expr, term: string, caseSensitive: boolean): Expr {
  const starts = term.startsWith('*')
  const ends = term.endsWith('*') && term.length > 1
  const bare = term.slice(starts ? 1 : 0, ends ? -1 : undefined)
  const subject = coerce(value, 'string')
  if (bare.includes('*')) {
    const pattern = bare
      .split('*')
      .map((p) => p.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&'))
      .join(`[^\\n${BETWEEN_TEXTS}]*`)
    const whole = `${starts ? '' : '\\b'}${pattern}${ends ? '' : '\\b'}`
    return call('matches regex', [subject, text(`${caseSensitive ? '' : '(?i)'}${whole}`)], 'bool')
  }
  const name = starts && ends ? 'contains' : starts ? 'hassuffix' : ends ? 'hasprefix' : 'has'
  return call(`${name}${caseSensitive ? '_cs' : ''}`, [subject, text(bare)], 'bool')
}

export const find: LowerLeading = (op, input, context) => {
  const condition = mustChild(op, 'Condition')
  const named = parametersOf(op).get('withsource')
  const sourceName = named ? textOf(named) : 'source_'
  const all = input ? [{ plan: input, name: 'union_arg0' }] : sourcesOf(op, context)
  const used = columnsLookedAt(condition, context)
  // Tables without any column that the predicate looks at are left out.
  const sources = used ? all.filter((s) => s.plan.columns.some((c) => used.has(c.name))) : all
  const said = resultColumns(op)
  if (said.length === 0 || sources.length === 0) throw refuse(op, "This form of 'find'")
  const listed = said.map((c) => c.name)
  const wanted = said.flatMap((c) => ofEachType(c, op, sources, context))
  const legs = sources.map((s) => ({
    plan: filter(s.plan, predicate(condition, { columns: s.plan.columns }, false, context)),
    map: wanted.map((w) => coerce(foundIn(s, w, sourceName, listed), w.type)),
  }))
  return { kind: 'union', columns: wanted.map((w) => context.numbering.column(w.name, w.type)), inputs: legs }
}

interface Found {
  readonly name: string
  readonly type: KqlType
  /** Where it is one of several columns of a name that has several types. */
  readonly of?: string
}

/** The names of the columns in a predicate; undefined when it looks at all of them, for a term. */
function columnsLookedAt(condition: Syntax, context: Context): ReadonlySet<string> | undefined {
  const names = new Set<string>()
  const terms = (node: Syntax): boolean => {
    switch (kindOf(node)) {
      case 'LiteralExpression':
      case 'CompoundStringLiteralExpression':
      case 'StarExpression':
        return true
      case 'ParenthesizedExpression':
        return terms(mustChild(node, 'Expression'))
      case 'BinaryExpression':
        return (
          terms(mustChild(node, 'Left')) ||
          (/^(?:and|or)$/.test(textOf(mustChild(node, 'Operator'))) && terms(mustChild(node, 'Right')))
        )
      default:
        return false
    }
  }
  visit(condition, (n) => {
    const name = String(n.SimpleName ?? '')
    if (kindOf(n) === 'NameReference' && name !== '' && !context.names.find(name)) names.add(name)
  })
  return names.size === 0 || terms(condition) ? undefined : names
}

/** A column that some tables have in one type and others in another is one for each type; `project` says which it wants. */
function ofEachType({ name, type }: ResultColumn, op: Syntax, sources: readonly Source[], context: Context): Found[] {
  if (type === 'unknown') throw refuse(op, "This form of 'find'")
  const types = new Set(sources.flatMap((s) => s.plan.columns.filter((c) => c.name === name).map((c) => c.type)))
  if (types.size < 2) return [{ name, type }]
  const clause = child(op, 'Project')
  const said = clause ? elements(clause, 'Columns') : []
  if (said.some((c) => kindOf(c) === 'TypedColumnReference' && textOf(c).startsWith(name))) return [{ name, type }]
  if (said.length > 0) throw semantic(clause!, `'find' operator: the column '${name}' has several types: say which`)
  onlyParserHas(name, context)
  return [...types].map((t) => ({ name: `${name}_${t}`, type: t, of: name }))
}

function foundIn(source: Source, { name, type, of }: Found, sourceName: string, listed: readonly string[]): Expr {
  if (name === sourceName) return text(source.name)
  const column = source.plan.columns.find((c) => c.name === (of ?? name) && (!of || c.type === type))
  if (column) return columnOf(column)
  if (name !== 'pack_') return nullOf(type)
  const rest = source.plan.columns.filter((c) => !isHidden(c) && !listed.includes(c.name))
  return call(
    '_pack',
    [literal('bool', true), ...rest.flatMap((c) => [coerce(text(c.name), 'dynamic'), coerce(columnOf(c), 'dynamic')])],
    'dynamic',
  )
}
