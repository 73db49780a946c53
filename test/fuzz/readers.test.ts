/** Damaged input of every kind: no reader crashes or hangs, and what is beside the damage is kept. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { DuckDBInstance } from '@duckdb/node-api'
import fc from 'fast-check'
import { pack } from 'tar-stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { KqlError } from '../../src/base/errors.ts'
import { readSource } from '../../src/ingest/source.ts'
import { collector } from '../ingest/collect.ts'
import { runs } from '../support/runs.ts'

const RUNS = runs(1500, 100_000)

const folder = mkdtempSync(join(tmpdir(), 'harrier-readers-'))
const path = join(folder, 'input')
afterAll(() => rmSync(folder, { recursive: true }))

const COUNT = 12
const row = (i: number) => ({
  Timestamp: `2024-05-01T10:00:0${i % 10}.1234567Z`,
  DeviceId: `d${i}`,
  ReportId: i,
  Name: `ä "${i}"`,
})
const rows = Array.from({ length: COUNT }, (_, i) => row(i))
const lines = rows.map((r) => JSON.stringify(r)).join('\n') + '\n'
const events = rows.map(
  (r, i) =>
    `<Event><System><EventID>${i}</EventID><TimeCreated SystemTime='${r.Timestamp}'/><Channel>C</Channel><Computer>${r.DeviceId}</Computer></System></Event>\n`,
)
const exported = rows
  .map((r) => JSON.stringify({ time: r.Timestamp, category: 'AdvancedHunting-DeviceInfo', properties: r }))
  .join('\r\n')

const inputs = new Map<string, Buffer>([
  ['lines', Buffer.from(lines)],
  ['blob', Buffer.from(exported)],
  [
    'message',
    Buffer.from(
      JSON.stringify({ records: rows.map((properties) => ({ category: 'DeviceInfo', properties })) }, null, 1),
    ),
  ],
  ['array', Buffer.from(JSON.stringify(rows, null, 1))],
  ['answer', Buffer.from(JSON.stringify({ Stats: {}, Schema: [], Results: rows }))],
  [
    'csv',
    Buffer.from(
      `Timestamp,DeviceId,ReportId,Name\r\n${rows.map((r) => `${r.Timestamp},${r.DeviceId},${r.ReportId},"a ""${r.ReportId}"",\n b"`).join('\r\n')}\r\n`,
    ),
  ],
  ['xml', Buffer.from(`<Events>${events.join('')}</Events>`)],
  ['gzip', gzipSync(lines)],
])
beforeAll(async () => {
  const tar = pack()
  tar.entry({ name: 'DeviceInfo.ndjson' }, lines)
  tar.entry({ name: 'other.csv' }, 'a,b\n1,2\n')
  tar.finalize()
  const chunks: Buffer[] = []
  for await (const chunk of tar) chunks.push(chunk as Buffer)
  inputs.set('tar', Buffer.concat(chunks))
  inputs.set('tgz', gzipSync(Buffer.concat(chunks)))
  const parquet = join(folder, 'p.parquet')
  const duck = await (await DuckDBInstance.create(':memory:')).connect()
  await duck.run(
    `COPY (SELECT i AS a, 'x' || i AS b, now()::TIMESTAMP AS c FROM range(100) t(i)) TO '${parquet}' (FORMAT parquet, COMPRESSION zstd)`,
  )
  inputs.set('parquet', readFileSync(parquet))
  inputs.set('zip', zipOf('DeviceInfo.ndjson', Buffer.from(lines)))
})

/** A zip of one stored member; its checksums are not looked at before the damage is. */
function zipOf(name: string, content: Buffer): Buffer {
  const u16 = (n: number) => Buffer.from([n & 255, n >> 8])
  const u32 = (n: number) => Buffer.from([n & 255, (n >> 8) & 255, (n >> 16) & 255, n >>> 24])
  const common = Buffer.concat([
    u16(20),
    u16(0),
    u16(0),
    u32(0),
    u32(0),
    u32(content.length),
    u32(content.length),
    u16(name.length),
    u16(0),
  ])
  const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(name), content])
  const central = Buffer.concat([
    Buffer.from('PK\x01\x02'),
    u16(20),
    common,
    u16(0),
    u16(0),
    u16(0),
    u32(0),
    u32(0),
    Buffer.from(name),
  ])
  return Buffer.concat([
    local,
    central,
    Buffer.from('PK\x05\x06'),
    u16(0),
    u16(0),
    u16(1),
    u16(1),
    u32(central.length),
    u32(local.length),
    u16(0),
  ])
}

async function read(bytes: Buffer) {
  writeFileSync(path, bytes)
  const sink = collector()
  try {
    await readSource({ path, bytes: bytes.length }, sink, () => {})
    return { ...sink, error: undefined }
  } catch (error) {
    if (!(error instanceof KqlError)) throw error
    return { ...sink, error }
  }
}

const edit = fc.record({
  kind: fc.constantFrom('flip', 'cut', 'drop', 'repeat', 'insert'),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.nat(40),
  byte: fc.oneof(fc.nat(255), fc.constantFrom(...'{}[]",\\<>&\n\r\0'.split('').map((c) => c.charCodeAt(0)))),
})
type Edit = typeof edit extends fc.Arbitrary<infer T> ? T : never

function damaged(bytes: Buffer, edits: readonly Edit[]): Buffer {
  let result = Buffer.from(bytes)
  for (const { kind, at, length, byte } of edits) {
    const i = Math.floor(at * result.length)
    const [before, after] = [result.subarray(0, i), result.subarray(i)]
    if (kind === 'flip' && result.length > i) result[i] = byte
    else if (kind === 'cut') result = Buffer.from(before)
    else if (kind === 'drop') result = Buffer.concat([before, after.subarray(length)])
    else if (kind === 'repeat') result = Buffer.concat([before, after.subarray(0, length), after])
    else if (kind === 'insert') result = Buffer.concat([before, Buffer.alloc(length, byte), after])
  }
  return result
}

describe('readers', () => {
  it('read each kind whole when nothing is wrong', async () => {
    for (const [kind, bytes] of inputs) {
      const { records, rejects, error } = await read(bytes)
      const extra = kind === 'tar' || kind === 'tgz' ? 1 : 0
      expect([records.length, rejects.length, error], kind).toEqual([
        kind === 'parquet' ? 100 : COUNT + extra,
        0,
        undefined,
      ])
    }
  })

  it('come to an end with damaged input of every kind, and say what is wrong', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...inputs.keys()),
        fc.array(edit, { minLength: 1, maxLength: 4 }),
        async (kind, edits) => {
          const { records, rejects } = await read(damaged(inputs.get(kind)!, edits))
          expect(records.length + rejects.length).toBeLessThan(1000)
        },
      ),
      { numRuns: RUNS },
    )
  }, 3_600_000)

  it('keep every record that is not damaged itself', async () => {
    const damage = fc.record({
      which: fc.nat(COUNT - 1),
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      byte: fc.nat(255).filter((b) => b !== 10 && b !== 13),
    })
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('lines', 'blob', 'xml'), damage, async (kind, { which, at, byte }) => {
        const parts =
          kind === 'lines'
            ? lines.split('\n').slice(0, COUNT)
            : kind === 'blob'
              ? exported.split('\r\n')
              : events.map((e) => e.trimEnd())
        const hurt = Buffer.from(parts[which]!)
        // The ends of an event are what divides it from the next.
        const [from, to] = kind === 'xml' ? [7, hurt.length - 8] : [0, hurt.length]
        hurt[from + Math.floor(at * (to - from - 1))] = byte
        const bytes = Buffer.concat(parts.flatMap((p, i) => [i === which ? hurt : Buffer.from(p), Buffer.from('\n')]))
        const { records } = await read(bytes)
        const texts = new Set(records.map((r) => r.text.trim()))
        for (const [i, part] of parts.entries())
          if (i !== which) expect(texts.has(part.trim()), `${kind} ${i}`).toBe(true)
      }),
      { numRuns: RUNS / 4 },
    )
  }, 3_600_000)
})
