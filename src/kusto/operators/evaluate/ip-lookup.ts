/** `ipv4_lookup` and `ipv6_lookup`: the rows of a table whose network holds the address (rule 208). */
import { aggregate, join, pass, project } from '../../../plan/build.ts'
import { call, columnOf } from '../../../plan/expr.ts'
import type { Plan } from '../../../plan/nodes.ts'
import { argumentsOf } from '../../calls.ts'
import { coerce } from '../../coerce.ts'
import type { Context } from '../../context.ts'
import { kindOf, mustChild, type Syntax, scalarTypeOf } from '../../language.ts'
import { lowerTable, shared } from '../../tables.ts'
import { columnNamed, flag, type LowerPlugin, listed, named, type PluginCall } from './plugin.ts'

export const ipv4Lookup: LowerPlugin = (called, input, context) => lookup('4', called, input, context)

/** The engine gives the table's columns first (measured); the parser has them last. */
export const ipv6Lookup: LowerPlugin = (called, input, context) => {
  const found = lookup('6', called, input, context)
  context.engineNames.differ = true
  const own = listed(input, context).length
  return project(found, [...found.columns.slice(own), ...found.columns.slice(0, own)].map(pass))
}

/**
 * Each distinct address is spread into the networks that could hold it, which meet the table's networks as equal texts:
 * an equality join, whatever the number of both.
 */
function lookup(version: '4' | '6', { op, node }: PluginCall, input: Plan, context: Context): Plan {
  const { numbering } = context
  const { table, address, network, extra, unmatched } = readArguments(node, input, context)
  const rows = shared(input, listed(input, context), context)
  const source = columnNamed(address, rows)
  const distinct = numbering.column(source.name, 'string')
  const addresses = aggregate(rows, [{ column: distinct, expr: coerce(columnOf(source), 'string') }], [])
  const candidate = numbering.column('$candidate', 'dynamic')
  const spread: Plan = {
    kind: 'unnest',
    input: addresses,
    items: [
      { column: candidate, value: call(`_ipv${version}_networks`, [columnOf(distinct)], 'dynamic'), bags: 'bag' },
    ],
    columns: [distinct, candidate],
  }
  const key = columnNamed(network, table)
  const matches = join(
    'inner',
    spread,
    table,
    [
      {
        left: coerce(columnOf(candidate), 'string'),
        right: call(`_ipv${version}_network`, [coerce(columnOf(key), 'string')], 'string'),
      },
    ],
    [...spread.columns, ...table.columns],
  )
  // The rows meet their matches in a use of their own.
  const again = shared(rows, rows.columns, context)
  const left = columnNamed(address, again)
  const pairs = extra.map((e) => ({ left: columnNamed(e, again), right: columnNamed(e, table) }))
  const joined = join(
    unmatched ? 'leftouter' : 'inner',
    again,
    matches,
    [
      { left: coerce(columnOf(left), 'string'), right: columnOf(distinct) },
      ...pairs.map((p) => ({ left: columnOf(p.left), right: columnOf(p.right) })),
    ],
    [...again.columns, ...matches.columns],
  )
  const repeated = new Set(pairs.map((p) => p.right.id))
  return named(op, joined, [...again.columns, ...listed(table, context).filter((c) => !repeated.has(c.id))], context)
}

/** Behind the keys come further keys, which both tables have, and whether unmatched rows stay, by name or as a bool. */
function readArguments(node: Syntax, input: Plan, context: Context) {
  const [tableNode, address, network, ...rest] = argumentsOf(node)
  const table = lowerTable(tableNode!, context)
  const isOption = (n: Syntax) => kindOf(n) === 'SimpleNamedExpression' || scalarTypeOf(n) === 'bool'
  const option = rest.find(isOption)
  const value = option && kindOf(option) === 'SimpleNamedExpression' ? mustChild(option, 'Expression') : option
  const extra = rest.filter((n) => !isOption(n))
  for (const e of extra) columnNamed(e, input)
  return { table, address: address!, network: network!, extra, unmatched: flag(value, context) }
}
