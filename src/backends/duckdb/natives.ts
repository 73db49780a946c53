/** Makes the catalogue's TypeScript functions callable from SQL, under `nativeName(name)`. */
import {
  BIGINT,
  BOOLEAN,
  DOUBLE,
  type DuckDBConnection,
  type DuckDBDataChunk,
  DuckDBScalarFunction,
  type DuckDBType,
  type DuckDBValue,
  type DuckDBVector,
  INTEGER,
  VARCHAR,
} from '@duckdb/node-api'
import { invariant } from '../../base/assert-never.ts'
import type { NativeScalar } from '../../functions/define.ts'
import { type Dynamic, parseJson, printJson } from '../../types/dynamic.ts'
import type { KqlType, KqlValue } from '../../types/kql-type.ts'
import { nativeName } from './dialect.ts'

/**
 * Registers every entry on the database of `connection`. The SQL function takes the entry's `takes`, then any number of
 * `rest`. Trailing arguments may be left out: an entry that deals with nulls itself is given a typed NULL for them; one that says
 * how many are `optional` has a form for each number of arguments, because its nulls mean something else. Nulls:
 * - propagate, empty-string: a null string arrives as "", any other null gives null without a call of `run`;
 * - own: a null of any type arrives as undefined, as an argument that was left out does;
 * - a null result of a function that gives a string is "".
 * When `run` throws, the query fails.
 */
export function registerNatives(connection: DuckDBConnection, natives: Readonly<Record<string, NativeScalar>>): void {
  const forms = Object.entries(natives).flatMap(([name, native]) =>
    argumentCounts(native).map((count) => ({ name, native, count })),
  )
  for (const { name, native, count } of forms) {
    connection.registerScalarFunction(
      DuckDBScalarFunction.create({
        name: nativeName(name, native.takes.length - count),
        parameterTypes: native.takes.slice(0, count).map((type) => physical[type].type),
        ...(native.rest && { varArgsType: physical[native.rest].type }),
        returnType: physical[native.gives].type,
        // Without it, DuckDB answers NULL for a null argument by itself, and '' would never be seen.
        specialHandling: true,
        ...(native.volatile && { volatile: true }),
        mainFunction: (_info, input, output) => callRows(name, native, input, output),
      }),
    )
  }
}

/** With how many of its `takes` an entry is called. */
const argumentCounts = ({ takes, optional = 0 }: NativeScalar): number[] =>
  Array.from({ length: optional + 1 }, (_, i) => takes.length - i)

function callRows(name: string, native: NativeScalar, input: DuckDBDataChunk, output: DuckDBVector): void {
  const columns = Array.from({ length: input.columnCount }, (_, i) =>
    argumentReader(native, native.takes[i] ?? native.rest, input.getColumnVector(i)),
  )
  const { write } = physical[native.gives]
  const nullResult = native.gives === 'string' ? '' : null
  const args: unknown[] = new Array(columns.length)

  for (let row = 0; row < input.rowCount; row++) {
    let skip = false
    for (let i = 0; i < columns.length; i++) {
      const value = columns[i]!(row)
      if (value === null) skip = true
      args[i] = value
    }
    const value = skip ? null : native.run(...args)
    invariant(value !== undefined, `${name}() gave nothing`)
    output.setItem(row, value === null ? nullResult : write(value))
  }
  output.flush()
}

/** Reads one argument of a row; null when the function is not to be called. */
function argumentReader(native: NativeScalar, type: KqlType | undefined, vector: DuckDBVector) {
  invariant(type, 'an argument beyond those that the function takes')
  const read = physical[type].reader()
  const forNull = native.nulls === 'own' ? undefined : type === 'string' ? '' : null
  return (row: number): unknown => {
    const stored = vector.getItem(row)
    return stored === null ? forNull : read(stored)
  }
}

/** How a KQL type travels between SQL and TypeScript. Readers may keep state, and live as long as a chunk. */
interface Physical {
  readonly type: DuckDBType
  readonly reader: () => (stored: unknown) => unknown
  readonly write: (value: KqlValue) => DuckDBValue
}

const asIs = (type: DuckDBType): Physical => ({
  type,
  reader: () => (stored) => stored,
  write: (value) => value as DuckDBValue,
})

const physical: Readonly<Record<KqlType, Physical>> = {
  bool: asIs(BOOLEAN),
  int: asIs(INTEGER),
  long: asIs(BIGINT),
  real: asIs(DOUBLE),
  decimal: asIs(VARCHAR),
  string: asIs(VARCHAR),
  datetime: asIs(BIGINT),
  timespan: asIs(BIGINT),
  guid: asIs(VARCHAR),
  dynamic: { type: VARCHAR, reader: jsonReader, write: (value) => printJson(value as Dynamic) },
}

/** Neighbouring rows often hold the same text: it is parsed once. Text that is no JSON is null. */
function jsonReader(): (stored: unknown) => Dynamic {
  let text: unknown
  let value: Dynamic = null
  return (stored) => {
    if (stored !== text) {
      text = stored
      value = parseJson(stored as string) ?? null
    }
    return value
  }
}
