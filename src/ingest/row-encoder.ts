/** Records of one table to lines of a batch file: checks each value against its column, and says why a record is refused. */
import type { Table } from '../catalog/catalog.ts'
import { compareTicks, fitsNative } from '../store/ticks.ts'
import { DELIMITER, NULL, REFUSED, type ToField, toField } from './field.ts'
import type { Properties } from './source-record.ts'
import { ticksText } from './ticks-text.ts'

/** The record's device group: a column that the export adds to every table, and that no table has in a query. */
export const GROUP_PROPERTY = 'MachineGroup'

/** Characters of a row; three times as many bytes is what the engine takes (MAX_RECORD in segment-sql.ts). */
const MAX_ROW = 20 * 1024 * 1024

export interface RowEncoder {
  /** The line without the ingestion time and the line feed, or undefined when the record is refused. */
  encode(properties: Properties, exact: boolean): string | undefined
  /** Why the last record was refused. */
  readonly refusal: string
  /** The time of the last record in ticks; NULL when it has none. */
  readonly time: string
  /** datetime columns that met a value outside of the range of nanosecond timestamps. Emptied by `reset`. */
  readonly wide: ReadonlySet<string>
  /** Properties that are no columns, with the number of records that had them. */
  readonly unknown: ReadonlyMap<string, number>
  reset(): void
}

export function rowEncoder(table: Table): RowEncoder {
  const names = table.columns.map((c) => c.name)
  const known = new Set([...names, GROUP_PROPERTY])
  const encoders: ToField[] = table.columns.map((c) => toField[c.type])
  const isTime = table.columns.map((c) => c.type === 'datetime')
  const timeAt = table.columns.findIndex((c) => c.name === table.time)
  const wide = new Set<string>()
  const unknown = new Map<string, number>()
  let refusal = ''
  let time = NULL

  /** How many properties are columns; counts those that are not. */
  const countKnown = (properties: Properties): number => {
    let count = 0
    for (const name in properties) {
      if (known.has(name)) count++
      else unknown.set(name, (unknown.get(name) ?? 0) + 1)
    }
    return count
  }

  return {
    get refusal() {
      return refusal
    },
    get time() {
      return time
    },
    wide,
    unknown,
    reset: () => wide.clear(),
    encode(properties, exact) {
      if (countKnown(properties) === 0) {
        refusal = `none of its properties is a column of ${table.name}`
        return undefined
      }
      let line = ''
      for (let i = 0; i < names.length; i++) {
        const value = properties[names[i]!]
        const field = encoders[i]!(value, exact)
        if (field === REFUSED) {
          refusal = `${names[i]} is no ${table.columns[i]!.type}: ${shown(value)}`
          return undefined
        }
        if (isTime[i] && field !== NULL && !fitsNative(field)) wide.add(names[i]!)
        if (i === timeAt) time = field
        line += field + DELIMITER
      }
      line += toField.string(properties[GROUP_PROPERTY], exact)
      if (line.length <= MAX_ROW) return line
      refusal = `the record is longer than ${MAX_ROW} characters`
      return undefined
    },
  }
}

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
