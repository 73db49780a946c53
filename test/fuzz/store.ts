/** A small store for random queries: rows of few values over a week, in several segments, deterministic. */
import { ingest } from '../../src/ingest/ingest.ts'
import { WORDS } from './queries.ts'

/** Moment at which the queries ask. */
export const NOW = '2024-05-03T00:00:00Z'

/** `keep`: the devices whose rows are written at all. */
export async function makeStore(store: string, keep: (device: string) => boolean = () => true): Promise<void> {
  let seed = 7
  const random = (n: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
    // The low bits of such a generator repeat soon.
    return Math.floor(seed / 256) % n
  }
  const pick = <T>(list: readonly T[]): T => list[random(list.length)]!
  const row = (device = random(6)) => {
    return {
      Timestamp: new Date(Date.parse('2024-04-27T00:00:00Z') + random(6 * 86_400) * 1000).toISOString(),
      DeviceId: `d${device}`,
      DeviceName: `host${device}.corp.example`,
      MachineGroup: pick(['red', 'blue', '']),
    }
  }
  for (let batch = 0; batch < 3; batch++) {
    const records = [
      ...Array.from({ length: 60 }, () => ({
        table: 'DeviceProcessEvents',
        properties: {
          ...row(),
          FileName: pick(WORDS),
          ProcessCommandLine: `${pick(WORDS)} ${pick(WORDS)}`,
          ProcessId: pick([0, 1, 2, 7, 1000, null]),
          IsProcessRemoteSession: pick([true, false, null]),
          ReportId: random(1e9),
        },
      })),
      ...Array.from({ length: 40 }, () => ({
        table: 'DeviceNetworkEvents',
        properties: {
          ...row(),
          RemoteUrl: pick(WORDS),
          InitiatingProcessId: pick([0, 1, 7, null]),
          ReportId: random(1e9),
        },
      })),
      // Every device has a record of itself.
      ...Array.from({ length: 12 }, (_, i) => ({
        table: 'DeviceInfo',
        properties: { ...row(i % 6), OSPlatform: pick(['Windows11', 'Linux', '']), ReportId: random(3) },
      })),
    ]
    await ingest({ store, records: records.filter((r) => keep(r.properties.DeviceId)) })
  }
}
