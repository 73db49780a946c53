/** Columns that only the data knows: how lowering asks for them, and how their answer comes back as an output schema. */
import type { Span } from '../base/span.ts'
import type { OutputSchema, Probe } from '../plan/nodes.ts'
import { type Context, refuse } from './context.ts'
import { kindOf, type Syntax, spanOf, symbolKind, typeNamed } from './language.ts'

/** Ends lowering: the query cannot be planned before the probe's answer is known. */
export class ProbeNeeded extends Error {
  readonly probe: Probe

  constructor(op: Syntax, context: Context, probe: Probe) {
    super('a probe is needed')
    if (context.insideFunction)
      throw refuse(op, 'This plug-in without an output schema inside a function', 'each call could give other columns')
    this.probe = probe
  }
}

/** The columns that a probe has found for the plug-in call of this node; undefined when the query says its schema itself. */
export function probedAt(call: Syntax, { schemas, insideFunction }: Context): ReadonlySet<string> | undefined {
  const { start, length } = spanOf(call)
  const schema = insideFunction ? undefined : schemas.find((s) => s.at === start + length)
  return schema && new Set(schema.found)
}

/** Names of columns that the query uses and that the parser could not resolve before the data is seen. */
export function unknownNames(op: Syntax): string[] {
  const names = new Set<string>()
  const walk = (node: Syntax) => {
    const symbol = node.ReferencedSymbol
    if (kindOf(node) === 'NameReference' && symbol && symbolKind(symbol) === 'ColumnSymbol') {
      if (!typeNamed(symbol.Type as never)) names.add(String(node.SimpleName))
    }
    for (let i = 0; i < node.ChildCount; i++) {
      const c = node.GetChild(i)
      if (c && !c.IsToken) walk(c)
    }
  }
  walk(rootOf(op))
  return [...names]
}

function rootOf(node: Syntax): Syntax {
  let at = node
  for (let parent = at.Parent as Syntax | null; parent; parent = at.Parent as Syntax | null) at = parent
  return at
}

/** The text with each schema behind its plug-in call. `schemas` count in the caller's text, those given back in the new one. */
export function withSchemas(text: string, schemas: readonly OutputSchema[]): { text: string; schemas: OutputSchema[] } {
  let result = ''
  let from = 0
  const moved = inOrder(schemas).map((s) => {
    result += text.slice(from, s.at)
    const at = result.length
    result += clauseOf(s)
    from = s.at
    return { ...s, at }
  })
  return { text: result + text.slice(from), schemas: moved }
}

/** A place in the rewritten text as the place in the caller's. */
export function inCallersText(span: Span, schemas: readonly OutputSchema[]): Span {
  const start = original(span.start, schemas)
  return { start, length: original(span.start + span.length, schemas) - start }
}

function original(offset: number, schemas: readonly OutputSchema[]): number {
  let put = 0
  for (const s of inOrder(schemas)) {
    const at = s.at + put
    if (offset <= at) break
    const { length } = clauseOf(s)
    if (offset < at + length) return s.at
    put += length
  }
  return offset - put
}

const inOrder = (schemas: readonly OutputSchema[]) => schemas.toSorted((a, b) => a.at - b.at)

/** Names in quotes, whatever they are: they come from the data. */
const clauseOf = ({ columns }: OutputSchema): string =>
  ` : (${columns.map((c) => `[${JSON.stringify(c.name)}]: ${c.type}`).join(', ')})`
