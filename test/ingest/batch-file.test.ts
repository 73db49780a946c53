import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { batchFile, textLine } from '../../src/ingest/batch-file.ts'
import { DELIMITER, NULL } from '../../src/ingest/field.ts'

it('writes lines by time and hashes by arrival, without those that are not new', () => {
  const folder = mkdtempSync(join(tmpdir(), 'harrier-batch-'))
  const batch = batchFile()
  const long = 'ü'.repeat(1_500_000)
  expect(batch.add(textLine('late'), '7', '638741523061234567', () => true)).toBe(true)
  expect(batch.add(textLine('repeated'), '7', '1', () => false)).toBe(false)
  expect(batch.add(textLine(long), '8', '5', () => true)).toBe(true)
  expect(batch.add(textLine('without a time'), '9', NULL, () => true)).toBe(true)
  expect(batch.add(textLine('early'), '9', '5', () => true)).toBe(true)
  expect(batch.rows).toBe(4)

  const lines = [`without a time${DELIMITER}9`, `${long}${DELIMITER}8`, `early${DELIMITER}9`, `late${DELIMITER}7`]
  const text = `${lines.join('\n')}\n`
  expect(batch.bytes).toBe(Buffer.byteLength(text))
  batch.write(join(folder, 'b'))
  expect(readFileSync(join(folder, 'b'), 'utf8') === text).toBe(true)

  const hashOf = (line: string) => createHash('sha1').update(line).digest().subarray(0, 16)
  expect(Buffer.from(batch.hashes())).toEqual(Buffer.concat(['late', long, 'without a time', 'early'].map(hashOf)))
  rmSync(folder, { recursive: true })
})

it('writes lines that come by time as they lie, over many chunks and repeats', () => {
  const folder = mkdtempSync(join(tmpdir(), 'harrier-batch-'))
  const batch = batchFile()
  const kept: string[] = []
  for (let n = 0; n < 40; n++) {
    const text = `${n} ${'x'.repeat(n * 20_000)}`
    const isNew = n % 3 > 0
    expect(batch.add(textLine(text), '7', String(n), () => isNew)).toBe(isNew)
    if (isNew) kept.push(`${text}${DELIMITER}7\n`)
  }
  batch.write(join(folder, 'b'))
  expect(readFileSync(join(folder, 'b'), 'utf8') === kept.join('')).toBe(true)
  rmSync(folder, { recursive: true })
})
