/**
 * Reads topics of Kafka, or an Event Hub by its Kafka interface: what a push over HTTP would bring. Where a reader stood is told
 * to the broker after its records are durable; what comes again after a crash adds nothing, by the hashes of the records.
 */
import { setTimeout as pause } from 'node:timers/promises'
import kafkajs, { type EachBatchPayload, type KafkaMessage } from 'kafkajs'
import { KqlError } from '../base/errors.ts'
import type { Push, Pushed } from './push-protocol.ts'

export interface KafkaOptions {
  /** `HOST:PORT` */
  readonly brokers: readonly string[]
  readonly topics: readonly string[]
  /** Readers of one group share the partitions. */
  readonly group: string
  /** The table of records that name none; absent = told by their columns. */
  readonly table?: string
  readonly tls: boolean
  /** SASL PLAIN; absent = no sign-in. */
  readonly user?: string
  readonly password?: string
  readonly complain: (failure: string) => void
}

export interface KafkaReader {
  /** Ends after what is being written. */
  close(): Promise<void>
}

/** Milliseconds between two signs of life to the broker while records are being written, and before what failed is tried again. */
const HEARTBEAT = 3000
const AGAIN = 5000
const FULL = 500
/** Partitions whose records make one commit of the store together. */
const TOGETHER = 4

/** Begins to read and goes on by itself, whether the broker is there yet or not. */
export function readKafka(options: KafkaOptions, push: (push: Push) => Promise<Pushed>): KafkaReader {
  const { brokers, topics, group, table, tls, user, password, complain } = options
  const closing = new AbortController()
  const { signal } = closing
  const kafka = new kafkajs.Kafka({
    clientId: 'harrier',
    brokers: [...brokers],
    ssl: tls,
    ...(user !== undefined && { sasl: { mechanism: 'plain', username: user, password: password ?? '' } }),
    logLevel: kafkajs.logLevel.NOTHING,
  })
  const consumer = kafka.consumer({ groupId: group, retry: { restartOnFailure: async () => !signal.aborted } })
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    // What was being written when the server ends is read again by the next one.
    if (!signal.aborted) complain(`Kafka: ${payload.error.message}`)
  })

  /** Resolves when the records are durable, however often that has to be tried: nothing after them is read before. */
  const write = async (records: Push): Promise<void> => {
    for (let said = ''; ; ) {
      try {
        const { error } = await push(records)
        if (error !== undefined) complain(`Kafka: ${records.name}: ${error}`)
        return
      } catch (error) {
        signal.throwIfAborted()
        const { message } = error as Error
        const isFull = error instanceof KqlError && error.code === 'pushes_waiting'
        if (!isFull && message !== said) complain(`Kafka: ${records.name} waits: ${message}`)
        said = message
        await pause(isFull ? FULL : AGAIN, undefined, { signal })
      }
    }
  }
  const take = async ({ batch, heartbeat }: EachBatchPayload): Promise<void> => {
    const { topic, partition, messages } = batch
    const name = `${topic}/${partition}@${batch.firstOffset()}-${batch.lastOffset()}`
    const body = linesOf(messages)
    // The broker gives the partition to another reader when it hears nothing.
    const alive = setInterval(() => void heartbeat().catch(() => {}), HEARTBEAT)
    try {
      if (body.length > 0) await write({ name, body, isMessages: true, ...(table !== undefined && { table }) })
    } finally {
      clearInterval(alive)
    }
    await consumer.commitOffsets([{ topic, partition, offset: String(BigInt(batch.lastOffset()) + 1n) }])
  }
  const begin = async (): Promise<void> => {
    while (!signal.aborted) {
      try {
        await consumer.connect()
        await consumer.subscribe({ topics: [...topics], fromBeginning: true })
        await consumer.run({ autoCommit: false, partitionsConsumedConcurrently: TOGETHER, eachBatch: take })
        return
      } catch (error) {
        if (signal.aborted) return
        complain(`Kafka: ${(error as Error).message}`)
        await pause(AGAIN, undefined, { signal }).catch(() => {})
      }
    }
  }
  const begun = begin()
  return {
    async close() {
      closing.abort()
      await begun
      await consumer.disconnect()
    },
  }
}

const LINE_FEED = 10

/** A line a message: a line feed inside of one is a blank between two values, since no text of JSON holds it. */
function linesOf(messages: readonly KafkaMessage[]): Buffer {
  const parts: Buffer[] = []
  for (const { value } of messages) {
    if (value === null || value.length === 0) continue
    parts.push(value.includes(LINE_FEED) ? Buffer.from(value.map((byte) => (byte === LINE_FEED ? 32 : byte))) : value)
    parts.push(Buffer.from('\n'))
  }
  return Buffer.concat(parts)
}

/** An Event Hub by its connection string. @throws KqlError bad_setting */
export function eventHubOf(connection: string): Pick<KafkaOptions, 'brokers' | 'topics' | 'tls' | 'user' | 'password'> {
  const parts = new Map(
    connection.split(';').map((part): [string, string] => {
      const at = part.indexOf('=')
      return [part.slice(0, at).trim().toLowerCase(), part.slice(at + 1).trim()]
    }),
  )
  const host = /^sb:\/\/([^/:]+)/i.exec(parts.get('endpoint') ?? '')?.[1]
  if (host === undefined || !parts.has('sharedaccesskey'))
    throw new KqlError('bad_setting', {
      name: 'eventHub',
      why: 'a connection string has Endpoint=sb://…, SharedAccessKeyName and SharedAccessKey',
    })
  const topic = parts.get('entitypath')
  // Its Kafka interface takes the whole string for the password of a user of this name.
  return {
    brokers: [`${host}:9093`],
    topics: topic === undefined ? [] : [topic],
    tls: true,
    user: '$ConnectionString',
    password: connection,
  }
}
