/** Answers of the hunting APIs, and files that name no table, come back as they went out. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { ingest } from '../../src/ingest/ingest.ts'
import { startServer } from '../support/server.ts'

const folder = mkdtempSync(join(tmpdir(), 'harrier-answers-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const RECORDS = Array.from({ length: 3 }, (_, i) => ({
  table: 'DeviceLogonEvents',
  properties: {
    Timestamp: `2024-05-01T10:00:0${i}.123456${i + 1}Z`,
    DeviceId: `d${i}`,
    ReportId: 639199803770463703n + BigInt(i),
    IsLocalAdmin: i === 0 ? null : i === 1,
    LogonType: 'Network',
    AdditionalFields: '{"a": [1, 2.50]}',
  },
}))

it('what an API answered is loaded again and answers the same', async () => {
  const stores = ['first', 'defender', 'graph'].map((name) => join(folder, name))
  await ingest({ store: stores[0]!, records: RECORDS })
  const answers: string[] = []
  for (const [i, store] of stores.entries()) {
    const server = await startServer({ store, lookback: 'unlimited', queryProcesses: 1 })
    const post = (path: string) =>
      fetch(server.url + path, {
        method: 'POST',
        body: JSON.stringify({ Query: 'DeviceLogonEvents | sort by Timestamp asc' }),
      }).then((r) => r.text())
    if (i === 0) {
      writeFileSync(join(folder, 'defender.json'), await post('/api/advancedhunting/run'))
      writeFileSync(join(folder, 'graph.json'), await post('/v1.0/security/runHuntingQuery'))
    } else {
      const summary = await ingest({ store, paths: [join(folder, i === 1 ? 'defender.json' : 'graph.json')] })
      expect(summary.tables).toEqual({ DeviceLogonEvents: { added: 3, repeated: 0, rejected: 0 } })
    }
    answers.push((await post('/api/advancedhunting/run')).replace(/^.*"Schema"/, '"Schema"'))
    await server.close()
  }
  expect(answers[0]).toContain('639199803770463705')
  expect(answers[1]).toBe(answers[0])
  expect(answers[2]).toBe(answers[0])
}, 60_000)

it('rows of a shape that two tables have are not guessed', async () => {
  const path = join(folder, 'rows.csv')
  writeFileSync(path, 'Timestamp,DeviceId,Nothing\n2024-05-01T10:00:00Z,d,1\n')
  const { sources } = await ingest({ store: join(folder, 'other'), paths: [path] })
  expect(sources[0]!.error).toContain('name it with --table')
})
