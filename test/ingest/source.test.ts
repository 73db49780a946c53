import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { contentOf, listSources, readSource } from '../../src/ingest/source.ts'
import { collector } from './collect.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'harrier-source-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const rows = (count: number) =>
  Array.from({ length: count }, (_, i) => `{"A":${i},"B":"${'x'.repeat(i % 90)}"}\n`).join('')

async function read(content: string | Buffer) {
  const path = join(folder, 'input')
  writeFileSync(path, content)
  const sink = collector()
  let bytes = 0
  const reading = readSource({ path }, sink, (count) => {
    bytes += count
  })
  const error = await reading.then(() => undefined).catch((e: Error) => e.message)
  return { ...sink, error, bytes }
}

describe('readSource', () => {
  it('unpacks gzip of one member and of several, and counts the bytes of the file', async () => {
    const packed = gzipSync(rows(50_000))
    const one = await read(packed)
    expect([one.records.length, one.error, one.bytes]).toEqual([50_000, undefined, packed.length])
    expect((await read(Buffer.concat([gzipSync(rows(3)), gzipSync(rows(4))]))).records).toHaveLength(7)
  })

  it('stops where gzip unpacks to more than anything real does, and keeps what came before', async () => {
    const bomb = gzipSync(Buffer.concat([Buffer.from(rows(10)), Buffer.alloc(100 * 1024 * 1024, 'x')]))
    const { records, error } = await read(bomb)
    expect(records).toHaveLength(10)
    expect(error).toMatch(/unpacks to more than 400 times its size/)
  })

  it('keeps the whole lines of gzip that is cut off, and says so', async () => {
    const text = rows(50_000)
    const { records, rejects, error } = await read(gzipSync(text).subarray(0, -2000))
    expect(error).toContain('its gzip data are damaged (unexpected end of file)')
    expect(records.length).toBeGreaterThan(10_000)
    expect(records.every((r, i) => r.properties.A === i)).toBe(true)
    expect(rejects).toEqual([])
  })

  it('keeps what comes before damage inside of gzip', async () => {
    const packed = gzipSync(rows(50_000))
    packed.fill(0, packed.length - 3000, packed.length - 2000)
    const { records, error } = await read(packed)
    expect(error).toContain('its gzip data are damaged')
    expect(records.length).toBeGreaterThan(0)
  })

  it('takes a byte order mark off, in front of JSON and of CSV, packed too', async () => {
    expect((await read('\ufeff{"A":1}\n')).records[0]!.properties).toEqual({ A: 1 })
    expect((await read(gzipSync('\ufeffA,B\n1,2\n'))).records[0]!.properties).toEqual({ A: '1', B: '2' })
  })

  it('says why it cannot read UTF-16, or a file that is gone, and finds nothing in an empty one', async () => {
    expect((await read(Buffer.from('\ufeff{"A":1}\n', 'utf16le'))).error).toContain('it is UTF-16')
    const gone = readSource({ path: join(folder, 'gone') }, collector(), () => {})
    await expect(gone).rejects.toThrow('it is not there')
    expect((await read('')).records).toEqual([])
    expect((await read(gzipSync(''))).error).toBeUndefined()
  })
})

describe('contentOf', () => {
  it.each([
    ['{"A":1}\n{"A":2}', 'lines'],
    ['{"A":1}', 'lines'],
    ['{"A":bad}\r\n{"A":2}\r\n', 'lines'],
    ['\n  [{"A":1}]', 'document'],
    ['{\n "A": 1\n}', 'document'],
    ['{\n"records": [\n{"category": "x"},\n{}]}', 'document'],
    ['Timestamp,A\n1,2', 'csv'],
    ['"A","B"\n', 'csv'],
  ])('takes %j for %s', (text, content) => {
    expect(contentOf(Buffer.from(text))).toBe(content)
  })
})

describe('listSources', () => {
  it('goes through folders, leaves out what is not named like data, and says what is not there', () => {
    const top = join(folder, 'tree')
    mkdirSync(join(top, 'y=2025', 'h=01'), { recursive: true })
    for (const name of ['y=2025/h=01/PT1H.json', 'b.CSV.gz', 'a.ndjson', 'README.md', '.hidden.json'])
      writeFileSync(join(top, name), 'x')
    const { files, skipped, unreadable } = listSources([top, join(folder, 'none'), '-', join(top, 'README.md')])
    expect(files.map((f) => f.path)).toEqual([
      join(top, 'a.ndjson'),
      join(top, 'b.CSV.gz'),
      join(top, 'y=2025/h=01/PT1H.json'),
      '-',
      join(top, 'README.md'),
    ])
    expect(skipped).toEqual([join(top, 'README.md')])
    expect(unreadable).toEqual([{ path: join(folder, 'none'), why: 'it is not there' }])
  })
})
