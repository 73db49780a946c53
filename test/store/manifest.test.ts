import { describe, expect, it } from 'vitest'
import { type Commit, FORMAT, manifestLine, readManifest } from '../../src/store/manifest.ts'

const commit = (version: number, more: Partial<Commit> = {}): Commit => ({
  format: FORMAT,
  version,
  key: `key ${version}`,
  at: '2025-01-01T00:00:00.000Z',
  segments: [],
  answer: { added: version, repeated: 0, rejected: 0 },
  ...more,
})
const lines = (...commits: Commit[]) => Buffer.from(commits.map(manifestLine).join(''))
const read = (bytes: Buffer, after = 0) => readManifest(bytes, '/store', after)

describe('readManifest', () => {
  it('gives back what was written', () => {
    const first = commit(1, { tables: { Träume: 'A:string' } })
    const bytes = lines(first, commit(2))
    expect(read(bytes)).toEqual({ commits: [first, commit(2)], end: bytes.length, damage: [] })
  })

  it('reads on from where it was', () => {
    expect(read(lines(commit(3)), 2).commits).toEqual([commit(3)])
  })

  it('leaves out a last line that is cut off, wherever the cut is', () => {
    const whole = lines(commit(1))
    const bytes = lines(commit(1), commit(2))
    for (let length = whole.length + 1; length < bytes.length; length++) {
      const part = read(bytes.subarray(0, length))
      expect(part.commits).toEqual([commit(1)])
      expect(part.end).toBe(whole.length)
      expect(part.torn).toBe('the last line is unfinished')
    }
  })

  it('leaves out a last line that is damaged', () => {
    const bytes = lines(commit(1), commit(2))
    bytes[bytes.length - 5]! ^= 1
    expect(read(bytes)).toMatchObject({ commits: [commit(1)], torn: 'the last line is damaged' })
  })

  it('leaves out damage before the end, however small', () => {
    const bytes = lines(commit(1), commit(2), commit(3))
    const second = lines(commit(1)).length
    for (const at of [second, second + 10, second + 30]) {
      const damaged = Buffer.from(bytes)
      damaged[at]! ^= 1
      expect(read(damaged)).toMatchObject({
        commits: [commit(1), commit(3)],
        damage: ['line 2 of its manifest is damaged'],
      })
    }
  })

  it('notices a line that went missing', () => {
    expect(read(lines(commit(1), commit(3))).damage).toEqual(['its manifest goes from commit 1 to 3'])
  })

  it('refuses a later format by name', () => {
    expect(() => read(lines(commit(1, { format: FORMAT + 1 })))).toThrow('written by a newer version')
  })
})
