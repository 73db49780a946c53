/** Who sees what: roles, workloads and ranked device groups, from a file of the administrator's (docs/access.md). */
import { readFileSync, statSync } from 'node:fs'
import { z } from 'zod'
import { KqlError } from '../base/errors.ts'
import type { Workload } from '../catalog/workloads.ts'
import type { Principal } from './principal.ts'

/** The products whose tables a role opens. */
export const WORKLOADS = ['endpoint', 'email', 'identity', 'cloudApps'] as const satisfies readonly Workload[]

/** Users by name (UPN) or object id, or groups by the ids that stand in a token's `groups`. */
const members = z.array(z.string().min(1))
const patterns = z.array(z.string().min(1)).max(10)

export const policySchema = z.strictObject({
  roles: z
    .array(
      z.strictObject({
        name: z.string().min(1),
        members,
        /** View data is what hunting needs. */
        viewData: z.boolean().default(true),
        workloads: z.array(z.enum(WORKLOADS)).default([...WORKLOADS]),
        /** May read what the server keeps of its callers: the table HarrierQueryLog. */
        administrator: z.boolean().default(false),
      }),
    )
    .default([]),
  /** In the order of their rank: a device is in the first one that it fits. */
  deviceGroups: z
    .array(
      z.strictObject({
        name: z.string().min(1),
        /** All properties that are given must fit, each by one of its patterns; `*` stands for anything, case does not count. */
        rules: z.strictObject({
          name: patterns.optional(),
          domain: patterns.optional(),
          tag: patterns.optional(),
          os: patterns.optional(),
          machineGroup: patterns.optional(),
        }),
        /** Nobody named = everybody. */
        assignedTo: members.default([]),
      }),
    )
    .default([]),
  /** Who sees the devices that are in no group; nobody named = everybody. */
  unassigned: z.strictObject({ assignedTo: members.default([]) }).default({ assignedTo: [] }),
})

/** The schema of the file, for editors and for docs/access.schema.json. */
export const policyJsonSchema = (): unknown => z.toJSONSchema(policySchema, { io: 'input' })

export type Policy = z.infer<typeof policySchema>
export type DeviceGroup = Policy['deviceGroups'][number]

/** Name of the group of devices that fit no other (the name in the service's machine API). */
export const UNASSIGNED = 'UnassignedGroup'

export interface Rights {
  readonly administrator: boolean
  readonly viewData: boolean
  readonly workloads: readonly Workload[]
  /** Absent = all devices. */
  readonly devices?: DeviceScope
}

export interface DeviceScope {
  /** By rank. */
  readonly groups: readonly DeviceGroup[]
  /** Names of the groups whose devices may be seen, UNASSIGNED among them. */
  readonly visible: readonly string[]
}

/** What the names of a person (UPN, object id, group ids) give them. */
export function rightsOf(policy: Policy, names: readonly string[]): Rights {
  const own = new Set(names.map((n) => n.toLowerCase()))
  const named = (list: readonly string[]) => list.some((m) => own.has(m.toLowerCase()))
  const roles = policy.roles.filter((r) => named(r.members))
  // Without roles nothing is governed by them.
  const governed = policy.roles.length > 0
  const open = (assignedTo: readonly string[]) => assignedTo.length === 0 || named(assignedTo)
  const visible = [
    ...policy.deviceGroups.filter((g) => open(g.assignedTo)).map((g) => g.name),
    ...(open(policy.unassigned.assignedTo) ? [UNASSIGNED] : []),
  ]
  const all = visible.length === policy.deviceGroups.length + 1
  return {
    // Nobody is one by default.
    administrator: roles.some((r) => r.administrator),
    viewData: governed ? roles.some((r) => r.viewData) : true,
    workloads: governed ? WORKLOADS.filter((w) => roles.some((r) => r.workloads.includes(w))) : WORKLOADS,
    ...(!all && { devices: { groups: policy.deviceGroups, visible } }),
  }
}

/** Application tokens see the tenant; so does everybody where nothing is authenticated. */
export const rightsOfPrincipal = (policy: Policy, p: Principal): Rights =>
  p.kind === 'user' ? rightsOf(policy, [p.id, ...(p.name ? [p.name] : []), ...(p.groups ?? [])]) : ALL

const ALL: Rights = { administrator: false, viewData: true, workloads: WORKLOADS }

export interface PolicySource {
  current(): Policy
}

const EMPTY = policySchema.parse({})

/**
 * Reads the file anew when it changes. A version that is not valid is reported and the one before stays in force.
 * @throws KqlError bad_setting when the first version is not valid
 */
export function openPolicy(path: string, report: (error: KqlError) => void): PolicySource {
  if (path === '') return { current: () => EMPTY }
  const stampOf = () => {
    try {
      const { mtimeMs, size, ino } = statSync(path)
      return `${mtimeMs} ${size} ${ino}`
    } catch {
      return ''
    }
  }
  let stamp = stampOf()
  let policy = readPolicy(path)
  return {
    current() {
      const now = stampOf()
      if (now === stamp) return policy
      stamp = now
      try {
        policy = readPolicy(path)
      } catch (error) {
        report(error as KqlError)
      }
      return policy
    },
  }
}

/** @throws KqlError bad_setting */
export function readPolicy(path: string): Policy {
  const refuse = (why: string) => new KqlError('bad_setting', { name: 'access', why: `${path}: ${why}` })
  let value: unknown
  try {
    value = JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    throw refuse((error as Error).message)
  }
  // A configuration file has them under its setting's name.
  const inside = (value as { access?: unknown } | null)?.access
  const read = policySchema.safeParse(inside ?? value)
  if (!read.success) {
    const [issue] = read.error.issues
    throw refuse(`${issue?.path.join('.') || 'the file'}: ${issue?.message}`)
  }
  const names = read.data.deviceGroups.map((g) => g.name)
  const twice = names.find((n, i) => names.indexOf(n) !== i || n === UNASSIGNED)
  if (twice !== undefined) throw refuse(`deviceGroups: the name '${twice}' is taken`)
  return read.data
}
