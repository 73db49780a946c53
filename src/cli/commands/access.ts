/** `harrier access`: what the file of roles and device groups gives to a user, and whether it is valid. */
import { resolve } from 'node:path'
import { Command } from 'commander'
import { readPolicy, rightsOf, UNASSIGNED } from '../../access/policy.ts'
import { KqlError } from '../../base/errors.ts'
import { catalogOf } from '../../catalog/catalog.ts'
import { workloadOf } from '../../catalog/workloads.ts'
import { configOf, withSettings } from '../settings.ts'

export function accessCommand(): Command {
  const command = new Command('access').description('Shows what roles and device groups let users see.')
  const explain = new Command('explain')
    .description('Says what a user may see.')
    .argument('<user>', 'User name (UPN), object id or group id.')
    .option(
      '--group <id>',
      'A group that the user is in; may be repeated.',
      (v: string, all: string[]) => [...all, v],
      [],
    )
  command.addCommand(
    withSettings(explain, ['access']).action((user: string, { group, ...options }) => {
      const policy = readPolicy(pathOf(options))
      const rights = rightsOf(policy, [user, ...group])
      const names = [user, ...group].map((n: string) => n.toLowerCase())
      const roles = policy.roles
        .filter((r) => r.members.some((m) => names.includes(m.toLowerCase())))
        .map((r) => r.name)
      const hidden = [...catalogOf().tables.keys()].filter((t) => {
        const workload = workloadOf(t)
        return workload !== undefined && !rights.workloads.includes(workload)
      })
      const groups = [...policy.deviceGroups.map((g) => g.name), UNASSIGNED]
      const visible = rights.devices?.visible ?? groups
      console.log(`Roles:          ${listed(roles)}`)
      console.log(`View data:      ${rights.viewData ? 'yes' : 'no; every query is refused'}`)
      console.log(`Workloads:      ${listed(rights.workloads)}`)
      console.log(`Hidden tables:  ${listed(hidden)}`)
      console.log(`Device groups:  ${listed(visible)}`)
      console.log(`Hidden groups:  ${listed(groups.filter((g) => !visible.includes(g)))}`)
    }),
  )
  const check = new Command('check').description('Says whether the file is valid.')
  command.addCommand(
    withSettings(check, ['access']).action((options) => {
      const policy = readPolicy(pathOf(options))
      console.log(`${policy.roles.length} roles, ${policy.deviceGroups.length} device groups: valid.`)
    }),
  )
  return command
}

/** @throws KqlError bad_setting */
function pathOf(options: Record<string, unknown>): string {
  const { access } = configOf(options)
  if (access === '') throw new KqlError('bad_setting', { name: 'access', why: 'names no file; give --access FILE' })
  return resolve(access)
}

const listed = (names: readonly string[]): string => (names.length === 0 ? 'none' : names.join(', '))
