/** `project-away`, `project-keep`, `project-reorder`, `project-by-names`, `project-rename`: columns chosen, moved or renamed. */
import { pass, project as projectNode } from '../../plan/build.ts'
import { columnOf } from '../../plan/expr.ts'
import type { Expr } from '../../plan/nodes.ts'
import { parseJson } from '../../types/dynamic.ts'
import { isHidden, partitionColumns, quoted, refuse, semantic } from '../context.ts'
import { lowerScalar } from '../expressions.ts'
import { child, elements, resultColumns, type Syntax, wildcard } from '../language.ts'
import type { LowerOperator } from './operator.ts'

/** The parser has matched the wildcards and sorted the names; its result says which columns stay, in which order. */
export const byResultNames: LowerOperator = (op, input, context) => {
  const named = new Set(
    elements(op, 'Expressions').map((e) => String(e.SimpleName ?? child(e, 'Expression')?.SimpleName)),
  )
  return projectNode(input, [
    ...resultColumns(op).flatMap((r) => {
      const column = input.columns.find((c) => c.name === r.name)
      if (!column && context.engineNames.absent.has(r.name)) return []
      // Where a union gave a name a column for each type, the parser may list but one.
      const variants = column ? [] : input.columns.filter((c) => c.name === `${r.name}_${c.type}`)
      if (variants.length > 0 && !named.has(r.name) && context.engineNames.differ) return variants.map(pass)
      if (!column) throw refuse(op, `The column '${r.name}' in this operator`)
      if (!context.numbering.isUnlisted(column.id) || !named.has(r.name)) return pass(column)
      return { column: context.numbering.column(column.name, column.type), expr: columnOf(column) }
    }),
    ...partitionColumns(input).map(pass),
  ])
}

/** `project-by-names`: texts and arrays of texts that are names or patterns, in the order in which they are given; what is not there is no error. */
export const projectByNames: LowerOperator = (op, input, context) => {
  const columns = input.columns.filter((c) => !isHidden(c))
  const chosen = elements(op, 'Expressions')
    .flatMap((specifier) => namesIn(specifier, lowerScalar(specifier, { columns: [] }, context)))
    .flatMap((name) => columns.filter((c) => wildcard(name).test(c.name)))
  return projectNode(input, [...new Set(chosen), ...partitionColumns(input)].map(pass))
}

function namesIn(specifier: Syntax, value: Expr): readonly string[] {
  if (value.kind !== 'literal' || value.value === null)
    throw refuse(specifier, quoted(specifier), 'project-by-names takes constant texts and arrays of them')
  if (value.type === 'string') return [String(value.value)]
  const names = value.type === 'dynamic' ? parseJson(String(value.value)) : undefined
  if (!Array.isArray(names) || !names.every((n) => typeof n === 'string'))
    throw semantic(specifier, 'project-by-names takes constant texts and arrays of them')
  return names
}

/** Positions stay; only names change. */
export const projectRename: LowerOperator = (op, input, context) => {
  const visible = input.columns.filter((c) => !isHidden(c))
  const isAbsent = (name: string) => context.engineNames.absent.has(name) && !visible.some((c) => c.name === name)
  const names = resultColumns(op).filter((r) => !isAbsent(r.name))
  if (names.length !== visible.length) throw refuse(op, "This form of 'project-rename'")
  return projectNode(input, [
    ...visible.map((c, i) => ({ column: context.numbering.copy(c, names[i]!.name), expr: columnOf(c) })),
    ...partitionColumns(input).map(pass),
  ])
}
