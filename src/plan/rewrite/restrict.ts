/** What the caller may see, put into every scan after names are resolved: the time window and the devices. */
import type { DeviceFilter, Plan } from '../nodes.ts'
import { transform } from '../walk.ts'

export interface Restriction {
  /** Ticks, inclusive; absent = unlimited. */
  readonly from?: bigint
  readonly to?: bigint
  /** Devices that may be seen, or may not; absent = all may. */
  readonly devices?: Omit<DeviceFilter, 'deviceless'>
  /** The stored time column of a table, and whether its rows belong to devices. */
  readonly table: (name: string) => { readonly time?: string; readonly perDevice: boolean }
}

export function restrict(plan: Plan, r: Restriction): Plan {
  return transform(plan, (p) => {
    if (p.kind !== 'scan') return p
    const { time, perDevice } = r.table(p.table)
    const bounded = time !== undefined && (r.from !== undefined || r.to !== undefined)
    return {
      ...p,
      ...(bounded && {
        range: {
          source: time,
          ...(r.from !== undefined && { from: r.from.toString() }),
          ...(r.to !== undefined && { to: r.to.toString() }),
        },
      }),
      ...(perDevice && r.devices && { devices: { ...r.devices, deviceless: !p.table.startsWith('Device') } }),
    }
  })
}
