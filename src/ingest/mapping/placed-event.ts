/** A Windows event with its device and its moment in UTC. */
import type { WindowsEvent } from '../windows-event.ts'

export interface PlacedEvent {
  readonly event: WindowsEvent
  /** DeviceName: lower case, fully qualified where the import tells. */
  readonly device: string
  /** ISO text. */
  readonly time: string
  readonly source: string
  readonly line: number
}
