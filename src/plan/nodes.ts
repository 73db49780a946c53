/** The algebra between KQL and SQL: plain, read-only, JSON-safe data. Columns are ids; names are for the edge. */
import type { Span } from '../base/span.ts'
import type { KqlType } from '../types/kql-type.ts'

export type ColumnId = number

export interface Column {
  readonly id: ColumnId
  readonly name: string
  readonly type: KqlType
}

/**
 * A constant in a JSON-safe form: long, decimal, datetime and timespan (ticks) as decimal text, real as a number or
 * 'NaN' | 'Infinity' | '-Infinity', dynamic as JSON text, guid and string as text.
 */
export type LiteralValue = string | number | boolean | null

export type Expr =
  | { readonly kind: 'column'; readonly id: ColumnId; readonly type: KqlType }
  | { readonly kind: 'literal'; readonly type: KqlType; readonly value: LiteralValue }
  /** The moment that the query started: fixed once a query, filled in by a rewrite, so that a plan can be cached. */
  | { readonly kind: 'now'; readonly type: 'datetime' }
  /** Who asks, filled in like the moment. */
  | { readonly kind: 'caller'; readonly type: 'string' }
  /** A function or operator of the catalogue. */
  | {
      readonly kind: 'call'
      readonly name: string
      readonly args: readonly Expr[]
      readonly type: KqlType
      readonly span?: Span
    }
  /** toscalar(): first column of the first row. */
  | { readonly kind: 'scalar'; readonly plan: Plan; readonly type: KqlType }
  /** `x in (T)`, `x has_any (T)`: the operator over the values of a one-column plan. */
  | {
      readonly kind: 'member'
      readonly name: string
      readonly needle: Expr
      readonly plan: Plan
      readonly type: 'bool'
    }

export interface Assignment {
  readonly column: Column
  readonly expr: Expr
}

export interface Measure {
  readonly column: Column
  readonly name: string
  readonly args: readonly Expr[]
}

export interface SortKey {
  readonly expr: Expr
  readonly descending: boolean
  readonly nullsFirst: boolean
}

export type JoinKind =
  | 'inner'
  | 'innerunique'
  | 'leftouter'
  | 'rightouter'
  | 'fullouter'
  | 'leftsemi'
  | 'rightsemi'
  | 'leftanti'
  | 'rightanti'

interface Node<K extends string> {
  readonly kind: K
  /** What this node gives, in order. */
  readonly columns: readonly Column[]
}

/** Rows whose DeviceId is (`seen`) or is not among `ids`, which are in lower case. */
export interface DeviceFilter {
  readonly ids: readonly string[]
  readonly seen: boolean
  /** Rows of no device pass: alerts on mailboxes and accounts. */
  readonly deviceless: boolean
}

export interface Scan extends Node<'scan'> {
  readonly table: string
  /** `source[i]` is the stored column behind `columns[i]`; null where the store has none (a column that is always null). */
  readonly source: readonly (string | null)[]
  /** Put in by rewrites: only rows with lo <= column <= hi (ticks, inclusive), compared in stored form so that files are skipped. */
  readonly range?: { readonly source: string; readonly from?: string; readonly to?: string }
  /** Put in by the access rewrite: the devices whose rows the caller may see, or may not; absent = all. */
  readonly devices?: DeviceFilter
}
export interface Values extends Node<'values'> {
  readonly rows: readonly (readonly Expr[])[]
}
/** `range x from a to b step s`, inclusive. */
export interface Range extends Node<'range'> {
  readonly from: Expr
  readonly to: Expr
  readonly step: Expr
}
export interface Filter extends Node<'filter'> {
  readonly input: Plan
  readonly when: Expr
}
/** Gives exactly `assignments`; a column that passes through is an assignment of itself. */
export interface Project extends Node<'project'> {
  readonly input: Plan
  readonly assignments: readonly Assignment[]
}
/** Group keys first, then measures. */
export interface Aggregate extends Node<'aggregate'> {
  readonly input: Plan
  /** Order of the input's rows, for aggregates that keep it (make_list); put in by the order rewrite. */
  readonly order?: readonly SortKey[]
  readonly by: readonly Assignment[]
  readonly measures: readonly Measure[]
}
export interface Join extends Node<'join'> {
  readonly join: JoinKind
  readonly left: Plan
  readonly right: Plan
  /** Pairs that must be equal; null equals null, as in Kusto. */
  readonly on: readonly { readonly left: Expr; readonly right: Expr }[]
}
/** All rows of all inputs; `inputs[i].map[j]` is the expression for column j in terms of input i. */
export interface Union extends Node<'union'> {
  readonly inputs: readonly { readonly plan: Plan; readonly map: readonly Expr[] }[]
}
export interface Sort extends Node<'sort'> {
  readonly input: Plan
  readonly keys: readonly SortKey[]
}
export interface Limit extends Node<'limit'> {
  readonly input: Plan
  readonly count: Expr
  /** At most `count` rows for each value of these columns; absent = of all rows. */
  readonly by?: readonly Column[]
}
/** mv-expand: one row an element; `items` expand in parallel, padded with null. */
export interface Unnest extends Node<'unnest'> {
  readonly input: Plan
  readonly items: readonly {
    readonly column: Column
    readonly value: Expr
    /** bag: a property is a one-property bag; array: a [key, value] pair. */
    readonly bags: 'bag' | 'array'
  }[]
  readonly index?: Column
  readonly limit?: Expr
}
/** Functions that look at neighbouring rows in the order of the input; adds `outputs` to the input's columns. */
export interface Window extends Node<'window'> {
  readonly input: Plan
  /** Put in by the order rewrite; absent = the order in which the input gives its rows. */
  readonly order?: readonly SortKey[]
  /** Put in by the order rewrite: the place of each row in that order, from 1, for those above. */
  readonly position?: Column
  /** Rows with other values of these columns are no neighbours. */
  readonly by?: readonly Column[]
  readonly outputs: readonly { readonly column: Column; readonly name: string; readonly args: readonly Expr[] }[]
}
/**
 * Goes through the rows one by one in the order of the input, carrying a state from row to row: `scan`. Gives the columns
 * of the input, then those of the layers.
 */
export interface Iterate extends Node<'iterate'> {
  readonly input: Plan
  readonly order?: readonly SortKey[]
  readonly position?: Column
  /** Each group of rows with the same values of these columns has a state of its own. */
  readonly by?: readonly Column[]
  /** `initial` is constant; `next` is in terms of the row, the state that it met, and the layers. */
  readonly state: readonly { readonly column: Column; readonly initial: Expr; readonly next: Expr }[]
  /** Computed for each row in turn, from the row, the state that it met, and the layers before. */
  readonly layers: readonly (readonly Assignment[])[]
}
export interface Sample extends Node<'sample'> {
  readonly input: Plan
  readonly count: Expr
  /** At most `count` rows for each value of these columns. */
  readonly by?: readonly Column[]
}
/** A plan that is computed once and used in several places (`materialize`, a tabular `let`). */
export interface Shared extends Node<'shared'> {
  readonly id: number
  readonly plan: Plan
  /** `columns[i]` is `plan.columns[i]` under a fresh id, so that one plan can meet itself in a join. */
}

export type Plan =
  | Scan
  | Values
  | Range
  | Filter
  | Project
  | Aggregate
  | Join
  | Union
  | Sort
  | Limit
  | Unnest
  | Window
  | Iterate
  | Sample
  | Shared

/** A bound and lowered query, ready for the rewrites. */
export interface Query {
  readonly plan: Plan
  /** `render`'s chart kind and properties; the rows are not touched by it. */
  readonly visualization?: Readonly<Record<string, string | readonly string[]>>
  /** For the person who asks: present names of what the query calls by a former one. */
  readonly hints?: readonly string[]
}

/** A column as a schema says it. */
export type NamedType = Pick<Column, 'name' | 'type'>

/**
 * Asked in place of a plan where only the data knows which columns a plug-in gives (`bag_unpack`, `pivot`). `plan` gives a row
 * for each: its name and its type, in order.
 */
export interface Probe {
  /** The plug-in's call in the query's text. */
  readonly span: Span
  readonly plan: Plan
  /** What the plug-in gives besides, in front of the others. */
  readonly columns: readonly NamedType[]
  /** Where a found column of this name stands: in place of the one that the plug-in takes apart. */
  readonly place?: { readonly name: string; readonly at: number }
  /** What becomes of a found column whose name is taken: an error, nothing, or the other one's place. */
  readonly conflict: 'error' | 'keep' | 'replace'
  /** Names that the rest of the query uses and that may be such columns; when no row tells, they are of the first type that suits. */
  readonly unknown: { readonly names: readonly string[]; readonly types: readonly KqlType[] }
}

/** What a probe has found: the columns of a plug-in whose call ends at `at`; `found` are the names that the data gave. */
export interface OutputSchema {
  readonly at: number
  readonly columns: readonly NamedType[]
  readonly found: readonly string[]
}
