/** What an entry of the mapping says, and what it is given to say it. */
import type { PlacedEvent } from './placed-event.ts'
import type { Process, Processes } from './processes.ts'
import type { Row } from './values.ts'

export interface Context {
  readonly placed: PlacedEvent
  readonly device: string
  readonly deviceId: string
  readonly get: (name: string) => string
  readonly processes: Processes
  /** The process that the event is about, by its GUID. */
  readonly own: Process | undefined
  process(guid: string): Process | undefined
  /** `InitiatingProcess*` of a process, or of the event's own; the image stands in when the process is not known. */
  initiating(process?: Process, image?: string): Row
  readonly facts: Facts
}

/** What other events of the import say. */
export interface Facts {
  /** Devices that gave a Sysmon event. */
  readonly sysmonDevices: ReadonlySet<string>
  /** Is there an event of the kind (`sysmon/1`, `security/4688` …), about the same thing, within these milliseconds? */
  near(kind: string, placed: PlacedEvent, about: string, within: number): boolean
  /** `device logonid` of logons with special privileges. */
  readonly admins: ReadonlySet<string>
  /** `device address` that are known as the device's own. */
  readonly addresses: ReadonlySet<string>
}

export interface Mapping {
  readonly table: string
  readonly action: string | ((c: Context) => string)
  /** False leaves the event out. */
  readonly when?: (c: Context) => boolean
  readonly columns: (c: Context) => Row
}
