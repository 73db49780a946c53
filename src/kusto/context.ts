/** What lowering carries along: fresh ids, the names that `let` and parameters bind, and the columns in reach. */
import { KqlError } from '../base/errors.ts'
import type { Catalog } from '../catalog/catalog.ts'
import type { Column, ColumnId, Expr, Measure, OutputSchema, Plan, Window } from '../plan/nodes.ts'
import type { KqlType } from '../types/kql-type.ts'
import type { GraphScope } from './graph-scope.ts'
import type { Graph } from './graphs.ts'
import type { Syntax } from './language.ts'
import { spanOf, textOf } from './language.ts'

/** What a name stands for. */
export type Binding =
  | { readonly kind: 'scalar'; readonly expr: Expr }
  /** The value that a partition has for all its rows: found in its hidden column. */
  | { readonly kind: 'partition'; readonly column: string }
  /** A tabular `let` or argument: lowered at each use, so that ids stay fresh. */
  | { readonly kind: 'table'; readonly lower: () => Plan }
  | { readonly kind: 'graph'; readonly lower: () => Graph }
  /** A user's function: its body sees the names of the place where it was declared. */
  | {
      readonly kind: 'function'
      readonly names: Names
      readonly declaration: Syntax
      /** Its arguments may name columns without quotes. */
      readonly namesColumns?: boolean
      /** Set where `restrict access` hides tables from the query, but not from this function. */
      readonly catalog?: Catalog
    }
  /** `declare pattern`: which body answers depends on the arguments. */
  | { readonly kind: 'pattern'; readonly names: Names; readonly declaration: Syntax }

/** Names in lexical scope. */
export class Names {
  readonly #bound = new Map<string, Binding>()
  readonly #outer: Names | undefined

  constructor(outer?: Names) {
    this.#outer = outer
  }

  bind(name: string, binding: Binding): void {
    this.#bound.set(name, binding)
  }

  find(name: string): Binding | undefined {
    return this.#bound.get(name) ?? this.#outer?.find(name)
  }

  /** All names in reach, the nearest meaning of each. */
  all(): Map<string, Binding> {
    return new Map([...(this.#outer?.all() ?? []), ...this.#bound])
  }

  /** Names that `union`/`search` wildcards can meet: views of the query itself. */
  functions(): Map<string, Extract<Binding, { kind: 'function' }>> {
    const all = this.#outer?.functions() ?? new Map()
    for (const [name, b] of this.#bound) if (b.kind === 'function') all.set(name, b)
    return all
  }
}

/** How many nodes one query may lower to; doubling `let`s reach any number. */
const MAX_NODES = 20_000

/** Ids and budgets of one query. */
export class Numbering {
  #columns = 0
  #shared = 0
  #nodes = 0
  readonly #unlisted = new Set<ColumnId>()

  column(name: string, type: KqlType): Column {
    return { id: ++this.#columns, name, type }
  }

  /** A column that holds what another one holds: unlisted like it. */
  copy(of: Column, name = of.name): Column {
    const column = this.column(name, of.type)
    if (this.isUnlisted(of.id)) this.unlist(column)
    return column
  }

  /** A courtesy name: it can be named, but is in no result that does not name it. */
  unlist(column: Column): void {
    this.#unlisted.add(column.id)
  }

  isUnlisted(id: ColumnId): boolean {
    return this.#unlisted.has(id)
  }

  shared(): number {
    return ++this.#shared
  }

  /** Counts work done, so that a small text cannot become an endless plan. @throws KqlError query_too_complex */
  spend(): void {
    if (++this.#nodes > MAX_NODES)
      throw new KqlError('query_too_complex', { what: `it expands to more than ${MAX_NODES} steps` })
  }
}

export interface Context {
  readonly catalog: Catalog
  readonly numbering: Numbering
  readonly names: Names
  /** The query calls ingestion_time(), so scans must carry it. */
  readonly ingestionTime: boolean
  /** In a sub-query of mv-apply or partition: all its partitions, a row each. */
  readonly partitions?: () => Plan
  /** What probes have found; the places count in the text that is lowered. */
  readonly schemas: readonly OutputSchema[]
  /** In the body of a user's function, whose places are not those of the query's text. */
  readonly insideFunction?: boolean
  /** Names that `as` gave to shared plans. */
  readonly tableNames: Map<number, string>
  /** Set where the engine is known to name columns otherwise than the parser: its names are no check from there on. */
  readonly engineNames: {
    differ: boolean
    /** Columns that the parser lists and the engine does not give. */
    readonly absent: Set<string>
  }
  /** What `set` statements say, by name. */
  readonly options: Map<string, Expr>
  /** What `render` said; filled in as the query is lowered. */
  readonly visualization: Record<string, string | readonly string[]>
}

export const within = (context: Context, names: Names): Context => ({ ...context, names })

/** The columns that an expression may name, and what collects the parts of it that SQL puts elsewhere. */
export interface Scope {
  readonly columns: readonly Column[]
  /** In `join … on`: the other side, for `$left` and `$right`. */
  readonly right?: readonly Column[]
  /** In `scan`: the columns of each step's last record, for `step.column`. */
  readonly records?: ReadonlyMap<string, readonly Column[]>
  /** In `graph-match`: what the pattern names. */
  readonly graph?: GraphScope
  /** In `summarize`: aggregates found inside expressions. */
  readonly measures?: Measure[]
  /** Where rows have an order: window functions found inside expressions, by depth. */
  readonly windows?: Window['outputs'][number][]
  /** The rows have an order that the query asked for, so windows make sense. */
  readonly serialized?: boolean
}

export const scopeOf = (plan: Plan): Scope => ({ columns: plan.columns })

/** Refuses a construct by name, with its place. */
export function refuse(node: Syntax, what: string, reason?: string): KqlError {
  return new KqlError('unsupported', { what, ...(reason && { reason }) }, spanOf(node))
}

/** `'where' operator: …` as the engine words its complaints. */
export function semantic(node: Syntax, message: string): KqlError {
  return new KqlError('semantic', { message }, spanOf(node))
}

export const quoted = (node: Syntax): string => `'${textOf(node).slice(0, 60)}'`

/** Columns that no query can name: `$…`, but for `$table`, which `search` shows. */
export const isHidden = (c: Pick<Column, 'name'>): boolean => c.name.startsWith('$') && c.name !== '$table'

/** Inside mv-apply and partition, operators work on each partition by itself: these columns say which one a row is of. */
export const partitionColumns = (plan: Plan): Column[] => plan.columns.filter((c) => c.name.startsWith('$partition'))
