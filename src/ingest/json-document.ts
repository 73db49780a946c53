/** Reader of JSON that is not one value a line: an array of records, or values written over several lines. */
import { isUtf8 } from 'node:buffer'
import { readJson } from './json-line.ts'
import { MAX_LINE, takeRecords } from './lines.ts'
import type { RecordSink } from './source-record.ts'

/**
 * Finds where each value begins and ends by its brackets and strings alone, so that neither the file nor its array is
 * ever in memory as a whole. Elements of a top-level array count as values.
 */
export async function readDocument(blocks: AsyncIterable<Buffer>, sink: RecordSink): Promise<void> {
  let depth = 0
  let inString = false
  let escaped = false
  let line = 1
  let startLine = 1
  /** 1 inside a top-level array, whose elements are the values. */
  let base = 0
  let parts: Buffer[] = []
  let bytes = 0

  /** Within text that belongs to no object; it is told of once. */
  let astray = false

  for await (const block of blocks) {
    /** Where the value that is open begins in this block; -1 outside of values. */
    let start = parts.length > 0 ? 0 : -1
    for (let i = 0; i < block.length; i++) {
      const c = block[i]!
      if (inString) {
        if (escaped) escaped = false
        else if (c === BACKSLASH) escaped = true
        else if (c === QUOTE) inString = false
        continue
      }
      if (depth === base && isText(c)) {
        if (!astray) sink.reject(line, 'the value is not a JSON object', block.toString('utf8', i, i + SHOWN))
        astray = true
      } else if (c !== SPACE) astray = false
      if (c === LINE_FEED) line++
      else if (c === QUOTE) inString = true
      else if (c === OPEN_BRACKET && depth === 0 && base === 0) {
        base = 1
        depth = 1
      } else if (c === OPEN_BRACE || c === OPEN_BRACKET) {
        if (depth++ === base) {
          start = i
          startLine = line
        }
      } else if (c === CLOSE_BRACE || c === CLOSE_BRACKET) {
        depth--
        if (depth < base) base = 0
        else if (depth === base && start >= 0) {
          take(Buffer.concat([...parts, block.subarray(start, i + 1)]), startLine, sink)
          parts = []
          bytes = 0
          start = -1
        }
      }
    }
    if (start >= 0) {
      bytes += block.length - start
      if (bytes > MAX_LINE) {
        sink.reject(
          startLine,
          `the value is longer than ${MAX_LINE} bytes; the rest of the file is not read`,
          String(parts[0] ?? ''),
        )
        return
      }
      parts.push(block.subarray(start))
    }
    await sink.breathe()
  }
  if (parts.length > 0) sink.unfinished()
}

function take(bytes: Buffer, line: number, sink: RecordSink): void {
  const text = bytes.toString('utf8')
  const json = isUtf8(bytes) ? readJson(text) : undefined
  if (json) takeRecords(json.value, json.exact, line, text, sink)
  else sink.reject(line, isUtf8(bytes) ? 'the value is not JSON' : 'the value is not UTF-8', text)
}

/** Whatever has no part in how objects follow each other. */
const isText = (c: number): boolean => c > SPACE && c !== COMMA && !BRACKETS.has(c)

/** Bytes of it in the quarantine. */
const SHOWN = 200
const [SPACE, COMMA] = [32, 44]
const [QUOTE, BACKSLASH, LINE_FEED] = [34, 92, 10]
const [OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [123, 125, 91, 93]
const BRACKETS: ReadonlySet<number> = new Set([OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET])
