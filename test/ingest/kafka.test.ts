/** A broker of librdkafka's own (kcat, a Debian package) that lives in the process of a producer; producers and readers are real. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { eventHubOf } from '../../src/ingest/kafka.ts'
import { createServices, type Services } from '../../src/services.ts'
import { install } from '../support/programs.ts'

const there = install('kcat', 'kcat')

describe.skipIf(!there)('records of Kafka', { timeout: 300_000 }, () => {
  const store = mkdtempSync(join(tmpdir(), 'harrier-kafka-'))
  let broker: ChildProcess
  let address: string
  const open: Services[] = []

  beforeAll(async () => {
    broker = spawn('kcat', ['-P', '-b', 'own', '-t', 'none', '-X', 'test.mock.num.brokers=1', '-d', 'mock'], {
      stdio: ['pipe', 'ignore', 'pipe'],
    })
    address = await new Promise((resolve) => {
      let said = ''
      broker.stderr!.on('data', (part: Buffer) => {
        said += part
        const found = /bootstrap\.servers=(\S+)/.exec(said)?.[1]
        if (found) resolve(found)
      })
    })
  }, 60_000)
  afterAll(async () => {
    await Promise.all(open.map((s) => s.close()))
    broker?.kill('SIGKILL')
    rmSync(store, { recursive: true, force: true })
  })

  const produce = (topic: string, messages: readonly string[]): void => {
    const { status, stderr } = spawnSync('kcat', ['-P', '-b', address, '-t', topic, '-z', 'gzip', '-D', '|'], {
      input: messages.join('|'),
    })
    expect(status, String(stderr)).toBe(0)
  }
  const serve = async (settings: object): Promise<Services> => {
    const services = await createServices(
      readConfig({ store, auth: 'off', lookback: 'unlimited', queryProcesses: 1, kafka: address, ...settings }, {}),
    )
    open.push(services)
    await services.query.ready()
    services.readQueues()
    return services
  }
  const principal = { kind: 'anonymous', tenant: 't', application: 'a', id: 'i', roles: [], scopes: [] } as const
  const rows = async ({ query }: Services, text: string): Promise<unknown[]> => {
    const { signal } = new AbortController()
    const { answer } = await query.run({ text, principal, format: 'plain', signal })
    let json = ''
    for await (const part of answer.stream()) json += part
    return JSON.parse(`[${json}]`) as unknown[]
  }
  /** Asks until the answer is there. */
  const until = async (services: Services, text: string, wanted: unknown): Promise<void> => {
    for (let i = 0; i < 600; i++) {
      const found = await rows(services, text).catch(() => undefined)
      if (JSON.stringify(found) === JSON.stringify(wanted)) return
      await new Promise((go) => setTimeout(go, 200))
    }
    expect(await rows(services, text)).toEqual(wanted)
  }
  const event = (n: number, table = 'DeviceProcessEvents') =>
    `{"time":"2026-11-26T10:00:00Z","category":"AdvancedHunting-${table}","properties":{"Timestamp":"2026-11-26T10:00:0${n % 10}.1234567Z","DeviceName":"d","ReportId":${n}}}`

  it('takes messages of several tables, keeps the bad ones apart, and goes on where it stood', async () => {
    produce('hunting', [
      'no JSON at all',
      `{"records":[${event(1)},\n${event(2)}]}`,
      event(3, 'DeviceNetworkEvents'),
      '{"Odd":1}',
    ])
    const count =
      'union withsource=T DeviceProcessEvents, DeviceNetworkEvents | summarize n = count() by T | sort by T asc'
    const first = await serve({ kafkaTopics: 'hunting' })
    await until(first, count, [
      { T: 'DeviceNetworkEvents', n: 1 },
      { T: 'DeviceProcessEvents', n: 2 },
    ])
    const quarantined = () =>
      readdirSync(join(store, 'quarantine')).map((file) => readFileSync(join(store, 'quarantine', file), 'utf8'))
    for (let i = 0; i < 50 && quarantined().length === 0; i++) await new Promise((go) => setTimeout(go, 100))
    expect(quarantined().join('')).toContain('no JSON at all')
    expect(quarantined().join('')).toContain('Odd')
    await first.close()

    // This broker gives the partitions away after half a minute, when the first reader's session has run out.
    produce('hunting', [event(4)])
    const second = await serve({ kafkaTopics: 'hunting' })
    await until(second, 'DeviceProcessEvents | summarize n = count(), newest = max(ReportId)', [{ n: 3, newest: 4 }])
    // Another group reads everything from its beginning; nothing of it is new.
    const third = await serve({ kafkaTopics: 'hunting', kafkaGroup: 'others' })
    produce('hunting', [event(5)])
    await until(third, 'DeviceProcessEvents | summarize n = count(), newest = max(ReportId)', [{ n: 4, newest: 5 }])
    await until(second, 'DeviceProcessEvents | count', [{ Count: 4 }])
  })
})

it('refuses brokers without topics before a server starts', async () => {
  const settings = readConfig({ store: join(tmpdir(), 'harrier-kafka-none'), kafka: 'broker:9092' }, {})
  await expect(createServices(settings)).rejects.toThrow(/kafkaTopics/)
})

it('knows an Event Hub by its connection string', () => {
  const connection =
    'Endpoint=sb://hunt.servicebus.windows.net/;SharedAccessKeyName=read;SharedAccessKey=abc=;EntityPath=defender'
  expect(eventHubOf(connection)).toEqual({
    brokers: ['hunt.servicebus.windows.net:9093'],
    topics: ['defender'],
    tls: true,
    user: '$ConnectionString',
    password: connection,
  })
  expect(() => eventHubOf('sb://hunt')).toThrow(/connection string/)
})
