/** Reads `{…head…,"rows":[{…},{…}]}` as it comes: the head first, then rows in portions, long before the end is there. */

export type Row = Record<string, unknown>

/** An integer that a JavaScript number cannot hold. */
const LONG_NUMBER = /[:[,]\s*-?\d{16,}/

interface Source {
  readonly source?: string
}
/** The browser gives a reviver the text of each number (ES2025); the types do not know it yet. */
const parse = JSON.parse as (
  text: string,
  reviver: (key: string, value: unknown, context?: Source) => unknown,
) => unknown

/** Integers beyond 2^53 become their text, so that every digit is shown and copied. */
export function parseRow(text: string): Row {
  if (!LONG_NUMBER.test(text)) return JSON.parse(text) as Row
  return parse(text, (_key, value, context) =>
    typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(context?.source ?? '')
      ? context!.source
      : value,
  ) as Row
}

/** Characters. Longer texts are rarely said twice. */
const SHORT = 64
/** Different texts that are kept of an answer. */
const KEPT = 50_000

/** Telemetry says the same again and again: each text is kept once (100,000 rows of 20 columns take half the memory, measured by bench/ui). */
function sharedTexts(): (row: Row) => void {
  const texts = new Map<string, string>()
  return (row) => {
    for (const name in row) {
      const value = row[name]
      if (typeof value !== 'string' || value.length > SHORT) continue
      const known = texts.get(value)
      if (known !== undefined) row[name] = known
      else if (texts.size < KEPT) texts.set(value, value)
    }
  }
}

/** Milliseconds of work without a look at the screen. */
const BUSY = 20

/** @param head is given the parsed head, once. @param rows is given each portion, and waited for. @returns the text, when there are no rows in it */
export async function readRows<Head>(
  body: ReadableStream<Uint8Array>,
  head: (head: Head) => void,
  rows: (rows: Row[]) => void | Promise<void>,
): Promise<string | undefined> {
  const reader = body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader()
  const share = sharedTexts()
  let text = ''
  let inRows = false
  let shown = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return inRows ? undefined : text
    text += value
    if (!inRows) {
      const at = text.indexOf(',"rows":[')
      if (at < 0) continue
      head(JSON.parse(`${text.slice(0, at)}}`) as Head)
      text = text.slice(at + ',"rows":['.length)
      inRows = true
    }
    const { found, rest } = split(text)
    for (const row of found) share(row)
    text = rest
    if (found.length > 0) await rows(found)
    // What has come is shown before more is read: a fast server would keep the page busy until its end.
    if (performance.now() - shown > BUSY) {
      await new Promise((go) => setTimeout(go, 4))
      shown = performance.now()
    }
  }
}

/** Whole objects at the beginning of a text, and what is left. */
function split(text: string): { found: Row[]; rest: string } {
  const found: Row[] = []
  let rest = 0
  let depth = 0
  let start = 0
  let inString = false
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (inString) {
      if (c === 92) i++
      else if (c === 34) inString = false
    } else if (c === 34) inString = true
    else if (c === 123 || c === 91) {
      if (depth++ === 0) start = i
    } else if (c === 125 || c === 93) {
      if (--depth === 0) {
        found.push(parseRow(text.slice(start, i + 1)))
        rest = i + 1
      } else if (depth < 0) return { found, rest: '' }
    }
  }
  return { found, rest: text.slice(rest) }
}
