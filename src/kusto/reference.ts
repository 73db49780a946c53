/** The reference pages of `docs/reference`, generated from what the code implements. */
import type { Example } from '../functions/define.ts'
import { type Covered, coverage } from './coverage.ts'

const TITLES: Readonly<Record<Covered['kind'], string>> = {
  operator: 'Operators',
  function: 'Functions',
  aggregate: 'Aggregates',
  'plug-in': 'Plug-ins',
}

/** File name → text. */
export function referencePages(): ReadonlyMap<string, string> {
  const all = coverage()
  const kinds = Object.keys(TITLES) as Covered['kind'][]
  return new Map([
    ['README.md', overview(all, kinds)],
    ...kinds.map((kind) => [`${fileOf(kind)}`, page(kind, all)] as const),
  ])
}

const fileOf = (kind: Covered['kind']): string => `${TITLES[kind].toLowerCase()}.md`
const count = (rows: readonly Covered[], state: Covered['state']): number =>
  rows.filter((r) => r.state === state).length

function overview(all: readonly Covered[], kinds: readonly Covered['kind'][]): string {
  const lines = kinds.map((kind) => {
    const rows = all.filter((r) => r.kind === kind)
    return `| [${TITLES[kind]}](${fileOf(kind)}) | ${count(rows, 'implemented')} | ${count(rows, 'refused')} |`
  })
  return `# The language

Generated from the code by \`npm run reference\`; a test fails when it is stale. What is refused is refused by name, with its place in
the query.

| | implemented | refused |
|---|--:|--:|
${lines.join('\n')}
`
}

function page(kind: Covered['kind'], all: readonly Covered[]): string {
  const rows = all.filter((r) => r.kind === kind)
  const implemented = rows.filter((r) => r.state === 'implemented')
  const refused = rows.filter((r) => r.state === 'refused')
  const described = implemented.filter((r) => r.doc)
  const plain = implemented.filter((r) => !r.doc)
  return [
    `# ${TITLES[kind]}\n`,
    ...(described.length > 0
      ? [
          '| name | what it gives | example |\n|---|---|---|',
          ...described.map((r) => `| \`${r.name}\` | ${cell(r.doc!)} | ${example(r.examples?.[0])} |`),
        ]
      : []),
    ...(plain.length > 0 ? [`${described.length > 0 ? '\n' : ''}${plain.map((r) => `\`${r.name}\``).join(' ')}`] : []),
    ...(refused.length > 0
      ? ['\n## Refused\n', '| name | why |\n|---|---|', ...refused.map((r) => `| \`${r.name}\` | ${cell(r.reason!)} |`)]
      : []),
    '',
  ].join('\n')
}

const cell = (text: string): string => text.replaceAll('|', '\\|')

function example(e: Example | undefined): string {
  if (!e) return ''
  const value = JSON.stringify(e[1], (_, v) => (typeof v === 'bigint' ? Number(v) : v))
  return `\`${cell(e[0])}\` → \`${cell(value)}\``
}
