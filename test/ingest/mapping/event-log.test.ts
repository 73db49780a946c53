import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { eventLog } from '../../../src/ingest/mapping/event-log.ts'
import { windowsEvent } from '../../../src/ingest/windows-event.ts'

it('gives events back as they were, in any order, and takes its file with it', () => {
  const path = join(tmpdir(), `harrier-events-${randomUUID()}`)
  const log = eventLog(path)
  log.close()
  // Some longer than what is read at once, some with characters of several bytes.
  const lengths = Array.from({ length: 300 }, (_, i) => (i % 50 === 7 ? 100_000 : (i * 37) % 900))
  const found = lengths.map((length, i) => ({
    event: windowsEvent({
      Channel: 'Security',
      EventID: 4700,
      Hostname: 'pc',
      EventTime: '2020-07-04 06:00:01',
      TaskName: `${'ä€'.repeat(length)}${i}`,
      ExecutionProcessID: i,
      Message: 'said',
    })!,
    source: `${Math.floor(i / 100)}.json`,
    line: i,
  }))
  for (const one of found) log.add(one)
  const said = (all: Iterable<(typeof found)[number]>) =>
    Array.from(all, ({ event: { get, ...rest }, source, line }) => ({ ...rest, task: get('taskname'), source, line }))
  const plain = JSON.parse(JSON.stringify(said(found)))

  expect(said(log.read())).toEqual(plain)
  const order = [...found.keys()].map((i) => (i * 113) % 300)
  expect(said(log.read(order))).toEqual(order.map((i) => plain[i]))
  expect([log.count, existsSync(path)]).toEqual([300, true])
  log.close()
  expect(existsSync(path)).toBe(false)
})
