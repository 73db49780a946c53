/** Inputs of an ingest: files, folders and the standard input, unpacked, with what their content is. */
import { createReadStream, type Dirent, readdirSync, type Stats, statSync } from 'node:fs'
import { join } from 'node:path'
import { createGunzip } from 'node:zlib'
import { globSync, isDynamicPattern } from 'tinyglobby'
import { KqlError } from '../base/errors.ts'
import { isTar, isZip, MAX_RATIO, type Member, mostUnpacked, tarMembers, zipMembers } from './archive.ts'
import { delimiterOf, readCsv } from './csv.ts'
import { readEventXml } from './event-xml.ts'
import { readDocument } from './json-document.ts'
import { readJson } from './json-line.ts'
import { readLines } from './lines.ts'
import { isParquet, readParquet } from './parquet.ts'
import type { RecordSink } from './source-record.ts'

const STANDARD_INPUT = '-'

export interface SourceFile {
  /** Of what is no file, its name. */
  readonly path: string
  /** As it lies there; unknown for the standard input. */
  readonly bytes?: number
  /** When it was written last, in milliseconds since 1970. */
  readonly changed?: number
  /** What comes by another way than from a file. */
  readonly blocks?: AsyncIterable<Buffer>
  /** The table of its rows, where it is known beforehand. */
  readonly table?: string
  /** Lines of JSON, whatever they look like, each of which stands for itself. */
  readonly isMessages?: true
}

export interface Listing {
  readonly files: readonly SourceFile[]
  /** Paths that are not there, and files of folders whose names are none of data. */
  readonly unreadable: readonly { readonly path: string; readonly why: string }[]
  readonly skipped: readonly string[]
}

/** Of a folder, only files named like data are read; a file that is named itself is read in any case. */
const DATA_NAME = /\.(?:(?:json|jsonl|ndjson|csv|tsv|xml|tar)(?:\.gz)?|parquet|zip|tgz)$/i

/** All files of the given paths, folders with everything below them, in the order of their names. */
export function listSources(paths: readonly string[]): Listing {
  const files: SourceFile[] = []
  const skipped: string[] = []
  const unreadable: { path: string; why: string }[] = []
  for (const path of paths) {
    if (path === STANDARD_INPUT) files.push({ path, blocks: process.stdin as AsyncIterable<Buffer> })
    else {
      try {
        const stat = statSync(path)
        if (stat.isDirectory()) listFolder(path, files, skipped)
        else files.push(fileOf(path, stat))
      } catch (error) {
        // A pattern in quotes, which no shell has seen.
        const found = isDynamicPattern(path) ? globSync(path, { absolute: false, onlyFiles: true }).sort() : []
        for (const name of found) files.push(fileOf(name, statSync(name)))
        if (found.length === 0) unreadable.push({ path, why: reasonOf(error) })
      }
    }
  }
  return { files, skipped, unreadable }
}

const fileOf = (path: string, { size, mtimeMs }: Stats): SourceFile => ({ path, bytes: size, changed: mtimeMs })

function listFolder(folder: string, files: SourceFile[], skipped: string[]): void {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
  for (const entry of entries) {
    const path = join(folder, entry.name)
    if (entry.name.startsWith('.')) continue
    if (isFolder(entry, path)) listFolder(path, files, skipped)
    else if (DATA_NAME.test(entry.name)) files.push(fileOf(path, statSync(path)))
    else skipped.push(path)
  }
}

const isFolder = (entry: Dirent, path: string): boolean =>
  entry.isDirectory() || (entry.isSymbolicLink() && statSync(path, { throwIfNoEntry: false })?.isDirectory() === true)

/**
 * Reads a file to its end, whatever is in it. What was read before an error stays read.
 * @param sinkOf gives the sink of a member of an archive; without it all go to `sink`
 * @throws KqlError unreadable_input
 */
export async function readSource(
  file: SourceFile,
  sink: RecordSink,
  read: (bytes: number) => void,
  sinkOf: (member: string) => RecordSink = () => sink,
): Promise<void> {
  const raw: AsyncIterable<Buffer> = file.blocks ?? createReadStream(file.path, { highWaterMark: 1 << 20 })
  try {
    const blocks = withoutMark(unpacked(counted(raw, read)))
    const first = await firstBlocks(blocks)
    if (first.length === 0) return
    if (file.isMessages) return await readLines(chained(first, blocks), sink)
    const start = Buffer.concat(first)
    if (isParquet(start)) {
      if (file.blocks) throw new Error('a Parquet file cannot be read from a stream')
      await readParquet(file.path, sink, () => {})
    } else if (isZip(start)) {
      if (file.blocks) throw new Error('a zip archive cannot be read from a stream')
      await readMembers(zipMembers(file.path), sinkOf)
    } else if (isTar(start)) await readMembers(tarMembers(chained(first, blocks)), sinkOf)
    else await readContent(start, chained(first, blocks), sink)
  } catch (error) {
    if (error instanceof KqlError) throw error
    throw new KqlError('unreadable_input', { path: file.path, why: reasonOf(error) })
  }
}

async function readMembers(members: AsyncIterable<Member>, sinkOf: (member: string) => RecordSink): Promise<void> {
  for await (const member of members) {
    const blocks = withoutMark(unpacked(counted(member.blocks, () => {})))
    const first = await firstBlocks(blocks)
    if (first.length > 0) await readContent(Buffer.concat(first), chained(first, blocks), sinkOf(member.name))
  }
}

async function readContent(start: Buffer, blocks: AsyncIterable<Buffer>, sink: RecordSink): Promise<void> {
  if (isParquet(start)) throw new Error('a Parquet file inside of another file is not read')
  if (start.subarray(0, 7).toString('latin1') === 'ElfFile')
    throw new Error('it is a binary event log; write it as XML with: wevtutil qe FILE.evtx /lf:true /f:xml')
  switch (contentOf(start)) {
    case 'lines':
      return await readLines(blocks, sink)
    case 'document':
      return await readDocument(blocks, sink)
    case 'xml':
      return await readEventXml(blocks, sink)
    default: {
      const header = /^[^\r\n]*/.exec(start.toString('utf8'))![0]
      return await readCsv(blocks, delimiterOf(header), sink)
    }
  }
}

/** JSON lines begin with a value that ends on its line; a value over several lines, or an array, is a document. */
export function contentOf(start: Buffer): 'lines' | 'document' | 'xml' | 'csv' {
  const text = start.toString('utf8')
  const first = /\S/.exec(text)?.[0]
  // The last line may go on in the next block.
  const lines = text.split('\n').slice(0, -1)
  const bags = lines.filter((line) => /^\s*\{/.test(line) && isBag(line)).length
  // One damaged line, be it the first, must not make a file of lines something else. An array may have a value a line too.
  if (first === '[' ? bags * 2 > lines.length : bags > 0) return 'lines'
  if (first === '<' || /^[^\n]*<Events?[\s>]/.test(text)) return 'xml'
  if (first === '[') return 'document'
  if (first !== '{') return 'csv'
  // A single line is one, however long.
  return lines.length === 0 ? 'lines' : 'document'
}

function isBag(line: string): boolean {
  const value = readJson(line)?.value
  return typeof value === 'object' && value !== null
}

async function* counted(raw: AsyncIterable<Buffer>, read: (bytes: number) => void): AsyncGenerator<Buffer> {
  for await (const block of raw) {
    read(block.length)
    yield block
  }
}

/** gzip is told by its first two bytes. */
async function* unpacked(raw: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  const first = await raw.next()
  if (first.done) return
  const blocks = chained([first.value], raw)
  if (first.value[0] === 0x1f && first.value[1] === 0x8b) yield* gunzipped(blocks)
  else yield* blocks
}

/**
 * Unpacks block by block: a stream that is cut off has given all that it held before its error comes, which a pipe
 * would throw away.
 */
async function* gunzipped(blocks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const gunzip = createGunzip({ chunkSize: 1 << 18 })
  let out: Buffer[] = []
  let failure: Error | undefined
  gunzip.on('data', (chunk: Buffer) => out.push(chunk))
  gunzip.on('error', (error) => {
    failure ??= error
  })
  const closed = new Promise<void>((done) => gunzip.once('close', done))
  let [packed, unpackedBytes] = [0, 0]
  for await (const block of blocks) {
    packed += block.length
    await Promise.race([new Promise<void>((done) => gunzip.write(block, () => done())), closed])
    unpackedBytes += out.reduce((sum, chunk) => sum + chunk.length, 0)
    yield* out
    out = []
    if (unpackedBytes > mostUnpacked(packed)) throw new Error(`it unpacks to more than ${MAX_RATIO} times its size`)
    if (failure) break
  }
  if (!failure) {
    gunzip.end()
    await closed
    yield* out
  }
  if (failure) throw new Error(`its gzip data are damaged (${failure.message})`)
}

/** Takes a UTF-8 byte order mark off; says UTF-16 by name. */
async function* withoutMark(blocks: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  let first = true
  for await (const block of blocks) {
    if (!first) yield block
    else if (block.length > 0) {
      first = false
      if ((block[0] === 0xff && block[1] === 0xfe) || (block[0] === 0xfe && block[1] === 0xff)) {
        throw new Error('it is UTF-16; only UTF-8 is read')
      }
      yield block[0] === 0xef && block[1] === 0xbb && block[2] === 0xbf ? block.subarray(3) : block
    }
  }
}

/** Bytes looked at to tell what a file holds. */
const LOOK = 1 << 16

async function firstBlocks(blocks: AsyncGenerator<Buffer>): Promise<Buffer[]> {
  const first: Buffer[] = []
  for (let bytes = 0; bytes < LOOK; ) {
    const next = await blocks.next()
    if (next.done) break
    first.push(next.value)
    bytes += next.value.length
  }
  return first
}

async function* chained(first: readonly Buffer[], rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  yield* first
  yield* rest
}

const reasonOf = (error: unknown): string => {
  const { code, message } = error as NodeJS.ErrnoException
  return code === 'ENOENT' ? 'it is not there' : code === 'EACCES' ? 'reading it is not allowed' : message
}
