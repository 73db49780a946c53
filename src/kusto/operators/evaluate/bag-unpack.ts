/** `bag_unpack`: the properties of a bag as columns. Which there are, only the data knows: a probe asks (rule 207). */
import { aggregate, keep, pass, project, sort } from '../../../plan/build.ts'
import { call, columnOf, literal, long, text } from '../../../plan/expr.ts'
import type { Column, Expr, Plan, Probe } from '../../../plan/nodes.ts'
import { coerce } from '../../coerce.ts'
import { type Context, quoted, refuse, semantic } from '../../context.ts'
import { resultColumns, type Syntax, spanOf } from '../../language.ts'
import { ProbeNeeded, probedAt, unknownNames } from '../../probe.ts'
import { columnNamed, hasSchema, type LowerPlugin, listed, literalOf, parametersOfCall } from './plugin.ts'

const PARAMETERS = ['column', 'OutputColumnPrefix', 'columnsConflict', 'ignoredProperties', 'column_prefix']
const CONFLICTS: Readonly<Record<string, Probe['conflict']>> = {
  error: 'error',
  keep_source: 'keep',
  replace_source: 'replace',
}

export const bagUnpack: LowerPlugin = (called, input, context) => {
  const { op, node } = called
  const given = parametersOfCall(called, PARAMETERS)
  const bag = columnNamed(given.get('column') ?? node, input)
  if (bag.type !== 'dynamic') throw semantic(node, `evaluate bag_unpack(): the column '${bag.name}' is no dynamic`)
  const prefixNode = given.get('OutputColumnPrefix') ?? given.get('column_prefix')
  const prefix = prefixNode ? String(literalOf(prefixNode, 'string', context).value) : ''
  const conflict = conflictOf(given.get('columnsConflict'), context)
  const ignoredNode = given.get('ignoredProperties')
  const ignored = ignoredNode ? literalOf(ignoredNode, 'dynamic', context) : literal('dynamic', null)
  const all = listed(input, context)
  const at = all.findIndex((c) => c.id === bag.id)
  const source = all.filter((c) => c.id !== bag.id)
  if (!hasSchema(op))
    throw new ProbeNeeded(op, context, {
      plan: slotsOf(input, bag, prefix, ignored, context),
      columns: source.map(({ name, type }) => ({ name, type })),
      ...(at >= 0 && { place: { name: bag.name, at } }),
      conflict,
      span: spanOf(node),
      unknown: { names: unknownNames(op), types: ['string', 'dynamic'] },
    })
  const unpacked = probedAt(node, context)
  return project(
    input,
    resultColumns(op).map(({ name, type }) => {
      if (type === 'unknown') throw refuse(op, quoted(op))
      const column = context.numbering.column(name, type)
      const own = source.find((c) => c.name === name)
      const fromBag = unpacked ? unpacked.has(name) : !own || conflict === 'replace'
      return { column, expr: coerce(own && !fromBag ? columnOf(own) : slot(bag, name, prefix), type) }
    }),
  )
}

function conflictOf(node: Syntax | undefined, context: Context): Probe['conflict'] {
  if (!node) return 'error'
  const conflict = CONFLICTS[String(literalOf(node, 'string', context).value)]
  if (!conflict) throw semantic(node, 'evaluate bag_unpack(): columnsConflict is error, replace_source or keep_source')
  return conflict
}

const slot = (bag: Column, name: string, prefix: string): Expr =>
  name.startsWith(prefix)
    ? call('path', [columnOf(bag), text(name.slice(prefix.length))], 'dynamic')
    : literal('dynamic', null)

/** A row for each property: its name, and the type that its values share, or dynamic; by name. */
function slotsOf(input: Plan, bag: Column, prefix: string, ignored: Expr, { numbering }: Context): Plan {
  const found = numbering.column('$slot', 'dynamic')
  const slots: Plan = {
    kind: 'unnest',
    input: keep(input, [bag]),
    items: [
      {
        column: found,
        value: call('_bag_slots', [columnOf(bag), text(prefix), ignored], 'dynamic'),
        bags: 'bag',
      },
    ],
    columns: [bag, found],
  }
  const part = (i: number) => coerce(call('path', [columnOf(found), long(i)], 'dynamic'), 'string')
  const name = numbering.column('name', 'string')
  const types = numbering.column('types', 'dynamic')
  const grouped = aggregate(
    slots,
    [{ column: name, expr: part(0) }],
    [{ column: types, name: 'make_set', args: [part(1)] }],
  )
  const type = numbering.column('type', 'string')
  const named = project(grouped, [pass(name), { column: type, expr: call('_slot_type', [columnOf(types)], 'string') }])
  return sort(named, [{ expr: columnOf(name), descending: false, nullsFirst: true }])
}
