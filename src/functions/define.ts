/** The shape of a catalogue entry: all there is to know of one KQL function, in one place. */
import type { Sql } from '../sql/sql.ts'
import type { KqlType, KqlValue } from '../types/kql-type.ts'

/** The dialects that an entry speaks to directly. */
export type DialectName = 'duckdb' | 'clickhouse'

/** An argument as a rendering sees it: already converted to what the entry takes. */
export interface Arg {
  readonly sql: Sql
  readonly type: KqlType
  /** Never null: a literal, a string, count(). */
  readonly nonNull: boolean
  /** The constant behind the argument, when it is one; text forms as in the plan's literals. */
  readonly constant?: string | number | boolean | null
  /** Set for `d.a[0]`: the dynamic value that it looks into, and the steps (text: property, number: index). */
  readonly path?: { readonly owner: Arg; readonly steps: readonly (string | number)[] } | undefined
  /** Set for `parse_json(s)`: the text `s` itself. */
  readonly jsonText?: Sql
}

export interface RenderContext {
  /** Result type of the call. */
  readonly type: KqlType
  /** A text in lower case, of every script; `beside`: constants that it is compared with, which may be ASCII alone. */
  lower(text: Arg, beside?: readonly Arg[]): Sql
  /** A text constant. */
  text(value: string): Sql
  /**
   * The value, said so that it is exact where `holds` is true for a row; a row for which it is not ends the attempt, and the
   * query begins anew without this. Of ClickHouse alone.
   */
  assume(holds: Sql, value: Sql): Sql
  /** Puts a costly argument into a column of its own, so that a rendering can name it twice. */
  once(value: Sql): Sql
  /** A call of the TypeScript function of the entry with this name, on arguments already converted to what it takes. */
  native(name: string, ...args: readonly Sql[]): Sql
  /** The argument converted to another type, as `tolong`, `tostring` … do. */
  convert(arg: Arg, to: KqlType): Sql
}

export type Rendering = (args: readonly Arg[], context: RenderContext) => Sql

/** What an engine is told; ClickHouse is told nothing where it could not give the same values: such a part of a plan runs in DuckDB. */
export interface Renderings<R> {
  readonly duckdb: R | Unsupported
  readonly clickhouse?: R
}

/** One rendering that both engines understand alike. */
export const both = <R>(render: R): Renderings<R> => ({ duckdb: render, clickhouse: render })

/** Thrown while rendering for an engine that cannot say something exactly; `what` names it, for `explain`. */
export class NotSaid extends Error {
  readonly what: string

  constructor(what: string) {
    super(`${what} is not said`)
    this.what = what
  }
}

/** An honest refusal: the reason is shown to the person who asked. */
export interface Unsupported {
  readonly unsupported: string
}
export const unsupported = (reason: string): Unsupported => ({ unsupported: reason })

/**
 * How nulls behave. propagate: a null argument gives null. empty-string: the same, for functions that give a string,
 * which is never null: null becomes "". own: the entry deals with nulls itself, and an example shows it.
 */
export type Nulls = 'propagate' | 'empty-string' | 'own'

/** KQL text of an expression, and the value that it gives, in the form of `KqlValues` (dynamic: plain JSON; timespan and datetime: their text). */
export type Example = readonly [kql: string, value: unknown]

interface Described {
  /** One sentence, present tense, parameter names in back-ticks, a full stop. */
  readonly doc: string
  /** Expressions for scalars; for aggregates and windows, a whole query that gives one row and one column. */
  readonly examples: readonly Example[]
}

/** The types that arguments are converted to before the entry sees them; 'any' leaves an argument as it is. */
export interface Takes {
  readonly takes?: readonly (KqlType | 'any')[]
  /** For the arguments after `takes`. */
  readonly rest?: KqlType | 'any'
}

/**
 * Result type, where the engine's differs from what the parser says (for example long for int); a function of the types of the
 * arguments gives undefined for those that do not go together, and the call is refused.
 */
export type Gives = KqlType | ((args: readonly KqlType[]) => KqlType | undefined)

export interface RenderedScalar extends Described, Takes {
  readonly kind: 'scalar'
  readonly nulls: Nulls
  readonly gives?: Gives
  readonly render: Renderings<Rendering>
}

/**
 * A scalar that SQL cannot say: a TypeScript function that the engine calls row by row. It is total: it never throws.
 * With `nulls` propagate or empty-string it is not called for null arguments. Strings never arrive as null.
 */
export interface NativeScalar extends Described, Takes {
  readonly kind: 'native'
  readonly nulls: Nulls
  readonly takes: readonly KqlType[]
  readonly rest?: KqlType
  readonly gives: KqlType
  /** How many of the last arguments may be left out, of an entry to which a null is no argument left out; it is given as many as there are. */
  readonly optional?: number
  /** Arguments that may be left out are undefined. */
  // Each entry's own parameter types are checked against `takes` by its examples; the table of all entries needs one type.
  // biome-ignore lint/suspicious/noExplicitAny: a function table over many signatures
  readonly run: (...args: any[]) => KqlValue
  /** Not a pure function of its arguments: called again for every row (rand, new_guid). */
  readonly volatile?: boolean
  /** The same in ClickHouse's SQL, where that can say it. */
  readonly clickhouse?: Rendering
}

export type ScalarEntry = RenderedScalar | NativeScalar

export interface AggregateContext extends RenderContext {
  /** `ORDER BY …` of the input, or nothing; for make_list and its kin. */
  readonly order: Sql
  /** The input reads no table: its rows are few, and come as the query lists them. */
  readonly few: boolean
}

export interface AggregateEntry extends Described, Takes {
  readonly kind: 'aggregate'
  readonly gives?: Gives
  /** The value for a group without values is part of the rendering. */
  readonly render: Renderings<(args: readonly Arg[], context: AggregateContext) => Sql>
}

/** The order that windows follow: the column with the place of each row, and the columns within whose values rows are neighbours. */
export interface WindowOrder {
  readonly position: Sql
  readonly by: readonly Sql[]
}

export interface WindowContext extends RenderContext {
  /** `OVER (…)` in the order of the input; `within` divides the rows further, `frame` is `ROWS …`. */
  over(within?: readonly Sql[], frame?: string): Sql
}

export interface WindowEntry extends Described, Takes {
  readonly kind: 'window'
  readonly gives?: Gives
  readonly render: Renderings<(args: readonly Arg[], context: WindowContext) => Sql>
}

export type Entry = ScalarEntry | AggregateEntry | WindowEntry

export const scalar = (entry: Omit<RenderedScalar, 'kind'>): RenderedScalar => ({ kind: 'scalar', ...entry })
export const native = (entry: Omit<NativeScalar, 'kind'>): NativeScalar => ({ kind: 'native', ...entry })
export const aggregate = (entry: Omit<AggregateEntry, 'kind'>): AggregateEntry => ({ kind: 'aggregate', ...entry })
export const window = (entry: Omit<WindowEntry, 'kind'>): WindowEntry => ({ kind: 'window', ...entry })
