/**
 * The worker that writes what is pushed to a server. What arrives while a batch is being written makes the next batch:
 * one commit, and one wait for the disk, answers all of them. The store is let go when nothing comes, and now and then in
 * any case, so that an ingest of another process gets its turn.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { parentPort, workerData } from 'node:worker_threads'
import { KqlError } from '../base/errors.ts'
import { type IngestSession, openIngest } from './ingest.ts'
import type { Pushed, PushReply, PushRequest } from './push-protocol.ts'

/** Milliseconds: how long the store stays open without a push, and how long at most; the pause after that. */
const IDLE = 2000
const TURN = 10_000
const GAP = 400
/** Milliseconds that a push waits for another writer. */
const PATIENCE = 15_000

const { store, retention } = workerData as { store: string; retention: string }
const waiting: PushRequest[] = []
let session: IngestSession | undefined
let opened = 0
let working = false
let idle: NodeJS.Timeout | undefined

parentPort!.on('message', (request: PushRequest) => {
  waiting.push(request)
  if (!working) void work()
})

async function work(): Promise<void> {
  working = true
  clearTimeout(idle)
  while (waiting.length > 0) {
    const group = waiting.splice(0)
    try {
      await write(group)
    } catch (error) {
      // Whatever it is: what was open is not to be trusted, and nothing of the group was acknowledged.
      close()
      for (const { id } of group) reply(failed(id, error))
    }
    if (session && Date.now() - opened > TURN) {
      await keepUp()
      close()
      await pause(GAP)
    }
  }
  working = false
  idle = setTimeout(() => void rest(), IDLE)
}

async function write(group: readonly PushRequest[]): Promise<void> {
  if (!session) {
    session = await openIngest({ store, retention, patience: PATIENCE })
    opened = Date.now()
  }
  const good: PushRequest[] = []
  for (const request of group) {
    try {
      if (request.table !== undefined) session.table(request.table)
      good.push(request)
    } catch (error) {
      reply(failed(request.id, error))
    }
  }
  const inputs = good.map(({ name, table, body, isMessages }) => ({
    path: name,
    blocks: blocksOf(body),
    ...(table !== undefined && { table }),
    ...(isMessages && { isMessages }),
  }))
  const { sources } = await session.pass({ inputs })
  for (const [i, { id }] of good.entries()) {
    const { records, repeated, rejected, firstRejected, unfinished } = sources[i]!
    const error = sources[i]!.error ?? (unfinished && 'its last record is not finished')
    const pushed: Pushed = {
      added: records - repeated,
      repeated,
      rejected,
      ...(firstRejected && { firstRejected }),
      ...(error !== undefined && { error }),
    }
    reply({ id, pushed })
  }
}

async function* blocksOf(body: Uint8Array): AsyncGenerator<Buffer> {
  yield Buffer.from(body.buffer, body.byteOffset, body.byteLength)
}

async function rest(): Promise<void> {
  if (working || !session) return
  working = true
  await keepUp()
  close()
  working = false
  if (waiting.length > 0) await work()
}

/** What was pushed is safe already: upkeep that fails is tried again the next time. */
async function keepUp(): Promise<void> {
  await session?.keepUp().catch(() => {})
}

function close(): void {
  session?.close()
  session = undefined
}

const failed = (id: number, error: unknown): PushReply =>
  error instanceof KqlError
    ? { id, error: error.toJSON() }
    : { id, failure: error instanceof Error ? (error.stack ?? error.message) : String(error) }

const reply = (answer: PushReply): void => parentPort!.postMessage(answer)
