/** The shape of a table function in TypeScript: rows in, rows out, as arrays of arrays; total but for its limit on rows. */

import { type Dynamic, isArray } from '../../types/dynamic.ts'
import { type NativeScalar, native } from '../define.ts'

/** Rows that one input may have: all of them are in memory at once. */
export const MAX_PROCEDURE_ROWS = 500_000

/** The words of the error that ends a query whose input is too large; the query process knows them. */
export const TOO_MANY_ROWS = 'a table function was given more rows than it takes'

export type Row = readonly Dynamic[]

/** A procedure as a catalogue entry. `run` gets the options in order, and the rows of each input. */
export const procedure = (
  doc: string,
  inputs: number,
  run: (options: Row, ...tables: readonly (readonly Row[])[]) => readonly Row[],
  examples: NativeScalar['examples'],
): NativeScalar =>
  native({
    doc,
    takes: ['dynamic', ...Array.from({ length: inputs }, () => 'dynamic' as const)],
    gives: 'dynamic',
    nulls: 'own',
    run: (options?: Dynamic, ...tables: readonly (Dynamic | undefined)[]) => run(rowOf(options), ...tables.map(rowsOf)),
    examples,
  })

function rowsOf(table: Dynamic | undefined): readonly Row[] {
  const rows = isArray(table ?? null) ? (table as readonly Dynamic[]) : []
  if (rows.length > MAX_PROCEDURE_ROWS) throw new Error(TOO_MANY_ROWS)
  return rows.map(rowOf)
}

const rowOf = (row: Dynamic | undefined): Row => (isArray(row ?? null) ? (row as Row) : [])
