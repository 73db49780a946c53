import {
  appendFileSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Layout, layoutOf, makeFolders, syncFile, syncFolder } from '../../src/store/layout.ts'
import { schemaId } from '../../src/store/manifest.ts'
import { openStore } from '../../src/store/store.ts'
import { openWriter, type StoreWriter, type WriterSteps } from '../../src/store/writer.ts'

let layout: Layout
beforeEach(() => {
  layout = layoutOf(mkdtempSync(join(tmpdir(), 'harrier-writer-')))
  makeFolders(layout)
})
afterEach(() => rmSync(layout.dir, { recursive: true }))

const schema = 'Timestamp:datetime, A:string'

/** Commits one segment `name` with its hashes. */
function commitOne(writer: StoreWriter, name: string): void {
  const files = new Map<string, string>()
  for (const ending of ['parquet', 'hashes']) {
    const from = join(layout.tmp, `${name}.${ending}`)
    writeFileSync(from, name)
    files.set(from, `segments/T/${name}.${ending}`)
  }
  const segment = {
    table: 'T',
    file: `segments/T/${name}.parquet`,
    rows: 1,
    bytes: 1,
    sha256: '',
    schema: schemaId(schema),
  }
  const answer = { added: 1, repeated: 0, rejected: 0 }
  const draft = { key: name, at: '', schemas: { [schemaId(schema)]: schema }, segments: [segment], answer }
  writer.commit(draft, files)
}

const rowsSeen = () => openStore(layout.dir).snapshot().segments('T').length
const filesThere = () =>
  readdirSync(layout.segments, { recursive: true, withFileTypes: true }).filter((e) => e.isFile())

describe('openWriter', () => {
  it('makes a commit visible to a reader that is open', () => {
    const store = openStore(layout.dir)
    const writer = openWriter(layout)
    expect(store.snapshot().segments('T')).toEqual([])
    const before = store.snapshot()
    commitOne(writer, 'a')
    expect(
      store
        .snapshot()
        .segments('T')
        .map((s) => s.path),
    ).toEqual([join(layout.dir, 'segments/T/a.parquet')])
    expect(before.segments('T')).toEqual([])
    writer.close()
  })

  it('leaves nothing of a commit that fails, at whichever step, and goes on after it', () => {
    const steps: WriterSteps = {
      syncFile,
      syncFolder,
      rename: renameSync,
      append: (file, bytes) => writeSync(file, bytes),
      sync: fsyncSync,
    }
    let failing = 0
    let step = 0
    const fail = (half: () => void = () => {}) => {
      if (++step !== failing) return
      half()
      throw new Error('the disk is full')
    }
    const guarded =
      <A extends unknown[]>(run: (...given: A) => void) =>
      (...given: A) => {
        fail()
        run(...given)
      }
    const faulty: WriterSteps = {
      syncFile: guarded(steps.syncFile),
      syncFolder: guarded(steps.syncFolder),
      rename: guarded(steps.rename),
      append: (file, bytes) => {
        fail(() => steps.append(file, bytes.subarray(0, 40)))
        steps.append(file, bytes)
      },
      sync: guarded(steps.sync),
    }
    const writer = openWriter(layout, faulty)
    commitOne(writer, 'first')
    const all = step
    expect(all).toBeGreaterThanOrEqual(8)
    for (failing = 1; failing <= all; failing++) {
      step = 0
      expect(() => commitOne(writer, `failed-${failing}`)).toThrow('the disk is full')
      expect(rowsSeen()).toBe(1)
      expect(openStore(layout.dir).warning()).toBeUndefined()
    }
    step = -1000
    commitOne(writer, 'second')
    writer.close()
    openWriter(layout).close()
    expect(rowsSeen()).toBe(2)
    expect(
      filesThere()
        .map((e) => e.name)
        .sort(),
    ).toEqual(['first.hashes', 'first.parquet', 'second.hashes', 'second.parquet'])
    expect(readdirSync(layout.tmp)).toEqual([])
  })

  it('cuts off a torn end, keeps a copy of it, and numbers on', () => {
    const writer = openWriter(layout)
    commitOne(writer, 'a')
    writer.close()
    appendFileSync(layout.manifest, '0123456789abcdef {"format":1,"versi')
    const again = openWriter(layout)
    expect(again.warning).toBe('the last line is unfinished')
    commitOne(again, 'b')
    again.close()
    expect(openStore(layout.dir).snapshot().version).toBe(2)
    const copies = readdirSync(layout.quarantine)
    expect(readFileSync(join(layout.quarantine, copies[0]!), 'utf8')).toContain('"versi')
  })

  it('keeps files aside that a damaged last line may have named', () => {
    const writer = openWriter(layout)
    commitOne(writer, 'a')
    commitOne(writer, 'b')
    writer.close()
    const bytes = readFileSync(layout.manifest)
    bytes[bytes.length - 3]! ^= 1
    writeFileSync(layout.manifest, bytes)
    openWriter(layout).close()
    expect(rowsSeen()).toBe(1)
    expect(existsSync(join(layout.quarantine, 'b.parquet'))).toBe(true)
  })

  it('refuses a manifest that is damaged before its end', () => {
    const writer = openWriter(layout)
    commitOne(writer, 'a')
    commitOne(writer, 'b')
    writer.close()
    const file = openSync(layout.manifest, 'r+')
    writeSync(file, Buffer.from('x'), 0, 1, 30)
    closeSync(file)
    expect(() => openWriter(layout)).toThrow('cannot be opened')
    expect(filesThere()).toHaveLength(4)
  })
})
