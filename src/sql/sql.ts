/** SQL fragments: the only way to make SQL text, so that no string can get in by accident. */

/** A piece of SQL. `atomic` pieces (names, literals, calls) need no parentheses anywhere. */
export interface Sql {
  readonly text: string
  readonly atomic: boolean
}

/** A SQL expression; nested fragments that are not atomic get parentheses. */
export function sql(strings: TemplateStringsArray, ...parts: readonly Sql[]): Sql {
  return { text: join(strings, parts, (p) => (p.atomic ? p.text : `(${p.text})`)), atomic: false }
}

/** Like `sql`, for text that needs no parentheses around it: a call, a cast function, a list. Arguments are separated by commas, so they need none either. */
export function call(strings: TemplateStringsArray, ...parts: readonly Sql[]): Sql {
  return { text: join(strings, parts, (p) => p.text), atomic: true }
}

/** Clauses and whole statements: parts are put in as they are. */
export function clause(strings: TemplateStringsArray, ...parts: readonly Sql[]): Sql {
  return { text: join(strings, parts, (p) => p.text), atomic: false }
}

export function list(parts: readonly Sql[], separator = ', '): Sql {
  return { text: parts.map((p) => p.text).join(separator), atomic: false }
}

/** `a AND b AND c`, each part in parentheses where it needs them. */
export function infix(parts: readonly Sql[], operator: string): Sql {
  return {
    text: parts.map((p) => (p.atomic ? p.text : `(${p.text})`)).join(` ${operator} `),
    atomic: parts.length === 1 && parts[0]!.atomic,
  }
}

/** A whole SELECT used as a relation or a value. */
export const nested = (s: Sql): Sql => ({ text: `(${s.text})`, atomic: true })

/** A name or keyword that our own code wrote; never text that came from a caller. */
export const raw = (text: string): Sql => ({ text, atomic: true })

/** A text literal: quotes doubled; NUL would end the statement, so it is spliced in with chr(0). */
export function textLiteral(value: string): Sql {
  if (!value.includes('\0')) return { text: `'${value.replaceAll("'", "''")}'`, atomic: true }
  const pieces = value.split('\0').map((piece) => `'${piece.replaceAll("'", "''")}'`)
  return { text: `concat(${pieces.join(', chr(0), ')})`, atomic: true }
}

function join(strings: TemplateStringsArray, parts: readonly Sql[], show: (p: Sql) => string): string {
  let text = strings[0]!
  for (const [i, part] of parts.entries()) text += show(part) + strings[i + 1]!
  return text
}
