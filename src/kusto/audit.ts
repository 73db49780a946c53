/** What is checked of each name that is answered: examples of its entry, and cases of `conformance/` from its page. */
import { catalogOf } from '../catalog/catalog.ts'
import { canonicalName, entryNamed } from '../functions/index.ts'
import { type Covered, coverage } from './coverage.ts'
import { defenderFunctions } from './defender-functions.ts'
import { graphFunctions } from './graph-scope.ts'
import { type Documented, defenderPage, pagesOf, scalarOperators, statements } from './pages.ts'

/** What the audit needs of a case of `conformance/`. */
export interface AuditedCase {
  /** An address of the documentation, or `measured`. */
  readonly source: string
  readonly query: string
}

export type AuditedKind = Documented | 'Defender function'

export interface Audited {
  readonly kind: AuditedKind
  readonly name: string
  /** Its other names, which are older. */
  readonly aliases: readonly string[]
  readonly pages: readonly string[]
  readonly examples: number
  /** Cases that name one of its pages. */
  readonly cases: number
  /** Measured cases whose query uses it. */
  readonly measured: number
}

/** The cases of a `.kqlt` file, whose form test/conformance.test.ts sees to. */
export function casesOf(text: string): AuditedCase[] {
  return text
    .split(/^=== /m)
    .slice(1)
    .map((block) => ({
      source: plainAddress(/^source: *(.*)$/m.exec(block)?.[1] ?? ''),
      query: /^query:\n((?: {2}.*\n|\n)*)/m.exec(block)?.[1] ?? /^query: *(.*)$/m.exec(block)?.[1] ?? '',
    }))
}

/** The documentation's addresses are the same with and without a language. */
const plainAddress = (address: string): string => address.trim().replace(/(?<=\.com)\/[a-z]{2}-[a-z]{2}(?=\/)/, '')

export function audit(cases: readonly AuditedCase[]): Audited[] {
  const names = answeredNames()
  const from = new Map<string, number>()
  for (const { source } of cases) from.set(source, (from.get(source) ?? 0) + 1)
  const measured = cases.filter((c) => !c.source.startsWith('https://'))
  return names.map(({ kind, name, aliases, pages, examples }) => {
    const uses = [name, ...aliases].map((n) => useOf(kind, n))
    return {
      kind,
      name,
      aliases,
      pages,
      examples,
      cases: pages.reduce((sum, page) => sum + (from.get(page) ?? 0), 0),
      measured: measured.filter((c) => uses.some((use) => use.test(c.query))).length,
    }
  })
}

type Answered = Omit<Audited, 'cases' | 'measured'>

/** Every name that is answered, with older names of the same beside it. */
function answeredNames(): Answered[] {
  const answered = coverage().filter((r) => r.state === 'implemented')
  const own = answered.filter((r) => currentName(r) === r.name)
  const older = answered.filter((r) => currentName(r) !== r.name)
  const aliasesOf = (row: Covered) =>
    older.filter((r) => currentName(r) === row.name && kindOf(r, own) === row.kind).map((r) => r.name)
  return [
    ...own.map((row): Answered => {
      const { kind, name, examples = [] } = row
      const aliases = [...new Set(aliasesOf(row))]
      return { kind, name, aliases, pages: pagesOf(kind, name), examples: examples.length }
    }),
    ...scalarOperators.map((name) => beside('scalar operator', name, pagesOf('scalar operator', name))),
    ...statements.map((name) => beside('statement', name, pagesOf('statement', name))),
    ...defenderFunctions(catalogOf()).map((f) => beside('Defender function', f.name, [defenderPage(f.name)])),
  ]
}

/** The kind of what an older name is called today: an aggregate had its name among the functions too. */
function kindOf(older: Covered, own: readonly Covered[]): Covered['kind'] {
  const kinds = own.filter((r) => r.name === currentName(older) && r.kind !== 'operator').map((r) => r.kind)
  const [kind] = kinds.includes(older.kind) ? [older.kind] : kinds
  if (!kind) throw new Error(`${older.name} is another name of ${currentName(older)}, which is not answered`)
  return kind
}

const NEGATED: Readonly<Record<string, string>> = { '!=': '==', '!~': '=~', '!in~': 'in~' }

function beside(kind: AuditedKind, name: string, pages: readonly string[]): Answered {
  const entry = kind === 'scalar operator' ? entryNamed(NEGATED[name] ?? name.replace(/^!(?=\w)/, '')) : undefined
  return { kind, name, aliases: [], pages, examples: entry?.examples.length ?? 0 }
}

/** What a name is called today. The graph's any() has nothing to do with the aggregate that was once called so. */
export const currentName = ({ kind, name }: Covered): string =>
  kind === 'function' && graphFunctions.has(name) ? name : (FORMER[name] ?? canonicalName(name))

/** Older names that are forms of their own, not aliases of an entry. */
const FORMER: Readonly<Record<string, string>> = {
  columnifexists: 'column_ifexists',
  parsejson: 'parse_json',
  todynamic: 'parse_json',
}

/** How a query uses a name. */
function useOf(kind: AuditedKind, name: string): RegExp {
  const word = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/ /g, '\\s+')
  switch (kind) {
    case 'operator':
      return new RegExp(`(?:^|[|(;=])\\s*${word}(?![\\w-])`, 'm')
    case 'plug-in':
      return new RegExp(`\\bevaluate\\b[^|(]*?\\b${word}\\s*\\(`)
    case 'scalar operator':
      return /\w/.test(name) ? new RegExp(`(?<![\\w!])${word}(?![\\w~])`) : new RegExp(`\\s${word}\\s`)
    case 'statement':
      return new RegExp(`\\b${word}\\b`)
    default:
      return new RegExp(`\\b${word}\\s*\\(`)
  }
}
