/** The official parser behind a small typed façade; the only file that loads it, and only inside the parser's worker. */
import { createRequire } from 'node:module'
import type { Span } from '../base/span.ts'
import type { Catalog } from '../catalog/catalog.ts'
import { type KqlType, kqlTypes } from '../types/kql-type.ts'

/** A node of the bound tree: the members that every node has, and its class's own properties by name. */
export interface Syntax {
  readonly IsToken: boolean
  readonly ChildCount: number
  GetChild(index: number): Syntax | null
  ToString(includeTrivia?: number): string
  readonly TextStart: number
  readonly Width: number
  readonly IsMissing: boolean
  readonly ReferencedSymbol?: KustoSymbol | null
  readonly ReferencedSignature?: unknown
  readonly ResultType?: KustoSymbol | null
  readonly IsConstant?: boolean
  readonly [property: string]: unknown
}

/** A symbol or type of the parser. */
export interface KustoSymbol {
  readonly Name: string
  readonly [property: string]: unknown
}

export interface Diagnostic {
  readonly code: string
  readonly severity: string
  readonly message: string
  readonly span: Span
  readonly syntax: boolean
}

export interface ResultColumn {
  readonly name: string
  /** 'unknown' where the parser cannot tell before the data is seen (bag_unpack, pivot). */
  readonly type: KqlType | 'unknown'
}

/** The parser's IncludeTrivia.Interior. */
const INTERIOR_TRIVIA = 1

interface List {
  readonly Count: number
  getItem(index: number): unknown
}

// The package is C# compiled to JavaScript: it installs globals and has no module interface, so its surface is untyped here.
// biome-ignore lint/suspicious/noExplicitAny: see above
type Untyped = any

let loaded: Untyped
function kusto(): Untyped {
  if (loaded) return loaded
  const require = createRequire(import.meta.url)
  require('@kusto/language-service-next/bridge.min.js')
  require('@kusto/language-service-next/Kusto.Language.Bridge.min.js')
  loaded = (globalThis as Untyped).Kusto.Language
  return loaded
}

export interface StoredFunction {
  readonly name: string
  readonly parameters: string
  readonly body: string
}

/** What the binder may resolve: tables and stored functions of one caller. */
export interface Globals {
  readonly globals: Untyped
  /** The declaration of each stored function, which says its parameters. */
  readonly functions: ReadonlyMap<string, Syntax>
}

export function globalsOf(catalog: Catalog, functions: readonly StoredFunction[] = []): Globals {
  const L = kusto()
  const quoted = (name: string) => `['${name.replaceAll("'", "\\'")}']`
  const tables = [...catalog.tables.values()].map((t) =>
    L.Symbols.TableSymbol.$ctor7
      ? new L.Symbols.TableSymbol.$ctor7(
          t.name,
          `(${t.columns.map((c) => `${quoted(c.name)}:${c.type}`).join(', ')})`,
          null,
        )
      : undefined,
  )
  const stored = functions.map((f) => new L.Symbols.FunctionSymbol.$ctor16(f.name, f.parameters, f.body, null))
  const database = new L.Symbols.DatabaseSymbol.$ctor1('harrier', [...tables, ...stored], false)
  return {
    globals: L.GlobalState.Default.WithDatabase(database),
    functions: new Map(functions.map((f) => [f.name, declarationOf(f)])),
  }
}

/** A stored function as the syntax of its declaration. */
function declarationOf(f: StoredFunction): Syntax {
  const { root } = analyze(`let ${f.name} = ${f.parameters} { 1 }`, { globals: kusto().GlobalState.Default })
  return mustChild(elements(root, 'Statements')[0]!, 'Expression')
}

export interface Completions {
  /** Offset in the text from which on an item stands in place of what is there. */
  readonly start: number
  readonly items: readonly string[]
}

/** What may stand at a place of a text, as Microsoft's editors offer it. */
export function completionsAt(text: string, position: number, { globals }: Pick<Globals, 'globals'>): Completions {
  const info = new (kusto().Editor.KustoCodeService.$ctor1)(text, globals).GetCompletionItems(position)
  const start = Number(info.EditStart)
  const written = text.slice(start, position).toLowerCase()
  const items = listOf(info.Items).flatMap((item) =>
    String(item.MatchText).toLowerCase().startsWith(written) ? [String(item.MatchText)] : [],
  )
  return { start, items: [...new Set(items)] }
}

export interface Analysis {
  readonly root: Syntax
  readonly diagnostics: readonly Diagnostic[]
}

/** The parser itself failed: its binder does not finish with some queries that are wrong. */
export class ParserFailure extends Error {}

/** `find … project …, pack_all()` as its page has it; the parser knows what it means as `pack(*)`, of the same length here. */
const PACK_ALL = /(\bfind\b[^|;]*\bproject\b[^|;]*)\bpack_all\(\)/g

/** Parses and binds a query. @throws ParserFailure */
export function analyze(text: string, { globals }: Pick<Globals, 'globals'>): Analysis {
  const L = kusto()
  try {
    const code = L.KustoCode.ParseAndAnalyze(text.replace(PACK_ALL, '$1pack(*)   '), globals)
    const syntax = new Set(listOf(code.GetSyntaxDiagnostics()).map(diagnosticKey))
    const diagnostics = listOf(code.GetDiagnostics()).map((d) => diagnosticOf(d, syntax.has(diagnosticKey(d))))
    return { root: code.Syntax, diagnostics }
  } catch (error) {
    throw failureOf(error)
  }
}

/** The tree of a query whose names are not bound to anything. @throws ParserFailure */
export function parseOnly(text: string): Syntax {
  try {
    return kusto().KustoCode.Parse(text).Syntax
  } catch (error) {
    throw failureOf(error)
  }
}

const diagnosticKey = (d: Untyped) => `${d.Code}@${d.Start}+${d.Length}`
const diagnosticOf = (d: Untyped, syntax: boolean): Diagnostic => ({
  code: d.Code,
  severity: d.Severity,
  message: d.Message,
  span: { start: d.Start, length: d.Length },
  syntax,
})

/** The parser throws System.Exception objects; uncaught, they make Node print a line of 4 MB. */
function failureOf(error: unknown): ParserFailure {
  const e = error as { message?: string; Message?: string }
  return new ParserFailure(`parser failure: ${e?.message ?? e?.Message ?? String(error)}`.slice(0, 500))
}

/** Class name of a node: `FilterOperator`, `NameReference`, … */
export function kindOf(node: Syntax): string {
  const name = (node.constructor as unknown as { $$name: string }).$$name
  return name.slice(name.lastIndexOf('.') + 1)
}

export const spanOf = (node: Syntax): Span => ({ start: node.TextStart, length: node.Width })
/** The text of a node without the comments before it; those inside it stay. */
export const textOf = (node: Syntax): string =>
  (node.IsToken ? String(node.Text) : node.ToString(INTERIOR_TRIVIA)).trim()

/** A child by its property name, or undefined when it is absent or missing from the text. */
export function child(node: Syntax, property: string): Syntax | undefined {
  const value = node[property] as Syntax | null | undefined
  return value && !value.IsMissing ? value : undefined
}

export function mustChild(node: Syntax, property: string): Syntax {
  const value = child(node, property)
  if (!value) throw new Error(`${kindOf(node)} has no ${property}`)
  return value
}

/** The members of a list property, without the separators around them. */
export function elements(node: Syntax, property: string): Syntax[] {
  return listOf(node[property]).map(unwrap)
}

function unwrap(item: unknown): Syntax {
  const node = item as Syntax
  return kindOf(node).startsWith('SeparatedElement') || 'Element' in node
    ? ((node.Element$1 ?? node.Element ?? node) as Syntax)
    : node
}

/** Bridge lists are `List$1` objects in some places and arrays in others. */
export function listOf(value: unknown): Untyped[] {
  if (value === null || value === undefined) return []
  if (Array.isArray(value)) return value
  const list = value as List
  return Array.from({ length: list.Count }, (_, i) => (list as Untyped).getItem$1?.(i) ?? list.getItem(i))
}

/** Named parameters of an operator: `kind=inner`, `hint.strategy=broadcast`. */
export function parametersOf(node: Syntax): Map<string, Syntax> {
  const result = new Map<string, Syntax>()
  for (const p of elements(node, 'Parameters')) {
    if (kindOf(p) === 'NamedParameter') result.set(textOf(mustChild(p, 'Name')), mustChild(p, 'Expression'))
  }
  return result
}

const KQL_TYPES: ReadonlySet<string> = new Set(kqlTypes)

/** Scalar type of an expression; the parser's `dynamic` arrays and bags count as dynamic. */
export function scalarTypeOf(node: Syntax): KqlType | undefined {
  return typeNamed(node.ResultType)
}

/** `Device*` as a pattern over whole names. */
export const wildcard = (pattern: string): RegExp =>
  new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '.*')}$`)

/** Type of a literal by its form: the parser leaves those in default values of `scan` unbound. */
export function literalTypeOf(node: Syntax): KqlType | undefined {
  const kinds = kusto().Syntax.SyntaxKind
  return kqlTypes.find((t) => kinds[`${LITERAL_KINDS[t]}LiteralExpression`] === node.Kind)
}

const LITERAL_KINDS: Partial<Record<KqlType, string>> = {
  bool: 'Boolean',
  int: 'Int',
  long: 'Long',
  real: 'Real',
  decimal: 'Decimal',
  string: 'String',
  datetime: 'DateTime',
  timespan: 'Timespan',
  guid: 'Guid',
}

export function typeNamed(type: KustoSymbol | null | undefined): KqlType | undefined {
  if (!type) return undefined
  const name = type.Name
  if (KQL_TYPES.has(name)) return name as KqlType
  return symbolKind(type).startsWith('Dynamic') ? 'dynamic' : undefined
}

/** Class name of a symbol: `ColumnSymbol`, `TableSymbol`, `VariableSymbol`, `ParameterSymbol`, `FunctionSymbol`, … */
export function symbolKind(symbol: KustoSymbol): string {
  const name = (symbol.constructor as unknown as { $$name: string }).$$name
  return name.slice(name.lastIndexOf('.') + 1)
}

export const isTabular = (node: Syntax): boolean => {
  // A pipe gives a table even where the parser does not know the plug-in at its end.
  if (kindOf(node) === 'PipeExpression') return true
  const type = node.ResultType
  return !!type && ['TableSymbol', 'GroupSymbol'].includes(symbolKind(type))
}

/** Columns of a tabular expression or operator, as the parser names them. */
export function resultColumns(node: Syntax): ResultColumn[] {
  const type = node.ResultType
  if (!type || symbolKind(type) !== 'TableSymbol') return []
  return listOf(type.Columns).map((c) => ({ name: c.Name, type: typeNamed(c.Type) ?? 'unknown' }))
}

/** The name that the parser gives to an unnamed expression, or undefined when it numbers it (`Column1`). */
export function automaticName(expression: Syntax): string | undefined {
  return kusto().Binding.Binder.GetExpressionResultName(expression, null, null) ?? undefined
}

export interface CalledBody {
  readonly body: Syntax
  readonly diagnostics: readonly Diagnostic[]
}

/** The body of a user's or stored function, bound for this very call. */
export function calledBody(call: Syntax): CalledBody | undefined {
  const node = call as Untyped
  const body = node.GetCalledFunctionBody?.()
  if (!body) return undefined
  const diagnostics = listOf(node.GetCalledFunctionDiagnostics?.()).map((d) => diagnosticOf(d, false))
  return { body, diagnostics }
}

/** All that the parser knows of the language, for tests and the reference pages; operators by the names of their classes. */
export function languageTables(): Record<'functions' | 'aggregates' | 'plugins', readonly KustoSymbol[]> & {
  readonly operators: readonly string[]
} {
  const L = kusto()
  const isOperator = (name: string) =>
    L.Syntax[name].prototype instanceof L.Syntax.QueryOperator && name !== 'BadQueryOperator'
  return {
    functions: listOf(L.Functions.All),
    aggregates: listOf(L.Aggregates.All),
    plugins: listOf(L.PlugIns.All),
    operators: Object.keys(L.Syntax).filter((name) => name.endsWith('Operator') && isOperator(name)),
  }
}
