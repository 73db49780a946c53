/** Reader of JSON lines: the blobs of Defender's export, Event Hub messages one a line, and rows one a line. */
import { isAscii, isUtf8 } from 'node:buffer'
import { readJson } from './json-line.ts'
import { type LineBlock, type RecordSink, recordsIn } from './source-record.ts'

/** Bytes. A longer line is refused without being kept. */
export const MAX_LINE = 10 * 1024 * 1024

export async function readLines(blocks: AsyncIterable<Buffer>, sink: RecordSink): Promise<void> {
  let line = 1
  /** The beginning of a line whose end has not come yet. */
  let open: Buffer[] = []
  let openBytes = 0
  for await (const block of blocks) {
    const end = block.lastIndexOf(10) + 1
    if (end > 0) {
      // Only the line that began in an earlier block is put together; the others are read where they lie.
      const from = openBytes === 0 ? 0 : block.indexOf(10) + 1
      if (from > 0) line = readBlock(Buffer.concat([...open, block.subarray(0, from)]), line, sink)
      line = readBlock(block.subarray(from, end), line, sink)
      open = []
      openBytes = 0
    }
    const rest = block.subarray(end)
    openBytes += rest.length
    // Of a line that is too long only its beginning is kept; the rest of it is counted.
    if (rest.length > 0 && openBytes - rest.length <= MAX_LINE) open.push(rest)
    await sink.breathe()
  }
  if (openBytes > 0) readLast(Buffer.concat(open), line, sink)
}

/** Lines that are all there, each with its line feed. @returns the number of the line after them */
function readBlock(bytes: Buffer, first: number, sink: RecordSink): number {
  let line = first
  const ascii = isAscii(bytes)
  const block = lineBlock(bytes)
  for (let at = 0; at < bytes.length; line++) {
    // Millions of empty lines are a moment, not minutes.
    if (bytes[at] === 10) {
      at++
      continue
    }
    const end = block.text.indexOf('\n', at)
    const isPlain = ascii || isAscii(bytes.subarray(at, end))
    if (!isPlain && !isUtf8(bytes.subarray(at, end)))
      sink.reject(line, 'the line is not UTF-8', bytes.toString('latin1', at, Math.min(end, at + 1024)))
    else if (!sink.line?.(block, at, end, isPlain))
      // ASCII, which most lines are, is taken as Latin-1: decoding UTF-8 costs as much as parsing what comes of it.
      readLine(isPlain ? block.text.slice(at, end) : bytes.toString('utf8', at, end), line, sink)
    at = end + 1
  }
  return line
}

/** @param bytes whole lines */
export const lineBlock = (bytes: Buffer): LineBlock => ({
  bytes,
  view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length),
  text: bytes.toString('latin1'),
})

function readLine(text: string, line: number, sink: RecordSink): void {
  if (text.length > MAX_LINE) {
    sink.reject(line, `the line is longer than ${MAX_LINE} bytes`, text)
    return
  }
  const json = readJson(text)
  if (json) takeRecords(json.value, json.exact, line, text, sink)
  else if (text.trim() !== '') sink.reject(line, 'the line is not JSON', text)
}

/** The last line has no line feed: whole JSON counts, anything else is still being written. */
function readLast(bytes: Buffer, line: number, sink: RecordSink): void {
  if (bytes.length > MAX_LINE) {
    sink.reject(line, `the line is longer than ${MAX_LINE} bytes`, bytes.toString('latin1', 0, 1024))
    return
  }
  const text = bytes.toString('utf8')
  const json = isUtf8(bytes) ? readJson(text) : undefined
  if (json) takeRecords(json.value, json.exact, line, text, sink)
  else if (text.trim() !== '') sink.unfinished()
}

/** Gives each record of a JSON value to the sink. */
export function takeRecords(value: unknown, exact: boolean, line: number, text: string, sink: RecordSink): void {
  for (const record of recordsIn(value, exact, line, text)) {
    if (typeof record === 'string') sink.reject(line, record, text)
    else sink.record(record)
  }
}
