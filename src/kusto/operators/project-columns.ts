/** `project-away`, `project-keep`, `project-reorder`, `project-rename`: columns chosen, moved or renamed. */
import { pass, project as projectNode } from '../../plan/build.ts'
import { columnOf } from '../../plan/expr.ts'
import { isHidden, partitionColumns, refuse } from '../context.ts'
import { child, elements, resultColumns } from '../language.ts'
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
