/** The parser's complaints in the words of the service. */
import { KqlError } from '../base/errors.ts'
import { isForgiven } from './forgiven.ts'
import { type Analysis, child, type Diagnostic, kindOf, type Syntax, textOf } from './language.ts'

/** The first error among the diagnostics, if any; syntax errors come before semantic ones. */
export function firstError({ root, diagnostics }: Analysis, text: string): KqlError | undefined {
  const errors = diagnostics.filter((d) => d.severity === 'Error' && !isForgiven(d, text))
  const syntax = errors.find((d) => d.syntax)
  if (syntax) return new KqlError('syntax', { message: withoutStop(syntax.message) }, syntax.span)
  const deep = errors.find((d) => d.code === 'KS245')
  if (deep) return new KqlError('query_too_complex', { what: 'it is nested too deeply' }, deep.span)
  const first = errors[0] && nameWithin(errors[0], errors)
  return first && new KqlError('semantic', { message: wording(root, first, text) }, first.span)
}

/** Names that refer to nothing: a column, table, variable or function. */
const UNRESOLVED: ReadonlySet<string> = new Set(['KS142', 'KS204', 'KS211'])

/** A complaint about something in which a name is unknown follows from that: the name is what the engine tells. */
function nameWithin(complaint: Diagnostic, errors: readonly Diagnostic[]): Diagnostic {
  const { start, length } = complaint.span
  const within = ({ span }: Diagnostic) => span.start >= start && span.start + span.length <= start + length
  return errors.find((d) => UNRESOLVED.has(d.code) && within(d)) ?? complaint
}

/** Sentences end where they are put together. */
const withoutStop = (message: string): string => message.replace(/\.$/, '')

/** Codes whose engine wording is known from captures; the rest keep the parser's sentence without its full stop. */
function wording(root: Syntax, d: Diagnostic, text: string): string {
  const name = quotedName(d) ?? text.slice(d.span.start, d.span.start + d.span.length)
  const place = placeOf(root, d)
  const message = plainWording(d, place.tabular, name)
  return place.operator && isUnresolvedName(d) ? `'${place.operator}' operator: ${message}` : message
}

const isUnresolvedName = (d: Diagnostic): boolean => d.code === 'KS142' || d.code === 'KS204'

function plainWording(d: Diagnostic, tabular: boolean, name = quotedName(d)): string {
  if (isUnresolvedName(d))
    return `Failed to resolve ${tabular ? 'table or column expression' : 'scalar expression'} named '${name}'`
  return d.code === 'KS211' ? `Unknown function: '${name}'` : withoutStop(d.message)
}

const quotedName = (d: Diagnostic): string | undefined => /'([^']*)'/.exec(d.message)?.[1]

/** What is wrong with the body of a function, whose places are not those of the query; undefined when nothing is. */
export function errorInBody(diagnostics: readonly Diagnostic[]): string | undefined {
  const errors = diagnostics.filter((d) => d.severity === 'Error')
  return errors[0] && plainWording(nameWithin(errors[0], errors), errors[0].code === 'KS204')
}

interface Place {
  readonly operator?: string
  readonly tabular: boolean
}

/** The operator around a complaint; for a table at the head of a pipe, the first operator applied to it. */
function placeOf(root: Syntax, d: Diagnostic): Place {
  const path = pathTo(root, d.span.start, d.span.length)
  for (let i = path.length - 1; i >= 0; i--) {
    const node = path[i]!
    const below = path[i + 1]
    if (kindOf(node) === 'PipeExpression' && below && child(node, 'Expression') === below) {
      const operator = child(node, 'Operator')
      return { tabular: true, ...(operator && { operator: keyword(operator) }) }
    }
    if (/Operator$/.test(kindOf(node))) {
      const tabular =
        ['UnionOperator', 'JoinOperator', 'LookupOperator'].includes(kindOf(node)) && isTableSlot(node, below)
      return { operator: keyword(node), tabular }
    }
  }
  return {
    tabular:
      path.some((n) => kindOf(n) === 'ExpressionStatement') && !path.some((n) => /Function|Binary/.test(kindOf(n))),
  }
}

const isTableSlot = (node: Syntax, below: Syntax | undefined) =>
  kindOf(node) === 'UnionOperator' || child(node, 'Expression') === below

const keyword = (operator: Syntax): string => /^[a-z-]+/.exec(textOf(operator))?.[0] ?? ''

/** Nodes from the root to the smallest one that covers the span. */
function pathTo(root: Syntax, start: number, length: number): Syntax[] {
  const path: Syntax[] = []
  let at: Syntax | undefined = root
  while (at) {
    path.push(at)
    let next: Syntax | undefined
    for (let i = 0; i < at.ChildCount; i++) {
      const c = at.GetChild(i)
      if (c && !c.IsToken && c.TextStart <= start && c.TextStart + c.Width >= start + length && c.Width > 0) next = c
    }
    at = next
  }
  return path
}
