/** `parse` and `parse-where`: columns cut out of a text by a pattern of literals, columns and stars. */

import { captureGroups } from '../../functions/native/regex.ts'
import { escapeRegex } from '../../functions/text-match.ts'
import { filter, pass, project as projectNode } from '../../plan/build.ts'
import { and, call, long, nullOf, text } from '../../plan/expr.ts'
import type { Assignment, Expr } from '../../plan/nodes.ts'
import type { KqlType } from '../../types/kql-type.ts'
import { coerce, readAs } from '../coerce.ts'
import { type Context, quoted, refuse, semantic } from '../context.ts'
import { lowerScalar } from '../expressions.ts'
import { kindOf, listOf, mustChild, parametersOf, type Syntax, textOf, typeNamed } from '../language.ts'
import { stringOf } from '../literals.ts'
import type { LowerOperator } from './operator.ts'

type Part =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'star' }
  | { readonly kind: 'column'; readonly name: string; readonly type: KqlType }

export const parse: LowerOperator = (op, input, context) => lowerParse(op, input, context, false)
export const parseWhere: LowerOperator = (op, input, context) => lowerParse(op, input, context, true)

function lowerParse(op: Syntax, input: Parameters<LowerOperator>[1], context: Context, dropMisses: boolean) {
  const parameters = parametersOf(op)
  const kind = textOf(parameters.get('kind') ?? op)
  const mode = kind === 'regex' || kind === 'relaxed' ? kind : 'simple'
  if (dropMisses && mode === 'relaxed') throw refuse(parameters.get('kind')!, "The kind 'relaxed' of parse-where")
  const flags = flagsOf(parameters.get('flags'), mode)
  const subject = coerce(lowerScalar(mustChild(op, 'Expression'), { columns: input.columns }, context), 'string')
  const parts = listOf(op.Patterns).map((p: Syntax) => partOf(p))
  checkStars(op, parts, mode)
  const pattern = text(mode === 'regex' ? regexPattern(parts, flags) : plainPattern(parts, mode))
  const matched = call('matches regex', [subject, pattern], 'bool')
  const captured = groupNumbers(parts, mode).map(({ part, group }) => ({
    ...part,
    raw: capture(subject, pattern, group),
  }))
  const typed = captured.map((c) => ({ ...c, value: readAs(c.raw, c.type) }))
  // All or nothing: one failed conversion blanks the whole row (rule 178), for kind=regex too (documentation of parse).
  const whole =
    mode !== 'relaxed'
      ? and(matched, ...typed.filter((c) => c.type !== 'string').map((c) => call('isnotnull', [c.value], 'bool')))
      : matched
  const assignments: Assignment[] = input.columns.map(pass)
  for (const c of typed) {
    const expr = call('iff', [whole, c.value, nullOf(c.type)], c.type)
    const column = context.numbering.column(c.name, c.type)
    const at = assignments.findIndex((a) => a.column.name === c.name)
    if (at >= 0) assignments[at] = { column, expr }
    else assignments.push({ column, expr })
  }
  // The engine replaces a column of the same name; the parser lists it twice.
  if (assignments.length < input.columns.length + typed.length) context.engineNames.differ = true
  const below = dropMisses ? filter(input, whole) : input
  return projectNode(below, assignments)
}

type ColumnPart = Extract<Part, { kind: 'column' }>

/** Groups inside the literals of a regex pattern count too. */
function groupNumbers(parts: readonly Part[], mode: string): { part: ColumnPart; group: number }[] {
  let group = 0
  return parts.flatMap((p) => {
    if (p.kind === 'literal' && mode === 'regex') group += captureGroups(p.text) ?? 0
    return p.kind === 'column' ? [{ part: p, group: ++group }] : []
  })
}

function partOf(node: Syntax): Part {
  switch (kindOf(node)) {
    case 'StarExpression':
      return { kind: 'star' }
    case 'LiteralExpression':
    case 'CompoundStringLiteralExpression':
      return { kind: 'literal', text: stringOf(node) }
    case 'NameAndTypeDeclaration': {
      const type = typeNamed(mustChild(node, 'Name').ReferencedSymbol?.Type as never)
      if (!type) throw refuse(node, `The type of '${textOf(node)}'`)
      return { kind: 'column', name: String(mustChild(node, 'Name').SimpleName), type }
    }
    case 'NameDeclaration':
      return { kind: 'column', name: String(node.SimpleName), type: 'string' }
    default:
      throw refuse(node, `'${textOf(node)}' in a parse pattern`)
  }
}

/** `*` directly after a string column could begin anywhere (rule 182). */
function checkStars(op: Syntax, parts: readonly Part[], mode: string): void {
  if (mode === 'regex') return
  for (const [i, p] of parts.entries()) {
    const next = parts[i + 1]
    if (p.kind === 'column' && p.type === 'string' && next?.kind === 'star') {
      throw semantic(op, `'parse' operator: a star after the string column '${p.name}' is ambiguous`)
    }
  }
}

/** What a typed column accepts between literals; strings take as little as lets the rest match (rule 180). */
const SHAPES: Partial<Record<KqlType, string>> = {
  long: '\\s*[-+]?(?:0[xX][0-9a-fA-F]+|[0-9]+)\\s*',
  int: '\\s*[-+]?(?:0[xX][0-9a-fA-F]+|[0-9]+)\\s*',
}

function plainPattern(parts: readonly Part[], mode: string): string {
  const body = parts.map((p, i) => {
    if (p.kind === 'literal') return escapeRegex(p.text)
    if (p.kind === 'star') return '.*?'
    const shape = SHAPES[p.type]
    if (!shape) return '(.*?)'
    if (mode === 'simple') return `(${shape})`
    // Relaxed: what has not the shape gives null; before a star the rest belongs to the star.
    return parts[i + 1]?.kind === 'star' ? `((?:${shape})?)` : '(.*?)'
  })
  return `(?s)^${body.join('')}$`
}

/** The flags that a regular expression of the language begins with. */
function flagsOf(node: Syntax | undefined, mode: string): string {
  if (!node) return ''
  const flags = textOf(node)
  if (mode !== 'regex') throw refuse(node, `The flags ${quoted(node)} of parse without kind=regex`)
  if (!/^[imsUx]+$/.test(flags)) throw refuse(node, `The flags ${quoted(node)} of parse`)
  return [...new Set(flags)].join('')
}

/** Literals are regular expressions and columns are greedy; the match need not reach the end (rules 179, 181). */
function regexPattern(parts: readonly Part[], flags: string): string {
  const body = parts.map((p) =>
    p.kind === 'literal' ? `(?:${p.text})` : p.kind === 'star' ? '.*?' : `(${SHAPES[p.type] ?? '.*'})`,
  )
  return `${flags && `(?${flags})`}${body.join('')}`
}

const capture = (subject: Expr, pattern: Expr, group: number): Expr =>
  call('extract', [pattern, long(group), subject], 'string')
