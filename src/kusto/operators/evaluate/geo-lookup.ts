/**
 * `geo_polygon_lookup` and `geo_line_lookup`: the rows of a table whose shape holds a point, or is within a distance of it.
 * Source: https://learn.microsoft.com/kusto/query/geo-polygon-lookup-plugin and …/geo-line-lookup-plugin
 */
import { aggregate, filter, join, pass, project } from '../../../plan/build.ts'
import { call, columnOf, long } from '../../../plan/expr.ts'
import type { Column, Expr, Plan } from '../../../plan/nodes.ts'
import { coerce } from '../../coerce.ts'
import { type Context, quoted, semantic } from '../../context.ts'
import type { Syntax } from '../../language.ts'
import { lowerTable, shared } from '../../tables.ts'
import {
  columnNamed,
  constantOf,
  flag,
  type LowerPlugin,
  listed,
  named,
  type PluginCall,
  parametersOfCall,
} from './plugin.ts'

const SHAPE = ['LookupTable', 'LookupKey', 'SourceLongitude', 'SourceLatitude']
/** Behind the first four; `lookup_area_radius` only tells the service how to look. */
const OPTIONS = ['radius', 'return_unmatched', 'lookup_area_radius', 'return_lookup_key']

/** Whether a shape belongs to a point, within a distance in metres where one is given. */
type Meets = (point: readonly Expr[], shape: Expr, radius: Expr | undefined) => Expr

const within = (distance: string, point: readonly Expr[], shape: Expr, radius: Expr): Expr =>
  call('<=', [call(distance, [...point, shape], 'real'), radius], 'bool')

export const geoPolygonLookup: LowerPlugin = (called, input, context) =>
  lookup(called, input, context, (point, shape, radius) =>
    radius
      ? within('geo_distance_point_to_polygon', point, shape, radius)
      : call('geo_point_in_polygon', [...point, shape], 'bool'),
  )

export const geoLineLookup: LowerPlugin = (called, input, context) =>
  lookup(called, input, context, (point, shape, radius) => {
    if (!radius) throw semantic(called.node, 'evaluate geo_line_lookup(): the radius is missing')
    return within('geo_distance_point_to_line', point, shape, radius)
  })

/** Each distinct point is held against each shape once; rows then meet what their point has met. */
function lookup(called: PluginCall, input: Plan, context: Context, meets: Meets): Plan {
  const { op, node } = called
  const { numbering } = context
  const given = parametersOfCall(called, [...SHAPE, ...OPTIONS])
  const need = (name: string): Syntax => {
    const argument = given.get(name)
    if (!argument) throw semantic(node, `${quoted(node)}: the argument ${name} is missing`)
    return argument
  }
  const places = [need('SourceLongitude'), need('SourceLatitude')] as const
  const radiusNode = given.get('radius')
  const radius = radiusNode && constantOf(radiusNode, 'real', context)
  const rows = shared(input, listed(input, context), context)
  const point = places.map((place) => columnNamed(place, rows))
  const distinct = point.map((c) => numbering.column(c.name, c.type))
  const points = aggregate(
    rows,
    distinct.map((column, i) => ({ column, expr: columnOf(point[i]!) })),
    [],
  )
  const table = lowerTable(need('LookupTable'), context)
  const shape = columnNamed(need('LookupKey'), table)
  const [left, right] = [points, table].map((plan) => beside(plan, context)) as [Beside, Beside]
  const pairs = join(
    'inner',
    left.plan,
    right.plan,
    [{ left: columnOf(left.one), right: columnOf(right.one) }],
    [...left.plan.columns, ...right.plan.columns],
  )
  const at = distinct.map((c) => coerce(columnOf(c), 'real'))
  const matches = filter(pairs, meets(at, columnOf(shape), radius))
  // The rows meet their matches in a use of their own.
  const again = shared(rows, rows.columns, context)
  const joined = join(
    flag(given.get('return_unmatched'), context) ? 'leftouter' : 'inner',
    again,
    matches,
    places.map((place, i) => ({ left: columnOf(columnNamed(place, again)), right: columnOf(distinct[i]!) })),
    [...again.columns, ...matches.columns],
  )
  const withKey = flag(given.get('return_lookup_key'), context)
  return named(
    op,
    joined,
    [...again.columns, ...listed(table, context).filter((c) => withKey || c.id !== shape.id)],
    context,
  )
}

interface Beside {
  readonly plan: Plan
  readonly one: Column
}

/** With a column that is the same in all rows, so that an equality join pairs them all. */
function beside(plan: Plan, { numbering }: Context): Beside {
  const one = numbering.column('$one', 'long')
  return { plan: project(plan, [...plan.columns.map(pass), { column: one, expr: long(1) }]), one }
}
