/** Which devices a caller may see: each device is in the first group whose rules it fits, or in none. */
import { type DeviceScope, UNASSIGNED } from './policy.ts'

/** The latest record of a device. */
export interface Device {
  readonly id: string
  readonly name: string
  readonly os: string
  readonly tags: readonly string[]
  readonly machineGroup: string
}

/** Ids in lower case. Either the only ones that may be seen, or the only ones that may not: the others are in no group. */
export interface VisibleDevices {
  readonly ids: readonly string[]
  readonly seen: boolean
}

export function visibleDevices({ groups, visible }: DeviceScope, devices: readonly Device[]): VisibleDevices {
  const tests = groups.map((g) => ({ name: g.name, fits: fits(g.rules) }))
  const groupOf = (d: Device) => tests.find((t) => t.fits(d))?.name ?? UNASSIGNED
  // Devices that no record describes are in no group.
  const seen = !visible.includes(UNASSIGNED)
  const ids = devices.filter((d) => visible.includes(groupOf(d)) === seen).map((d) => d.id.toLowerCase())
  return { ids: [...new Set(ids)].sort(), seen }
}

type Rules = DeviceScope['groups'][number]['rules']

function fits(rules: Rules): (d: Device) => boolean {
  const [name, domain, tag, os, group] = [rules.name, rules.domain, rules.tag, rules.os, rules.machineGroup].map(
    (list) => list?.map(wildcard),
  )
  const one = (list: readonly RegExp[] | undefined, values: readonly string[]) =>
    !list || values.some((v) => list.some((p) => p.test(v)))
  return (d) =>
    one(name, [d.name, d.name.split('.')[0]!]) &&
    one(domain, [d.name.split('.').slice(1).join('.')]) &&
    one(tag, d.tags) &&
    one(os, [d.os]) &&
    one(group, [d.machineGroup])
}

const wildcard = (pattern: string): RegExp =>
  new RegExp(`^${pattern.replace(/[\\^$.|?+()[\]{}]/g, '\\$&').replaceAll('*', '.*')}$`, 'is')
