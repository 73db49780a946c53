/** Short queries that put every operator, function and aggregate of the language together with values of every type and at every edge. */
import { canonicalName, entryNamed } from '../../src/functions/index.ts'
import { coverage } from '../../src/kusto/coverage.ts'
import { type KustoSymbol, languageTables, listOf } from '../../src/kusto/language.ts'
import { type KqlType, kqlTypes } from '../../src/types/kql-type.ts'
import { TABLE_FORMS } from './table-forms.ts'

/** One value at a time, written as a literal. */
const EDGES: Readonly<Record<KqlType, readonly string[]>> = {
  bool: ['true', 'false', 'bool(null)'],
  int: ['int(7)', 'int(0)', 'int(-1)', 'int(-2147483648)', 'int(2147483647)', 'int(null)'],
  long: ['3', '0', '-1', '1', '9223372036854775807', '-9223372036854775808', 'long(null)', '64', '2147483648', '100'],
  real: [
    '2.5',
    '0.0',
    '-1.5',
    '0.5',
    'real(nan)',
    'real(+inf)',
    'real(-inf)',
    '1e308',
    '5e-324',
    '9.3e18',
    'real(null)',
  ],
  decimal: [
    'decimal(1.5)',
    'decimal(0)',
    'decimal(-99999999999999999999.25)',
    'decimal(1234567890123456789012345678901234)',
    'decimal(1e-20)',
    'decimal(null)',
  ],
  string: [
    "'cmd.exe /c whoami'",
    "''",
    "' '",
    "'7'",
    "'Ünïcode 😀'",
    '\'{"a":[1,2]}\'',
    "'10.0.0.1'",
    "'fe80::1/64'",
    "'2026-01-02'",
    "'(a|b'",
    "'a+'",
    "'%41%'",
    "'day'",
    "'nan'",
    "'null'",
    "'TWFu'",
    "'\\u0000\\t'",
  ],
  datetime: [
    'datetime(2026-01-02 03:04:05.1234567)',
    'datetime(1970-01-01)',
    'datetime(2024-02-29)',
    'datetime(0001-01-01)',
    'datetime(9999-12-31 23:59:59.9999999)',
    'datetime(null)',
  ],
  timespan: [
    '1h',
    '0s',
    '-1d',
    '7d',
    'time(10675199.02:48:05.4775807)',
    'time(-10675199.02:48:05.4775807)',
    '1tick',
    'timespan(null)',
  ],
  guid: ['guid(74be27de-1e4e-49d9-b579-fe0b331d3642)', 'guid(00000000-0000-0000-0000-000000000000)', 'guid(null)'],
  dynamic: [
    'dynamic([1, 2.5, "x", null])',
    'dynamic([3, 1, 2, 2])',
    'dynamic([])',
    'dynamic(["cmd.exe", "7", ""])',
    'dynamic({"a": {"b": [1]}})',
    'dynamic({})',
    'dynamic(null)',
    'dynamic("text")',
    'dynamic(7)',
    'dynamic(-9223372036854775808)',
    'dynamic(1.5e300)',
    'dynamic(true)',
    'dynamic([null])',
    'dynamic([true, false])',
    'dynamic([[1, 2], [3]])',
    'dynamic([{"a": 1}, {"a": 2, "b": "c"}])',
    'dynamic({"type":"Point","coordinates":[2.35,48.86]})',
    'dynamic({"type":"LineString","coordinates":[[0,0],[1,1]]})',
    'dynamic({"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]})',
  ],
}

export interface Call {
  /** The name that is tried. */
  readonly name: string
  readonly rows: string
  /** The same with constants, where there is one. */
  readonly constant?: string
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

const BINARY = '== != <> < <= > >= + - * / %'.split(' ')
const TEXT = [
  '=~ !~ like notlike likecs notlikecs contains_cs !contains_cs notcontains :'.split(' '),
  'has contains startswith endswith hasprefix hassuffix'.split(' ').flatMap((op) => {
    const cased = op === 'contains' ? [op] : [op, `${op}_cs`]
    return cased.flatMap((name) => [name, `!${name}`])
  }),
].flat()
const LISTS = ['in', '!in', 'in~', '!in~', 'has_any', 'has_all']

const REGEXES = [
  "'(a)|(b)'",
  "'[0-9]+'",
  "'.'",
  "''",
  "'(?i)(CMD)'",
  "'^(.*)$'",
  "@'\\b'",
  "'(a|b'",
  "'(?P<n>.)'",
  "'😀'",
]
const PERCENTAGES = ['50', '0', '100', '99.9', '-1', '101', 'real(nan)']

/** Literals for the places that take few texts or numbers, by name and place. */
const FITTING: Readonly<Record<string, readonly string[]>> = {
  'extract 0': REGEXES,
  'extract 1': ['0', '1', '2', '-1'],
  'extract_all 0': REGEXES,
  'extractall 0': REGEXES,
  'extract_all 1': ['dynamic([1])', 'dynamic([2, 1])', 'dynamic([])', 'dynamic(["n"])', REGEXES[0]!],
  'replace 0': REGEXES,
  'replace_regex 1': REGEXES,
  'indexof_regex 1': REGEXES,
  'trim 0': REGEXES,
  'trim_start 0': REGEXES,
  'trim_end 0': REGEXES,
  'extract_json 0': ["'$.a'", "'$.a[1]'", "'$'", "'a.b'", "'$[0].b'", "''"],
  'format_datetime 1': ["'yyyy-MM-dd HH:mm:ss.fffffff'", "'d/M/yy h:m:s tt'", "'FFFFFFF'", "''", "'zzz'"],
  'format_timespan 1': ["'ddd.hh:mm:ss [fffffff]'", "'d:H:m:s.F'", "''", "'x'"],
  'datetime_utc_to_local 1': ["'Europe/Berlin'", "'US/Pacific'", "'UTC'", "'Nowhere'"],
  'datetime_local_to_utc 1': ["'Europe/Berlin'", "'US/Pacific'", "'UTC'", "'Nowhere'"],
  'parse_command_line 1': ["'windows'", "'Windows'"],
  'parse_user_agent 1': ["'os'", "'browser'", 'dynamic(["os", "device"])'],
  'round 1': ['0', '2', '-3', '40', '-40'],
  'percentile 1': PERCENTAGES,
  'percentiles 1': PERCENTAGES,
  'percentiles_array 1': PERCENTAGES,
  'percentilew 2': PERCENTAGES,
  'percentilesw 2': PERCENTAGES,
  'percentile_tdigest 1': PERCENTAGES,
  'column_ifexists 0': ["'p0'", "'p1'", "'none'"],
}

/** Where aggregates take constants, beyond what the parser says. */
const CONSTANT_FROM: Readonly<Record<string, number>> = {
  make_list: 1,
  make_set: 1,
  make_bag: 1,
  make_list_if: 2,
  make_set_if: 2,
  make_bag_if: 2,
  percentile: 1,
  percentiles: 1,
  percentiles_array: 1,
  percentilew: 2,
  percentilesw: 2,
  percentilesw_array: 2,
  dcount: 1,
  dcountif: 2,
  hll: 1,
  hll_if: 2,
  tdigest: 1,
}

type Shape = (args: readonly string[]) => string

/** What belongs in a place of a form. */
interface Place {
  readonly types: readonly KqlType[]
  /** Literals that fit better than any edge of the type. */
  readonly values?: readonly string[]
  /** No column may stand here. */
  readonly constant?: boolean
}

interface Form {
  readonly name: string
  readonly shape: Shape
  readonly places: readonly Place[]
  /** The places are mostly of one type. */
  readonly alike?: boolean
  readonly kind: 'scalar' | 'aggregate' | 'window'
}

const ANY: Place = { types: kqlTypes }
const TEXTUAL: Place = { types: ['string', 'dynamic'] }

function operatorForms(): Form[] {
  const form = (name: string, places: readonly Place[], shape: Shape, alike = false): Form => ({
    name,
    places,
    shape,
    alike,
    kind: 'scalar',
  })
  const infix = (op: string): Shape => {
    const spelled = op.replace('|', ' ')
    return ([a, b]) => `${a} ${spelled} ${b}`
  }
  const bool: Place = { types: ['bool', 'dynamic'] }
  const regex: Place = { types: ['string'], values: REGEXES, constant: true }
  return [
    ...BINARY.map((op) => form(op, [ANY, ANY], infix(op), true)),
    ...['and', 'or'].map((op) => form(op, [bool, bool], infix(op))),
    ...TEXT.map((op) => form(op, [TEXTUAL, TEXTUAL], infix(op))),
    form('matches regex', [TEXTUAL, regex], infix('matches regex')),
    ...LISTS.map((op) => form(op, [ANY, ANY, ANY], ([a, b, c]) => `${a} ${op} (${b}, ${c})`, true)),
    ...LISTS.map((op) => form(op, [ANY, { types: ['dynamic'] }], ([a, b]) => `${a} ${op} (${b})`)),
    ...['has_any', 'has_all'].map((op) => form(op, [TEXTUAL, TEXTUAL], ([a, b]) => `${a} ${op} (${b})`)),
    ...['between', '!between'].map((op) => form(op, [ANY, ANY, ANY], ([a, b, c]) => `${a} ${op} (${b} .. ${c})`, true)),
    form('negate', [ANY], ([a]) => `-(${a})`),
    form('plus', [ANY], ([a]) => `+(${a})`),
    form('path', [{ types: ['dynamic'] }, { types: ['string', 'long', 'int'] }], ([a, b]) => `(${a})[${b}]`),
    form('index from the end', [{ types: ['dynamic'] }], ([a]) => `(${a})[-1]`),
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
        const most = Math.min(Number(signature.MaxArgumentCount), least + 2, 7)
        const entry = entryNamed(canonicalName(symbol.Name))
        return Array.from(
          { length: most - least + 1 },
          (_, i): Form => ({
            name: symbol.Name,
            shape: (args) => `${symbol.Name}(${args.join(', ')})`,
            places: Array.from({ length: least + i }, (__, at) =>
              placeOf(symbol.Name, at, parameters[Math.min(at, parameters.length - 1)] as Parameter | undefined),
            ),
            kind: entry?.kind === 'window' ? 'window' : kind,
          }),
        ).filter((f) => f.places.length > 0)
      }),
    )
}

/** A parameter as the parser describes it. */
interface Parameter {
  readonly TypeKind: number
  readonly ArgumentKind: number
  readonly DeclaredTypes?: unknown
  readonly Values?: unknown
}

const NUMBERS: readonly KqlType[] = ['int', 'long', 'real', 'decimal']
const ARRAYS = EDGES.dynamic.filter((d) => d.startsWith('dynamic(['))
const BAGS = EDGES.dynamic.filter((d) => d.startsWith('dynamic({'))

/** What the parser's kinds of types (ParameterTypeKind) stand for. */
const KINDS: Readonly<Record<number, Place>> = {
  6: { types: ['int', 'long'] },
  7: { types: ['real', 'decimal'] },
  8: TEXTUAL,
  9: { types: ['string', 'dynamic'] },
  10: { types: ['int', 'long', 'dynamic'] },
  11: { types: ['dynamic'], values: ARRAYS },
  12: { types: ['dynamic'], values: BAGS },
  13: { types: NUMBERS },
  14: { types: [...NUMBERS, 'bool'] },
  15: { types: [...NUMBERS, 'datetime', 'timespan'] },
  16: { types: [...NUMBERS, 'datetime', 'timespan', 'string', 'bool'] },
  17: { types: kqlTypes.filter((t) => t !== 'real' && t !== 'bool') },
  18: { types: kqlTypes.filter((t) => t !== 'dynamic') },
  19: { types: kqlTypes.filter((t) => t !== 'bool') },
}

/** From here on the parser's kinds of arguments (ArgumentKind) take constants alone. */
const LITERAL_KIND = 8

function placeOf(name: string, at: number, parameter: Parameter | undefined): Place {
  const declared = listOf(parameter?.DeclaredTypes).map((t) => String(t.Name))
  const known = kqlTypes.filter((t) => declared.includes(t))
  const place = known.length > 0 ? { types: known } : (KINDS[parameter?.TypeKind ?? 0] ?? ANY)
  const fitting = FITTING[`${name} ${at}`] ?? listOf(parameter?.Values).map((v) => `'${v}'`)
  return {
    ...place,
    ...(fitting.length > 0 && { values: fitting }),
    constant: Number(parameter?.ArgumentKind) >= LITERAL_KIND || CONSTANT_FROM[name]! <= at,
  }
}

/** A place of a form for tables, and the type that its braces say. */
const HOLE = /([$#])(\d)(?:\{([a-z]+)\})?/g

function tableQuery(form: string, pick: <T>(list: readonly T[]) => T, anyType: () => boolean): Call {
  const types: KqlType[] = []
  for (const [, , at, wanted] of form.matchAll(HOLE))
    types[Number(at)] ??= kqlTypes.find((t) => t === wanted && !anyType()) ?? pick(kqlTypes)
  const literal = (t: KqlType | undefined) => pick(EDGES[t ?? 'long'])
  const columns = [...new Set([...form.matchAll(/\$(\d)/g)].map((m) => Number(m[1])))]
  if (columns.length === 0) columns.push(types.length)
  const rows = Array.from({ length: 3 }, () => columns.map((at) => literal(types[at])).join(', '))
  const table = `datatable(${columns.map((at) => `p${at}: ${types[at] ?? 'long'}`).join(', ')})[${rows.join(', ')}]`
  const text = form
    .replace(HOLE, (_, kind, at) => (kind === '$' ? `p${at}` : literal(types[Number(at)])))
    .replace(/\{(\d)\}/g, (_, at) => types[Number(at)] ?? 'long')
  return { name: form, rows: /\bT\b/.test(text) ? `let T = ${table}; ${text}` : text }
}

/** So many queries; the same for the same seed. */
export function calls(count: number, seed: number): Call[] {
  const { functions, aggregates } = languageTables()
  const forms = [...operatorForms(), ...callForms(functions, 'scalar'), ...callForms(aggregates, 'aggregate')]
  const random = randomOf(seed)
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!
  const all: readonly (Form | string)[] = [...forms, ...TABLE_FORMS]
  // Every form once before any comes again.
  return Array.from({ length: count }, (_, i) => {
    const form = count < all.length ? pick(all) : all[i % all.length]!
    return typeof form === 'string' ? tableQuery(form, pick, () => random() < 0.15) : callQuery(form, pick, random)
  })
}

function callQuery(form: Form, pick: <T>(list: readonly T[]) => T, random: () => number): Call {
  const one = form.alike && random() < 0.6 ? pick(kqlTypes) : undefined
  const args = form.places.map(({ types, values, constant }, at) => {
    const odd = random() < 0.1
    const type = one ?? pick(odd ? kqlTypes : types)
    const literal = !odd && values && random() < 0.8 ? pick(values) : pick(EDGES[type])
    // A fitting value may be of another type than the one that was drawn.
    return { literal, type: typeOf(literal) ?? type, name: `p${at}`, constant }
  })
  const columns = args.filter((a) => !a.constant)
  const table = `datatable(${columns.map((a) => `${a.name}: ${a.type}`).join(', ')})[${columns.map((a) => a.literal).join(', ')}]`
  const over = form.kind === 'aggregate' ? 'summarize' : form.kind === 'window' ? 'serialize | project' : 'project'
  const literals = form.shape(args.map((a) => a.literal))
  return {
    name: form.name,
    constant: form.kind === 'scalar' ? `print x = ${literals}` : `print one = 1 | ${over} x = ${literals}`,
    rows: `${columns.length > 0 ? table : 'print one = 1'} | ${over} x = ${form.shape(args.map((a) => (a.constant ? a.literal : a.name)))}`,
  }
}

const typeOf = (literal: string): KqlType | undefined =>
  kqlTypes.find((t) => EDGES[t].includes(literal)) ?? formOf(literal)

function formOf(literal: string): KqlType | undefined {
  if (/^@?['"]/.test(literal)) return 'string'
  if (/^-?\d+$/.test(literal)) return 'long'
  return /^-?\d/.test(literal) ? 'real' : kqlTypes.find((t) => literal.startsWith(`${t}(`))
}
