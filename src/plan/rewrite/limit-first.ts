/** Takes the first rows before a projection works anything out for the others, and where the scan's own order can tell which they are. */
import type { Limit, Plan, SortKey } from '../nodes.ts'
import { transform } from '../walk.ts'

/** `project … | top 10 by Timestamp` becomes `top 10 by Timestamp | project …`, where the keys are columns that the projection passes on. */
export const limitFirst = (plan: Plan): Plan =>
  transform(plan, (p) => (p.kind === 'limit' && !p.by ? belowProjects(p) : p))

function belowProjects(limit: Limit): Plan {
  const sort = limit.input
  if (sort.kind !== 'sort' || sort.input.kind !== 'project') return limit
  const project = sort.input
  const passed = new Map(project.assignments.map((a) => [a.column.id, a.expr]))
  const keys: SortKey[] = []
  for (const key of sort.keys) {
    const expr = key.expr.kind === 'column' ? passed.get(key.expr.id) : undefined
    if (expr?.kind !== 'column') return limit
    keys.push({ ...key, expr })
  }
  const { input } = project
  const { columns } = input
  return { ...project, input: belowProjects({ ...limit, columns, input: { ...sort, columns, input, keys } }) }
}
