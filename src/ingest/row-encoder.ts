/** Records of one table to lines of a batch file: checks each value against its column, and says why a record is refused. */
import type { Table } from '../catalog/catalog.ts'
import { compareTicks, fitsNative } from '../store/ticks.ts'
import { DELIMITER, NULL, REFUSED, type ToField, toField } from './field.ts'
import { isLocalTime, type LocalTimes, utcText } from './local-time.ts'
import type { Properties } from './source-record.ts'
import { ticksText } from './ticks-text.ts'

/** The record's device group: a column that the export adds to every table, and that no table has in a query. */
export const GROUP_PROPERTY = 'MachineGroup'

/** Characters of a row; three times as many bytes is what the engine takes (its buffers grow with the longest record). */
const MAX_ROW = 20 * 1024 * 1024

export interface RowEncoder {
  /** The line without the ingestion time and the line feed, or undefined when the record is refused. */
  encode(properties: Properties, exact: boolean, times?: LocalTimes): string | undefined
  /** Why the last record was refused. */
  readonly refusal: string
  /** The time of the last record in ticks; NULL when it has none. */
  readonly time: string
  /** By column, 1 where a record had a value; the device group is the last one. Emptied by `reset`. */
  readonly present: Uint8Array
  /** datetime columns that met a value outside of the range of nanosecond timestamps. Emptied by `reset`. */
  readonly wide: ReadonlySet<string>
  /** Properties that are no columns, with the number of records that had them. */
  readonly unknown: ReadonlyMap<string, number>
  /** Counts a property that is no column of a record that was encoded elsewhere. */
  countUnknown(name: string): void
  reset(): void
}

export function rowEncoder(table: Table): RowEncoder {
  const { columns } = table
  const group = columns.length
  const encoders: ToField[] = [...columns.map((c) => toField[c.type]), toField.string]
  const places = new Map([[GROUP_PROPERTY, group], ...columns.map((c, i): [string, number] => [c.name, i])])
  /** DeviceInfo has it as a column too. */
  const isColumn = places.get(GROUP_PROPERTY) !== group
  /** Most records leave most columns out. */
  const absent = encoders.map((encoder) => encoder(undefined, false))
  const isTime = columns.map((c) => c.type === 'datetime')
  const timeAt = columns.findIndex((c) => c.name === table.time)
  const wide = new Set<string>()
  const present = new Uint8Array(encoders.length)
  const unknown = new Map<string, number>()
  const countUnknown = (name: string): void => void unknown.set(name, (unknown.get(name) ?? 0) + 1)
  let refusal = ''
  let time = NULL

  return {
    get refusal() {
      return refusal
    },
    get time() {
      return time
    },
    wide,
    unknown,
    countUnknown,
    present,
    reset() {
      wide.clear()
      present.fill(0)
    },
    encode(properties, exact, times) {
      const fields = absent.slice()
      let known = 0
      time = NULL
      refusal = ''
      for (const name in properties) {
        const place = places.get(name)
        if (place === undefined) {
          countUnknown(name)
          continue
        }
        known++
        const value = properties[name]
        let field = encoders[place]!(value, exact)
        if (field === REFUSED && isTime[place] && times) field = fieldOfLocal(name, value, times)
        if (field === REFUSED) refusal ||= `${name} is no ${columns[place]!.type}: ${shown(value)}${hint(times, value)}`
        if (isTime[place] && field !== NULL && field !== REFUSED && !fitsNative(field)) wide.add(name)
        if (place === timeAt) time = field
        fields[place] = field
        if (field !== absent[place]) present[place] = 1
      }
      if (known === 0) refusal = `none of its properties is a column of ${table.name}`
      if (refusal !== '') return undefined
      if (isColumn) {
        fields[group] = toField.string(properties[GROUP_PROPERTY], exact)
        if (fields[group] !== '') present[group] = 1
      }
      const line = fields.join(DELIMITER)
      if (line.length <= MAX_ROW) return line
      refusal = `the record is longer than ${MAX_ROW} characters`
      return undefined
    },
  }
}

function fieldOfLocal(name: string, value: unknown, { order, zoneOf }: LocalTimes): string {
  const zone = zoneOf(name)
  if (typeof value !== 'string' || !isLocalTime(value) || order === undefined || zone === undefined) return REFUSED
  return toField.datetime(utcText(value, order, zone), false)
}

const hint = (times: LocalTimes | undefined, value: unknown): string =>
  times && typeof value === 'string' && isLocalTime(value)
    ? ' (a time as its viewer saw it: give --dates day-first or month-first, and --time-zone)'
    : ''

/** The start of a value, for a message. */
function shown(value: unknown): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : typeof value === 'object' ? 'an object' : `${value}`
  return text.length > 80 ? `${text.slice(0, 80)}…` : text
}

/** `_TimeReceivedBySvc` in ticks, where it is a time that a nanosecond timestamp can hold. */
export function receivedTicks(value: unknown): string | undefined {
  const ticks = typeof value === 'string' ? ticksText(value) : undefined
  return ticks !== undefined && fitsNative(ticks) ? ticks : undefined
}

/** The wider of a range and one more time. */
export function widen(
  range: { readonly min: string; readonly max: string } | undefined,
  ticks: string,
): { readonly min: string; readonly max: string } {
  if (!range) return { min: ticks, max: ticks }
  if (compareTicks(ticks, range.min) < 0) return { min: ticks, max: range.max }
  return compareTicks(ticks, range.max) > 0 ? { min: range.min, max: ticks } : range
}
