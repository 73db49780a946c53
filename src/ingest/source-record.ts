/** What a reader finds in an input, before anybody looks at the columns: envelopes and messages are taken off here. */
import type { LocalTimes } from './local-time.ts'

/** A row as an object: its members are the columns. */
export type Properties = Readonly<Record<string, unknown>>

export interface SourceRecord {
  /** The table that the record itself names; absent for a flat row, whose source says it. */
  readonly table?: string
  readonly properties: Properties
  /** `_TimeReceivedBySvc`. */
  readonly received?: unknown
  /** The values come from parseJson (integers bigint, bags Map), because JSON.parse would not keep them. */
  readonly exact: boolean
  /** Where it stands, from 1. */
  readonly line: number
  /** Its text, for the quarantine. */
  readonly text: string
  /** Where times may be their viewer's own. */
  readonly times?: LocalTimes
}

/** Whole lines of a file. */
export interface LineBlock {
  readonly bytes: Buffer
  /** The same bytes, to be read four at a time. */
  readonly view: DataView
  /** The same bytes as characters, one each. */
  readonly text: string
}

/** Takes what a reader finds. */
export interface RecordSink {
  record(record: SourceRecord): void
  /**
   * Takes a whole line of UTF-8 as it lies in its block, a line feed after it.
   * @returns false when it has to be read and given as records
   */
  line?(block: LineBlock, start: number, end: number, ascii: boolean): boolean
  reject(line: number, reason: string, text: string): void
  /** A last line that its writer has not finished; it will be there next time. */
  unfinished(): void
  /** Called between blocks of input: waits while the batch is written. */
  breathe(): Promise<void>
}

/** Members that make a value something other than a flat row. */
export const ENVELOPE_NAMES = 'records body Schema schema Results results category properties $table'.split(' ')

/**
 * The records in one JSON value: an answer of the hunting APIs (`Schema` and `Results`, Graph's too), an Event Hub message `{"records": […]}` (also below `body`), an export record
 * `{"category", "properties"}`, or a flat row.
 */
export function* recordsIn(
  value: unknown,
  exact: boolean,
  line: number,
  text: string,
): Generator<SourceRecord | string> {
  const bag = asBag(value)
  if (!bag) {
    yield 'the value is not a JSON object'
    return
  }
  const message = Array.isArray(bag.records) ? bag.records : asBag(bag.body)?.records
  const results = resultsOf(bag)
  if (Array.isArray(message)) {
    for (const inner of message) yield recordIn(inner, exact, line, text)
  } else if (results) {
    const isGraph = bag.results !== undefined
    for (const row of results) yield recordIn(isGraph ? withoutSidecars(row) : row, exact, line, text)
  } else {
    yield recordIn(bag, exact, line, text)
  }
}

function resultsOf(bag: Record<string, unknown>): readonly unknown[] | undefined {
  const [schema, results] = [bag.Schema ?? bag.schema, bag.Results ?? bag.results]
  return Array.isArray(schema) && Array.isArray(results) ? results : undefined
}

/** Graph writes a type beside a value, and an empty object for null. */
function withoutSidecars(row: unknown): unknown {
  const bag = asBag(row)
  if (!bag) return row
  const isEmpty = (value: unknown) => asBag(value) !== undefined && Object.keys(asBag(value)!).length === 0
  return Object.fromEntries(
    Object.entries(bag)
      .filter(([name]) => !name.endsWith('@odata.type'))
      .map(([name, value]) => [name, isEmpty(value) ? null : value]),
  )
}

/** One record, or why it is none. */
function recordIn(value: unknown, exact: boolean, line: number, text: string): SourceRecord | string {
  const bag = asBag(value)
  if (!bag) return 'the record is not a JSON object'
  const rest = { exact, line, text }
  if (typeof bag.category === 'string' && bag.properties !== undefined) {
    const properties = asBag(bag.properties)
    if (!properties) return 'its properties are not a JSON object'
    return { table: tableOfCategory(bag.category), properties, received: bag._TimeReceivedBySvc, ...rest }
  }
  if (typeof bag.$table === 'string') {
    const { $table, ...properties } = bag
    return { table: $table, properties, ...rest }
  }
  return { properties: bag, ...rest }
}

const CATEGORY = 'AdvancedHunting-'

export const tableOfCategory = (category: string): string =>
  category.startsWith(CATEGORY) ? category.slice(CATEGORY.length) : category

function asBag(value: unknown): Record<string, unknown> | undefined {
  if (value instanceof Map) return Object.fromEntries(value) as Record<string, unknown>
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined
}
