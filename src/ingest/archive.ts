/** Members of zip and tar archives, one after the other, unpacked in memory-bounded pieces; nothing is written to disk. */
import { Readable } from 'node:stream'
import { extract } from 'tar-stream'
import { type Entry, openPromise } from 'yauzl'

export interface Member {
  readonly name: string
  readonly blocks: AsyncIterable<Buffer>
}

/** Unpacked bytes up to which any ratio is taken: small files of one repeated line pack very well. */
const FREE = 64 * 1024 * 1024
/** Real event logs pack up to 60 times; deflate can do 1,032. */
export const MAX_RATIO = 400
/** Bytes to which so many packed bytes may unpack. */
export const mostUnpacked = (packed: number): number => Math.max(FREE, packed * MAX_RATIO)

/** The zip format has its directory at its end, so it is read from the file itself. */
export async function* zipMembers(path: string): AsyncGenerator<Member> {
  // Also refuses names that lead out of the archive.
  const zip = await openPromise(path)
  try {
    for await (const entry of zip.eachEntry()) {
      if (isData(entry.fileName)) yield { name: entry.fileName, blocks: unpack(zip, entry) }
    }
  } finally {
    zip.close()
  }
}

async function* unpack(zip: Awaited<ReturnType<typeof openPromise>>, entry: Entry): AsyncGenerator<Buffer> {
  if (entry.isEncrypted()) throw new Error(`'${entry.fileName}' in it is encrypted`)
  const limit = mostUnpacked(entry.compressedSize)
  let bytes = 0
  for await (const block of await zip.openReadStreamPromise(entry)) {
    bytes += (block as Buffer).length
    if (bytes > limit) throw new Error(`'${entry.fileName}' in it unpacks to more than ${MAX_RATIO} times its size`)
    yield block as Buffer
  }
}

export async function* tarMembers(blocks: AsyncIterable<Buffer>): AsyncGenerator<Member> {
  const tar = extract()
  const source = Readable.from(toItsEnd(blocks), { objectMode: true })
  source.on('error', (error) => tar.destroy(error))
  source.pipe(tar)
  for await (const entry of tar) {
    const { name, type } = entry.header
    if (type === 'file' && isData(name)) yield { name, blocks: entry as AsyncIterable<Buffer> }
    entry.resume()
  }
}

/** A tar ends with two blocks of zeros; when they were read, a packing that is cut off behind them has lost nothing. */
async function* toItsEnd(blocks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let tail = Buffer.alloc(0)
  try {
    for await (const block of blocks) {
      tail = Buffer.concat([tail, block.subarray(-END)]).subarray(-END)
      yield block
    }
  } catch (error) {
    const cutOff = (error as Error).message.includes('unexpected end of file')
    if (!cutOff || tail.length < END || tail.some((byte) => byte !== 0)) throw error
  }
}
const END = 1024

/** The first block of a tar file says so. */
export const isTar = (start: Buffer): boolean => start.subarray(257, 262).toString('latin1') === 'ustar'
export const isZip = (start: Buffer): boolean => start.subarray(0, 4).toString('latin1') === 'PK\x03\x04'

/** Folders, and what macOS adds to archives, hold no records. */
const isData = (name: string): boolean => !name.endsWith('/') && !/(?:^|\/)(?:__MACOSX\/|\._|\.)/.test(name)
