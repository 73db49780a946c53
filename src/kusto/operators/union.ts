/** `union`: all rows of several tables, columns matched by name and type. */
import { KqlError } from '../../base/errors.ts'
import type { Table } from '../../catalog/catalog.ts'
import { columnOf, nullOf, text } from '../../plan/expr.ts'
import type { Column, Expr, Plan } from '../../plan/nodes.ts'
import type { KqlType } from '../../types/kql-type.ts'
import { callTableFunction } from '../calls.ts'
import { type Context, isHidden, partitionColumns, quoted, refuse, semantic } from '../context.ts'
import { elements, kindOf, parametersOf, resultColumns, type Syntax, textOf, wildcard } from '../language.ts'
import { perPartition } from '../partitions.ts'
import { lowerTable, scan } from '../tables.ts'
import type { LowerLeading } from './operator.ts'

export interface Source {
  readonly plan: Plan
  /** What `withsource` says of its rows. */
  readonly name: string
}

export const union: LowerLeading = (op, input, context) => {
  const parameters = parametersOf(op)
  const fuzzy = textOf(parameters.get('isfuzzy') ?? op) === 'true'
  const inner = textOf(parameters.get('kind') ?? op) === 'inner'
  const sourceName = parameters.get('withsource') ?? parameters.get('with_source')
  const sources: Source[] = input ? [{ plan: input, name: sourceOf(input, 0, context) }] : []
  for (const e of elements(op, 'Expressions')) sources.push(...lowerSource(e, sources.length, fuzzy, context))
  // The engine keeps the common columns; the parser lists all.
  if (inner) context.engineNames.differ = true
  if (sources.length === 0)
    throw semantic(
      op,
      "union: must have at least one operand that can be evaluated successfully when running with 'Fuzzy' mode",
    )
  return unionOf(sources, { inner, ...(sourceName && { withSource: textOf(sourceName) }) }, context, op)
}

/** A table, a wildcard over table and view names, or any tabular expression. */
export function lowerSource(node: Syntax, position: number, fuzzy: boolean, context: Context): Source[] {
  const name = String(node.SimpleName ?? '')
  if (kindOf(node) === 'NameReference' && /[*]/.test(textOf(node))) {
    const pattern = wildcard(textOf(node))
    const tables = once([...context.catalog.tables.values()].filter((t) => pattern.test(t.name)))
    const views = [...context.names.functions()].filter(
      ([n, f]) => pattern.test(n) && /^view\b/.test(textOf(f.declaration)),
    )
    const found = [
      ...tables.map((t) => ({ plan: scan(t, context), name: t.name })),
      ...views.map(([n, f]) => ({ plan: callTableFunction(node, f, context), name: n })),
    ]
    if (found.length === 0 && !fuzzy) throw refuse(node, `The wildcard ${quoted(node)}`, 'it matches no table')
    return found
  }
  const plan = fuzzy ? lowerIfResolved(node, context) : lowerTable(node, context)
  if (!plan) return []
  const known = kindOf(node) === 'NameReference' && context.catalog.tables.has(name) && !context.names.find(name)
  const view = context.names.find(name)?.kind === 'function'
  return [{ plan, name: known || view ? name : sourceOf(plan, position, context) }]
}

/** Tables that a wildcard finds: one found under its former name too is read once. */
export function once(tables: readonly Table[]): Table[] {
  const names = new Set(tables.map((t) => t.name))
  return tables.filter((t) => t.formerNameOf === undefined || !names.has(t.formerNameOf))
}

/** `isfuzzy=true` leaves out what does not exist (rule 169). */
function lowerIfResolved(node: Syntax, context: Context): Plan | undefined {
  try {
    return lowerTable(node, context)
  } catch (error) {
    if (error instanceof KqlError && error.code === 'semantic' && /Failed to resolve/.test(error.message))
      return undefined
    throw error
  }
}

/** The table that a pipeline began with, or the name that `as` gave it. */
function sourceOf(plan: Plan, position: number, context: Context): string {
  let at: Plan = plan
  while (at.kind === 'filter' || at.kind === 'project' || at.kind === 'limit' || at.kind === 'sort') at = at.input
  if (at.kind === 'scan') return at.table
  return (at.kind === 'shared' && context.tableNames.get(at.id)) || `union_arg${position}`
}

interface Form {
  readonly inner?: boolean
  readonly withSource?: string
}

const key = (c: Pick<Column, 'name' | 'type'>) => `${c.name}\0${c.type}`

/** One column per name and type; the order is that of first appearance. */
export function unionOf(given: readonly Source[], form: Form, context: Context, op?: Syntax): Plan {
  const inPartitions = given[0] !== undefined && partitionColumns(given[0].plan).length > 0
  const sources = inPartitions ? given.map((s) => ({ ...s, plan: perPartition(s.plan, context) })) : given
  const visible = sources.map((s) => s.plan.columns.filter((c) => !isHidden(c)))
  const all = new Map<string, { name: string; type: KqlType }>()
  for (const columns of visible)
    for (const c of columns) if (!all.has(key(c))) all.set(key(c), { name: c.name, type: c.type })
  // Columns of one name stand together, where the name came first.
  const places = [...new Set([...all.values()].map((c) => c.name))]
  let wanted = [...all.values()].sort((a, b) => places.indexOf(a.name) - places.indexOf(b.name))
  const everywhere = (found: (c: Column) => boolean) => visible.every((columns) => columns.some(found))
  const unlike =
    form.inner && wanted.find((w) => everywhere((c) => c.name === w.name) && !everywhere((c) => key(c) === key(w)))
  if (unlike && op) throw refuse(op, "'union kind=inner'", `the column '${unlike.name}' has several types`)
  if (form.inner) wanted = wanted.filter((w) => everywhere((c) => key(c) === key(w)))
  const names = unique(wanted)
  const said = op ? resultColumns(op).map((r) => r.name) : []
  const offset = form.withSource ? 1 : 0
  // Where a suffixed name is taken, the engine and the parser number differently; and of one name with several types the
  // parser at times lists but one.
  const suffixed = names.some((n, i) => n !== wanted[i]!.name)
  if (said.length > 0 && suffixed && names.some((n, i) => n !== said[i + offset])) context.engineNames.differ = true
  const outputs = wanted.map((w, i) => {
    const column = context.numbering.column(names[i]!, w.type)
    const listed = visible.some((columns) =>
      columns.some((c) => key(c) === key(w) && !context.numbering.isUnlisted(c.id)),
    )
    if (!listed) context.numbering.unlist(column)
    return column
  })
  const source = form.withSource ? [context.numbering.column(form.withSource, 'string')] : []
  const partitions = sources[0] ? partitionColumns(sources[0].plan) : []
  return {
    kind: 'union',
    columns: [...source, ...outputs, ...partitions.map((c) => context.numbering.column(c.name, c.type))],
    inputs: sources.map((s, i) => ({
      plan: s.plan,
      map: [
        ...source.map((): Expr => text(s.name)),
        ...wanted.map((w): Expr => {
          const column = visible[i]!.find((c) => key(c) === key(w))
          return column ? columnOf(column) : nullOf(w.type)
        }),
        ...partitions.map((p): Expr => columnOf(s.plan.columns.find((c) => c.name === p.name)!)),
      ],
    })),
  }
}

/** A name with several types gets the type behind it, and a number where that is taken (rule 168). */
function unique(columns: readonly { name: string; type: KqlType }[]): string[] {
  const times = new Map<string, number>()
  for (const c of columns) times.set(c.name, (times.get(c.name) ?? 0) + 1)
  const taken = new Set(columns.filter((c) => times.get(c.name) === 1).map((c) => c.name))
  return columns.map((c) => {
    if (times.get(c.name) === 1) return c.name
    let name = `${c.name}_${c.type}`
    for (let n = 1; taken.has(name); n++) name = `${c.name}_${c.type}${n}`
    taken.add(name)
    return name
  })
}
