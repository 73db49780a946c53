/** Leaves out what reads tables without rows: a store has data in some tables, and `search` and `union *` ask all of them. */
import type { Plan, Values } from '../nodes.ts'
import { transform } from '../walk.ts'

/** `isEmpty` tells of a scan that no stored segment can give rows to it. */
export function pruneEmpty(plan: Plan, isEmpty: (scan: Extract<Plan, { kind: 'scan' }>) => boolean): Plan {
  return transform(plan, (p) => {
    switch (p.kind) {
      case 'scan':
        return isEmpty(p) ? none(p) : p
      case 'filter':
      case 'project':
      case 'sort':
      case 'limit':
      case 'sample':
      case 'unnest':
      case 'window':
      case 'iterate':
        return hasNone(p.input) ? none(p) : p
      case 'aggregate':
        return p.by.length > 0 && hasNone(p.input) ? none(p) : p
      case 'union': {
        const inputs = p.inputs.filter((i) => !hasNone(i.plan))
        return inputs.length === 0 ? none(p) : inputs.length < p.inputs.length ? { ...p, inputs } : p
      }
      case 'join':
        return joinsNothing(p) ? none(p) : p
      case 'shared':
        return hasNone(p.plan) ? none(p) : p
      default:
        return p
    }
  })
}

function joinsNothing({ join, left, right }: Extract<Plan, { kind: 'join' }>): boolean {
  switch (join) {
    case 'inner':
    case 'innerunique':
    case 'leftsemi':
    case 'rightsemi':
      return hasNone(left) || hasNone(right)
    case 'leftouter':
    case 'leftanti':
      return hasNone(left)
    case 'rightouter':
    case 'rightanti':
      return hasNone(right)
    case 'fullouter':
      return hasNone(left) && hasNone(right)
  }
}

const none = (p: Plan): Values => ({ kind: 'values', rows: [], columns: p.columns })
const hasNone = (p: Plan): boolean => p.kind === 'values' && p.rows.length === 0
