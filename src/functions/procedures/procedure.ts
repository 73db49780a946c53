/** The shape of a table function in TypeScript: rows in, rows out, as arrays of arrays; total but for its limit on rows. */

import { type Dynamic, isArray } from '../../types/dynamic.ts'
import { type NativeScalar, native } from '../define.ts'

/** Rows that one input may have: all of them are in memory at once. */
export const MAX_PROCEDURE_ROWS = 500_000

/** The words of the error that ends a query whose input is too large; the query process knows them. */
export const TOO_MANY_ROWS = 'a table function was given more rows than it takes'

/**
 * What rows can ask of a plug-in and nothing answers: neither its documentation nor the engine was seen to. Such a query is
 * refused when its rows turn out so.
 */
export const UNDECIDED = {
  unalignedStart: {
    what: 'A plug-in whose Start is not the beginning of a period',
    reason: 'it is not documented where its periods would begin',
  },
  emptyPeriods: {
    what: 'A plug-in over periods of which some have no rows',
    reason: 'it is not documented whether such a period is listed, and what follows it is compared with',
  },
  rowsBeforeStart: {
    what: 'A plug-in over rows that a window before Start reaches',
    reason: 'it is not documented whether they count',
  },
  noNewSession: {
    what: 'session_count over a bin in which rows only go on with sessions',
    reason: 'it is not documented whether it is listed',
  },
  noSuchCohort: {
    what: 'new_activity_metrics of a cohort that is not the beginning of a period',
    reason: 'it is not documented which one that is',
  },
  sameMoment: {
    what: 'A sequence with two steps at the same moment',
    reason: 'it is not documented which of them is the first',
  },
  noSuchStep: {
    what: 'funnel_sequence_completion over a bin in which nobody reaches a step',
    reason: 'it is not documented whether that step is listed',
  },
  schemaTypes: {
    what: 'schema_merge of a column that has several types',
    reason: 'it is not documented which types are reduced to a common one',
  },
} as const satisfies Readonly<Record<string, { readonly what: string; readonly reason: string }>>

export type UndecidedCase = keyof typeof UNDECIDED

const UNDECIDED_ROWS = 'nothing says what these rows come to: '
export const undecided = (which: UndecidedCase): Error => new Error(UNDECIDED_ROWS + which)

/** The case that an error of the database quotes, if it does. */
export const undecidedIn = (message: string): UndecidedCase | undefined =>
  (Object.keys(UNDECIDED) as UndecidedCase[]).find((which) => message.includes(UNDECIDED_ROWS + which))

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
