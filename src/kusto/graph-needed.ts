/**
 * Graph operators behind what is no graph. The parser does not say so: its binder fails on them, which tells nothing about
 * the query. Without such an operator it binds, and then says what is wrong with the expression before it.
 */
import { KqlError } from '../base/errors.ts'
import { quoted, semantic } from './context.ts'
import { firstError } from './diagnostics.ts'
import {
  type Analysis,
  analyze,
  type Globals,
  kindOf,
  ParserFailure,
  parseOnly,
  type Syntax,
  spanOf,
} from './language.ts'

const READS_GRAPH = /^Graph\w+Operator$/

/** What is wrong with a query that the parser fails on; of other reasons than a graph operator nothing is known but that. */
export function graphNeeded(text: string, globals: Pick<Globals, 'globals'>): KqlError {
  const operators = nodesOf(parseOnly(text)).filter(
    (n) => kindOf(n) === 'PipeExpression' && READS_GRAPH.test(kindOf(n.Operator as Syntax)),
  )
  // Each by itself first; when several are wrong, the last one that has to go before the rest binds.
  const attempts = [...operators.map((o) => [o]), ...operators.map((_, i) => operators.slice(0, i + 1))]
  for (const attempt of attempts) {
    const analysis = bound(attempt.reduce(withoutOperator, text), globals)
    if (!analysis) continue
    const expression = attempt.at(-1)!.Expression as Syntax
    const input = spanOf(expression)
    const inside = analysis.diagnostics.filter(
      ({ span }) => span.start >= input.start && span.start + span.length <= input.start + input.length,
    )
    return (
      firstError({ ...analysis, diagnostics: inside }, text) ??
      semantic(expression, `${quoted(expression)} is no graph`)
    )
  }
  return new KqlError('unanalysable', {})
}

function bound(text: string, globals: Pick<Globals, 'globals'>): Analysis | undefined {
  try {
    return analyze(text, globals)
  } catch (error) {
    if (error instanceof ParserFailure) return undefined
    throw error
  }
}

/** The text with spaces from the end of the expression to the end of the operator: every place stays. */
function withoutOperator(text: string, pipe: Syntax): string {
  const { start, length } = spanOf(pipe.Expression as Syntax)
  const [from, to] = [start + length, pipe.TextStart + pipe.Width]
  return text.slice(0, from) + ' '.repeat(to - from) + text.slice(to)
}

/** All nodes, those in front first. */
function nodesOf(root: Syntax): Syntax[] {
  const found: Syntax[] = []
  const open = [root]
  for (let node = open.pop(); node; node = open.pop()) {
    found.push(node)
    for (let i = node.ChildCount - 1; i >= 0; i--) {
      const c = node.GetChild(i)
      if (c && !c.IsToken) open.push(c)
    }
  }
  return found.sort((a, b) => a.TextStart + a.Width - (b.TextStart + b.Width))
}
