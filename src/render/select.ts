/** A SELECT statement in the making: clauses fill up until one is taken, then the whole becomes a sub-select. */
import type { ColumnId } from '../plan/nodes.ts'
import { list, nested, raw, type Sql } from '../sql/sql.ts'

export interface Select {
  /** Absent = `*`. */
  readonly columns?: readonly Sql[]
  readonly from?: Sql
  readonly where?: readonly Sql[]
  readonly groupBy?: readonly Sql[]
  readonly orderBy?: readonly Sql[]
  readonly limit?: Sql
  /** The columns only name what FROM has, so that ORDER BY may use the names in the same SELECT. */
  readonly isScan?: true
  /** As ScanSelect has it; what FROM has them as, or `columns` when this is a scan. */
  readonly order?: ReadonlyMap<ColumnId, Sql>
}

export const columnName = (id: ColumnId): Sql => raw(`c${id}`)
export const as = (value: Sql, id: ColumnId): Sql => ({
  text: value.text === `c${id}` ? value.text : `${value.text} AS c${id}`,
  atomic: false,
})

export function toSql(s: Select): Sql {
  // Where no column is looked at, the rows themselves still count.
  const parts = [`SELECT ${s.columns ? list(s.columns).text || '1' : '*'}`]
  if (s.from) parts.push(`FROM ${s.from.text}`)
  if (s.where?.length)
    parts.push(`WHERE ${s.where.map((w) => (s.where!.length > 1 ? `(${w.text})` : w.text)).join(' AND ')}`)
  if (s.groupBy?.length) parts.push(`GROUP BY ${list(s.groupBy).text}`)
  if (s.orderBy?.length) parts.push(`ORDER BY ${list(s.orderBy).text}`)
  if (s.limit) parts.push(`LIMIT ${s.limit.text}`)
  return { text: parts.join(' '), atomic: false }
}

/** A select whose FROM is this one: nothing of it is lost, every clause is free. */
export const over = (s: Select): Select => ({
  from: nested(toSql(s)),
  ...(s.order && (s.isScan || !s.columns) && { order: s.order }),
})

/** A select of some columns; those by which a scan may be sorted end here. */
export function selecting({ isScan, order, ...s }: Select, columns: readonly Sql[]): Select {
  return { ...s, columns }
}

/** The same rows with every clause but FROM and WHERE free. */
export const open = (s: Select): Select => (s.columns || s.groupBy || s.orderBy || s.limit ? over(s) : s)
