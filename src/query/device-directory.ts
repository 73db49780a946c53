/** The devices of the store as their latest records describe them, and which of them a caller may see. */
import { type Device, type VisibleDevices, visibleDevices } from '../access/device-groups.ts'
import type { DeviceScope } from '../access/policy.ts'
import { parseJson } from '../types/dynamic.ts'

/** Asked without any restriction: which group a device is in does not depend on who asks. */
export const DEVICES =
  'DeviceInfo | where isnotempty(DeviceId) | summarize arg_max(Timestamp, DeviceName, OSPlatform, MachineGroup, ' +
  'RegistryDeviceTag, DeviceManualTags, DeviceDynamicTags) by DeviceId'

export interface DeviceRow {
  readonly DeviceId: string
  readonly DeviceName: string
  readonly OSPlatform: string
  readonly MachineGroup: string
  readonly RegistryDeviceTag: string
  readonly DeviceManualTags: string
  readonly DeviceDynamicTags: string
}

export interface DeviceDirectory {
  /** `version`: of the snapshot that the rows are read from. */
  visible(scope: DeviceScope, version: number): Promise<VisibleDevices>
}

export function createDeviceDirectory(rows: () => Promise<readonly DeviceRow[]>): DeviceDirectory {
  let known: { version: number; devices: Promise<readonly Device[]>; scopes: Map<string, VisibleDevices> } | undefined
  return {
    async visible(scope, version) {
      if (known?.version !== version) {
        const devices = rows().then((all) => all.map(deviceOf))
        known = { version, devices, scopes: new Map() }
        // A failure is the asker's; the next one asks again.
        devices.catch(() => {
          if (known?.devices === devices) known = undefined
        })
      }
      const { devices, scopes } = known
      const key = JSON.stringify(scope)
      const ready = scopes.get(key) ?? visibleDevices(scope, await devices)
      scopes.set(key, ready)
      return ready
    },
  }
}

const deviceOf = (r: DeviceRow): Device => ({
  id: r.DeviceId,
  name: r.DeviceName,
  os: r.OSPlatform,
  machineGroup: r.MachineGroup,
  tags: [r.RegistryDeviceTag, ...tagsIn(r.DeviceManualTags), ...tagsIn(r.DeviceDynamicTags)].filter((t) => t !== ''),
})

/** A JSON array of tags, or one tag. */
function tagsIn(text: string): string[] {
  const value = parseJson(text)
  return Array.isArray(value) ? value.filter((t): t is string => typeof t === 'string') : [text]
}
