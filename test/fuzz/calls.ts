/** Short queries that put every operator, function and aggregate of the language together with values of every type and at every edge. */
import { canonicalName, entryNamed } from '../../src/functions/index.ts'
import { coverage } from '../../src/kusto/coverage.ts'
import { type KustoSymbol, languageTables, listOf } from '../../src/kusto/language.ts'
import { type KqlType, kqlTypes } from '../../src/types/kql-type.ts'

/** One value at a time, written as a literal. */
const EDGES: Readonly<Record<KqlType, readonly string[]>> = {
  bool: ['true', 'false', 'bool(null)'],
  int: ['int(7)', 'int(0)', 'int(-2147483648)', 'int(2147483647)', 'int(null)'],
  long: ['3', '0', '-1', '9223372036854775807', '-9223372036854775808', 'long(null)', '64'],
  real: ['2.5', '0.0', '-1.5', 'real(nan)', 'real(+inf)', 'real(-inf)', '1e308', 'real(null)'],
  decimal: ['decimal(1.5)', 'decimal(0)', 'decimal(-99999999999999999999.25)', 'decimal(null)'],
  string: [
    "'cmd.exe /c whoami'",
    "''",
    "'7'",
    "'Ünïcode 😀'",
    '\'{"a":[1,2]}\'',
    "'10.0.0.1'",
    "'2026-01-02'",
    "'(a|b'",
    "'%41%'",
    "'day'",
  ],
  datetime: [
    'datetime(2026-01-02 03:04:05.1234567)',
    'datetime(0001-01-01)',
    'datetime(9999-12-31 23:59:59.9999999)',
    'datetime(null)',
  ],
  timespan: ['1h', '0s', '-1d', 'time(10675199.02:48:05.4775807)', '1tick', 'timespan(null)'],
  guid: ['guid(74be27de-1e4e-49d9-b579-fe0b331d3642)', 'guid(null)'],
  dynamic: [
    'dynamic([1, 2.5, "x", null])',
    'dynamic([])',
    'dynamic({"a": {"b": [1]}})',
    'dynamic({})',
    'dynamic(null)',
    'dynamic("text")',
    'dynamic(7)',
    'dynamic([[1, 2], [3]])',
    'dynamic({"type":"Point","coordinates":[2.35,48.86]})',
  ],
}

export interface Call {
  /** The name that is tried. */
  readonly name: string
  /** The same with constants, and over rows. */
  readonly constant: string
  readonly rows: string
}

/** A sequence of numbers within 0..1 that is the same for the same seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

const BINARY =
  '== != < <= > >= + - * / % and or =~ !~ has !has has_cs contains !contains contains_cs startswith endswith hasprefix hassuffix'.split(
    ' ',
  )
const LISTS = ['in', '!in', 'in~', '!in~', 'has_any', 'has_all']

type Shape = (args: readonly string[]) => string

interface Form {
  readonly name: string
  readonly arity: number
  readonly shape: Shape
  /** The types that the parser knows for a place, if any. */
  readonly typesAt: (at: number) => readonly KqlType[]
  readonly kind: 'scalar' | 'aggregate' | 'window'
}

const anyType = () => kqlTypes

function operatorForms(): Form[] {
  const form = (name: string, arity: number, shape: Shape): Form => ({
    name,
    arity,
    shape,
    typesAt: anyType,
    kind: 'scalar',
  })
  return [
    ...BINARY.map((op) => form(op, 2, ([a, b]) => `${a} ${op} ${b}`)),
    ...LISTS.map((op) => form(op, 3, ([a, b, c]) => `${a} ${op} (${b}, ${c})`)),
    form('between', 3, ([a, b, c]) => `${a} between (${b} .. ${c})`),
    form('negate', 1, ([a]) => `-(${a})`),
    form('path', 2, ([a, b]) => `${a}[${b}]`),
    form('property', 1, ([a]) => `(${a}).a.b`),
    form('matches regex', 2, ([a, b]) => `${a} matches regex ${b}`),
  ]
}

/** Not calls of values: tables, graphs, and what is another answer each time. */
const LEFT_OUT =
  /^(?:table|toscalar|materialize|rand|new_guid|all|any|map|inner_nodes|labels|node_.*|ingestion_time|column_names_of|current_.*|assert|now|ago|__.*)$/

function callForms(symbols: readonly KustoSymbol[], kind: Form['kind']): Form[] {
  const answered = new Set(coverage().flatMap((c) => (c.state === 'implemented' ? [c.name] : [])))
  return symbols
    .filter((s) => answered.has(s.Name) && !LEFT_OUT.test(s.Name))
    .flatMap((symbol) =>
      listOf(symbol.Signatures).flatMap((signature) => {
        const parameters = listOf(signature.Parameters)
        const least = Number(signature.MinArgumentCount)
        const most = Math.min(Number(signature.MaxArgumentCount), least + 2, 6)
        const entry = entryNamed(canonicalName(symbol.Name))
        return Array.from(
          { length: most - least + 1 },
          (_, i): Form => ({
            name: symbol.Name,
            arity: least + i,
            shape: (args) => `${symbol.Name}(${args.join(', ')})`,
            typesAt: (at) => typesOf(parameters[Math.min(at, parameters.length - 1)]),
            kind: entry?.kind === 'window' ? 'window' : kind,
          }),
        )
      }),
    )
}

function typesOf(parameter: { readonly DeclaredTypes?: unknown } | undefined): readonly KqlType[] {
  const declared = listOf(parameter?.DeclaredTypes).map((t) => String(t.Name))
  const known = kqlTypes.filter((t) => declared.includes(t))
  return known.length > 0 ? known : kqlTypes
}

/** So many queries; the same for the same seed. */
export function calls(count: number, seed: number): Call[] {
  const { functions, aggregates } = languageTables()
  const forms = [...operatorForms(), ...callForms(functions, 'scalar'), ...callForms(aggregates, 'aggregate')].filter(
    (f) => f.arity > 0,
  )
  const random = randomOf(seed)
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!
  // Every form once before any comes again.
  return Array.from({ length: count }, (_, i) => {
    const form = count < forms.length ? pick(forms) : forms[i % forms.length]!
    const types = Array.from({ length: form.arity }, (__, at) => pick(random() < 0.75 ? form.typesAt(at) : kqlTypes))
    const literals = types.map((t) => pick(EDGES[t]))
    const names = types.map((_t, at) => `c${at}`)
    const table = `datatable(${names.map((n, at) => `${n}: ${types[at]}`).join(', ')})[${literals.join(', ')}]`
    const over = form.kind === 'aggregate' ? 'summarize' : form.kind === 'window' ? 'serialize | project' : 'project'
    return {
      name: form.name,
      constant:
        form.kind === 'scalar'
          ? `print x = ${form.shape(literals)}`
          : `print one = 1 | ${over} x = ${form.shape(literals)}`,
      rows: `${table} | ${over} x = ${form.shape(names)}`,
    }
  })
}
