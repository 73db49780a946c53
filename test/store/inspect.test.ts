import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { exportStore } from '../../src/ingest/export.ts'
import { ingest } from '../../src/ingest/ingest.ts'
import { backupStore } from '../../src/store/backup.ts'
import { storeStatus, verifyStore } from '../../src/store/inspect.ts'
import { repairStore } from '../../src/store/repair.ts'
import { openStore } from '../../src/store/store.ts'
import { nobody, startService } from '../support/service.ts'

let folder: string
let whole: string
let store: string

const records = (table: string, days: readonly number[]) =>
  days.map((day) => ({
    table,
    properties: { Timestamp: `2026-03-0${day}T10:00:00.1234567Z`, DeviceName: `pc${day}`, ReportId: day },
  }))

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'harrier-inspect-'))
  whole = join(folder, 'whole')
  await ingest({ store: whole, records: [...records('DeviceEvents', [1, 2]), ...records('DeviceFileEvents', [5])] })
  await ingest({ store: whole, records: records('DeviceEvents', [3, 4, 5]) })
  await ingest({ store: whole, records: records('DeviceFileEvents', [6]) })
})
afterAll(() => rmSync(folder, { recursive: true }))
beforeEach(() => {
  store = join(folder, 'store')
  rmSync(store, { recursive: true, force: true })
  cpSync(whole, store, { recursive: true })
})

function flip(path: string, at: number): void {
  const bytes = readFileSync(path)
  bytes[at]! ^= 1
  writeFileSync(path, bytes)
}

/** Files of a table's segments relative to the store, newest first. */
const filesOf = (table: string) =>
  openStore(store)
    .snapshot()
    .segments(table)
    .map((s) => relative(store, s.path).replaceAll('\\', '/'))

const named = async () => (await verifyStore(store)).problems.map((p) => `${p.file}: ${p.why}`)

describe('storeStatus', () => {
  it('adds up segments, rows, bytes and time of each table', () => {
    const ticks = (day: number) =>
      String(BigInt(Date.parse(`2026-03-0${day}T10:00:00Z`)) * 10_000n + 621355968001234567n)
    const snapshot = openStore(store).snapshot()
    const bytes = (table: string) => snapshot.segments(table).reduce((sum, s) => sum + s.bytes, 0)
    expect(storeStatus(store)).toEqual([
      {
        table: 'DeviceEvents',
        segments: 2,
        rows: 5,
        bytes: bytes('DeviceEvents'),
        time: { min: ticks(1), max: ticks(5) },
      },
      {
        table: 'DeviceFileEvents',
        segments: 2,
        rows: 2,
        bytes: bytes('DeviceFileEvents'),
        time: { min: ticks(5), max: ticks(6) },
      },
    ])
  })

  it('refuses to add up a damaged manifest, and a folder that is no store', () => {
    flip(join(store, 'manifest.jsonl'), 40)
    expect(() => storeStatus(store)).toThrow('line 1 is damaged')
    expect(() => storeStatus(join(folder, 'nowhere'))).toThrow('there is no store')
  })
})

describe('verifyStore', () => {
  it('has nothing to say of a whole store', async () => {
    expect(await verifyStore(store)).toMatchObject({ segments: 4, problems: [] })
  })

  it('names a segment with a flipped byte, wherever that is, and no other', async () => {
    const [file] = filesOf('DeviceEvents')
    const path = join(store, file!)
    const size = readFileSync(path).length
    for (const at of [0, 4, Math.floor(size / 3), Math.floor(size / 2), size - 9, size - 1]) {
      flip(path, at)
      expect(await named()).toEqual([`${file}: its checksum is wrong`])
      flip(path, at)
    }
    expect(await named()).toEqual([])
  })

  it('names segments that are cut off, missing or put in the place of another', async () => {
    const [newer, older] = filesOf('DeviceEvents')
    const [files] = filesOf('DeviceFileEvents')
    const size = readFileSync(join(store, newer!)).length
    truncateSync(join(store, newer!), size - 1)
    rmSync(join(store, files!))
    copyFileSync(join(whole, newer!), join(store, older!))
    const problems = await named()
    expect(problems).toHaveLength(3)
    expect(problems).toContain(`${newer}: it has ${size - 1} bytes instead of ${size}`)
    expect(problems).toContain(`${files}: it is missing`)
    expect(problems.find((p) => p.startsWith(older!))).toMatch(/its checksum is wrong|bytes instead of/)
  })

  it("names the hashes of a segment that are not those of its records, and all of their commit's", async () => {
    const alone = filesOf('DeviceEvents')[0]!.replace('.parquet', '.hashes')
    flip(join(store, alone), 20)
    expect(await named()).toEqual([`${alone}: its checksum is wrong`])
    flip(join(store, alone), 20)
    const together = [filesOf('DeviceEvents')[1]!, filesOf('DeviceFileEvents')[1]!].map((f) =>
      f.replace('.parquet', '.hashes'),
    )
    flip(join(store, together[0]!), 3)
    expect(await named()).toEqual(together.map((f) => `${f}: its checksum, or that of another of its commit, is wrong`))
    rmSync(join(store, together[0]!))
    expect(await named()).toEqual([`${together[0]}: it is missing`])
  })

  it('names the line of a flipped byte anywhere in the manifest, and still reads the segments of the others', async () => {
    const path = join(store, 'manifest.jsonl')
    const bytes = readFileSync(path)
    let line = 1
    for (let at = 0; at < bytes.length; at++) {
      // A line break that is lost makes one bad line of two.
      if (bytes[at] === 10) line++
      else if (at % 7 === 0) {
        flip(path, at)
        const { problems, segments } = await verifyStore(store)
        expect(problems).toEqual([{ file: 'manifest.jsonl', why: `line ${line} is damaged` }])
        expect(segments).toBe(line === 1 ? 2 : 3)
        writeFileSync(path, bytes)
      }
    }
    flip(path, bytes.length - 1)
    expect(await named()).toEqual(['manifest.jsonl: line 3 is unfinished'])
  })

  it('names a line of the manifest that was taken out', async () => {
    const path = join(store, 'manifest.jsonl')
    const lines = readFileSync(path, 'utf8').split('\n')
    writeFileSync(path, [lines[0], ...lines.slice(2)].join('\n'))
    expect(await named()).toEqual(['manifest.jsonl: line 2 goes from commit 1 to 3'])
  })
})

it('serves the rest of a table of which a file is damaged, and says so', async () => {
  writeFileSync(join(store, filesOf('DeviceEvents')[0]!), 'no Parquet file')
  const service = await startService({ store, lookback: 'unlimited' })
  try {
    expect((await service.ask('DeviceFileEvents | count')).rows).toEqual([[2n]])
    expect((await service.ask('DeviceEvents | summarize count()')).rows).toEqual([[2n]])
    const signal = new AbortController().signal
    const text = 'DeviceEvents | take 1'
    expect(await service.services.query.run({ text, principal: nobody, format: 'plain', signal })).toMatchObject({
      leftOut: ['DeviceEvents'],
    })
  } finally {
    await service.close()
  }
})

it('serves what the lines beside a damaged one of the manifest name, and takes more after a repair', async () => {
  const path = join(store, 'manifest.jsonl')
  flip(path, readFileSync(path, 'utf8').indexOf('\n') + 50)
  const service = await startService({ store, lookback: 'unlimited' })
  expect((await service.ask('DeviceEvents | count')).rows).toEqual([[2n]])
  expect((await service.ask('DeviceFileEvents | count')).rows).toEqual([[2n]])
  await service.close()
  expect(openStore(store).damage()).toEqual(['line 2 of its manifest is damaged'])
  // Whoever takes all of it must not take less.
  const [copy, exported] = [join(folder, 'copy'), join(folder, 'exported')]
  await expect(ingest({ store, records: [] })).rejects.toThrow('harrier store repair')
  await expect(ingest({ store, records: [], dryRun: true })).rejects.toThrow('line 2 of its manifest is damaged')
  await expect(exportStore(store, exported, [])).rejects.toThrow('line 2 of its manifest is damaged')
  expect(() => backupStore(store, copy)).toThrow('line 2 of its manifest is damaged')
  expect([existsSync(copy), existsSync(exported)]).toEqual([false, false])
  expect((await repairStore(store)).damage).toEqual(['line 2 of its manifest is damaged'])
  expect(await named()).toEqual([])
  expect(await ingest({ store, records: records('DeviceEvents', [1, 2, 3, 4, 5]) })).toMatchObject({
    added: 3,
    repeated: 2,
  })
})

it('takes no file for damaged when the reading of it is stopped', async () => {
  const open = openStore(store)
  const stop = new AbortController()
  const pace = async () => {
    stop.abort()
    stop.signal.throwIfAborted()
  }
  await expect(open.verify(undefined, pace)).rejects.toThrow('aborted')
  expect([open.damage(), open.snapshot().leftOut('DeviceEvents')]).toEqual([[], 0])
})

describe('a segment with a flipped byte', () => {
  it('is found when it is read through, wherever the byte is, and its records are taken again after a repair', async () => {
    const [file] = filesOf('DeviceEvents')
    const { length } = readFileSync(join(store, file!))
    for (const part of [0.1, 0.5, 0.9]) {
      flip(join(store, file!), Math.floor(length * part))
      const open = openStore(store)
      expect(await open.verify()).toEqual([`${file}: its checksum is wrong`])
      expect(
        open
          .snapshot()
          .segments('DeviceEvents')
          .map((s) => s.rows),
      ).toEqual([2])
      expect(open.snapshot().leftOut('DeviceEvents')).toBe(1)
      flip(join(store, file!), Math.floor(length * part))
    }
    flip(join(store, file!), 100)
    expect((await repairStore(store)).damage).toEqual([`${file}: its checksum is wrong`])
    expect(await repairStore(store)).toEqual({ damage: [] })
    expect(await ingest({ store, records: records('DeviceEvents', [3, 4, 5]) })).toMatchObject({ added: 3 })
    expect(await named()).toEqual([])
  })
})
